"""Publishing goes on whatever happens to the publisher, to the server and to its disk."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from threading import Event, Thread
from typing import Any, Final, TypeAlias

import psycopg
import pyarrow as pa
import pytest

from schema.error import InvalidArgument, PublicationFailed
from schema.relation import Column
from service.metric.library import read_metrics
from service.publish.place import target_at
from service.publish.publication import Publication
from service.publish.schedule import keep_publishing, seconds
from service.publish.star import PublishedTable
from service.publish.target import FINGERPRINTS, Outcome

Bench: TypeAlias = Any  # see tests/service/conftest.py
Publishing: TypeAlias = Callable[..., Any]

PROGRAM: Final = """
import sys
from functools import partial
from pathlib import Path
import service.metric.library
service.metric.library.FOLDER = Path(sys.argv.pop(1))  # a few: all of them take longer to tell
from leyden import main
main()
"""
BULK: Final = PublishedTable(
    "bulk",
    "Much of it.",
    (Column("place", "BIGINT", "1", "Place."), Column("word", "VARCHAR", "", "Word.")),
    ("place",),
    "whole",
    None,
)


def ask(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(query.encode()).fetchall()


def state(url: str) -> tuple[list[str], int, int]:
    """Return the tables there are, the longest cycle of all and its snapshot, in one look."""
    ((tables, longest, snapshot),) = ask(
        url,
        "SELECT (SELECT array_agg(tablename::text ORDER BY tablename) FROM pg_tables "
        "WHERE schemaname IN ('bi', 'bi_store')), "
        "(SELECT max(cycle_count) FROM bi.discharge_capacity), "
        "(SELECT max(snapshot) FROM bi.published)",
    )
    return tables, longest, snapshot


# What can be written for a span


@pytest.mark.parametrize(
    ("text", "second"), [("60s", 60.0), ("5 min", 300.0), ("1.5h", 5400.0), (" 0.5s ", 0.5)]
)
def test_a_span_is_a_number_and_a_unit_of_time(text: str, second: float) -> None:
    assert seconds(text) == second


@pytest.mark.parametrize("text", ["60", "0s", "-5s", "s", "5 minutes", "", "1e3s", "nan s"])
def test_what_is_no_span_says_what_one_is(text: str) -> None:
    with pytest.raises(InvalidArgument, match="60s, 5min or 1h"):
        seconds(text)


# A publisher that is killed


def start(home: Path, folder: Path, url: str) -> "subprocess.Popen[bytes]":
    """Start ``leyden publish`` with the metrics of a folder."""
    return subprocess.Popen(  # noqa: S603 # our own program
        [sys.executable, "-c", PROGRAM, str(folder), "publish", url],
        env={**os.environ, "LEYDEN_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def publishers(url: str) -> list[tuple[Any, ...]]:
    """Return what the publishers there are doing."""
    return ask(
        url,
        "SELECT query FROM pg_stat_activity WHERE application_name = 'leyden publish' "
        "AND datname = current_database()",
    )


def is_begun(url: str, publisher: "subprocess.Popen[bytes]") -> bool:
    return bool(publishers(url)) or publisher.poll() is not None


def wait_until(is_so: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + 100
    while not is_so():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.002)


def check_nothing_is_left(url: str) -> None:
    wait_until(lambda: not publishers(url), "the server to give up what was killed")
    assert not [name for name in state(url)[0] if name.endswith("__next")]
    locks = "SELECT locktype FROM pg_locks JOIN pg_database ON pg_database.oid = database "
    locks += "JOIN pg_stat_activity USING (pid) WHERE pg_database.datname = current_database() "
    locks += "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"  # a vacuum may run
    assert ask(url, locks) == []


@pytest.mark.postgres
def test_killed_when_all_is_written_and_nothing_committed_it_leaves_the_former_state(
    warehouse: Bench, metrics_folder: Path, publishing: Publishing, database: str
) -> None:
    publisher = publishing(warehouse.settings, read_metrics(metrics_folder))
    publisher.to(database)
    before = state(database)
    warehouse.add_test("longer", warehouse.stretches(9))
    path = metrics_folder / "discharge_capacity.sql"
    path.write_text(
        path.read_text()
        .replace("discharge_capacity_ah | A", "given_ah | A")
        .replace("main:       discharge_capacity_ah", "main:       given_ah")
        .replace(
            "    cycle.discharge_capacity_ah,\n", "    cycle.discharge_capacity_ah AS given_ah,\n"
        )
        .replace("SELECT\n    discharge_capacity_ah = 2", "SELECT\n    given_ah = 2")
    )
    with psycopg.connect(database) as reader:
        reader.execute("SELECT FROM bi.discharge_capacity")  # which the swap has to wait for
        victim = start(warehouse.settings.home, metrics_folder, database)
        wait_until(
            lambda: "LOCK TABLE" in str(publishers(database)) or victim.poll() is not None,
            "all to be written",
        )
        victim.kill()
        assert victim.wait() == -signal.SIGKILL
    check_nothing_is_left(database)
    assert state(database) == before
    assert publishing(warehouse.settings, read_metrics(metrics_folder)).to(database).failed == ()
    assert state(database)[:2] == (before[0], 9)
    assert ask(database, "SELECT max(given_ah) IS NOT NULL FROM bi.discharge_capacity") == [(True,)]


# A server that goes, and one whose disk is full


class Server:
    """A PostgreSQL server of a test's own, its data in a folder."""

    def __init__(self, folder: Path) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        if not found:
            pytest.skip("no PostgreSQL server is installed: .ci/postgres start installs one")
        self._bin, self.folder = found[-1], folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"postgresql://leyden@127.0.0.1:{self.port}/postgres"
        self._run("initdb", "--username=leyden", "--auth=trust", "--no-sync", "--wal-segsize=1")

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        options += " -c fsync=off -c shared_buffers=16MB -c min_wal_size=2MB -c max_wal_size=8MB"
        self._run("pg_ctl", "--wait", "start", f"--options={options}", "--log=/dev/null")

    def stop(self) -> None:
        """Stop it as a power cut does."""
        self._run("pg_ctl", "--mode=immediate", "--wait", "stop")

    def _run(self, program: str, *words: str) -> None:
        command = [str(self._bin / program), f"--pgdata={self.folder / 'data'}", *words]
        if os.geteuid() == 0:  # which it refuses to run as
            command = [
                "setpriv",
                "--reuid=postgres",
                "--regid=postgres",
                "--clear-groups",
                *command,
            ]
        subprocess.run(  # noqa: S603 # the server's own programs
            command, check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )


@contextmanager
def served(folder: Path) -> Iterator[Server]:
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    server = Server(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a folder that the server may enter, whoever it runs as."""
    if not os.environ.get("LEYDEN_TEST_POSTGRES_URL"):
        pytest.skip("LEYDEN_TEST_POSTGRES_URL is unset: start a server by .ci/postgres start")
    folder = Path(mkdtemp(prefix="leyden-server-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def small_disk(open_folder: Path) -> Iterator[Path]:
    """Return a folder on a disk of 64 MiB."""
    folder = open_folder / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:  # noqa: S603 # mount
        pytest.skip("mounting is not permitted: a full disk is not tested")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)  # noqa: S603, S607 # umount


@pytest.mark.parametrize("tail", ["h:1/d?nonsense=1", "h:1/d?sslmode", "[h/d"])
def test_a_url_that_is_none_is_refused_without_its_password(tail: str) -> None:
    with pytest.raises(InvalidArgument, match="a URL that PostgreSQL can read") as refused:
        target_at(f"postgresql://somebody:opensesame@{tail}")
    assert "opensesame" not in str(refused.value)


@pytest.mark.postgres
def test_a_target_that_is_not_there_is_told_without_its_password(
    warehouse: Bench, tmp_path: Path, publishing: Publishing
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{taken.getsockname()[1]}/nowhere"
        publisher = publishing(warehouse.settings, {})
        with pytest.raises(PublicationFailed, match="refused") as fault:
            publisher.to(f"postgresql://leyden:secret@{place}")
        assert place in str(fault.value)
        assert "secret" not in str(fault.value)
    with pytest.raises(InvalidArgument, match=r"postgresql://"):
        publisher.to(tmp_path / "star.csv")


@pytest.mark.postgres
def test_while_the_server_is_away_it_is_told_and_when_it_is_back_publishing_goes_on(
    warehouse: Bench, metrics_folder: Path, publishing: Publishing, open_folder: Path
) -> None:
    publisher = publishing(warehouse.settings, read_metrics(metrics_folder))
    reports: list[Publication | Exception] = []
    stop = Event()
    with served(open_folder) as server:

        def wait_for(kind: type) -> None:
            since = len(reports)
            wait_until(lambda: any(isinstance(each, kind) for each in reports[since:]), str(kind))

        thread = Thread(
            target=keep_publishing,
            args=(lambda: publisher.to(server.url), 0.05, stop, reports.append),
        )
        thread.start()
        try:
            for turn in range(3):
                wait_for(Publication)
                server.stop()
                wait_for(PublicationFailed)
                warehouse.add_test(f"test {turn}", warehouse.stretches(6 + turn))
                server.start()
            wait_for(Publication)
        finally:
            stop.set()
            thread.join()
        assert state(server.url)[1] == 8
    faults = [each for each in reports if isinstance(each, Exception)]
    assert {type(each) for each in faults} == {PublicationFailed}
    assert all(server.url.rpartition("/")[0] in str(each) for each in faults)


@pytest.mark.slow
def test_whatever_the_lake_answers_publishing_is_tried_again(
    warehouse: Bench, metrics_folder: Path, publishing: Publishing, tmp_path: Path
) -> None:
    publisher = publishing(warehouse.settings, read_metrics(metrics_folder))
    lake = warehouse.settings.lake_folder
    lake.rename(tmp_path / "away")
    reports: list[Publication | Exception] = []
    stop = Event()

    def report(what: Publication | Exception) -> None:
        reports.append(what)
        if len(reports) == 2:
            (tmp_path / "away").rename(lake)
        if len(reports) == 3:
            stop.set()

    keep_publishing(lambda: publisher.to(tmp_path / "star.duckdb"), 0.01, stop, report)
    first, second, third = reports
    assert isinstance(first, Exception)
    assert isinstance(second, Exception)
    assert isinstance(third, Publication)
    assert third.failed == ()


def put(url: str, rows: int, word: str) -> None:
    """Publish so many rows of a kilobyte that no server packs."""
    words = [f"{word} {os.urandom(500).hex()}" for _ in range(rows)]
    table = pa.table([pa.array(range(rows)), pa.array(words)], schema=BULK.arrow)
    with target_at(url).writing([BULK]) as writing:
        count = writing.put(BULK, table.to_reader(), None)
        outcomes: Sequence[Outcome] = [Outcome(BULK, "published", count)]
        writing.end(1, datetime.now(UTC), FINGERPRINTS.empty_table(), outcomes)


@pytest.mark.postgres
def test_on_a_full_disk_the_former_state_stands_and_with_room_the_next_follows(
    small_disk: Path,
) -> None:
    with served(small_disk) as server:
        put(server.url, 1_000, "old")
        with pytest.raises(PublicationFailed, match="No space left on device") as fault:
            put(server.url, 60_000, "new")
        assert "nothing there was changed" in str(fault.value)
        old = "SELECT count(*), count(*) FILTER (WHERE word LIKE 'old %') FROM bi.bulk"
        wait_until(lambda: answers(server.url), "the server to recover")
        assert ask(server.url, old) == [(1_000, 1_000)]
        put(server.url, 1_000, "old")
        larger = ["mount", "-o", "remount,size=512m", str(small_disk)]
        subprocess.run(larger, check=True)  # noqa: S603 # mount
        put(server.url, 60_000, "new")
        new = "SELECT count(*), count(*) FILTER (WHERE word LIKE 'new %') FROM bi.bulk"
        assert ask(server.url, new) == [(60_000, 60_000)]


def answers(url: str) -> bool:
    try:
        return ask(url, "SELECT 1") == [(1,)]
    except psycopg.OperationalError:
        return False
