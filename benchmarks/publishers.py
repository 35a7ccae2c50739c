"""Who brings the star of a warehouse into an empty PostgreSQL database: Leyden, and DuckDB."""

import json
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from time import perf_counter
from typing import Final
from uuid import uuid4

import psycopg
from psycopg import sql
from pyarrow.csv import WriteOptions, write_csv
from sqlalchemy import Select

from benchmarks import fleet
from benchmarks.stopwatch import Work
from schema.settings import Settings
from schema.warehouse import Warehouse, open_warehouse
from service.metric.library import read_metrics
from service.publish.place import target_at
from service.publish.postgres import table as postgres_table
from service.publish.publication import Publisher
from service.publish.source import Source, source
from service.publish.star import PublishedTable, with_steps
from service.store.store import Store
from service.store.upkeep import have_base, open_store

_COPIED: Final = re.compile(r"^COPY (\d+)$", re.MULTILINE)


@contextmanager
def ours(settings: Settings, server: str, cycles: int, later: Path, tests: int) -> Iterator[Work]:
    """Publish to an empty database; after that again and again, with one new test each time.

    ``later`` is told, as JSON, what is not in the figures of the first publication: seconds to fill
    the store, bytes of the database, and seconds of each further publication.
    """
    with _database(server) as url, _store(settings) as (warehouse, store, opened_second):
        target, publisher = target_at(url), Publisher(store, warehouse.engine, store.metrics)

        def again() -> int:
            publication = publisher.publish(target)
            if publication.failed:
                raise RuntimeError([(each.table.name, each.reason) for each in publication.failed])
            return sum(each.row_count or 0 for each in publication.outcomes)

        yield again
        size, seconds = _bytes(url), []
        for cell in range(1, tests + 1):
            fleet.add_tests(warehouse, range(cell, cell + 1), cycles)
            began = perf_counter()
            store.refresh()
            again()
            seconds.append(perf_counter() - began)
        told = {"opened_second": opened_second, "bytes": size, "again_second": seconds}
        later.write_text(json.dumps(told), encoding="utf-8")


@contextmanager
def theirs(settings: Settings, server: str) -> Iterator[Work]:
    """Let DuckDB write every table of the star to CSV, and PostgreSQL copy that to bare tables."""
    known = with_steps(read_metrics())
    tables = [table for table in known if table.is_shown]
    with _database(server) as url, _store(settings) as (warehouse, store, _):
        # all that the store may write to
        ((spill,),) = store.cursor().execute("SELECT current_setting('temp_directory')").fetchall()
        folder = Path(spill).parent

        def work() -> int:
            with source(store, warehouse.engine, known) as now:
                return sum(_copied(now, table, folder, url) for table in tables)

        yield work


def _copied(now: Source, table: PublishedTable, folder: Path, url: str) -> int:
    """Bring a table over by files; return its rows."""
    files = list(_exported(now, table, folder))
    columns = ", ".join(f'"{name}" {kind}' for name, kind in _columns(table))
    commands = [f'CREATE TABLE "{table.name}" ({columns})']
    commands += [f"\\copy \"{table.name}\" FROM '{file}' (FORMAT csv)" for file in files]
    told = _psql(url, commands)
    for file in files:
        file.unlink()
    return sum(map(int, _COPIED.findall(told)))


def _exported(now: Source, table: PublishedTable, folder: Path) -> Iterator[Path]:
    """Write a table to files; yield them."""
    if isinstance(table.source, Select) or table.name == "series":  # not computed by DuckDB
        file = folder / f"{table.name}.csv"
        write_csv(now.rows(table, None).read_all(), file, WriteOptions(include_header=False))
        yield file
        return
    for place, question in enumerate(now.questions(table, None)):
        file = folder / f"{table.name}-{place}.csv"
        now.answered(table, question).write_csv(str(file), header=False)
        yield file


def _columns(table: PublishedTable) -> Iterator[tuple[str, str]]:
    for each in postgres_table.columns(table):
        name, _, kind = each.partition(" ")
        yield name, kind


def _psql(url: str, commands: Sequence[str]) -> str:
    told = [part for command in commands for part in ("--command", command)]
    return subprocess.run(  # noqa: S603 # our own commands
        ["psql", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", *told, url],  # noqa: S607 # on the path
        capture_output=True,
        check=True,
        text=True,
    ).stdout


@contextmanager
def _database(server: str) -> Iterator[str]:
    """Yield the URL of an empty database that is gone afterwards."""
    name = f"leyden_bench_{uuid4().hex}"
    place = sql.Identifier(name)
    with closing(psycopg.connect(server, autocommit=True)) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(place))
        try:
            yield f"{server.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(place))


def _bytes(url: str) -> int:
    with closing(psycopg.connect(url)) as connection:
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        return int(row[0]) if row else 0


@contextmanager
def _store(settings: Settings) -> Iterator[tuple[Warehouse, Store, float]]:
    """Yield a warehouse, its store, filled, and how many seconds that took."""
    warehouse = open_warehouse(settings)
    began = perf_counter()
    store = open_store(warehouse, settings)
    try:
        have_base(store)
        yield warehouse, store, perf_counter() - began
    finally:
        store.close()
        warehouse.engine.dispose()
