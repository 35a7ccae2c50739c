"""polars, which knows nothing of a cycler: what it takes to part the fields of a text."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from benchmarks.stopwatch import Work


@contextmanager
def texts(path: Path, small: Path) -> Iterator[Work]:
    """Read a csv into a frame of texts; answer its rows."""

    def read(source: Path) -> int:
        return pl.read_csv(source, infer_schema=False).height

    read(small)
    yield lambda: read(path)
