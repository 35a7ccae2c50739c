"""The linear Kramers-Kronig test by its plain rule, and the distribution of relaxation times."""

from functools import partial
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np

from benchmarks import our_impedance, peer_impedance, peer_scipy
from benchmarks.figure import Figure, Report, Target, show, times_each
from benchmarks.spectra import CIRCUIT, NOISE, POINTS, Complexes, Floats, Spectra
from benchmarks.stopwatch import Contestant, side_by_side
from ingest.analysis.impedance import debye

COUNT: Final = 1000
FEW: Final = 200
"""Spectra that impedance.py is given: a twentieth of a second each."""
ROUNDS: Final = 3
_EQUAL: Final = 1e-10


def measure(count: int = COUNT, few: int = FEW, rounds: int = ROUNDS) -> Report:
    """Test spectra beside impedance.py and find distributions beside SciPy's nnls.

    Without the environment of impedance.py the figures that need it are left out, and named.
    """
    spectra = Spectra.drawn(count)
    with TemporaryDirectory(prefix="leyden-bench-") as folder:
        scratch = Path(folder)
        path = scratch / "spectra.npz"
        spectra.save(path)
        contestants: dict[str, Contestant] = {
            "ours": partial(our_impedance.kramers_kronig_plain, path, scratch / "ours.npz"),
            "relaxations": partial(our_impedance.relaxations, path, scratch / "relaxations.npz"),
            "nnls": partial(peer_scipy.relaxations, path, scratch / "nnls.npz"),
        }
        pythons: dict[str, Path] = {}
        absent: tuple[str, ...] = ()
        try:
            pythons["impedance"] = peer_impedance.python()
            contestants["impedance"] = partial(
                peer_impedance.kramers_kronig, path, few, scratch / "impedance.npz"
            )
        except peer_impedance.PeerAbsent as missing:
            absent = (f"Skipped a peer: {missing}",)
        runs = side_by_side(contestants, rounds, pythons, threads=1)
        found = {name: dict(np.load(scratch / f"{name}.npz")) for name in contestants}
    figures: list[Figure] = []
    if "impedance" in runs:
        named = f"{peer_impedance.told()}, first {few} spectra"
        figures += times_each(
            runs["ours"], runs["impedance"], named, 1 / 100, doing="Kramers-Kronig: "
        )
        figures += _agreement(found["ours"], found["impedance"], spectra, named)
    named = f"SciPy {version('scipy')} nnls"
    figures += times_each(runs["relaxations"], runs["nnls"], named, doing="relaxation times: ")
    ours, theirs = (found[name]["density_ohm"] for name in ("relaxations", "nnls"))
    apart = np.abs(ours - theirs).max(axis=1) / theirs.max(axis=1)
    return Report(
        f"Kramers-Kronig and relaxation times, {count} spectra",
        f"Synthetic spectra of {POINTS} points, {CIRCUIT}, {NOISE:.1%} of noise. Kramers-Kronig: "
        "the rule as published, mu 0.85, at most 50 units, both parts fitted, no series "
        "capacitance; ours `kramers_kronig` with `PLAIN` and verdicts, theirs `linKK`. Relaxation "
        "times: ours finds both ways, ridge and non-negative, by a fixed weight of roughness and "
        "by cross-validation, and peaks with their errors; the loop of `scipy.optimize.nnls` only "
        "the non-negative one by the fixed weight, on the same grid and weighed columns, brought "
        "to a triangle each. One thread of linear algebra each.",
        tuple(figures),
        (
            "numpy's lstsq, of columns scaled to one size, says whose residuals are right.",
            "impedance.py inverts normal equations, which costs it digits.",
            f"Non-negative distributions are {apart.max():.1g} of their greatest value off nnls's.",
            *absent,
        ),
    )


def _agreement(
    ours: dict[str, Any], theirs: dict[str, Any], spectra: Spectra, baseline: str
) -> list[Figure]:
    """Compare units and residuals with each other and with least squares done plainly."""
    few = len(theirs["unit_count"])
    units, mine, other = ours["unit_count"][:few], ours["residual"][:few], theirs["residual"]
    plain = np.array(
        [
            _residual(spectra.frequency_hertz, measured, int(size))
            for measured, size in zip(spectra.impedance_ohm, units, strict=False)
        ]
    )
    same = units == theirs["unit_count"]
    within = 100.0 * np.mean(np.abs(mine - other)[same] <= _EQUAL)
    lstsq = f"numpy {np.__version__} lstsq"
    return [
        Figure("the same number of units", "%", 100 * same.mean(), np.nan, baseline, _whole()),
        Figure("residuals within 1e-10 of theirs", "%", within, np.nan, baseline, _whole()),
        Figure(
            f"farthest residual from {lstsq}",
            "× |Z|",
            np.abs(mine - plain).max(),
            np.abs(other - plain)[same].max(),
            baseline,
            Target(_EQUAL, "ours"),
        ),
    ]


def _whole() -> Target:
    return Target(100, "ours", least=100)


def _residual(frequency: Floats, measured: Complexes, units: int) -> Complexes:
    """Return ΔZ/|Z| of least squares as a textbook does them."""
    omega = 2.0 * np.pi * frequency
    tau = np.geomspace(1.0 / omega.max(), 1.0 / omega.min(), units)
    columns = debye.columns(frequency, tau, capacitance=False)
    weight = np.tile(1.0 / np.abs(measured), 2)
    system, target = columns * weight[:, None], debye.stacked(measured, axis=0) * weight
    size = np.linalg.norm(system, axis=0)
    solution = np.linalg.lstsq(system / size, target, rcond=None)[0]
    real, imaginary = np.split(target - system / size @ solution, 2)
    return np.asarray(real + 1j * imaginary)


if __name__ == "__main__":
    show(measure())
