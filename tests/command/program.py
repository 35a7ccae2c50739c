"""The real program: in a process of its own where that matters, else called within ours.

A process of its own takes longer to start than most commands take.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Final
from unittest.mock import patch

import leyden

LEYDEN: Final = [sys.executable, "-m", "leyden"]
END_SECOND: Final = 2 + 3
"""Two seconds that Ctrl-C takes after what is in hand, and what a busy machine adds."""


def environment(home: Path | None, **settings: str) -> dict[str, str]:
    """Return an environment with a warehouse at home, if any, and none of the caller's settings.

    There is little to read: a crew would take longer to start.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LEYDEN_")}
    stated = {"LEYDEN_HOME": str(home)} if home else {}
    return {**kept, **stated, "LEYDEN_INGEST_PROCESSES": "1", **settings}


def called(home: Path | None, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Call a command within this process, as a process of its own begins: what it says, its end."""
    out, err = (TextIOWrapper(BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with (
        patch.dict(os.environ, environment(home, **settings), clear=True),
        patch.object(sys, "argv", ["leyden", *words]),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = leyden.run()
    said = [each.detach().getvalue().decode() for each in (out, err)]
    return subprocess.CompletedProcess([*LEYDEN, *words], code, *said)


def run(home: Path | None, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, in pipes."""
    return subprocess.run(  # noqa: S603 # our own program
        [*LEYDEN, *words],
        env=environment(home, **settings),
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def running(home: Path | None, *words: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """Yield a command that is at work, the first of a group as a terminal makes them."""
    with subprocess.Popen(  # noqa: S603 # our own program
        [*LEYDEN, *words],
        env=environment(home, **settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()
