"""Which number a cycle has, and whether its last half-cycle was left."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from schema.cycle import Numbering, number_steps
from schema.half_cycle import Runs

SIGN = {"charge": 1.0, "discharge": -1.0}


def numbered(*modes: str, program: tuple[int, ...] | None = None) -> Numbering:
    """Number steps of one ampere-hour each."""
    charge = np.array([SIGN.get(mode, 0.0) for mode in modes])
    unknown = np.full(charge.size, np.nan)
    runs = Runs(charge, np.zeros(charge.size), unknown, unknown, unknown)
    told = np.array(program or range(len(modes)))
    return number_steps(np.array(modes), runs, told)


def test_a_cycle_ends_when_the_first_direction_returns() -> None:
    found = numbered("rest", "charge", "rest", "discharge", "rest", "charge")
    assert found.cycle.tolist() == [1, 1, 1, 1, 1, 2]
    assert found.half_cycle.tolist() == [1, 1, 1, 2, 2, 3]


def test_a_cell_that_begins_with_discharge_counts_cycles_from_discharge() -> None:
    assert numbered("discharge", "charge", "discharge", "charge").cycle.tolist() == [1, 1, 2, 2]


def test_each_scan_is_a_cycle_and_parts_what_stands_around_it() -> None:
    modes = ("charge", "voltammetry", "voltammetry", "discharge", "rest")
    assert numbered(*modes).cycle.tolist() == [1, 2, 3, 4, 4]


def test_a_test_that_only_rests_is_one_cycle_without_a_half() -> None:
    found = numbered("rest", "impedance", "unknown")
    assert found.cycle.tolist() == [1, 1, 1]
    assert found.half_cycle.tolist() == [0, 0, 0]


def test_a_half_cycle_is_left_by_the_next_and_by_a_rest() -> None:
    assert numbered("charge", "discharge").left.tolist() == [True, False]
    assert numbered("charge", "discharge", "rest").left.tolist() == [True, True, True]


def test_a_rest_among_the_pulses_of_a_titration_leaves_nothing() -> None:
    found = numbered("charge", "rest", "charge", "rest", program=(1, 2, 1, 2))
    assert not found.left.any()


def test_a_step_that_stood_behind_an_earlier_half_cycle_leaves_the_last() -> None:
    half = ("charge", "rest", "charge", "rest")
    found = numbered(*half, "discharge", *half, program=(1, 2, 1, 3, 4, 1, 2, 1, 3))
    assert found.left.all()


@given(st.lists(st.sampled_from(("charge", "discharge", "rest", "voltammetry", "impedance"))))
def test_cycles_never_fall_and_rise_by_one_at_most(modes: list[str]) -> None:
    found = numbered(*modes)
    assert set(np.diff(found.cycle)) <= {0, 1}
    assert set(found.cycle[:1]) <= {1}


@given(st.lists(st.sampled_from(("charge", "discharge", "impedance")), min_size=1, max_size=40))
def test_rests_change_no_cycle(modes: list[str]) -> None:
    with_rests = [each for mode in modes for each in (mode, "rest")]
    np.testing.assert_array_equal(numbered(*with_rests).cycle[::2], numbered(*modes).cycle)
