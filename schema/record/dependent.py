"""What hangs on an entry: what cannot be without it, and what only names it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.catalog import (
    Cell,
    CellLayer,
    Claim,
    LakeFile,
    Material,
    ProcessInput,
    ProcessOutput,
    Property,
    Protocol,
    RawFile,
    ReferencePhase,
    SensitivitySet,
    Substance,
    Table,
    Test,
    TransportRun,
)
from schema.catalog.entry import ENTRIES, names_of
from schema.configuration import parse_configuration
from schema.error import InvalidArgument

Effect: TypeAlias = Literal["removed", "unlinked"]
_Link: TypeAlias = tuple[str, Iterable[int], Effect]
_LIVING: Final = Test.removed_snapshot.is_(None)
_NAMING: Final[Mapping[str, tuple[tuple[str, Any, Any, Effect], ...]]] = {
    "substance": (
        ("material", Material.id, Material.substance_id, "removed"),
        ("cell", CellLayer.cell_id, CellLayer.substance_id, "removed"),
        ("property", Property.id, Property.substance_id, "removed"),
        ("reference_phase", ReferencePhase.id, ReferencePhase.substance_id, "unlinked"),
    ),
    "material": (
        ("cell", CellLayer.cell_id, CellLayer.material_id, "removed"),
        ("process", ProcessInput.process_id, ProcessInput.material_id, "removed"),
        ("process", ProcessOutput.process_id, ProcessOutput.material_id, "removed"),
        ("property", Property.id, Property.material_id, "removed"),
        ("test", Test.id, Test.material_id, "removed"),
    ),
    "cell": (
        ("property", Property.id, Property.cell_id, "removed"),
        ("transport_run", TransportRun.id, TransportRun.cell_id, "removed"),
        ("test", Test.id, Test.cell_id, "removed"),
    ),
    "protocol": (("test", Test.id, Test.protocol_id, "unlinked"),),
    "study": (("claim", Claim.id, Claim.study_id, "removed"),),
    "test": (("property", Property.id, Property.test_id, "removed"),),
}
"""What names an entry: its kind and key, the column that names, and what becomes of it."""


@dataclass(frozen=True, slots=True)
class Dependent:
    """An entry that goes with another, or loses its link to it.

    Attributes:
        kind: of the entry.
        id: its key.
        name: what it is called.
        effect: what becomes of it when the other is removed.
    """

    kind: str
    id: int
    name: str
    effect: Effect = "removed"


def dependents(session: Session, kind: str, identity: int) -> list[Dependent]:
    """Return all that hangs on an entry, over any number of links, each once."""
    found: dict[tuple[str, int], Effect] = {}
    waiting = [(kind, identity)]
    while waiting:
        for other, ids, effect in _links(session, *waiting.pop()):
            for each in ids:
                key = other, each
                if effect == "removed" and found.get(key) != "removed" and key != (kind, identity):
                    waiting.append(key)
                    found[key] = effect
                found.setdefault(key, effect)
    found.pop((kind, identity), None)
    return [
        Dependent(other, each, name, found[other, each])
        for other in ENTRIES
        for each, name in sorted(
            names_of(session.connection(), other, [at for of, at in found if of == other]).items()
        )
    ]


def _links(session: Session, kind: str, identity: int) -> Iterator[_Link]:
    """Yield what hangs on an entry at once: kind, keys, and what becomes of them."""
    for other, row, column, effect in _NAMING.get(kind, ()):
        query = select(row).where(column == identity).distinct()
        if other == "test":
            query = query.where(_LIVING)
        yield other, session.scalars(query).all(), effect
    match kind:
        case "sensitivity_set":
            name = session.get_one(SensitivitySet, identity).name
            choosing = select(Test.id).where(Test.sensitivity_set == name, _LIVING)
            yield "test", session.scalars(choosing).all(), "unlinked"
        case "file":
            living = LakeFile.removed_snapshot.is_(None)
            read = select(LakeFile.test_id).where(LakeFile.raw_file_id == identity, living)
            yield "test", session.scalars(read.distinct()).all(), "removed"
        case "test":
            yield "file", _only_of(session, identity), "removed"
    yield "claim", _claims(session, ENTRIES[kind].model, identity), "removed"


def _only_of(session: Session, test: int) -> list[int]:
    """Return the export of a test, where no other living test was read from it."""
    living = LakeFile.removed_snapshot.is_(None)
    its = select(LakeFile.raw_file_id).where(LakeFile.test_id == test, living)
    others = (
        select(LakeFile.raw_file_id)
        .join(Test, Test.id == LakeFile.test_id)
        .where(LakeFile.test_id != test, living, _LIVING)
    )
    alone = select(RawFile.id).where(RawFile.id.in_(its), RawFile.id.not_in(others))
    return [*session.scalars(alone.where(RawFile.removed_snapshot.is_(None)))]


def _claims(session: Session, model: type[Table], identity: int) -> list[int]:
    """Return the claims that are about a thing, which name it."""
    if model not in {Cell, Material, Substance, Protocol}:
        return []
    name = session.get_one(model, identity).name  # type: ignore[attr-defined] # each has one
    key = model.__tablename__
    return [
        claim.id
        for claim in session.scalars(select(Claim).order_by(Claim.id))
        if claim.subject.get(key) == name
        or (model is Substance and name in _substances(claim.subject.get("configuration")))
    ]


def _substances(configuration: str | None) -> set[str]:
    try:
        return {each.substance for each in parse_configuration(configuration or "")}
    except InvalidArgument:
        return set()
