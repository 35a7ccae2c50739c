"""What entries there are, and what each is: its columns, and the rows that are parts of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, select

from schema.catalog.cell import Cell, CellLayer
from schema.catalog.claim import Claim
from schema.catalog.file import RawFile
from schema.catalog.material import Material
from schema.catalog.process import Process, ProcessInput, ProcessOutput, ProcessParameter
from schema.catalog.property import Property
from schema.catalog.protocol import Protocol, ProtocolStep
from schema.catalog.reference_phase import ReferenceLine, ReferencePhase
from schema.catalog.sensitivity import SensitivityFactor, SensitivitySet
from schema.catalog.structure import Image, ImageObject
from schema.catalog.study import Study
from schema.catalog.substance import Substance
from schema.catalog.sweep import FitChoice
from schema.catalog.table import Table
from schema.catalog.test import Test
from schema.catalog.transport import TransportLayer, TransportRun

EntryState: TypeAlias = dict[str, Any]
"""An entry by its columns, and by its parts, each a list of rows; of JSON alone."""
_AT_ONCE: Final = 1_000
"""Entries in one question."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What people enter, as rows.

    Attributes:
        model: the table it is a row of.
        parts: what else belongs to it: table, and the column that names the entry.
        own: columns of it that people change; where nothing is said all but its key and snapshot.
        rests: whether its row stays when it is removed, with the snapshot of that on it.
        by_itself: columns that follow others: where they alone are changed, nobody changed it.
    """

    model: type[Table]
    parts: Mapping[str, tuple[type[Table], str]] = field(default_factory=dict)
    own: tuple[str, ...] | None = None
    rests: bool = False
    by_itself: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns that say what it is."""
        if self.own is not None:
            return self.own
        every = self.model.__table__.columns.keys()
        return tuple(each for each in every if each not in {"id", "added_snapshot"})


ENTRIES: Final[Mapping[str, Entry]] = {
    "substance": Entry(Substance),
    "material": Entry(Material),
    "process": Entry(
        Process,
        {
            "inputs": (ProcessInput, "process_id"),
            "outputs": (ProcessOutput, "process_id"),
            "parameters": (ProcessParameter, "process_id"),
        },
    ),
    "protocol": Entry(Protocol, {"steps": (ProtocolStep, "protocol_id")}),
    "cell": Entry(Cell, {"layers": (CellLayer, "cell_id")}),
    "property": Entry(Property),
    # every state of a study stays a row with its document
    "study": Entry(Study, own=("name", "sha256", "applied_at"), rests=True),
    # a study that is entered again is another row, and its claims go on to it
    "claim": Entry(Claim, by_itself=("study_id",)),
    "reference_phase": Entry(ReferencePhase, {"lines": (ReferenceLine, "reference_phase_id")}),
    "sensitivity_set": Entry(
        SensitivitySet, {"factors": (SensitivityFactor, "sensitivity_set_id")}
    ),
    "transport_run": Entry(TransportRun, {"layers": (TransportLayer, "transport_run_id")}),
    "file": Entry(RawFile, own=("name", "sha256"), rests=True),
    "test": Entry(
        Test,
        {"fit_choices": (FitChoice, "test_id")},
        own=("cell_id", "material_id", "protocol_id", "cycle_convention", "sensitivity_set"),
        rests=True,
    ),
    "image": Entry(Image, {"objects": (ImageObject, "image_id")}, own=()),
}
"""Each after those it may refer to."""
KIND_OF: Final[Mapping[type[Table], str]] = {each.model: kind for kind, each in ENTRIES.items()}
OWNER_OF: Final[Mapping[type[Table], tuple[str, str]]] = {
    **{each.model: (kind, "id") for kind, each in ENTRIES.items()},
    **{
        table: (kind, column)
        for kind, each in ENTRIES.items()
        for table, column in each.parts.values()
    },
}
"""Of every table of entries or parts of them: their kind, and the column that names the entry."""


def states(connection: Connection, kind: str, ids: Collection[int]) -> dict[int, EntryState]:
    """Return what those entries are that are there, by their keys, as the database has them now."""
    found: dict[int, EntryState] = {}
    wanted = sorted(ids)
    for start in range(0, len(wanted), _AT_ONCE):
        found |= _states(connection, ENTRIES[kind], wanted[start : start + _AT_ONCE])
    return found


def names_of(connection: Connection, kind: str, ids: Collection[int]) -> dict[int, str]:
    """Return what entries are called, whether they are removed or not, as far as a row is there."""
    model: Any = ENTRIES[kind].model
    query = select(model.id, model.carrier if model is TransportRun else Test.name)
    if model is Image:
        query = query.join(Test, Test.id == Image.test_id)
    elif model is not TransportRun:
        query = select(model.id, model.name)
    wanted = sorted(ids)
    return {
        identity: name
        for start in range(0, len(wanted), _AT_ONCE)
        for identity, name in connection.execute(
            query.where(model.id.in_(wanted[start : start + _AT_ONCE]))
        )
    }


def _states(connection: Connection, entry: Entry, ids: list[int]) -> dict[int, EntryState]:
    table = entry.model.__table__
    own = (table.c[name] for name in entry.columns)
    query = select(table.c.id, *own).where(table.c.id.in_(ids))
    if entry.rests:
        query = query.where(table.c.removed_snapshot.is_(None))
    found = {row["id"]: _plain(row) for row in connection.execute(query).mappings()}
    for each in found.values():
        each.pop("id", None)
        each.update({name: [] for name in entry.parts})
    for name, (model, owner) in entry.parts.items():
        part: Any = model.__table__
        shown = [each for each in part.columns if each.name not in {"id", owner}]
        rows = select(part.c[owner].label("owner_"), *shown).where(part.c[owner].in_(ids))
        for row in connection.execute(rows.order_by(*part.primary_key.columns)).mappings():
            said = _plain(row)
            identity = said.pop("owner_")
            if identity in found:
                found[identity][name].append(said)
    # of an image people say nothing but its objects
    return {each: said for each, said in found.items() if entry.columns or any(said.values())}


def _plain(columns: Mapping[Any, Any]) -> EntryState:
    """Return columns as JSON has them."""
    return {
        str(name): value.isoformat() if isinstance(value, datetime) else value
        for name, value in columns.items()
    }
