"""What a counter gained, wherever it starts again."""

import numpy as np
import pytest

from ingest.counter import Counter, at_start, counters_of, increments
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


def test_a_record_that_does_not_count_leaves_its_gain_to_the_next() -> None:
    counter = Counter(np.array([0.0, 1.0, 0.0, 3.0]), net=False, restarts=False, resolution=0.0)
    counts = np.array([True, True, False, True])
    assert increments(counter, slice(0, 4), counts, np.ones(4)).tolist() == [0, 1, 0, 2]


def test_a_block_goes_on_from_the_record_before_it() -> None:
    counter = Counter(np.array([0.0, 1.0, 4.0, 9.0]), net=False, restarts=False, resolution=0.0)
    assert increments(counter, slice(2, 4), None, np.ones(2)).tolist() == [3, 5]


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
