"""Whoever dies while entries are removed, brought back or erased leaves the warehouse whole."""

import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import pytest
from sqlalchemy import select, text

from ingest.intake import take_in
from schema.catalog import Cell, RawFile, Revision, Test
from schema.catalog.connection import change, look
from schema.catalog.entry import states
from schema.inspection import inspect, sweep
from schema.record.removal import remove
from schema.record.revert import revert
from schema.settings import Settings
from schema.warehouse import Warehouse
from tests.ingest.working import small_export

ROOT: Final = Path(__file__).parents[2]
KILLED: Final = {-signal.SIGKILL, 128 + signal.SIGKILL}
EVERY: Final = 17
"""Of the writes of a removal one in so many is a moment to die at, on every change of main."""


Ran: TypeAlias = "subprocess.CompletedProcess[str]"


@dataclass
class Lab:
    """A cell with a test, again and again, and who removes it."""

    warehouse: Warehouse
    settings: Settings
    folder: Path
    cells: int = 0

    def fresh(self) -> int:
        """Enter a cell with a test that was ingested; return its key."""
        self.cells += 1
        export = small_export(self.folder / f"{self.cells}.bdf.csv", self.cells)
        (test,) = take_in(self.warehouse, export).tests
        with change(self.warehouse.engine, "cell") as (session, _):
            cell = Cell(name=f"K{self.cells}", note="of which nothing is to be left")
            session.add(cell)
            session.flush()
            session.get_one(Test, test).cell_id = cell.id
            return int(cell.id)

    def removed(self, cell: int) -> None:
        """Remove a cell in this process, if it is there."""
        if not self.is_there(cell):
            return
        with change(self.warehouse.engine, "remove") as (session, snapshot):
            remove(session, snapshot, "cell", cell, with_all=True)

    def is_there(self, cell: int) -> bool:
        """Return whether a cell is there; its test is, too, or neither."""
        with look(self.warehouse.engine) as session:
            cells = states(session.connection(), "cell", [cell])
            of_it = select(Test.id).where(Test.cell_id == cell, Test.removed_snapshot.is_(None))
            tests = session.scalars(of_it).all()
            assert len(tests) == len(cells)
            return bool(cells)

    def is_erased(self, cell: int) -> bool:
        """Return whether a cell was erased; then no value of it is left, and no row of its test."""
        revision = Revision
        with look(self.warehouse.engine) as session:
            of_it = select(revision).where(revision.kind == "cell", revision.entry_id == cell)
            rows = session.scalars(of_it.order_by(revision.id)).all()
            erased = rows[-1].action == "erase"
            name = rows[-1].name.replace("K", "")
            assert erased == all(each.before is each.after is None for each in rows)
            tests = session.scalars(select(Test.id).where(Test.name == name)).all()
            raws = session.scalars(select(RawFile.id).where(RawFile.name == f"{name}.bdf.csv"))
            assert (not tests, not raws.all()) == (erased, erased)
            return erased

    def run(self, strace: str, call: str, when: int, *words: str) -> Ran:
        """Run a victim that is killed at one of its calls."""
        program = Path(__file__).with_name("removing.py")
        home, url = str(self.settings.home), self.settings.database_url
        return subprocess.run(  # noqa: S603 - our own program under strace
            [
                *(strace, "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}"),
                *("-e", f"inject={call}:signal=KILL:when={when}"),
                *(sys.executable, str(program), home, url, *words),
            ],
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def check(self) -> None:
        """Everything that is named is there and whole; what is not is swept away."""
        engine, lake = self.warehouse.engine, self.warehouse.lake
        if engine.dialect.name == "sqlite":
            with look(engine) as session:
                assert session.scalars(text("PRAGMA integrity_check")).all() == ["ok"]
                assert session.execute(text("PRAGMA foreign_key_check")).all() == []
        found = inspect(engine, lake)
        assert found.sound, found.lines
        sweep(engine, lake, 0)
        assert inspect(engine, lake).faults == ()


@pytest.fixture
def lab(empty_warehouse: Warehouse, settings: Settings, tmp_path: Path) -> Lab:
    return Lab(empty_warehouse, settings, tmp_path)


def _writes(settings: Settings) -> str:
    return "sendto" if settings.database_url else "pwrite64"


def killed_at_every(lab: Lab, strace: str, action: str, every: int) -> int:
    """Kill who does something at one in so many of its writes; return how many died."""
    cell, deaths, when = lab.fresh(), 0, 1
    while True:
        if action == "erase":
            if lab.is_erased(cell):
                cell = lab.fresh()
            lab.removed(cell)
        elif action == "revert":
            lab.removed(cell)
        elif not lab.is_there(cell):
            with change(lab.warehouse.engine, "revert") as (session, snapshot):
                revert(session, snapshot, "cell", str(cell), with_all=True)
        ran = lab.run(strace, _writes(lab.settings), when, action, "cell", str(cell))
        lab.check()
        there, promised = lab.is_there(cell), "done" in ran.stdout
        erased = lab.is_erased(cell)
        if promised:
            assert (there, erased) == (action == "revert", action == "erase")
        if ran.returncode == 0:
            return deaths
        assert ran.returncode in KILLED, ran.stderr
        deaths += 1
        when += every


@pytest.mark.slow
@pytest.mark.parametrize("action", ["remove", "revert", "erase"])
def test_killed_at_writes_it_is_done_or_it_is_not(lab: Lab, strace: str, action: str) -> None:
    assert killed_at_every(lab, strace, action, EVERY) >= 2


@pytest.mark.endure
@pytest.mark.slow
@pytest.mark.parametrize("action", ["remove", "revert", "erase"])
def test_killed_at_every_write_it_is_done_or_it_is_not(
    lab: Lab, strace: str, action: str, kills: int
) -> None:
    every = max(1, 60 // kills)  # LEYDEN_KILLS=300: at each
    assert killed_at_every(lab, strace, action, every) >= 2


@pytest.mark.slow
def test_killed_before_files_are_erased_they_are_swept(lab: Lab, strace: str) -> None:
    cell = lab.fresh()
    lab.removed(cell)
    ran = lab.run(strace, "unlink", 1, "erase", "cell", str(cell))
    assert ran.returncode in KILLED, ran.stderr
    assert lab.is_erased(cell)
    found = inspect(lab.warehouse.engine, lab.warehouse.lake)
    assert found.sound
    assert {each.kind for each in found.faults} == {"orphan"}
    lab.check()
    assert [*lab.warehouse.lake.files()] == []
