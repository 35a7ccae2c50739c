"""A .duckdb file under readers, other publishers, hands and failing disks."""

import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from schema.error import PublicationFailed
from service.metric.library import read_metrics
from service.publish.place import target_at
from service.publish.star import star

Bench = Any
Publisher = Any

FEW = {
    name: metric
    for name, metric in read_metrics().items()
    if name in {"discharge_capacity", "mean_voltage", "theoretical_capacity"}
}
STAR = star(FEW)
KINDS = {"TIMESTAMPTZ": "TIMESTAMP WITH TIME ZONE"}


@pytest.fixture
def publisher(warehouse: Bench, publishing: Callable[..., Publisher]) -> Publisher:
    """Return who publishes few metrics of the warehouse of three tests: files are tried here."""
    return publishing(warehouse.settings, FEW)


@pytest.fixture(scope="module")
def _published_file(
    publish_once: Callable[..., None], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return a file that few metrics of the warehouse of three tests are published to, to copy."""
    path = tmp_path_factory.mktemp("published") / "star.duckdb"
    publish_once(FEW, path)
    return path


@pytest.fixture
def published_file(_published_file: Path, tmp_path: Path) -> Path:
    """Return such a file, the test's own."""
    path = tmp_path / "star.duckdb"
    shutil.copy(_published_file, path)
    return path


@contextmanager
def reading(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a reader of a file, of its own engine."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{path}' AS star (READ_ONLY)")
        connection.execute("USE star")
        yield connection


def how_many_tests(path: Path) -> int:
    """Return how many tests a file holds."""
    with reading(path) as reader:
        return int(reader.execute("SELECT count(*) FROM test").fetchall()[0][0])


def left_beside(path: Path) -> set[str]:
    """Return what lies beside the file and its lock."""
    return {each.name for each in path.parent.iterdir() if path.name in each.name} - {
        path.name,
        f".{path.name}.lock",
    }


def by_hand(path: Path, statement: str) -> None:
    """Change a file as a person would."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{path}' AS star")
        connection.execute(f"USE star; {statement}; USE memory; DETACH star")


def refused(publisher: Publisher, path: Path) -> str:
    """Return why nothing could be published there; what was there is the same file."""
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(PublicationFailed) as caught:
        publisher.to(path)
    assert (path.read_bytes() if path.is_file() else None) == before
    assert left_beside(path) == set() if path.parent.is_dir() else True
    assert str(caught.value).startswith(str(path))
    return caught.value.reason


def test_it_has_every_table_with_types_comments_and_keys(published_file: Path) -> None:
    with reading(published_file) as reader:
        tables = dict(
            reader.execute(
                "SELECT table_name, comment FROM duckdb_tables() WHERE schema_name = 'main'"
            ).fetchall()
        )
        columns = reader.execute(
            "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() "
            "WHERE schema_name = 'main' AND database_name = 'star' AND table_name <> 'published' "
            "ORDER BY ALL"
        ).fetchall()
        keys = dict(
            reader.execute(
                "SELECT table_name, constraint_column_names FROM duckdb_constraints() "
                "WHERE constraint_type = 'PRIMARY KEY' AND schema_name = 'main'"
            ).fetchall()
        )
    assert columns == sorted(
        (table.name, each.name, KINDS.get(each.kind, each.kind), table.column_meaning(each))
        for table in STAR
        for each in table.columns
    )
    meaning = tables.pop("published")
    assert meaning
    assert tables == {table.name: table.meaning for table in STAR}
    assert keys.pop("published") == ["table_name"]
    assert keys == {
        table.name: list(table.key) for table in STAR if table.is_keyed and table.scope == "whole"
    }
    assert {"cell", "material", "layer", "claim"} <= keys.keys()


def test_it_tells_of_every_table_as_of_when_it_stands(published_file: Path) -> None:
    with reading(published_file) as reader:
        rows = reader.sql("FROM published").to_arrow_table().to_pylist()
        counts = {
            each.name: reader.sql(f"FROM {each.name}").to_arrow_table().num_rows for each in STAR
        }
        described = reader.sql("DESCRIBE published").fetchall()
        unsaid = reader.execute(
            "SELECT count(*) FROM duckdb_columns() WHERE table_name = 'published' "
            "AND comment IS NULL AND database_name = 'star'"
        ).fetchall()
    assert {row["table_name"]: row["row_count"] for row in rows} == counts
    assert {row["status"] for row in rows} == {"published"}
    assert len({row["snapshot"] for row in rows}) == 1
    (published_at,) = {row["published_at"] for row in rows}
    assert timedelta(0) < datetime.now(UTC) - published_at < timedelta(minutes=10)
    assert ("published_at", "TIMESTAMP WITH TIME ZONE") in {row[:2] for row in described}
    assert unsaid == [(0,)]


def test_it_is_read_alone_in_another_place_by_whoever_may_open_nothing_else(
    published_file: Path, tmp_path: Path
) -> None:
    moved = tmp_path / "elsewhere" / "copy.duckdb"
    moved.parent.mkdir()
    shutil.copy(published_file, moved)
    moved.chmod(0o444)
    code = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True,"
        " config={'enable_external_access': 'false'}); names = [n for n, in c.execute("
        "'SELECT table_name FROM duckdb_tables()').fetchall() if n != 'layout'];"
        " [c.execute('FROM ' + n) for n in names if n != 'fingerprint'];"
        " print(len(names), *c.execute('SELECT count(*) FROM duckdb_views() WHERE NOT internal"
        "').fetchone())"
    )
    done = subprocess.run(  # noqa: S603 # our own program
        [sys.executable, "-c", code, str(moved)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [str(len(STAR) + 2), "0"]


@pytest.mark.slow
def test_who_holds_the_former_file_open_goes_on_reading_it(
    warehouse: Bench, publisher: Publisher, published_file: Path
) -> None:
    with reading(published_file) as reader:
        before = reader.execute("SELECT count(*), sum(voltage_volt) FROM series").fetchall()
        warehouse.add_test("more.mpr", warehouse.stretches(2))
        publisher.to(published_file)
        assert how_many_tests(published_file) == 4
        assert reader.execute("SELECT count(*) FROM test").fetchall() == [(3,)]
        again = reader.execute("SELECT count(*), sum(voltage_volt) FROM series").fetchall()
        assert again == before
    assert how_many_tests(published_file) == 4
    assert left_beside(published_file) == set()


@pytest.mark.slow
def test_it_grows_no_larger_the_more_often_it_is_published(
    warehouse: Bench, publisher: Publisher, published_file: Path
) -> None:
    sizes = []
    for cycles in (1, 2, 1, 2, 1, 2):
        warehouse.supersede(1, warehouse.stretches(cycles))
        publisher.to(published_file)
        sizes.append(published_file.stat().st_size)
    # the same rows fill some blocks more or fewer, as they are written side by side
    assert max(sizes[3:]) <= max(sizes[:3]), sizes


@pytest.mark.slow
def test_one_of_two_publishers_is_turned_away(publisher: Publisher, published_file: Path) -> None:
    with target_at(str(published_file)).writing(STAR):
        assert "somebody else is publishing there" in refused(publisher, published_file)
    assert publisher.to(published_file).outcomes == ()


def test_what_begins_and_does_not_end_leaves_the_file_as_it_was(published_file: Path) -> None:
    before = published_file.read_bytes()
    (cell,) = (table for table in STAR if table.name == "cell")
    nobody = cell.arrow.empty_table().to_reader()
    with target_at(str(published_file)).writing(STAR) as writing:
        assert writing.put(cell, nobody, None) == 0
        assert left_beside(published_file) != set()
    assert published_file.read_bytes() == before
    assert left_beside(published_file) == set()


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("ALTER TABLE cell DROP COLUMN note", "cell was changed by hand"),
        ("ALTER TABLE cycle ADD COLUMN mine DOUBLE", "cycle was changed by hand"),
        ("ALTER TABLE cycle ALTER complete TYPE VARCHAR", "cycle was changed by hand"),
    ],
)
def test_columns_changed_by_hand_are_refused(
    publisher: Publisher, published_file: Path, statement: str, reason: str
) -> None:
    by_hand(published_file, statement)
    assert reason in refused(publisher, published_file)


@pytest.mark.slow
def test_a_table_dropped_by_hand_comes_back_and_one_made_by_hand_stays(
    publisher: Publisher, published_file: Path
) -> None:
    by_hand(published_file, "DROP TABLE cycle; CREATE TABLE mine AS SELECT 1 AS x")
    by_hand(published_file, "CREATE VIEW seen AS SELECT test_name FROM test")
    done = publisher.to(published_file)
    assert [each.table.name for each in done.outcomes] == ["cycle"]
    with reading(published_file) as reader:
        assert reader.sql("FROM mine").fetchall() == [(1,)]
        assert len(reader.sql("FROM seen").fetchall()) == 3
        assert len(reader.sql("FROM cycle").fetchall()) == 8


@pytest.mark.slow
def test_a_table_of_somebody_else_is_not_written_over(
    warehouse: Bench, publisher: Publisher, published_file: Path
) -> None:
    forget = "DELETE FROM bi_store.layout WHERE table_name = 'cycle'"
    by_hand(published_file, f"DROP TABLE cycle; {forget}")
    by_hand(published_file, "CREATE TABLE cycle AS SELECT 'mine' AS x")
    warehouse.add_cell("another")
    (failed,) = publisher.to(published_file).failed
    assert failed.table.name == "cycle"
    assert "was not published by Leyden" in str(failed.reason)
    with reading(published_file) as reader:
        assert reader.sql("FROM cycle").fetchall() == [("mine",)]
        assert len(reader.sql("FROM cell").fetchall()) == 3


def test_what_is_no_published_file_is_refused(publisher: Publisher, tmp_path: Path) -> None:
    text = tmp_path / "text.duckdb"
    text.write_text("no database\n" * 1000)
    assert "not a valid DuckDB database" in refused(publisher, text)
    somebody = tmp_path / "somebody.duckdb"
    by_hand(somebody, "CREATE TABLE precious AS SELECT 1 AS x")
    assert "was not published by Leyden" in refused(publisher, somebody)
    folder = tmp_path / "folder.duckdb"
    folder.mkdir()
    assert "directory" in refused(publisher, folder)
    missing = tmp_path / "none" / "star.duckdb"
    assert refused(publisher, missing) == f"{missing.parent}: No such file or directory"


def test_a_journal_beside_it_is_not_thrown_away(publisher: Publisher, published_file: Path) -> None:
    journal = published_file.with_name(f"{published_file.name}.wal")
    journal.write_bytes(b"what somebody wrote")
    with pytest.raises(PublicationFailed, match="did not end well"):
        publisher.to(published_file)
    assert journal.read_bytes() == b"what somebody wrote"


@pytest.mark.slow
def test_a_full_disk_leaves_the_former_file_and_nothing_beside(
    warehouse: Bench, publisher: Publisher, published_file: Path
) -> None:
    warehouse.add_test("more.mpr", warehouse.stretches(5))
    for room in (1_000_000, published_file.stat().st_size):
        with _disk_of(room):
            reason = refused(publisher, published_file)
        assert "File too large" in reason
    publisher.to(published_file)
    assert how_many_tests(published_file) == 4


@contextmanager
def _disk_of(size: int) -> Iterator[None]:
    """Let no file grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.slow
def test_a_killed_publisher_leaves_the_former_file_and_the_next_sweeps_up(
    warehouse: Bench, publisher: Publisher, published_file: Path
) -> None:
    warehouse.add_test("more.mpr", warehouse.stretches(5))
    beside = published_file.with_name(f".{published_file.name}.next")
    with subprocess.Popen(  # noqa: S603 # our own program
        [sys.executable, "-m", "leyden", "publish", str(published_file)],
        env={**os.environ, "LEYDEN_HOME": str(warehouse.settings.home)},
        stderr=subprocess.DEVNULL,
    ) as process:
        while not beside.exists() and process.poll() is None:
            time.sleep(0.002)
        os.kill(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert beside.exists()
    assert how_many_tests(published_file) == 3
    publisher.to(published_file)
    assert how_many_tests(published_file) == 4
    assert left_beside(published_file) == set()


@pytest.mark.slow
def test_a_link_goes_on_being_one_and_the_mode_stays(
    warehouse: Bench, publisher: Publisher, published_file: Path, tmp_path: Path
) -> None:
    link = tmp_path / "links" / "link.duckdb"
    link.parent.mkdir()
    link.symlink_to(published_file)
    published_file.chmod(0o640)
    warehouse.add_cell("another")
    publisher.to(link)
    assert link.is_symlink()
    assert list(link.parent.iterdir()) == [link]
    assert stat.S_IMODE(published_file.stat().st_mode) == 0o640
    with reading(link) as reader:
        assert len(reader.sql("FROM cell").fetchall()) == 3


@pytest.mark.slow
def test_a_path_may_hold_any_letter(
    publishing: Callable[..., Publisher], bare_warehouse: Bench, tmp_path: Path
) -> None:
    path = tmp_path / 'l\'été 100% "neu".duckdb'
    publisher = publishing(bare_warehouse.settings, {})
    publisher.to(path)
    bare_warehouse.add_cell("B-1")
    publisher.to(path)
    copy = path.rename(tmp_path / "plain.duckdb")
    with reading(copy) as reader:
        assert len(reader.sql("FROM cell").fetchall()) == 1
