"""Which columns of numbers can only be the frequencies of a sweep."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ingest.parse.frequency import is_even_sweep


@given(st.floats(-3, 3), st.floats(0.05, 0.5), st.integers(25, 60), st.booleans())
def test_even_steps_of_log_frequency_are_a_sweep_either_way(
    first: float,
    step: float,
    count: int,
    down: bool,
) -> None:
    frequency = np.array([10.0 ** (first + step * place) for place in range(count)])
    printed = np.array([float(f"{value:.4g}") for value in frequency])
    assert is_even_sweep(frequency[::-1] if down else frequency)
    assert is_even_sweep(printed[::-1] if down else printed)


@pytest.mark.parametrize(
    "values",
    [
        np.linspace(5, 80, 100),
        np.linspace(0, 1e5, 100),
        np.array([1.0, 10, 100, 1000]),
        np.array([1e4, 1e3, 1e2, 1e2, 1e1, 1]),
        np.array([1e4, 1e3, 1e2, 1e3, 1e4]),
        np.array([1e4, 1e3, np.nan, 1e1, 1]),
        np.array([-1e4, -1e3, -1e2, -1e1, -1]),
        np.full(10, 3.7),
        np.geomspace(1, 2, 10),
    ],
)
def test_angles_times_and_potentials_are_no_sweep(values: NDArray[np.float64]) -> None:
    assert not is_even_sweep(values)
