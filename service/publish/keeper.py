"""Who keeps metrics: brings what is kept (kept.py) to the snapshot of a publication.

Of what other metrics are built on the rows of changed tests are computed again, what hangs on
everything where anything it reads has changed.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Final

import duckdb
import pyarrow as pa

from service.metric import Metric
from service.publish.kept import HERE, OF_TESTS, Kept, metric_of, place_of, state_of
from service.publish.star import PublishedTable
from service.relation import CYCLED, RELATIONS
from service.scope import TESTS
from service.store import Store

_ROOM: Final = """
ATTACH IF NOT EXISTS ':memory:' AS kept (COMPRESS);
CREATE TABLE IF NOT EXISTS kept.known (
    place VARCHAR, test_id BIGINT, fingerprint BIGINT, row_count BIGINT
);
CREATE TABLE IF NOT EXISTS kept.state (place VARCHAR, inputs VARCHAR, state VARCHAR);
CREATE TABLE IF NOT EXISTS kept.published (
    target VARCHAR, published_at TIMESTAMPTZ, table_name VARCHAR, state VARCHAR
);
"""
_STALE: Final = """
WITH due AS (SELECT unnest(CAST($places AS VARCHAR[])) AS place),
should AS (SELECT place, test_id, fingerprint FROM due CROSS JOIN now),
known AS (SELECT * FROM kept.known SEMI JOIN due USING (place))
SELECT
    coalesce(should.place, known.place) AS place,
    list(coalesce(should.test_id, known.test_id)) AS tests
FROM should
FULL JOIN known ON known.place = should.place AND known.test_id = should.test_id
WHERE known.fingerprint IS DISTINCT FROM should.fingerprint
GROUP BY 1
"""
_FULL: Final = (
    "(SELECT test_id, fingerprint FROM kept.known WHERE place = $place AND row_count > 0)"
)
_KNOWN: Final = "SELECT state FROM kept.state WHERE place = $place AND inputs = $inputs"
_KNOW: Final = f"""
INSERT INTO kept.known
SELECT $place, test_id, fingerprint, coalesce(row_count, 0)
FROM now
LEFT JOIN (SELECT test_id, count(*) AS row_count FROM {{}} {HERE} GROUP BY test_id)
USING (test_id) {HERE}
"""
_FORGET: Final = f"DELETE FROM kept.known {HERE} AND place = $place"


class Overtaken(Exception):
    """The store went on to another snapshot meanwhile."""


def keep(
    store: Store,
    tables: Sequence[PublishedTable],
    snapshot: int,
    now: pa.Table,
    groups: Sequence[Sequence[int]],
) -> Kept:
    """Bring what is kept to a snapshot; a metric that cannot be computed is not.

    Args:
        store: whose DuckDB it is kept in.
        tables: the star.
        snapshot: the store's.
        now: fingerprint of every test.
        groups: all tests in their order, those of a cell together.

    Raises:
        Overtaken: when the store went on to another snapshot meanwhile.
    """
    keeper = _Keeper(store, snapshot, now, groups)
    with keeper.transaction():
        keeper.tell([each for each in tables if each.name in RELATIONS])
    due = [table for table in tables if _is_kept(table, tables)]
    keeper.look(due)
    for table in due:
        try:
            with keeper.transaction():
                bring = keeper.bring_whole if table.scope == "whole" else keeper.bring_tests
                bring(table)
        except duckdb.Error as fault:
            keeper.kept.fail(table, fault)
        else:
            keeper.kept.note(table)
    return keeper.kept


class _Keeper:
    """Who writes what is kept: a transaction for each metric, for one of them may fail."""

    def __init__(
        self, store: Store, snapshot: int, now: pa.Table, groups: Sequence[Sequence[int]]
    ) -> None:
        self.kept, self.cursor = Kept(store), store.cursor()
        self._store, self._snapshot, self._groups = store, snapshot, groups
        self._stale: dict[str, list[int]] = {}
        self.cursor.execute(_ROOM)
        self.cursor.register("now", now)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do one thing at the snapshot, whole or not."""
        held = self._store.begin(self.cursor)
        try:
            if held.snapshot != self._snapshot:
                raise Overtaken  # noqa: TRY301 # its transaction is to be ended too
            yield
        except BaseException:
            self.cursor.rollback()
            raise
        self.cursor.commit()

    def tell(self, relations: Sequence[PublishedTable]) -> None:
        """Tell the states of relations that are published whole."""
        for table in relations:
            if table.scope == "whole":
                self._state(table.name)

    def look(self, due: Sequence[PublishedTable]) -> None:
        """Make room for metrics and look which tests have changed since they were kept."""
        due = [table for table in due if table.scope == "test"]
        for table in due:
            columns = ", ".join(f'"{each.name}" {each.kind}' for each in table.columns)
            self.cursor.execute(f"CREATE TABLE IF NOT EXISTS {place_of(table)} ({columns})")
        places = {"places": [place_of(table) for table in due]}
        self._stale = dict(self.cursor.execute(_STALE, places).fetchall())

    def bring_tests(self, table: PublishedTable) -> None:
        """Compute the rows of changed tests again."""
        place = place_of(table)
        stale = self._stale.get(place)
        if not stale:
            return
        gone = {TESTS: stale}
        self.cursor.execute(f"DELETE FROM {place} {HERE}", gone)
        self.cursor.execute(_FORGET, {**gone, "place": place})
        changed = frozenset(stale)
        is_barren = self.kept.is_barren(self.cursor, table, stale)
        for group in () if is_barren else self._groups:
            if some := [test for test in group if test in changed]:
                asked = self.kept.question(table, some)
                self.cursor.execute(f"INSERT INTO {place} {asked.sql}", asked.parameters)
        self.cursor.execute(_KNOW.format(place), {**gone, "place": place})

    def bring_whole(self, table: PublishedTable) -> None:
        """Compute all rows again where anything they rest on has changed."""
        place = place_of(table)
        is_barren = self.kept.is_barren(self.cursor, table, None)
        sources = () if is_barren else self.kept.sources(metric_of(table))
        told = {
            "place": place,
            "inputs": "; ".join(f"{name} {self._state(name)}" for name in sources),
        }
        known = self.cursor.execute(_KNOWN, told).fetchall()
        if known:
            ((self.kept.states[table.name],),) = known
            return
        asked = self.kept.question(table, None)
        only = " LIMIT 0" if is_barren else ""
        sql = f"CREATE OR REPLACE TABLE {place} AS {asked.sql}{only}"
        self.cursor.execute(sql, asked.parameters)
        self.kept.states[table.name] = state = state_of(self.cursor, place)
        self.cursor.execute("DELETE FROM kept.state WHERE place = $place", {"place": place})
        row = {**told, "state": state}
        self.cursor.execute("INSERT INTO kept.state VALUES ($place, $inputs, $state)", row)

    def _state(self, name: str) -> str:
        """Return the state of a relation or of a kept metric; of others that they have none."""
        states = self.kept.states
        if name == CYCLED.name:
            return f"{self._state('step')}; {self._state('test')}"
        if name not in states and name in OF_TESTS:
            here = f"(FROM now WHERE test_id IN (SELECT test_id FROM store.{name}))"
            states[name] = state_of(self.cursor, here)
        elif name not in states and name in RELATIONS:
            states[name] = state_of(self.cursor, f"store.{name}")
        elif name not in states and (place := self.kept.place(name)):
            states[name] = state_of(self.cursor, _FULL, {"place": place})
        return states.get(name, "")


def _is_kept(table: PublishedTable, tables: Sequence[PublishedTable]) -> bool:
    metric = table.source
    if not isinstance(metric, Metric) or "points" in metric.relations:
        return False
    needed = chain.from_iterable(t.source.needs for t in tables if isinstance(t.source, Metric))
    return table.scope == "whole" or table.name in needed
