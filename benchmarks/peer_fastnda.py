"""fastnda as its users run it: Leyden, which changes how it inflates, is not imported here."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import fastnda

from benchmarks.stopwatch import Work


@contextmanager
def frame(path: Path) -> Iterator[Work]:
    """Read a .ndax into a polars DataFrame; answer its rows."""

    def read() -> int:
        return len(fastnda.read(path))

    read()
    yield read
