"""The benchmarks of impedance find their figures, at sizes that take a moment."""

from collections.abc import Callable
from math import nan
from pathlib import Path

import numpy as np
import pytest

from benchmarks import (
    impedance_fit,
    impedance_ingest,
    impedance_validity,
    peer_impedance,
    run,
)
from benchmarks.figure import Figure, Report
from benchmarks.spectra import NOISE, Spectra

WITH_PEER = pytest.mark.skipif(
    not peer_impedance.PYTHON.is_file(), reason="impedance.py is absent: `make bench` fetches it"
)


@pytest.mark.parametrize(
    ("measure", "figures"),
    [
        pytest.param(lambda: impedance_fit.measure(12, 2, 1), 9, marks=WITH_PEER),
        pytest.param(lambda: impedance_validity.measure(12, 2, 1), 7, marks=WITH_PEER),
        (lambda: impedance_ingest.measure(2, 3), 2),
    ],
    ids=["impedance_fit", "impedance_validity", "impedance_ingest"],
)
@pytest.mark.slow
def test_a_benchmark_of_impedance_finds_its_figures(
    measure: Callable[[], Report], figures: int
) -> None:
    report = measure()
    assert len(report.figures) == figures
    assert all(np.isfinite(figure.ours) for figure in report.figures)
    assert run.written([report], []).count(f"| {report.title} |") == figures


@pytest.mark.parametrize(
    ("measure", "figures"),
    [
        (lambda: impedance_fit.measure(12, 2, 1), 6),
        (lambda: impedance_validity.measure(12, 2, 1), 2),
    ],
    ids=["impedance_fit", "impedance_validity"],
)
@pytest.mark.slow
def test_without_its_environment_a_peer_is_skipped_and_named(
    measure: Callable[[], Report], figures: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peer_impedance, "PYTHON", tmp_path / "python")
    report = measure()
    assert len(report.figures) == figures
    assert "impedance.py is absent" in report.caveats[-1]


def test_synthetic_spectra_are_the_same_for_a_seed_and_as_noisy_as_they_say() -> None:
    spectra, again, other = Spectra.drawn(400), Spectra.drawn(400), Spectra.drawn(400, seed=1)
    assert np.array_equal(spectra.impedance_ohm, again.impedance_ohm)
    assert not np.array_equal(spectra.impedance_ohm, other.impedance_ohm)
    slow = spectra.impedance_ohm[:, 0]
    series = spectra.truth["R0", "R"]
    assert np.corrcoef(slow.real, series)[0, 1] > 0.9
    rough = np.diff(np.angle(spectra.impedance_ohm), n=4, axis=1)  # of which shape has little
    assert np.median(np.abs(rough)) == pytest.approx(0.6745 * np.sqrt(70.0) * NOISE, rel=0.1)


def test_where_no_peer_does_the_same_the_figure_shows_no_ratio() -> None:
    cells = Figure("wall", "s", 3.0, nan, "nobody").cells
    assert cells[2] == cells[4] == "-"
