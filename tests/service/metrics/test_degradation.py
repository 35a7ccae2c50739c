"""equivalent_full_cycles, cumulative_irreversible_capacity and inefficiency_per_hour."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.law import law

Ask = Callable[..., list[dict[str, Any]]]
Climb = Callable[..., dict[str, list[dict[str, Any]]]]
LAW = law(20)

capacities = st.lists(st.floats(0.1, 10), min_size=2, max_size=12)


def cycles_of(
    charges: list[float], discharges: list[float], *, hours: float = 2.0
) -> list[dict[str, Any]]:
    """Return complete cycles that begin with a charge, over two tests of one cell."""
    half = len(charges) // 2
    return [
        {
            "test_id": 1 if number <= half else 2,
            "cycle_count": number if number <= half else number - half,
            "cell_id": 7,
            "cell_cycle_count": number,
            "kind_count": 1,
            "first_mode": "charge",
            "complete": True,
            "charge_capacity_ah": charge,
            "discharge_capacity_ah": discharge,
            "gross_charge_ah": charge,
            "gross_discharge_ah": discharge,
            "charge_error_ah": 0.01,
            "discharge_error_ah": 0.01,
            "duration_second": 3600 * hours,
            "status": "ok",
        }
        for number, (charge, discharge) in enumerate(zip(charges, discharges, strict=True), 1)
    ]


@LAW
@given(charges=capacities, nominal=st.floats(0.5, 5))
def test_equivalent_full_cycles_count_all_charge_over_twice_the_nominal_capacity(
    charges: list[float], nominal: float, ask: Ask
) -> None:
    rows = cycles_of(charges, [0.9 * each for each in charges])
    cell = [{"cell_id": 7, "nominal_capacity_ah": nominal}]
    answer = ask("equivalent_full_cycles", {"cycle": rows, "cell": cell})
    expected = np.cumsum([1.9 * each for each in charges]) / (2 * nominal)
    assert [row["equivalent_full_cycles"] for row in answer] == pytest.approx(expected.tolist())
    assert {row["capacity_basis"] for row in answer} == {"nominal"}
    first = ask("equivalent_full_cycles", {"cycle": rows, "cell": cell}, basis="first")
    by_first = [row["equivalent_full_cycles"] * 0.9 * charges[0] / nominal for row in first]
    assert by_first == pytest.approx(expected.tolist())
    assert {row["capacity_basis"] for row in first} == {"first"}


@LAW
@given(charges=capacities, scale=st.floats(0.1, 10))
def test_what_does_not_come_back_adds_up_and_scales_with_the_cell(
    charges: list[float], scale: float, climb: Climb
) -> None:
    charges = sorted(charges, reverse=True)  # else the first half of a test might be cut short
    discharges = [0.97 * each for each in charges]

    def summed(factor: float) -> list[dict[str, Any]]:
        rows = cycles_of([factor * e for e in charges], [factor * e for e in discharges])
        return climb({"cycle": rows}, "coulombic_efficiency", "cumulative_irreversible_capacity")[
            "cumulative_irreversible_capacity"
        ]

    one, other = summed(1.0), summed(scale)
    expected = np.cumsum(np.array(charges) - np.array(discharges))
    name = "cumulative_irreversible_capacity_ah"
    assert [row[name] for row in one] == pytest.approx(expected.tolist())
    assert [row[name] for row in other] == pytest.approx((scale * expected).tolist())
    # both errors of every cycle, for a counter is always off alike
    places = range(1, len(charges) + 1)
    told = [row["cumulative_irreversible_capacity_error_ah"] for row in one]
    most = [(0.01 + 0.97 * 0.01) * n for n in places]
    assert told == pytest.approx(most, rel=1e-6)


@LAW
@given(efficiency=st.floats(0.9, 1.0), hours=st.floats(0.1, 100))
def test_twice_the_hours_are_half_the_inefficiency_an_hour(
    efficiency: float, hours: float, climb: Climb
) -> None:
    charges = [1.0, 1.0, 1.0, 1.0]
    for factor in (1.0, 2.0):
        rows = cycles_of(charges, [efficiency] * 4, hours=factor * hours)
        answer = climb({"cycle": rows}, "coulombic_efficiency", "inefficiency_per_hour")
        for row in answer["inefficiency_per_hour"]:
            assert row["inefficiency_per_hour"] == pytest.approx(
                (1 - efficiency) / (factor * hours), abs=1e-12
            )
            assert row["cycle_hour"] == pytest.approx(factor * hours)


def test_a_cell_that_begins_with_a_discharge_takes_half_of_each_cycle(climb: Climb) -> None:
    rows = cycles_of([1.0, 1.0, 1.0, 1.0], [1.0, 0.9, 0.9, 0.9])
    rows = [row | {"first_mode": "discharge"} for row in rows]
    rows[3]["duration_second"] = 3 * 7200.0
    answer = climb({"cycle": rows}, "coulombic_efficiency", "inefficiency_per_hour")
    told = answer["inefficiency_per_hour"]
    assert told[0]["status"] == "not_comparable"
    assert [row["cycle_hour"] for row in told[1:]] == [2, 2, 4]
    assert told[3]["inefficiency_per_hour"] == pytest.approx(0.1 / 4)
