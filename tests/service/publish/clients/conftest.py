"""The warehouse of three tests, published once to PostgreSQL, for whatever connects there."""

import math
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from schema.relation import Kind
from schema.settings import Settings
from schema.warehouse import open_warehouse
from service.metric.library import read_metrics
from service.publish.place import target_at
from service.publish.publication import Publisher
from service.publish.star import PublishedTable, star
from service.store.question import asked, metric_question
from service.store.store import Store

METRICS: Final = (
    "arrhenius",
    "capacity_retention",
    "coulombic_efficiency",
    "differential_capacity",
    "discharge_capacity",
    "failure_event",  # has no rows here
)
_PROMPT_SECOND: Final = 5.0
_RUNNING: Final = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event = 'PgSleep'
"""
"""Not its state: a server forgets what comes between parsing a query and running it."""


@dataclass(frozen=True, slots=True)
class Published:
    """What stands in schema bi, and what the metrics said it should be.

    Attributes:
        url: of the database, for its superuser.
        tables: by name.
        answers: the rows of each metric, in the order of its grain; numbers that are none are None.
        long, busy: queries that take long, one of them asleep.
    """

    url: str
    tables: Mapping[str, PublishedTable]
    answers: Mapping[str, Sequence[tuple[object, ...]]]
    long: str = "SELECT pg_sleep(120)"
    busy: str = "SELECT count(*) FROM bi.series AS a, bi.series AS b, bi.series AS c"

    @property
    def names(self) -> list[str]:
        """Return the tables there are, rising."""
        return sorted({*self.tables, "published"})

    @property
    def place(self) -> Mapping[str, object]:
        """Return host, port, user and dbname."""
        return conninfo_to_dict(self.url)

    def columns(self, name: str) -> list[tuple[str, Kind, str]]:
        """Return name, kind and comment of the columns of a table."""
        table = self.tables[name]
        return [(each.name, each.kind, table.column_meaning(each)) for each in table.columns]

    def select(self, name: str) -> str:
        """Return the query for the rows of a metric, in the order of its grain."""
        return f"SELECT * FROM bi.{name} ORDER BY {', '.join(self.tables[name].key)}"

    def typed(
        self, name: str, rows: Iterable[Sequence[str | None]], null: str | None = None
    ) -> list[tuple[object, ...]]:
        """Return rows that a client printed as values."""
        kinds = [kind for _, kind, _ in self.columns(name)]
        return [
            tuple(
                None if text is None or text == null else _value(kind, text)
                for kind, text in zip(kinds, row, strict=True)
            )
            for row in rows
        ]

    @contextmanager
    def interrupting(self, stop: Callable[[], object]) -> Iterator[None]:
        """Call ``stop`` once the long query runs; leaving must follow at once, and end it."""
        with ThreadPoolExecutor(1) as thread, psycopg.connect(self.url, autocommit=True) as watch:

            def interrupt() -> float:
                _await(watch, 1)
                began = time.monotonic()
                stop()
                return began

            stopped = thread.submit(interrupt)
            yield
            assert time.monotonic() - stopped.result() < _PROMPT_SECOND
            _await(watch, 0)


def _await(watch: psycopg.Connection[tuple[int]], count: int) -> None:
    deadline = time.monotonic() + 2 * _PROMPT_SECOND
    while watch.execute(_RUNNING).fetchone() != (count,):
        assert time.monotonic() < deadline, f"never were {count} long queries running"
        time.sleep(0.01)


def _value(kind: Kind, text: str) -> object:
    if kind == "BOOLEAN":
        return {"t": True, "true": True, "1": True, "f": False, "false": False, "0": False}[text]
    return {"BIGINT": int, "DOUBLE": float}.get(kind, str)(text)


@pytest.fixture(scope="session")
def published(
    _homes: tuple[Path, Path],
    tmp_path_factory: pytest.TempPathFactory,
    new_database: Callable[[], AbstractContextManager[str]],
) -> Iterator[Published]:
    """Return a warehouse and six of its metrics, published."""
    home = tmp_path_factory.mktemp("published") / "home"
    shutil.copytree(_homes[1], home)
    warehouse = open_warehouse(Settings(home=home))
    metrics = {name: metric for name, metric in read_metrics().items() if name in METRICS}
    store = Store(warehouse.engine, warehouse.lake, metrics)
    with new_database() as url, psycopg.connect(url, autocommit=True) as connection:
        limit = "ALTER DATABASE {} SET statement_timeout = '60s'"  # of what nobody could cancel
        connection.execute(sql.SQL(limit).format(sql.Identifier(connection.info.dbname)))
        try:
            publisher = Publisher(store, warehouse.engine, metrics)
            assert not publisher.publish(target_at(url)).failed
            tables = {table.name: table for table in star(metrics)}
            yield Published(url, tables, {each: _rows(store, each) for each in metrics})
        finally:
            store.close()
            warehouse.engine.dispose()


def _rows(store: Store, metric: str) -> list[tuple[object, ...]]:
    with store.cursor() as cursor:
        question = metric_question(read_metrics()[metric], None)
        rows = asked(store, cursor, question).fetchall()
    return [tuple(map(_finite, row)) for row in rows]


def _finite(value: object) -> object:
    return None if isinstance(value, float) and not math.isfinite(value) else value
