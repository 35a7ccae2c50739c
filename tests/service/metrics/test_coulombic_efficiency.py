"""coulombic_efficiency, and energy_efficiency, which pairs its half-cycles in the same way."""

from collections.abc import Callable
from itertools import pairwise
from math import nan
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.law import law

Ask = Callable[..., list[dict[str, Any]]]
LAW = law(20)

ORDERS = (
    "discharge_over_charge",
    "charge_over_discharge",
    "discharge_over_preceding_charge",
    "charge_over_preceding_discharge",
)
positive = st.floats(1e-6, 1e3)
halves = st.lists(st.tuples(positive, positive), min_size=1, max_size=8)
first_modes = st.sampled_from(["charge", "discharge"])


def cycles_of(pairs: list[tuple[float, float]], first_mode: str) -> list[dict[str, Any]]:
    """Return cycles of these charges and discharges, at 4 V and 3 V."""
    return [
        {
            "test_id": 1,
            "cycle_count": number,
            "cell_cycle_count": number,
            "first_mode": first_mode,
            "status": "ok",
            "charge_capacity_ah": charge,
            "discharge_capacity_ah": discharge,
            "charge_energy_wh": 4 * charge,
            "discharge_energy_wh": 3 * discharge,
        }
        for number, (charge, discharge) in enumerate(pairs, 1)
    ]


def column(rows: list[dict[str, Any]], name: str) -> list[float]:
    """Return a column of an answer, NaN for null."""
    return [nan if row[name] is None else row[name] for row in rows]


def in_order_of_time(pairs: list[tuple[float, float]], first_mode: str) -> list[tuple[str, float]]:
    """Return the half-cycles one after the other, as the test ran them."""
    return [
        half
        for charge, discharge in pairs
        for half in (
            (("charge", charge), ("discharge", discharge))
            if first_mode == "charge"
            else (("discharge", discharge), ("charge", charge))
        )
    ]


def expected(pairs: list[tuple[float, float]], first_mode: str, order: str) -> list[float]:
    """Return the efficiencies by walking through the half-cycles in time."""
    over, _, under = order.partition("_over_")
    walked = in_order_of_time(pairs, first_mode)
    if not under.startswith("preceding"):
        column = {"charge": np.array(pairs)[:, 0], "discharge": np.array(pairs)[:, 1]}
        ratios = [float(x) for x in column[over] / column[under]]
    else:
        ratios = [nan] if walked[0][0] == over else []
        ratios += [now / before for (_, before), (mode, now) in pairwise(walked) if mode == over]
    if len(walked) > 2 and walked[0][1] < 0.8 * walked[2][1]:
        ratios[0] = nan  # the test began in the middle of its first half-cycle
    return ratios


@pytest.mark.parametrize("order", ORDERS)
@LAW
@given(pairs=halves, first_mode=first_modes)
def test_it_is_what_walking_through_the_half_cycles_gives(
    order: str, pairs: list[tuple[float, float]], first_mode: str, ask: Ask
) -> None:
    rows = ask("coulombic_efficiency", {"cycle": cycles_of(pairs, first_mode)}, order=order)
    found = column(rows, "coulombic_efficiency")
    assert found == pytest.approx(expected(pairs, first_mode, order), rel=1e-12, nan_ok=True)


@pytest.mark.parametrize("order", ORDERS)
@LAW
@given(pairs=halves, first_mode=first_modes)
def test_the_energy_pairs_the_same_half_cycles(
    order: str, pairs: list[tuple[float, float]], first_mode: str, ask: Ask
) -> None:
    rows = ask("energy_efficiency", {"cycle": cycles_of(pairs, first_mode)}, order=order)
    ratio = 3 / 4 if order.startswith("discharge") else 4 / 3
    charges = expected(pairs, first_mode, order)
    energies = [charge * ratio for charge in charges]
    voltages = [ratio + 0 * charge for charge in charges]
    assert column(rows, "energy_efficiency") == pytest.approx(energies, rel=1e-12, nan_ok=True)
    assert column(rows, "voltage_efficiency") == pytest.approx(voltages, rel=1e-12, nan_ok=True)


@LAW
@given(pairs=halves, first_mode=first_modes, factor=positive)
def test_more_current_changes_no_efficiency(
    pairs: list[tuple[float, float]], first_mode: str, factor: float, ask: Ask
) -> None:
    scaled = [(charge * factor, discharge * factor) for charge, discharge in pairs]
    one, other = (
        column(
            ask("coulombic_efficiency", {"cycle": cycles_of(each, first_mode)}),
            "coulombic_efficiency",
        )
        for each in (pairs, scaled)
    )
    assert one == pytest.approx(other, rel=1e-9, nan_ok=True)


@LAW
@given(pairs=halves, first_mode=first_modes)
def test_the_default_never_uses_a_charge_that_came_after_the_discharge(
    pairs: list[tuple[float, float]], first_mode: str, ask: Ask
) -> None:
    rows = ask("coulombic_efficiency", {"cycle": cycles_of(pairs, first_mode)})
    preceding = expected(pairs, first_mode, "discharge_over_preceding_charge")
    assert column(rows, "coulombic_efficiency") == pytest.approx(preceding, rel=1e-12, nan_ok=True)


def test_the_first_cycle_of_a_test_looks_into_no_test_of_another_cell(ask: Ask) -> None:
    earlier = cycles_of([(1.0, 1.0)], "discharge")
    later = [row | {"test_id": 2} for row in earlier]
    rows = ask("coulombic_efficiency", {"cycle": earlier + later})
    assert [row["coulombic_efficiency"] for row in rows] == [None, None]
    assert {row["status"] for row in rows} == {"not_comparable"}


METRICS = ("coulombic_efficiency", "energy_efficiency")


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("order", ORDERS)
@LAW
@given(
    pairs=st.lists(st.tuples(st.floats(0.9, 1.0), st.floats(0.9, 1.0)), min_size=1, max_size=8),
    first_mode=first_modes,
    cut=st.integers(0, 8),
)
def test_parting_the_cycles_of_a_cell_into_two_tests_changes_no_efficiency(
    metric: str,
    order: str,
    pairs: list[tuple[float, float]],
    first_mode: str,
    cut: int,
    ask: Ask,
) -> None:
    whole = [row | {"cell_id": 7} for row in cycles_of(pairs, first_mode)]
    parted = [
        row
        if row["cycle_count"] <= cut
        else row | {"test_id": 2, "cycle_count": row["cycle_count"] - cut}
        for row in whole
    ]
    one, other = (
        column(ask(metric, {"cycle": each}, order=order), metric) for each in (whole, parted)
    )
    assert one == pytest.approx(other, rel=1e-12, nan_ok=True)


@LAW
@given(
    charge=st.tuples(positive, st.floats(0, 0.1)), discharge=st.tuples(positive, st.floats(0, 0.1))
)
def test_the_errors_of_both_charges_add_up(
    charge: tuple[float, float], discharge: tuple[float, float], ask: Ask
) -> None:
    (row,) = cycles_of([(charge[0], discharge[0])], "charge")
    row |= {
        "charge_error_ah": charge[0] * charge[1],
        "discharge_error_ah": discharge[0] * discharge[1],
    }
    for metric in METRICS:
        (found,) = ask(metric, {"cycle": [row]})
        assert found[f"{metric}_error"] == pytest.approx(found[metric] * (charge[1] + discharge[1]))


def test_the_order_and_the_doubt_of_what_was_compared_stand_in_the_row(ask: Ask) -> None:
    cycles = cycles_of([(1.0, 1.0)] * 3, "discharge")
    cycles[1] |= {"status": "low_quality", "reason": "gap"}
    for metric in METRICS:
        rows = ask(metric, {"cycle": cycles})
        assert {row["ce_order"] for row in rows} == {"discharge_over_preceding_charge"}
        assert [row["status"] for row in rows] == ["not_comparable", "low_quality", "low_quality"]
        assert [row["reason"] for row in rows] == ["nothing preceded it", "gap", "gap"]
    (row,) = ask("coulombic_efficiency", {"cycle": cycles_of([(1.0, 1.0)], "charge")})
    assert row["ce_order"] == "discharge_over_charge"


def test_an_energy_that_is_not_known_is_no_efficiency(ask: Ask) -> None:
    cycles = [row | {"charge_energy_wh": None} for row in cycles_of([(1.0, 1.0)], "charge")]
    (row,) = ask("energy_efficiency", {"cycle": cycles})
    assert (row["energy_efficiency"], row["status"]) == (None, "not_computable")
    assert row["reason"] == "missing voltage_volt"


@pytest.mark.parametrize(("discharge", "plausible"), [(1.0, True), (1.02, True), (1.03, False)])
def test_an_efficiency_above_1_02_is_told_to_be_implausible(
    discharge: float, ask: Ask, *, plausible: bool
) -> None:
    (row,) = ask("coulombic_efficiency", {"cycle": cycles_of([(1.0, discharge)], "charge")})
    assert row["plausible"] is plausible


def test_a_cycle_of_sweeps_has_no_preceding_charge(ask: Ask) -> None:
    sweep = [row | {"first_mode": None} for row in cycles_of([(1.0, 1.0)], "charge")]
    assert ask("coulombic_efficiency", {"cycle": sweep})[0]["coulombic_efficiency"] is None
    same = ask("coulombic_efficiency", {"cycle": sweep}, order="discharge_over_charge")
    assert same[0]["coulombic_efficiency"] == 1
