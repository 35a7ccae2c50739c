"""rate_capability."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.law import law

Ask = Callable[..., list[dict[str, Any]]]
Plan = Sequence[tuple[float, Sequence[float]]]
LAW = law(20)

plans = st.lists(
    st.tuples(
        st.sampled_from([0.001, 0.002, 0.004, 0.008]),
        st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=5),
    ),
    min_size=1,
    max_size=6,
).filter(lambda plan: all(a[0] != b[0] for a, b in pairwise(plan)))


def cycles_of(plan: Plan, test_id: int = 1) -> list[dict[str, Any]]:
    """Return cycles that run through (current, capacities), all complete."""
    capacities = [(current, each) for current, many in plan for each in many]
    kinds = {current: n for n, current in enumerate(dict.fromkeys(c for c, _ in plan), 1)}
    return [
        {
            "test_id": test_id,
            "cell_id": test_id,
            "cycle_count": number,
            "cell_cycle_count": number,
            "kind_count": kinds[current],
            "complete": True,
            "status": "ok",
            "discharge_capacity_ah": capacity,
            "discharge_current_ampere": -current,
        }
        for number, (current, capacity) in enumerate(capacities, 1)
    ]


def on_cells(cycles: list[dict[str, Any]], mass: float | None = 1.0) -> dict[str, Any]:
    """Return relations in which each test has a cell of this mass."""
    tests = sorted({row["test_id"] for row in cycles})
    return {
        "cycle": cycles,
        "cell": [{"cell_id": test, "active_mass_gram": mass, "area_cm2": 2.0} for test in tests],
    }


@LAW
@given(plan=plans)
def test_each_current_has_the_median_without_its_first_cycle(plan: Plan, ask: Ask) -> None:
    rows = ask("rate_capability", on_cells(cycles_of(plan)))
    medians = [float(np.median(many[1:])) if len(many) > 1 else None for _, many in plan]
    assert [row["discharge_capacity_ah"] for row in rows] == medians
    assert [row["counted_cycles"] for row in rows] == [len(many) - 1 for _, many in plan]
    known = [(current, m) for (current, _), m in zip(plan, medians, strict=True) if m is not None]
    slowest = min(known, key=lambda each: each[0])[1] if known else None
    for row, (current, _), middle in zip(rows, plan, medians, strict=True):
        assert row["current_density_ma_per_cm2"] == pytest.approx(1000 * current / 2.0)
        relative = None if middle is None or slowest is None else pytest.approx(middle / slowest)
        assert row["relative_capacity"] == relative
        recovery = None
        if current == plan[0][0] and row is not rows[0] and middle and medians[0]:
            recovery = pytest.approx(middle / medians[0])
        assert row["recovery"] == recovery


def test_the_demo_plan_gives_its_capacities_and_recovery(ask: Ask) -> None:
    told = [(0.025, 199), (0.05, 191), (0.1, 184), (0.2, 176), (0.025, 197)]
    plan = [(current / 1000, [0.9 * q, q, q, q, q]) for current, q in told]
    rows = ask("rate_capability", on_cells(cycles_of(plan), mass=1000.0))
    found = [row["specific_discharge_capacity_mah_per_g"] for row in rows]
    assert found == pytest.approx([199, 191, 184, 176, 197])
    assert [row["recovery"] for row in rows] == [None] * 4 + [pytest.approx(197 / 199)]
    assert [row["cycle_count"] for row in rows] == [1, 6, 11, 16, 21]


@LAW
@given(plan=plans, factor=st.floats(1e-3, 1e3))
def test_a_heavier_cell_has_less_per_gram_and_the_same_ratios(
    plan: Plan, factor: float, ask: Ask
) -> None:
    light, heavy = (
        ask("rate_capability", on_cells(cycles_of(plan), mass)) for mass in (1.0, factor)
    )
    for one, other in zip(light, heavy, strict=True):
        if one["counted_cycles"]:
            assert other["specific_discharge_capacity_mah_per_g"] * factor == pytest.approx(
                one["specific_discharge_capacity_mah_per_g"]
            )
        assert other["relative_capacity"] == one["relative_capacity"]
        assert other["recovery"] == one["recovery"]


@LAW
@given(first=plans, second=plans, shuffled=st.randoms(use_true_random=False))
def test_a_test_is_untouched_by_the_others_and_by_their_order(
    first: Plan, second: Plan, shuffled: Random, ask: Ask
) -> None:
    rows = cycles_of(first) + cycles_of(second, test_id=2)
    shuffled.shuffle(rows)
    together = ask("rate_capability", on_cells(rows))
    alone = ask("rate_capability", on_cells(cycles_of(first)))
    assert [row for row in together if row["test_id"] == 1] == alone


def test_an_incomplete_cycle_is_not_in_the_median(ask: Ask) -> None:
    cycles = cycles_of([(0.001, [8.0, 6.0, 1.0])])
    cycles[2]["complete"] = False
    (row,) = ask("rate_capability", on_cells(cycles))
    assert (row["discharge_capacity_ah"], row["counted_cycles"]) == (6.0, 1)


def test_another_temperature_is_another_stretch_and_not_compared(ask: Ask) -> None:
    cycles = cycles_of([(0.001, [8.0, 8.0, 4.0, 4.0, 6.0, 6.0])])
    for cycle, celsius in zip(cycles, [25, 25, 60, 60, 26, 26], strict=True):
        cycle |= {"mean_temperature_celsius": celsius, "kind_count": 1 + (celsius > 40)}
    rows = ask("rate_capability", on_cells(cycles))
    assert [row["relative_capacity"] for row in rows] == [1.0, 1.0, 0.75]
    assert [row["recovery"] for row in rows] == [None, None, 0.75]


def test_an_unknown_mass_is_a_word_and_the_ratios_stay(ask: Ask) -> None:
    rows = ask("rate_capability", on_cells(cycles_of([(0.001, [8.0] * 2)]), mass=None))
    assert rows[0]["specific_discharge_capacity_mah_per_g"] is None
    assert rows[0]["missing"] == "active_mass_gram"
    assert rows[0]["relative_capacity"] == 1.0


@LAW
@given(plan=plans, cut=st.integers(1, 29))
def test_parting_the_cycles_of_a_cell_into_two_tests_changes_no_stretch(
    plan: Plan, cut: int, ask: Ask
) -> None:
    whole = cycles_of(plan)
    parted = [
        row
        if row["cycle_count"] <= cut
        else row | {"test_id": 2, "cycle_count": row["cycle_count"] - cut}
        for row in whole
    ]
    own = {"test_id", "cycle_count", "last_cycle_count"}
    one, other = (
        [
            {name: value for name, value in row.items() if name not in own}
            for row in ask("rate_capability", {**on_cells(whole), "cycle": cycles})
        ]
        for cycles in (whole, parted)
    )
    assert other == one


def test_cycles_of_low_quality_count_only_where_they_are_asked_for(ask: Ask) -> None:
    cycles = cycles_of([(0.001, [8.0, 6.0, 1.0])])
    cycles[2] |= {"status": "low_quality", "reason": "gap", "discharge_error_ah": 0.5}
    (row,) = ask("rate_capability", on_cells(cycles))
    assert (row["discharge_capacity_ah"], row["status"]) == (6.0, "ok")
    (row,) = ask("rate_capability", on_cells(cycles), quality="any")
    assert (row["discharge_capacity_ah"], row["discharge_error_ah"]) == (3.5, 0.5)
    assert (row["status"], row["reason"]) == ("low_quality", "gap")
