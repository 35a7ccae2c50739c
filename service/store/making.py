"""What cells are made of and how it was made, out of the catalog into the store.

The provenance of a cell is the materials of its layers and everything they descend from.
"""

from functools import cache
from typing import Any

import pyarrow as pa
from sqlalchemy import (
    Float,
    Select,
    Subquery,
    cast,
    func,
    literal,
    null,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from schema.catalog import (
    Ancestor,
    CellLayer,
    Material,
    Process,
    ProcessOutput,
    ProcessParameter,
    Substance,
)
from schema.error import InvalidArgument
from schema.formula import FARADAY_COULOMB_PER_MOLE, atom_counts, molar_mass_gram_per_mole
from schema.measure import Measure
from service.metric.relation import CONSTITUENT, LAYER, SUBSTANCE, TREATMENT, filled


def provenance(session: Session) -> dict[str, pa.Table]:
    """Return the layers, substances and treatments of all cells, by the name of the relation."""
    layers = _layers().subquery()
    treatments = union_all(
        _size(layers, "thickness_um", CellLayer.thickness_um),
        _size(layers, "loading_mg_per_cm2", CellLayer.loading_mg_per_cm2),
        _substance(layers),
        _conditions(),
    )
    in_order = select(layers).order_by(layers.c.cell_id, layers.c.position)
    by_name = treatments.order_by("cell_id", "name", "lower", "upper", "text")
    return {
        LAYER.name: filled(session.execute(in_order).all(), LAYER),
        SUBSTANCE.name: filled(_substances(session), SUBSTANCE),
        CONSTITUENT.name: filled(_constituents(session), CONSTITUENT),
        TREATMENT.name: filled(
            [
                (cell_id, name, _setting(*setting), *setting)
                for cell_id, name, *setting in session.execute(by_name)
            ],
            TREATMENT,
        ),
    }


def _layers() -> Select[*tuple[Any, ...]]:
    own, of_material = aliased(Substance), aliased(Substance)
    return (
        select(
            CellLayer.cell_id,
            CellLayer.position,
            CellLayer.role,
            func.coalesce(own.name, of_material.name).label("substance"),
            CellLayer.material_id,
            CellLayer.thickness_um,
            CellLayer.loading_mg_per_cm2,
        )
        .outerjoin(own, CellLayer.substance_id == own.id)
        .outerjoin(Material, CellLayer.material_id == Material.id)
        .outerjoin(of_material, Material.substance_id == of_material.id)
    )


def _substances(session: Session) -> list[tuple[Any, ...]]:
    """Return every substance, its molar mass computed where only its formula is known."""
    rows = []
    for each in session.scalars(select(Substance).order_by(Substance.id)):
        gram_per_mole = each.molar_mass_gram_per_mole or _molar_mass(each.formula)
        charge = each.electrons and gram_per_mole and each.electrons / gram_per_mole
        rows.append(
            (
                each.id,
                each.name,
                each.formula,
                gram_per_mole,
                each.electrons,
                charge and charge * FARADAY_COULOMB_PER_MOLE / 3.6,
            )
        )
    return rows


def _constituents(session: Session) -> list[tuple[str, str, float]]:
    """Return the elements of every substance whose formula is known."""
    rows: list[tuple[str, str, float]] = []
    for each in session.scalars(select(Substance).order_by(Substance.id)):
        try:
            atoms = atom_counts(each.formula) if each.formula else {}
        except InvalidArgument:  # the molar mass of such a formula is not known either
            continue
        rows += [(each.name, element, count) for element, count in atoms.items()]
    return rows


def _molar_mass(formula: str | None) -> float | None:
    if not formula:
        return None
    try:
        return molar_mass_gram_per_mole(formula)
    except InvalidArgument:
        return None  # a person may have entered anything there


@cache
def _setting(  # noqa: PLR0917 # the columns of a treatment, in their order
    value: float | None,
    lower: float | None,
    upper: float | None,
    text: str | None,
    unit: str | None,
    qualifier: str | None,
) -> str:
    """Return a treatment as one writes it; what is exact or a bound has no range."""
    ends = (lower, upper) if value is None else (None, None)
    return str(Measure(value, unit, qualifier, *ends, text))


def _size(
    layers: Subquery, name: str, column: InstrumentedAttribute[Any]
) -> Select[*tuple[Any, ...]]:
    """Return the treatments that are a size of a layer, a row each."""
    size = layers.c[name]
    return select(
        layers.c.cell_id.label("cell_id"),
        layers.c.substance.concat(f".{name}").label("name"),
        size.cast(Float).label("value"),
        size.cast(Float).label("lower"),
        size.cast(Float).label("upper"),
        null().label("text"),
        literal(column.info["unit"]).label("unit"),
        null().label("qualifier"),
    ).where(layers.c.substance.is_not(None), size.is_not(None))


def _substance(layers: Subquery) -> Select[*tuple[Any, ...]]:
    """Return the treatments that are the substance of a layer, by its role."""
    number = cast(null(), Float)
    name = layers.c.role.concat(".substance")
    return select(
        layers.c.cell_id, name, number, number, number, layers.c.substance, null(), null()
    ).where(name.is_not(None), layers.c.substance.is_not(None))


def _conditions() -> Select[*tuple[Any, ...]]:
    """Return the treatments that are a condition of a process, each process of a cell once."""
    of_layer = select(CellLayer.cell_id, CellLayer.material_id)
    inherited = select(CellLayer.cell_id, Ancestor.ancestor_id).join(
        Ancestor, Ancestor.material_id == CellLayer.material_id
    )
    lineage = union(of_layer, inherited).subquery()
    process_of_cell = (
        select(lineage.c.cell_id, ProcessOutput.process_id)
        .join(ProcessOutput, ProcessOutput.material_id == lineage.c.material_id)
        .distinct()
        .subquery()
    )
    return (
        select(
            process_of_cell.c.cell_id,
            Process.kind.concat(".").concat(ProcessParameter.name),
            ProcessParameter.value,
            ProcessParameter.lower,
            ProcessParameter.upper,
            ProcessParameter.text,
            ProcessParameter.unit,
            ProcessParameter.qualifier,
        )
        .join(Process, Process.id == process_of_cell.c.process_id)
        .join(ProcessParameter, ProcessParameter.process_id == Process.id)
    )
