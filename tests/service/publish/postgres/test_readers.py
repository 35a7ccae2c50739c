"""Who reads while it is published sees one state or the next, and hardly waits."""

import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any, Final, TypeAlias

import psycopg
import pyarrow as pa
import pytest

from schema.error import PublicationFailed
from schema.relation import Column
from service.metric.library import read_metrics
from service.publish.place import target_at
from service.publish.postgres import swap
from service.publish.postgres.swap import Changeover
from service.publish.star import PublishedTable
from service.publish.target import FINGERPRINTS, Outcome

pytestmark = pytest.mark.postgres

Bench: TypeAlias = Any  # see tests/service/conftest.py
Publishing: TypeAlias = Callable[..., Any]
Connection: TypeAlias = psycopg.Connection[Any]

WAITS_SECOND: Final = 2.0
"""What a reader may wait, at the most."""
LONGEST: Final = """
SELECT max(d.cycle_count), max(c.cycle_count), max(cycle.cycle_count),
    count(DISTINCT d.cycle_count), min(snapshot), max(snapshot)
FROM bi.cycle
JOIN bi.test ON test.test_id = cycle.test_id
JOIN bi.discharge_capacity AS d
    ON d.test_id = cycle.test_id AND d.cycle_count = cycle.cycle_count
JOIN bi.coulombic_efficiency AS c
    ON c.test_id = cycle.test_id AND c.cycle_count = cycle.cycle_count
CROSS JOIN bi.published
WHERE test.test_name = 'growing' AND published.status = 'published'
"""
EACH: Final = """
SELECT (SELECT max(cycle_count) FROM bi.discharge_capacity WHERE test_id = {0}),
    (SELECT max(cycle_count) FROM bi.coulombic_efficiency WHERE test_id = {0}),
    (SELECT max(cycle_count) FROM bi.cycle WHERE test_id = {0}),
    (SELECT count(*) FROM bi.discharge_capacity WHERE test_id = {0}),
    (SELECT min(snapshot) FROM bi.published), (SELECT max(snapshot) FROM bi.published)
"""


@dataclass
class Reader:
    """A client that asks again and again until asked to stop.

    Attributes:
        seen: every answer, each a single statement's.
        longest_second: that an answer took.
    """

    url: str
    stop: Event
    seen: list[tuple[Any, ...]] = field(default_factory=list)
    longest_second: float = 0.0

    def ask(self, connection: Connection, query: str, *, prepare: bool = False) -> None:
        """Ask once."""
        began = time.monotonic()
        rows = connection.execute(query.encode(), prepare=prepare).fetchall()
        self.longest_second = max(self.longest_second, time.monotonic() - began)
        self.seen += rows
        time.sleep(0.02)  # looking at it

    def plain(self, query: str) -> None:
        """Connect for every question, as a script does."""
        while not self.stop.is_set():
            with psycopg.connect(self.url, autocommit=True) as connection:
                self.ask(connection, query)

    def prepared(self, query: str) -> None:
        """Ask what the server has planned once."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            while not self.stop.is_set():
                self.ask(connection, query, prepare=True)

    def cursor(self, query: str) -> None:
        """Fetch row by row from a cursor of the server."""
        with psycopg.connect(self.url) as connection:
            while not self.stop.is_set():
                began = time.monotonic()
                with connection.transaction(), connection.cursor("slowly", binary=True) as cursor:
                    cursor.itersize = 1
                    cursor.execute(query.encode())
                    self.longest_second = max(self.longest_second, time.monotonic() - began)
                    for row in cursor:
                        self.seen.append(row)
                        time.sleep(0.05)


@contextmanager
def read_by(url: str, *given: tuple[str, str]) -> Iterator[list[Reader]]:
    """Let readers ask all the while; an error of one of them is raised at the end."""
    stop = Event()
    readers = [Reader(url, stop) for _ in given]
    with ThreadPoolExecutor(len(given)) as pool:
        running: list[Future[None]] = [
            pool.submit(getattr(reader, way), query)
            for reader, (way, query) in zip(readers, given, strict=True)
        ]
        try:
            yield readers
            time.sleep(0.3)  # and see the last state
        finally:
            stop.set()
        for each in running:
            each.result()


def write_metrics(folder: Path, turn: int) -> None:
    """Write two metrics, with a column more in one of them at every other turn."""
    for name in ("discharge_capacity", "coulombic_efficiency"):
        shutil.copy(read_metrics()[name].path, folder)
    name = ("discharge_capacity", "coulombic_efficiency")[turn % 2]
    path = folder / f"{name}.sql"
    more = f"-- column:     turn_{turn} | 1 | a column of this turn\n-- needs:"
    text = path.read_text().replace("-- needs:", more, 1)
    head, _, examples = text.partition(";\n\n-- example:")
    lines = head.splitlines()
    begin = next(n for n, line in enumerate(lines) if not line.startswith("--"))
    before, query = "\n".join(lines[:begin]), "\n".join(lines[begin:])
    body = f"SELECT *, CAST({turn} AS BIGINT) AS turn_{turn}\nFROM (\n{query}\n)"
    path.write_text(f"{before}\n{body};\n\n-- example:{examples}")


def test_four_readers_meet_no_error_and_no_torn_state_while_rows_and_columns_change(
    warehouse: Bench, tmp_path: Path, publishing: Publishing, database: str
) -> None:
    folder = tmp_path / "metrics"
    folder.mkdir()
    write_metrics(folder, 0)
    growing = warehouse.add_test("growing", warehouse.stretches(2))
    first = publishing(warehouse.settings, read_metrics(folder)).to(database)
    assert first.failed == ()
    expected = {first.snapshot: 2}
    one_test = EACH.format(growing)
    given = [
        ("plain", LONGEST),
        ("prepared", LONGEST),
        ("cursor", f"{one_test} UNION ALL {LONGEST}"),
        ("prepared", one_test),
    ]
    with read_by(database, *given) as readers:
        for turn in range(1, 6):
            write_metrics(folder, turn)
            warehouse.supersede(growing, warehouse.stretches(2 + turn))
            done = publishing(warehouse.settings, read_metrics(folder)).to(database)
            assert done.failed == ()
            expected[done.snapshot] = 2 + turn
    for reader in readers:
        seen = set(reader.seen)
        for *counts, earliest, latest in seen:
            assert (set(counts), earliest) == ({expected[latest]}, latest)
        assert len({row[-1] for row in seen}) > 2
        assert reader.longest_second < WAITS_SECOND
    with psycopg.connect(database) as connection:
        last = connection.execute("SELECT DISTINCT turn_5 FROM bi.coulombic_efficiency").fetchall()
        assert last == [(5,)]


# Locks

TEST_ID: Final = Column("test_id", "BIGINT", "", "Test.")
TEST: Final = PublishedTable("test", "Tests.", (TEST_ID,), ("test_id",), "whole", None)
LOSS: Final = replace(TEST, name="loss", columns=(TEST_ID, replace(TEST_ID, name="loss")))
GAIN: Final = replace(LOSS, name="gain")
MORE: Final = Column("more", "BIGINT", "1", "More.")


def wider(table: PublishedTable) -> PublishedTable:
    return replace(table, columns=(*table.columns, MORE))


def bring(url: str, *tables: PublishedTable) -> None:
    """Publish one row of each table."""
    with target_at(url).writing(tables) as writing:
        outcomes = []
        for table in tables:
            arrays = [pa.array([1]) for _ in table.columns]
            rows = pa.table(arrays, schema=table.arrow).to_reader()
            outcomes.append(Outcome(table, "published", writing.put(table, rows, None)))
        writing.end(1, datetime.now(UTC), FINGERPRINTS.empty_table(), outcomes)


@pytest.fixture
def brought(database: str) -> str:
    """Return the URL of a database in which TEST, LOSS and GAIN stand."""
    bring(database, TEST, LOSS, GAIN)
    return database


@contextmanager
def beside(work: Callable[[], object]) -> Iterator[Future[object]]:
    """Do something meanwhile; its error is raised at the end."""
    with ThreadPoolExecutor(1) as pool:
        doing = pool.submit(work)
        yield doing
        doing.result()


@pytest.mark.parametrize("busy", ["loss", "test"])
def test_while_one_reader_stays_the_others_are_hardly_held_up(brought: str, busy: str) -> None:
    asks = [("plain", f"SELECT * FROM bi.{name}") for name in ("test", "gain")]
    with (
        psycopg.connect(brought) as staying,
        read_by(brought, *asks, ("prepared", "SELECT test_id FROM bi.loss")) as readers,
    ):
        staying.execute(f"SELECT * FROM bi.{busy}".encode())
        with beside(lambda: bring(brought, TEST, wider(LOSS), GAIN)) as publishing:
            time.sleep(3.0)
            assert not publishing.done()
            staying.execute(b"SELECT count(*) FROM bi.gain, bi.loss, bi.test")  # it is not ended
            staying.commit()
    assert max(reader.longest_second for reader in readers) < WAITS_SECOND
    assert min(len(reader.seen) for reader in readers) > 3
    with psycopg.connect(brought) as connection:
        assert connection.execute("TABLE bi.loss").fetchall() == [(1, 1, 1)]


@pytest.mark.parametrize("order", [("gain", "loss", "test"), ("test", "loss", "gain")])
def test_a_reader_that_goes_from_table_to_table_meets_no_deadlock(
    brought: str, order: tuple[str, ...]
) -> None:
    stop = Event()

    def walk() -> int:
        rounds = 0
        with psycopg.connect(brought) as connection:
            while not stop.is_set():
                rounds += 1
                with connection.transaction():
                    for name in order:
                        connection.execute(f"SELECT test_id FROM bi.{name}".encode())
                        time.sleep(0.05)
                time.sleep(0.1)
        return rounds

    with ThreadPoolExecutor(3) as pool:
        walking = [pool.submit(walk) for _ in range(2)]
        try:
            bring(brought, TEST, wider(LOSS), wider(GAIN))
            bring(brought, TEST, GAIN)  # loss is taken away
            time.sleep(0.3)
        finally:
            stop.set()
        faults = [each.exception() for each in walking]
    # once it is taken away there is nothing to read of it
    assert {type(fault) for fault in faults} == {psycopg.errors.UndefinedTable}


def test_readers_that_never_go_are_named_and_nothing_is_changed(
    brought: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(swap, "_PATIENCE_SECOND", 1.0)
    with psycopg.connect(brought) as staying:
        staying.execute("SELECT * FROM bi.loss")
        process = staying.info.backend_pid
        with pytest.raises(PublicationFailed, match=rf"bi\.loss \(process {process} of leyden\)"):
            bring(brought, TEST, wider(LOSS), GAIN)
        staying.execute("SELECT * FROM bi.loss")
    bring(brought, TEST, wider(LOSS), GAIN)


def test_after_the_locks_the_time_limits_are_those_of_the_publisher_again(brought: str) -> None:
    target = target_at(f"{brought}?options=-c%20statement_timeout%3D77s")
    with target.writing([TEST, wider(LOSS), GAIN]) as writing:
        connection: Connection = writing._connection  # type: ignore[attr-defined]  # noqa: SLF001 # the session itself
        rows = pa.table([pa.array([1])] * 3, schema=wider(LOSS).arrow).to_reader()
        writing.put(wider(LOSS), rows, None)
        star = {each.name: each for each in (TEST, wider(LOSS), GAIN)}
        changeover = Changeover(target.name, connection, star, star.keys(), {"loss"})
        changeover._clear(["loss"])  # noqa: SLF001 # just before the end
        query = "SELECT current_setting('statement_timeout'), current_setting('lock_timeout')"
        assert connection.execute(query).fetchone() == ("77s", "0")


def test_rows_that_change_keep_no_reader_waiting(brought: str) -> None:
    with psycopg.connect(brought) as staying:
        before = staying.execute("DECLARE slowly CURSOR FOR SELECT * FROM bi.loss")
        bring(brought, TEST, LOSS, GAIN)  # while it holds every lock a reader takes
        assert before.execute("FETCH ALL FROM slowly").fetchall() == [(1, 1)]
