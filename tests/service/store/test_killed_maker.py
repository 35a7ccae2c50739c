"""Whatever moment who makes a base dies, the former is there or the next: never half of one."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any, Self

import duckdb
import pytest

from service.metric.library import read_metrics
from service.store.base import layout, newest, snapshot_of

Bench = Any
Content = dict[str, list[tuple[Any, ...]]]
ROOT = Path(__file__).parents[3]
_ALL = read_metrics()
_ASKED = _ALL["claimed_capacity"]
METRICS = {each.name: each for each in (*_ASKED.below, _ASKED)}
"""Of tests, of cells, of everything: few, for a base is made for each kill."""
OWN = {"about", "fingerprint"}
"""Tables of a base that differ with the snapshot, not with the rows."""
FEW, MANY = 2, 3
"""Cycles of the test that changes before each base."""


def content(path: Path) -> Content:
    """Return the rows of a base, whole: a file that is none, or damaged, is refused."""
    with closing(duckdb.connect(str(path), read_only=True)) as base:
        assert base.execute("SELECT snapshot FROM about").fetchall() == [(snapshot_of(path),)]
        names = [name for (name,) in base.execute("SHOW TABLES").fetchall()]
        return {
            name: sorted((_rounded(row) for row in base.table(name).fetchall()), key=repr)
            for name in names
            if name not in OWN
        }


def _rounded(row: tuple[Any, ...]) -> tuple[Any, ...]:
    # the engine adds up rows in no fixed order
    return tuple(float(f"{each:.9g}") if isinstance(each, float) else each for each in row)


def command(home: Path) -> list[str]:
    """Return the command line of who makes bases."""
    return [sys.executable, str(Path(__file__).with_name("making.py")), str(home), *METRICS]


class Maker:
    """Who makes bases, in forks of a process that stays; a context manager that ends it."""

    def __init__(self, home: Path) -> None:
        self._process = subprocess.Popen(  # noqa: S603 # our own program
            command(home), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def make(self, patience_second: float | None = None) -> int:
        """Have a base made, killed where patience ends; return how it ended."""
        asks, tells = self._process.stdin, self._process.stdout
        assert asks is not None
        assert tells is not None
        asks.write("\n" if patience_second is None else f"{patience_second}\n")
        asks.flush()
        return int(tells.readline())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self._process.communicate()


class Witness:
    """One who changes a warehouse between bases, and looks at what is there after each."""

    def __init__(self, warehouse: Bench, maker: Maker) -> None:
        self._warehouse = warehouse
        self._folder = warehouse.settings.store_folder
        self._expected: dict[int, Content] = {}
        self._is, self._was = MANY, FEW
        self._there = self._folder
        self._were: set[Path] = set()
        for _ in (FEW, MANY):
            self.change()
            assert maker.make() == 0
            self._there, self._was = self._newest(), self._is
            self._were.add(self._there)
            self._expected[self._is] = content(self._there)
        assert self._expected[FEW] != self._expected[MANY]
        self.check_nothing_is_left()

    def change(self) -> None:
        """Let the test have another number of cycles than the base that is there has."""
        self._is = FEW + MANY - self._was
        self._warehouse.supersede(1, self._warehouse.stretches(self._is))

    def check(self) -> bool:
        """Check that the newest base is the former or the next, whole; return whether it is next.

        Who dies before it takes those away that were there leaves them to one who does not.
        """
        newest = self._newest()
        is_next: bool = newest != self._there
        self._were.add(newest)
        assert {*self._folder.glob("base-*.duckdb")} <= self._were
        assert content(newest) == self._expected[self._is if is_next else self._was]
        if is_next:
            self._there, self._was = newest, self._is
        return is_next

    def check_nothing_is_left(self) -> None:
        """Check that one base is there, and beside it nothing of any maker."""
        base = self._there.name
        left = {each.name for each in self._folder.iterdir()}
        assert left == {base, f"{base}.sha256", ".making.lock"}

    def _newest(self) -> Path:
        found = newest(self._folder, layout(METRICS))
        assert found is not None
        return found


@pytest.fixture
def maker(warehouse: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Maker]:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))  # who is killed leaves it
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    with Maker(warehouse.settings.home) as maker:
        yield maker


@pytest.fixture
def witness(warehouse: Bench, maker: Maker) -> Witness:
    return Witness(warehouse, maker)


@pytest.mark.endure
@pytest.mark.slow
def test_killed_at_any_moment_a_maker_leaves_the_former_base_or_the_next(
    witness: Witness, maker: Maker, kills: int
) -> None:
    random = Random(7)  # noqa: S311 # any moment is as good
    witness.change()
    began = monotonic()
    assert maker.make() == 0
    whole_second = monotonic() - began
    assert witness.check()
    killed = 0
    for turn in range(kills):
        witness.change()
        share = (turn + random.random()) / kills  # each part of the way, one after the other
        killed += maker.make(whole_second * share) == -signal.SIGALRM
        witness.check()
    assert killed > kills // 3  # a machine that grew faster since the first lets some through
    witness.change()
    assert maker.make() == 0
    assert witness.check()
    witness.check_nothing_is_left()


@pytest.mark.slow
def test_killed_at_any_flush_rename_or_removal_it_leaves_the_former_base_or_the_next(
    warehouse: Bench, witness: Witness, strace: str
) -> None:
    for call in ("fsync", "rename", "unlink"):
        ended, deaths = -signal.SIGKILL, 0
        while ended == -signal.SIGKILL:
            witness.change()
            when = f"inject={call}:signal=KILL:when={deaths + 1}"
            inject = ["-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", when]
            ran = subprocess.run(  # noqa: S603 # our own program under strace
                [strace, *inject, *command(warehouse.settings.home)],
                input=b"\n",
                cwd=ROOT,
                capture_output=True,
                timeout=100,
                check=True,
            )
            ended = int(ran.stdout)
            is_next = witness.check()
            deaths += ended == -signal.SIGKILL
        assert ended == 0, ran.stderr
        assert is_next
        assert deaths >= 2, call
        witness.check_nothing_is_left()
