"""PalmSens PSTrace .pssession: a session of measurements as JSON, in UTF-16 with its mark.

Each spectrum of a measurement, and each scan of a voltammogram, is a test; the curves beside them
repeat its arrays for plotting, and are read where there is nothing else. Kinds of arrays are in
palmsens_pssession.tsv. The unit of an array is the name of its class (``MicroAmpere``), whatever
its symbol says, and its label tells the sign: ``-Z''`` and ``-Phase`` are turned round. Programs
wrote the keys in lower case before 5.8.
"""

import csv
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import unquote

import numpy as np

from ingest.parse.decoding import decode
from ingest.parse.json_node import Node
from ingest.parse.palmsens_array import Array, data_sets
from ingest.reader import Account, Reader
from ingest.reading import Export, Fact, Finding, RawColumn, Reading
from schema.error import EmptyExport, UnreadableExport

_NAME: Final = "palmsens_pssession"
_MARK: Final = '"PalmSens.DataFiles.SessionFile"'
_SETTING: Final = re.compile(r"^(METHOD_ID|NOTES)=([^\r\n]+)", re.MULTILINE)
_PREFIXES: Final = {"Micro": "µ", "Milli": "m", "Nano": "n", "Pico": "p", "Kilo": "k", "Mega": "M"}
_EPOCH: Final = datetime(1, 1, 1)  # noqa: DTZ001 - the local clock of the computer
_TICKS_PER_MICROSECOND: Final = 10
_SCAN_COLUMN: Final = "Scan"
_FEW_LETTERS: Final = 1 << 20
_LEAST_LETTERS: Final = 7
"""Of a point in its braces: ``{"V":1}``; in a longer session objects are larger on the average."""
_CHARGE: Final = 3
"""Kind of arrays of charge since the start."""


@cache
def _kinds() -> Mapping[tuple[int, str], tuple[int, str, float]]:
    """Return rank, quantity and scale by kind of array and class of unit."""
    with Path(__file__).with_suffix(".tsv").open(encoding="utf-8", newline="") as file:
        rows = enumerate(csv.DictReader(file, delimiter="\t"))
        return MappingProxyType(
            {
                (int(row["array_type"]), row["unit"]): (rank, row["quantity"], float(row["scale"]))
                for rank, row in rows
            }
        )


def _knows(export: Export) -> bool:
    encoding = "utf-16" if export.head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    return _MARK in export.head.decode(encoding, errors="replace")[:200]


def _read(export: Export) -> list[Reading]:
    text = decode(export, _NAME).strip("\ufeff\0 \r\n")
    if len(text) > _FEW_LETTERS and (objects := text.count("{")) * _LEAST_LETTERS > len(text):
        reason = f"{objects} objects in {len(text)} letters: no session is of objects so empty"
        raise UnreadableExport(export.origin, _NAME, "text", reason)
    try:
        document = json.loads(text)
    except json.JSONDecodeError as fault:
        place = f"character {fault.pos}"
        reason = f"no JSON: {fault.msg}; it may be cut: save the session again"
        raise UnreadableExport(export.origin, _NAME, place, reason) from fault
    except ValueError as fault:
        reason = "a number of it has thousands of digits"
        raise UnreadableExport(export.origin, _NAME, "text", reason) from fault
    except RecursionError as fault:
        raise UnreadableExport(export.origin, _NAME, "text", "it nests too deep") from fault
    session = Node(export, _NAME, "session", document if isinstance(document, dict) else {})
    readings = [
        _reading(session, measurement, title, arrays)
        for measurement in session.nodes("Measurements")
        for title, arrays in data_sets(measurement)
    ]
    if not readings:
        raise EmptyExport(export.origin, _NAME)
    return readings


def _reading(session: Node, measurement: Node, title: str | None, arrays: list[Array]) -> Reading:
    count = min(array.values.size for array in arrays)
    arrays = [_from_first_point(array, count) for array in arrays]
    findings: list[Finding] = []
    longest = max(arrays, key=lambda array: array.values.size)
    if longest.values.size > count:
        detail = f"{longest.label} has {longest.values.size} values; {count} are in every array"
        findings.append(Finding("truncated", detail, measurement.place))
    columns, untimed = _columns(arrays, count)
    method = measurement.get("Method", str) or ""
    settings = {
        name: unquote(value).replace("%crlf", "\n") for name, value in _SETTING.findall(method)
    }
    started_at, undated = _started_at(measurement)
    facts: dict[str, Fact] = {
        "Title": measurement.get("Title", str),
        "Curve": title,
        "Notes": settings.get("NOTES"),
        "Device": measurement.get("DeviceUsed", int),
        "Device serial": measurement.get("DeviceSerial", str) or None,
        "Firmware version": measurement.get("DeviceFW", str) or None,
        "Software version": session.get("CoreVersion", str),
        "Method": method or None,
    }
    return Reading(
        columns,
        technique=settings.get("METHOD_ID"),
        instrument="PalmSens",
        started_at=started_at,
        step_marks=(_SCAN_COLUMN,),
        facts={name: fact for name, fact in facts.items() if fact is not None},
        findings=(*findings, *untimed, *undated),
    )


def _from_first_point(array: Array, count: int) -> Array:
    """Return an array without the charge before the first point, which is 0."""
    if array.kind == _CHARGE and array.values.size == count + 1 and array.values[0] == 0.0:
        return replace(array, values=array.values[1:], status=None)
    return array


def _columns(
    arrays: Sequence[Array], count: int
) -> tuple[tuple[RawColumn, ...], tuple[Finding, ...]]:
    best: dict[str, tuple[int, int]] = {}
    known = [_kinds().get((array.kind, array.unit)) for array in arrays]
    for place, found in enumerate(known):
        if found:
            candidate = (found[0], place)
            best[found[1]] = min(candidate, best.get(found[1], candidate))
    chosen = {place for _, place in best.values()}
    columns: dict[str, RawColumn] = {}
    findings: tuple[Finding, ...] = ()
    for place, array in enumerate(arrays):
        symbol = _symbol(array)
        name = f"{array.label}/{symbol}" if symbol else array.label
        name = f"{name} ({place + 1})" if name in columns else name
        values, meant = array.values[:count], known[place] if place in chosen else None
        if meant and meant[1] == "test_time_second" and count > 1 and np.ptp(values) == 0:
            detail = f"all {count} points have the time {values[0]:g} s: when each was is unknown"
            findings, meant = (Finding("time_unknown", detail),), None
        scale = (-1.0 if array.negated else 1.0) * (meant[2] if meant else 1.0)
        columns[name] = RawColumn(name, values, *((meant[1], scale) if meant else ()))
        if array.status is not None:
            status = f"{name} status"
            columns[status] = RawColumn(status, array.status[:count])
    # a spectrum or a scan is one step, whichever way its current runs
    columns[_SCAN_COLUMN] = RawColumn(_SCAN_COLUMN, np.ones(count, dtype=np.int64))
    return tuple(columns.values()), findings


def _symbol(array: Array) -> str:
    prefix = next((sign for word, sign in _PREFIXES.items() if array.unit.startswith(word)), "")
    return prefix + array.symbol


def _started_at(measurement: Node) -> tuple[datetime | None, tuple[Finding, ...]]:
    """Return the start, whose zone is the difference of the two clocks of the file."""
    local, utc = (measurement.get(name, int) for name in ("TimeStamp", "UTCTimeStamp"))
    if local is None:
        return None, ()
    try:
        moment = _EPOCH + timedelta(microseconds=local // _TICKS_PER_MICROSECOND)
        if utc is None:
            return moment, ()
        ahead = timedelta(microseconds=(local - utc) // _TICKS_PER_MICROSECOND)
        return moment.replace(tzinfo=timezone(ahead)), ()
    except (OverflowError, ValueError):
        detail = f"{local} and {utc} are no times of one moment"
        return None, (Finding("unreadable_date", detail, measurement.place),)


READER: Final = Reader(
    name=_NAME,
    version="2",
    title="PalmSens PSTrace .pssession",
    suffixes=(".pssession",),
    knows=_knows,
    read=_read,
    account=Account(
        instrument="PalmSens, PSTrace",
        counters="net, since the start of the curve",
        gaps=(
            "peaks, baselines and fits a person made in PSTrace are not read",
            "kinds of arrays that are not in its table keep their labels",
        ),
        real_files=5,
        tested="modulus, phase and admittance of the files themselves; their counted charge",
    ),
    states={
        "Device serial": "instrument_serial",
        "Firmware version": "firmware",
        "Notes": "comment",
    },
)
