"""What Leyden does with the same files."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from benchmarks.stopwatch import Work
from ingest.draft import Draft, draft
from ingest.intake import take_in
from ingest.reading import Export
from ingest.recognize import reader_for, reader_named
from ingest.sidecar import sidecar_of
from schema.parquet import Layout, stretches
from schema.rows import rows_of
from schema.settings import Settings
from schema.warehouse import Warehouse, open_warehouse


@contextmanager
def ingest(path: Path, small: Path, scratch: Path) -> Iterator[Work]:
    """Take an export into a fresh warehouse, all the way to the committed catalog with rollups."""
    with warehouse(scratch) as first:
        points(first, small)
    with warehouse(scratch) as second:
        yield lambda: points(second, path)


@contextmanager
def ingest_next(path: Path, other: Path, scratch: Path) -> Iterator[Work]:
    """Take an export into a warehouse that has just taken in another one."""
    with warehouse(scratch) as first:
        points(first, path)
    with warehouse(scratch) as second:
        points(second, other)
        yield lambda: points(second, path)


@contextmanager
def floor(path: Path, small: Path, scratch: Path) -> Iterator[Work]:
    """Do what nobody can leave out: copy and hash an export, encode and flush its points.

    The points are drafted before and wait for nothing; no row goes to the catalog.
    """
    with warehouse(scratch) as first:
        points(first, small)
    with warehouse(scratch) as second:
        relation, rows = _drafted(path).tables(1)["points"]
        at_hand, layout = rows_of(rows.whole()), Layout(relation, "0" * 64, "floor", "1")

        def work() -> int:
            with second.lake.archive(path) as archived:
                files = second.lake.write_parts("1", at_hand, layout)
                archived.keep()  # hashed and flushed meanwhile
            return sum(file.rows for file in files)

        yield work


@contextmanager
def warehouse(scratch: Path) -> Iterator[Warehouse]:
    """Yield an empty warehouse that is gone afterwards."""
    with TemporaryDirectory(dir=scratch) as home:
        opened = open_warehouse(Settings(home=Path(home), database_url="", lake_url=""))
        try:
            yield opened
        finally:
            opened.engine.dispose()


def points(into: Warehouse, path: Path) -> int:
    """Ingest one file and return its points.

    Raises:
        RuntimeError: when it was not ingested.
    """
    outcome = take_in(into, path)
    if outcome.status != "ingested":
        message = f"{path.name}: {outcome.status}: {outcome.reason}"
        raise RuntimeError(message)
    return outcome.points


def points_of(path: Path) -> pa.Table:
    """Return the points of the one test in an export, as they go to the lake."""
    _, points = _drafted(path).tables(1)["points"]
    return pa.concat_tables(stretches(points))


@contextmanager
def read(path: Path, small: Path, name: str) -> Iterator[Work]:
    """Read an export by the reader of that name, to raw columns; answer its records."""
    reader = reader_named(name)
    if reader is None:
        message = f"no reader is called {name}"
        raise ValueError(message)

    def records(source: Path) -> int:
        return sum(reading.row_count for reading in reader.read(_export(source)))

    records(small)
    yield lambda: records(path)


def _drafted(path: Path) -> Draft:
    export = _export(path)
    (reading,) = reader_for(export).read(export)
    return draft(reading)


def _export(path: Path) -> Export:
    return Export.at(path, sidecar_of(path))
