"""The area of a line, and its error."""

import numpy as np
import pytest

from ingest.analysis.photoemission.area import areas
from tests.ingest.analysis.photoemission.simulated import BY_NAME, Floats, region, spectrum

ENERGY = np.arange(276.0, 296.0, 0.1)
TRIES = 300


def counts_of(area: float, level: float, step: float) -> Floats:
    return spectrum(ENERGY, [(285.0, area)], level=level, step=step, width=1.4)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("area", "level", "step"), [(2000.0, 300.0, 0.02), (2000.0, 300.0, 0.08), (0.0, 100.0, 0.0)]
)
def test_the_interval_of_an_area_covers_it(area: float, level: float, step: float) -> None:
    """0.93-0.97, G 0.5-1.9; no line at all: mean 0, 0.94-0.96 (STRUCTURE S3.3)."""
    rng = np.random.default_rng(11)
    expected = counts_of(area, level, step)
    # wings go beyond the ends: what the method makes of it without noise is what is to be covered
    truth = areas(region(ENERGY, expected, "C1s"), BY_NAME["C1s"], whole=True)[0].value
    values, covered = [], 0
    for _ in range(TRIES):
        drawn = rng.poisson(expected).astype(float)
        found = areas(region(ENERGY, drawn, "C1s"), BY_NAME["C1s"], whole=True)[0]
        values.append(found.value)
        covered += abs(found.value - truth) < 1.96 * found.error
    assert 0.92 <= covered / TRIES <= 0.98
    assert abs(np.mean(values) - truth) < 4.0 * np.std(values) / np.sqrt(TRIES)


def test_the_same_spectrum_has_the_same_error() -> None:
    counts = np.round(counts_of(2000.0, 300.0, 0.02))
    one, other = (
        areas(region(ENERGY, counts, "C1s"), BY_NAME["C1s"], whole=True)[0] for _ in range(2)
    )
    assert (one.value, one.error) == (other.value, other.error)
    assert (one.status, one.reason) == ("ok", "")


def test_a_rate_has_the_relative_error_of_its_counts() -> None:
    counts = np.round(counts_of(2000.0, 300.0, 0.02))
    plain = areas(region(ENERGY, counts, "C1s"), BY_NAME["C1s"], whole=True)[0]
    rate = areas(region(ENERGY, counts * 4.0, "C1s", gain=4.0), BY_NAME["C1s"], whole=True)[0]
    assert rate.value == pytest.approx(4.0 * plain.value)
    assert rate.error == pytest.approx(4.0 * plain.error)


def test_the_error_is_more_than_the_root_of_the_counts() -> None:
    counts = np.round(counts_of(2000.0, 300.0, 0.08))
    found = areas(region(ENERGY, counts, "C1s"), BY_NAME["C1s"], whole=True)[0]
    assert found.error > 1.2 * np.sqrt(counts.sum()) * 0.1
    assert found.gain > 1.0
    assert (found.status, found.reason) == ("low_quality", "shirley_gain_above_1")


def test_smoothed_spectra_have_areas_without_errors() -> None:
    counts = counts_of(2000.0, 300.0, 0.02)
    smooth = region(ENERGY, counts, "C1s", gain=float("nan"), scale="none")
    found = areas(smooth, BY_NAME["C1s"], whole=True)[0]
    assert found.value > 1500.0
    assert np.isnan(found.error)
    assert (found.status, found.reason) == ("low_quality", "no_counting_statistics")


def test_tougaard_is_refused_without_fifty_electronvolts() -> None:
    counts = counts_of(2000.0, 300.0, 0.02)
    shirley, tougaard = areas(region(ENERGY, counts, "C1s"), BY_NAME["C1s"], whole=True)
    assert shirley.background == "shirley"
    assert (tougaard.status, tougaard.reason) == ("not_computable", "less_than_50_ev_above")
    long = np.arange(270.0, 340.0, 0.2)
    counts = spectrum(long, [(285.0, 2000.0)], level=100.0, step=0.02, width=1.4)
    _, both = areas(region(long, counts, "C1s"), BY_NAME["C1s"], whole=True)
    assert both.status == "ok"
    assert both.value > 1500.0
