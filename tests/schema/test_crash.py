"""Whatever moment it dies, what was promised is there and what was not is swept away."""

import random
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from schema.catalog import Test
from schema.catalog.connection import look
from schema.inspection import inspect, sweep
from schema.lake import Lake
from schema.settings import Settings

ROOT = Path(__file__).parents[2]
FLUSH = "fsync,fdatasync"
KILLED = {-signal.SIGKILL, 128 + signal.SIGKILL}


@dataclass
class Witness:
    """One who hears the numbers of the tests a victim says it committed, and checks them."""

    settings: Settings
    engine: Engine
    lake: Lake
    heard: list[int] = field(default_factory=list)

    def command(self, turns: int) -> list[str]:
        """Return the command line of a victim."""
        program = Path(__file__).with_name("ingesting.py")
        home, url = str(self.settings.home), self.settings.database_url
        return [sys.executable, str(program), home, url, str(turns)]

    def hear(self, said: str) -> None:
        """Take down the promises in what a victim said."""
        self.heard += [int(line) for line in said.split() if line.isdigit()]

    def see(self, strace: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a victim for one turn under strace."""
        ran = subprocess.run(  # noqa: S603 - our own program under strace
            [strace, "-f", "-qq", *arguments, *self.command(1)],
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        self.hear(ran.stdout)
        return ran

    def check(self) -> None:
        """Every promise is kept, nothing is half there, and a sweep leaves only what is named."""
        before = inspect(self.engine, self.lake)
        assert before.sound, before.lines
        sweep(self.engine, self.lake, 0)
        after = inspect(self.engine, self.lake)
        assert after.faults == ()
        with look(self.engine) as session:
            stored = set(session.scalars(select(Test.id)))
        assert len(self.heard) == len(set(self.heard))
        assert stored >= set(self.heard)
        assert after.file_count == len(list(self.lake.files())) == 2 * len(stored)


@pytest.fixture
def witness(settings: Settings, engine: Engine, lake: Lake) -> Witness:
    return Witness(settings, engine, lake)


@pytest.mark.slow
@pytest.mark.parametrize("call", ["fsync", "rename", "fdatasync"])
def test_killed_at_any_flush_or_rename_it_keeps_its_promises(
    witness: Witness, strace: str, call: str
) -> None:
    if call == "fdatasync" and witness.settings.database_url:
        pytest.skip("on Postgres the server flushes, not we")
    deaths = 0
    while True:
        inject = ["-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={deaths + 1}"]
        ran = witness.see(strace, "-o", "/dev/null", *inject)
        witness.check()
        if ran.returncode == 0:
            break
        assert ran.returncode in KILLED, ran.stderr
        deaths += 1
    assert deaths >= 2
    assert witness.heard


@pytest.mark.endure
@pytest.mark.slow
def test_killed_at_a_random_moment_it_keeps_its_promises(witness: Witness, kills: int) -> None:
    for _ in range(kills):
        with subprocess.Popen(  # noqa: S603 - our own program
            witness.command(100_000),
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        ) as victim:
            assert victim.stdout is not None
            assert victim.stdout.readline() == "begin\n"
            time.sleep(random.uniform(0.05, 0.5))  # noqa: S311 - any moment is as good
            victim.kill()
            witness.hear(victim.stdout.read())
        witness.check()


@pytest.mark.slow
def test_everything_is_flushed_before_it_is_named_and_before_it_is_promised(
    witness: Witness, strace: str, tmp_path: Path
) -> None:
    log = tmp_path / "strace"
    ran = witness.see(strace, "-y", "-o", str(log), "-e", f"trace={FLUSH},rename,write")
    assert ran.returncode == 0, ran.stderr
    calls = log.read_text().splitlines()

    def place(pattern: str, after: int = 0) -> int:
        found = (n for n, call in enumerate(calls) if n >= after and re.search(pattern, call))
        return next(found, -1)

    lake = re.escape(str(witness.lake.folder))
    promised = place(rf'write\(1<.*>, "{witness.heard[0]}\\n"')
    at_rest = 0
    for folder in ("raw", "points"):
        flushed = place(rf"fsync\(\d+<{lake}/{folder}/\S+\.tmp>")
        renamed = place(rf'rename\("{lake}/{folder}/\S+\.tmp"')
        at_rest = place(rf"fsync\(\d+<{lake}/{folder}>", renamed)
        assert 0 <= flushed < renamed < at_rest < promised
    if not witness.settings.database_url:
        assert at_rest < place(r"sync\(\d+<\S+catalog\.sqlite-wal>", at_rest) < promised


@pytest.mark.slow
@pytest.mark.parametrize(("error", "when"), [("EIO", "1+"), ("ENOSPC", "2+")])
def test_a_disk_that_fails_at_a_flush_leaves_no_test(
    witness: Witness, strace: str, error: str, when: str
) -> None:
    inject = ["-e", "trace=fsync", "-e", f"inject=fsync:error={error}:when={when}"]
    ran = witness.see(strace, "-o", "/dev/null", *inject)
    assert ran.returncode == 1
    assert "LakeUnwritable" in ran.stderr
    assert witness.heard == []
    witness.check()
    with look(witness.engine) as session:
        assert session.scalars(select(Test.id)).all() == []
