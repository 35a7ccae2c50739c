"""Battery Data Format tables, csv and Parquet, by ontology 1.3.0.

Columns are known by preferred label (``Voltage / V``), machine-readable name (``voltage_volt``),
alternative label or deprecated name, all listed in battery_data_format.tsv with what files write
besides (``Charge Capacity / Ah``). A label in another unit
of its kind (``Test Time / h``) is converted; a column the format does not know keeps its name.

One thing real files get wrong is set right, with a finding: ``Step Index`` used for the number of
the step. A current that is positive on discharge, where the format says charge, is turned round
after reading, as any export's is that labels its steps.

Source: https://w3id.org/battery-data-alliance/ontology/battery-data-format
"""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ingest.parse.date import timestamp
from ingest.parse.delimiter import separator_of, writes_decimal_comma
from ingest.parse.parquet_table import DAMAGED, MARK, names_of, read_parquet
from ingest.parse.plain_table import table_in
from ingest.parse.text_file import TextFile
from ingest.parse.text_table import TextTable
from ingest.parse.unit import Unit, stored, unit_for
from ingest.parse.whole_line import whole_line_bytes
from ingest.reader import Account, Reader
from ingest.reading import Export, Finding, RawColumn, Reading, column
from schema.error import UnknownUnit, UnreadableExport
from schema.quantity import quantities

_NAME: Final = "battery_data_format"
_REQUIRED: Final = {
    "test_time_second": "Test Time / s",
    "voltage_volt": "Voltage / V",
    "current_ampere": "Current / A",
}
_Values: TypeAlias = NDArray[Any] | pa.Array
_RANKS: Final = ("required", "recommended", "optional", "deprecated")


@dataclass(frozen=True, slots=True)
class _Known:
    """A column of the format: what it becomes, and which name wins when it stands there twice."""

    quantity: str
    scale: float
    rank: int
    unit: Unit | None = None


@cache
def _names() -> Mapping[str, _Known]:
    """Return every name of the format."""
    names: dict[str, _Known] = {}
    path = Path(__file__).with_suffix(".tsv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = sorted(
            csv.DictReader(file, delimiter="\t"), key=lambda r: _RANKS.index(r["obligation"])
        )
    for row in rows:
        rank = 2 * (row["obligation"] == "deprecated")
        spellings = [row["label"], row["name"], *filter(None, row["alternatives"].split("; "))]
        for place, name in enumerate(spellings):
            known = _Known(row["quantity"], float(row["scale"]), rank + (place > 1))
            names.setdefault(name, known)
    return MappingProxyType(names)


@cache
def _labels() -> Mapping[str, _Known]:
    """Return the names of labels without their units, e.g. ``Test Time``."""
    return MappingProxyType(
        {
            name.split(" / ")[0]: known
            for name, known in reversed(list(_names().items()))
            if " " in name
        }
    )


def _known(name: str) -> _Known | None:
    """Return what a header names.

    Raises:
        UnknownUnit: when it is a label of the format in a unit nobody declared.
    """
    if found := _names().get(name):
        return found
    label, slash, spelling = name.partition(" / ")
    found = _labels().get(label)
    if not slash or found is None:
        return None
    if quantities()[found.quantity].kind == "text" and spelling == "1":
        return found
    unit = unit_for(spelling, found.quantity)
    return _Known(found.quantity, unit.scale, found.rank + 1, unit)


def _is_format(name: str, header: Sequence[str]) -> bool:
    """Return whether a header is meant: two names of the format, one of them required."""
    labels = [cell.partition(" / ")[0] for cell in header if " / " in cell]
    known = [_names()[cell] for cell in header if cell in _names()]
    known += [_labels()[label] for label in labels if label in _labels()]
    meant = {found.quantity for found in known}
    if ".bdf." in name.lower():
        return bool(meant)
    return len(meant) > 1 and any(quantity in _REQUIRED for quantity in meant)


def _knows(export: Export) -> bool:
    if export.head.startswith(MARK):
        try:
            return _is_format(export.name, names_of(export.path))
        except DAMAGED:
            return ".bdf." in export.name.lower()
    head = export.head.decode("utf-8-sig", errors="replace")
    line = head.splitlines()[0] if head else ""
    return _is_format(
        export.name, [cell.strip().strip('"') for cell in line.split(separator_of(line))]
    )


def _read(export: Export) -> list[Reading]:
    read = _read_parquet if export.head.startswith(MARK) else _read_csv
    return [_reading(*read(export))]


def _read_csv(export: Export) -> tuple[list[RawColumn], tuple[Finding, ...]]:
    file = TextFile.of(export, _NAME)
    separator = separator_of(file.head.partition("\n")[0])
    decimal = "," if writes_decimal_comma(file.head, separator) else "."
    table = table_in(file, separator, numeric=_is_numeric, decimal=decimal)

    def values(place: int, known: _Known | None) -> _Values:
        return _text_values(table, place, known)

    return _columns(export, table.header, values), table.findings


def _is_numeric(name: str) -> bool | None:
    """Return whether numbers stand below a name of the format; None: it knows no such name."""
    label = name.partition(" / ")[0]
    known = _names().get(name) or (_labels().get(label) if label != name else None)
    return None if known is None else quantities()[known.quantity].kind != "text"


def _text_values(table: TextTable, place: int, known: _Known | None) -> _Values:
    if known is None:
        return table.values(place)
    if quantities()[known.quantity].kind == "text":
        return table.labels(place)
    return table.numbers(place)


def _read_parquet(export: Export) -> tuple[list[RawColumn], tuple[Finding, ...]]:
    table = read_parquet(export, _NAME)
    header = tuple(table.column_names)

    def values(place: int, known: _Known | None) -> _Values:
        return _arrow_values(export, header[place], table.column(place).combine_chunks(), known)

    return _columns(export, header, values), ()


def _arrow_values(export: Export, name: str, values: pa.Array, known: _Known | None) -> _Values:
    kind = values.type.value_type if pa.types.is_dictionary(values.type) else values.type
    wants_text = known is not None and quantities()[known.quantity].kind == "text"
    try:
        if pa.types.is_boolean(kind):
            values = values.cast(pa.int8())
        elif wants_text or pa.types.is_string(kind) or pa.types.is_large_string(kind):
            if known is not None and not wants_text:
                raise pa.ArrowTypeError(kind)
            return _texts(values)
        if pa.types.is_timestamp(kind) and known is None:
            return values.cast(pa.string())
        return values.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    except pa.ArrowException as fault:
        reason = f"it holds {kind}, which is no number"
        raise UnreadableExport(export.origin, _NAME, f"column {name}", reason) from fault


def _texts(values: pa.Array) -> pa.DictionaryArray:
    if not pa.types.is_dictionary(values.type):
        return values.cast(pa.string()).dictionary_encode()
    return values.cast(pa.dictionary(pa.int32(), pa.string()))


def _columns(
    export: Export, header: Sequence[str], values: Callable[[int, _Known | None], _Values]
) -> list[RawColumn]:
    try:
        known = [_known(name) for name in header]
    except UnknownUnit as fault:
        raise UnreadableExport(export.origin, _NAME, "header", str(fault)) from fault
    best: dict[str, tuple[int, int]] = {}
    for place, found in enumerate(known):
        if found is not None:
            candidate = (found.rank, place)
            best[found.quantity] = min(candidate, best.get(found.quantity, candidate))
    absent = [label for quantity, label in _REQUIRED.items() if quantity not in best]
    if absent:
        reason = f"the format requires {' and '.join(absent)}; found: {', '.join(header)}"
        raise UnreadableExport(export.origin, _NAME, "header", reason)
    chosen = {place for _, place in best.values()}
    return [
        _column(name, place, known[place] if place in chosen else None, values)
        for place, name in enumerate(header)
    ]


def _column(
    name: str,
    place: int,
    known: _Known | None,
    values: Callable[[int, _Known | None], _Values],
) -> RawColumn:
    array = values(place, known)
    if known is None:
        return RawColumn(name, array)
    if known.unit is None or isinstance(array, pa.Array):
        return RawColumn(name, array, known.quantity, known.scale)
    array, scale = stored(array, known.unit)
    return RawColumn(name, array, known.quantity, scale)


def _reading(columns: list[RawColumn], findings: tuple[Finding, ...]) -> Reading:
    columns, misnamed = _step_named(columns)
    return Reading(
        columns=tuple(columns),
        started_at=_started_at(Reading(tuple(columns))),
        findings=(*findings, *misnamed),
    )


def _step_named(columns: list[RawColumn]) -> tuple[list[RawColumn], tuple[Finding, ...]]:
    """Call a step index that stays the same from record to record what it is: the step's id.

    The format's step record index grows by one with each record, so it never does that.
    """
    index = next((raw for raw in columns if raw.quantity == "step_record_index"), None)
    if index is None or any(raw.quantity == "step_id" for raw in columns):
        return columns, ()
    same = int(np.count_nonzero(np.diff(np.asarray(index.values, dtype=np.float64)) == 0))
    if not same:
        return columns, ()
    detail = f"{index.name} stays the same {same} times from record to record: it numbers steps"
    renamed = replace(index, quantity="step_id")
    return [renamed if raw is index else raw for raw in columns], (
        Finding("misnamed_column", detail),
    )


def _started_at(reading: Reading) -> datetime | None:
    clock, elapsed = column(reading, "unix_time_second"), column(reading, "test_time_second")
    if clock is None or elapsed is None:
        return None
    began = np.flatnonzero(np.isfinite(clock) & np.isfinite(elapsed))[:1]
    return timestamp(float((clock - elapsed)[began[0]])) if began.size else None


READER = Reader(
    name=_NAME,
    version="2",
    title="Battery Data Format csv and Parquet",
    suffixes=(".bdf.csv", ".bdf.parquet", ".csv", ".parquet"),
    knows=_knows,
    read=_read,
    whole_bytes=whole_line_bytes,
    account=Account(
        instrument="any, by the programs that write the format",
        counters="as named: over the test, a cycle or a step",
        gaps=(
            "metadata in files beside the table (JSON-LD) are not read",
            "a column the format does not know keeps its name",
        ),
        real_files=5,
        tested="plain reads by polars; the ontology's own list of names",
    ),
)
