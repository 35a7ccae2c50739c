"""capacity_retention."""

from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

Ask = Callable[..., list[dict[str, Any]]]
LAW = settings(max_examples=20, deadline=None)

capacities = st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=12)


def cycles_of(
    capacities: list[float], current_ampere: float = -1.0, test_id: int = 1, **more: object
) -> list[dict[str, Any]]:
    """Return cycles of these discharge capacities, all but the last complete."""
    return [
        {
            "test_id": test_id,
            "cycle_count": number,
            "complete": number < len(capacities),
            "discharge_capacity_ah": capacity,
            "discharge_current_ampere": current_ampere,
            **more,
        }
        for number, capacity in enumerate(capacities, 1)
    ]


@LAW
@given(capacities=capacities)
def test_it_divides_by_the_median_of_the_complete_cycles_2_to_4(
    capacities: list[float], ask: Ask
) -> None:
    rows = ask("capacity_retention", {"cycle": cycles_of(capacities)})
    early = capacities[1 : min(4, len(capacities) - 1)]
    if not early:
        assert [row["capacity_retention"] for row in rows] == [None] * len(capacities)
        assert {row["reason"] for row in rows} == {"no reference cycle"}
        return
    expected = np.array(capacities) / np.median(early)
    assert [row["capacity_retention"] for row in rows] == pytest.approx(list(expected))
    named = ", ".join(str(number) for number in range(2, 2 + len(early)))
    assert {row["reference_cycles"] for row in rows} == {named}
    assert {row["reason"] for row in rows} == {None}


@LAW
@given(capacities=capacities, reference=st.integers(1, 12))
def test_a_declared_cycle_has_a_retention_of_one(
    capacities: list[float], reference: int, ask: Ask
) -> None:
    rows = ask("capacity_retention", {"cycle": cycles_of(capacities)}, reference=reference)
    found = {row["cycle_count"]: row["capacity_retention"] for row in rows}
    if reference > len(capacities):
        assert {row["reason"] for row in rows} == {"no reference cycle"}
    else:
        assert found[reference] == 1.0
        assert rows[0]["reference_capacity_ah"] == capacities[reference - 1]


@LAW
@given(capacities=capacities, factor=st.floats(1e-3, 1e3))
def test_a_bigger_cell_fades_alike(capacities: list[float], factor: float, ask: Ask) -> None:
    bigger = [capacity * factor for capacity in capacities]
    one, other = (
        [r["capacity_retention"] for r in ask("capacity_retention", {"cycle": cycles_of(each)})]
        for each in (capacities, bigger)
    )
    if one[0] is None:
        assert other == one
    else:
        assert one == pytest.approx(other, rel=1e-9)


@LAW
@given(first=capacities, second=capacities, shuffled=st.randoms(use_true_random=False))
def test_a_test_is_untouched_by_the_others_and_by_their_order(
    first: list[float], second: list[float], shuffled: Random, ask: Ask
) -> None:
    rows = cycles_of(first) + cycles_of(second, test_id=2)
    shuffled.shuffle(rows)
    together = ask("capacity_retention", {"cycle": rows})
    alone = ask("capacity_retention", {"cycle": cycles_of(first)})
    assert [row for row in together if row["test_id"] == 1] == alone


@pytest.mark.parametrize(("current", "compared"), [(-1.019, True), (-1.03, False), (1.0, False)])
def test_currents_more_than_2_percent_apart_are_not_compared(
    current: float, ask: Ask, *, compared: bool
) -> None:
    rows = [
        *cycles_of([1.0] * 5),
        {
            "test_id": 1,
            "cycle_count": 6,
            "discharge_capacity_ah": 0.5,
            "discharge_current_ampere": current,
        },
    ]
    last = ask("capacity_retention", {"cycle": rows})[-1]
    assert last["capacity_retention"] == (0.5 if compared else None)
    expected = None if compared else "no reference at this current and temperature"
    assert last["reason"] == expected


@pytest.mark.parametrize(("celsius", "compared"), [(30.0, True), (45.0, False), (None, True)])
def test_temperatures_known_to_be_more_than_5_degrees_apart_are_not_compared(
    celsius: float | None, ask: Ask, *, compared: bool
) -> None:
    rows = [
        *cycles_of([1.0] * 5, mean_temperature_celsius=25.0),
        {
            "test_id": 1,
            "cycle_count": 6,
            "discharge_capacity_ah": 0.5,
            "discharge_current_ampere": -1.0,
            "mean_temperature_celsius": celsius,
        },
    ]
    last = ask("capacity_retention", {"cycle": rows})[-1]
    assert last["capacity_retention"] == (0.5 if compared else None)


def test_an_unknown_current_is_the_reason(ask: Ask) -> None:
    rows = cycles_of([1.0] * 5)
    rows[4]["discharge_current_ampere"] = None
    assert ask("capacity_retention", {"cycle": rows})[4]["reason"] == "no discharge current"


def test_a_reference_without_capacity_is_the_reason(ask: Ask) -> None:
    rows = ask("capacity_retention", {"cycle": cycles_of([0.0, 1.0])}, reference=1)
    assert [row["capacity_retention"] for row in rows] == [None, None]
    assert {row["reason"] for row in rows} == {"reference without capacity"}
