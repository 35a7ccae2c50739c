"""Charge along half-cycles: it begins at nothing and ends at what the steps passed."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from service.page.half_cycle_charge import Points, Steps, half_cycles
from tests.law import law

CURRENT = st.floats(1e-6, 10)
STEP = st.tuples(st.integers(1, 30), CURRENT, st.floats(0.1, 1000), st.floats(0.5, 2))


def straight(current: list[float], second: list[float], step: list[int]) -> Points:
    return Points(
        np.array(step, np.int64),
        np.array(second, float),
        np.linspace(3, 4, len(step)),
        np.array(current, float),
    )


def steps(number: list[int], half: list[int], net: list[float]) -> Steps:
    return Steps(
        np.array(number, np.int64),
        np.array(half, np.int64),
        np.array(half, np.int64),
        np.array(net, float),
    )


def test_an_ampere_for_an_hour_is_an_ampere_hour_and_half_of_it_halfway() -> None:
    points = straight([1, 1, 1], [0, 1800, 1800], [1, 1, 1])
    (half,) = half_cycles(points, steps([1], [1], [1.0]))
    assert half.mode == "charge"
    assert half.charge_ah.tolist() == [0.0, 0.5, 1.0]


def test_a_discharge_runs_from_nothing_upwards_too() -> None:
    points = straight([-2, -2], [0, 1800], [1, 1])
    (half,) = half_cycles(points, steps([1], [1], [-1.0]))
    assert half.mode == "discharge"
    assert half.charge_ah.tolist() == [0.0, 1.0]


@given(st.lists(STEP, min_size=1, max_size=5))
@law(50)
def test_a_half_cycle_ends_at_what_its_steps_passed(
    planned: list[tuple[int, float, float, float]],
) -> None:
    current, second, step, net = [], [], [], []
    for number, (count, ampere, interval, ratio) in enumerate(planned, 1):
        current += [ampere] * (count + 1)
        second += [0.0, *[interval] * count]
        step += [number] * (count + 1)
        net.append(ratio * ampere * interval * count / 3600)  # as a counter tells it
    numbers = list(range(1, len(planned) + 1))
    (half,) = half_cycles(straight(current, second, step), steps(numbers, [1] * len(planned), net))
    assert np.isclose(half.charge_ah[-1], sum(net), rtol=1e-9)
    assert (np.diff(half.charge_ah) >= -1e-15).all()


def test_a_rest_between_two_steps_adds_nothing() -> None:
    points = straight([1, 1, 0.5, 0.5, 1, 1], [0, 3600, 0, 3600, 0, 3600], [1, 1, 2, 2, 3, 3])
    (half,) = half_cycles(points, steps([1, 3], [1, 1], [1.0, 1.0]))
    assert half.charge_ah.tolist() == [0.0, 1.0, 1.0, 2.0]
    assert half.place.tolist() == [0, 1, 4, 5]


def test_an_interval_that_counts_nowhere_passes_nothing() -> None:
    points = straight([1, 99, 1], [0, np.nan, 3600], [1, 1, 1])
    (half,) = half_cycles(points, steps([1], [1], [1.0]))
    assert half.charge_ah.tolist() == [0.0, 1.0]


def test_a_pulse_against_a_half_cycle_is_taken_off_on_its_way() -> None:
    points = straight([2, 2, -1, -1, 2, 2], [0, 1800, 0, 360, 0, 1800], [1, 1, 2, 2, 3, 3])
    (half,) = half_cycles(points, steps([1, 2, 3], [1, 1, 1], [1.0, -0.1, 1.0]))
    assert np.allclose(half.charge_ah, [0, 1, 1, 0.9, 0.9, 1.9])


def test_what_passed_in_a_step_of_one_record_stands_at_it() -> None:
    points = straight([1, 1, 0.1], [0, 3600, 0], [1, 1, 2])
    (half,) = half_cycles(points, steps([1, 2], [1, 1], [1.0, 0.25]))
    assert half.charge_ah.tolist() == [0.0, 1.0, 1.25]


def test_of_an_unknown_charge_there_is_no_half_cycle() -> None:
    points = straight([1, 1], [0, 3600], [1, 1])
    assert half_cycles(points, steps([1], [1], [np.nan])) == []
    assert half_cycles(points, steps([], [], [])) == []
    assert half_cycles(straight([], [], []), steps([1], [1], [1.0])) == []


@given(CURRENT, st.floats(1.1, 10))
@law(20)
def test_twice_the_current_is_twice_the_charge(ampere: float, factor: float) -> None:
    net = ampere * 0.5
    one, other = (
        half_cycles(
            straight([ampere * by] * 3, [0, 900, 900], [1, 1, 1]), steps([1], [1], [net * by])
        )
        for by in (1, factor)
    )
    assert np.allclose(other[0].charge_ah, factor * one[0].charge_ah)
