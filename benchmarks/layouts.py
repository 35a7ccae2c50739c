"""Points written to disk: as the lake lays them out, and as pyarrow does by default."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq
from pyarrow import feather

from benchmarks.stopwatch import Work
from schema.lake import Lake
from schema.parquet import Layout
from schema.relation import POINTS


@contextmanager
def lake(rows: Path, scratch: Path) -> Iterator[Work]:
    """Bring points (an Arrow file) to rest in a lake; answer their bytes."""
    table = feather.read_table(rows, memory_map=False)
    layout = Layout(POINTS, "0" * 64, "benchmark", "1")
    with TemporaryDirectory(dir=scratch) as folder:
        place = Lake(Path(folder))
        place.write("points/warm.parquet", table, layout)
        yield lambda: place.write("points/1.parquet", table, layout).bytes


@contextmanager
def pyarrow_default(rows: Path, scratch: Path, codec: str) -> Iterator[Work]:
    """Write points (an Arrow file) with nothing but the codec named, and flush; answer bytes."""
    table = feather.read_table(rows, memory_map=False)
    with TemporaryDirectory(dir=scratch) as folder:

        def write(name: str) -> int:
            path = Path(folder) / name
            pq.write_table(table, path, compression=codec)
            with path.open("rb") as file:
                os.fsync(file.fileno())
            return path.stat().st_size

        write("warm.parquet")
        yield lambda: write("1.parquet")
