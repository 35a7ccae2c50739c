"""The program that is killed: begun by a fork, under strace where that is to do something."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Any, Final, Self

from tests.ingest.working import lives

ROOT: Final = Path(__file__).parents[2]
CALLS: Final = (
    *("write", "pwrite64", "sendto", "fsync", "fdatasync"),
    *("rename", "unlink", "link", "mkdir", "ftruncate"),
)
"""What changes what rests on a disk, or in a server."""
_PATIENCE_SECOND: Final = 120.0


@dataclass(frozen=True, slots=True)
class AtCall:
    """A program is killed when a thread of it comes to a call for the n-th time."""

    call: str
    when: int

    def __str__(self) -> str:
        return f"{self.call}:signal=KILL:when={self.when}"


@dataclass(frozen=True, slots=True)
class AtTime:
    """A program is killed so long after it begins."""

    second: float

    def __str__(self) -> str:
        return f"after {self.second:.3f} s"


@dataclass(frozen=True, slots=True)
class Fault:
    """A call of a program fails with an error: the n-th time, or from then on."""

    call: str
    error: str
    when: int
    is_lasting: bool

    def __str__(self) -> str:
        since = "+" if self.is_lasting else ""
        return f"{self.call}:error={self.error}:when={self.when}{since}"


Moment = AtCall | AtTime | Fault


class Tracer:
    """Strace, attached to a process."""

    def __init__(self, strace: str, number: int, log: Path, *words: str) -> None:
        self._log = log
        log.unlink(missing_ok=True)
        attached = [strace, "-f", "-qq", "-p", str(number), "-o", str(log), *words]
        self._process = subprocess.Popen(attached, stderr=subprocess.DEVNULL)  # noqa: S603 # strace
        status = Path(f"/proc/{number}/status")
        while "TracerPid:\t0\n" in status.read_text():
            assert self._process.poll() is None, "strace may not attach to a program"
            time.sleep(0.001)

    def lines(self) -> list[str]:
        """Return what it saw, once all that it traced has ended."""
        self._process.wait(_PATIENCE_SECOND)
        return self._log.read_text(errors="replace").splitlines()


@dataclass
class Program:
    """A program at work."""

    forker: "Forker"
    number: int
    folder: Path
    began: float = 0.0
    took_second: float = 0.0
    code: int | None = None
    _tracer: Tracer | None = None
    _timer: Timer | None = None
    traced: Sequence[str] = ()
    _was_killed: bool = False

    @property
    def out(self) -> str:
        """Return what it has said so far."""
        return self._said("out")

    @property
    def err(self) -> str:
        """Return what it has said so far of what is wrong, and beside."""
        return self._said("err")

    def _said(self, name: str) -> str:
        path = self.folder / name
        return path.read_text() if path.exists() else ""

    def let(self) -> None:
        """Let it begin."""
        self.forker.ask(let=self.number)
        self.began = time.monotonic()

    def trace(self, number: int, *words: str) -> None:
        """Have strace look at it, or at a process that it has started."""
        self._tracer = Tracer(self.forker.strace, number, self.folder / "strace", *words)

    def meet(self, moment: Moment, number: int) -> None:
        """Have it meet a moment, or a process that it has started."""
        if isinstance(moment, AtTime):
            self._timer = Timer(moment.second, self._kill, (number,))
            self._timer.start()
        else:
            self.trace(number, "-e", f"trace={moment.call}", "-e", f"inject={moment}")

    def _kill(self, number: int) -> None:
        self._was_killed = lives(number)
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)

    def was_killed(self) -> bool:
        """Return whether the moment came before its end."""
        return self._was_killed or any("killed by SIGKILL" in line for line in self.traced)

    def has_failed(self) -> bool:
        """Return whether a call of it failed as it was to."""
        return any("(INJECTED)" in line for line in self.traced)

    def is_alive(self) -> bool:
        """Return whether it works still; it is buried where it does not."""
        if self.code is None and self._has_ended(0):
            self._bury()
        return self.code is None

    def wait(self) -> int:
        """Wait for its end, and return the code of that."""
        if self.code is None:
            assert self._has_ended(_PATIENCE_SECOND), f"it does not end: {self.out}{self.err}"
            self._bury()
        assert self.code is not None
        return self.code

    def signal(self, number: int) -> None:
        """Send it a signal."""
        if self.code is None:
            os.kill(self.number, number)

    def _has_ended(self, second: float) -> bool:
        descriptor = os.pidfd_open(self.number)
        try:
            return bool(select.select([descriptor], [], [], second)[0])
        finally:
            os.close(descriptor)

    def _bury(self) -> None:
        self.took_second = time.monotonic() - self.began
        if self._timer:
            self._timer.cancel()
            self._timer.join()
        self.code = self.forker.ask(bury=self.number)["code"]
        if self._tracer:
            self.traced = self._tracer.lines()


class Forker:
    """Begins programs; a context manager, at the end of which none of them is left."""

    def __init__(self, strace: str) -> None:
        self.strace = strace
        self._programs: list[Program] = []
        self._process = subprocess.Popen(  # noqa: S603 # our own program
            [sys.executable, str(Path(__file__).with_name("forker.py"))],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def begin(self, words: Sequence[str], environment: Mapping[str, str], folder: Path) -> Program:
        """Return a program in a folder that begins when it is let."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("out", "err"):
            (folder / name).unlink(missing_ok=True)
        asked = {"words": [*words], "environment": {**environment}, "folder": str(folder)}
        program = Program(self, self.ask(**asked)["number"], folder)
        self._programs = [*(each for each in self._programs if each.code is None), program]
        return program

    def ask(self, **request: object) -> dict[str, Any]:
        """Return what the forker answers."""
        asks, answers = self._process.stdin, self._process.stdout
        assert asks is not None
        assert answers is not None
        asks.write(f"{json.dumps(request)}\n")
        asks.flush()
        answer: dict[str, Any] = json.loads(answers.readline())
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _fault: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        for each in self._programs:
            each.signal(signal.SIGKILL)
            each.wait()
        self._process.communicate()


def calls_of(lines: Sequence[str]) -> list[AtCall]:
    """Return every call that strace saw as a moment, in the thread that does most of its kind."""
    begun = [line.split(maxsplit=1) for line in lines if "resumed>" not in line]
    counts = Counter(
        (thread, call.partition("(")[0]) for thread, call in begun if call.startswith(CALLS)
    )
    most: dict[str, int] = {}
    for (_thread, call), count in counts.items():
        most[call] = max(count, most.get(call, 0))
    return [AtCall(call, n) for call in CALLS for n in range(1, most.get(call, 0) + 1)]
