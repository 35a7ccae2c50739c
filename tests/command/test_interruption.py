"""Ctrl-C as a terminal sends it: to the command and to every worker of it."""

import os
import signal
import time
from pathlib import Path

import pytest

from tests.command.program import run, running


@pytest.mark.slow
def test_ctrl_c_ends_an_ingest_that_tells_what_is_done_and_goes_on_later(
    demo_study: Path, tmp_path: Path
) -> None:
    home, exports = tmp_path / "home", demo_study / "exports"
    with running(home, "ingest", str(exports), LEYDEN_INGEST_PROCESSES="2") as ingest:
        while not any((home / "lake" / "points").glob("*")):
            assert ingest.poll() is None
            time.sleep(0.05)
        os.killpg(ingest.pid, signal.SIGINT)
        out, err = ingest.communicate()
    assert ingest.returncode == 130
    assert "not done" in out.splitlines()[-1]
    assert err.splitlines() == [
        f"made a new warehouse: {home}",
        "what is done stays: the same command again goes on with the rest",
        "leyden: stopped by Ctrl-C",
    ]
    assert run(home, "check", "--quiet").returncode == 0
    one = min(exports.iterdir())
    assert run(home, "ingest", str(one)).returncode == 0


@pytest.mark.slow
def test_workers_leave_ctrl_c_to_who_started_them(demo_study: Path, tmp_path: Path) -> None:
    home, exports = tmp_path / "home", demo_study / "exports"
    with running(home, "ingest", str(exports), LEYDEN_INGEST_PROCESSES="2") as ingest:
        while not (home / "catalog.sqlite").exists():
            assert ingest.poll() is None
            time.sleep(0.05)
        time.sleep(0.5)  # its workers begin
        os.killpg(ingest.pid, signal.SIGINT)
        _, err = ingest.communicate()
    assert ingest.returncode == 130
    assert "Traceback" not in err
