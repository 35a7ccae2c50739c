"""ion_flux and redox_ordering."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.transport.flux import flux_between, reduced_potential
from schema.transport.stack import Layer, grid_of, steady
from tests.law import law

Ask = Callable[..., list[dict[str, Any]]]
LAW = law(30)
concentrations = st.floats(0, 1e-1)
UNITS = {
    "potential_difference": "V",
    "diffusion_coefficient": "cm²/s",
    "negative_concentration": "mol/cm³",
    "positive_concentration": "mol/cm³",
    "conductivity": "S/cm",
}


def layer(thickness_um: float = 1.0, **known: float) -> dict[str, list[dict[str, Any]]]:
    """Return a layer of which that is known; names of a carrier begin with it and two strokes."""
    told = {name.replace("Li__", "Li+.").replace("e__", "e-."): v for name, v in known.items()}
    return {
        "layer": [
            {"cell_id": 1, "position": 2, "role": "electrolyte", "substance": "E"}
            | {"thickness_um": thickness_um}
        ],
        "property": [
            {"property_id": n, "name": name, "substance": "E", "value": value}
            | {"unit": UNITS[name.rpartition(".")[2]]}
            for n, (name, value) in enumerate(told.items(), 1)
        ],
    }


def ion(ask: Ask, rows: dict[str, list[dict[str, Any]]], **arguments: object) -> dict[str, Any]:
    found = ask("ion_flux", rows, **{"temperature_celsius": 30.0} | arguments)
    return next(row for row in found if row["carrier"] == "Li+")


def told(volt: float, near: float, far: float, micrometer: float = 1.0) -> dict[str, Any]:
    return layer(
        micrometer,
        potential_difference=volt,
        Li__diffusion_coefficient=1e-8,
        Li__negative_concentration=near,
        Li__positive_concentration=far,
        e__conductivity=0.0,
    )


@LAW
@given(volt=st.floats(-15, 15), near=concentrations, far=concentrations)
def test_it_is_the_flux_of_the_solver_and_finite_however_steep_the_potential(
    volt: float, near: float, far: float, ask: Ask
) -> None:
    row = ion(ask, told(volt, near, far))
    u = float(reduced_potential(1, volt, 303.15))
    exact = float(flux_between(1e-4, near, far, u))
    assert row["reduced_potential"] == pytest.approx(u, rel=1e-12, abs=1e-300)
    size = 1e-4 * max(near, far) * max(1, abs(u))
    assert row["flux_mol_per_cm2_second"] == pytest.approx(exact, rel=1e-12, abs=1e-13 * size)


def test_it_is_the_flux_of_the_field_resolved_stack(ask: Ask) -> None:
    row = ion(ask, told(-0.05, 1e-3, 5e-4))
    grid = grid_of([Layer(1e-4, 1e-8, row["reduced_potential"])])
    fluxes = grid.fluxes(steady(grid, 1e-3, 5e-4))
    assert row["flux_mol_per_cm2_second"] == pytest.approx(float(fluxes[0]), rel=1e-9)


@pytest.mark.slow
@LAW
@given(volt=st.floats(-1, 1), near=concentrations, far=concentrations)
def test_seen_from_the_other_side_it_runs_the_other_way(
    volt: float, near: float, far: float, ask: Ask
) -> None:
    here = ion(ask, told(volt, near, far))["flux_mol_per_cm2_second"]
    there = ion(ask, told(-volt, far, near))["flux_mol_per_cm2_second"]
    assert there == pytest.approx(-here, rel=1e-9, abs=1e-18)


@pytest.mark.slow
@LAW
@given(volt=st.floats(-1, 1), thicker=st.floats(0.01, 100))
def test_a_thicker_layer_passes_less_in_proportion(volt: float, thicker: float, ask: Ask) -> None:
    thin = ion(ask, told(volt, 1e-3, 1e-4))["flux_mol_per_cm2_second"]
    thick = ion(ask, told(volt, 1e-3, 1e-4, thicker))["flux_mol_per_cm2_second"]
    assert thick * thicker == pytest.approx(thin, rel=1e-9)


@pytest.mark.slow
@LAW
@given(volt=st.floats(-1, 1).filter(lambda volt: abs(volt) > 1e-3))
def test_with_the_sign_of_the_study_a_cation_moves_up_the_potential(volt: float, ask: Ask) -> None:
    rows = told(volt, 1e-3, 1e-3)
    assert ion(ask, rows)["flux_mol_per_cm2_second"] * volt < 0
    assert ion(ask, rows, sign="study")["flux_mol_per_cm2_second"] * volt > 0


def test_a_conductivity_is_the_diffusion_of_its_concentration(ask: Ask) -> None:
    """σ = z² F² D C/(RT): both ways carry the same through a layer alike throughout."""
    by_diffusion = ion(ask, told(0.02, 1e-3, 1e-3))["current_density_ampere_per_cm2"]
    sigma = 96485.33212**2 * 1e-8 * 1e-3 / (8.314462618 * 303.15)
    rows = layer(1.0, potential_difference=0.02, Li__conductivity=sigma, e__conductivity=0.0)
    row = ion(ask, rows)
    assert row["current_density_ampere_per_cm2"] == pytest.approx(by_diffusion, rel=1e-9)
    assert row["basis"] == "conductivity alone"


def test_electrons_and_ions_share_the_current_as_their_conductivities_do(ask: Ask) -> None:
    rows = layer(1.0, potential_difference=-0.01, Li__conductivity=3e-6, e__conductivity=1e-6)
    found = {row["carrier"]: row for row in ask("ion_flux", rows, temperature_celsius=60.0)}
    assert found["Li+"]["share"] == pytest.approx(0.75)
    assert found["e-"]["share"] == pytest.approx(0.25)
    assert found["all"]["current_density_ampere_per_cm2"] == pytest.approx(4e-6 * 0.01 / 1e-4)
    assert found["e-"]["flux_mol_per_cm2_second"] < 0 < found["Li+"]["flux_mol_per_cm2_second"]


@pytest.mark.parametrize(
    ("name", "charge"), [("Li+", 1.0), ("Mg2+", 2.0), ("Cl-", -1.0), ("e-", -1.0), ("PF6-", None)]
)
def test_the_charge_of_an_ion_is_read_where_its_name_says_it_alone(
    name: str, charge: float | None, ask: Ask
) -> None:
    """PF6- has one charge and not six: of what is no single atom it is to be told."""
    rows = layer(1.0, potential_difference=0.01)
    rows["property"].append(
        {"property_id": 9, "name": f"{name}.conductivity", "substance": "E"}
        | {"value": 1e-4, "unit": "S/cm"}
    )
    found = {row["carrier"]: row for row in ask("ion_flux", rows, temperature_celsius=30.0)}
    assert found[name]["charge_number"] == charge
    assert (found[name]["status"] == "ok") == (charge is not None)


def test_without_a_temperature_there_is_no_flux(ask: Ask) -> None:
    row = ion(ask, told(0.01, 1e-3, 5e-4), temperature_celsius=None)
    assert (row["status"], row["reason"]) == ("not_computable", "missing temperature")


@LAW
@given(upper=st.floats(-5, 5), lower=st.floats(-5, 5), shift=st.floats(-5, 5))
def test_an_order_is_that_of_the_difference_whatever_the_reference(
    upper: float, lower: float, shift: float, ask: Ask
) -> None:
    def ordered(first: float, second: float) -> dict[str, Any]:
        potentials = [("redox_potential", "PB", first), ("reduction_potential", "E", second)]
        (row,) = ask(
            "redox_ordering",
            {
                "layer": [
                    {"cell_id": 1, "position": 2, "role": "interlayer", "substance": "PB"},
                    {"cell_id": 1, "position": 3, "role": "electrolyte", "substance": "E"},
                ],
                "property": [
                    {"property_id": n, "name": name, "substance": of, "value": value, "unit": "V"}
                    for n, (name, of, value) in enumerate(potentials)
                ]
                + [
                    {"property_id": 8 + n, "name": "reference_electrode", "substance": of}
                    | {"text": "Li/Li+"}
                    for n, of in enumerate(("PB", "E"))
                ],
            },
        )
        return row

    row = ordered(upper, lower)
    assert row["potential_difference_volt"] == pytest.approx(upper - lower, abs=1e-12)
    expected = None if upper == lower else "PB" if upper > lower else "E"
    assert row["reduced_first"] == expected
    moved = ordered(upper + shift, lower + shift)["potential_difference_volt"]
    assert moved == pytest.approx(upper - lower, abs=1e-9)
