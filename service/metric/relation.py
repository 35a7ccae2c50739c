"""The relations a metric may read: those of the lake, and dimensions out of the catalog.

``test`` and ``cell`` carry the columns of the catalog under its names, except that their own keys
and names read ``test_id``, ``test_name``, ``cell_id``, ``cell_name``, so that joins never clash.
``ancestor`` states which materials a material was made from, ``image_object`` what was measured in
images, ``transport_run`` with its layers and nodes what was computed of a carrier. ``layer``,
``substance`` and ``treatment`` say what a cell is made of (making.py), ``cycled`` what it was put
through; ``claim`` and ``property`` what was stated of all that (claim.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final, Literal

import pyarrow as pa
from sqlalchemy import DateTime
from sqlalchemy.sql.elements import KeyedColumnElement

from schema.analysis import STORED
from schema.catalog import (
    Ancestor,
    Cell,
    FitChoice,
    ImageObject,
    Material,
    Table,
    Test,
    TransportLayer,
    TransportNode,
    TransportRun,
)
from schema.catalog.structure import MEASURED
from schema.catalog.table import Instant
from schema.quantity import quantities
from schema.relation import CYCLE, POINTS, SPECTRUM, STEP, Column, Kind, Relation
from schema.structure import DIFFRACTION, PHOTOEMISSION
from service.metric.reported import CLAIM, PROPERTY

_KINDS: Final[dict[type, Kind]] = {
    int: "BIGINT",
    float: "DOUBLE",
    str: "VARCHAR",
    bool: "BOOLEAN",
}
_OWNERS: Final[Mapping[type[Table], Literal["test_id", "cell_id"]]] = {
    Test: "test_id",
    **dict.fromkeys((*MEASURED, FitChoice), "test_id"),
    Cell: "cell_id",
    **dict.fromkeys((TransportRun, TransportLayer, TransportNode), "cell_id"),
}
_QUANTITY_KINDS: Final[dict[str, Kind]] = {"number": "DOUBLE", "count": "BIGINT", "text": "VARCHAR"}


def _kind(column: KeyedColumnElement[Any]) -> Kind | None:
    if isinstance(column.type, Instant):
        return "TIMESTAMPTZ"
    if isinstance(column.type, DateTime):
        return "TIMESTAMP"
    return _KINDS.get(column.type.python_type)


def stored_columns(model: type[Table]) -> Mapping[str, KeyedColumnElement[Any]]:
    """Return the catalog columns of a dimension by the name they have in the store."""
    own = {name: f"{model.__tablename__}_{name}" for name in ("id", "name")}
    return {
        own.get(column.name, column.name): column
        for column in model.__table__.columns
        if not column.name.endswith("_snapshot") and _kind(column)
    }


def dimension(model: type[Table]) -> Relation:
    """Return a table of the catalog as a relation of the store."""
    columns = tuple(
        Column(name, kind, str(column.info.get("unit", "")), str(column.doc))
        for name, column in stored_columns(model).items()
        if (kind := _kind(column))
    )
    own = {column.name for column in model.__table__.primary_key}
    key = tuple(name for name, column in stored_columns(model).items() if column.name in own)
    return Relation(model.__tablename__, str(model.__doc__), columns, key, _OWNERS.get(model))


def _of_image(relation: Relation) -> Relation:
    """Return a relation of what is in images with the test of the image."""
    test = Column("test_id", "BIGINT", "", "The test its image belongs to.")
    return replace(relation, columns=(*relation.columns, test), owner="test_id")


LAYER: Final = Relation(
    "layer",
    "one row per layer of a cell, counted from the negative side",
    (
        Column("cell_id", "BIGINT", "", "Cell the layer belongs to."),
        Column("position", "BIGINT", "1", "Place in the stack, from 1."),
        Column("role", "VARCHAR", "", "negative, electrolyte, interlayer, wetting, positive."),
        Column("substance", "VARCHAR", "", "Name of what it is made of, its material's if unsaid."),
        Column("material_id", "BIGINT", "", "The very piece that was used."),
        Column("thickness_um", "DOUBLE", "µm", "Thickness of the layer."),
        Column("loading_mg_per_cm2", "DOUBLE", "mg/cm²", "Active mass per area."),
    ),
    key=("cell_id", "position"),
    owner="cell_id",
)

SUBSTANCE: Final = Relation(
    "substance",
    "one row per chemistry",
    (
        Column("substance_id", "BIGINT", "", "Key of the substance."),
        Column("name", "VARCHAR", "", "Short name used in the lab; `substance` of a layer."),
        Column("formula", "VARCHAR", "", "Chemical formula."),
        Column(
            "molar_mass_gram_per_mole",
            "DOUBLE",
            "g/mol",
            "Molar mass of the formula unit as entered, else computed of `formula`.",
        ),
        Column("electrons", "DOUBLE", "1", "Electrons exchanged per formula unit."),
        Column("theoretical_capacity_mah_per_g", "DOUBLE", "mA·h/g", "Charge of these electrons."),
    ),
    key=("substance_id",),
)

CONSTITUENT: Final = Relation(
    "constituent",
    "one row per substance whose formula is known and element of it",
    (
        Column("substance", "VARCHAR", "", "Name of the substance."),
        Column("element", "VARCHAR", "", "Element, e.g. Ti."),
        Column("atom_count", "DOUBLE", "1", "Atoms of it in a formula unit."),
    ),
    key=("substance", "element"),
)

TREATMENT: Final = Relation(
    "treatment",
    "one row per size and substance of a layer of a cell, and per condition of a process its "
    "materials came by",
    (
        Column("cell_id", "BIGINT", "", "Cell that was treated so."),
        Column(
            "name",
            "VARCHAR",
            "",
            "What was set, e.g. PB.thickness_um, interlayer.substance, sinter.temperature.",
        ),
        Column("setting", "VARCHAR", "", "All that follows in one text, e.g. 850 to 900 °C."),
        Column("value", "DOUBLE", "", "Number, in `unit`; null for a range."),
        Column("lower", "DOUBLE", "", "What it is at least, in `unit`."),
        Column("upper", "DOUBLE", "", "What it is at most, in `unit`."),
        Column("text", "VARCHAR", "", "Value that is no number, e.g. argon."),
        Column("unit", "VARCHAR", "", "Unit of the numbers: °C for temperatures, h for times."),
        Column("qualifier", "VARCHAR", "", "<, >, ~, <= or >= when not exact."),
    ),
    owner="cell_id",
)

CYCLED: Final = Relation(
    "cycled",
    "one row per step that charged or discharged a cell, of all its tests, whichever are asked for",
    (
        Column("cell_id", "BIGINT", "", "The cell."),
        Column("test_id", "BIGINT", "", "Test the step belongs to."),
        Column("test_name", "VARCHAR", "", "Name of that test."),
        Column("step_count", "BIGINT", "1", "Step by our own numbering, from 1."),
        Column("started_at", "TIMESTAMP", "", "Start of the test on the instrument's own clock."),
        Column("time_zone", "VARCHAR", "", "Zone of `started_at`."),
        Column("start_time_second", "DOUBLE", "s", "Test time of its first point."),
        Column("duration_second", "DOUBLE", "s", "Last test time less the first."),
        Column("median_current_ampere", "DOUBLE", "A", "Median current of the points."),
    ),
    owner="cell_id",
)

IMAGE_OBJECT: Final = _of_image(dimension(ImageObject))


def _every_point_column() -> Relation:
    """Return points with every canonical quantity; one that a test lacks is null in it."""
    names = {column.name for column in POINTS.columns}
    more = (
        Column(each.name, _QUANTITY_KINDS[each.kind], each.unit, each.meaning)
        for each in quantities().values()
        if each.name not in names
    )
    return replace(POINTS, columns=(*POINTS.columns, *more))


RELATIONS: Final[Mapping[str, Relation]] = MappingProxyType(
    {
        relation.name: relation
        for relation in (
            CYCLE,
            STEP,
            _every_point_column(),
            SPECTRUM,
            DIFFRACTION,
            PHOTOEMISSION,
            dimension(Test),
            dimension(Cell),
            LAYER,
            SUBSTANCE,
            CONSTITUENT,
            TREATMENT,
            CYCLED,
            dimension(Material),
            dimension(Ancestor),
            *map(dimension, (*MEASURED, FitChoice)),
            IMAGE_OBJECT,
            *map(dimension, (TransportRun, TransportLayer, TransportNode)),
            *STORED,
            PROPERTY,
            CLAIM,
        )
    }
)


DIMENSIONS: Final = tuple(
    name for name, relation in RELATIONS.items() if relation.files is None and name != CYCLED.name
)
"""Relations that the catalog holds."""
ROLLED: Final = tuple(
    name for name, relation in RELATIONS.items() if relation.files and name != POINTS.name
)
"""Relations of tests that are loaded whole: points stay in their files."""
MEASURED_IN_CATALOG: Final = (*(model.__tablename__ for model in MEASURED), IMAGE_OBJECT.name)
"""Measurements within tests, as the catalog lists them."""
MEASUREMENTS: Final = frozenset({*ROLLED, POINTS.name, *MEASURED_IN_CATALOG})
"""What instruments recorded, or was computed of that at ingest; the rest is what people say."""


def column_named(name: str) -> Column | None:
    """Return the first column of that name in any relation."""
    return next(
        (c for relation in RELATIONS.values() for c in relation.columns if c.name == name), None
    )


def created(name: str, columns: Iterable[Column]) -> str:
    """Return the statement that makes an empty table, by its name with its schema."""
    defined = ", ".join(f'"{column.name}" {column.kind}' for column in columns)
    return f"CREATE TABLE {name} ({defined})"


def filled(rows: Any, relation: Relation) -> pa.Table:  # noqa: ANN401 # rows of the catalog
    """Return rows of a query, in the order of the columns, as a table of a relation."""
    columns = zip(*rows, strict=True) if rows else ([] for _ in relation.columns)
    arrays = [
        pa.array(values, type=column.arrow)
        for values, column in zip(columns, relation.columns, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=relation.arrow)
