"""Where a victim works: a folder and a warehouse of its own, and who begins its programs."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from schema.settings import Settings
from schema.warehouse import Warehouse, open_warehouse
from tests.ingest.working import children
from tests.kill.program import Forker, Moment, Program


class Killed(Exception):
    """The program was killed before it had done what it was begun for."""


class Failed(Exception):
    """A call of the program failed, and it said so."""


@dataclass
class Place:
    """A folder with a warehouse; the first program that begins there meets its moment.

    Attributes:
        folder: of this turn alone.
        shared: what all turns read, as the exports are.
        settings: of the warehouse.
        forker: who begins programs.
        is_inner: whether it is a process that the first program starts that meets it.
        moment: when the first is killed.
        trace: words of strace for the first.
        first: the first program.
        notes: what a client knows while the service is killed and begun again.
    """

    folder: Path
    shared: Path
    settings: Settings
    forker: Forker
    is_inner: bool = False
    moment: Moment | None = None
    trace: Sequence[str] = ()
    first: Program | None = None
    notes: dict[str, str] = field(default_factory=dict)

    def environment(self, **settings: str) -> dict[str, str]:
        """Return an environment that names the warehouse."""
        bare = {name: each for name, each in os.environ.items() if not name.startswith("LEYDEN_")}
        return {
            **bare,
            "LEYDEN_HOME": str(self.settings.home),
            "LEYDEN_DATABASE_URL": self.settings.database_url,
            "LEYDEN_INGEST_PROCESSES": "1",
            "LEYDEN_QUERY_THREADS": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            **settings,
        }

    def begin(self, *words: str, **settings: str) -> Program:
        """Begin a program on the warehouse."""
        folder = self.folder / ("program" if self.first else "first")
        program = self.forker.begin(words, self.environment(**settings), folder)
        if self.first:
            program.let()
            return program
        self.first = program
        if self.is_inner:
            program.let()
            while not (inner := children(program.number)):
                assert program.is_alive(), "it has started no process"
                time.sleep(0.005)
            self._disturb(program, *inner)
        else:
            self._disturb(program, program.number)
            program.let()
        return program

    def _disturb(self, program: Program, number: int) -> None:
        if self.trace:
            program.trace(number, *self.trace)
        if self.moment:
            program.meet(self.moment, number)

    def was_killed(self) -> bool:
        """Return whether the first program, or what it had started, was killed."""
        return self.first is not None and self.first.was_killed()

    def run(self, *words: str, codes: Sequence[int] = (0,), **settings: str) -> Program:
        """Run a program to its end.

        Raises:
            Killed: when it was killed before.
            Failed: when a call of it failed as it was to.
        """
        program = self.begin(*words, **settings)
        code = program.wait()
        if code < 0 or (code and program.was_killed()):  # it, or what it had started
            raise Killed
        said = f"{program.out}{program.err}"
        assert "Traceback" not in said, said
        assert "fault of Leyden" not in said, said
        if code and program.has_failed():
            raise Failed
        assert code in codes, f"{words} ended with {code}: {said}"
        return program

    @contextmanager
    def warehouse(self) -> Iterator[Warehouse]:
        """Yield the warehouse, opened in this process."""
        warehouse = open_warehouse(self.settings)
        try:
            yield warehouse
        finally:
            warehouse.engine.dispose()
