"""One publication: what has changed since the last is computed and put to the target, at once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

import duckdb
import pyarrow as pa
from sqlalchemy import Engine

from schema.error import LeydenError, PublicationFailed, PublishedTableRefused
from service.metric.file import Metric
from service.publish.keeper import FEW
from service.publish.memory import Memory
from service.publish.moment import Moment, moment
from service.publish.star import PublishedTable, star, with_steps
from service.publish.subject import changed
from service.publish.target import Outcome, Standing, Target, Writing

Rows: TypeAlias = Callable[[PublishedTable], pa.RecordBatchReader]


@dataclass(frozen=True, slots=True)
class Publication:
    """What was published.

    Attributes:
        snapshot: of the catalog.
        tests: how many came, went or rest on something else than before.
        outcomes: of the tables that were touched.
    """

    snapshot: int
    tests: int
    outcomes: tuple[Outcome, ...]

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """Return the tables that stand as they stood before."""
        return tuple(each for each in self.outcomes if each.status == "failed")

    def told(self) -> str:
        """Return what was done in a line."""
        if not self.outcomes:
            return f"snapshot {self.snapshot} stands there already"
        rows = sum(each.row_count or 0 for each in self.outcomes)
        done = len(self.outcomes) - len(self.failed)
        failed = f", {len(self.failed)} failed" if self.failed else ""
        return (
            f"snapshot {self.snapshot}: {self.tests} changed tests, "
            f"{done} tables of {rows:,} rows brought up to date{failed}"
        )


def publish(
    memory: Memory,
    engine: Engine,
    metrics: Mapping[str, Metric],
    target: Target,
    done: Callable[[str], object] = lambda _: None,
) -> Publication:
    """Bring a target up to date with the catalog; ``done`` is told the name of every table.

    A table that fails is left as it stands and told of; the others go on.

    Raises:
        PublicationFailed: when the target cannot be brought up to date; it stands as it stood.
    """
    tables = star(metrics)
    known = with_steps(metrics)  # a step on the way is not published, but computed once
    with target.writing(tables) as writing, moment(memory, engine, known) as now:
        standing = writing.standing
        tests = changed(standing.fingerprints, now.fingerprints)
        same = now.same_rows(target.name, standing.published_at)
        wanted = {table.name: _wanted(table, standing, now, tests) for table in tables}
        outcomes = []
        with _ahead(now, tables, wanted) as rows:
            for table in tables:
                some = wanted[table.name]
                if some is None and _stands(table, standing) and table.name in same:
                    outcomes.append(Outcome(table, "published", same[table.name]))
                elif some is None or some:
                    outcomes.append(_put(writing, table, rows, some))
                done(table.name)
        if outcomes or standing.versions.keys() - {table.name for table in tables}:
            published_at = datetime.now(UTC)
            writing.end(now.snapshot, published_at, now.fingerprints, outcomes)
            failed = {each.table.name for each in outcomes if each.status == "failed"}
            now.note_published(target.name, published_at, failed)
        return Publication(now.snapshot, len(tests), tuple(outcomes))


def _wanted(
    table: PublishedTable, standing: Standing, now: Moment, tests: Sequence[int]
) -> Sequence[int] | None:
    """Return the tests whose rows of a table are computed again; None for all there is."""
    if not _stands(table, standing):
        return None
    if table.scope == "whole":
        return () if standing.snapshot == now.snapshot and not tests else None
    return tests


def _stands(table: PublishedTable, standing: Standing) -> bool:
    return standing.versions.get(table.name) == table.version


@contextmanager
def _ahead(
    now: Moment, tables: Sequence[PublishedTable], wanted: Mapping[str, Sequence[int] | None]
) -> Iterator[Rows]:
    """Yield what gives the rows of a table; of few tests they are computed while others are put."""

    def read(table: PublishedTable, tests: Sequence[int]) -> pa.Table:
        return now.rows(table, tests).read_all()

    executor = ThreadPoolExecutor(2, thread_name_prefix="ahead")
    soon = {
        table.name: executor.submit(read, table, some)
        for table in tables
        if (some := wanted[table.name]) and len(some) <= FEW
    }

    def rows(table: PublishedTable) -> pa.RecordBatchReader:
        if table.name in soon:
            return soon.pop(table.name).result().to_reader()
        return now.rows(table, wanted[table.name])

    try:
        yield rows
    finally:
        executor.shutdown(cancel_futures=True)


def _put(
    writing: Writing, table: PublishedTable, rows: Rows, tests: Sequence[int] | None
) -> Outcome:
    try:
        count = writing.put(table, rows(table), tests)
    except PublishedTableRefused as fault:
        return Outcome(table, "failed", None, fault.reason)
    except PublicationFailed:
        raise
    except (duckdb.Error, pa.ArrowException, LeydenError) as fault:
        return Outcome(table, "failed", None, str(fault).splitlines()[0])
    return Outcome(table, "published", count)
