"""The end of a publication: tables that were built beside take the places of the old ones.

What takes long comes before the locks; these are given up rather than let a reader run into a
deadlock.
"""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from random import sample
from typing import Final

import psycopg
from psycopg import sql

from schema.error import PublicationFailed
from service.publish.postgres import dependency, project_view
from service.publish.postgres import table as postgres_table
from service.publish.postgres.table import SCHEMA, Connection, first_line
from service.publish.star import PublishedTable

_PATIENCE_SECOND: Final = 60.0
_FEWER: Final = "UPDATE bi.published SET row_count = row_count - %s WHERE table_name = %s"
_ORPHANS: Final = sql.SQL(
    "DELETE FROM {owner} AS old WHERE {column} IS NOT NULL "
    "AND NOT EXISTS (SELECT FROM {other} AS new WHERE new.{key} = old.{column})"
)


def beside_of(name: str) -> str:
    """Return what a table is called until it takes the place of the old one."""
    return f"{name}__next"


class Changeover:
    """What changes places, in the transaction of the connection.

    Args:
        target: what the database is called in messages.
        connection: the publisher's.
        star: all tables there are to be, by name.
        owned: tables that were published before.
        built: tables that were made anew, beside those of the same name.
    """

    def __init__(
        self,
        target: str,
        connection: Connection,
        star: Mapping[str, PublishedTable],
        owned: AbstractSet[str],
        built: AbstractSet[str],
    ) -> None:
        self._target, self._connection, self._star = target, connection, star
        self._owned, self._built, self._replaced = owned, built, owned & built

    def run(
        self, behind: AbstractSet[str], failed: Mapping[str, str], going: Sequence[str]
    ) -> None:
        """Bring all tables to where they belong.

        Args:
            behind: tables that stand as they stood.
            failed: those of which it is known why.
            going: tables that are published no longer.

        Raises:
            PublicationFailed: when rows refer to none, or others hold on to tables for too long.
        """
        self._settle(behind, failed)
        self._refer(behind)
        for name in sorted(self._built):
            self._connection.execute(sql.SQL("ANALYZE {}").format(self._place(name)))
        self._clear([*sorted(self._replaced), *going])
        self._take_places()
        self._drop(going)
        project_view.follow(self._connection, list(self._star.values()))

    def _place(self, name: str) -> sql.Identifier:
        """Return where a table is written to."""
        return sql.Identifier(SCHEMA, beside_of(name) if name in self._replaced else name)

    def _settle(self, behind: Collection[str], failed: Mapping[str, str]) -> None:
        """Look at foreign keys now: a table with rows yet to be looked at cannot be altered.

        Rows of tables that are behind go with what they are about.
        """
        for each in dependency.references(self._connection, self._owned):
            key = self._star[each.other].key[0] if each.other in self._star else each.column
            names = {"column": sql.Identifier(each.column), "key": sql.Identifier(key)}
            places = {"owner": sql.Identifier(SCHEMA, each.owner)}
            places["other"] = self._place(each.other)
            if each.owner in behind:
                orphans = self._connection.execute(_ORPHANS.format(**places, **names)).rowcount
                self._connection.execute(_FEWER, (orphans, each.owner))
            if (
                each.other in self._replaced
            ):  # the old one goes: until then it may know the new rows too
                add = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {} ON CONFLICT DO NOTHING")
                old = sql.Identifier(SCHEMA, each.other)
                whole = sql.SQL(", ").join(map(sql.Identifier, self._star[each.other].key))
                self._connection.execute(add.format(old, whole, whole, places["other"]))
        try:
            self._connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg.IntegrityError as fault:
            reasons = [first_line(fault), *(f"{SCHEMA}.{name}: {failed[name]}" for name in failed)]
            raise PublicationFailed(self._target, "; ".join(reasons)) from fault

    def _refer(self, behind: Collection[str]) -> None:
        """Add the foreign keys that are missing between tables that are to be there."""
        known = self._owned | self._built
        beside = {name: beside_of(name) if name in self._replaced else name for name in known}
        there = dependency.references(self._connection, beside.values())
        existing = {(each.owner, each.column, each.other) for each in there}
        taken = {(each.owner, each.constraint) for each in there}
        for table in self._star.values():
            for column, other in table.references.items():
                if table.name in behind or not {table.name, other} <= known:
                    continue
                owner, name = beside[table.name], f"{table.name}_{column}_fkey"
                if (owner, column, beside[other]) not in existing:
                    name += "_next" if (owner, name) in taken else ""
                    place, target = (sql.Identifier(SCHEMA, n) for n in (owner, beside[other]))
                    postgres_table.refer(self._connection, place, column, target, name)

    def _clear(self, going: Sequence[str]) -> None:
        """Have tables that go to oneself, without the views of projects that stand on them.

        A foreign key goes from either side, so both are locked.
        """
        views = project_view.in_the_way(self._connection, list(self._star.values()), going)
        known = dependency.references(self._connection, self._owned)
        bound = {(each.owner, each.other) for each in known if {each.owner, each.other} & {*going}}
        names = sorted({*going}.union(*bound))
        if views or names:
            self._lock(views, names)

    def _lock(self, views: Sequence[sql.Identifier], tables: Sequence[str]) -> None:
        """Take locks, giving way again and again: who waits while holding some makes deadlocks.

        All of it takes less than the second after which PostgreSQL ends one of a deadlock. Every
        attempt has another order, for readers have theirs and let nobody by who goes against it.
        """
        deadline = time.monotonic() + _PATIENCE_SECOND
        drop, lock = sql.SQL("DROP VIEW {}"), sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE")
        while True:
            places = [sql.Identifier(SCHEMA, name) for name in sample(tables, len(tables))]
            taken = ((drop, views), (lock, places))
            each = [taking.format(sql.SQL(", ").join(some)) for taking, some in taken if some]
            try:
                with self._connection.transaction():
                    self._connection.execute("SET LOCAL statement_timeout = '400ms'")
                    self._connection.execute(sql.SQL("; ").join(each))
                    self._connection.execute("SET LOCAL statement_timeout = DEFAULT")
                    return
            except psycopg.errors.QueryCanceled as fault:
                if time.monotonic() > deadline:
                    holders = dependency.holders(self._connection, tables)
                    reason = f"for {_PATIENCE_SECOND:g} s others held {holders}; try again later"
                    raise PublicationFailed(self._target, reason) from fault
                time.sleep(0.1)

    def _take_places(self) -> None:
        """Let tables that were built beside take the places of the old ones."""
        drop = sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}")
        for each in dependency.references(self._connection, self._owned):
            if each.other in self._replaced:
                place = sql.Identifier(SCHEMA, each.owner)
                self._connection.execute(drop.format(place, sql.Identifier(each.constraint)))
        for name in sorted(self._replaced):
            place = sql.Identifier(SCHEMA, name)
            self._connection.execute(sql.SQL("DROP TABLE {}").format(place))
            rename = sql.SQL("ALTER TABLE {} RENAME TO {}")
            self._connection.execute(rename.format(self._place(name), sql.Identifier(name)))

    def _drop(self, names: Iterable[str]) -> None:
        """Take away tables that are published no longer."""
        for name in names:
            drop = sql.SQL("DROP TABLE {}").format(sql.Identifier(SCHEMA, name))
            self._connection.execute(drop)
            self._connection.execute("DELETE FROM bi_store.layout WHERE table_name = %s", (name,))
            self._connection.execute("DELETE FROM bi.published WHERE table_name = %s", (name,))
