"""One publication: what has changed since the last is computed and put to the target, at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb
import pyarrow as pa
from sqlalchemy import Engine

from schema.error import LeydenError, PublicationFailed, PublishedTableRefused
from service.metric.metric import Metric
from service.publish.source import Source, source
from service.publish.star import PublishedTable, star, with_steps
from service.publish.target import Outcome, Standing, Target, Writing, changed_tests
from service.store.store import Store
from service.store.upkeep import have_base


@dataclass(frozen=True, slots=True)
class Publication:
    """What was published.

    Attributes:
        snapshot: of the catalog.
        tests: how many came, went or rest on something else than before.
        outcomes: of the tables that were touched.
        left_out: tests that are not in it, for a file of theirs cannot be read.
    """

    snapshot: int
    tests: int
    outcomes: tuple[Outcome, ...]
    left_out: tuple[int, ...] = ()

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """Return the tables that stand as they stood before."""
        return tuple(each for each in self.outcomes if each.status == "failed")

    def summary(self) -> str:
        """Return what was done in a line."""
        lost = f", without {len(self.left_out)} tests whose files cannot be read"
        lost = lost if self.left_out else ""
        if not self.outcomes:
            return f"snapshot {self.snapshot} stands there already{lost}"
        rows = sum(each.row_count or 0 for each in self.outcomes)
        done = len(self.outcomes) - len(self.failed)
        failed = f", {len(self.failed)} failed" if self.failed else ""
        return (
            f"snapshot {self.snapshot}: {self.tests} changed tests, "
            f"{done} tables of {rows:,} rows brought up to date{failed}{lost}"
        )


class Publisher:
    """Publishes a warehouse, and remembers what it published where.

    It serves one publication at a time.
    """

    def __init__(self, store: Store, engine: Engine, metrics: Mapping[str, Metric]) -> None:
        self._store, self._engine, self._metrics = store, engine, metrics
        self._published: dict[str, _Remembered] = {}

    def publish(
        self, target: Target, done: Callable[[str], object] = lambda _: None
    ) -> Publication:
        """Bring a target up to date with the catalog; ``done`` is given the name of every table.

        A table that fails is left as it stands and reported; the others go on.

        Raises:
            PublicationFailed: when the target cannot be brought up to date; it stands as it stood.
        """
        have_base(self._store)
        tables = star(self._metrics)
        every = with_steps(self._metrics)  # a step on the way is not published, but computed once
        with (
            target.writing(tables) as writing,
            source(self._store, self._engine, every) as now,
        ):
            standing, fingerprints = writing.standing, now.fingerprints
            tests = changed_tests(standing.fingerprints, fingerprints)
            same = self._same_rows(target.name, standing, now)
            outcomes = []
            for table in tables:
                some = _wanted(table, standing, now, tests)
                if some is None or some:
                    is_same = _stands(table, standing) and table.name in same
                    outcomes.append(
                        Outcome(table, "published", same[table.name])
                        if is_same
                        else _put(writing, table, now, some)
                    )
                done(table.name)
            if outcomes or standing.versions.keys() - {table.name for table in tables}:
                published_at = datetime.now(UTC)
                writing.end(now.snapshot, published_at, fingerprints, outcomes)
                self._remember(target.name, published_at, now, outcomes)
            lost = {each.test_id for each in now.state.unreadable.values()}
            return Publication(now.snapshot, len(tests), tuple(outcomes), tuple(sorted(lost)))

    def _same_rows(self, target: str, standing: Standing, now: Source) -> Mapping[str, int]:
        """Return the tables that have the rows they had when last published, and how many.

        Whatever somebody else published there meanwhile is unknown here.
        """
        last = self._published.get(target)
        if last is None or last.published_at != standing.published_at:
            return {}
        return {
            name: count
            for name, (generation, count) in last.tables.items()
            if now.generations.get(name) == generation
        }

    def _remember(
        self, target: str, published_at: datetime, now: Source, outcomes: Sequence[Outcome]
    ) -> None:
        last = self._published.get(target)
        tables = dict(last.tables) if last else {}
        for each in outcomes:
            tables.pop(each.table.name, None)
            generation = now.generations.get(each.table.name)
            if each.status == "published" and generation and each.row_count is not None:
                tables[each.table.name] = (generation, each.row_count)
        self._published[target] = _Remembered(published_at, tables)


@dataclass(frozen=True, slots=True)
class _Remembered:
    """When a target was last written to, and generation and rows of its tables then."""

    published_at: datetime
    tables: Mapping[str, tuple[str, int]]


def _wanted(
    table: PublishedTable, standing: Standing, now: Source, tests: Sequence[int]
) -> Sequence[int] | None:
    """Return the tests whose rows of a table are put anew; None for all there is."""
    if not _stands(table, standing):
        return None
    if table.scope == "whole":
        return () if standing.snapshot == now.snapshot and not tests else None
    return tests


def _stands(table: PublishedTable, standing: Standing) -> bool:
    return standing.versions.get(table.name) == table.version


def _put(
    writing: Writing, table: PublishedTable, now: Source, tests: Sequence[int] | None
) -> Outcome:
    try:
        count = writing.put(table, now.rows(table, tests), tests)
    except PublishedTableRefused as fault:
        return Outcome(table, "failed", None, fault.reason)
    except PublicationFailed:
        raise
    except (duckdb.Error, pa.ArrowException, LeydenError) as fault:
        return Outcome(table, "failed", None, str(fault).splitlines()[0])
    return Outcome(table, "published", count)
