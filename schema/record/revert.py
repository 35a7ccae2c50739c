"""Bringing entries back to a state they had, by the rules that hold for everybody who enters them.

A state that cannot be any more is refused with the reason, and the reverting is a change itself.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.catalog import LakeFile, Revision
from schema.catalog.entry import ENTRIES, EntryState, states
from schema.catalog.history import History
from schema.error import InvalidRecord, UnknownRecord
from schema.record.called import entry_called, last_revision, removed_called, words
from schema.record.former import Former
from schema.record.known import Known, refuse_taken
from schema.record.reentry import WRITERS
from schema.record.rename import carry_on


@dataclass(frozen=True, slots=True)
class Reverted:
    """An entry that was brought back to a state it had."""

    kind: str
    id: int
    name: str
    revision: int
    """The change before which it was so."""


def revert(
    session: Session,
    snapshot: int,
    kind: str,
    called: str,
    *,
    revision: int | None = None,
    with_all: bool = False,
) -> list[Reverted]:
    """Bring an entry back to what it was before a change, the last one where none is named.

    Args:
        session: of a change.
        snapshot: of that change.
        kind: of the entry.
        called: its id or name; that of one that is there goes before that of one removed.
        revision: the change.
        with_all: whether what was removed together with it comes back too.

    A test comes back with its export, and an export with its tests.

    Returns:
        What was brought back, each after what it rests on.

    Raises:
        UnknownRecord: when there is no such entry, or it had no such change.
        InvalidRecord: when what it was is not valid any more.
    """
    identity = _called(session, kind, called)
    last = last_revision(session, kind, identity)
    chosen = last if revision is None else _change(session, kind, identity, revision)
    if chosen is None:
        raise UnknownRecord(("revision",), "change of it", called)
    together = [chosen]
    if last is not None and chosen.id == last.id and chosen.action == "remove":
        together += _together(session, chosen, with_all=with_all)
    History.of(session).declared = "revert"
    order = [*ENTRIES]
    together.sort(key=lambda each: (order.index(each.kind), each.entry_id))
    return [_write(session, snapshot, each) for each in together]


def _called(session: Session, kind: str, called: str) -> int:
    try:
        return entry_called(session, kind, called)
    except UnknownRecord as fault:
        try:
            return removed_called(session, kind, called)
        except UnknownRecord:
            raise fault from None


def _change(session: Session, kind: str, identity: int, revision: int) -> Any:  # noqa: ANN401 # a row
    row: Any = session.get(Revision, revision)
    if row is None or (row.kind, row.entry_id) != (kind, identity):
        of_it = select(Revision.id).where(Revision.kind == kind, Revision.entry_id == identity)
        known = map(str, session.scalars(of_it.order_by(Revision.id)))
        raise UnknownRecord(("revision",), f"change of this {words(kind)}", str(revision), known)
    return row


def _together(session: Session, removal: Any, *, with_all: bool) -> list[Any]:  # noqa: ANN401 # a row
    """Return the other changes of the removal of an entry that come back with it."""
    removed = Revision.snapshot_id == removal.snapshot_id, Revision.id != removal.id
    found = []
    for row in session.scalars(select(Revision).where(*removed)):
        is_so = (
            states(session.connection(), row.kind, [row.entry_id]).get(row.entry_id) == row.after
        )
        last = last_revision(session, row.kind, row.entry_id)
        since = row.action == "remove" and (last is None or last.id != row.id)
        if is_so and not since and (with_all or _is_export(session, removal, row)):
            found.append(row)
    return found


def _is_export(session: Session, one: Any, other: Any) -> bool:  # noqa: ANN401 # rows
    """Return whether of two entries one is a test and the other its export."""
    ids = {one.kind: one.entry_id, other.kind: other.entry_id}
    if ids.keys() != {"test", "file"}:
        return False
    of_both = LakeFile.test_id == ids["test"], LakeFile.raw_file_id == ids["file"]
    return session.scalar(select(LakeFile.id).where(*of_both).limit(1)) is not None


def _write(session: Session, snapshot: int, revision: Any) -> Reverted:  # noqa: ANN401 # a row
    kind, identity, state = revision.kind, revision.entry_id, revision.before
    if state is None:
        erased = session.scalars(
            select(Revision.id).where(
                Revision.kind == kind, Revision.entry_id == identity, Revision.action == "erase"
            )
        ).first()
        reason = "what it was was erased" if erased else "it was not there before: remove it"
        raise InvalidRecord(("revision",), f"{words(kind)} {revision.name}: {reason}")
    known = Known(session)
    try:
        _bring(known, snapshot, kind, identity, state)
    except InvalidRecord as fault:
        refused = InvalidRecord(fault.place, fault.reason)
        refused.args = (f"{words(kind)} {revision.name}: {fault}; nothing was changed",)
        raise refused from fault
    return Reverted(kind, identity, state.get("name") or revision.name, revision.id)


def _bring(known: Known, snapshot: int, kind: str, identity: int, state: EntryState) -> None:
    """Bring an entry to a state, by the rules of its kind."""
    session, entry = known.session, ENTRIES[kind]
    row: Any = session.get(entry.model, identity)
    before = None if row is None else getattr(row, "name", None)
    if row is None:
        row = entry.model(id=identity)
    is_called = "name" in state and not entry.rests and kind != "property"
    if is_called and kind != "claim":  # a study has each once: its writer knows of which
        refuse_taken(session, row, state["name"])
    WRITERS[kind](Former(known, snapshot, row, state))
    if kind != "transport_run":  # that was entered as it was computed
        session.add(row)
    session.flush()
    if is_called and before is not None:
        carry_on(known, row, before)
        session.flush()
