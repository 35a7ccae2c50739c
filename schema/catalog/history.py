"""What a transaction changes of entries, noticed in its session and written as revisions.

Nobody who changes an entry can forget it: the session is asked before it writes, and entries are
compared as they are in the database before and after.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, cast

from sqlalchemy import event, func, insert, inspect, select
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from schema.catalog.entry import ENTRIES, KIND_OF, OWNER_OF, EntryState, names_of, states
from schema.catalog.revision import Revision

_TABLE: Final[Any] = Revision.__table__


class History:
    """The entries that a session touches, each with what it was before.

    A removal or a reverting says so: ``declared`` is what is done to entries, ``address`` where
    from.
    """

    def __init__(self, session: Session, address: str | None = None) -> None:
        self.declared: str | None = None
        self._session, self._address = session, address
        self._before: dict[str, dict[int, EntryState | None]] = defaultdict(dict)
        self._highest: dict[str, int] = defaultdict(int)
        self._asked: set[str] = set()
        self._new: list[Any] = []
        session.info[History] = self
        event.listen(session, "before_flush", self._flushing)
        event.listen(session, "do_orm_execute", self._executing)

    @classmethod
    def of(cls, session: Session) -> "History":
        """Return the history of a session of a change."""
        return cast("History", session.info[cls])

    def write(self, snapshot: int) -> None:
        """Write what has changed as revisions of a snapshot."""
        self._session.flush()
        for row in self._new:
            if row.id is not None:
                self._before[KIND_OF[type(row)]].setdefault(row.id, None)
        rows = [row for kind in ENTRIES for row in self._revisions(kind, snapshot)]
        if rows:
            self._session.connection().execute(insert(_TABLE), rows)

    def _flushing(self, session: Session, _context: UOWTransaction, _instances: object) -> None:
        touched: dict[str, set[int]] = defaultdict(set)
        for row in session.new:
            if (kind := KIND_OF.get(type(row))) is not None:
                self._highest[kind] = max(self._highest[kind], row.id or 0)
        changed = [row for row in session.dirty if session.is_modified(row)]
        for row in [*session.new, *changed, *session.deleted]:
            if type(row) not in OWNER_OF:
                continue
            kind, column = OWNER_OF[type(row)]
            if column == "id" and row.id is None:
                row.id = self._free(kind)
                if row.id is None:  # the database gives it one
                    self._new.append(row)
            if column == "id" and row in session.new and not session.deleted:
                if row.id is not None:  # nothing can be there under its key
                    self._before[kind].setdefault(row.id, None)
                continue
            # a part may move from one entry to another
            owners = inspect(row).attrs[column].load_history().sum()
            touched[kind] |= {each for each in owners if each is not None}
        for kind, ids in touched.items():
            self._note(kind, ids)

    def _executing(self, asked: ORMExecuteState) -> None:
        """Notice entries that a statement changes beside the unit of work."""
        model: Any = asked.bind_mapper and asked.bind_mapper.class_
        if model not in OWNER_OF or not (asked.is_insert or asked.is_update or asked.is_delete):
            return
        kind, column = OWNER_OF[model]
        given = asked.parameters or ()
        rows = [given] if isinstance(given, Mapping) else given
        named = {row[column] for row in rows if column in row}
        if not asked.is_insert and not named:
            statement = cast("Any", asked.statement)
            owners = select(model.__table__.c[column]).distinct()
            if statement.whereclause is not None:
                owners = owners.where(statement.whereclause)
            named = set(self._session.connection().scalars(owners))
        self._note(kind, named)

    def _note(self, kind: str, ids: Iterable[int]) -> None:
        seen = self._before[kind]
        if fresh := set(ids) - seen.keys():
            found = states(self._session.connection(), kind, fresh)
            seen.update({each: found.get(each) for each in fresh})

    def _free(self, kind: str) -> int | None:
        """Return a key that no entry has or had: SQLite gives that of the last again."""
        connection = self._session.connection()
        table: Any = ENTRIES[kind].model.__table__
        if connection.dialect.name != "sqlite" or not table.c.id.autoincrement:
            return None
        if kind not in self._asked:
            last = select(func.max(table.c.id)).scalar_subquery()
            removed = select(func.max(_TABLE.c.entry_id)).where(_TABLE.c.kind == kind)
            both = connection.execute(select(last, removed.scalar_subquery())).one()
            self._asked.add(kind)
            self._highest[kind] = max(self._highest[kind], *(each or 0 for each in both))
        self._highest[kind] += 1
        return self._highest[kind]

    def _revisions(self, kind: str, snapshot: int) -> Iterator[dict[str, Any]]:
        seen = self._before[kind]
        if self.declared is None and ENTRIES[kind].rests and kind != "study":
            # exports come by themselves: of those that were not there nothing is said
            seen = {identity: former for identity, former in seen.items() if former is not None}
        if not seen:
            return
        after = states(self._session.connection(), kind, seen)
        names = names_of(self._session.connection(), kind, seen)
        for identity, former in sorted(seen.items()):
            now = after.get(identity)
            before = self._superseded(kind, now) if former is None else former
            action = self._action(kind, before, now)
            if action is not None:
                known = (now or before or {}).get("name")
                yield {
                    "snapshot_id": snapshot,
                    "kind": kind,
                    "entry_id": identity,
                    "name": names.get(identity) or known or str(identity),
                    "action": action,
                    "before": before,
                    "after": now,
                    "address": self._address,
                }

    def _superseded(self, kind: str, now: EntryState | None) -> EntryState | None:
        """Return what a study said before, which is another row."""
        if kind != "study" or now is None:
            return None
        before = (each for each in self._before[kind].values() if each)
        return next((each for each in before if each["name"] == now["name"]), None)

    def _action(self, kind: str, before: EntryState | None, now: EntryState | None) -> str | None:
        """Return what was done to an entry, None where that is nothing that people do."""
        follows = dict.fromkeys(ENTRIES[kind].by_itself)
        if before == now or (before and now and {**before, **follows} == {**now, **follows}):
            return None
        if self.declared is None and ENTRIES[kind].rests:
            # exports are superseded by themselves
            return None if now is None else "change" if before else "enter"
        if now is None:
            return self.declared or "remove"
        if self.declared == "revert":
            return "revert"
        return "change" if before else "enter"
