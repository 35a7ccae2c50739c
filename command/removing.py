"""Entries removed, brought back and erased, as people call them."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from schema.catalog.connection import change, look
from schema.catalog.revision import Revision
from schema.record.called import entry_called, kind_called, words
from schema.record.dependent import Dependent
from schema.record.erasure import Erased, erase
from schema.record.removal import remove
from schema.record.revert import Reverted, revert
from schema.warehouse import Warehouse

_DONE: Final = {"removed": "removed", "unlinked": "lost its link"}


def removed(
    warehouse: Warehouse, kind: str, names: Sequence[str], *, with_all: bool
) -> list[Dependent]:
    """Remove entries by their ids or names, all or none; return what was done to what.

    Raises:
        InvalidRecord: when there is none, several have a name, or others hang on one.
    """
    of_kind = kind_called(kind)
    done: dict[tuple[str, int], Dependent] = {}
    with change(warehouse.engine, f"remove {words(of_kind)}") as (session, snapshot):
        ids = dict.fromkeys(entry_called(session, of_kind, name) for name in names)
        for identity in ids:
            if (of_kind, identity) in done:
                continue  # it went with another
            for each in remove(session, snapshot, of_kind, identity, with_all=with_all):
                done[each.kind, each.id] = each
    return [*done.values()]


def reverted(
    warehouse: Warehouse, kind: str, name: str, *, before: int | None, with_all: bool
) -> list[Reverted]:
    """Bring an entry back to what it was before a change, the last one with None.

    Raises:
        InvalidRecord: when there is no such entry or change, or what it was is not valid any more.
    """
    of_kind = kind_called(kind)
    with change(warehouse.engine, f"revert {words(of_kind)}") as (session, snapshot):
        return revert(session, snapshot, of_kind, name, revision=before, with_all=with_all)


def erased(warehouse: Warehouse, kind: str, name: str, *, with_all: bool) -> Erased:
    """Erase an entry that was removed; see schema.record.erasure."""
    return erase(warehouse.engine, warehouse.lake, kind_called(kind), name, with_all=with_all)


def changes_of(
    warehouse: Warehouse, kind: str | None, name: str | None, most: int
) -> list[Revision]:
    """Return the last changes of entries, the newest first; of one kind, of one id or name."""
    query = select(Revision).order_by(Revision.id.desc()).limit(most)
    if kind is not None:
        query = query.where(Revision.kind == kind_called(kind))
    if name is not None:
        by_id = name.isascii() and name.isdigit() and len(name) <= 18
        query = query.where(Revision.entry_id == int(name) if by_id else Revision.name == name)
    with look(warehouse.engine) as session:
        return list(session.scalars(query))


def line_of(dependent: Dependent) -> str:
    """Return a line on what a removal did to an entry."""
    return f"{_DONE[dependent.effect]}: {words(dependent.kind)} {dependent.name}"


def difference(revision: Revision) -> str:
    """Return what a change made another, column by column, in a line."""
    before, after = revision.before or {}, revision.after or {}
    if revision.before is None or revision.after is None:
        return ""
    return "; ".join(
        f"{name}: {before.get(name)} -> {after.get(name)}"
        for name in before.keys() | after.keys()
        if before.get(name) != after.get(name)
    )
