"""galvani, a reader of BioLogic files (GPL: run here and in tests, never shipped)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
from galvani import BioLogic

from benchmarks.stopwatch import Work


@contextmanager
def frame(path: Path, small: Path) -> Iterator[Work]:
    """Parse a .mpr and deal its records out to the columns of a DataFrame; answer its rows."""

    def parse(source: Path) -> int:
        return len(pd.DataFrame(BioLogic.MPRfile(str(source)).data))

    parse(small)
    yield lambda: parse(path)
