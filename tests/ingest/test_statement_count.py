"""What a small file costs the catalog: as much in a warehouse of many files as in one of few."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, insert

from ingest.intake import take_in
from schema.catalog import RecordMean, Test
from schema.catalog.connection import change
from schema.warehouse import Warehouse
from tests.ingest.working import small_exports

MOST = 34
"""Statements of a file that brings one test: three of them where others have its size, or a mean
of it, two for what people removed of these bytes and of its path."""


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Yield what the database is asked from now on."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def fill(engine: Engine, first: int, count: int) -> None:
    """Enter so many tests that begin otherwise."""
    with change(engine, "fill") as (session, snapshot):
        tests = [
            {
                "id": number,
                "name": str(number),
                "origin": f"/exports/{number}",
                "position": 1,
                "point_count": 20,
                "step_count": 1,
                "cycle_count": 1,
                "spectrum_count": 0,
                "identity_version": 1,
                "facts": {},
                "added_snapshot": snapshot,
            }
            for number in range(first, first + count)
        ]
        # in all: alike as those of cells of a kind are; at the first: far from it
        means = [
            {"test_id": each["id"], "record_count": size, "mean": mean, "longest": size == 16}
            for each in tests
            for size, mean in ((1, 2.0), (2, 2.0), (4, 2.5), (8, 3.0), (16, 3.5))
        ]
        session.execute(insert(Test), tests)
        session.execute(insert(RecordMean), means)


@pytest.mark.slow
def test_a_file_asks_the_catalog_as_little_where_many_are_there(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    engine = empty_warehouse.engine
    files = small_exports(tmp_path / "exports", 4)
    assert take_in(empty_warehouse, files[0]).status == "ingested"
    with statements(engine) as of_few:
        assert take_in(empty_warehouse, files[1]).status == "ingested"
    fill(engine, 1_000, 2_000)
    assert take_in(empty_warehouse, files[2]).status == "ingested"
    with statements(engine) as of_many:
        assert take_in(empty_warehouse, files[3]).status == "ingested"
    assert len(of_few) <= MOST
    assert len(of_many) <= MOST, of_many
