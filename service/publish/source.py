"""What is published: store and catalog as of one snapshot, asked for one table after the other."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Engine, Select

from schema.catalog.connection import current_snapshot, look
from service.downsample import Method, chosen
from service.metric.metric import Metric
from service.metric.scope import POINTS_FILES, TESTS, listed
from service.publish.star import SERIES_POINTS, PublishedTable
from service.publish.target import FINGERPRINTS
from service.store.following import content
from service.store.presence import possible_tests
from service.store.question import AnyQuestion, Question, answered, metric_question
from service.store.state import StoreState
from service.store.store import Store

_BATCH_ROWS: Final = 65_536
_TESTS_AT_ONCE: Final = 64
"""Of metrics that read points."""


@dataclass(frozen=True, slots=True)
class Source:
    """What is published at once.

    Attributes:
        state: what the store holds.
        generations: of all tables; where it is the same, so are the rows.
    """

    state: StoreState
    generations: Mapping[str, str]
    _store: Store
    _cursors: Mapping[str, duckdb.DuckDBPyConnection]
    _catalog: Mapping[str, pa.Table]
    _faults: Mapping[str, duckdb.Error]

    @property
    def snapshot(self) -> int:
        """Return the snapshot of the catalog."""
        return self.state.snapshot or 0

    @property
    def fingerprints(self) -> pa.Table:
        """Return what the rows of every test rest on, as a number: test_id and fingerprint."""
        subject_of, numbers = self.state.subject_of, self.state.fingerprints
        tests = sorted(subject_of)
        rows = {"test_id": tests, "fingerprint": [numbers[subject_of[test]] for test in tests]}
        return pa.table(rows, schema=FINGERPRINTS)

    def rows(self, table: PublishedTable, tests: Sequence[int] | None) -> pa.RecordBatchReader:
        """Return the rows of a table, of these tests only or, with None, all there are.

        Numbers that are none are null. Read it before the table is asked for again.

        Raises:
            duckdb.Error: when they could not be computed; reading on may raise it too.
        """
        if table.name in self._faults:
            raise self._faults[table.name]
        return pa.RecordBatchReader.from_batches(
            table.arrow, (_finite(each, table.arrow) for each in self._batches(table, tests))
        )

    def questions(
        self, table: PublishedTable, tests: Sequence[int] | None
    ) -> Iterator[AnyQuestion]:
        """Yield what is asked for the rows of a table that is computed of the store."""
        metric = table.source
        if isinstance(metric, Metric) and not self.state.rests(metric, None):
            yield from self._computed(metric, tests)
            return
        names = ", ".join(f'"{name}"' for name in table.arrow.names)
        order = ", ".join(f'"{name}"' for name in table.key or table.arrow.names)
        where = "" if tests is None else f" WHERE test_id IN {listed(TESTS)}"
        parameters = {} if tests is None else {TESTS: list(tests)}
        sql = f"SELECT {names} FROM store.{table.name}{where} ORDER BY {order}"
        yield Question(sql, parameters, table.columns)

    def _computed(self, metric: Metric, tests: Sequence[int] | None) -> Iterator[AnyQuestion]:
        """Yield what is asked for a metric that does not rest: not too many tests at once."""
        asked = self.state.subject_of if tests is None else tests
        wanted = possible_tests(self._cursors[metric.name], self.state, metric, asked)
        if metric.reach != "test":
            yield from [metric_question(metric, None)] if wanted else []
            return
        for first in range(0, len(wanted), _TESTS_AT_ONCE):
            yield metric_question(metric, wanted[first : first + _TESTS_AT_ONCE])

    def answered(self, table: PublishedTable, question: AnyQuestion) -> duckdb.DuckDBPyRelation:
        """Return the answer to be; read it before the table is asked for again."""
        return answered(self._store, self._cursors[table.name], self.state, question)

    def _batches(
        self, table: PublishedTable, tests: Sequence[int] | None
    ) -> Iterator[pa.RecordBatch]:
        if isinstance(table.source, Select):
            yield from self._catalog[table.name].to_batches()
        elif table.name == "series":
            for test in sorted(self.state.points) if tests is None else tests:
                if test in self.state.points:
                    yield from self._series(table, test)
        else:
            for question in self.questions(table, tests):
                yield from self.answered(table, question).to_arrow_reader(_BATCH_ROWS)

    def _series(self, table: PublishedTable, test: int) -> Iterator[pa.RecordBatch]:
        names = [each.name for each in table.columns if each.name not in {"test_id", "point_count"}]
        sql = (
            f"SELECT {', '.join(names)} FROM read_parquet(${POINTS_FILES}, union_by_name => true)"
            # no ORDER BY: a file is written in the order of its records
        )
        points = self.answered(table, Question(sql, {}, (), (test,))).to_arrow_table()
        drawn = [points[name].to_numpy() for name in ("voltage_volt", "current_ampere")]
        rows = chosen(drawn, points.num_rows, SERIES_POINTS, Method.MINMAX)
        sampled = points if rows is None else points.take(rows)
        columns = {
            "test_id": pa.repeat(pa.scalar(test), sampled.num_rows),
            "point_count": pa.array(np.arange(1, sampled.num_rows + 1)),
            **{name: sampled[name] for name in names},
        }
        yield from pa.table(columns).cast(table.arrow).to_batches()


@contextmanager
def source(store: Store, engine: Engine, tables: Sequence[PublishedTable]) -> Iterator[Source]:
    """Hold catalog and store still, at the same snapshot, and one of their cursors a table.

    Every metric is computed before. A table has a cursor of its own, for a query that fails takes
    its transaction along.
    """
    while True:
        with look(engine) as session:
            snapshot = current_snapshot(session)
            rows = {
                table.name: _filled(session.execute(table.source).all(), table)
                for table in tables
                if isinstance(table.source, Select)
            }
        store.refresh()
        faults = _settled(store, tables)
        with ExitStack() as stack:
            computed = [each.name for each in tables if each.name not in rows]
            cursors = {name: stack.enter_context(store.cursor()) for name in computed}
            states = [store.begin(cursor) for cursor in cursors.values()]
            state = states[0]
            if state.snapshot != snapshot or any(each is not state for each in states):
                continue  # something was committed in between
            generations = {**state.generations, **_generations(store, rows)}
            for name in faults:  # what could not be computed stands for no rows
                generations.pop(name, None)
            yield Source(state, generations, store, cursors, rows, faults)
            return


def _settled(store: Store, tables: Sequence[PublishedTable]) -> dict[str, duckdb.Error]:
    """Compute all metrics; return why some could not be."""
    faults: dict[str, duckdb.Error] = {}
    for table in tables:
        if isinstance(table.source, Metric):
            with store.cursor() as cursor:
                try:
                    store.settle_all(cursor, table.source)
                except duckdb.Error as fault:
                    faults[table.name] = fault
    return faults


def _generations(store: Store, rows: Mapping[str, pa.Table]) -> dict[str, str]:
    """Return generations of tables that are not in the store."""
    found = {}
    with store.cursor() as cursor:
        for name, table in rows.items():
            cursor.register("incoming", table)
            found[name] = content(cursor, "incoming")
            cursor.unregister("incoming")
    return found


def _filled(rows: Sequence[Sequence[object]], table: PublishedTable) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else ([] for _ in table.columns)
    return pa.table(
        [pa.array(values, field.type) for values, field in zip(columns, table.arrow, strict=True)],
        schema=table.arrow,
    )


def _finite(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    columns = [
        pc.if_else(pc.is_finite(column), column, None)
        if pa.types.is_floating(column.type)
        else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, names=schema.names).cast(schema)
