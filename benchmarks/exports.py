"""The folder of real instrument files, and long files made of a real one."""

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
import polars as pl
from galvani import BioLogic

_RECORD_COUNT_BYTES: Final = 4
_LENGTH_AT: Final = 41
"""Where the head of a module tells its length, after ``MODULE`` and two names."""


Clock = TypeVar("Clock", pl.Series, pl.Expr)


class ExportsAbsent(Exception):
    """The real instrument files are not on this machine."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__("real instrument files are absent: name their folder by LEYDEN_EXPORTS")


def export(name: str) -> Path:
    """Return a real export by its place in the folder.

    Raises:
        ExportsAbsent: when it is not there.
    """
    default = Path(__file__).parents[2] / "shared" / "exports"
    path = Path(os.environ.get("LEYDEN_EXPORTS", default)) / name
    if not path.is_file():
        raise ExportsAbsent(path)
    return path


def _seconds(clock: Clock) -> Clock:
    """Return the seconds of clocks like 144:02:18."""
    parts = [clock.str.split(":").list.get(place).cast(pl.Int64) for place in range(3)]
    return parts[0] * 3600 + parts[1] * 60 + parts[2]


def write_long_mpr(source: Path, target: Path, size_bytes: int) -> int:
    """Repeat the data block of a .mpr until it has about ``size_bytes``; return its records.

    Settings and log stay as they are. Time goes on rising: each repeat begins one interval after
    the last record of the one before. All other columns repeat.
    """
    whole = source.read_bytes()
    with source.open("rb") as file:
        records = BioLogic.MPRfile(file).data
    module = whole.index(b"MODULEVMP data")
    block = whole.index(records.tobytes(), module)
    after = block + records.nbytes
    repeats: int = max(1, round((size_bytes - len(whole)) / records.nbytes) + 1)
    count = repeats * len(records)

    head = bytearray(whole[:block])
    length_at = module + _LENGTH_AT
    length = int.from_bytes(head[length_at : length_at + 4], "little")
    body = module + _LENGTH_AT + 4 + 4 + 8  # after the length: a version and a date
    if body + length != after:
        message = f"the head of the data module of {source.name} is not the short one"
        raise ValueError(message)
    more = (repeats - 1) * records.nbytes
    head[length_at : length_at + 4] = (length + more).to_bytes(4, "little")
    head[body : body + _RECORD_COUNT_BYTES] = count.to_bytes(_RECORD_COUNT_BYTES, "little")

    time = records["time/s"].copy()
    span = time[-1] - time[0] + np.median(np.diff(time))
    repeated = records.copy()
    with target.open("wb") as file:
        file.write(head)
        for repeat in range(repeats):
            repeated["time/s"] = time + repeat * span
            file.write(repeated.tobytes())
        file.write(whole[after:])
    return count


def write_long_neware_csv(source: Path, target: Path, repeats: int) -> int:
    """Repeat the records of a flat Neware csv so often; return how many there are.

    Index, cycle, time and date go on rising: each repeat begins a minute after the last record of
    the one before. All other columns repeat.
    """
    frame = pl.read_csv(source, infer_schema=False)
    span = int(_seconds(frame["Cumulative Time"])[-1]) + 60
    count, cycles = frame.height, int(frame["Cycle Index"].cast(pl.Int64).max())  # type: ignore[arg-type] # a column of integers has one
    with target.open("wb") as file:
        for repeat in range(repeats):
            later = span * repeat
            second = _seconds(pl.col("Cumulative Time")) + later
            date = pl.col("Date").str.to_datetime("%Y-%m-%d %H:%M:%S") + timedelta(seconds=later)
            frame.with_columns(
                (pl.col("DataPoint").cast(pl.Int64) + repeat * count).cast(pl.String),
                (pl.col("Cycle Index").cast(pl.Int64) + repeat * cycles).cast(pl.String),
                pl.format(
                    "{}:{}:{}",
                    *((part.cast(pl.String).str.zfill(2)) for part in _clock(second)),
                ).alias("Cumulative Time"),
                date.dt.strftime("%Y-%m-%d %H:%M:%S"),
            ).write_csv(file, include_header=repeat == 0)
    return repeats * count


def write_long_text(
    source: Path, target: Path, header: bytes, size_bytes: int, *, decimal_comma: bool = False
) -> tuple[int, int]:
    """Repeat the records of a text export until it has about ``size_bytes``, once at least.

    Of several tests in the file it is the last. Return the lines above the records, and how many
    records there are.

    Args:
        source: the real file.
        target: the long one.
        header: how the last line above the records begins.
        size_bytes: of the long one.
        decimal_comma: whether to put semicolons between fields, and decimal commas.
    """
    content = source.read_bytes()
    content = content[content.rfind(b"\n[Summary]") + 1 :]  # where a Novonix began anew
    found = re.search(rb"^%s.*\n" % re.escape(header), content, re.MULTILINE)
    if found is None:
        message = f"{source.name} has no line that begins with {header!r}"
        raise ValueError(message)
    head, records = content[: found.end()], content[found.end() :]
    end = b"\r\n" if head.endswith(b"\r\n") else b"\n"
    records = records.rstrip(b"\r\n") + end
    if decimal_comma:
        head, records = (part.replace(b",", b";").replace(b".", b",") for part in (head, records))
    repeats = max(1, round((size_bytes - len(head)) / len(records)))
    with target.open("wb") as file:
        file.write(head)
        for _ in range(repeats):
            file.write(records)
    return head.count(b"\n"), repeats * records.count(b"\n")


def _clock(second: pl.Expr) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    return second // 3600, second // 60 % 60, second % 60
