"""Neware csv exports of BTS and BTSDA: flat, or nested in three levels (cycle, step, record).

Column names are in neware_csv.tsv; their units stand in the header, ``Current(mA)``. Characters
lost on the way (µ, ° and Ω written as ``?`` or O) are restored where only one unit is meant. Times
are clocks or numbers. Dates are the wall clock of the computer that exported, without a zone: they
are kept as ``local_time_s``, seconds since 1970 by that clock. Capacity and energy start anew in
each step. An export without a test time has its steps laid end to end.
"""

import csv
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest.parse.elapsed import started_at, test_time_second
from ingest.parse.heading import parted, unit_of
from ingest.parse.plain_table import plain_table
from ingest.parse.text_table import (
    MISSING,
    TextTable,
    decode,
    field_counts,
    fields,
    lines_of,
    read_table,
    without_cut_line,
)
from ingest.parse.unit import stored
from ingest.reader import Reader
from ingest.reading import Export, Finding, RawColumn, Reading
from schema.error import EmptyExport, UnknownUnit, UnreadableExport
from schema.quantity import quantities

_NAME: Final = "neware_csv"
_MISSING: Final = MISSING | {"-", "--"}
_DATES: Final = frozenset({"Date", "Realtime", "Absolute Time"})
_HEAD_BYTES: Final = 65_536
"""Enough for three lines, which tell whether an export is nested."""
_LEVELS: Final = ("vendor_cycle_count", "step_id", "record_index")


@cache
def _names() -> Mapping[str, str]:
    path = Path(__file__).with_suffix(".tsv")
    with path.open(encoding="utf-8", newline="") as file:
        return MappingProxyType(
            {row["name"]: row["quantity"] for row in csv.DictReader(file, delimiter="\t")}
        )


def _quantity(header: str) -> str | None:
    return _names().get(parted(header, slash=False)[0])


def _knows(export: Export) -> bool:
    head = export.head.decode("latin-1").removeprefix("ï»¿").splitlines()[:3]
    rows = [[cell.strip(' "\t') for cell in line.split(",")] for line in head]
    if _is_nested(rows):
        return True
    named = [found for cell in rows[0] if (found := _quantity(cell))] if rows else []
    told = {"record_index", "step_type"}.intersection(named)
    return {"voltage_volt", "current_ampere", "step_id"} <= {*named} and bool(told)


def _is_nested(rows: list[list[str]]) -> bool:
    return len(rows) >= 3 and all(
        len(row) > level and not any(row[:level]) and _quantity(row[level]) == _LEVELS[level]
        for level, row in enumerate(rows[:3])
    )


def _read(export: Export) -> list[Reading]:
    content = export.path.read_bytes()
    if content.isascii():  # as most are: nothing to be decoded, and no unit that depends on it
        with suppress(UnknownUnit):
            table = _plain(export, content)
            if table is not None:
                return [_reading(export, table)]
    faults = []
    # whichever encoding makes the units of the header readable is the one it was written in
    for encoding in ("utf-8", "latin-1", "gb18030"):
        try:
            text = decode(export, _NAME, encoding)
            table = None if content.isascii() else _plain(export, text.encode())
            return [_reading(export, table or _table(export, text))]
        except UnknownUnit as fault:
            faults.append(UnreadableExport(export.origin, _NAME, "header", str(fault)))
        except UnreadableExport as fault:
            if not fault.place or not fault.place.startswith("byte"):
                raise
    raise faults[0]


def _plain(export: Export, content: bytes) -> TextTable | None:
    """Return the records where nothing about them is odd."""
    if _is_nested(_tops(lines_of(content[:_HEAD_BYTES].decode(errors="replace"))[0])):
        return None
    return plain_table(export, _NAME, content, ",", numeric=_is_numeric, missing=_MISSING)


def _table(export: Export, text: str) -> TextTable:
    if _is_nested(_tops(lines_of(text)[0])):
        return _nested(export, text)
    return read_table(export, _NAME, text, ",", missing=_MISSING)


def _reading(export: Export, table: TextTable) -> Reading:
    columns, moments = _columns(table)
    values = {raw.quantity: raw.values for raw in columns if raw.quantity}
    if "test_time_second" not in values:
        if "step_time_second" not in values:
            raise UnreadableExport(export.origin, _NAME, "header", "it has no column of times")
        steps = _steps(columns)
        elapsed = test_time_second(np.asarray(values["step_time_second"], np.float64), steps)
        columns.append(RawColumn("test time of steps laid end to end", elapsed, "test_time_second"))
    else:
        elapsed = np.asarray(values["test_time_second"], np.float64)
    return Reading(
        columns=tuple(columns),
        instrument="Neware",
        started_at=None if moments is None else started_at(moments, elapsed),
        step_marks=tuple(
            raw.name
            for raw in columns
            if raw.quantity in {"vendor_cycle_count", "step_id", "step_type"}
        ),
        findings=table.findings,
    )


def _is_numeric(header: str) -> bool | None:
    """Return whether numbers stand below a heading; a time may be a clock, None: unknown."""
    if _is_date(header):
        return False
    quantity = _quantity(header)
    if quantity is None:
        return None
    return quantity != "step_type" and quantities()[quantity].unit != "s"


def _is_date(header: str) -> bool:
    return header.partition("(")[0].strip() in _DATES


def _nested(export: Export, text: str) -> TextTable:
    """Give each record the cycle and step it stands under."""
    everything, ended = lines_of(text)
    tops = _tops(everything)
    everything = _unmerged(everything, len(_named(tops[0])))
    names = _named(tops[2][2:])
    width = len(names) + 2
    counts = field_counts(everything["text"], ",")
    findings: tuple[Finding, ...] = ()
    if not ended and everything["text"][-1].startswith(",,"):
        everything, counts, findings = without_cut_line(everything, counts, ",", width)
    frame = fields(export, _NAME, everything["text"], ",", max(width, *counts.to_list()))
    frame = frame.with_columns(pl.all().str.strip_chars()).with_columns(
        pl.when(pl.all() != "").then(pl.all())
    )
    is_cycle = pl.col("0").is_not_null()
    is_step = ~is_cycle & pl.col("1").is_not_null()
    above = {tops[0][0]: pl.when(is_cycle).then(pl.col("0"))}
    above[tops[1][1]] = pl.when(is_step).then(pl.col("1"))
    for place, name in enumerate(tops[1]):
        if _quantity(name) == "step_type":
            above[name] = pl.when(is_step).then(pl.col(str(place)))
    header = (*above, *names)
    repeated = {name for name in header if header.count(name) > 1}
    if repeated:
        reason = f"several columns are called {min(repeated)!r}"
        raise UnreadableExport(export.origin, _NAME, "line 3", reason)
    records = (
        frame.select(
            *(told.forward_fill().alias(name) for name, told in above.items()),
            *(pl.col(str(place)).alias(name) for place, name in enumerate(names, start=2)),
            is_record=~is_cycle & ~is_step,
        )
        .with_columns(everything["line"].alias("at line"), counts.alias("field count"))
        .slice(3)
        .filter("is_record")
    )
    if records.is_empty():
        raise EmptyExport(export.origin, _NAME)
    short = records.filter(pl.col("field count") < width)
    if not short.is_empty():
        reason = f"{short['field count'][0]} fields where the header has {width}"
        raise UnreadableExport(export.origin, _NAME, f"line {short['at line'][0]}", reason)
    texts = records.select(header)
    texts.columns = [str(place) for place in range(texts.width)]
    lines = records["at line"].to_numpy()
    return TextTable(
        export.origin, _NAME, header, texts, lines, missing=_MISSING, findings=findings
    )


def _unmerged(everything: pl.DataFrame, width: int) -> pl.DataFrame:
    """Part the lines on which the first step of a cycle stands behind the cycle itself."""
    below = pl.int_range(everything.height, eager=True) >= len(_LEVELS)
    long = field_counts(everything["text"].str.strip_chars_end(","), ",") > width
    merged = ~everything["text"].str.starts_with(",") & long & below
    if not merged.any():
        return everything
    pattern = f"^((?:[^,]*,){{{width - 1}}}[^,]*),"
    parted = pl.when(merged).then(pl.col("text").str.replace(pattern, "${1}\n,"))
    return everything.with_columns(parted.otherwise(pl.col("text")).str.split("\n")).explode("text")


def _tops(lines: pl.DataFrame) -> list[list[str]]:
    """Return the cells of the first three lines."""
    return [[cell.strip(' "\t') for cell in line.split(",")] for line in lines["text"][:3]]


def _named(cells: list[str]) -> tuple[str, ...]:
    """Return the names of columns up to the last that has one."""
    last = max((place for place, cell in enumerate(cells, start=1) if cell), default=0)
    return tuple(cell or f"column {place + 2}" for place, cell in enumerate(cells[:last], start=1))


def _columns(table: TextTable) -> tuple[list[RawColumn], NDArray[np.float64] | None]:
    columns: list[RawColumn] = []
    moments = None
    for place, header in enumerate(table.header):
        if _is_date(header) and moments is None:
            moments = table.moments(place)
            columns.append(RawColumn("local_time_s", moments))
            continue
        quantity = _quantity(header)
        if quantity is None:
            if not table.is_empty(place):
                columns.append(RawColumn(header, table.values(place)))
            continue
        if any(raw.quantity == quantity for raw in columns):
            quantity = None
        columns.append(_column(table, place, quantity))
    return columns, moments


def _column(table: TextTable, place: int, quantity: str | None) -> RawColumn:
    header = table.header[place]
    if quantity is None:
        return RawColumn(header, table.values(place))
    if quantity == "step_type":
        return RawColumn(header, table.labels(place), quantity)
    unit = (
        unit_of(parted(header, slash=False)[1], quantity)
        if quantities()[quantity].kind == "number"
        else None
    )
    if quantities()[quantity].unit == "s":
        return RawColumn(header, table.seconds(place, unit.scale if unit else None), quantity)
    if quantities()[quantity].kind == "number" and unit is None:
        reason = f"{header!r} has no unit"
        raise UnreadableExport(table.origin, _NAME, "header", reason)
    numbers = table.numbers(place)
    if quantity == "record_index" and not (np.diff(numbers) > 0).all():
        return RawColumn(header, numbers)  # it starts anew in each step, so it orders nothing
    if unit is None:
        return RawColumn(header, numbers, quantity)
    values, scale = stored(numbers, unit)
    return RawColumn(header, values, quantity, scale)


def _steps(columns: list[RawColumn]) -> NDArray[np.int64]:
    """Number the steps: a new one where cycle or step changes, or its time runs back."""
    by_quantity = {raw.quantity: np.asarray(raw.values) for raw in columns if raw.quantity}
    time = by_quantity["step_time_second"]
    begins = np.concatenate(([False], np.diff(time) < 0))
    for mark in ("vendor_cycle_count", "step_id"):
        if mark in by_quantity:
            begins[1:] |= by_quantity[mark][1:] != by_quantity[mark][:-1]
    return np.cumsum(begins)


READER = Reader(
    name=_NAME,
    version="3",
    title="Neware BTS and BTSDA csv",
    suffixes=(".csv",),
    knows=_knows,
    read=_read,
    order=10,
)
