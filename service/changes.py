"""What has changed since a snapshot, as far as the catalog states it.

Tests, exports and studies carry the snapshots that brought them and took them away, and every state
of a study is kept. A row that was entered by hand carries none: of it is known when it was made,
when people removed it or brought it back, and of its table that it was written to.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias, cast

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from schema.catalog import (
    Cell,
    Claim,
    LakeFile,
    Material,
    RawFile,
    Revision,
    Snapshot,
    Study,
    Table,
    Test,
)
from schema.catalog.connection import current_snapshot
from schema.catalog.entry import KIND_OF
from schema.error import InvalidArgument

_AT_ONCE: Final = 1_000
"""Names in one question."""
Key: TypeAlias = tuple[str, str, str]
"""Section of a study, the study, and what it calls a thing there."""
Statements: TypeAlias = Mapping[Key, object]
"""What studies state of things."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row that changed; without an id where nothing but its name is left."""

    id: int | None
    name: str


@dataclass(frozen=True, slots=True)
class Changed:
    """The rows of one kind that changed, by id."""

    added: list[Row] = field(default_factory=list)
    superseded: list[Row] = field(default_factory=list)
    removed: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Changes:
    """What has changed from one snapshot to another."""

    since: int
    snapshot: int
    tests: Changed
    cells: Changed
    materials: Changed
    claims: Changed
    studies: Changed
    files: Changed
    tables: list[str] | None
    """Tables written to, None where that is not known."""


def changes(session: Session, since: int) -> Changes:
    """Return what has changed since a snapshot.

    Raises:
        InvalidArgument: when there is no such snapshot yet.
    """
    snapshot = current_snapshot(session)
    if not 0 <= since <= snapshot:
        raise InvalidArgument("snapshot", since, f"a snapshot there is, 0 to {snapshot}")
    statements = _statements(session, since)
    return Changes(
        since=since,
        snapshot=snapshot,
        tests=_tests(session, since),
        cells=_things(session, since, Cell, statements),
        materials=_things(session, since, Material, statements),
        claims=_claims(session, statements),
        studies=_succession(session, since, Study, "name"),
        files=_succession(session, since, RawFile, "origin"),
        tables=_tables(session, since),
    )


def _later(model: type[Table], since: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return what holds for rows that have come since, and for rows that have gone since."""
    table = cast("Any", model)
    return (
        and_(table.added_snapshot > since, table.removed_snapshot.is_(None)),
        and_(table.added_snapshot <= since, table.removed_snapshot > since),
    )


def _anew(since: int) -> ColumnElement[bool]:
    """Return what holds for a living test that has other files since."""
    moved = or_(LakeFile.added_snapshot > since, LakeFile.removed_snapshot > since)
    return and_(
        Test.added_snapshot <= since,
        Test.removed_snapshot.is_(None),
        Test.id.in_(select(LakeFile.test_id).where(moved)),
    )


def _tests(session: Session, since: int) -> Changed:
    added, removed = _later(Test, since)
    return Changed(*(_rows(session, Test, each) for each in (added, _anew(since), removed)))


def _succession(session: Session, since: int, model: type[Table], key: str) -> Changed:
    """Return the changes of a table whose rows take the place of others with the same key."""
    new, old = _later(model, since)
    table = cast("Any", model)

    def found(condition: ColumnElement[bool]) -> dict[str, Row]:
        rows = session.execute(select(getattr(table, key), table.id, table.name).where(condition))
        return {place: Row(id, name) for place, id, name in rows.all()}  # noqa: A001 # the column

    after, before = found(new), found(old)
    return Changed(
        _by_id(row for place, row in after.items() if place not in before),
        _by_id(row for place, row in after.items() if place in before),
        _by_id(row for place, row in before.items() if place not in after),
    )


def _things(
    session: Session,
    since: int,
    model: type[Cell | Material],
    statements: tuple[Statements, Statements],
) -> Changed:
    """Return the changes of cells or materials: new ones, and those of which others are changed.

    These are their tests, and what studies state of them.
    """
    first = session.scalar(select(func.min(Snapshot.committed_at)).where(Snapshot.id > since))
    if first is None:
        return Changed()
    come, lost = _by_people(session, since, model)
    new_rows = (*_rows(session, model, model.created_at >= first), *come)
    added = _by_id({row.id: row for row in new_rows}.values())
    before, now = (_section(each, model) for each in statements)
    names = {key[2] for key in before.keys() | now.keys() if _differs(key, before, now)}
    named = _named(session, model, names)
    new, old = _later(Test, since)
    owner = Test.cell_id if model is Cell else Test.material_id
    tested = select(owner).where(or_(new, old, _anew(since)), owner.is_not(None))
    other = {row.id: row for row in (*named, *_rows(session, model, model.id.in_(tested)))}
    for row in added:
        other.pop(row.id, None)
    known = {row.name for row in (*named, *lost)}
    gone = [Row(None, name) for name in sorted({key[2] for key in before} & names - known)]
    return Changed(added, _by_id(other.values()), [*lost, *gone])


def _by_people(
    session: Session, since: int, model: type[Cell | Material]
) -> tuple[list[Row], list[Row]]:
    """Return what people entered or brought back, and what they removed, and is so still."""
    found: dict[int, list[Any]] = {}
    query = select(Revision).where(Revision.kind == KIND_OF[model], Revision.snapshot_id > since)
    for row in session.scalars(query.order_by(Revision.id)):
        found.setdefault(row.entry_id, []).append(row)
    come: list[Row] = []
    gone: list[Row] = []
    for identity, (first, *_, last) in ((at, [*rows, rows[-1]]) for at, rows in found.items()):
        was = first.action in {"change", "remove"} or first.before is not None
        is_there = last.action not in {"remove", "erase"}
        if was != is_there:
            (come if is_there else gone).append(Row(identity, last.name))
    return come, _by_id(gone)


def _claims(session: Session, statements: tuple[Statements, Statements]) -> Changed:
    """Return the changes of claims that studies state; a claim is called by its study and name."""
    before, now = (_section(each, Claim) for each in statements)
    rows = session.execute(
        select(Study.name, Claim.name, Claim.id)
        .join(Study, Study.id == Claim.study_id)
        .where(Study.name.in_({key[1] for key in now}))
    )
    ids = {(study, name): key for study, name, key in rows}

    def listed(keys: Iterable[Key]) -> list[Row]:
        return _by_id(Row(ids.get(key[1:]), key[2]) for key in sorted(keys))

    return Changed(
        listed(now.keys() - before.keys()),
        listed(key for key in now.keys() & before.keys() if _differs(key, before, now)),
        listed(before.keys() - now.keys()),
    )


def _statements(session: Session, since: int) -> tuple[Statements, Statements]:
    """Return what those studies stated before and state now that were applied since."""
    new, old = _later(Study, since)

    def documents(condition: ColumnElement[bool]) -> Statements:
        rows = session.execute(select(Study.name, Study.document).where(condition))
        return {
            (section, study, name): stated
            for study, document in rows
            for section, things in document.items()
            if isinstance(things, dict)
            for name, stated in things.items()
        }

    return documents(old), documents(new)


def _section(statements: Statements, model: type[Table]) -> Statements:
    section = f"{model.__tablename__}s"
    return {key: stated for key, stated in statements.items() if key[0] == section}


def _differs(key: Key, before: Statements, now: Statements) -> bool:
    return key not in before or key not in now or before[key] != now[key]


def _tables(session: Session, since: int) -> list[str] | None:
    """Return the tables written to since, None where a change does not state them."""
    touched = session.scalars(select(Snapshot.touched).where(Snapshot.id > since)).all()
    known = [tables for tables in touched if tables is not None]
    return (
        sorted({each for tables in known for each in tables})
        if len(known) == len(touched)
        else None
    )


def _rows(session: Session, model: type[Table], condition: ColumnElement[bool]) -> list[Row]:
    table = cast("Any", model)
    rows = session.execute(select(table.id, table.name).where(condition).order_by(table.id))
    return [Row(*row) for row in rows]


def _named(session: Session, model: type[Cell | Material], names: Iterable[str]) -> list[Row]:
    wanted = sorted(names)
    return [
        row
        for place in range(0, len(wanted), _AT_ONCE)
        for row in _rows(session, model, model.name.in_(wanted[place : place + _AT_ONCE]))
    ]


def _by_id(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row.id is None, row.id or 0))
