"""Who keeps metrics: brings what is kept (kept.py) to the snapshot of a publication.

Of what other metrics are built on the rows of changed tests are computed again, what hangs on
everything where anything it reads has changed.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from itertools import chain
from typing import Final

import duckdb
import pyarrow as pa

from service.metric.file import Metric
from service.metric.scope import TESTS
from service.publish.cells import Cells
from service.publish.kept import HERE, OF_TESTS, Kept, metric_of, states_of
from service.publish.memory import Memory, OfAll, OfTests, place_of
from service.publish.star import PublishedTable
from service.publish.subject import COLUMNS as FINGERPRINTS
from service.publish.subject import changed
from service.store.relation import CYCLED, RELATIONS
from service.store.store import Held

FEW: Final = 64
"""So many tests have few enough rows to be held."""
_NOTHING: Final = OfTests(FINGERPRINTS.empty_table(), frozenset())


class Overtaken(Exception):
    """The store went on to another snapshot meanwhile."""


def keep(
    memory: Memory,
    tables: Sequence[PublishedTable],
    held: Held,
    now: pa.Table,
    cells: Cells,
) -> Kept:
    """Bring what is kept to a snapshot; a metric that cannot be computed is not.

    Args:
        memory: where it is kept.
        tables: the star.
        held: the snapshot.
        now: fingerprint of every test.
        cells: all tests there are.

    Raises:
        Overtaken: when the store went on to another snapshot meanwhile.
    """
    with memory.store.cursor() as cursor:
        keeper = _Keeper(memory, cursor, held, now, cells)
        keeper.look()
        due = [table for table in tables if _is_kept(table, tables)]
        if all(len(keeper.stale(table)) <= FEW for table in due if table.scope == "test"):
            keeper.bring(due)
        else:
            for table in due:
                keeper.bring([table])
    return keeper.kept


class _Keeper:
    """Who writes what is kept, a few metrics in one transaction, for a hundred take their time."""

    def __init__(
        self,
        memory: Memory,
        cursor: duckdb.DuckDBPyConnection,
        held: Held,
        now: pa.Table,
        cells: Cells,
    ) -> None:
        self.kept = Kept(memory, held, now)
        self._memory, self._cursor, self._snapshot = memory, cursor, held.snapshot
        self._now, self._cells = now, cells
        self._changed: dict[int, AbstractSet[int]] = {}

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Do something at the snapshot, whole or not."""
        held = self._memory.store.begin(self._cursor)
        try:
            if held.snapshot != self._snapshot:
                raise Overtaken  # noqa: TRY301 # its transaction is to be ended too
            yield
        except BaseException:
            self._cursor.rollback()
            raise
        self._cursor.commit()

    def look(self) -> None:
        """Tell the states of what the store has."""
        names = RELATIONS.keys() - OF_TESTS - {"points", CYCLED.name}
        with self._transaction():
            self.kept.states |= states_of(self._cursor, {name: f"store.{name}" for name in names})

    def stale(self, table: PublishedTable) -> AbstractSet[int]:
        """Return the tests that have changed since the rows of a metric were kept."""
        before = self._before(table).fingerprints
        if id(before) not in self._changed:  # most are of the same time
            self._changed[id(before)] = frozenset(changed(before, self._now))
        return self._changed[id(before)]

    def bring(self, tables: Sequence[PublishedTable]) -> None:
        """Bring metrics to the snapshot together, or each alone where one cannot be computed."""
        try:
            with self._transaction():
                for table in tables:
                    bring = self._bring_all if table.scope == "whole" else self._bring_tests
                    self.kept.note(table, bring(table))
        except duckdb.Error as fault:
            self.kept.forget(tables)
            if len(tables) == 1:
                self.kept.fail(tables[0], fault)
            else:
                for table in tables:
                    self.bring([table])
        else:
            self.kept.remember(tables)

    def _before(self, table: PublishedTable) -> OfTests:
        return self._memory.of_tests.get(place_of(table), _NOTHING)

    def _bring_tests(self, table: PublishedTable) -> OfTests:
        """Compute the rows of changed tests again."""
        place, before, stale = place_of(table), self._before(table), self.stale(table)
        if before is _NOTHING:
            columns = ", ".join(f'"{each.name}" {each.kind}' for each in table.columns)
            self._cursor.execute(f"CREATE OR REPLACE TABLE {place} ({columns})")
        if gone := before.filled & stale:
            self._cursor.execute(f"DELETE FROM {place} {HERE}", {TESTS: sorted(gone)})
        count = 0
        is_barren = self.kept.is_barren(table, sorted(stale))
        for some in () if is_barren else self._cells.groups(stale):
            asked = self.kept.question(table, some)
            sql = f"INSERT INTO {place} {asked.sql}"
            ((more,),) = self._cursor.execute(sql, asked.parameters).fetchall()
            count += more
        filled = before.filled - stale
        if count:
            sql = f"SELECT DISTINCT test_id FROM {place} {HERE}"
            come = self._cursor.execute(sql, {TESTS: sorted(stale)}).fetchall()
            filled |= {test for (test,) in come}
        return OfTests(self._now, filled)

    def _bring_all(self, table: PublishedTable) -> OfAll:
        """Compute all rows again where anything they rest on has changed."""
        place = place_of(table)
        is_barren = self.kept.is_barren(table, None)
        sources = () if is_barren else self.kept.sources(metric_of(table))
        inputs = "; ".join(f"{name} {self.kept.state(name)}" for name in sources)
        before = self._memory.of_all.get(place)
        if before and before.inputs == inputs:
            return before
        asked = self.kept.question(table, None)
        only = " LIMIT 0" if is_barren else ""
        sql = f"CREATE OR REPLACE TABLE {place} AS {asked.sql}{only}"
        self._cursor.execute(sql, asked.parameters)
        return OfAll(inputs, states_of(self._cursor, {table.name: place})[table.name])


def _is_kept(table: PublishedTable, tables: Sequence[PublishedTable]) -> bool:
    metric = table.source
    if not isinstance(metric, Metric) or "points" in metric.relations:
        return False
    needed = chain.from_iterable(t.source.needs for t in tables if isinstance(t.source, Metric))
    return table.scope == "whole" or table.name in needed
