"""What is a current and what is rest hangs on no maximum."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ingest.resolution import resolution
from ingest.rest_current import CurrentScale, current_scale


def scale(*parts: tuple[float, int], labelled: float | None = None) -> CurrentScale:
    """Return the scale of currents that last so many seconds each."""
    current = np.concatenate([np.full(second, ampere) for ampere, second in parts])
    resting = np.zeros(current.size, dtype=bool) if labelled is None else current == labelled
    return current_scale(current, np.ones(current.size), resting)


def test_one_glitch_owns_nothing() -> None:
    found = scale((5e-4, 5000), (1.0, 1), (-5e-4, 5000), (0.0, 500))
    assert found.typical_ampere == pytest.approx(5e-4, rel=0.01)
    assert found.rest_ampere == pytest.approx(5e-7, rel=0.01)


def test_a_short_hard_pulse_makes_no_slow_curve_a_rest() -> None:
    assert scale((1.0, 3600), (10.0, 10), (-0.008, 100_000)).rest_ampere < 0.008


def test_an_offset_in_long_labelled_rests_is_no_typical_current() -> None:
    found = scale((1.0, 1000), (0.008, 1_000_000), labelled=0.008)
    assert found.typical_ampere == pytest.approx(1.0, rel=0.01)


def test_noise_about_zero_is_rest_and_a_decay_is_none() -> None:
    rng = np.random.default_rng(1)
    noise: NDArray[np.float64] = 0.005 * rng.standard_normal(3000)
    decay = 0.02 * np.exp(-np.linspace(0.0, 3.0, 3000))
    rest_of = {}
    for name, least in (("noise", noise), ("decay", decay)):
        current = np.concatenate((np.ones(7000), least))
        none = np.zeros(current.size, dtype=bool)
        rest_of[name] = current_scale(current, np.ones(current.size), none).rest_ampere
    assert rest_of["noise"] > 0.0015
    assert rest_of["decay"] == pytest.approx(1e-3, rel=0.01)


def test_without_current_nothing_is_typical() -> None:
    assert scale((0.0, 10)) == CurrentScale(0.0, 0.0)
    assert scale((np.nan, 10)) == CurrentScale(0.0, 0.0)


@given(st.floats(1e-9, 1e3), st.integers(-6, 3))
def test_a_resolution_is_the_power_of_ten_all_values_are_multiples_of(
    size: float, exponent: int
) -> None:
    values = np.round(size * np.linspace(0.1, 1.0, 50) / 10.0**exponent) * 10.0**exponent
    found = resolution(values)
    assert found == 0.0 or found >= 0.999 * 10.0**exponent
