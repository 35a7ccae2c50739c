"""Test time from step times: laws of laying steps end to end."""

from datetime import datetime

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ingest.parse.elapsed import started_at
from ingest.parse.elapsed import test_time_second as laid_end_to_end

STEPS = st.lists(
    st.lists(st.floats(0, 1e5), min_size=1, max_size=5).map(sorted), min_size=1, max_size=6
)


def test_a_step_starts_where_the_one_before_it_ended() -> None:
    step_time = np.array([0, 10, 0, 5, 0, 1.0])
    assert laid_end_to_end(step_time, np.array([1, 1, 2, 2, 1, 1])).tolist() == [
        *[0, 10, 10, 15, 15, 16]
    ]


@given(STEPS)
def test_time_never_runs_back_and_ends_at_the_sum_of_the_steps(steps: list[list[float]]) -> None:
    step = np.repeat(np.arange(len(steps)), [len(times) for times in steps])
    total = laid_end_to_end(np.concatenate(steps), step)
    assert (np.diff(total) >= -2e-6).all()
    assert np.isclose(total[-1], sum(times[-1] for times in steps), rtol=0, atol=1e-5)


def test_a_missing_time_is_missing_and_moves_nothing_else() -> None:
    total = laid_end_to_end(np.array([0, np.nan, 4, 0, 1]), np.array([1, 1, 1, 2, 2]))
    assert np.allclose(total, [0, np.nan, 4, 4, 5], equal_nan=True)


def test_a_test_began_before_its_first_record_that_tells_both_times() -> None:
    clock = np.array([np.nan, 1_700_000_010.5, 1_700_000_099.0])
    began = datetime(2023, 11, 14, 22, 13, 20)  # noqa: DTZ001 - a clock without a zone
    assert started_at(clock, np.array([0.0, 10.5, 11.0])) == began
    assert started_at(clock, np.array([0.0, np.nan, np.nan])) is None
