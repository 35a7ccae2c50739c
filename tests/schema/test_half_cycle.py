"""Where the charge turns: the zigzag of the net charge, pruned."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.half_cycle import Runs, half_cycles


def numbers(*charge: float, span: float = np.nan) -> list[int]:
    """Return the half-cycle of runs that span so much voltage each; unknown by default."""
    size = len(charge)
    low, last = np.full(size, 3.0), np.full(size, 3.0)
    runs = Runs(np.array(charge), np.zeros(size), low, low + span, last)
    return [int(number) for number in half_cycles(runs)]


def test_equal_turns_are_half_cycles() -> None:
    assert numbers(1, -1, 1, -1) == [1, 2, 3, 4]


def test_runs_of_one_direction_are_one_half_cycle_and_rests_stand_in_the_one_before() -> None:
    assert numbers(0, 1, 0, 1, 0, -2) == [1, 1, 1, 1, 1, 2]


def test_a_pulse_below_a_twentieth_turns_nothing() -> None:
    assert numbers(1, -0.5, 0.049, -0.55, 1) == [1, 2, 2, 2, 3]


def test_a_micro_cycle_of_a_twentieth_or_more_turns() -> None:
    assert numbers(1, -0.5, 0.1, -0.6, 1) == [1, 2, 3, 4, 5]


def test_pulses_that_together_carry_back_what_the_half_cycle_carries_are_cycles() -> None:
    many = [each for _ in range(40) for each in (0.03, -0.03)]
    assert max(numbers(1, *many, -1)) > 40


def test_a_pulse_over_the_whole_span_of_voltage_is_no_minor_one() -> None:
    assert numbers(1, -0.5, 0.03, -0.53, span=1.0) == [1, 2, 3, 4]


def test_a_first_and_a_last_run_too_short_to_be_one_open_none() -> None:
    assert numbers(-0.01, 1, -1, 0.01) == [0, 1, 2, 0]


def test_small_legs_at_either_end_are_pulses_of_the_half_cycle_beside_them() -> None:
    assert numbers(1, -1, 0.03, -0.02) == [1, 2, 2, 2]
    assert numbers(0.02, -0.03, 1, -1) == [1, 1, 1, 2]
    assert numbers(1, -1, 0.03, -0.02, 0.01) == [1, 2, 2, 2, 0]


def test_a_cell_that_dies_at_once_is_cycled_on() -> None:
    assert numbers(1, -1, 0.02, -0.02, 0.02, -0.02, span=1.0) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("none", [(), (0.0,), (0.0, 0.0)])
def test_without_charge_there_is_no_half_cycle(none: tuple[float, ...]) -> None:
    assert numbers(*none) == [0] * len(none)


@given(st.lists(st.floats(-1.0, 1.0, width=32), max_size=40))
def test_half_cycles_rise_by_one_and_turn_where_the_net_charge_does(charge: list[float]) -> None:
    number = np.array(numbers(*charge), dtype=np.int64)
    counted = number[number > 0]
    assert np.all(np.isin(np.diff(counted), (0, 1)))
    net = np.bincount(number, charge, minlength=1)[1:]
    net = net[np.abs(net) > 1e-6]
    assert np.all(net[1:] * net[:-1] < 0.0)


@given(st.lists(st.floats(-1.0, 1.0, width=32), max_size=40))
def test_to_turn_the_sign_changes_no_number(charge: list[float]) -> None:
    assert numbers(*charge) == numbers(*(-each for each in charge))
