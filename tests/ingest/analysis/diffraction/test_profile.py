"""Shapes of lines: of area one, as their slopes say, and in parts that come together again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.analysis.diffraction.profile import Floats, Shapes, height, parts, shapes, together
from tests.ingest.analysis.diffraction.simulated import COPPER, SINGLE
from tests.law import law

_ANGLE = np.arange(20.0, 32.0, 0.005)


def test_the_height_of_a_line_of_area_one() -> None:
    assert height(0.085, 0.5) == pytest.approx(9.2709, abs=5e-5)


def test_parts_of_gauss_and_lorentz_come_together() -> None:
    width, share = together(0.06, 0.04)
    assert width == pytest.approx(0.083901, abs=5e-7)
    assert share == pytest.approx(0.55484, abs=6e-6)


@given(st.floats(0.02, 0.5), st.floats(0.05, 0.95))
def test_parts_of_a_line_make_that_line(width: float, share: float) -> None:
    again, shared = together(*parts(width, share))
    assert again == pytest.approx(width, rel=4e-3)
    assert shared == pytest.approx(share, abs=0.01)


@given(st.floats(0.05, 0.2), st.floats(0.0, 1.0))
def test_a_line_has_the_area_one_and_its_second_half_of_it(width: float, share: float) -> None:
    wide = np.arange(-60.0, 110.0, 0.005) + 25.0
    place = np.array([25.0])
    for radiation, area in ((SINGLE, 1.0), (COPPER, 1.5)):
        drawn = shapes(
            wide, place, np.array([width]), np.array([share]), radiation.components
        ).value
        assert 0.005 * drawn.sum() == pytest.approx(area, rel=3e-3)


def _drawn(made: list[Floats]) -> Shapes:
    place, width, share = made
    return shapes(_ANGLE, place, width, share, COPPER.components)


@law(30)
@given(st.integers(0, 2**32 - 1))
def test_slopes_of_shapes_are_those_of_differences(seed: int) -> None:
    drawn = np.random.default_rng(seed)
    made = [drawn.uniform(24, 28, 3), drawn.uniform(0.06, 0.3, 3), drawn.uniform(0, 1, 3)]
    exact = _drawn(made)
    near = np.abs(_ANGLE[:, None] - made[0]) < 25.0 * made[1]
    for place, slope in enumerate((exact.by_position, exact.by_width, exact.by_share)):
        above, below = ([each.copy() for each in made] for _ in range(2))
        above[place] += 1e-6
        below[place] -= 1e-6
        difference = (_drawn(above).value - _drawn(below).value) / 2e-6
        assert slope[near] == pytest.approx(difference[near], abs=1e-6 * np.abs(slope).max())
