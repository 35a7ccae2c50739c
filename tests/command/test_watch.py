"""Exports come in by themselves while they are written, whoever stops and restarts the watcher."""

import hashlib
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq
import pytest
from sqlalchemy import select

from schema.catalog import LakeFile, Test
from schema.catalog.connection import look
from schema.settings import Settings
from schema.warehouse import open_warehouse
from tests.command.program import END_SECOND, LEYDEN, called, environment, running
from tests.ingest.test_intake import write_cycling

WRITER: Final = Path(__file__).with_name("slow_writer.py")
PIECES: Final = 12
PACE: Final = {"LEYDEN_WATCH_STILL_SECOND": "1.5", "LEYDEN_WATCH_POLL_SECOND": "0.3"}
WRITTEN: Final = (
    "yadg/gcpl.issue_149.mpt",
    "yadg/gcpl.issue_149.mpr",
    "battery-data-toolkit/arbin_example.csv",
)
MODES: Final = ["--notify", "--poll"]


def hashes(home: Path, database_url: str = "") -> list[str]:
    """Return the hash of the rows of each test: its points and its steps, in their order."""
    warehouse = open_warehouse(Settings(home=home, database_url=database_url))
    query = (
        select(LakeFile.test_id, LakeFile.kind, LakeFile.path)
        .join(Test)
        .where(
            Test.removed_snapshot.is_(None),
            LakeFile.removed_snapshot.is_(None),
            LakeFile.kind.in_(["points", "steps"]),
        )
        .order_by(LakeFile.test_id, LakeFile.kind, LakeFile.id)
    )
    digests: dict[int, hashlib._Hash] = {}
    with look(warehouse.engine) as session:
        for test_id, kind, path in session.execute(query):
            rows = pq.read_table(warehouse.lake.path(path)).drop_columns(["test_id"])
            assert rows.num_rows
            digest = digests.setdefault(test_id, hashlib.sha256())
            digest.update(f"{kind} {rows.column_names} {rows.to_pydict()}".encode())
    warehouse.engine.dispose()
    return [digest.hexdigest() for digest in digests.values()]


@contextmanager
def watching(
    home: Path, folder: Path, *words: str, **settings: str
) -> Iterator["subprocess.Popen[str]"]:
    """Yield a watcher that has begun."""
    settings = PACE | settings
    with running(home, "watch", str(folder), "--json", *words, **settings) as watcher:
        assert watcher.stderr
        while not (line := watcher.stderr.readline()).startswith("watching "):
            assert line, watcher.wait()
        yield watcher


def heard(watcher: "subprocess.Popen[str]") -> dict[str, object]:
    """Return what a watcher says next of a file."""
    assert watcher.stdout
    document: dict[str, object] = json.loads(watcher.stdout.readline())
    return document


@pytest.mark.slow
@pytest.mark.exports
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("moved", [False, True], ids=["stopped", "killed and moved"])
@pytest.mark.parametrize("written", WRITTEN)
def test_a_file_written_slowly_and_watched_is_the_same_test_as_the_finished_file(
    written: str, moved: bool, mode: str, exports: Path, tmp_path: Path
) -> None:
    source, lab, home = exports / written, tmp_path / "lab", tmp_path / "home"
    name = source.name
    (lab / "may").mkdir(parents=True)
    piece = source.stat().st_size // PIECES + 1
    pace = {"LEYDEN_WATCH_PACE_SECOND": "0.5"}
    command = [sys.executable, str(WRITER), str(source), str(lab / name), str(piece)]
    with subprocess.Popen(  # noqa: S603 # our own program
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdin
        assert writer.stdout

        def write(path: str = "") -> None:
            assert writer.stdin
            assert writer.stdout
            writer.stdin.write(f"{path}\n")
            writer.stdin.flush()
            assert writer.stdout.readline()

        with watching(home, lab, mode, **pace) as watcher:
            for _ in range(8):
                write()
            assert (first := heard(watcher))["growing"]
            assert first["status"] == "ingested"
            watcher.send_signal(signal.SIGKILL if moved else signal.SIGINT)
            assert watcher.wait() in {-signal.SIGKILL, 130}
        write()
        with watching(home, lab, mode, **pace) as watcher:
            write(str(lab / "may" / name) if moved else "")
            for _ in range(2):
                write()
            while (said := heard(watcher))["growing"]:
                assert said["status"] in {"ingested", "already"}
                assert said["tests"] == first["tests"]
            assert (said["status"], said["tests"]) == ("ingested", first["tests"])
            assert said["path"] == str(lab / "may" / name if moved else lab / name)
            watcher.send_signal(signal.SIGINT)
            assert watcher.wait() == 130
        assert writer.wait() == 0
    alone = shutil.copy(source, tmp_path)  # there is no .mpr beside the .mpt
    assert called(tmp_path / "whole", "ingest", str(alone)).returncode == 0
    (ours,) = hashes(home)
    assert [ours] == hashes(tmp_path / "whole")
    state = json.loads(called(home, "status", "--json").stdout)
    assert state["arrivals"]["ingested"] == 1
    assert called(home, "check").returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_ctrl_c_ends_it_with_a_summary_and_a_restart_goes_on(mode: str, tmp_path: Path) -> None:
    lab, home = tmp_path / "lab", tmp_path / "home"
    lab.mkdir()
    write_cycling(lab / "one.bdf.csv", 1)
    with watching(home, lab, mode) as watcher:
        assert heard(watcher)["status"] == "ingested"
        watcher.send_signal(signal.SIGINT)
        assert watcher.wait(timeout=END_SECOND) == 130
    write_cycling(lab / "two.bdf.csv", 2)  # while nobody watches
    with running(home, "watch", str(lab), mode, **PACE) as watcher:
        assert watcher.stdout
        assert watcher.stdout.readline().startswith(f"ingested  {lab}/two.bdf.csv: ")
        watcher.send_signal(signal.SIGINT)
        out, err = watcher.communicate(timeout=END_SECOND)
        assert watcher.returncode == 130
    assert out.startswith("watch: 1 file, 1 ingested, in ")
    assert err.endswith("leyden: stopped by Ctrl-C\n")
    said = called(home, "status").stdout
    assert "\narrivals  2 ingested\n" in said


@pytest.mark.parametrize("words", ["watch nowhere", "watch file"])
def test_what_is_no_folder_is_refused_and_makes_nothing(
    words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.chdir(tmp_path)
    done = called(tmp_path / "home", *words.split())
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "it takes a folder that is there" in done.stderr
    assert not (tmp_path / "home").exists()


@pytest.mark.slow
@pytest.mark.parametrize("limit", ["max_inotify_instances", "max_inotify_watches"])
def test_where_the_system_notifies_no_more_the_folder_is_polled(limit: str, tmp_path: Path) -> None:
    limited = ["unshare", "--user", "--map-root-user", "sh", "-c"]
    setting = f"echo 0 > /proc/sys/user/{limit}"
    if not shutil.which("unshare") or subprocess.run([*limited, setting], check=False).returncode:  # noqa: S603 # our own words
        pytest.skip("no namespace of users can be made here, which has limits of its own")
    (tmp_path / "lab").mkdir()
    words = [*limited, f'{setting} && exec "$@"', "sh", *LEYDEN, "watch", str(tmp_path / "lab")]
    with subprocess.Popen(  # noqa: S603 # our own program
        words,
        env=environment(tmp_path / "home", **PACE),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as watcher:
        assert watcher.stderr
        assert watcher.stdout
        while " polled, as the system notifies no more: " not in watcher.stderr.readline():
            assert watcher.poll() is None
        write_cycling(tmp_path / "lab" / "one.bdf.csv", 1)
        assert watcher.stdout.readline().startswith("ingested ")
        watcher.send_signal(signal.SIGINT)
        assert watcher.wait(timeout=END_SECOND) == 130


@pytest.mark.slow
def test_the_warehouse_within_a_watched_folder_is_not_taken_in(tmp_path: Path) -> None:
    lab = tmp_path / "lab"
    lab.mkdir()
    write_cycling(tmp_path / "one.bdf.csv", 1)
    with watching(lab / "warehouse", lab) as watcher:
        shutil.copy(tmp_path / "one.bdf.csv", lab)
        assert heard(watcher)["status"] == "ingested"
        write_cycling(lab / "two.bdf.csv", 2)
        assert str(heard(watcher)["path"]).endswith("two.bdf.csv")
        watcher.send_signal(signal.SIGINT)
        assert watcher.wait(timeout=END_SECOND) == 130
    state = json.loads(called(lab / "warehouse", "status", "--json").stdout)
    assert {k: n for k, n in state["arrivals"].items() if n} == {"ingested": 2}
