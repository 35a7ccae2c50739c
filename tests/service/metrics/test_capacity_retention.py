"""capacity_retention."""

from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.law import law

Ask = Callable[..., list[dict[str, Any]]]
LAW = law(20)

capacities = st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=12)


def cycles_of(capacities: list[float], test_id: int = 1, **more: object) -> list[dict[str, Any]]:
    """Return cycles of one kind with these discharge capacities, all but the last complete."""
    return [
        {
            "test_id": test_id,
            "cycle_count": number,
            "cell_cycle_count": number,
            "complete": number < len(capacities),
            "kind_count": 1,
            "kind_role": "main",
            "discharge_capacity_ah": capacity,
            "discharge_error_ah": 0.0,
            "status": "ok",
            **more,
        }
        for number, capacity in enumerate(capacities, 1)
    ]


@LAW
@given(capacities=capacities)
def test_it_divides_by_the_median_of_the_second_to_the_fourth_complete_cycle(
    capacities: list[float], ask: Ask
) -> None:
    rows = ask("capacity_retention", {"cycle": cycles_of(capacities)})
    complete = capacities[:-1]
    early = complete[1:4] or complete
    if not early:
        assert [row["capacity_retention"] for row in rows] == [None]
        assert {(row["status"], row["reason"]) for row in rows} == {
            ("not_comparable", "no reference")
        }
        return
    expected = np.array(capacities) / np.median(early)
    assert [row["capacity_retention"] for row in rows] == pytest.approx(list(expected))
    first = 2 if len(complete) > 1 else 1
    named = ", ".join(str(number) for number in range(first, first + len(early)))
    assert {row["reference_cycles"] for row in rows} == {named}
    assert [row["status"] for row in rows] == [*["ok"] * len(complete), "not_comparable"]
    assert rows[-1]["reason"] == "incomplete"


@LAW
@given(capacities=capacities, reference=st.integers(1, 12))
def test_a_declared_cycle_has_a_retention_of_one(
    capacities: list[float], reference: int, ask: Ask
) -> None:
    rows = ask("capacity_retention", {"cycle": cycles_of(capacities)}, reference=reference)
    found = {row["cycle_count"]: row["capacity_retention"] for row in rows}
    if reference > len(capacities):
        assert {row["reason"] for row in rows} == {"no reference"}
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
def test_a_test_is_untouched_by_those_of_other_cells_and_by_their_order(
    first: list[float], second: list[float], shuffled: Random, ask: Ask
) -> None:
    rows = cycles_of(first) + cycles_of(second, test_id=2)
    shuffled.shuffle(rows)
    together = ask("capacity_retention", {"cycle": rows})
    alone = ask("capacity_retention", {"cycle": cycles_of(first)})
    assert [row for row in together if row["test_id"] == 1] == alone


@LAW
@given(capacities=capacities, cut=st.integers(0, 12), reference=st.none() | st.integers(1, 12))
def test_parting_the_cycles_of_a_cell_into_two_tests_changes_no_retention(
    capacities: list[float], cut: int, reference: int | None, ask: Ask
) -> None:
    whole = cycles_of(capacities, cell_id=7)
    parted = [
        row
        if row["cycle_count"] <= cut
        else row | {"test_id": 2, "cycle_count": row["cycle_count"] - cut}
        for row in whole
    ]
    named = {"test_id", "cycle_count"}
    one, other = (
        [
            {name: value for name, value in row.items() if name not in named}
            for row in ask("capacity_retention", {"cycle": cycles}, reference=reference)
        ]
        for cycles in (whole, parted)
    )
    assert other == one


@LAW
@given(formation=st.integers(1, 5), capacities=capacities)
def test_cycles_of_another_kind_change_no_retention(
    formation: int, capacities: list[float], ask: Ask
) -> None:
    plain = cycles_of(capacities)
    later = [
        row | {n: row[n] + formation for n in ("cycle_count", "cell_cycle_count")} for row in plain
    ]
    before = cycles_of([9.0] * (formation + 1), kind_count=2, kind_role="formation")[:formation]
    found = ask("capacity_retention", {"cycle": [*before, *later]})
    assert [row["capacity_retention"] for row in found[formation:]] == [
        row["capacity_retention"] for row in ask("capacity_retention", {"cycle": plain})
    ]
    assert {row["capacity_retention"] for row in found[:formation]} == {1.0}


def test_a_declared_reference_of_another_kind_is_none(ask: Ask) -> None:
    rows = cycles_of([1.0] * 5)
    rows[0]["kind_count"] = 2
    found = ask("capacity_retention", {"cycle": rows}, reference=1)
    assert [row["reason"] for row in found] == [None, *["no reference"] * 4]


@pytest.mark.parametrize(
    ("known", "status", "reason"),
    [
        ({"discharge_capacity_ah": None}, "not_computable", "missing current_ampere"),
        ({"kind_count": None}, "not_comparable", "no kind"),
        ({"status": "low_quality", "reason": "gap"}, "low_quality", "gap"),
    ],
)
def test_what_a_cycle_lacks_is_the_reason(
    known: dict[str, Any], status: str, reason: str, ask: Ask
) -> None:
    rows = cycles_of([1.0] * 6)
    rows[4] |= known
    found = ask("capacity_retention", {"cycle": rows})
    assert (found[4]["status"], found[4]["reason"]) == (status, reason)
    assert {row["status"] for row in found[:4]} == {"ok"}


def test_a_cycle_of_low_quality_is_a_reference_only_where_there_is_no_other(ask: Ask) -> None:
    rows = cycles_of([9.0, 1.0, 4.0, 4.0, 4.0, 4.0])
    rows[1] |= {"status": "low_quality", "reason": "gap"}
    found = ask("capacity_retention", {"cycle": rows})
    assert found[4]["reference_cycles"] == "3, 4, 5"
    for row in rows:
        row |= {"status": "low_quality", "reason": "outlier"}
    found = ask("capacity_retention", {"cycle": rows})
    assert found[4]["reference_cycles"] == "2, 3, 4"
    assert {(row["status"], row["reason"]) for row in found[:5]} == {("low_quality", "outlier")}


@LAW
@given(errors=st.lists(st.floats(0.0, 0.1), min_size=6, max_size=6), at=st.integers(0, 4))
def test_its_error_covers_every_capacity_within_theirs(
    errors: list[float], at: int, ask: Ask
) -> None:
    rows = cycles_of([1.0] * 6)
    for row, error in zip(rows, errors, strict=True):
        row["discharge_error_ah"] = error
    row = ask("capacity_retention", {"cycle": rows})[at]
    worst = (1.0 - errors[at]) / np.median([1.0 + each for each in errors[1:4]])
    assert 1.0 - worst <= row["capacity_retention_error"] + 1e-12
    assert row["capacity_retention_error"] == pytest.approx(errors[at] + max(errors[1:4]))


def test_a_reference_without_capacity_is_the_reason(ask: Ask) -> None:
    rows = ask("capacity_retention", {"cycle": cycles_of([0.0, 1.0])}, reference=1)
    assert [row["capacity_retention"] for row in rows] == [None, None]
    assert {row["reason"] for row in rows} == {"reference without capacity"}
