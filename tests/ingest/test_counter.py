"""What a counter gained, wherever it starts again."""

from itertools import pairwise

import numpy as np
import pytest

from ingest.counter import LOOP, Counter, at_start, counters_of, increments
from ingest.series import Series


def gained(*values: float, net: bool = False, current: float = 1.0) -> list[float]:
    counter = Counter(np.array(values, dtype=np.float64), net, restarts=False, resolution=1e-9)
    rows = slice(0, len(values))
    found = increments(counter, rows, None, np.full(len(values), current))
    return [round(float(each), 9) for each in found]


def test_a_counter_that_falls_starts_again_from_zero() -> None:
    assert gained(0, 1, 2, 0, 3) == [0, 1, 1, 0, 3]
    assert gained(0, 1, 2, 0.5, 1) == [0, 1, 1, 0.5, 0.5]


def test_a_net_counter_that_goes_down_as_the_current_does_did_not_start_again() -> None:
    assert gained(2, 1.5, 0.6, 0.1, net=True, current=-1.0) == [0, -0.5, -0.9, -0.5]


def test_a_net_counter_that_falls_against_the_current_started_again() -> None:
    assert gained(1, 2, 0.25, 0.5, net=True) == [0, 1, 0.25, 0.25]


def test_an_unknown_value_gains_nothing_and_the_next_gains_it_all() -> None:
    assert gained(0, 1, np.nan, 3) == [0, 1, 0, 2]


def test_a_counter_that_is_never_known_gains_nothing() -> None:
    assert gained(np.nan, np.nan, np.nan) == [0, 0, 0]


def test_a_record_that_does_not_count_leaves_its_gain_to_the_next() -> None:
    counter = Counter(np.array([0.0, 1.0, 0.0, 3.0]), net=False, restarts=False, resolution=0.0)
    counts = np.array([True, True, False, True])
    assert increments(counter, slice(0, 4), counts, np.ones(4)).tolist() == [0, 1, 0, 2]


def test_a_block_goes_on_from_the_record_before_it() -> None:
    counter = Counter(np.array([0.0, 1.0, 4.0, 9.0]), net=False, restarts=False, resolution=0.0)
    assert increments(counter, slice(2, 4), None, np.ones(2)).tolist() == [3, 5]


@pytest.mark.parametrize("by_record", [False, True])
@pytest.mark.parametrize("net", [False, True])
def test_blocks_gain_together_what_the_test_gains(by_record: bool, net: bool) -> None:
    draw = np.random.default_rng(7)
    size = 200
    gains = draw.normal(0.3, 1.0, size) if net else draw.exponential(1.0, size)
    values = gains if by_record else np.cumsum(gains)
    if not by_record:
        values[draw.random(size) < 0.2] = np.nan
    counter = Counter(values, net, restarts=False, resolution=0.0, by_record=by_record)
    counts, current = draw.random(size) < 0.6, np.sign(gains)
    whole = increments(counter, slice(0, size), counts, current)
    edges = [0, 1, 2, 3, 40, 41, 90, size]
    blocks = [
        increments(counter, slice(begin, end), counts, current[begin:end])
        for begin, end in pairwise(edges)
    ]
    assert np.concatenate(blocks) == pytest.approx(whole, abs=1e-12)
    first, last = np.flatnonzero(counts & np.isfinite(values))[[0, -1]]
    assert whole[: first + 1].tolist() == [0.0] * (first + 1)
    if by_record:
        assert whole.sum() == pytest.approx(gains[first + 1 : last + 1].sum())
    elif not net:
        assert whole.sum() == pytest.approx(values[last] - values[first])


def test_a_counter_of_steps_counts_at_a_first_record_what_could_have_passed() -> None:
    counter = Counter(np.array([0.1, 5.0, 0.1, 7.0]), net=False, restarts=True, resolution=0.0)
    starts, gains = np.array([0, 2, 3]), np.array([0.0, 0.1, 6.9])
    assert at_start(counter, starts, gains, np.array([0.1, 0.1, 0.1])).tolist() == [0.1, 0.1, 0.0]


def test_the_counter_of_the_shortest_stretch_is_taken_and_one_that_never_counts_is_none() -> None:
    one, none = np.array([0.0, 1.0]), np.zeros(2)
    columns = {
        "charging_capacity_ah": one,
        "cycle_charging_capacity_ah": 2 * one,
        "step_charging_capacity_ah": none,
        "net_capacity_ah": one,
    }
    found = counters_of(Series(columns, 2), "capacity_ah")
    assert found.charging is not None
    assert found.charging.values.tolist() == [0.0, 2.0]
    assert not found.charging.restarts
    assert found.net is None
    assert found.resolution == pytest.approx(1.0)


def test_a_counter_without_a_sign_takes_that_of_the_current_and_starts_again_where_it_falls() -> (
    None
):
    columns = {
        "current_ampere": np.array([2.0, 2.0, 0.0, -1.0, -1.0, 0.0, 3.0]),
        "step_cumulative_capacity_ah": np.array([0.5, 1.0, 1.25, 0.25, 0.5, 0.0, 0.75]),
    }
    found = counters_of(Series(columns, 7), "capacity_ah")
    assert found.net is not None
    assert found.net.values.tolist() == [0.5, 0.5, 0.25, -0.25, -0.25, 0.0, 0.75]
    assert found.net.by_record
    assert found.net.restarts


def test_what_a_net_counter_holds_at_a_first_record_went_one_way_only() -> None:
    counter = Counter(np.array([0.25, -0.5]), net=True, restarts=True, resolution=0.0)
    starts, none, most = np.array([0, 1]), np.zeros(2), np.ones(2)
    assert at_start(counter, starts, none, most).tolist() == [0.25, 0.0]
    assert at_start(counter, starts, none, most, way=-1.0).tolist() == [0.0, 0.5]


def looped(counter: list[float], loop: list[int]) -> list[float]:
    columns = {
        "net_capacity_ah": np.array(counter),
        "half_cycle_charging_capacity_ah": np.ones(len(counter)),
        LOOP: np.array(loop),
    }
    found = counters_of(Series(columns, len(counter)), "capacity_ah")
    assert found.net is not None
    assert found.charging is None
    return [round(each, 9) for each in found.net.values.tolist()]


def test_a_counter_starts_again_with_each_loop_whichever_way_it_goes_on() -> None:
    assert looped([1, 4, 0.5, 2], [0, 0, 1, 1]) == [1, 3, 0.5, 1.5]
    assert looped([1, 4, -0.5, -2], [0, 0, 1, 1]) == [1, 3, -0.5, -1.5]
    assert looped([1, 4, 2, 0.5], [0, 0, 0, 0]) == [1, 3, -2, -1.5]


def test_a_counter_that_goes_on_over_a_loop_gained_what_it_differs_by() -> None:
    assert looped([1, 4, 4, 5], [0, 0, 1, 1]) == [1, 3, 0, 1]


def test_a_counter_starts_again_at_the_first_known_record_of_a_loop() -> None:
    assert looped([1, 4, np.nan, 2], [0, 0, 1, 1]) == [1, 3, 0, 2]
