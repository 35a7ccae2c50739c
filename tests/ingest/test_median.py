"""The median of every step at once equals NumPy's, step by step."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ingest.median import median_by_step

number = st.floats(-1e6, 1e6) | st.just(float("nan"))


@given(st.lists(st.lists(number, min_size=1, max_size=40), min_size=1, max_size=30))
def test_each_step_gets_the_median_numpy_gives_it(steps: list[list[float]]) -> None:
    values = np.concatenate([np.asarray(step, dtype=np.float64) for step in steps])
    starts = np.cumsum([0, *map(len, steps[:-1])])
    expected = []
    for step in steps:
        known = [value for value in step if not np.isnan(value)]
        expected.append(float(np.median(known)) if known else float("nan"))
    np.testing.assert_allclose(median_by_step(values, starts), expected, rtol=1e-15)


def test_points_that_are_not_kept_do_not_count() -> None:
    values = np.array([1.0, 2.0, 100.0, 5.0, 6.0, 7.0])
    keep = np.array([True, True, False, False, False, False])
    medians = median_by_step(values, np.array([0, 3]), keep=keep)
    np.testing.assert_array_equal(medians, [1.5, np.nan])


def test_the_first_point_of_each_step_can_be_left_out() -> None:
    values = np.array([9.0, 1.0, 3.0, 9.0])
    medians = median_by_step(values, np.array([0, 3]), skip_first=True)
    np.testing.assert_array_equal(medians, [2.0, np.nan])
