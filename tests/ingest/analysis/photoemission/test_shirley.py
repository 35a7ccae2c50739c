"""Shirley's background."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.analysis.photoemission.shirley import FALLS, NO_CONVERGENCE, end_count, shirley
from tests.ingest.analysis.photoemission.simulated import spectrum
from tests.law import law

ENERGY = np.arange(280.0, 292.0, 0.1)
LINE = np.array([500, 505, 520, 600, 1500, 3000, 1800, 900, 700, 660, 655], dtype=float)


def test_it_is_that_of_the_norm() -> None:
    """V26: area 5005.35, B[5] 571.761; the same by hand with the trapezoid rule."""
    found = shirley(np.arange(11.0), LINE[None], 1)
    below = found.values[0]
    assert np.trapezoid(LINE - below) == pytest.approx(5005.35, abs=0.005)
    assert below[5] == pytest.approx(571.761, abs=0.0005)
    assert found.reason[0] == ""
    assert found.gain[0] == pytest.approx(155 * 11 / 5005.35, rel=1e-4)


@law(20)
@given(st.floats(0.01, 100.0), st.floats(0.0, 1000.0))
def test_it_scales_and_shifts_with_the_spectrum(factor: float, level: float) -> None:
    plain = shirley(np.arange(11.0), LINE[None], 1).values[0]
    moved = shirley(np.arange(11.0), (factor * LINE + level)[None], 1).values[0]
    assert np.allclose(moved, factor * plain + level, rtol=1e-5)


def test_it_finds_the_area_of_a_line_with_a_step() -> None:
    counts = spectrum(ENERGY, [(286.0, 3000.0)], level=200.0, step=0.05, width=1.4)
    found = shirley(ENERGY, counts[None], end_count(0.1))
    area = (counts - found.values[0]).sum() * 0.1
    # wings of a tenth Lorentzian go beyond the ends
    assert area == pytest.approx(3000.0, rel=0.06)


def test_where_it_would_fall_it_is_a_line() -> None:
    found = shirley(np.arange(11.0), LINE[None, ::-1], 1)
    assert found.reason[0] == FALLS
    assert np.allclose(found.values[0], np.linspace(655, 500, 11))
    assert np.isnan(found.gain[0])


def test_where_it_does_not_settle_it_is_a_line_and_says_so() -> None:
    nothing = np.linspace(100.0, 140.0, 11)
    found = shirley(np.arange(11.0), nothing[None], 1)
    assert found.reason[0] == NO_CONVERGENCE
    assert np.allclose(found.values[0], np.linspace(100, 140, 11))


def test_copies_are_each_computed_alone() -> None:
    copies = np.stack([LINE, 2.0 * LINE + 7.0, LINE[::-1]])
    together = shirley(np.arange(11.0), copies, 2)
    for row in range(3):
        alone = shirley(np.arange(11.0), copies[row : row + 1], 2)
        assert np.allclose(together.values[row], alone.values[0])


def test_ends_are_half_an_electronvolt_and_five_points_at_least() -> None:
    assert (end_count(0.05), end_count(0.1), end_count(1.0)) == (10, 5, 5)
