"""Killed at any moment while a file grows: no record that was promised is lost, none is twice."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ingest.intake import take_in
from schema.inspection import inspect, sweep
from schema.settings import Settings
from schema.warehouse import open_warehouse
from tests.ingest.growth.growing import living, nameless
from tests.ingest.test_intake import write_cycling

ROOT = Path(__file__).parents[3]
KILLED = {-signal.SIGKILL, 128 + signal.SIGKILL}
LENGTHS = (3000, 4000, 4500, 4700, 0)
"""Of the file as it grows; 0 when it is finished."""


@dataclass
class Witness:
    """One who hears how many points a victim says it took in, and checks them."""

    settings: Settings
    export: Path
    whole: Path
    """Home of a warehouse that took in the finished file alone."""
    points: list[int] = field(default_factory=list)

    def command(self, lengths: Sequence[int] = LENGTHS) -> list[str]:
        """Return the command line of a victim."""
        program = Path(__file__).with_name("growing_victim.py")
        home, url = str(self.settings.home), self.settings.database_url
        return [sys.executable, str(program), home, url, str(self.export), *map(str, lengths)]

    def check(self) -> None:
        """Everything that was promised is there once, nothing is half there."""
        warehouse = open_warehouse(self.settings)
        assert inspect(warehouse.engine, warehouse.lake).sound
        sweep(warehouse.engine, warehouse.lake, 0)
        assert inspect(warehouse.engine, warehouse.lake).faults == ()
        there = sum(file.rows for file in living(warehouse, "points"))
        assert there >= max(self.points, default=0)
        warehouse.engine.dispose()

    def finish(self) -> None:
        """Take in the finished file: what comes of it is what it is alone."""
        warehouse, alone = open_warehouse(self.settings), open_warehouse(Settings(home=self.whole))
        path = self.settings.home / self.export.name
        path.write_bytes(self.export.read_bytes())
        assert take_in(warehouse, path).status in {"ingested", "already"}
        assert [*nameless(warehouse)] == [*nameless(alone)]
        assert inspect(warehouse.engine, warehouse.lake).faults == ()
        for opened in (warehouse, alone):
            opened.engine.dispose()


@pytest.fixture
def witness(settings: Settings, tmp_path: Path) -> Witness:
    settings.home.mkdir(exist_ok=True)
    export = write_cycling(tmp_path / "cell.bdf.csv")
    alone = open_warehouse(Settings(home=tmp_path / "whole"))
    take_in(alone, export)
    alone.engine.dispose()
    return Witness(settings, export, tmp_path / "whole")


@pytest.fixture(scope="session")
def kills() -> int:
    """Return how many kills there are at random moments: a sample, or LEYDEN_KILLS."""
    return int(os.environ.get("LEYDEN_KILLS", "5"))


@pytest.mark.slow
@pytest.mark.parametrize("call", ["fsync", "rename", "unlink"])
def test_killed_at_a_flush_rename_or_removal_nothing_is_lost(
    witness: Witness, strace: str, call: str
) -> None:
    deaths = 0
    for moment in (1, 3, 6, 10):
        inject = ["-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={moment}"]
        ran = subprocess.run(  # noqa: S603 - our own program under strace
            [strace, "-f", "-qq", "-o", "/dev/null", *inject, *witness.command()],
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode in {0, *KILLED}, ran.stderr
        deaths += ran.returncode in KILLED
        witness.points += [int(line) for line in ran.stdout.split() if line.isdigit()]
        witness.check()
    assert deaths
    witness.finish()


@pytest.mark.endure
@pytest.mark.slow
def test_killed_at_random_moments_nothing_is_lost(witness: Witness, kills: int) -> None:
    for _ in range(kills):
        lengths = [random.randrange(500, 4900) for _ in range(200)]  # noqa: S311 - any will do
        with subprocess.Popen(  # noqa: S603 - our own program
            witness.command(sorted(lengths)),
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        ) as victim:
            assert victim.stdout
            assert victim.stdout.readline() == "begin\n"
            time.sleep(random.uniform(0.0, 0.4))  # noqa: S311 - any moment will do
            victim.kill()
            said = victim.stdout.read().split("\n")[:-1]  # the last may be cut
        witness.points = [int(line) for line in said]
        witness.check()
    witness.finish()
