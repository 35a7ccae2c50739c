"""discharge_capacity and charge_capacity."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.law import law

Ask = Callable[..., list[dict[str, Any]]]
LAW = law(20)

KINDS = pytest.mark.parametrize("kind", ["charge", "discharge"])
positive = st.floats(1e-9, 1e6)


@KINDS
@LAW
@given(capacity=positive, mass=positive, area=positive)
def test_it_is_the_capacity_over_mass_and_area(
    kind: str, capacity: float, mass: float, area: float, ask: Ask
) -> None:
    (row,) = ask(
        f"{kind}_capacity",
        {
            "cycle": [
                {
                    "test_id": 1,
                    "cycle_count": 1,
                    "cell_id": 5,
                    f"{kind}_capacity_ah": capacity,
                    f"{kind}_error_ah": capacity / 100,
                    "status": "ok",
                }
            ],
            "cell": [{"cell_id": 5, "active_mass_gram": mass, "area_cm2": area}],
        },
    )
    assert row[f"{kind}_capacity_ah"] == capacity
    assert row[f"specific_{kind}_capacity_mah_per_g"] == pytest.approx(capacity / mass * 1e3)
    assert row[f"areal_{kind}_capacity_mah_per_cm2"] == pytest.approx(capacity / area * 1e3)
    assert row[f"{kind}_error_ah"] == capacity / 100
    assert (row["missing"], row["status"], row["reason"]) == (None, "ok", None)


@KINDS
def test_a_mass_of_zero_is_as_good_as_unknown(kind: str, ask: Ask) -> None:
    (row,) = ask(
        f"{kind}_capacity",
        {
            "cycle": [{"test_id": 1, "cycle_count": 1, "cell_id": 5, f"{kind}_capacity_ah": 1.0}],
            "cell": [{"cell_id": 5, "active_mass_gram": 0.0, "area_cm2": 1.0}],
        },
    )
    assert row[f"specific_{kind}_capacity_mah_per_g"] is None
    assert row["missing"] == "active_mass_gram"


@KINDS
def test_two_tests_of_one_cell_are_told_apart(kind: str, ask: Ask) -> None:
    rows = ask(
        f"{kind}_capacity",
        {
            "cycle": [
                {
                    "test_id": test,
                    "cycle_count": 1,
                    "cell_id": 5,
                    f"{kind}_capacity_ah": float(test),
                }
                for test in (2, 1)
            ],
            "cell": [{"cell_id": 5, "active_mass_gram": 1.0, "area_cm2": 1.0}],
        },
    )
    assert [(r["test_id"], r[f"{kind}_capacity_ah"]) for r in rows] == [(1, 1.0), (2, 2.0)]


@KINDS
def test_an_incomplete_cycle_is_flagged_and_kept(kind: str, ask: Ask) -> None:
    cycles = [
        {"test_id": 1, "cycle_count": n, f"{kind}_capacity_ah": 1.0, "complete": n == 1}
        for n in (1, 2)
    ]
    rows = ask(f"{kind}_capacity", {"cycle": cycles})
    assert [row["complete"] for row in rows] == [True, False]


@KINDS
def test_what_is_doubtful_or_unknown_in_a_cycle_is_told(kind: str, ask: Ask) -> None:
    doubtful = {"status": "low_quality", "reason": "counter_disagrees"}
    cycles = [
        {"test_id": 1, "cycle_count": 1, f"{kind}_capacity_ah": 1.0, **doubtful},
        {"test_id": 1, "cycle_count": 2, f"{kind}_capacity_ah": None, **doubtful},
    ]
    one, other = ask(f"{kind}_capacity", {"cycle": cycles})
    assert (one["status"], one["reason"]) == ("low_quality", "counter_disagrees")
    assert (other["status"], other["reason"]) == ("not_computable", "missing current_ampere")


@KINDS
@LAW
@given(leak=st.floats(-1.0, 1.0), gross=positive)
def test_leakage_and_gross_charge_stand_beside_it(
    kind: str, leak: float, gross: float, ask: Ask
) -> None:
    cycle = {"test_id": 1, "cycle_count": 1, f"{kind}_capacity_ah": 1.0, "rest_charge_ah": leak}
    (row,) = ask(f"{kind}_capacity", {"cycle": [cycle | {f"gross_{kind}_ah": gross}]})
    assert row[f"{kind}_capacity_ah"] == 1.0
    assert (row["rest_charge_ah"], row[f"gross_{kind}_ah"]) == (leak, gross)
