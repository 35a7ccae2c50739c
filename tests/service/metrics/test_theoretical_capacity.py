"""theoretical_capacity, and what is held against it: capacity_excess and c_rate."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.constants import physical_constants

from tests.law import law

Ask = Callable[..., list[dict[str, Any]]]
LAW = law(20)

FARADAY = physical_constants["Faraday constant"][0]
LFP = {"name": "LFP", "formula": "LiFePO4", "molar_mass_gram_per_mole": 157.755, "electrons": 1.0}
positive = st.floats(1e-3, 1e3)


def cell_of(substance: dict[str, Any], **cell: object) -> dict[str, Any]:
    """Return a cell with this active layer, and a cycle of a test of it."""
    loading = cell.pop("loading_mg_per_cm2", None)
    return {
        "cycle": [
            {
                "test_id": 1,
                "cycle_count": 1,
                "cell_id": 7,
                "complete": True,
                "status": "ok",
                "charge_capacity_ah": 1.0,
                "discharge_capacity_ah": 1.0,
                "charge_current_ampere": 1.0,
                "discharge_current_ampere": -2.0,
            }
        ],
        "test": [{"test_id": 1, "cell_id": 7}],
        "cell": [{"cell_id": 7, **cell}],
        "layer": [
            {"cell_id": 7, "position": 1, "role": "negative", "substance": "Li"},
            {
                "cell_id": 7,
                "position": 2,
                "role": "positive",
                "substance": substance["name"],
                "loading_mg_per_cm2": loading,
            },
        ],
        "substance": [substance, {"name": "Li", "formula": "Li", "electrons": 1.0}],
    }


@pytest.mark.parametrize(
    ("formula", "mass", "electrons", "expected"),
    [
        ("LiFePO4", 157.755, 1.0, 169.9),
        ("FeF3", 112.84, 1.0, 237.5),
        ("FeF3", 112.84, 3.0, 712.6),
        ("C6", 72.066, 1.0, 371.9),
        ("S", 32.06, 2.0, 1671.9),
    ],
)
def test_it_is_the_known_capacity(
    formula: str, mass: float, electrons: float, expected: float, ask: Ask
) -> None:
    substance = {
        "name": formula,
        "formula": formula,
        "molar_mass_gram_per_mole": mass,
        "electrons": electrons,
    }
    (row,) = ask("theoretical_capacity", cell_of(substance))
    assert row["theoretical_capacity_mah_per_g"] == pytest.approx(expected, abs=0.06)
    assert row["theoretical_capacity_mah_per_g"] == pytest.approx(
        electrons * FARADAY / 3600 / mass * 1000, rel=1e-9
    )
    assert row["missing"] is None


@pytest.mark.parametrize(
    ("lost", "missing"),
    [
        ({"electrons"}, "electrons"),
        ({"molar_mass_gram_per_mole"}, "molar_mass_gram_per_mole"),
        ({"formula", "molar_mass_gram_per_mole"}, "formula"),
        ({"formula", "molar_mass_gram_per_mole", "electrons"}, "formula, electrons"),
    ],
)
def test_what_is_not_known_is_named(lost: set[str], missing: str, ask: Ask) -> None:
    substance = {name: value for name, value in LFP.items() if name not in lost}
    (row,) = ask("theoretical_capacity", cell_of(substance))
    assert (row["theoretical_capacity_mah_per_g"], row["missing"]) == (None, missing)


def test_of_several_positive_layers_the_one_with_electrons_is_active(ask: Ask) -> None:
    given_rows = cell_of(LFP)
    given_rows["layer"].append(
        {"cell_id": 7, "position": 3, "role": "positive", "substance": "carbon black"}
    )
    (row,) = ask("theoretical_capacity", given_rows)
    assert row["substance"] == "LFP"
    given_rows["substance"].append({"name": "carbon black", "electrons": 0.1})
    (row,) = ask("theoretical_capacity", given_rows)
    assert (row["substance"], row["missing"]) == (None, "one_active_layer")


@pytest.mark.parametrize(("symmetric", "rows"), [(True, 0), (False, 1), (None, 1)])
@pytest.mark.parametrize("metric", ["theoretical_capacity", "capacity_excess", "c_rate"])
def test_a_symmetric_cell_has_no_capacity_of_its_own(
    metric: str, rows: int, ask: Ask, *, symmetric: bool | None
) -> None:
    assert len(ask(metric, cell_of(LFP, active_mass_gram=1.0, symmetric=symmetric))) == rows


@LAW
@given(mass=positive, factor=positive)
def test_a_heavier_cell_has_less_excess(mass: float, factor: float, ask: Ask) -> None:
    (light,), (heavy,) = (
        ask("capacity_excess", cell_of(LFP, active_mass_gram=each))
        for each in (mass, mass * factor)
    )
    assert heavy["capacity_excess"] + 1 == pytest.approx(
        (light["capacity_excess"] + 1) / factor, rel=1e-9
    )


def test_two_hundred_of_lfp_is_seventeen_percent_too_much(ask: Ask) -> None:
    given_rows = cell_of(LFP, active_mass_gram=5.0)  # 1 Ah of 5 g
    (row,) = ask("capacity_excess", given_rows)
    assert row["capacity_excess"] == pytest.approx(0.177, abs=5e-4)
    assert row["excessive"] is True
    (row,) = ask("capacity_excess", given_rows, threshold=0.18)
    assert row["excessive"] is False


def test_without_a_cell_nothing_is_known_of_theory(ask: Ask) -> None:
    cycle = [{"test_id": 1, "cycle_count": 1, "discharge_capacity_ah": 1.0}]
    (row,) = ask("capacity_excess", {"cycle": cycle})
    assert row["excessive"] is None
    assert row["missing"] == "active_mass_gram, active_layer"
    (row,) = ask("c_rate", {"cycle": cycle})
    assert row["missing"] == "loading, active_layer"


@pytest.mark.parametrize(
    ("density", "loading", "expected"),
    [(0.025, 1.0, 1 / 6.8), (0.1, 1.0, 1 / 1.7), (0.2, 1.0, 1.18), (0.2, 2.0, 1 / 1.7)],
)
def test_the_c_rates_of_the_study_at_an_assumed_loading(
    density: float, loading: float, expected: float, ask: Ask
) -> None:
    given_rows = cell_of(LFP, area_cm2=0.7854, loading_mg_per_cm2=loading)
    given_rows["cycle"][0]["discharge_current_ampere"] = -density / 1000 * 0.7854
    (row,) = ask("c_rate", given_rows)
    assert row["discharge_c_rate_per_hour"] == pytest.approx(expected, rel=0.005)
    assert row["missing"] is None


def test_the_mass_of_the_cell_goes_before_the_loading(ask: Ask) -> None:
    given_rows = cell_of(LFP, active_mass_gram=1.0, area_cm2=4.0, loading_mg_per_cm2=999.0)
    (row,) = ask("c_rate", given_rows)
    assert row["discharge_c_rate_per_hour"] == pytest.approx(2 / 0.16989, rel=1e-4)
    assert row["charge_c_rate_per_hour"] == pytest.approx(1 / 0.16989, rel=1e-4)


@pytest.mark.parametrize(
    ("cell", "missing"),
    [
        ({"area_cm2": 1.0}, "loading"),
        ({"loading_mg_per_cm2": 1.0}, "area_cm2"),
        ({}, "loading"),
    ],
)
def test_without_mass_there_is_no_c_rate(cell: dict[str, Any], missing: str, ask: Ask) -> None:
    (row,) = ask("c_rate", cell_of(LFP, **cell))
    assert (row["discharge_c_rate_per_hour"], row["missing"]) == (None, missing)
    assert (row["status"], row["reason"]) == ("not_computable", f"missing {missing}")


@LAW
@given(charge=positive, discharge=positive, ampere=positive)
def test_as_measured_it_is_one_over_the_hours_at_this_current(
    charge: float, discharge: float, ampere: float, ask: Ask
) -> None:
    given_rows = cell_of(LFP)
    given_rows["cycle"][0] |= {
        "charge_current_ampere": ampere,
        "charge_capacity_ah": ampere * charge,
        "discharge_current_ampere": -ampere,
        "discharge_capacity_ah": ampere * discharge,
    }
    (row,) = ask("c_rate", given_rows, basis="measured")
    assert row["charge_c_rate_per_hour"] == pytest.approx(1 / charge)
    assert row["discharge_c_rate_per_hour"] == pytest.approx(1 / discharge)
    assert (row["missing"], row["status"]) == (None, "ok")


def test_what_did_not_discharge_has_no_c_rate_as_measured(ask: Ask) -> None:
    given_rows = cell_of(LFP)
    given_rows["cycle"][0] |= {"discharge_current_ampere": None, "discharge_capacity_ah": 0.0}
    (row,) = ask("c_rate", given_rows, basis="measured")
    assert (row["status"], row["reason"]) == ("not_computable", "nothing was discharged")
