"""The real program in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

LEYDEN: Final = [sys.executable, "-m", "leyden"]


def environment(home: Path, **settings: str) -> dict[str, str]:
    """Return an environment with a warehouse at home and none of the caller's settings.

    There is little to read: a crew would take longer to start.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LEYDEN_")}
    return {**kept, "LEYDEN_HOME": str(home), "LEYDEN_INGEST_PROCESSES": "1", **settings}


def run(home: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, in pipes."""
    return subprocess.run(  # noqa: S603 # our own program
        [*LEYDEN, *words],
        env=environment(home, **settings),
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def running(home: Path, *words: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
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
