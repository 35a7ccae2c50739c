"""Which tests a claim can be compared with."""

from collections.abc import Callable
from typing import Any

import pytest

from schema.catalog import Cell, CellLayer, Claim, Material, Property, Substance, Test
from schema.catalog.connection import change, look
from service.store import claim as report


@pytest.fixture
def tests_of(warehouse: Any) -> Callable[..., list[int]]:  # noqa: ANN401 # a fixture
    """Return what finds the tests of claims with such subjects.

    Test 1 ran on LFP-01, test 2 on LiS-02, test 3 on a pellet of LATP that is in LiS-02.
    """
    with change(warehouse.engine, "things") as (session, _):
        latp = Substance(name="LATP")
        pellet = Material(name="pellet", substance=latp)
        session.add(pellet)
        session.flush()
        session.get_one(Test, 3).material_id = pellet.id
        session.get_one(Cell, 1).configuration = "Li/LATP/LFP"
        other = session.get_one(Cell, 2)
        other.layers.append(CellLayer(position=1, material=pellet))

    def ask(*subjects: dict[str, str]) -> list[int]:
        with change(warehouse.engine, "claims") as (session, _):
            rows = [
                Claim(name=f"{number}", source="s", text="t", subject=subject)
                for number, subject in enumerate(subjects)
            ]
            session.add_all(rows)
            session.flush()
            asked = [row.id for row in rows]
            session.add(Claim(name="of all", source="s", text="t", subject={"cell": "LFP-01"}))
        with look(warehouse.engine) as session:
            return report.tests_of_claims(session, asked)

    return ask


@pytest.mark.parametrize(
    ("subjects", "tests"),
    [
        ([{"cell": "LFP-01"}], [1]),
        ([{"configuration": "Li / LATP / LFP", "temperature": "60 °C"}], [1]),
        ([{"substance": "LATP"}], [3]),
        ([{"material": "pellet"}], [2, 3]),
        ([{"cell": "LiS-02"}, {"substance": "LATP"}], [2, 3]),
        ([{"cell": "nowhere"}, {"temperature": "60 °C"}, {}], []),
    ],
)
def test_a_claim_is_held_against_the_tests_of_what_it_names(
    tests_of: Callable[..., list[int]], subjects: list[dict[str, str]], tests: list[int]
) -> None:
    assert tests_of(*subjects) == tests


def test_a_test_that_was_taken_away_is_held_against_nothing(
    warehouse: Any,  # noqa: ANN401 # a fixture
    tests_of: Callable[..., list[int]],
) -> None:
    warehouse.remove(3)
    assert tests_of({"material": "pellet"}) == [2]


@pytest.mark.parametrize(
    ("name", "value", "unit", "read", "in_unit"),
    [
        ("particle_radius", 500.0, "nm", 0.5, "µm"),
        ("molar_volume", 2e-5, "m³/mol", 20.0, "cm³/mol"),
        ("Li+.diffusion_coefficient", 1e-16, "m²/s", 1e-12, "cm²/s"),
        ("LATP.Li+.conductivity", 0.1, "S/m", 1e-3, "S/cm"),
        ("e-.negative_concentration", 1.0, "mol/L", 1e-3, "mol/cm³"),
        ("LATP.potential_difference", -6.81, "mV", -6.81e-3, "V"),
        ("temperature", 333.15, "K", 60.0, "°C"),
        ("particle_radius", 3.0, "V", 3.0, "V"),
        ("color", 3.0, "mV", 3.0, "mV"),
    ],
)
def test_a_property_is_read_in_the_unit_that_is_computed_with(
    warehouse: Any,  # noqa: ANN401 # a fixture
    name: str,
    value: float,
    unit: str,
    read: float,
    in_unit: str,
) -> None:
    with change(warehouse.engine, "a property") as (session, _):
        session.add(Property(name=name, cell_id=1, value=value, unit=unit))
    with look(warehouse.engine) as session:
        (row,) = report.reported(session)["property"].to_pylist()
    assert row["value"] == pytest.approx(read, rel=1e-9)
    assert row["unit"] == in_unit
