"""What it costs to read no damaged file, and what comes of it where nobody looks.

python -m benchmarks.damage
"""

import random
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from schema.lake import Lake, hash_of
from schema.parquet import ROW_GROUP_ROWS, Layout, encoding
from schema.relation import POINTS
from schema.rows import rows_of
from schema.verification import damage, damages

_ROWS: Final = 3_780_000
"""Of an export of 200 MB."""
_FLIPS: Final = 300
_TESTS: Final = 50
"""Of a page of 50 cells."""
_LAYOUT: Final = Layout(POINTS, "0" * 64, "none", "1")


def points(rows: int) -> pa.Table:
    """Return points that wander as those of a cycler do."""
    draw = np.random.default_rng(1)
    names = ("voltage_volt", "current_ampere", "capacity_ah", "energy_wh", "temperature", "power")
    walks = {name: draw.normal(size=rows).cumsum() for name in names}
    return pa.table({"test_time_second": np.arange(rows) * 0.5, **walks})


def writing(folder: Path, table: pa.Table) -> None:
    """Tell what page checksums cost a writer."""
    how = encoding(rows_of(table))
    for turn, checksums in enumerate((False, True, False, True)):
        began, path = process_time(), folder / f"{checksums}.parquet"
        chosen = {**how, "write_page_checksum": checksums}
        pq.write_table(table, path, row_group_size=ROW_GROUP_ROWS, **chosen)
        if turn > 1:  # the first two are warm by then
            spent, size = process_time() - began, path.stat().st_size
            print(f"write, page checksums {checksums}: {spent:.2f} s of a core, {size:,} bytes")


def reading(folder: Path, table: pa.Table) -> None:
    """Tell what hashing costs a reader, the first time and from then on."""
    lake = Lake(folder / "lake")
    large = [lake.path(lake.write("large.parquet", table, _LAYOUT).path)]
    one = table.slice(0, 20_000)
    small = [lake.path(lake.write(f"{n}.parquet", one, _LAYOUT).path) for n in range(_TESTS)]
    for paths in (large, small):
        hashed = [(path, hash_of(path)) for path in paths]
        for turn in ("first", "later"):
            began = perf_counter()
            damages(hashed)
            spent_ms, size = 1e3 * (perf_counter() - began), paths[0].stat().st_size
            print(f"hash of {len(paths)} of {size:,} bytes, {turn}: {spent_ms:.2f} ms")


def flipping(folder: Path, table: pa.Table) -> None:
    """Tell what comes of single bits that are flipped in a file."""
    lake, want, other = Lake(folder / "flipped"), table.slice(0, 40_000), folder / "damaged.parquet"
    path = lake.path(lake.write("points.parquet", want, _LAYOUT).path)
    sound, digest = path.read_bytes(), hash_of(path)
    readers: dict[str, Callable[[], pa.Table]] = {
        "DuckDB": lambda: duckdb.read_parquet(str(other)).to_arrow_table(),
        "Arrow with page checksums": lambda: pq.read_table(other, page_checksum_verification=True),
        "Leyden": lambda: _read_by_hash(other, digest),
    }
    errors, wrong = dict.fromkeys(readers, 0), dict.fromkeys(readers, 0)
    draw = random.Random(2)  # noqa: S311 # any bit is as good
    for _ in range(_FLIPS):
        damaged = bytearray(sound)
        damaged[draw.randrange(len(damaged))] ^= 1 << draw.randrange(8)
        other.unlink(missing_ok=True)
        other.write_bytes(damaged)
        for name, read in readers.items():
            try:
                wrong[name] += not read().cast(want.schema).equals(want)
            except Exception:  # noqa: BLE001 # any error is one
                errors[name] += 1
    for name in readers:
        print(f"{_FLIPS} bits, {name}: {errors[name]} errors, {wrong[name]} other numbers")


def _read_by_hash(path: Path, sha256: str) -> pa.Table:
    if reason := damage(path, sha256):
        raise OSError(reason)
    return pq.read_table(path)


if __name__ == "__main__":
    drawn = points(_ROWS)
    with TemporaryDirectory() as name:
        writing(Path(name), drawn)
        reading(Path(name), drawn)
        flipping(Path(name), drawn)
