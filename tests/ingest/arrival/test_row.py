"""Arrivals rest in the catalog, where a watcher goes on and others see them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import func, select

from ingest.arrival.row import hash_in_lake, load, readers_hash, save
from ingest.intake import take_in
from schema.catalog import Arrival, RawFile
from schema.catalog.connection import current_snapshot, look
from schema.warehouse import Warehouse
from service.arrival import arrival_counts
from tests.ingest.working import small_export

WRITTEN: Final = datetime(2026, 3, 2, 8, 0, 0, 123456, tzinfo=UTC)


def arrival(path: str, state: str = "growing", size: int = 1) -> Arrival:
    folder = str(Path(path).parent)
    return Arrival(
        path=path, folder=folder, bytes=size, modified_at=WRITTEN, state=state, since=WRITTEN
    )


def test_rows_come_back_as_they_were_and_only_those_below_the_folder(
    empty_warehouse: Warehouse,
) -> None:
    engine = empty_warehouse.engine
    paths = ["/lab/a.csv", "/lab/b/c.csv", "/lab2/d.csv", "/LAB/e.csv", "/l_b/f.csv", "/l%/g.csv"]
    save(engine, [arrival(path) for path in paths])
    assert [row.path for row in load(engine, Path("/lab"))] == ["/lab/a.csv", "/lab/b/c.csv"]
    assert [row.path for row in load(engine, Path("/l_b"))] == ["/l_b/f.csv"]
    assert len(load(engine, Path("/"))) == len(paths)
    (row, _) = load(engine, Path("/lab"))
    assert (row.modified_at, row.state) == (WRITTEN, "growing")


def test_a_row_that_changes_is_one_row_and_no_snapshot(empty_warehouse: Warehouse) -> None:
    engine = empty_warehouse.engine
    mine = arrival("/lab/a.csv")
    save(engine, [mine])
    mine.state, mine.bytes = "stable", 5_000_000_000
    save(engine, [mine])
    save(engine, [arrival("/lab/a.csv", "ingested", 7)])  # of another watcher
    mine.state = "gone"
    save(engine, [mine])
    with look(engine) as session:
        assert session.scalar(select(func.count()).select_from(Arrival)) == 1
        assert current_snapshot(session) == 0
        assert {k: n for k, n in arrival_counts(session).items() if n} == {"gone": 1}


def test_the_hash_of_what_was_taken_in_leads_to_its_bytes(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    files = [small_export(tmp_path / f"{n}.bdf.csv", n) for n in (1, 2)]
    tests = [take_in(empty_warehouse, file).tests for file in files]
    sha256 = hash_in_lake(empty_warehouse.engine, tests[0])
    with look(empty_warehouse.engine) as session:
        name = session.scalar(select(RawFile.name).where(RawFile.sha256 == sha256))
    assert name == "1.bdf.csv"
    assert hash_in_lake(empty_warehouse.engine, (*tests[0], *tests[1])) is None


def test_the_hash_of_the_readers_is_the_same_as_long_as_they_are() -> None:
    assert readers_hash() == readers_hash()
    assert len(readers_hash()) == 16
