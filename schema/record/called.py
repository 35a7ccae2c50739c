"""Entries by what people call them: digits are an id, all else is a name."""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from schema.catalog import Revision
from schema.catalog.entry import ENTRIES, names_of, states
from schema.error import AmbiguousName, InvalidRecord, UnknownName, UnknownRecord

_SOME: Final = 500
"""Names among which those are looked for that are near a wrong one."""


def kind_called(kind: str) -> str:
    """Return a kind of entries, whether its words are apart by a blank, a hyphen or not at all.

    Raises:
        UnknownRecord: when there is none, with those there are.
    """
    found = kind.strip().lower().replace("-", "_").replace(" ", "_")
    if found not in ENTRIES:
        unknown = UnknownRecord(("kind",), "kind of entry", kind)
        unknown.reason = str(UnknownName("kind of entry", kind, ENTRIES))
        unknown.args = (unknown.reason,)
        raise unknown
    return found


def entry_called(session: Session, kind: str, called: str) -> int:
    """Return the key of an entry that is there.

    Raises:
        UnknownRecord: when there is none; of one that was removed it says so.
        InvalidRecord: when several have the name.
    """
    entry = ENTRIES[kind]
    model: Any = entry.model
    if _is_id(called):
        ids = [*states(session.connection(), kind, [int(called)])]
    elif "\0" in called or not hasattr(model, "name"):
        ids = []
    else:
        rows = select(model.id).where(model.name == called.strip()).order_by(model.id)
        if entry.rests:
            rows = rows.where(model.removed_snapshot.is_(None))
        ids = [*session.scalars(rows)]
    if ids:
        return _one(kind, called, ids)
    removed = _removed(session, kind, called)
    raise _unknown(session, kind, called, removed)


def removed_called(session: Session, kind: str, called: str) -> int:
    """Return the key of an entry that was removed.

    Raises:
        UnknownRecord: when none was, or it was erased since.
        InvalidRecord: when several that had the name were.
    """
    ids = _removed(session, kind, called)
    if not ids:
        raise _unknown(session, kind, called, ())
    return _one(kind, called, ids)


def last_revision(session: Session, kind: str, identity: int) -> Any:  # noqa: ANN401 # a row
    """Return the last change of an entry, None where none is known."""
    of_it = select(Revision).where(Revision.kind == kind, Revision.entry_id == identity)
    return session.scalars(of_it.order_by(Revision.id.desc()).limit(1)).first()


def words(kind: str) -> str:
    """Return a kind as it stands in a sentence."""
    return kind.replace("_", " ")


def removal(session: Session, kind: str, identity: int) -> str:
    """Return a sentence on when an entry that is not there was removed, and how it comes back."""
    last = last_revision(session, kind, identity)
    if last is None:
        return f"no {words(kind)} has the id {identity}"
    on = f"{last.changed_at:%Y-%m-%d %H:%M} UTC"
    if last.action == "erase":
        return f"the {words(kind)} {last.name} was erased on {on}, for good"
    return (
        f"the {words(kind)} {last.name} was removed on {on}; "
        f"leyden revert {kind} {identity} brings it back"
    )


def _is_id(called: str) -> bool:
    return called.isascii() and called.isdigit() and len(called) <= 18


def _one(kind: str, called: str, ids: Iterable[int]) -> int:
    found = [*ids]
    if len(found) > 1:
        raise InvalidRecord(("id",), str(AmbiguousName(words(kind), called, found)))
    return found[0]


def _removed(session: Session, kind: str, called: str) -> list[int]:
    """Return the keys of entries of that id or name that were removed and not erased."""
    if "\0" in called:
        return []
    named = Revision.entry_id == int(called) if _is_id(called) else Revision.name == called.strip()
    of_kind = select(Revision.entry_id).where(Revision.kind == kind)
    ids = {*session.scalars(of_kind.where(named, Revision.action == "remove"))}
    ids -= {*session.scalars(of_kind.where(Revision.action == "erase", Revision.entry_id.in_(ids)))}
    return sorted(ids - states(session.connection(), kind, ids).keys())


def _unknown(session: Session, kind: str, called: str, removed: Iterable[int]) -> UnknownRecord:
    """Return the refusal of what is not there, saying why where that is known."""
    unknown = UnknownRecord(("id",), words(kind), called)
    reasons = [removal(session, kind, each) for each in removed]
    model: Any = ENTRIES[kind].model
    if reasons:
        unknown.reason = "; ".join(reasons)
    elif _is_id(called):
        unknown.reason = removal(session, kind, int(called))
    elif hasattr(model, "name"):
        known = [*session.scalars(select(model.id).order_by(model.id).limit(_SOME))]
        there = states(session.connection(), kind, known)
        names = names_of(session.connection(), kind, there).values()
        unknown.reason = str(UnknownName(words(kind), called, names))
    unknown.args = (unknown.reason,)
    return unknown
