"""Workers do every job once, whatever dies, and leave nothing behind that works on."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from ingest.stop import Stop
from ingest.worker import Work, work
from schema.catalog import Job, RawFile, Test
from schema.catalog.connection import aside, look
from schema.inspection import inspect, sweep
from schema.lake import Lake
from schema.queue.ask import ask_again, withdraw
from schema.queue.lease import Wanted
from schema.queue.worker import this_machine
from schema.settings import Settings
from tests.ingest.working import (
    ask_for,
    catalog_of,
    children,
    environment,
    jobs_of,
    lives,
    long_export,
    small_export,
    small_exports,
)

LEYDEN = [sys.executable, "-m", "leyden"]
HERE = Wanted(("ingest",), this_machine())


def started(settings: Settings, *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(  # noqa: S603 # our own program
        [*LEYDEN, *words],
        env=environment(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def until(true: Callable[[], bool], second: float = 60) -> None:
    deadline = time.monotonic() + second
    while not true():
        assert time.monotonic() < deadline, "it has not come to pass"
        time.sleep(0.02)


def test_a_worker_does_what_waits_and_says_what_became_of_it(
    settings: Settings, tmp_path: Path
) -> None:
    files = small_exports(tmp_path / "exports", 3)
    (tmp_path / "bad.mpr").write_bytes(b"nothing")
    with catalog_of(settings) as engine:
        ids = ask_for(engine, [*files, tmp_path / "bad.mpr", tmp_path / "nowhere"])
        ended = list(work(settings, Work(HERE, 0, until_empty=True), Stop()))
        jobs = jobs_of(engine)
    assert [each.job_id for each in ended] == ids
    assert {each.state for each in jobs} == {"done"}
    results = [each.result or {} for each in jobs]
    assert [each["status"] for each in results] == ["ingested"] * 3 + ["refused"] * 2
    assert [each["points"] for each in results[:3]] == [20, 20, 20]
    assert "No such file" in results[-1]["reason"]


def test_what_was_asked_for_twice_is_there_already(settings: Settings, tmp_path: Path) -> None:
    export = small_export(tmp_path / "a.bdf.csv", 1)
    with catalog_of(settings) as engine:
        ask_for(engine, [export, export])
        list(work(settings, Work(HERE, 0, until_empty=True), Stop()))
        first, second = [each.result or {} for each in jobs_of(engine)]
    assert (first["status"], second["status"]) == ("ingested", "already")
    assert first["tests"] == second["tests"]


@pytest.mark.slow
def test_a_lake_that_cannot_be_written_is_tried_again_and_is_no_fault_of_the_file(
    settings: Settings, tmp_path: Path
) -> None:
    raw = settings.lake_folder / "raw"
    raw.parent.mkdir(parents=True)
    raw.write_text("in the way")
    todo = Work(HERE, 0, until_empty=True, most_failures=9)
    with catalog_of(settings) as engine:
        (job_id,) = ask_for(engine, [small_export(tmp_path / "a.bdf.csv", 1)])
        first = next(work(settings, todo, Stop()))
        (job,) = jobs_of(engine)
        assert (first.state, job.state, job.failure_count) == ("waiting", "waiting", 1)
        assert job.reason is not None
        assert str(raw) in job.reason
        raw.unlink()
        with aside(engine) as session:  # the pause is over
            session.get_one(Job, job_id).not_before = None
        (second,) = work(settings, todo, Stop())
    assert (second.state, (second.result or {})["status"]) == ("done", "ingested")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("count", "workers"),
    [(40, 2), pytest.param(300, 4, marks=pytest.mark.endure)],
    ids=["a few", "300 jobs, 4 workers, 30 kills"],
)
def test_whatever_is_killed_every_job_has_one_result(
    settings: Settings, tmp_path: Path, count: int, workers: int
) -> None:
    files = small_exports(tmp_path / "exports", count)
    chance = random.Random(count)  # noqa: S311 # any moment is as good
    with catalog_of(settings) as engine:
        ids = ask_for(engine, files)
        crew = [started(settings, "worker", "--processes", "1") for _ in range(workers)]
        try:
            for _ in range(count // 10):
                before = _done(engine)
                until(lambda: _done(engine) > before or _done(engine) == count)  # noqa: B023 # at once
                time.sleep(chance.uniform(0, 0.1))
                place = chance.randrange(workers)
                inner = children(crew[place].pid)
                if inner and chance.random() < 0.5:
                    os.kill(inner[0], signal.SIGKILL)
                else:
                    crew[place].kill()
                    crew[place].communicate()
                    crew[place] = started(settings, "worker", "--processes", "1")
            until(lambda: all(each.state in {"done", "set_aside"} for each in jobs_of(engine)), 300)
            for job in jobs_of(engine):
                if job.state == "set_aside":  # chance killed three workers of the same job
                    with aside(engine) as session:
                        ask_again(session, job.id)
            until(lambda: _done(engine) == count)
        finally:
            for each in crew:
                each.kill()
                each.communicate()
        jobs = jobs_of(engine)
        assert [each.id for each in jobs] == ids
        # a result is committed with its file: were it not, the second to try would say "already"
        assert {(each.result or {})["status"] for each in jobs} == {"ingested"}
        tests = [test for each in jobs for test in (each.result or {})["tests"]]
        assert len(set(tests)) == len(tests) == count
        with look(engine) as session:
            assert session.scalar(select(func.count()).select_from(RawFile)) == count
            assert set(session.scalars(select(Test.id))) == set(tests)
        lake = Lake(settings.lake_folder)
        sweep(engine, lake, 0)
        assert inspect(engine, lake).faults == ()


def _done(engine: Engine) -> int:
    with look(engine) as session:
        return session.scalar(select(func.count()).where(Job.state == "done")) or 0


@pytest.mark.slow
def test_a_worker_that_is_killed_leaves_no_process_alive(
    settings: Settings, tmp_path: Path
) -> None:
    files = small_exports(tmp_path / "exports", 4)
    with catalog_of(settings) as engine:
        ask_for(engine, [*files, long_export(tmp_path / "long.bdf.csv")])
        worker = started(settings, "worker", "--processes", "2")
        until(lambda: len(children(worker.pid)) == 2)
        inner = children(worker.pid)
        worker.kill()
        worker.communicate()
        until(lambda: not any(map(lives, inner)), 2)
        # the same again goes on with the rest, at once: the dead of this machine are known
        again = started(settings, "worker", "--processes", "2", "--until-empty", "--json")
        out, err = again.communicate(timeout=120)
        assert (again.returncode, err) == (0, "")
        assert all(each.state == "done" for each in jobs_of(engine))
    assert set(json.loads(out)["jobs"]) == {"done"}


@pytest.mark.slow
def test_a_job_that_kills_three_processes_is_set_aside_and_the_others_go_on(
    settings: Settings, tmp_path: Path
) -> None:
    with catalog_of(settings) as engine:
        deadly, _ = ask_for(
            engine,
            [long_export(tmp_path / "long.bdf.csv"), small_export(tmp_path / "a.bdf.csv", 1)],
        )
        worker = started(settings, "worker", "--processes", "1", "--until-empty")
        for attempt in range(1, 4):
            until(lambda: _in_hand(engine, deadly) == attempt)  # noqa: B023 # at once
            until(lambda: bool(children(worker.pid)))
            os.kill(children(worker.pid)[0], signal.SIGKILL)
            until(lambda: _in_hand(engine, deadly) != attempt)  # noqa: B023 # at once
        out, err = worker.communicate(timeout=120)
        first, second = jobs_of(engine)
    assert worker.returncode == 1
    assert (first.state, second.state) == ("set_aside", "done")
    assert first.reason is not None
    assert "its process died (signal 9)" in first.reason
    assert "set aside job" in out
    assert out.splitlines()[-1].startswith("worker: 1 job done, 1 set_aside, in")
    assert err == ""


def _in_hand(engine: Engine, job_id: int) -> int:
    """Return the attempt that is being made at a job, 0 where none is."""
    with look(engine) as session:
        job = session.get_one(Job, job_id)
        return job.attempt_count if job.state == "leased" else 0


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_a_worker_that_is_asked_to_stop_gives_back_what_it_has_in_hand(
    settings: Settings, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    with catalog_of(settings) as engine:
        (job_id,) = ask_for(engine, [long_export(tmp_path / "long.bdf.csv")])
        worker = started(settings, "worker", "--processes", "2")
        until(lambda: _in_hand(engine, job_id) == 1)
        inner = children(worker.pid)
        os.killpg(worker.pid, number)
        began = time.monotonic()
        out, _ = worker.communicate(timeout=20)
        took = time.monotonic() - began
        (job,) = jobs_of(engine)
    assert worker.returncode == code
    assert took < 2 + 3  # 2 s for what is in hand; then processes end that wait for a core
    assert out.splitlines()[-1].startswith("worker: ")
    assert job.state in {"waiting", "done"}
    assert job.lapse_count == 0
    assert not any(map(lives, inner))


@pytest.mark.slow
def test_a_job_that_is_withdrawn_while_it_is_done_leaves_nothing(
    settings: Settings, tmp_path: Path
) -> None:
    with catalog_of(settings) as engine:
        (job_id,) = ask_for(engine, [long_export(tmp_path / "long.bdf.csv")])
        worker = started(settings, "worker", "--processes", "1", "--until-empty")
        until(lambda: _in_hand(engine, job_id) == 1)
        with aside(engine) as session:
            withdraw(session, job_id)
        out, err = worker.communicate(timeout=120)
        with look(engine) as session:
            assert session.scalars(select(Test.id)).all() == []
        assert jobs_of(engine)[0].state == "withdrawn"
    assert (worker.returncode, err) == (0, "")
    assert out.splitlines()[-1].startswith("worker: 0 jobs done, 1 lost, in")


@pytest.mark.slow
def test_a_lock_of_the_catalog_is_called_a_lock(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    export = small_export(tmp_path / "a.bdf.csv", 1)
    with started(settings, "ingest", str(export)) as ingest:
        ingest.communicate(timeout=60)
    assert ingest.returncode == 0
    other = small_export(tmp_path / "b.bdf.csv", 2)
    lock = sqlite3.connect(settings.home / "catalog.sqlite", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    ingest = started(settings, "ingest", str(other))
    _, err = ingest.communicate(timeout=90)
    assert ingest.returncode == 1
    assert "the catalog is locked by another program" in err
    assert "tried for 30 s" in err
    assert "fault of Leyden" not in err
    lock.execute("ROLLBACK")
    lock.close()
    again = started(settings, "ingest", str(other))
    out, _ = again.communicate(timeout=90)
    assert again.returncode == 0
    assert out.startswith("ingested")
