"""Removing entries: hidden from every answer at once, and to be had back by a reverting.

An entry that people made is taken out of its tables, and rests in the revision that says so; tests,
exports and studies stay where they are with the snapshot that removed them.
"""

from typing import Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from schema.ancestry import rebuild
from schema.catalog import (
    LakeFile,
    RawFile,
    ReferencePhase,
    Test,
    TransportLayer,
    TransportNode,
    TransportRun,
)
from schema.catalog.entry import ENTRIES, names_of
from schema.catalog.history import History
from schema.error import EntryInUse, InvalidRecord
from schema.record.called import words
from schema.record.dependent import Dependent, dependents

_LINKS: Final = {"cell": Test.cell_id, "material": Test.material_id, "protocol": Test.protocol_id}
"""By which a test names what it hangs on."""


def remove(
    session: Session, snapshot: int, kind: str, identity: int, *, with_all: bool
) -> list[Dependent]:
    """Remove an entry, with all that hangs on it where that is meant; return what it did.

    Args:
        session: of a change.
        snapshot: of that change.
        kind: of the entry.
        identity: its key; it is there.
        with_all: whether what hangs on it goes too, or loses its link.

    Raises:
        EntryInUse: when something hangs on it, and that is not meant.
        InvalidRecord: when it is a program that exports state.
    """
    name = names_of(session.connection(), kind, [identity])[identity]
    hanging = dependents(session, kind, identity)
    mattering = [each for each in hanging if not _is_whole(kind, each, hanging)]
    if mattering and not with_all:
        raise EntryInUse(words(kind), name, [(words(each.kind), each.name) for each in mattering])
    if kind == "protocol":
        _refuse_program(session, identity, name)
    if kind == "image":
        raise InvalidRecord(("kind",), "an image goes with its test: remove that")
    History.of(session).declared = "remove"
    whole = [*hanging, Dependent(kind, identity, name)]
    for each in whole:
        if each.effect == "unlinked":
            _unlink(session, kind, each)
    session.flush()
    for other in reversed([*ENTRIES]):
        ids = [each.id for each in whole if each.kind == other and each.effect == "removed"]
        if ids:
            _take_out(session, snapshot, other, ids)
    return whole


def _is_whole(kind: str, dependent: Dependent, hanging: list[Dependent]) -> bool:
    """Return whether a dependent is the same thing seen otherwise: a test and its only export."""
    alone = sum(each.kind == "test" for each in hanging) == 1
    return (kind, dependent.kind) == ("test", "file") or (
        (kind, dependent.kind) == ("file", "test") and alone
    )


def _refuse_program(session: Session, identity: int, name: str) -> None:
    """Refuse a protocol that exports say they were programmed to run."""
    living = Test.removed_snapshot.is_(None)
    stated = select(Test.name).where(Test.program_id == identity, living).order_by(Test.id)
    tests = [*session.scalars(stated.limit(3))]
    if tests:
        reason = f"the exports of {', '.join(tests)} state that they ran {name}: remove these first"
        raise InvalidRecord(("id",), reason)


def _unlink(session: Session, kind: str, dependent: Dependent) -> None:
    """Take the name of what is removed out of an entry that stays."""
    if dependent.kind == "reference_phase":
        session.get_one(ReferencePhase, dependent.id).substance_id = None
    elif kind == "sensitivity_set":
        session.get_one(Test, dependent.id).sensitivity_set = None
    else:
        session.get_one(Test, dependent.id).protocol_id = None


def _take_out(session: Session, snapshot: int, kind: str, ids: list[int]) -> None:
    entry = ENTRIES[kind]
    model: Any = entry.model
    if entry.rests:
        gone = {"removed_snapshot": snapshot}
        session.execute(update(model).where(model.id.in_(ids)).values(gone))
        if model is not Test and model is not RawFile:
            return
        whose = LakeFile.test_id if model is Test else LakeFile.raw_file_id
        living = LakeFile.removed_snapshot.is_(None)
        session.execute(update(LakeFile).where(whose.in_(ids), living).values(gone))
        return
    for column in (_LINKS[kind], Test.program_id) if kind == "protocol" else _linked(kind):
        # tests that are not there any more: their revisions say what they ran on
        session.execute(update(Test).where(column.in_(ids)).values({column.key: None}))
    if model is TransportRun:
        for table in (TransportNode, TransportLayer):
            session.execute(delete(table).where(table.transport_run_id.in_(ids)))
        session.execute(delete(TransportRun).where(TransportRun.id.in_(ids)))
        return
    for identity in ids:
        session.delete(session.get_one(model, identity))
    session.flush()
    if kind == "process":
        rebuild(session)


def _linked(kind: str) -> tuple[Any, ...]:
    return (_LINKS[kind],) if kind in _LINKS else ()
