"""Neware exports of BTS and BTSDA, csv and xlsx: flat, or nested (cycle, step, record).

Column names are in neware_csv.tsv; their units stand in the header, ``Current(mA)``. Characters
lost on the way (µ, ° and Ω written as ``?`` or O) are restored where only one unit is meant; words
may be English, German or Chinese, fields parted by commas, tabs or semicolons. Times are clocks or
numbers. Dates are the wall clock of the computer that exported, without a zone: they
are kept as ``local_time_s``, seconds since 1970 by that clock. Capacity and energy start anew in
each step. An export without a test time has its steps laid end to end. Of a workbook the sheets of
records are read as one; what those of sensors (DetailTemp, DetailVol) tell is joined to them by the
number of the record, and sheets of sums (cycle, step) are named in a finding.
"""

import csv
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.parse.date import dates
from ingest.parse.delimiter import beginning, separator_of, writes_decimal_comma
from ingest.parse.elapsed import started_at, test_time_second
from ingest.parse.heading import parted, unit_of
from ingest.parse.neware_nested import LEVELS, is_nested, nested_table, tops
from ingest.parse.neware_sheet import joined
from ingest.parse.plain_table import table_in
from ingest.parse.text_file import TextFile
from ingest.parse.text_table import MISSING, TextTable
from ingest.parse.unit import stored
from ingest.parse.whole_line import whole_line_bytes
from ingest.reader import Account, Reader
from ingest.reading import Export, RawColumn, Reading
from schema.error import UnknownUnit, UnreadableExport
from schema.quantity import quantities

_NAME: Final = "neware_csv"
_MISSING: Final = MISSING | {"-", "--"}
_DATES: Final = frozenset(
    ["Date", "Realtime", "Absolutzeit", "Datum", "绝对时间", "系统时间", "日期"]
) | {"Absolute Time"}
_HEAD_CHARACTERS: Final = 65_536
"""Enough for three lines, which tell whether an export is nested."""


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
    lines = _beginning(export.head).splitlines()[: len(LEVELS)]
    if not lines:
        return False
    separator = separator_of(lines[0])
    rows = tops(lines, separator)
    if is_nested(rows, _quantity):
        return True
    named = [found for cell in rows[0] if (found := _quantity(cell))]
    marks = {"record_index", "step_type"}.intersection(named)
    return {"voltage_volt", "current_ampere", "step_id"} <= {*named} and bool(marks)


def _beginning(head: bytes) -> str:
    """Return the text a file begins with, in Chinese where it is no UTF-8."""
    text = beginning(head)
    lossy = "\N{REPLACEMENT CHARACTER}" in text[:-4]
    return head.decode("gb18030", errors="replace") if lossy and head[:1] != b"\xff" else text


def _read(export: Export) -> list[Reading]:
    file = TextFile.of(export, _NAME)
    faults = []
    # whichever encoding makes the units of the header readable is the one it was written in
    for encoding in ("utf-8", "latin-1", "gb18030"):
        try:
            return [_reading(export, _table(file.taken_for(encoding)))]
        except UnknownUnit as fault:
            faults.append(UnreadableExport(export.origin, _NAME, "header", str(fault)))
        except UnreadableExport as fault:
            if not fault.place or not fault.place.startswith(("byte", "header")):
                raise
            faults.append(fault)
    raise faults[0]


def _table(file: TextFile) -> TextTable:
    head = file.head[:_HEAD_CHARACTERS]
    lines = head.splitlines()
    separator = separator_of(lines[0]) if lines else ","
    decimal = "," if writes_decimal_comma(head, separator) else "."
    if is_nested(tops([line for line in lines if line.strip()], separator), _quantity):
        return nested_table(
            *(file.export, _NAME, file.text, separator),
            meaning=_quantity,
            decimal=decimal,
            missing=_MISSING,
        )
    return table_in(file, separator, numeric=_is_numeric, decimal=decimal, missing=_MISSING)


def _reading(export: Export, table: TextTable) -> Reading:
    columns, dated = _columns(table)
    values = {raw.quantity: raw.values for raw in columns if raw.quantity}
    if "test_time_second" not in values:
        if "step_time_second" not in values:
            raise UnreadableExport(export.origin, _NAME, "header", "it has no column of times")
        steps = _steps(columns)
        elapsed = test_time_second(np.asarray(values["step_time_second"], np.float64), steps)
        columns.append(RawColumn("test time of steps laid end to end", elapsed, "test_time_second"))
    else:
        elapsed = np.asarray(values["test_time_second"], np.float64)
    findings = table.findings
    timestamps = None
    if dated is not None:
        parsed = dates(
            table.as_written(dated),
            table.header[dated],
            elapsed_second=elapsed,
            strip=table.stripped,
        )
        timestamps, findings = parsed.second, (*findings, *parsed.findings)
        columns.append(RawColumn("local_time_s", timestamps))
    return Reading(
        columns=tuple(columns),
        instrument="Neware",
        started_at=None if timestamps is None else started_at(timestamps, elapsed),
        step_marks=tuple(
            raw.name
            for raw in columns
            if raw.quantity in {"vendor_cycle_count", "step_id", "step_type"}
        ),
        findings=findings,
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
    return parted(header, slash=False)[0] in _DATES


def _columns(table: TextTable) -> tuple[list[RawColumn], int | None]:
    """Return the columns, without the first that holds dates, and where that stands."""
    columns: list[RawColumn] = []
    dated = None
    for place, header in enumerate(table.header):
        if _is_date(header) and dated is None:
            dated = place
            continue
        quantity = _quantity(header)
        if quantity is None:
            if not table.is_empty(place):
                columns.append(RawColumn(header, table.values(place)))
            continue
        if any(raw.quantity == quantity for raw in columns):
            quantity = None
        columns.append(_column(table, place, quantity))
    return columns, dated


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
    return RawColumn(header, values, quantity, scale, table.digits(place))


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
    version="4",
    title="Neware BTS and BTSDA csv and xlsx",
    suffixes=(".csv", ".xlsx"),
    knows=_knows,
    read=_read,
    whole_bytes=whole_line_bytes,
    join=partial(joined, meaning=_quantity),
    order=10,
    account=Account(
        instrument="Neware, BTS and BTSDA",
        counters="in a step",
        gaps=(
            (
                "sums by cycle and step, in nested files and in sheets of their own, are left "
                "out; a workbook tells so"
            ),
            "a workbook of several tests leaves the sheets of sensors out",
            "no Neware workbook was at hand: its layout is that of published ones",
            "clocks are the computer's, of no zone",
        ),
        real_files=3,
        tested="the .ndax of the same test; counters and cycles of the vendor; written workbooks",
    ),
)
