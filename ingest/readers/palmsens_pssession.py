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
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import unquote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ingest.parse.json_node import Node
from ingest.parse.text_table import decode
from ingest.reader import Account, Reader
from ingest.reading import Export, Fact, Finding, RawColumn, Reading
from schema.error import EmptyExport, UnreadableExport

_NAME: Final = "palmsens_pssession"
_MARK: Final = '"PalmSens.DataFiles.SessionFile"'
_SCAN: Final = re.compile(r"scan\d+(?:channel\d+)?", re.IGNORECASE)
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


@dataclass(frozen=True, slots=True)
class _Array:
    """One array of a data set."""

    kind: int
    label: str
    unit: str
    """Class of its unit: MicroAmpere, ZIm."""
    symbol: str
    negated: bool
    scan: str | None
    values: NDArray[np.float64]
    status: NDArray[np.float64] | None


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
        for title, arrays in _data_sets(measurement)
    ]
    if not readings:
        raise EmptyExport(export.origin, _NAME)
    return readings


def _data_sets(measurement: Node) -> list[tuple[str | None, list[_Array]]]:
    """Return the arrays of each spectrum, else of each scan, else of the measurement."""
    spectra = measurement.nodes("EISDataList")
    sets = [(one.get("Title", str), _arrays(one.node("DataSet"))) for one in spectra]
    if told := [(title, arrays) for title, arrays in sets if arrays]:
        return told
    arrays = _arrays(measurement.node("DataSet"))
    if not arrays:
        return _curves(measurement)
    scans = list(dict.fromkeys(array.scan for array in arrays if array.scan))
    if len(scans) < 2:
        return [(scans[0] if scans else None, arrays)]
    return [(scan, _of_scan(arrays, place, scans)) for place, scan in enumerate(scans)]


def _curves(measurement: Node) -> list[tuple[str | None, list[_Array]]]:
    """Return what the curves draw, where nothing else is kept: those of one length together.

    A kind of array that comes again with other values begins another test.
    """
    found: list[tuple[str | None, list[_Array]]] = []
    for curve in measurement.nodes("Curves"):
        drawn = [
            array
            for name in ("XAxisDataArray", "YAxisDataArray")
            if (array := _array(curve.node(name))).values.size
        ]
        fitting = (arrays for _, arrays in found if all(_fits(arrays, array) for array in drawn))
        if (arrays := next(fitting, None)) is None:
            found.append((curve.get("Title", str), drawn))
        else:
            known = {array.kind for array in arrays}
            arrays.extend(array for array in drawn if array.kind not in known)
    return [(title, arrays) for title, arrays in found if arrays]


def _fits(arrays: Sequence[_Array], array: _Array) -> bool:
    """Return whether an array may be of the same points as these."""
    same = [other.values for other in arrays if other.kind == array.kind]
    return {other.values.size for other in arrays} <= {array.values.size} and all(
        np.array_equal(values, array.values, equal_nan=True) for values in same
    )


def _of_scan(arrays: Sequence[_Array], place: int, scans: Sequence[str]) -> list[_Array]:
    """Return the arrays of a scan, and its own of those that name none but come once for each."""
    own = [array for array in arrays if array.scan == scans[place]]
    shared = [array for array in arrays if array.scan is None]
    for kind in dict.fromkeys(array.kind for array in shared):
        alike = [array for array in shared if array.kind == kind]
        candidates = alike if len(alike) == 1 else alike[place : place + 1]
        fits = len(alike) in {1, len(scans)} and candidates[0].values.size == own[0].values.size
        own.extend(candidates if fits else ())
    return own


def _arrays(data_set: Node) -> list[_Array]:
    return [array for node in data_set.nodes("Values") if (array := _array(node)).values.size]


def _array(node: Node) -> _Array:
    unit = node.node("Unit")
    description = node.get("Description", str) or "array"
    quantity = unit.get("Q", str) or description
    kind = node.get("ArrayType", int)
    points = node.get("DataValues", list) or []
    upper = bool(points) and isinstance(points[0], dict) and "V" in points[0]
    keys = ("V", "S") if upper else ("v", "s")
    try:
        structs = pa.array(points, pa.struct([(key, pa.float64()) for key in keys]))
    except (pa.ArrowException, TypeError) as fault:
        raise node.broken(f"its DataValues are no numbers: {fault}") from fault
    values, status = (_floats(structs, key) for key in keys)
    scan = description if _SCAN.fullmatch(description) else None
    return _Array(
        kind=-1 if kind is None else kind,
        label=quantity if scan else description,
        unit=(unit.get("Type", str) or "").rpartition(".")[2],
        symbol=unit.get("S", str) or "",
        negated=quantity.startswith("-"),
        scan=scan,
        values=values,
        status=None if np.isnan(status).all() else status,
    )


def _floats(structs: pa.StructArray, key: str) -> NDArray[np.float64]:
    column = pc.struct_field(structs, key)
    numbers: NDArray[np.float64] = column.to_numpy(zero_copy_only=False).astype(np.float64)
    return numbers


def _reading(session: Node, measurement: Node, title: str | None, arrays: list[_Array]) -> Reading:
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


def _from_first_point(array: _Array, count: int) -> _Array:
    """Return an array without the charge before the first point, which is 0."""
    if array.kind == _CHARGE and array.values.size == count + 1 and array.values[0] == 0.0:
        return replace(array, values=array.values[1:], status=None)
    return array


def _columns(
    arrays: Sequence[_Array], count: int
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


def _symbol(array: _Array) -> str:
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
