"""Files that arrived are jobs, done by workers of the watcher and by others."""

import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Final

import pytest

from ingest.arrival.take import Taking
from ingest.outcome import Outcome
from ingest.stop import Stop
from ingest.worker import Work, work
from schema.catalog.connection import aside
from schema.queue.ask import Wish, ask
from schema.queue.lease import Wanted
from schema.queue.subject import Ingest, written
from schema.queue.worker import this_machine
from schema.settings import Settings
from schema.warehouse import Warehouse
from tests.ingest.test_removed_export import removing
from tests.ingest.working import children, jobs_of, long_export, small_export

PATIENCE_SECOND: Final = 60


@contextmanager
def taking(warehouse: Warehouse, settings: Settings, processes: int = 0) -> Iterator[Taking]:
    """Yield what takes files in, until the end of the block."""
    takes = Taking(warehouse.engine, settings, processes)
    try:
        yield takes
    finally:
        takes.close()


def next_of(takes: Taking) -> tuple[Path, Outcome]:
    """Return what ended next."""
    until = monotonic() + PATIENCE_SECOND
    while not (ended := takes.ended()):
        assert monotonic() < until
        Event().wait(0.05)
    (one,) = ended
    return one


@pytest.mark.parametrize("shared", [False, True])
def test_a_job_is_of_this_machine_unless_its_folder_is_shared(
    empty_warehouse: Warehouse, settings: Settings, tmp_path: Path, shared: bool
) -> None:
    path = small_export(tmp_path / "1.bdf.csv", 1)
    with taking(empty_warehouse, settings.model_copy(update={"watch_shared": shared})) as takes:
        takes.begin(path, growing=False)
        assert next_of(takes)[1].status == "ingested"
    (job,) = jobs_of(empty_warehouse.engine)
    assert (job.state, job.machine) == ("done", None if shared else this_machine())


def test_a_worker_elsewhere_takes_what_is_shared_and_the_watcher_hears_of_it(
    empty_warehouse: Warehouse, settings: Settings, tmp_path: Path
) -> None:
    settings = settings.model_copy(update={"watch_shared": True})
    path = small_export(tmp_path / "1.bdf.csv", 1)
    with taking(empty_warehouse, settings) as takes:
        takes.close()  # its own workers take nothing any more
        takes.begin(path, growing=False)
        elsewhere = Work(Wanted(("ingest",), "another machine"), 0, until_empty=True)
        (ended,) = work(settings, elsewhere, Stop())
        assert ended.state == "done"
        assert next_of(takes) == (
            path,
            Outcome(path, "ingested", "battery_data_format", None, (1,), 20),
        )


def test_takes_of_a_file_that_grows_leave_no_jobs_behind(
    empty_warehouse: Warehouse, settings: Settings, tmp_path: Path
) -> None:
    path = small_export(tmp_path / "1.bdf.csv", 1)
    content = path.read_bytes()
    with taking(empty_warehouse, settings) as takes:
        for end in (300, 350, len(content)):
            path.write_bytes(content[:end])
            takes.begin(path, growing=end < len(content))
            assert next_of(takes)[1].tests == (1,)
    (job,) = jobs_of(empty_warehouse.engine)
    assert not job.subject["growing"]


def test_what_a_killed_watcher_asked_for_is_withdrawn_by_the_next(
    empty_warehouse: Warehouse, settings: Settings, tmp_path: Path
) -> None:
    name = "from schema.queue.worker import this_worker; print(this_worker())"
    dead = subprocess.run(  # noqa: S603 # our own program
        [sys.executable, "-c", name], check=True, capture_output=True, text=True
    ).stdout.strip()
    first, second = (small_export(tmp_path / f"{number}.bdf.csv", number) for number in (1, 2))
    with aside(empty_warehouse.engine) as session:
        ask(session, [Wish(Ingest(path=written(first)))], f"{dead}#watch")
    with taking(empty_warehouse, settings) as takes:
        takes.begin(second, growing=False)
        assert next_of(takes)[0] == second
    assert [job.state for job in jobs_of(empty_warehouse.engine)] == ["withdrawn", "done"]


@pytest.mark.slow
def test_a_file_with_which_processes_die_is_set_aside_and_the_watcher_goes_on(
    empty_warehouse: Warehouse, settings: Settings, tmp_path: Path
) -> None:
    deadly = long_export(tmp_path / "deadly.bdf.csv")
    with taking(empty_warehouse, settings, processes=1) as takes:
        takes.begin(deadly, growing=False)
        until = monotonic() + PATIENCE_SECOND
        while not (ended := takes.ended()):
            assert monotonic() < until
            for process in children(os.getpid()):
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            Event().wait(0.05)
        ((_, outcome),) = ended
        assert outcome.status == "refused"
        assert "set aside until it is asked for again" in str(outcome.reason)
        takes.begin(small_export(tmp_path / "2.bdf.csv", 2), growing=False)
        assert next_of(takes)[1].status == "ingested"


def test_a_container_of_removed_measurements_is_removed(
    empty_warehouse: Warehouse, settings: Settings, tmp_path: Path
) -> None:
    packed = tmp_path / "runs.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(small_export(tmp_path / "1.bdf.csv", 1), "1.bdf.csv")
    with taking(empty_warehouse, settings) as takes:
        takes.begin(packed, growing=False)
        assert next_of(takes)[1].status == "ingested"
        removing(empty_warehouse, "test", 1)
        takes.begin(packed, growing=False)
        assert next_of(takes)[1].status == "removed"
