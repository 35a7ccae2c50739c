"""A file that grows by a tenth: gone on from what was taken in, beside taking all of it in anew."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import func, select

from benchmarks import ours
from benchmarks.exports import export, write_long_mpr, write_long_neware_csv
from benchmarks.figure import Figure, Report, show, times
from benchmarks.stopwatch import Work, side_by_side
from ingest.intake import take_in
from schema.catalog import LakeFile
from schema.catalog.connection import look
from schema.warehouse import Warehouse

MPR: Final = "datalab/jdb11-1_c3_gcpl_5cycles_2V-3p8V_C-24_data_C09.mpr"
CSV: Final = "cellpy/neware_uio.csv"
SIZE_BYTES: Final = 100_000_000
REPEATS: Final = 51
ROUNDS: Final = 5
_BEFORE: Final = 0.9
"""Of a file that is there before it grows."""


def measure(size_bytes: int = SIZE_BYTES, repeats: int = REPEATS, rounds: int = ROUNDS) -> Report:
    """Take in a .mpr of so many bytes, and a Neware csv of so many repeats, that have grown.

    Raises:
        ExportsAbsent: without the real files.
    """
    figures: list[Figure] = []
    with TemporaryDirectory(prefix="leyden-bench-") as folder:
        scratch = Path(folder)
        mpr, csv = scratch / "long.mpr", scratch / "long.csv"
        write_long_mpr(export(MPR), mpr, size_bytes)
        write_long_neware_csv(export(CSV), csv, repeats)
        for path, small in ((mpr, export(MPR)), (csv, export(CSV))):
            runs = side_by_side(
                {
                    "grown": partial(grown, path, small, scratch),
                    "anew": partial(ours.ingest, path, small, scratch),
                },
                rounds,
            )
            doing = f"{path.suffix}, {path.stat().st_size / 1e6:.0f} MB, "
            figures += times(
                runs["grown"], runs["anew"], "1 take-in of the whole file", None, doing
            )
            figures.append(_stored(path, scratch, doing))
    return Report(
        "a file that has grown by a tenth",
        "A real file of each kind, its records repeated. Ours: `take_in` of the file while it is "
        "written to, into a warehouse that took in the first 90 % of it so. Beside it: `take_in` "
        "of all of it into an empty warehouse. Both end with the committed catalog.",
        tuple(figures),
        ("All records are rolled up again, and all raw bytes copied and hashed, in both.",),
    )


@contextmanager
def grown(path: Path, small: Path, scratch: Path) -> Iterator[Work]:
    """Take an export in that has grown since it was taken in."""
    with ours.warehouse(scratch) as first:
        ours.points(first, small)
    with ours.warehouse(scratch) as second, TemporaryDirectory(dir=scratch) as folder:
        growing = Path(folder) / path.name
        _begin(second, path, growing)
        yield lambda: take_in(second, growing, growing=True).points


def _begin(warehouse: Warehouse, path: Path, growing: Path) -> None:
    """Take in the first part of a file, and let it grow."""
    content = path.read_bytes()
    growing.write_bytes(content[: int(_BEFORE * len(content))])
    take_in(warehouse, growing, growing=True)
    growing.write_bytes(content)


def _stored(path: Path, scratch: Path, doing: str) -> Figure:
    """Return what Parquet is written when a file has grown, beside that of the whole file."""
    with ours.warehouse(scratch) as one, TemporaryDirectory(dir=scratch) as folder:
        growing = Path(folder) / path.name
        _begin(one, path, growing)
        before = _lake_bytes(one)
        take_in(one, growing, growing=True)
        added = _lake_bytes(one) - before
    with ours.warehouse(scratch) as other:
        ours.points(other, path)
        anew = _lake_bytes(other)
    return Figure(
        f"{doing}Parquet written", "MB", added / 1e6, anew / 1e6, "1 take-in of the whole file"
    )


def _lake_bytes(warehouse: Warehouse) -> int:
    """Return the size of all Parquet that rests, superseded files too."""
    with look(warehouse.engine) as session:
        return int(session.scalar(select(func.sum(LakeFile.bytes))) or 0)


if __name__ == "__main__":
    from benchmarks import growing  # a contestant is known by its module's name

    show(growing.measure())
