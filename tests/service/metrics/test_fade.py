"""fade_rate and cycle_life."""

from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import linregress, theilslopes

from tests.law import law

Ask = Callable[..., list[dict[str, Any]]]
LAW = law(20)
METRICS = pytest.mark.parametrize("metric", ["fade_rate", "cycle_life"])

capacities = st.lists(st.floats(0.1, 10.0), min_size=1, max_size=15)


def cycles_of(capacities: list[float], test_id: int = 1) -> list[dict[str, Any]]:
    """Return complete cycles of these discharge capacities at one current."""
    return [
        {
            "test_id": test_id,
            "cycle_count": number,
            "cell_cycle_count": number,
            "kind_count": 1,
            "kind_role": "main",
            "kind_cycle_count": number,
            "complete": True,
            "discharge_capacity_ah": capacity,
            "status": "ok",
        }
        for number, capacity in enumerate(capacities, 1)
    ]


@LAW
@given(capacities=capacities)
def test_the_slopes_are_those_of_scipy(capacities: list[float], ask: Ask) -> None:
    (row,) = ask("fade_rate", {"cycle": cycles_of(capacities)})
    if len(capacities) < 3:  # the second and the third at least
        assert row["fade_percent_per_cycle"] is None
        assert row["status"] == "not_comparable"
        assert row["reason"] == "fewer than two comparable cycles"
        return
    number = np.arange(2, len(capacities) + 1)
    retention = np.array(capacities[1:]) / np.median(capacities[1:4])
    theirs = theilslopes(retention, number)
    assert row["fade_percent_per_cycle"] == pytest.approx(-100 * theirs.slope, rel=1e-6, abs=1e-9)
    if row["fade_low_percent_per_cycle"] is None:
        assert len(number) < 6
    elif len(set(capacities)) == len(capacities):  # they take ties out of the deviation
        ends = (row["fade_low_percent_per_cycle"], row["fade_high_percent_per_cycle"])
        expected = (-100 * theirs.high_slope, -100 * theirs.low_slope)
        assert ends == pytest.approx(expected, rel=1e-6, abs=1e-9)
    assert row["least_squares_fade_percent_per_cycle"] == pytest.approx(
        -100 * linregress(number, retention).slope, rel=1e-6, abs=1e-9
    )
    assert row["counted_cycles"] == len(number)
    assert row["reason"] is None


@pytest.mark.parametrize(("count", "most", "spacing"), [(61, 60, 1), (62, 60, 2), (200, 60, 12)])
def test_of_many_cycles_every_two_are_compared_that_are_so_many_apart(
    count: int, most: int, spacing: int, ask: Ask
) -> None:
    rng = np.random.default_rng(5)
    capacities = 1 - 1e-3 * np.arange(count) + rng.normal(0, 1e-2, count)
    rows = {"cycle": cycles_of(capacities.tolist())}
    (row,) = ask("fade_rate", rows, every_two_up_to=most)
    assert (row["spacing"], row["counted_cycles"]) == (spacing, count - 1)
    retention = capacities[1:] / np.median(capacities[1:4])
    one, other = np.triu_indices(count - 1, 1)
    apart = (other - one) % spacing == 0
    slopes = (retention[other] - retention[one])[apart] / (other - one)[apart]
    assert len(slopes) <= most * (most - 1) / 2 or spacing == 1
    assert row["fade_percent_per_cycle"] == pytest.approx(-100 * np.median(slopes), rel=1e-9)
    (every,) = ask("fade_rate", rows, every_two_up_to=10_000)
    assert every["spacing"] == 1
    assert row["fade_percent_per_cycle"] == pytest.approx(every["fade_percent_per_cycle"], rel=0.1)


@LAW
@given(capacities=capacities, fraction=st.floats(0.1, 0.9))
def test_a_life_ends_where_the_course_first_meets_the_fraction(
    capacities: list[float], fraction: float, ask: Ask
) -> None:
    (row,) = ask("cycle_life", {"cycle": cycles_of(capacities)}, reference=1, fraction=fraction)
    retention = np.array(capacities) / capacities[0]
    below = np.flatnonzero(retention <= fraction)
    assert row["last_retention"] == pytest.approx(retention[-1])
    assert row["censored"] is (len(below) == 0)
    if not len(below):
        assert row["cycle_life"] == len(capacities)
        return
    after = below[0]  # never the reference itself
    expected = np.interp(
        fraction, [retention[after], retention[after - 1]], [after + 1.0, float(after)]
    )
    assert row["cycle_life"] == pytest.approx(expected)
    assert after <= row["cycle_life"] <= after + 1


@LAW
@given(capacities=capacities, more=capacities)
def test_watching_longer_never_shortens_a_life(
    capacities: list[float], more: list[float], ask: Ask
) -> None:
    (short,), (longer,) = (
        ask("cycle_life", {"cycle": cycles_of(each)}, reference=1)
        for each in (capacities, capacities + more)
    )
    assert longer["cycle_life"] >= short["cycle_life"]
    if not short["censored"]:
        assert longer["cycle_life"] == short["cycle_life"]


@METRICS
@LAW
@given(capacities=capacities, exponent=st.integers(-8, 8))
def test_a_bigger_cell_fades_alike(
    metric: str, capacities: list[float], exponent: int, ask: Ask
) -> None:
    bigger = [capacity * 2.0**exponent for capacity in capacities]
    one, other = (ask(metric, {"cycle": cycles_of(each)}) for each in (capacities, bigger))
    assert one == other


@METRICS
@LAW
@given(first=capacities, second=capacities, shuffled=st.randoms(use_true_random=False))
def test_a_test_is_untouched_by_the_others_and_by_their_order(
    metric: str, first: list[float], second: list[float], shuffled: Random, ask: Ask
) -> None:
    rows = cycles_of(first) + cycles_of(second, test_id=2)
    shuffled.shuffle(rows)
    together = ask(metric, {"cycle": rows})
    (alone,) = ask(metric, {"cycle": cycles_of(first)})
    (same,) = (row for row in together if row["test_id"] == 1)
    for name, value in alone.items():  # a sum may differ in its last digit by the order of rows
        near = pytest.approx(value, rel=1e-9, abs=1e-9) if isinstance(value, float) else value
        assert same[name] == near


@METRICS
@LAW
@given(
    capacities=capacities,
    foreign=st.floats(0.001, 10.0),
    place=st.integers(0, 15),
    more=st.sampled_from([{"kind_count": 2, "kind_role": "check_up"}, {"status": "low_quality"}]),
)
def test_a_cycle_of_another_kind_or_of_low_quality_counts_along_and_changes_nothing(
    metric: str,
    capacities: list[float],
    foreign: float,
    place: int,
    more: dict[str, Any],
    ask: Ask,
) -> None:
    place = min(place, len(capacities))
    cycles = cycles_of(capacities)
    for cycle in cycles[place:]:
        cycle["cycle_count"] += 1
        cycle["cell_cycle_count"] += 1
    (without,) = ask(metric, {"cycle": cycles})
    (one,) = cycles_of([foreign])
    one |= {"cycle_count": place + 1, "cell_cycle_count": place + 1, **more}
    (found,) = ask(metric, {"cycle": [*cycles, one]})
    told = {"left_out", "left_out_cycles", "status", "reason"}
    assert {k: v for k, v in found.items() if k not in told} == {
        k: v for k, v in without.items() if k not in told
    }


@METRICS
@LAW
@given(capacities=capacities, cut=st.integers(1, 14))
def test_parting_the_cycles_of_a_cell_into_two_tests_changes_nothing(
    metric: str, capacities: list[float], cut: int, ask: Ask
) -> None:
    whole = [row | {"cell_id": 7} for row in cycles_of(capacities)]
    parted = [
        row
        if row["cycle_count"] <= cut
        else row | {"test_id": 2, "cycle_count": row["cycle_count"] - cut}
        for row in whole
    ]
    (one,) = ask(metric, {"cycle": whole})
    for row in ask(metric, {"cycle": parted}):
        assert row | {"test_id": 1} == one


@pytest.mark.slow
@LAW
@given(formation=st.integers(0, 5), capacities=st.lists(st.floats(0.1, 10.0), min_size=6))
def test_formation_moves_a_life_by_its_cycles_and_no_fade(
    formation: int, capacities: list[float], ask: Ask
) -> None:
    cycles = cycles_of(capacities)
    (life,), (fade,) = (ask(metric, {"cycle": cycles}) for metric in ("cycle_life", "fade_rate"))
    before = [
        row | {"kind_count": 2, "kind_role": "formation"} for row in cycles_of([9.0] * formation)
    ]
    later = [
        row | {n: row[n] + formation for n in ("cycle_count", "cell_cycle_count")} for row in cycles
    ]
    (later_life,), (same_fade,) = (
        ask(metric, {"cycle": [*before, *later]}) for metric in ("cycle_life", "fade_rate")
    )
    assert later_life["cycle_life"] == pytest.approx(life["cycle_life"] + formation)
    assert later_life["kind_cycle_life"] == pytest.approx(life["kind_cycle_life"])
    assert later_life["censored"] == life["censored"]
    assert later_life["left_out_cycles"] == life["left_out_cycles"] + formation
    assert same_fade["fade_percent_per_cycle"] == pytest.approx(
        fade["fade_percent_per_cycle"], rel=1e-9, abs=1e-9
    )


def test_what_is_alive_is_not_told_from_cycles_of_low_quality_behind(ask: Ask) -> None:
    cycles = cycles_of([1.0] * 8)
    (alive,) = ask("cycle_life", {"cycle": cycles})
    assert (alive["status"], alive["reason"]) == ("censored", "alive at the last comparable cycle")
    cycles[-1] |= {"status": "low_quality", "reason": "gap", "discharge_capacity_ah": 0.1}
    (doubtful,) = ask("cycle_life", {"cycle": cycles})
    assert (doubtful["cycle_life"], doubtful["censored"]) == (7.0, True)
    assert doubtful["status"] == "low_quality"
    assert doubtful["reason"] == "later cycles are of low quality"
    (dead,) = ask("cycle_life", {"cycle": cycles}, quality="any")
    assert (dead["censored"], dead["status"], dead["reason"]) == (False, "low_quality", "gap")


@pytest.mark.parametrize(("later", "seen"), [(7, True), (8, False)])
def test_a_cell_that_went_on_for_longer_in_other_kinds_was_not_seen_alive(
    later: int, ask: Ask, *, seen: bool
) -> None:
    cycles = cycles_of([1.0] * (8 + later))
    for cycle in cycles[8:]:
        cycle |= {"kind_count": 2, "kind_role": "check_up"}
    (row,) = ask("cycle_life", {"cycle": cycles})
    assert row["counted_cycles"] == 7
    assert (row["cycle_life"], row["censored"]) == ((8.0, True) if seen else (None, None))
    assert row["cycle_life_low"] == 8.0
    assert row["status"] == ("censored" if seen else "not_comparable")


@METRICS
def test_what_cannot_be_compared_is_not_alive(metric: str, ask: Ask) -> None:
    cycles = [row | {"complete": False} for row in cycles_of([1.0] * 4)]
    (row,) = ask(metric, {"cycle": cycles})
    assert row["status"] == "not_comparable"
    assert row["reason"].startswith(("no comparable cycle", "fewer than two comparable cycles"))
    assert row.get("censored") is None


@METRICS
def test_another_kind_is_followed_where_it_is_asked_for_by_its_reference(
    metric: str, ask: Ask
) -> None:
    cycles = cycles_of([9.0, 8.0, 7.0, *[4.0] * 5])
    for cycle in cycles[:3]:
        cycle |= {"kind_count": 2, "kind_role": "formation"}
    (row,) = ask(metric, {"cycle": cycles}, reference=1)
    assert (row["reference_cycles"], row["counted_cycles"]) == ("1", 3)


def test_a_kind_is_followed_by_its_number(ask: Ask) -> None:
    cycles = cycles_of([9.0, 8.0, 7.0, *[4.0] * 5])
    for cycle in cycles[:3]:
        cycle |= {"kind_count": 2, "kind_role": "formation"}
    (row,) = ask("cycle_life", {"cycle": cycles}, kind_number=2)
    assert (row["reference_cycles"], row["counted_cycles"]) == ("2, 3", 2)


def test_a_fade_of_a_tenth_of_a_percent_is_found_under_noise(ask: Ask) -> None:
    chance = np.random.default_rng(3)
    number = np.arange(1, 201)
    capacity = 1 - 0.001 * (number - 3) + chance.normal(0, 1e-4, 200)
    capacity[[50, 90]] = 0.1  # two cycles that were interrupted
    (row,) = ask("fade_rate", {"cycle": cycles_of(list(capacity))})
    assert row["fade_percent_per_cycle"] == pytest.approx(0.1, abs=0.001)
    assert abs(row["least_squares_fade_percent_per_cycle"] - 0.1) > 0.001


def test_an_incomplete_cycle_ends_no_life(ask: Ask) -> None:
    cycles = cycles_of([1.0, 1.0, 1.0, 1.0, 0.1])
    cycles[-1]["complete"] = False
    (row,) = ask("cycle_life", {"cycle": cycles})
    assert (row["cycle_life"], row["censored"]) == (4.0, True)


@LAW
@given(capacities=capacities, error=st.floats(0.0, 0.3), scatter=st.randoms(use_true_random=False))
def test_the_ends_of_a_life_cover_every_life_within_the_errors(
    capacities: list[float], error: float, scatter: Random, ask: Ask
) -> None:
    cycles = [
        row | {"discharge_error_ah": error * row["discharge_capacity_ah"]}
        for row in cycles_of(capacities)
    ]
    (row,) = ask("cycle_life", {"cycle": cycles}, reference=1)
    assert row["cycle_life_low"] <= row["cycle_life"]
    assert row["cycle_life_high"] is None or row["cycle_life"] <= row["cycle_life_high"]
    other = [capacity * (1 + error / 2 * scatter.uniform(-1, 1)) for capacity in capacities]
    (true,) = ask("cycle_life", {"cycle": cycles_of(other)}, reference=1)
    assert row["cycle_life_low"] <= true["cycle_life"] + 1e-9
    if row["cycle_life_high"] is not None:
        assert true["cycle_life"] <= row["cycle_life_high"] + 1e-9
