"""Ten thousand impedance spectra in a hundred exports, by the command people use."""

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np

from benchmarks import our_impedance
from benchmarks.figure import Figure, Report, Target, show
from benchmarks.spectra import CIRCUIT, NOISE, POINTS, Spectra
from benchmarks.stopwatch import side_by_side
from demo.ec_lab_text import write_sweeps
from demo.measurement import Sweep
from ingest.analysis.impedance.fit_settings import FitSettings

EXPORTS: Final = 100
SWEEPS: Final = 100
"""In each export."""
ANSWERED: Final = 0.99
"""Part of the sweeps that must be given a circuit."""
CIRCUITS: Final = len(FitSettings().circuits)
"""Of which those are tried that a sweep may need."""


def measure(exports: int = EXPORTS, sweeps: int = SWEEPS) -> Report:
    """Ingest exports of synthetic sweeps into an empty warehouse."""
    count = exports * sweeps
    with TemporaryDirectory(prefix="leyden-bench-") as folder:
        scratch = Path(folder)
        size = _write(scratch / "exports", exports, sweeps)
        runs = side_by_side(
            {"ours": partial(our_impedance.ingest, scratch / "exports", scratch / "home")}, 1
        )
    ours = runs["ours"]
    if ours.answer < ANSWERED * count:
        message = f"a circuit for {ours.answer} of {count} spectra"
        raise ValueError(message)
    nobody = "no peer takes exports in and fits them"
    most = Target(60.0 * count / (EXPORTS * SWEEPS), "ours")
    return Report(
        f"ingest and fit of {count} spectra",
        f"{exports} EC-Lab text exports of {sweeps} sweeps of {POINTS} points, {size / 1e6:.0f} "
        f"MB, {CIRCUIT} with {NOISE:.1%} of noise, by `leyden ingest FOLDER` into an empty home: "
        f"from a cold start to the committed catalog, points, steps and spectra in Parquet, every "
        f"sweep tested by Kramers-Kronig, fitted by what it may need of {CIRCUITS} circuits and "
        "given both distributions of relaxation times.",
        (
            Figure("wall, once", "s", ours.best_wall_second, np.nan, nobody, most),
            Figure("CPU, once", "s", ours.best_cpu_second, np.nan, nobody),
        ),
        ("Whatever else the machine does at the time is in the figure by the clock.",),
    )


def _write(folder: Path, exports: int, sweeps: int) -> int:
    """Write exports of spectra; return their bytes."""
    folder.mkdir()
    spectra = Spectra.drawn(exports * sweeps)
    time = np.cumsum(1.0 + 2.0 / spectra.frequency_hertz)
    celsius = np.linspace(20.0, 60.0, sweeps)
    size = 0
    for number, impedances in enumerate(np.split(spectra.impedance_ohm, exports)):
        path = folder / f"sweeps-{number}.mpt"
        parts = (Sweep(time, spectra.frequency_hertz, impedance) for impedance in impedances)
        write_sweeps(path, dict(zip(celsius.tolist(), parts, strict=True)), 1.0, "benchmark")
        size += path.stat().st_size
    return size


if __name__ == "__main__":
    show(measure())
