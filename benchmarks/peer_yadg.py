"""yadg, a reader of many instruments (GPL: run here and in tests, never shipped)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from yadg import extractors

from benchmarks.stopwatch import Work


@contextmanager
def tree(path: Path, small: Path) -> Iterator[Work]:
    """Extract a .mpr into an xarray DataTree; answer its rows."""

    def extract(source: Path) -> int:
        return int(extractors.extract("eclab.mpr", source, timezone="UTC").sizes["uts"])

    extract(small)
    yield lambda: extract(path)
