"""Work in a process of its own, within bounds of time and memory; its death is reported and no end.

The process is a fork of one that has imported every reader and done nothing: it begins in a
fiftieth of a second, and its peak is that of its work. What takes too much, or the process down,
is tried once more in a new one, so that no busy machine and nothing done before is blamed on it.
"""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pkgutil import iter_modules
from resource import RLIMIT_DATA, RUSAGE_CHILDREN, RUSAGE_SELF, getrlimit, getrusage, setrlimit
from sys import platform
from types import TracebackType
from typing import Final, Generic, Self, TypeVar

from ingest import readers

_Given = TypeVar("_Given")
_FORKS: Final = get_context("forkserver")
_IMPORTED: Final = (
    "ingest.conformance.sound",
    *(f"ingest.readers.{found.name}" for found in iter_modules(readers.__path__)),
)
_UNIT_BYTES: Final = 1 if platform == "darwin" else 1024
"""Of what the system tells of a peak."""
_MOST_BYTES: Final = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
"""What asks for more than half of the machine does not get it: nothing else may die of it."""


class Bounded(Generic[_Given]):
    """A process that does one piece of work after the other; a context manager that ends it.

    Args:
        work: takes what is given and returns what is amiss, in words. It travels to the process,
            as does what is given.
    """

    def __init__(self, work: Callable[[_Given], list[str]]) -> None:
        self._work = work
        self._process: ForkServerProcess | None = None
        self._pipe: Connection
        self._begun_bytes = 0

    def __call__(self, given: _Given, *, patience_second: float, most_bytes: int) -> list[str]:
        """Do a piece of work; return what is amiss with it, its want of time and memory too."""
        amiss, trouble = self._tried(given, patience_second, most_bytes)
        if trouble:
            self._end()
            amiss, trouble = self._tried(given, patience_second, most_bytes)
        if trouble:
            self._end()
        return [*amiss, *trouble]

    def _tried(
        self, given: _Given, patience_second: float, most_bytes: int
    ) -> tuple[list[str], list[str]]:
        """Return what is amiss in words, and the trouble that asks for a new process."""
        process = self._process or self._begun()
        try:
            self._pipe.send(given)
            if not self._pipe.poll(patience_second):
                return [], [f"it takes more than {patience_second:g} s"]
            amiss, peak_bytes = self._pipe.recv()
        except (EOFError, OSError):
            process.join()
            return [], [_ended(process.exitcode or 0)]
        taken_bytes = peak_bytes - self._begun_bytes
        if taken_bytes > most_bytes:
            most = f"{most_bytes / 1e6:.0f} at most"
            return amiss, [f"it takes {taken_bytes / 1e6:.0f} MB, and {most}"]
        return amiss, []

    def _begun(self) -> ForkServerProcess:
        _FORKS.set_forkserver_preload(list(_IMPORTED))
        self._pipe, theirs = _FORKS.Pipe()
        self._process = _FORKS.Process(target=_serve, args=(theirs, self._work), daemon=True)
        self._process.start()
        theirs.close()
        self._begun_bytes = self._pipe.recv()
        return self._process

    def _end(self) -> None:
        if self._process is None:
            return
        self._pipe.close()
        if self._process.exitcode is None and self._process.pid:
            with suppress(ProcessLookupError):  # it went by itself meanwhile
                os.killpg(self._process.pid, signal.SIGKILL)  # what it began to help it as well
        self._process.join()
        self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _fault: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._end()


def _serve(pipe: Connection, work: Callable[[_Given], list[str]]) -> None:
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # a library's last words are not for the terminal
    setrlimit(RLIMIT_DATA, (_MOST_BYTES, getrlimit(RLIMIT_DATA)[1]))
    pipe.send(_peak_bytes())
    while True:
        try:
            given = pipe.recv()
        except EOFError:
            return
        amiss = work(given)
        pipe.send((amiss, _peak_bytes()))


def _peak_bytes() -> int:
    """Return the most memory that this process, or one it began, has used."""
    return _UNIT_BYTES * max(getrusage(who).ru_maxrss for who in (RUSAGE_SELF, RUSAGE_CHILDREN))


def _ended(code: int) -> str:
    if code < 0:
        return f"it ends the process: {signal.Signals(-code).name}"
    return f"it ends the process with code {code}"
