"""What was reported, out of the catalog into the store: claims, and properties nobody computed.

A value is converted to the unit its quantity is computed in. One that does not convert keeps its
own unit, so that a capacity stated as a retention can be seen for what it is.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

import pyarrow as pa
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from schema.catalog import Ancestor, Cell, CellLayer, Claim, Material, Property, Substance, Test
from schema.configuration import parse_configuration, print_configuration
from schema.error import LeydenError
from schema.measure import Measure, measure
from schema.relation import Relation
from service.metric.reported import CLAIM, PROPERTY

UNITS: Final[Mapping[str, str]] = {
    "activation_energy": "eV",
    "activation_energy_drift": "meV/h",
    "areal_resistance": "Ω·cm²",
    "capacity_retention": "",
    "coulombic_efficiency": "",
    "critical_current_density": "mA/cm²",
    "discharge_capacity": "mA·h/g",
    "dry_mass": "g",
    "grain_size": "µm",
    "grain_size_change": "µm",
    "immersion_density": "g/cm³",
    "ionic_conductivity": "S/cm",
    "layer_thickness": "µm",
    "layer_thickness_change": "µm",
    "polarization": "V",
    "rate_capability": "mA·h/g",
    "redox_potential": "V",
    "reduction_potential": "V",
    "relative_density": "",
    "saturated_mass": "g",
    "shear_modulus": "GPa",
    "suspended_mass": "g",
    "theoretical_capacity": "mA·h/g",
    "time_to_failure": "h",
}
"""The quantities a claim can be compared with, and the unit each is computed in; metrics read it of
the claim."""
TRANSPORT_UNITS: Final[Mapping[str, str]] = {
    "charge_number": "",
    "concentration": "mol/cm³",
    "conductivity": "S/cm",
    "contact_area": "cm²",
    "diffusion_coefficient": "cm²/s",
    "molar_volume": "cm³/mol",
    "negative_concentration": "mol/cm³",
    "particle_radius": "µm",
    "positive_concentration": "mol/cm³",
    "potential_difference": "V",
    "temperature": "°C",
}
"""What fluxes and diffusion coefficients are computed of, and the unit it is read in; whose it is,
a carrier or a layer, may stand before it: ``Li+.diffusion_coefficient``."""
_CYCLE: Final = re.compile(r"\d+")


def reported(session: Session) -> dict[str, pa.Table]:
    """Return the claims and the properties, by the name of the relation."""
    return {
        CLAIM.name: _table(_claims(session), CLAIM),
        PROPERTY.name: _table(_properties(session), PROPERTY),
    }


def _claims(session: Session) -> list[dict[str, Any]]:
    claims = session.scalars(select(Claim).order_by(Claim.id)).all()
    materials, cells = _ids(session, Material, claims), _ids(session, Cell, claims)
    rows = []
    for claim in claims:
        subject, parameters = claim.subject, claim.parameters
        said = Measure(
            claim.value, claim.unit, claim.qualifier, claim.lower, claim.upper, claim.text_value
        )
        rows.append(
            {
                "claim_id": claim.id,
                "name": claim.name,
                "quantity": claim.quantity,
                "computed_unit": UNITS.get(claim.quantity or ""),
                **_in_unit(UNITS.get(claim.quantity or ""), said),
                "configuration": _configuration(subject.get("configuration")),
                "substance": subject.get("substance"),
                "material_id": materials.get(subject.get("material", "")),
                "cell_id": cells.get(subject.get("cell", "")),
                "current_density_ma_per_cm2": _number(subject.get("current_density"), "mA/cm²"),
                "temperature_celsius": _number(subject.get("temperature"), "°C"),
                "loading_mg_per_cm2": _number(subject.get("loading"), "mg/cm²"),
                "cell_count": _count(subject.get("cells")),
                "at_cycle": _count(parameters.get("cycle")),
                "last_hours": _number(parameters.get("last"), "h"),
                "judged": claim.verdict,
                "judged_why": claim.why,
            }
        )
    return rows


def _ids(
    session: Session, model: type[Material | Cell], claims: Sequence[Claim]
) -> Mapping[str, int]:
    """Return the ids of the materials or cells that claims name, by name."""
    kind = model.__tablename__
    named = {claim.subject[kind] for claim in claims if kind in claim.subject}
    rows = session.execute(select(model.name, model.id).where(model.name.in_(named)))
    return {row.name: row.id for row in rows}


def tests_of_claims(session: Session, claims: Collection[int]) -> list[int]:
    """Return the living tests that claims can be compared with, whatever else the store holds.

    Of the cells they name, by name or by configuration, and of those built like a cell they name;
    of the materials they name and the cells built with these; of the materials made of a substance
    they name, and of what was made of all these materials, for that is what it was afterwards.
    """
    subjects = session.scalars(select(Claim.subject).where(Claim.id.in_(claims))).all()
    names = {
        kind: {subject[kind] for subject in subjects if kind in subject}
        for kind in ("cell", "configuration", "material", "substance")
    }
    names["configuration"] |= {str(_configuration(text)) for text in names["configuration"]}
    like = select(Cell.configuration).where(Cell.name.in_(names["cell"]))
    named = select(Material.id).where(Material.name.in_(names["material"]))
    cells = select(Cell.id).where(
        or_(
            Cell.name.in_(names["cell"]),
            Cell.configuration.in_(names["configuration"]),
            Cell.configuration.in_(like),
            Cell.id.in_(select(CellLayer.cell_id).where(CellLayer.material_id.in_(named))),
        )
    )
    substances = select(Substance.id).where(Substance.name.in_(names["substance"]))
    materials = select(Material.id).where(
        or_(Material.name.in_(names["material"]), Material.substance_id.in_(substances))
    )
    descendants = select(Ancestor.material_id).where(Ancestor.ancestor_id.in_(materials))
    tests = (
        select(Test.id)
        .where(Test.removed_snapshot.is_(None))
        .where(
            or_(
                Test.cell_id.in_(cells),
                Test.material_id.in_(materials),
                Test.material_id.in_(descendants),
            )
        )
        .order_by(Test.id)
    )
    return list(session.scalars(tests))


def _properties(session: Session) -> list[dict[str, Any]]:
    query = (
        select(Property, Substance.name)
        .outerjoin(Substance, Property.substance_id == Substance.id)
        .outerjoin(Test, Property.test_id == Test.id)
        .where(Test.removed_snapshot.is_(None))
        .order_by(Property.id)
    )
    return [
        {
            "property_id": row.id,
            "name": row.name,
            "substance": substance,
            "material_id": row.material_id,
            "cell_id": row.cell_id,
            "test_id": row.test_id,
            **_in_unit(
                _unit_of_property(row.name),
                Measure(row.value, row.unit, row.qualifier, row.lower, row.upper, row.text),
            ),
        }
        for row, substance in session.execute(query)
    ]


def _unit_of_property(name: str) -> str | None:
    """Return the unit that a property is read in, None where nothing computes with it."""
    return UNITS.get(name, TRANSPORT_UNITS.get(name.rpartition(".")[2]))


def _in_unit(unit: str | None, said: Measure) -> dict[str, Any]:
    """Return the columns of a value, converted where its quantity has a unit it converts to."""
    if unit is not None and said.text is None:
        with suppress(LeydenError):  # what measures something else stays as it was written
            said = said.to(unit)
    return {
        "value": said.value,
        "lower": said.lower,
        "upper": said.upper,
        "text": said.text,
        "unit": said.unit,
        "qualifier": said.qualifier,
    }


def _configuration(text: str | None) -> str | None:
    """Return the layers in the one spelling that cells have, as written where it is none."""
    try:
        return text and print_configuration(parse_configuration(text))
    except LeydenError:
        return text


def _number(text: str | None, unit: str) -> float | None:
    """Return the number somebody wrote, in a unit; None where it is none."""
    try:
        return measure(text).to(unit).value if text else None
    except LeydenError:
        return None


def _count(text: str | None) -> int | None:
    return int(text) if text and _CYCLE.fullmatch(text) else None


def _table(rows: list[dict[str, Any]], relation: Relation) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=relation.arrow)
