"""What time a declared table tells: columns of dates, a test time, and when the test began."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.parse.date import Dates, First, dates, from_numbers
from ingest.parse.elapsed import started_at, test_time_second
from ingest.parse.text_table import TextTable
from ingest.reading import Finding, RawColumn
from schema.error import UnreadableExport

Floats = NDArray[np.float64]
STEP_MARKS: Final = ("vendor_cycle_count", "step_id", "vendor_step_count", "step_type")
"""Quantities whose change begins a step."""


def dates_of(table: TextTable, place: int, usual: First) -> Dates:
    """Return a column of dates: texts, or numbers as spreadsheets have them."""
    numbers = table.all_numbers(place)
    if numbers is not None:
        return from_numbers(numbers, table.header[place])
    written = table.as_written(place)
    return dates(written, table.header[place], usual=usual, strip=table.stripped)


def dated(heading: str, timestamps: Dates) -> RawColumn:
    """Return a column of dates: of the wall clock, or since 1970 where they have a zone."""
    if timestamps.zoned:
        return RawColumn(heading, timestamps.second, "unix_time_second")
    return RawColumn("local_time_s", timestamps.second)


def timed(
    table: TextTable, columns: list[RawColumn]
) -> tuple[list[RawColumn], Floats, tuple[Finding, ...]]:
    """Return columns with a test time among them, that time, and what was done for want of one."""
    known = {raw.quantity or raw.name: np.asarray(raw.values) for raw in columns if _counts(raw)}
    if (time := known.get("test_time_second")) is not None:
        return columns, time, ()
    if (time := known.get("step_time_second")) is not None:
        begins = np.concatenate(([False], np.diff(time) < 0))
        for mark in STEP_MARKS:
            if mark in known:
                begins[1:] |= known[mark][1:] != known[mark][:-1]
        elapsed, how = test_time_second(time, np.cumsum(begins)), "its steps laid end to end"
    elif (time := _dates(known)) is not None:
        elapsed, how = time - np.nanmin(time), "that of its dates"
    else:
        reason = f"it has no column of times; columns: {', '.join(table.header)}"
        raise UnreadableExport(table.origin, table.reader, "header", reason)
    test_time = RawColumn(f"test time: {how}", elapsed, "test_time_second")
    return [*columns, test_time], elapsed, (Finding("time_made", f"it tells no test time: {how}"),)


def _dates(known: Mapping[str, Floats]) -> Floats | None:
    """Return the dates, None where there is none that can be read."""
    time = known.get("unix_time_second", known.get("local_time_s"))
    return None if time is None or np.isnan(time).all() else time


def _counts(raw: RawColumn) -> bool:
    return isinstance(raw.values, np.ndarray) and raw.values.dtype.kind == "f"


def complete(table: TextTable, columns: Sequence[RawColumn]) -> None:
    """Refuse a table that measures nothing.

    Raises:
        UnreadableExport: naming what it lacks.
    """
    meant = {raw.quantity for raw in columns}
    if not meant & {"voltage_volt", "working_potential_volt", "frequency_hertz"}:
        reason = f"it has no column of voltage; columns: {', '.join(table.header)}"
        raise UnreadableExport(table.origin, table.reader, "header", reason)


def began(columns: Sequence[RawColumn], elapsed: Floats) -> datetime | None:
    """Return when a test began by its dates, with the zone they tell; None without dates."""
    for raw in columns:
        if raw.quantity == "unix_time_second" and _counts(raw):
            began = started_at(np.asarray(raw.values), elapsed)
            return began and began.replace(tzinfo=UTC)
        if raw.name == "local_time_s":
            return started_at(np.asarray(raw.values), elapsed)
    return None
