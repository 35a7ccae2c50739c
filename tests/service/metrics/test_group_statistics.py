"""group_statistics."""

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.store.question import metric_question, table
from service.store.store import Store
from tests.law import law

Ask = Callable[..., list[dict[str, Any]]]
LAW = law(40)
SOURCES: Final = {
    "discharge_capacity": ("discharge_capacity", "discharge_capacity_ah"),
    "specific_discharge_capacity": (
        "discharge_capacity",
        "specific_discharge_capacity_mah_per_g",
    ),
    "areal_discharge_capacity": ("discharge_capacity", "areal_discharge_capacity_mah_per_cm2"),
    "capacity_retention": ("capacity_retention", "capacity_retention"),
    "coulombic_efficiency": ("coulombic_efficiency", "coulombic_efficiency"),
    "energy_efficiency": ("energy_efficiency", "energy_efficiency"),
    "mean_discharge_voltage": ("mean_voltage", "mean_discharge_voltage_volt"),
}
"""Which column of which metric a quantity is."""


@st.composite
def cycles(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Return the cycles of some cells, some of them doubtful, incomplete or without a number."""
    rows = []
    for cell in range(1, draw(st.integers(1, 7)) + 1):
        for number in range(1, draw(st.integers(1, 5)) + 1):
            status = draw(st.sampled_from(["ok", "ok", "ok", "low_quality", "not_comparable"]))
            known = status != "not_comparable" and draw(st.integers(0, 9)) > 0
            rows.append(
                {
                    "cell": cell,
                    "cycle": number,
                    "amount": draw(st.integers(1, 40)) / 8 if known else None,
                    "status": status if known or status != "ok" else "not_computable",
                    "complete": draw(st.integers(0, 5)) > 0,
                    "role": draw(st.sampled_from(["main", "main", "main", "check_up", None])),
                }
            )
    return rows


def given_rows(rows: list[dict[str, Any]], groups: list[str | None]) -> dict[str, Any]:
    """Return the rows as relations; cells take turns in the groups."""
    return {
        "cycle": [
            {
                "test_id": row["cell"],
                "cell_id": row["cell"],
                "cycle_count": row["cycle"],
                "cell_cycle_count": row["cycle"],
                "complete": row["complete"],
                "kind_role": row["role"],
            }
            for row in rows
        ],
        "capacity_retention": [
            {
                "test_id": row["cell"],
                "cycle_count": row["cycle"],
                "capacity_retention": row["amount"],
                "status": row["status"],
                "reason": None if row["status"] == "ok" else f"because of {row['status']}",
            }
            for row in rows
        ],
        "discharge_capacity": [],
        "coulombic_efficiency": [],
        "energy_efficiency": [],
        "mean_voltage": [],
        "half_cycle_polarization": [],
        "treatment": [
            {"cell_id": cell, "name": "mill.time", "setting": group, "value": 1.0}
            for cell in {row["cell"] for row in rows}
            if (group := groups[cell % len(groups)]) is not None
        ],
    }


@LAW
@given(
    rows=cycles(),
    groups=st.lists(st.sampled_from(["1 h", "2 h", None]), min_size=1, max_size=3),
    quality=st.sampled_from(["ok", "any"]),
    role=st.sampled_from(["main", "any"]),
)
def test_medians_and_deciles_are_numpys_and_every_cell_alive_counts_or_is_told(
    rows: list[dict[str, Any]], groups: list[str | None], quality: str, role: str, ask: Ask
) -> None:
    found = ask(
        "group_statistics",
        given_rows(rows, groups),
        treatment="mill.time",
        quality=quality,
        role=role,
    )
    good = {"ok"} if quality == "ok" else {"ok", "low_quality"}
    last = {row["cell"]: row["cycle"] for row in rows}  # they rise within a cell
    expected: dict[tuple[str | None, int], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        expected[groups[row["cell"] % len(groups)], row["cycle"]].append(row)
    assert {(row["setting"], row["cell_cycle_count"]) for row in found} == set(expected)
    for row in found:
        of_group = expected[row["setting"], row["cell_cycle_count"]]
        counted = [
            each["amount"]
            for each in of_group
            if each["complete"]
            and (role == "any" or each["role"] == role)
            and each["status"] in good
            and each["amount"] is not None
        ]
        alive = [
            cell
            for cell, end in last.items()
            if groups[cell % len(groups)] == row["setting"] and end >= row["cell_cycle_count"]
        ]
        assert row["cell_count"] == len(counted)
        assert row["alive_count"] == len(alive) == row["cell_count"] + row["left_out_count"]
        assert (row["left_out_reason"] is None) == (row["left_out_count"] == 0)
        told = (row["left_out_reason"] or "0 ").split("; ")
        assert sum(int(part.split()[0]) for part in told) == row["left_out_count"]
        if counted:
            assert row["median_value"] == pytest.approx(np.median(counted))
        else:
            assert (row["median_value"], row["status"]) == (None, "not_computable")
        if len(counted) >= 3:
            low, high = np.quantile(counted, [0.1, 0.9])
            assert (row["lower_decile"], row["upper_decile"]) == pytest.approx((low, high))
        else:
            assert (row["lower_decile"], row["upper_decile"]) == (None, None)
        assert (row["status"] == "ok") == (row["reason"] is None)


@pytest.mark.slow
@LAW
@given(rows=cycles())
def test_without_a_treatment_all_cells_are_one_group(rows: list[dict[str, Any]], ask: Ask) -> None:
    found = ask("group_statistics", given_rows(rows, ["1 h"]))
    grouped = ask("group_statistics", given_rows(rows, ["1 h"]), treatment="mill.time")
    assert [row | {"setting": "1 h", "value": 1.0} for row in found] == grouped


def test_a_cycle_that_goes_on_in_another_test_is_one_cycle_of_its_cell(ask: Ask) -> None:
    rows = given_rows([], [None])
    for test, complete in ((1, False), (2, True)):
        rows["cycle"].append(
            {
                "test_id": test,
                "cell_id": 1,
                "cycle_count": 1,
                "cell_cycle_count": 1,
                "complete": complete,
                "kind_role": "main",
            }
        )
        rows["capacity_retention"].append(
            {"test_id": test, "cycle_count": 1, "capacity_retention": 0.5, "status": "ok"}
        )
    (row,) = ask("group_statistics", rows)
    assert (row["cell_count"], row["alive_count"], row["left_out_count"]) == (1, 1, 0)


@pytest.mark.parametrize("quantity", SOURCES)
def test_medians_of_the_demo_are_numpys_over_the_rows_of_the_metric_itself(
    quantity: str, demo_store: Store
) -> None:
    def rows(name: str, **arguments: object) -> list[dict[str, Any]]:
        with demo_store.cursor() as cursor:
            question = metric_question(demo_store.metrics[name], None, arguments)
            found: list[dict[str, Any]] = table(demo_store, cursor, question).to_pylist()
            return found

    source, column = SOURCES[quantity]
    with demo_store.cursor() as cursor:
        cursor.execute(
            "SELECT test_id, cycle_count, cell_id, cell_cycle_count, complete, kind_role "
            "FROM store.cycle"
        )
        cycle = {(row[0], row[1]): row[2:] for row in cursor.fetchall()}
    amounts: dict[int, list[float]] = defaultdict(list)
    for row in rows(source):
        cell, number, complete, role = cycle[row["test_id"], row["cycle_count"]]
        counts = cell is not None and complete and role == "main" and row["status"] == "ok"
        if counts and row[column] is not None:
            amounts[number].append(row[column])
    found = rows("group_statistics", quantity=quantity)
    assert found
    assert {row["cell_cycle_count"] for row in found if row["cell_count"]} == set(amounts)
    assert Counter(row["cell_cycle_count"] for row in found).most_common(1)[0][1] == 1
    for row in found:
        numbers = amounts[row["cell_cycle_count"]]
        assert row["cell_count"] == len(numbers)
        if numbers:
            assert row["median_value"] == pytest.approx(np.median(numbers))
        if len(numbers) >= 3:
            ends = np.quantile(numbers, [0.1, 0.9])
            assert (row["lower_decile"], row["upper_decile"]) == pytest.approx(tuple(ends))
