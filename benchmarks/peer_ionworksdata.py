"""ionworksdata as its users run it, in an environment of its own: it brings a simulator along.

Nothing of Leyden is imported here, and what it brings only where it runs.
"""

# ruff: noqa: PLC0415 - the process that names a contestant cannot import what this one imports

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from benchmarks.stopwatch import Work

PYTHON: Final = Path(__file__).parents[1] / ".venv-ionworks" / "bin" / "python"
_REQUIREMENTS: Final = Path(__file__).with_name("ionworks.txt")


class PeerAbsent(Exception):
    """The environment of ionworksdata was not made."""

    def __init__(self) -> None:
        super().__init__("ionworksdata is absent: `make .venv-ionworks/installed` fetches it")


def python() -> Path:
    """Return the interpreter that has ionworksdata.

    Raises:
        PeerAbsent: when it was not made.
    """
    if not PYTHON.is_file():
        raise PeerAbsent
    return PYTHON


def told() -> str:
    """Return name and versions of what the environment holds."""
    held = dict(line.split("==") for line in _REQUIREMENTS.read_text(encoding="ascii").split())
    return f"ionworksdata {held['ionworksdata']} (polars {held['polars']})"


@contextmanager
def series_and_steps(path: Path, small: Path) -> Iterator[Work]:
    """Read a Neware csv into a frame of its records and one of its steps; answer its records."""
    os.environ["PYBAMM_DISABLE_TELEMETRY"] = "true"
    from ionworksdata import read

    def both(source: Path) -> int:
        series, _ = read.time_series_and_steps(str(source), "neware")
        return len(series)

    both(small)
    yield lambda: both(path)
