"""polars-access-mdbtools, which knows nothing of an Arbin: tables of an Access database as frames.

It is as light as a library can be, one module upon polars, so it needs no environment of its own.
"""

# ruff: noqa: PLC0415 - without it all other benchmarks can run

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from benchmarks.stopwatch import Work

_NAME: Final = "polars-access-mdbtools"
_TABLES: Final = ("Channel_Normal_Table", "Auxiliary_Table", "Global_Table")


class PeerAbsent(Exception):
    """It, or what it asks, is not installed."""


def told() -> str:
    """Return its name and version.

    Raises:
        PeerAbsent: when it, or mdbtools, which it asks, is not installed.
    """
    if shutil.which("mdb-export") is None:
        raise PeerAbsent("mdbtools is absent: `apt install mdbtools` fetches it")
    try:
        return f"{_NAME} {version(_NAME)}"
    except PackageNotFoundError as fault:
        raise PeerAbsent(f"{_NAME} is absent: `make install` fetches it") from fault


@contextmanager
def frames(path: Path, small: Path) -> Iterator[Work]:
    """Read the tables of a .res that our reader reads; answer the rows of the first."""
    from polars_access_mdbtools import read_table

    def read(source: Path) -> int:
        rows = [read_table(source, name).height for name in _TABLES]
        return int(rows[0])

    read(small)
    yield lambda: read(path)
