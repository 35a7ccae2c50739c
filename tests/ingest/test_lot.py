"""An ingest is a lot of jobs with workers of its own, which end with it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ingest.lot import ingest
from ingest.stop import Stop
from schema.catalog import RawFile
from schema.catalog.connection import aside, look
from schema.inspection import inspect, sweep
from schema.lake import Lake
from schema.queue.lease import Wanted, take
from schema.queue.worker import this_machine
from schema.settings import Settings
from tests.ingest.working import (
    catalog_of,
    children,
    environment,
    jobs_of,
    lives,
    long_export,
    small_export,
    small_exports,
)


def started(settings: Settings, *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(  # noqa: S603 # our own program
        [sys.executable, "-m", "leyden", "ingest", *words],
        env=environment(settings, LEYDEN_INGEST_PROCESSES="2"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def states(settings: Settings) -> Counter[str]:
    with catalog_of(settings) as engine:
        return Counter(each.state for each in jobs_of(engine))


def test_files_are_taken_in_largest_first_and_each_has_its_own_outcome(
    settings: Settings, tmp_path: Path
) -> None:
    files = small_exports(tmp_path / "exports", 3)
    with files[1].open("a") as file:
        file.write("20,3.5000,1.001\n")
    outcomes = list(ingest(settings, [*files, tmp_path / "nowhere"], processes=0))
    by_size = sorted(files, key=lambda file: -file.stat().st_size)
    assert [each.path for each in outcomes] == [*by_size, tmp_path / "nowhere"]
    assert by_size[0] == files[1]
    assert [each.status for each in outcomes] == ["ingested"] * 3 + ["refused"]
    assert [each.points for each in outcomes] == [21, 20, 20, 0]
    assert len({each.tests for each in outcomes[:3]}) == 3


def test_an_ingest_that_is_stopped_withdraws_what_it_has_not_begun(
    settings: Settings, tmp_path: Path
) -> None:
    files = small_exports(tmp_path / "exports", 5)
    stop = Stop()
    outcomes = []
    for outcome in ingest(settings, files, stop, processes=0):
        outcomes.append(outcome)
        if len(outcomes) == 2:
            stop.set()
    assert len(outcomes) == 2
    assert states(settings) == {"done": 2, "withdrawn": 3}


def test_a_file_that_another_worker_took_has_its_outcome_too(
    settings: Settings, tmp_path: Path
) -> None:
    files = small_exports(tmp_path / "exports", 3)
    outcomes = []
    with catalog_of(settings) as engine:
        for outcome in ingest(settings, files, processes=0):
            outcomes.append(outcome)
            if len(outcomes) == 1:
                with aside(engine) as session:  # one that is dead: this machine knows
                    wanted = Wanted(("ingest",), this_machine())
                    assert take(session, wanted, dead_worker()) is not None
    assert sorted(each.path for each in outcomes) == sorted(files)
    assert {each.status for each in outcomes} == {"ingested"}


def dead_worker() -> str:
    program = "from schema.queue.worker import this_worker; print(this_worker())"
    return subprocess.check_output([sys.executable, "-c", program], text=True).strip()  # noqa: S603 # ours


@pytest.mark.slow
def test_an_ingest_that_is_killed_leaves_no_process_and_the_same_again_does_the_rest(
    settings: Settings, tmp_path: Path
) -> None:
    files = small_exports(tmp_path / "exports", 40)
    first = started(settings, str(tmp_path / "exports"))
    while states(settings)["done"] < 3:
        assert first.poll() is None
        time.sleep(0.05)
    inner = children(first.pid)
    assert inner
    first.kill()
    first.communicate()
    deadline = time.monotonic() + 2
    while any(map(lives, inner)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(map(lives, inner))
    second = started(settings, str(tmp_path / "exports"), "--json")
    out, err = second.communicate(timeout=120)
    assert (second.returncode, err) == (0, "")
    document = json.loads(out)
    assert document["ingested"] + document["already"] == len(files)
    assert document["already"] >= 3
    # what the first had in hand is free again, and done by nobody: its files are there already
    assert states(settings)["leased"] == 0
    with catalog_of(settings) as engine:
        with look(engine) as session:
            assert session.scalar(select(func.count()).select_from(RawFile)) == len(files)
        lake = Lake(settings.lake_folder)
        sweep(engine, lake, 0)
        assert inspect(engine, lake).faults == ()


@pytest.mark.slow
def test_ctrl_c_ends_an_ingest_within_two_seconds_of_what_is_in_hand(
    settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "exports"
    small_exports(folder, 3)
    for name in ("a", "b", "c"):
        long_export(folder / f"{name}.bdf.csv")
    running = started(settings, str(folder))
    while states(settings)["leased"] < 2:
        assert running.poll() is None
        time.sleep(0.05)
    inner = children(running.pid)
    os.killpg(running.pid, signal.SIGINT)
    began = time.monotonic()
    out, err = running.communicate(timeout=30)
    # 2 s for what is in hand; what is left is done by a process that waits for a core
    assert time.monotonic() - began < 2 + 3
    assert running.returncode == 130
    assert "not done" in out.splitlines()[-1]
    assert err.splitlines()[-1] == "leyden: stopped by Ctrl-C"
    assert not any(map(lives, inner))
    assert not {"waiting", "leased"} & set(states(settings))


@pytest.mark.slow
def test_eight_processes_write_at_once_and_nothing_is_lost_or_there_twice(
    settings: Settings, tmp_path: Path
) -> None:
    files = small_exports(tmp_path / "exports", 48)
    twin = small_export(tmp_path / "twin.bdf.csv", 0)  # the bytes of another
    outcomes = list(ingest(settings, [*files, twin], processes=8))
    count = Counter(each.status for each in outcomes)
    assert count == {"ingested": 48, "already": 1}
    tests = [test for each in outcomes if each.status == "ingested" for test in each.tests]
    assert len(set(tests)) == 48
    assert states(settings) == {"done": 49}
