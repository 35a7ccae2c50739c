"""Rows of a metric become one number a cell as a careful reader would reduce them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.metric.reduction import (
    HALF_LEFT_OUT,
    NOTHING_COUNTS,
    ORDER_UNKNOWN,
    ROWS_DIFFER,
)
from tests.law import law

Ask = Callable[..., list[dict[str, Any]]]
START = datetime(2026, 2, 16, 9)  # noqa: DTZ001 # an instrument's own clock

STATUS = st.sampled_from(["ok", "ok", "low_quality", "not_comparable", "not_computable"])


@st.composite
def cycles(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the tests of two cells and the cycles of these, as coulombic_efficiency has them."""
    count = draw(st.integers(1, 5))
    starts = draw(
        st.lists(
            st.none() | st.integers(0, 99),
            min_size=count,
            max_size=count,
            unique_by=lambda n: n or 0,
        )
    )
    tests, rows = [], []
    for number, start in enumerate(starts, 1):
        cell = draw(st.sampled_from([7, 8, None]))
        started = None if start is None else START + timedelta(hours=start)
        tests.append({"test_id": number, "cell_id": cell, "started_at": started})
        for cycle in range(1, draw(st.integers(0, 4)) + 1):
            status = draw(STATUS)
            value = draw(st.floats(0, 2)) if status != "not_computable" else None
            rows.append(
                {
                    "test_id": number,
                    "cycle_count": cycle,
                    "complete": draw(st.sampled_from([True, True, False, None])),
                    "ce_order": draw(st.sampled_from(["discharge_over_charge", "other"])),
                    "coulombic_efficiency": value,
                    "coulombic_efficiency_error": draw(st.none() | st.floats(0, 1)),
                    "status": status,
                    "reason": None if status == "ok" else f"odd {cycle}",
                }
            )
    return tests, rows


def of_cell(
    cell: int, tests: list[dict[str, Any]], rows: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the rows of a cell in the order of its tests."""
    mine = [each for each in tests if each["cell_id"] == cell]
    mine.sort(key=lambda each: (each["started_at"] or START.replace(year=9999), each["test_id"]))
    return [row for test in mine for row in rows if row["test_id"] == test["test_id"]]


def reduced(rows: list[dict[str, Any]], value: str) -> dict[str, Any]:
    """Return the median of complete rows as one would by hand."""
    meant = [each for each in rows if each["complete"]]
    known = [each for each in meant if each[value] is not None]
    fine = [each for each in known if each["status"] == "ok"]
    counting = fine or known
    numbers = [each[value] for each in counting]
    found: dict[str, Any] = {"value": None, "low": None, "high": None}
    if numbers:
        found = {"value": median(numbers), "low": min(numbers), "high": max(numbers)}
    status, reason = "ok", None
    if not meant:
        status, reason = "not_computable", NOTHING_COUNTS
    elif not counting:
        status, reason = meant[-1]["status"], meant[-1]["reason"]
    elif not fine:
        status, reason = "low_quality", counting[-1]["reason"]
    elif 2 * len(counting) <= len(meant):
        status, reason = "low_quality", HALF_LEFT_OUT
    counts = {"counted": len(counting), "left_out": len(rows) - len(counting)}
    return {**found, **counts, "status": status, "reason": reason, "error": None}


@law(5)
@given(made=cycles())
def test_a_median_is_of_what_is_ok_and_tells_what_it_left_out(
    ask: Ask, made: tuple[list[dict[str, Any]], list[dict[str, Any]]]
) -> None:
    tests, rows = made
    answer = ask("summary_coulombic_efficiency", {"coulombic_efficiency": rows, "test": tests})
    cells = {cell: of_cell(cell, tests, rows) for cell in (7, 8)}
    told = {row.pop("cell_id"): row for row in answer}
    assert told.keys() == {cell for cell, mine in cells.items() if mine}
    for cell, row in told.items():
        detail = row.pop("detail")
        expected = reduced(cells[cell], "coulombic_efficiency")
        assert row.pop("value") == pytest.approx(expected.pop("value"), rel=1e-12)
        assert row == expected
        assert detail in {None, "discharge_over_charge", "other"}


def one(rows: list[dict[str, Any]], end: int, tests: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the first or last complete row that has a number as one would by hand."""
    meant = [each for each in rows if each["complete"]]
    known = [each for each in meant if each["discharge_capacity_ah"] is not None]
    if not meant:
        counts = {"counted": 0, "left_out": len(rows)}
        nothing = dict.fromkeys(("value", "error"))
        return {**nothing, **counts, "status": "not_computable", "reason": NOTHING_COUNTS}
    row = known[end] if known else meant[-1]
    status, reason = row["status"], row["reason"]
    of = {each["test_id"] for each in meant}
    undated = {each["test_id"] for each in tests if each["started_at"] is None}
    if len(of) > 1 and of & undated and status == "ok":
        status, reason = "low_quality", ORDER_UNKNOWN
    return {
        "value": row["discharge_capacity_ah"],
        "error": row["discharge_error_ah"],
        "counted": len(known),
        "left_out": len(rows) - len(known),
        "status": status,
        "reason": reason,
    }


@law(5)
@given(made=cycles())
def test_the_first_and_the_last_are_told_as_they_are(
    ask: Ask, made: tuple[list[dict[str, Any]], list[dict[str, Any]]]
) -> None:
    tests, rows = made
    for row in rows:
        row["discharge_capacity_ah"] = row.pop("coulombic_efficiency")
        row["discharge_error_ah"] = row.pop("coulombic_efficiency_error")
        del row["ce_order"]
    for name, end in (("first", 0), ("last", -1)):
        given_rows = {"discharge_capacity": rows, "test": tests}
        for row in ask(f"summary_{name}_discharge_capacity", given_rows):
            mine = of_cell(row["cell_id"], tests, rows)
            expected = one(mine, end, tests)
            assert {key: row[key] for key in expected} == expected
            assert (row["low"], row["high"], row["detail"]) == (None, None, None)


def life(test: int, value: float | None, status: str = "ok") -> dict[str, Any]:
    """Return a row of cycle_life."""
    reason = None if status == "ok" else "alive at the last comparable cycle"
    told = {"cycle_life": value, "cycle_life_low": value, "status": status, "reason": reason}
    return {"test_id": test, "cell_id": 7, **told}


TESTS = [{"test_id": number, "cell_id": 7, "started_at": None} for number in (1, 2)]


def test_what_all_tests_of_a_cell_tell_alike_is_the_cells_number(ask: Ask) -> None:
    rows = [life(1, 300.0, "censored"), life(2, 300.0, "censored")]
    (row,) = ask("summary_cycle_life", {"cycle_life": rows, "test": TESTS})
    assert (row["value"], row["low"], row["high"]) == (300.0, 300.0, None)
    assert (row["status"], row["reason"]) == ("censored", "alive at the last comparable cycle")
    assert (row["counted"], row["left_out"]) == (2, 0)


@pytest.mark.parametrize(
    "rows",
    [
        [life(1, 300.0), life(2, 301.0)],
        [life(1, 300.0), life(2, 300.0, "censored")],
        [life(1, 300.0), life(2, None, "not_comparable")],
    ],
)
def test_where_they_differ_there_is_none(ask: Ask, rows: list[dict[str, Any]]) -> None:
    (row,) = ask("summary_cycle_life", {"cycle_life": rows, "test": TESTS})
    assert (row["value"], row["low"], row["detail"]) == (None, None, None)
    assert (row["status"], row["reason"]) == ("not_comparable", ROWS_DIFFER)


def test_an_energy_of_a_pellet_is_no_cells(ask: Ask) -> None:
    line = {"object": "interface", "convention": "sT", "line_count": 1, "status": "ok"}
    rows = [
        {**line, "cell_id": 7, "activation_energy_ev": 0.4},
        {**line, "cell_id": 7, "line_count": 2, "activation_energy_ev": 0.5},
        {**line, "cell_id": 7, "convention": "s", "activation_energy_ev": 0.37},
        {**line, "cell_id": None, "material_id": 3, "activation_energy_ev": 0.3},
    ]
    (row,) = ask("summary_activation_energy", {"arrhenius": rows})
    assert (row["cell_id"], row["value"], row["left_out"]) == (7, 0.4, 1)
