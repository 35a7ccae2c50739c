"""Any table whose columns a sidecar declares: delimited text, a sheet of a workbook, or Parquet.

A sidecar is somebody's word on the file, so this reader asks before all others, and knows nothing
without one. Each key of the sidecar is described on its field in ingest/sidecar.py.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from ingest.channel import CHANNEL
from ingest.clock import over_midnight
from ingest.declared.source import is_table, table_of
from ingest.declared.timing import began, dated, dates_of, timed
from ingest.direction import directions
from ingest.parse.heading import unit_of
from ingest.parse.text_table import TextTable
from ingest.parse.time_of_day import seconds_of_day
from ingest.parse.unit import stored
from ingest.parse.whole_line import whole_line_bytes
from ingest.reader import Account, Reader
from ingest.reading import Export, Fact, Finding, RawColumn, Reading
from ingest.sidecar import CLOCK, DATE, TIME_OF_DAY, DeclaredColumn, Sidecar, load
from schema.error import UnknownUnit, UnreadableExport
from schema.quantity import quantities

_NAME: Final = "delimited"
_CLOCKS: Final = ("test_time_second", "unix_time_second")
_DAY_SECOND: Final = 86_400.0


def _knows(export: Export) -> bool:
    if export.sidecar is None:
        return False
    own = export.sidecar.name.startswith(export.name)
    return own or is_table(export)


def _read(export: Export) -> list[Reading]:
    if export.sidecar is None:
        raise UnreadableExport(export.origin, _NAME, "sidecar", "there is none beside the file")
    declared = load(export.sidecar, export.origin, _NAME)
    table, units = table_of(
        export, _NAME, declared, lambda name: _is_numeric(declared.columns.get(name))
    )
    absent = [name for name in declared.columns if name not in table.header]
    if absent:
        place = f"{export.sidecar.name}: columns.{absent[0]}"
        reason = f"the file has no such column; columns: {', '.join(table.header)}"
        raise UnreadableExport(export.origin, _NAME, place, reason)
    doubts: list[Finding] = []
    columns = [
        _column(table, place, _with_unit(export, name, units, declared), declared, doubts)
        for place, name in enumerate(table.header)
    ]
    columns = [
        replace(raw, name=f"{raw.name} / {units[raw.name]}")
        if raw.name not in declared.columns and units.get(raw.name)
        else raw
        for raw in columns
    ]
    columns = _on_its_day(export, columns, declared)
    columns, crossed = _over_midnight(columns, declared)
    if any(column.unit == DATE for column in declared.columns.values()):
        columns, elapsed, time_findings = timed(table, columns)
        started_at, crossed = _began(declared, columns, elapsed), (*crossed, *time_findings)
    else:
        started_at = declared.begin
    if declared.positive_current == "state":
        columns = _by_state(columns)
    return [
        Reading(
            columns=tuple(columns),
            technique=declared.technique,
            instrument=declared.instrument,
            channel=declared.channel,
            started_at=started_at,
            step_marks=tuple(
                name for name, column in declared.columns.items() if column.starts_step
            ),
            bare_farad=declared.bare_farad,
            facts={**_geometry(declared), **declared.facts},
            findings=(*table.findings, *doubts, *crossed),
        )
    ]


def _is_numeric(column: DeclaredColumn | None) -> bool | None:
    """Return whether numbers stand in a column; None: nobody says."""
    if column is None:
        return None
    if column.parts_tests or column.unit in {CLOCK, DATE}:
        return False
    return None if column.quantity is None else quantities()[column.quantity].kind != "text"


def _geometry(declared: Sidecar) -> dict[str, Fact]:
    geometry = {"area_cm2": declared.area_cm2, "thickness_um": declared.thickness_um}
    return {name: value for name, value in geometry.items() if value is not None}


def _with_unit(
    export: Export, name: str, units: Mapping[str, str], declared: Sidecar
) -> DeclaredColumn | None:
    """Return what a column is declared as, in the unit that stands below its name.

    Raises:
        UnreadableExport: when the file states none, another than declared, or one nobody knows.
    """
    column = declared.columns.get(name)
    quantity = column.quantity if column else None
    if column is None or quantity is None or quantities()[quantity].kind != "number":
        return column
    unit_text = units.get(name, "")
    place = f"line {declared.skip_lines + 2}"
    if column.unit is None and not unit_text:
        reason = f"no unit stands below {name!r}, and none is declared"
        raise UnreadableExport(export.origin, _NAME, place, reason)
    try:
        below = unit_of(unit_text, quantity) if unit_text else None
    except UnknownUnit as fault:
        if column.unit is not None:
            return column
        raise UnreadableExport(export.origin, _NAME, place, str(fault)) from fault
    if column.unit is None:
        return column.model_copy(update={"unit": below.name if below else CLOCK})
    if below is not None and column.measure() != below:
        reason = f"{name!r} is in {unit_text}, and declared in {column.unit}"
        raise UnreadableExport(export.origin, _NAME, place, reason)
    return column


def _column(
    table: TextTable,
    place: int,
    column: DeclaredColumn | None,
    declared: Sidecar,
    doubts: list[Finding],
) -> RawColumn:
    """Return a column as declared; what is doubtful about it is added to the doubts."""
    name = table.header[place]
    if column is not None and column.unit == DATE:
        timestamps = dates_of(table, place, declared.day_or_month_first)
        doubts.extend(timestamps.findings)
        return dated(name, timestamps)
    if column is not None and column.unit == TIME_OF_DAY:
        return RawColumn(name, _time_of_day(table, place), column.quantity)
    if column is not None and column.parts_tests:
        return RawColumn(CHANNEL, table.labels(place))
    if column is None or column.quantity is None:
        return RawColumn(name, table.values(place))
    return _measured(table, place, column, declared)


def _measured(table: TextTable, place: int, column: DeclaredColumn, declared: Sidecar) -> RawColumn:
    name, quantity = table.header[place], column.quantity or ""
    if quantities()[quantity].kind == "text":
        return RawColumn(name, table.labels(place), quantity)
    unit = column.measure()
    if unit is None:
        numbers = table.seconds(place, None) if column.unit == CLOCK else table.numbers(place)
        return RawColumn(name, numbers, quantity)
    numbers, scale = stored(table.numbers(place), unit)
    discharges = quantity == "current_ampere" and declared.positive_current == "discharge"
    sign = -1.0 if column.negated != discharges else 1.0
    return RawColumn(name, numbers, quantity, scale * sign, table.digits(place))


def _time_of_day(table: TextTable, place: int) -> NDArray[np.float64]:
    texts = table.texts(place)
    times = seconds_of_day(texts)
    broken = (times.is_null() & texts.is_not_null()).arg_true()
    if len(broken):
        line, reason = table.lines[broken[0]], f"{texts[broken[0]]!r} is no time of day"
        raise UnreadableExport(table.origin, _NAME, f"line {line}", reason)
    seconds: NDArray[np.float64] = times.to_numpy()
    return seconds


def _on_its_day(export: Export, columns: list[RawColumn], declared: Sidecar) -> list[RawColumn]:
    """Return columns whose date has the time of day that stands beside it.

    Raises:
        UnreadableExport: when the dates have a time themselves.
    """
    clock = next(
        (
            raw
            for raw in columns
            if (column := declared.columns.get(raw.name))
            and (column.unit, column.quantity) == (TIME_OF_DAY, None)
        ),
        None,
    )
    if clock is None:
        return columns
    (place,) = (at for at, raw in enumerate(columns) if raw.name == "local_time_s")
    day = np.asarray(columns[place].values)
    if np.any(day % _DAY_SECOND > 0.0):
        reason = f"the dates tell a time, and {clock.name!r} another"
        raise UnreadableExport(export.origin, _NAME, "columns", reason)
    columns[place] = replace(columns[place], values=day + np.asarray(clock.values))
    return columns


def _began(
    declared: Sidecar, columns: list[RawColumn], elapsed: NDArray[np.float64]
) -> datetime | None:
    start = declared.begin or began(columns, elapsed)
    if start is None or start.tzinfo is not None or declared.time_zone is None:
        return start
    return start.replace(tzinfo=ZoneInfo(declared.time_zone))


def _by_state(columns: list[RawColumn]) -> list[RawColumn]:
    """Give a current that is a magnitude the sign that the state of its record tells."""
    (state,) = (raw.values for raw in columns if raw.quantity == "step_type")
    sign = directions(state)
    return [
        replace(raw, values=np.where(sign, np.abs(raw.values) * sign, raw.values))
        if raw.quantity == "current_ampere"
        else raw
        for raw in columns
    ]


def _over_midnight(
    columns: list[RawColumn], declared: Sidecar
) -> tuple[list[RawColumn], tuple[Finding, ...]]:
    """Let clocks go on over midnight; the time within a step starts anew by itself."""
    for place, raw in enumerate(columns):
        column = declared.columns.get(raw.name)
        if column and column.unit in {CLOCK, TIME_OF_DAY} and raw.quantity in _CLOCKS:
            time, count = over_midnight(np.asarray(raw.values, dtype=np.float64))
            findings = []
            if count:
                detail = f"the clock crosses midnight {count} times"
                findings.append(Finding("clock_over_midnight", detail, raw.name))
            if column.unit == TIME_OF_DAY:
                time = time - time[0]
                detail = "test time is the time of day less that of record 1"
                findings.append(Finding("time_made", detail, raw.name))
            columns[place] = replace(raw, values=time)
            return columns, tuple(findings)
    return columns, ()


READER = Reader(
    name=_NAME,
    version="4",
    title="Tables declared by a sidecar",
    suffixes=(".csv", ".tsv", ".txt", ".dat", ".xlsx", ".parquet"),
    knows=_knows,
    read=_read,
    whole_bytes=whole_line_bytes,
    states={
        "instrument_serial": "instrument_serial",
        "firmware": "firmware",
        "program": "program_name",
        "operator": "operator",
        "specimen": "specimen",
        "comment": "comment",
        "mass": "stated_mass_gram",
        "area": "stated_area_cm2",
        "capacity": "stated_capacity_ah",
    },
    takes_sidecar=True,
    order=-1,
    account=Account(
        instrument="whatever made the table",
        counters="as each column is declared: over the test, a cycle, a half cycle or a step",
        gaps=(
            "of a workbook one sheet is read, the one declared",
            "a Parquet column of lists, bytes or durations is refused",
            "what stands above the header is no fact, unless the sidecar tells it",
        ),
        real_files=0,
        tested=(
            "22 real tables (text, Parquet) that say nothing of themselves, against plain reads "
            "by csv and polars; written workbooks"
        ),
    ),
)
