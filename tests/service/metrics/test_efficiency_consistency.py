"""efficiency_consistency."""

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

charges = st.lists(st.tuples(st.floats(1.0, 2.0), st.floats(0.8, 1.01)), min_size=1, max_size=12)


def cycles_of(charges: list[tuple[float, float]], test_id: int = 1) -> list[dict[str, Any]]:
    """Return complete cycles of these charges and efficiencies, each begun with the charge."""
    return [
        {
            "test_id": test_id,
            "cycle_count": number,
            "cell_cycle_count": number,
            "kind_count": 1,
            "status": "ok",
            "first_mode": "charge",
            "complete": True,
            "charge_capacity_ah": charge,
            "discharge_capacity_ah": charge * efficiency,
        }
        for number, (charge, efficiency) in enumerate(charges, 1)
    ]


@LAW
@given(charges=charges, tolerance=st.floats(0.0, 0.5), excess=st.floats(0.0, 2.0))
def test_it_holds_the_retention_against_the_product(
    charges: list[tuple[float, float]], tolerance: float, excess: float, ask: Ask
) -> None:
    rows = ask(
        "efficiency_consistency",
        {"cycle": cycles_of(charges)},
        reference=1,
        tolerance=tolerance,
        excess=excess,
    )
    charge, efficiency = np.array(charges).T
    kept = charge * efficiency
    efficiency[0] = 1.0
    product = np.cumprod(efficiency)
    lost = np.cumsum(np.concatenate([[0.0], (charge - kept)[1:]])) / kept[0]
    supplied = lost - (1 - kept / kept[0])
    assert [row["efficiency_product"] for row in rows] == pytest.approx(list(product))
    assert [row["irreversible_capacity"] for row in rows] == pytest.approx(list(lost), abs=1e-9)
    assert [row["supplied_capacity"] for row in rows] == pytest.approx(list(supplied), abs=1e-9)
    over = np.minimum(kept / kept[0] - product - tolerance, supplied - excess - tolerance)
    for row, each in zip(rows, over, strict=True):
        if abs(each) > 1e-9:
            assert row["inconsistent"] is bool(each > 0)


@LAW
@given(efficiency=st.floats(0.8, 1.0), count=st.integers(2, 30))
def test_a_cell_that_lives_of_what_it_has_is_consistent(
    efficiency: float, count: int, ask: Ask
) -> None:
    charges = [(efficiency**number, efficiency) for number in range(count)]
    rows = ask("efficiency_consistency", {"cycle": cycles_of(charges)}, reference=1)
    assert [row["efficiency_product"] for row in rows] == pytest.approx(
        [row["capacity_retention"] for row in rows]
    )
    assert {row["inconsistent"] for row in rows} == {False}
    assert rows[-1]["supplied_capacity"] == pytest.approx(0, abs=1e-9)


def test_no_decay_over_160_cycles_of_99_percent_needs_an_excess(ask: Ask) -> None:
    cycles = cycles_of([(1 / 0.99, 0.99)] * 161)
    row = ask("efficiency_consistency", {"cycle": cycles}, reference=1)[-1]
    assert row["cycles_since_reference"] == 160
    assert row["efficiency_product"] == pytest.approx(0.99**160)
    assert row["capacity_retention"] == 1.0
    assert row["irreversible_capacity"] == pytest.approx(160 * (1 / 0.99 - 1))
    assert row["inconsistent"] is True
    row = ask("efficiency_consistency", {"cycle": cycles}, reference=1, excess=2.0)[-1]
    assert row["inconsistent"] is False


def test_the_product_begins_after_the_last_reference_cycle(ask: Ask) -> None:
    rows = ask("efficiency_consistency", {"cycle": cycles_of([(1.0, 0.9)] * 6)})
    products = [row["efficiency_product"] for row in rows]
    assert products == [None] * 3 + [pytest.approx(x) for x in (1.0, 0.9, 0.81)]
    assert [row["reason"] for row in rows] == [
        *["before the reference"] * 3,
        None,
        None,
        None,
    ]
    assert [row["status"] for row in rows] == [*["not_comparable"] * 3, *["ok"] * 3]


def test_retention_is_of_one_kind_and_the_product_of_all_cycles(ask: Ask) -> None:
    cycles = cycles_of([(1.0, 0.5)] * 3)
    cycles[1]["kind_count"] = 2
    rows = ask("efficiency_consistency", {"cycle": cycles}, reference=1)
    assert [row["reason"] for row in rows] == [None, "no reference", None]
    assert rows[2]["efficiency_product"] == pytest.approx(0.25)
    assert rows[1]["inconsistent"] is None


def test_an_incomplete_cycle_is_not_judged(ask: Ask) -> None:
    cycles = cycles_of([(1.0, 0.5)] * 3)
    cycles[2]["complete"] = False
    rows = ask("efficiency_consistency", {"cycle": cycles}, reference=1)
    assert [row["inconsistent"] for row in rows] == [False, True, None]
    assert [row["reason"] for row in rows] == [None, None, "incomplete"]


def test_a_doubtful_efficiency_since_the_reference_is_told(ask: Ask) -> None:
    cycles = cycles_of([(1.0, 0.9)] * 4)
    cycles[2] |= {"status": "low_quality", "reason": "gap"}
    rows = ask("efficiency_consistency", {"cycle": cycles}, reference=1)
    assert [row["status"] for row in rows] == ["ok", "ok", "low_quality", "low_quality"]
    assert [row["reason"] for row in rows] == [None, None, "gap", "doubtful efficiency"]


@LAW
@given(charges=charges, cut=st.integers(1, 11))
def test_parting_the_cycles_of_a_cell_into_two_tests_changes_no_judgement(
    charges: list[tuple[float, float]], cut: int, ask: Ask
) -> None:
    charges = [(1.0 + charge / 10, efficiency) for charge, efficiency in charges]
    whole = [row | {"cell_id": 7} for row in cycles_of(charges)]
    parted = [
        row
        if row["cycle_count"] <= cut
        else row | {"test_id": 2, "cycle_count": row["cycle_count"] - cut}
        for row in whole
    ]
    own = {"test_id", "cycle_count"}
    one, other = (
        [
            {name: value for name, value in row.items() if name not in own}
            for row in ask("efficiency_consistency", {"cycle": cycles})
        ]
        for cycles in (whole, parted)
    )
    assert other == one


@LAW
@given(first=charges, second=charges, shuffled=st.randoms(use_true_random=False))
def test_a_test_is_untouched_by_the_others_and_by_their_order(
    first: list[tuple[float, float]],
    second: list[tuple[float, float]],
    shuffled: Random,
    ask: Ask,
) -> None:
    rows = cycles_of(first) + cycles_of(second, test_id=2)
    shuffled.shuffle(rows)
    together = ask("efficiency_consistency", {"cycle": rows})
    alone = ask("efficiency_consistency", {"cycle": cycles_of(first)})
    assert [row for row in together if row["test_id"] == 1] == alone
