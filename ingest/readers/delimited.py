"""Any delimited text whose columns a sidecar declares.

A sidecar is somebody's word on the file, so this reader asks before all others, and knows nothing
without one. Each key of the sidecar is described on its field in ingest/sidecar.py.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from ingest.channel import CHANNEL
from ingest.clock import over_midnight
from ingest.declared.timing import began, dated, timed
from ingest.direction import directions
from ingest.parse.date import dates
from ingest.parse.plain_table import table_in
from ingest.parse.text_file import TextFile
from ingest.parse.text_table import MISSING, TextTable
from ingest.parse.unit import stored
from ingest.reader import Reader
from ingest.reading import Export, Fact, Finding, RawColumn, Reading
from ingest.sidecar import CLOCK, DATE, DeclaredColumn, Sidecar, load
from schema.error import UnreadableExport
from schema.quantity import quantities

_NAME: Final = "delimited"
_CLOCKS: Final = ("test_time_second", "unix_time_second")
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


def _knows(export: Export) -> bool:
    if export.sidecar is None:
        return False
    own = export.sidecar.name.startswith(export.name)
    return own or b"\0" not in export.head or export.head.startswith(_UTF16)


def _read(export: Export) -> list[Reading]:
    if export.sidecar is None:
        raise UnreadableExport(export.origin, _NAME, "sidecar", "there is none beside the file")
    declared = load(export.sidecar, export.origin, _NAME)
    try:
        file = TextFile.of(export, _NAME, declared.encoding)
    except LookupError as fault:
        place = f"{export.sidecar.name}: encoding"
        raise UnreadableExport(export.origin, _NAME, place, str(fault)) from fault
    table = table_in(
        file,
        declared.delimiter,
        header_line=declared.skip_lines + 1,
        names=None if declared.header else tuple(declared.columns),
        numeric=lambda name: _is_numeric(declared.columns.get(name)),
        decimal=declared.decimal,
        missing=MISSING | {word.strip().lower() for word in declared.missing},
    )
    absent = [name for name in declared.columns if name not in table.header]
    if absent:
        place = f"{export.sidecar.name}: columns.{absent[0]}"
        reason = f"the file has no such column; columns: {', '.join(table.header)}"
        raise UnreadableExport(export.origin, _NAME, place, reason)
    doubts: list[Finding] = []
    columns = [
        _column(table, place, declared.columns.get(name), declared, doubts)
        for place, name in enumerate(table.header)
    ]
    columns, crossed = _over_midnight(columns, declared)
    if any(column.unit == DATE for column in declared.columns.values()):
        columns, elapsed, made = timed(table, columns)
        started_at, crossed = _began(declared, columns, elapsed), (*crossed, *made)
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
    told = {"area_cm2": declared.area_cm2, "thickness_um": declared.thickness_um}
    return {name: value for name, value in told.items() if value is not None}


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
        told = dates(table.texts(place), name, usual=declared.day_or_month_first)
        doubts.extend(told.findings)
        return dated(name, told)
    if column is not None and column.parts_tests:
        return RawColumn(CHANNEL, table.labels(place))
    if column is None or column.quantity is None:
        return RawColumn(name, table.values(place))
    if quantities()[column.quantity].kind == "text":
        return RawColumn(name, table.labels(place), column.quantity)
    unit = column.measure()
    if unit is None:
        numbers = table.seconds(place, None) if column.unit == CLOCK else table.numbers(place)
        return RawColumn(name, numbers, column.quantity)
    numbers, scale = stored(table.numbers(place), unit)
    discharges = column.quantity == "current_ampere" and declared.positive_current == "discharge"
    sign = -1.0 if column.negated != discharges else 1.0
    return RawColumn(name, numbers, column.quantity, scale * sign, table.digits(place))


def _began(
    declared: Sidecar, columns: list[RawColumn], elapsed: NDArray[np.float64]
) -> datetime | None:
    told = declared.begin or began(columns, elapsed)
    if told is None or told.tzinfo is not None or declared.time_zone is None:
        return told
    return told.replace(tzinfo=ZoneInfo(declared.time_zone))


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
        told = declared.columns.get(raw.name)
        if told and told.unit == CLOCK and raw.quantity in _CLOCKS:
            time, count = over_midnight(np.asarray(raw.values, dtype=np.float64))
            if count:
                columns[place] = replace(raw, values=time)
                detail = f"the clock crosses midnight {count} times"
                return columns, (Finding("clock_over_midnight", detail, raw.name),)
    return columns, ()


READER = Reader(
    name=_NAME,
    version="3",
    title="Delimited text declared by a sidecar",
    suffixes=(".csv", ".tsv", ".txt", ".dat"),
    knows=_knows,
    read=_read,
    takes_sidecar=True,
    order=-1,
)
