"""Whatever moment a backup or a restore dies, earlier backups are whole and it is done again.

Each is killed at writes, fsyncs, renames, unlinks and mkdirs: at one of each kind in .ci/run, at
every one in ``make endure``.
"""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import Engine

from schema.backup.manifest import manifest_paths
from schema.backup.verification import verify
from schema.catalog.migration import open_catalog
from schema.inspection import inspect
from schema.lake import Lake
from schema.settings import Settings
from tests.schema.one_test import ingest

ROOT: Final = Path(__file__).parents[3]
CALLS: Final = ("write,pwrite64", "fsync,fdatasync", "rename", "unlink", "mkdir")
RESTORE_CALLS: Final = CALLS[:3]
KILLED: Final = {-signal.SIGKILL, 128 + signal.SIGKILL}
PROGRAM_KILLED: Final = 1
"""Where pg_dump or pg_restore was, and not we."""
NewDatabase = Callable[[], AbstractContextManager[str]]
Ran = subprocess.CompletedProcess[str]


@dataclass
class Victim:
    """Who is killed, over a warehouse of three tests of which a backup has two."""

    settings: Settings
    folder: Path
    strace: str

    def run(self, *words: str, settings: Settings | None = None, inject: str = "") -> Ran:
        """Run a command, under strace where that is to do something at a call."""
        log = self.folder.with_name("strace")
        traced = [self.strace, "-f", "-qq", "-o", str(log), *inject.split()] if inject else []
        return subprocess.run(  # noqa: S603 # our own program under strace
            [*traced, *command(*words)],
            env=environment(settings or self.settings),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def calls(self, calls: str, *words: str, settings: Settings) -> int:
        """Return how many calls of a kind a command does, in the thread that does most of them."""
        ran = self.run(*words, settings=settings, inject=f"-e signal=none -e trace={calls}")
        assert ran.returncode == 0, ran.stderr
        lines = self.folder.with_name("strace").read_text().splitlines()
        threads = Counter(line.split()[0] for line in lines if "resumed>" not in line)
        return max(threads.values())

    @contextmanager
    def fresh(self) -> Iterator[Path]:
        """Yield a copy of the folder of backups, with the one backup that is there."""
        folder = self.folder.with_name("fresh")
        shutil.copytree(self.folder, folder)
        yield folder
        shutil.rmtree(folder)


def command(*words: str) -> list[str]:
    """Return the command line of a victim."""
    return [sys.executable, str(Path(__file__).with_name("backing_up.py")), *words]


def environment(settings: Settings) -> dict[str, str]:
    """Return an environment that names a warehouse and writes no bytecode."""
    ours = {name: value for name, value in os.environ.items() if "LEYDEN_" not in name}
    return {
        **ours,
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LEYDEN_HOME": str(settings.home),
        "LEYDEN_DATABASE_URL": settings.database_url,
    }


def whole(folder: Path) -> int:
    """Return how many backups are there; every one is whole."""
    paths = manifest_paths(folder)
    for path in paths:
        assert verify(folder, path, lambda *_: None).faults == ()
    return len(paths)


@pytest.fixture
def victim(settings: Settings, engine: Engine, lake: Lake, tmp_path: Path, strace: str) -> Victim:
    one = Victim(settings, tmp_path / "backups", strace)
    for number in (1, 2, 3):
        export = tmp_path / f"cell-{number}.mpr"
        export.write_bytes(f"BIO-LOGIC {number}".encode())
        ingest(engine, lake, export)
        if number == 2:
            assert one.run("backup", str(one.folder)).returncode == 0
    return one


def moments(count: int, kills: int) -> list[int]:
    """Return at which of so many calls it dies: at every one, or at few spread over them."""
    kills = max(kills, 1)
    if kills >= count:
        return list(range(1, count + 1))
    return [1 + place * count // (kills + 1) for place in range(1, kills + 1)]


def at(calls: str, when: int | str, what: str = "signal=KILL") -> str:
    """Return how strace does something at one call of a kind."""
    return f"-e trace={calls} -e inject={calls}:{what}:when={when}"


@pytest.mark.endure
@pytest.mark.slow
@pytest.mark.parametrize("calls", CALLS)
def test_a_backup_killed_at_a_call_leaves_the_earlier_one_whole(
    victim: Victim, calls: str, kills: int
) -> None:
    with victim.fresh() as folder:
        count = victim.calls(calls, "backup", str(folder), settings=victim.settings)
    deaths = 0
    for moment in moments(count, kills // 4):
        with victim.fresh() as folder:
            ran = victim.run("backup", str(folder), inject=at(calls, moment))
            assert ran.returncode in {0, PROGRAM_KILLED, *KILLED}, ran.stderr
            assert "Traceback" not in ran.stderr
            deaths += ran.returncode != 0
            assert whole(folder) >= 1
            assert victim.run("backup", str(folder)).returncode == 0
            assert whole(folder) >= 2
            assert not list(folder.rglob("*.tmp*"))
    assert deaths


@contextmanager
def nowhere_like(settings: Settings, home: Path, new_database: NewDatabase) -> Iterator[Settings]:
    """Yield settings of a home where nothing is, on the same kind of database."""
    if settings.database_url:
        with new_database() as url:
            yield Settings(home=home, database_url=url)
    else:
        yield Settings(home=home)


@pytest.mark.endure
@pytest.mark.slow
@pytest.mark.parametrize("calls", RESTORE_CALLS)
def test_a_restore_killed_at_a_call_is_done_again_and_whole(
    victim: Victim, calls: str, kills: int, tmp_path: Path, new_database: NewDatabase
) -> None:
    words = ("restore", str(victim.folder))
    with nowhere_like(victim.settings, tmp_path / "counted", new_database) as other:
        count = victim.calls(calls, *words, settings=other)
    deaths = 0
    for moment in moments(count, kills // 4):
        home = tmp_path / f"restored-{moment}"
        with nowhere_like(victim.settings, home, new_database) as other:
            ran = victim.run(*words, settings=other, inject=at(calls, moment))
            assert ran.returncode in {0, PROGRAM_KILLED, *KILLED}, ran.stderr
            assert "Traceback" not in ran.stderr
            deaths += ran.returncode != 0
            again = victim.run(*words, settings=other)
            died_after_the_catalog = "something is there already" in again.stderr
            assert again.returncode == 0 or died_after_the_catalog, again.stderr
            restored = open_catalog(other)
            found = inspect(restored, Lake(other.lake_folder))
            assert (found.sound, found.file_count) == (True, 4)
            restored.dispose()
    assert deaths


@pytest.mark.endure
@pytest.mark.slow
def test_a_backup_killed_at_a_random_moment_leaves_the_earlier_ones_whole(
    victim: Victim, kills: int
) -> None:
    for _ in range(kills):
        with subprocess.Popen(  # noqa: S603 # our own program
            command("backup", str(victim.folder)),
            env=environment(victim.settings),
            stdout=subprocess.DEVNULL,
        ) as process:
            time.sleep(random.uniform(0.2, 1.2))  # noqa: S311 # any moment is as good
            process.kill()
        assert whole(victim.folder) >= 1
    assert victim.run("backup", str(victim.folder)).returncode == 0
    assert not list(victim.folder.rglob("*.tmp*"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("error", "calls"), [("EIO", "fsync"), ("ENOSPC", "fsync"), ("EROFS", "rename")]
)
def test_a_disk_that_fails_is_one_line_and_leaves_the_earlier_backup(
    victim: Victim, error: str, calls: str
) -> None:
    ran = victim.run("backup", str(victim.folder), inject=at(calls, "1+", f"error={error}"))
    assert ran.returncode == 1
    (line,) = [each for each in ran.stderr.splitlines() if "strace" not in each]
    assert re.search(r"leyden: .*(whole|pg_dump: error: )", line)
    assert whole(victim.folder) == 1
    assert victim.run("backup", str(victim.folder)).returncode == 0
    assert whole(victim.folder) == 2
