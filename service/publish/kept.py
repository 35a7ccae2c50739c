"""Metrics kept from one publication to the next, in a database of the store's own DuckDB.

Kept is what other metrics are built on, and what hangs on everything (keeper.py). So no metric
computes once more what is below it, and no query is longer than its own file.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Final

import duckdb
import pyarrow as pa

from schema.analysis import STORED
from schema.relation import Column
from service.metric import Metric, MetricColumn
from service.publish.star import PublishedTable
from service.question import Question
from service.relation import RELATIONS, column_named
from service.scope import TESTS, shadow, under, used
from service.store import Store

OF_TESTS: Final = frozenset({"cycle", "step", "spectrum", *(each.name for each in STORED)})
"""Relations whose rows of a test are as its files are, and these as its fingerprint."""
_FILED: Final = frozenset({*OF_TESTS, "sweep"})
HERE: Final = f"WHERE test_id IN (SELECT unnest(CAST(${TESTS} AS BIGINT[])))"
_STATE: Final = "SELECT concat(count(*), ' ', bit_xor(hash(t)), ' ', sum(hash(t))) FROM {} AS t"


class Kept:
    """What is kept, as of one snapshot.

    Attributes:
        states: of relations and kept metrics, by name; what has the same state has the same rows.
    """

    def __init__(self, store: Store) -> None:
        self.states: dict[str, str] = {}
        self._store = store
        self._tables: dict[str, PublishedTable] = {}
        self._faults: dict[str, duckdb.Error] = {}
        self._empties: dict[tuple[str, tuple[int, ...] | None], bool] = {}

    def __contains__(self, name: str) -> bool:
        """Return whether a metric is kept."""
        return name in self._tables

    def question(self, table: PublishedTable, tests: Sequence[int] | None) -> Question:
        """Return the question for the rows of a metric, of these tests or all there are.

        Raises:
            duckdb.Error: when it was to be kept and could not be computed.
        """
        if table.name in self._faults:
            raise self._faults[table.name]
        if table.name in self:
            sql = self._stored(table.name, tests)
        else:
            sql = self._computed(table, tests)
        return _question(table, sql, tests)

    def _computed(self, table: PublishedTable, tests: Sequence[int] | None) -> str:
        metric = metric_of(table)
        parts = {
            name: source.sql
            if isinstance(source, Metric)
            else self._stored(name, tests)
            if name in self
            else shadow(name, whole=tests is None)
            for name, source in self.sources(metric).items()
        }
        order = ", ".join(metric.grain)
        return under(parts.items(), f"SELECT * FROM (\n{metric.sql}\n) ORDER BY {order}")

    def sources(self, metric: Metric) -> Mapping[str, Metric | None]:
        """Return what it is computed of: relations, what is kept, and metrics that are not."""
        below = {each.name: each for each in metric.below}
        given = metric.arguments({})
        found: dict[str, Metric | None] = {}

        def add(names: Sequence[str]) -> None:
            for name in names:
                if name in RELATIONS or (
                    name in self and below[name].arguments({}).items() <= given.items()
                ):
                    found[name] = None
                elif name not in found:  # unlike what is kept, if it is, by its arguments
                    add(below[name].needs)
                    found[name] = below[name]

        add(metric.needs)
        return found

    def is_barren(
        self,
        cursor: duckdb.DuckDBPyConnection,
        table: PublishedTable,
        tests: Sequence[int] | None,
        with_points: AbstractSet[int] = frozenset(),
    ) -> bool:
        """Return whether a metric can have no rows of these tests, or with None none at all.

        So it is where they have none in all that it reads, or in all that a number of its key comes
        of: of tests without sweeps there are none of sweeps.
        """
        metric = metric_of(table)
        below = {each.name: each.answer for each in metric.below}
        read = {need: below.get(need) or RELATIONS[need].columns for need in metric.needs}
        sources = [set(read)] if table.is_keyed else []
        for each in table.columns:
            known = column_named(each.name)
            if each.name in table.key and each.kind == "BIGINT" and each.name != "test_id":
                own = known is None or known.meaning != each.meaning
                names = {need for need, columns in read.items() if _has(columns, each.name)}
                names -= {"test"}  # how many it has, where others tell which of them
                sources += [] if own else [names]
        empty = self._empty(cursor, metric.needs, tests, with_points)
        return any(names and names <= empty for names in sources)

    def _empty(
        self,
        cursor: duckdb.DuckDBPyConnection,
        needs: Sequence[str],
        tests: Sequence[int] | None,
        with_points: AbstractSet[int],
    ) -> AbstractSet[str]:
        """Return what surely has no rows of these tests; nothing is looked at twice."""
        some = None if tests is None else tuple(tests)
        asked = {}
        for name in needs:
            if (name, some) in self._empties:
                continue
            if some is None and name in self.states:
                self._empties[name, some] = self.states[name].startswith("0 ")
            elif name in self:
                asked[name] = self._stored(name, tests)
            elif name in _FILED:
                here = "" if tests is None else HERE
                asked |= {each: f"SELECT * FROM store.{each} {here}" for each in _FILED}
        if asked:
            columns = ", ".join(f"NOT EXISTS ({sql})" for sql in asked.values())
            sql = f"SELECT {columns}"
            (row,) = cursor.execute(sql, used(sql, {TESTS: list(tests or ())})).fetchall()
            self._empties |= {(name, some): gone for name, gone in zip(asked, row, strict=True)}
        empty = {name for name in needs if self._empties.get((name, some))}
        return empty | ({"points"} if tests and with_points.isdisjoint(tests) else set())

    def _stored(self, name: str, tests: Sequence[int] | None) -> str:
        table = self._tables[name]
        here = "" if tests is None or table.scope == "whole" else HERE
        return f"SELECT * FROM {place_of(table)} {here}"

    def add(self, tables: Mapping[str, pa.Table]) -> None:
        """Tell the state of tables that are not in the store."""
        with self._store.cursor() as cursor:
            for name, rows in tables.items():
                cursor.register("rows", rows)
                self.states[name] = state_of(cursor, "rows")
                cursor.unregister("rows")

    def same_rows(self, target: str, published_at: datetime | None) -> Mapping[str, int]:
        """Return the tables whose state was published there at this time; see moment.py."""
        with self._store.cursor() as cursor:
            told = cursor.execute(
                "SELECT table_name, state FROM kept.published "
                "WHERE target = $target AND published_at = $published_at",
                {"target": target, "published_at": published_at},
            ).fetchall()
        same = {name: state for name, state in told if self.states.get(name) == state}
        return {name: int(state.partition(" ")[0]) for name, state in same.items()}

    def note_published(self, target: str, published_at: datetime, failed: AbstractSet[str]) -> None:
        """Remember the states that were published there; see moment.py."""
        names = [name for name in self.states if name not in failed]
        states = pa.table({"table_name": names, "state": [self.states[name] for name in names]})
        with self._store.cursor() as cursor:
            cursor.register("states", states)
            cursor.execute("DELETE FROM kept.published WHERE target = $target", {"target": target})
            cursor.execute(
                "INSERT INTO kept.published SELECT $target, $published_at, * FROM states",
                {"target": target, "published_at": published_at},
            )

    def place(self, name: str) -> str | None:
        """Return where a metric is kept."""
        return place_of(self._tables[name]) if name in self else None

    def note(self, table: PublishedTable) -> None:
        """Tell that a metric is kept."""
        self._tables[table.name] = table

    def fail(self, table: PublishedTable, fault: duckdb.Error) -> None:
        """Tell that a metric could not be computed, to be raised when it is asked for."""
        self._faults[table.name] = fault


def state_of(
    cursor: duckdb.DuckDBPyConnection, rows: str, parameters: Mapping[str, str] | None = None
) -> str:
    """Return how many rows there are, and numbers that are others where any of them is."""
    ((state,),) = cursor.execute(_STATE.format(rows), parameters or {}).fetchall()
    return str(state)


def metric_of(table: PublishedTable) -> Metric:
    """Return the metric that a table is the answer of."""
    if not isinstance(table.source, Metric):
        message = f"{table.name} is no metric"
        raise TypeError(message)
    return table.source


def _has(columns: Sequence[Column | MetricColumn], name: str) -> bool:
    return any(each.name == name for each in columns)


def place_of(table: PublishedTable) -> str:
    """Return the name that a metric is kept under: another version of it has another."""
    return f'kept."{table.name}_{table.version}"'


def _question(table: PublishedTable, sql: str, tests: Sequence[int] | None) -> Question:
    parameters: dict[str, object] = dict(metric_of(table).arguments({}))
    if tests is not None:
        parameters[TESTS] = list(tests)
    scope = None if tests is None else tuple(tests)
    return Question(sql, used(sql, parameters), table.columns, scope)
