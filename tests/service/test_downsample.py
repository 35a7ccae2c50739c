"""Fewer points, chosen so that nothing that sticks out is lost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as numbers

from service.downsample import Method, chosen

VALUES = numbers.arrays(np.float64, st.integers(1, 400), elements=st.floats(width=64))


@given(st.lists(VALUES, max_size=3), st.integers(1, 100), st.sampled_from(Method))
def test_the_rows_chosen_rise_and_are_no_more_than_allowed(
    columns: list[np.ndarray[tuple[int], np.dtype[np.float64]]], most: int, method: Method
) -> None:
    count = min((len(values) for values in columns), default=200)
    rows = chosen([values[:count] for values in columns], count, most, method)
    if count <= most:
        assert rows is None
        return
    assert rows is not None
    assert 1 <= len(rows) <= most
    assert (np.diff(rows) > 0).all()
    assert rows[0] == 0
    assert most == 1 or rows[-1] == count - 1


@pytest.mark.parametrize("method", [Method.MINMAX, Method.LTTB])
def test_a_single_spike_in_either_column_survives(method: Method) -> None:
    voltage, current = np.zeros(100_000), np.sin(np.arange(100_000.0))
    voltage[61_803], current[31_415] = 5.0, -9.0
    rows = chosen([voltage, current], 100_000, 1_000, method)
    assert rows is not None
    assert 61_803 in rows
    assert 31_415 in rows


def test_a_null_is_not_chosen_while_there_are_numbers() -> None:
    values = np.sin(np.arange(10_000.0))
    values[1:-1:2] = np.nan
    rows = chosen([values], 10_000, 100, Method.MINMAX)
    assert rows is not None
    assert np.isfinite(values[rows]).all()


def test_a_column_without_a_number_takes_no_share() -> None:
    values = np.sin(np.arange(10_000.0))
    with_nulls = chosen([values, np.full(10_000, np.nan)], 10_000, 100, Method.MINMAX)
    alone = chosen([values], 10_000, 100, Method.MINMAX)
    np.testing.assert_array_equal(with_nulls, alone)
