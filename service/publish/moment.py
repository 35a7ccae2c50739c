"""The warehouse as of one snapshot, asked for one published table after the other."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Engine, Select

from schema.catalog.connection import current_snapshot, look
from service.downsample import Method, chosen
from service.metric.file import Metric
from service.metric.question import Question, asked
from service.metric.scope import TESTS
from service.publish.cells import Cells
from service.publish.keeper import Overtaken, keep
from service.publish.kept import HERE, Kept
from service.publish.memory import Memory
from service.publish.star import SERIES_POINTS, PublishedTable
from service.publish.subject import fingerprints
from service.store.store import Held

_BATCH_ROWS: Final = 65_536


@dataclass(frozen=True, slots=True)
class Moment:
    """What is published at once.

    Attributes:
        snapshot: of the catalog.
        fingerprints: of every test, see subject.py.
    """

    snapshot: int
    fingerprints: pa.Table
    _held: Held
    _cursors: Mapping[str, duckdb.DuckDBPyConnection]
    _catalog: Mapping[str, pa.Table]
    _kept: Kept
    _cells: Cells

    def same_rows(self, target: str, published_at: datetime | None) -> Mapping[str, int]:
        """Return the whole tables that have the same rows as were published last, and how many.

        ``published_at`` is the target's: whatever somebody else published there is unknown here.
        """
        return self._kept.same_rows(target, published_at)

    def note_published(self, target: str, published_at: datetime, failed: AbstractSet[str]) -> None:
        """Remember what the target has now, but for tables that failed."""
        self._kept.note_published(target, published_at, failed)

    def rows(self, table: PublishedTable, tests: Sequence[int] | None) -> pa.RecordBatchReader:
        """Return the rows of a table, of these tests only or, with None, all there are.

        Numbers that are none are null. Read it before the table is asked for again.

        Raises:
            duckdb.Error: when they cannot be computed; reading on may raise it too.
        """
        return pa.RecordBatchReader.from_batches(
            table.arrow, (_finite(each, table.arrow) for each in self._batches(table, tests))
        )

    def questions(self, table: PublishedTable, tests: Sequence[int] | None) -> Iterator[Question]:
        """Yield what is asked for the rows of a table that is computed of the store."""
        if isinstance(table.source, Metric):
            for some in self._groups(table, table.source, tests):
                yield self._kept.question(table, some)
            return
        names = ", ".join(f'"{name}"' for name in table.arrow.names)
        order = ", ".join(f'"{name}"' for name in table.key or table.arrow.names)
        where = "" if tests is None else HERE
        sql = f"SELECT {names} FROM store.{table.name} {where} ORDER BY {order}"
        parameters = {} if tests is None else {TESTS: list(tests)}
        yield Question(sql, parameters, table.columns, ())

    def asked(self, table: PublishedTable, question: Question) -> duckdb.DuckDBPyRelation:
        """Return the answer to be; read it before the table is asked for again."""
        return asked(self._cursors[table.name], self._held, question)

    def _batches(
        self, table: PublishedTable, tests: Sequence[int] | None
    ) -> Iterator[pa.RecordBatch]:
        if isinstance(table.source, Select):
            yield from self._catalog[table.name].to_batches()
        elif table.name == "series":
            with_points = self._held.tests_with_points
            every = self.fingerprints["test_id"].to_pylist() if tests is None else tests
            for test in every:
                if test in with_points:
                    yield from self._series(table, test)
        else:
            for question in self.questions(table, tests):
                yield from self.asked(table, question).to_arrow_reader(_BATCH_ROWS)

    def _groups(
        self, table: PublishedTable, metric: Metric, tests: Sequence[int] | None
    ) -> Iterator[Sequence[int] | None]:
        """Yield the tests to ask for at once: none but these, those of a cell together."""
        if tests is None and (table.scope == "whole" or table.name in self._kept):
            yield None
            return
        if tests is None or not self._kept.is_barren(table, tests):
            is_heavy = "points" in metric.relations
            heavy = self._held.tests_with_points if is_heavy else frozenset()
            yield from self._cells.groups(tests, heavy)

    def _series(self, table: PublishedTable, test: int) -> Iterator[pa.RecordBatch]:
        names = [each.name for each in table.columns if each.name not in {"test_id", "point_count"}]
        sql = (
            f"SELECT {', '.join(names)} FROM read_parquet($points_files, union_by_name => true)"
            # no ORDER BY: a file is written in the order of its records
        )
        points = self.asked(table, Question(sql, {}, (), (test,))).to_arrow_table()
        drawn = [points[name].to_numpy() for name in ("voltage_volt", "current_ampere")]
        rows = chosen(drawn, points.num_rows, SERIES_POINTS, Method.MINMAX)
        kept = points if rows is None else points.take(rows)
        columns = {
            "test_id": pa.repeat(pa.scalar(test), kept.num_rows),
            "point_count": pa.array(np.arange(1, kept.num_rows + 1)),
            **{name: kept[name] for name in names},
        }
        yield from pa.table(columns).cast(table.arrow).to_batches()


@contextmanager
def moment(memory: Memory, engine: Engine, tables: Sequence[PublishedTable]) -> Iterator[Moment]:
    """Hold catalog and store still, at the same snapshot, and one of their cursors a table.

    A table has a cursor of its own, for a query that fails takes its transaction along.
    """
    store = memory.store
    while True:
        with look(engine) as session:
            snapshot = current_snapshot(session)
            rows = {
                table.name: _filled(session.execute(table.source).all(), table)
                for table in tables
                if isinstance(table.source, Select)
            }
        store.refresh()
        with ExitStack() as stack:
            first = stack.enter_context(store.cursor())
            held = store.begin(first)
            if held.snapshot != snapshot:
                continue  # something was committed in between
            found = fingerprints(first, held)
            cells = Cells(first)
            try:
                kept = keep(memory, tables, held, found, cells)
            except Overtaken:
                continue
            computed = [each.name for each in tables if each.name not in rows]
            cursors = {name: stack.enter_context(store.cursor()) for name in computed}
            if {store.begin(cursor).snapshot for cursor in cursors.values()} != {snapshot}:
                continue
            kept.tell(rows)
            yield Moment(snapshot, found, held, cursors, rows, kept, cells)
            return


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
