"""How a peer is asked what it reads, in an interpreter of its own: JSON in, JSON out.

Nothing of Leyden is imported here. A peer is a file with a function that reads; it is asked as its
users would, with nothing said but the file and which of its formats that is.
"""

import contextlib
import io
import json
import math
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Final, Generic, TypeVar

ROOT: Final = Path(__file__).parents[1]
NOT_ITS_FORMAT: Final = "not one of its formats"
_ABSENT: Final = "its environment is absent: `make conformance` makes it"
_PATIENCE_SECOND: Final = 300
_LINE: Final = 120


@dataclass(frozen=True, slots=True)
class PeerCycle:
    """A cycle as a peer tells it; what it does not tell, or not as a number, is None."""

    number: int
    charge_ah: float | None
    discharge_ah: float | None
    efficiency: float | None = None


@dataclass(frozen=True, slots=True)
class PeerPoint:
    """A point of an impedance sweep as a peer tells it; the imaginary part with its own sign."""

    frequency_hertz: float
    real_ohm: float
    imaginary_ohm: float


Row = TypeVar("Row", PeerCycle, PeerPoint)


@dataclass(frozen=True, slots=True)
class PeerAnswer(Generic[Row]):
    """What a peer makes of a file.

    Attributes:
        rows: what it tells.
        error: why it tells nothing, its own in one line.
        count: how many there are, where it tells but the first of them.
    """

    rows: tuple[Row, ...] = ()
    error: str = ""
    count: int | None = None


Read = Callable[[str, str], Iterable[Row]]
"""Returns what a file holds, named by its path and by the name of our reader of it."""


class NotItsFormat(Exception):
    """The peer says nowhere that it reads this format."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A library beside ours: its name, its module in this folder, the name of its environment."""

    name: str
    module: str
    environment: str

    @property
    def python(self) -> Path:
        """Return the interpreter that has it."""
        return ROOT / f".venv-{self.environment}" / "bin" / "python"

    @property
    def version(self) -> str:
        """Return the version its environment holds."""
        requirements = Path(__file__).with_name(f"{self.environment}.txt")
        held = dict(line.split("==") for line in requirements.read_text("ascii").split())
        return held[self.name]


def asked(
    peer: Peer, files: Mapping[str, str], row: Callable[..., Row]
) -> dict[str, PeerAnswer[Row]]:
    """Return what a peer makes of files.

    Args:
        peer: whom to ask.
        files: the name of our reader by path.
        row: makes a row of what it tells.
    """
    if not peer.python.is_file():
        return {path: PeerAnswer(error=_ABSENT) for path in files}
    with TemporaryDirectory(prefix="leyden-peer-") as folder:  # some write beside what they read
        done = subprocess.run(  # noqa: S603 - an interpreter that our Makefile made
            [peer.python, "-m", peer.module],
            input=json.dumps(dict(files)),
            capture_output=True,
            text=True,
            check=True,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": folder, "HOME": folder},
        )
    return {
        path: PeerAnswer(tuple(row(**each) for each in told["rows"]), told["error"])
        for path, told in json.loads(done.stdout).items()
    }


def answer(read: Read[Row]) -> None:
    """Answer for the files that stdin names; run by a peer in its own interpreter."""
    files: dict[str, str] = json.load(sys.stdin)
    signal.signal(signal.SIGALRM, _give_up)
    answers = {}
    for path, reader in files.items():
        # a chatty library must not spoil the answer
        with contextlib.redirect_stdout(io.StringIO()):
            answers[path] = asdict(_told(read, path, reader))
    sys.stdout.write(json.dumps(answers))


def _told(read: Read[Row], path: str, reader: str) -> PeerAnswer[Row]:
    signal.alarm(_PATIENCE_SECOND)
    try:
        return PeerAnswer(tuple(read(path, reader)))
    except NotItsFormat:
        return PeerAnswer(error=NOT_ITS_FORMAT)
    except (Exception, SystemExit) as fault:  # noqa: BLE001 - whatever it raises is its answer
        line = " ".join(str(fault).replace(path, Path(path).name).split())
        return PeerAnswer(error=f"{type(fault).__name__}: {line}"[:_LINE].rstrip())
    finally:
        signal.alarm(0)


def _give_up(_number: int, _frame: FrameType | None) -> None:
    raise TimeoutError(f"no answer within {_PATIENCE_SECOND} s")


def number(value: float | None) -> float | None:
    """Return a number as JSON can tell it; what is not finite is None."""
    return None if value is None or not math.isfinite(value) else float(value)
