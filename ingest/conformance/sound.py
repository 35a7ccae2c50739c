"""What a reader gives must be sound, of a file as it should be and of a damaged one."""

import warnings
from collections.abc import Iterator, Sequence
from math import isfinite

import numpy as np
import pyarrow as pa

from ingest.channel import by_channel
from ingest.conformance.storage import storage_faults
from ingest.draft import draft
from ingest.parse.workbook import is_workbook
from ingest.reader import Reader
from ingest.reading import Export, Reading
from ingest.recognize import all_readers
from ingest.subject import SUBJECTS
from schema.error import EmptyExport, RefusedExport
from schema.quantity import quantities


def judged(reader: Reader, given: tuple[Export, bool]) -> list[str]:
    """Return what is amiss with a reading or a refusal.

    Args:
        reader: who reads.
        given: what is read, and whether it is as it should be: else it may be damaged, and refused.
    """
    export, is_whole = given
    return list(_and_raised((_whole if is_whole else _damaged)(reader, export)))


def _and_raised(faults: Iterator[str]) -> Iterator[str]:
    """Yield faults, and what was raised or warned of meanwhile, which are faults too."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            yield from faults
        except BaseException as fault:  # noqa: BLE001 # whatever it is, no export may raise it
            yield f"{type(fault).__name__}: {fault}"
    yield from {f"it warns: {each.category.__name__}: {each.message}" for each in warned}


def _whole(reader: Reader, export: Export) -> Iterator[str]:
    known = [each.name for each in all_readers() if each.knows(export)]
    others = [name for name in known if name != reader.name]
    if not _knows(reader, export):
        yield "it does not know its own sample"
    if others:
        yield f"it is known by {', '.join(others)} too"
    try:
        readings, again = reader.read(export), reader.read(export)
    except RefusedExport as refusal:
        yield f"its own sample is refused: {refusal}"
        return
    if len(readings) != len(again):
        yield "it gives other tests when it is asked twice"
    amiss = [*_found(readings)]
    yield from amiss
    if not all(_same(one, other) for one, other in zip(readings, again, strict=False)):
        yield "it gives other numbers when it is asked twice"
    if not amiss:
        yield from storage_faults(readings)


def _damaged(reader: Reader, export: Export) -> Iterator[str]:
    if not _knows(reader, export):
        return
    try:
        readings = reader.read(export)
    except EmptyExport:
        return
    except RefusedExport as refusal:
        if not refusal.place or not refusal.reason:
            yield f"it is refused without a place or a reason: {refusal}"
        return
    amiss = [*_found(readings)]
    yield from amiss
    for reading in readings if not amiss else ():
        for test in by_channel(reading):
            draft(test)


def _knows(reader: Reader, export: Export) -> bool:
    """Return whether a reader knows a file; what is in a workbook is known where it is read."""
    return reader.knows(export) or is_workbook(export)


def _found(readings: Sequence[Reading]) -> Iterator[str]:
    if not readings:
        yield "it gives no reading"
    for reading in readings:
        yield from _sound(reading)


def _sound(reading: Reading) -> Iterator[str]:
    if not reading.row_count:
        yield "a reading has no record: it should be an EmptyExport"
    yield from _measured(reading)
    lengths = {len(raw.values) for raw in reading.columns}
    if len(lengths) > 1:
        yield f"its columns have {sorted(lengths)} records"
    for raw in reading.columns:
        if raw.quantity is not None and raw.quantity not in quantities():
            yield f"{raw.name}: nobody knows the quantity {raw.quantity}"
        if not isfinite(raw.scale) or raw.scale == 0.0:
            yield f"{raw.name}: its scale is {raw.scale}"
    names = [raw.name for raw in reading.columns]
    if twice := {name for name in names if names.count(name) > 1}:
        yield f"several columns are called {', '.join(sorted(twice))}"


def _same(one: Reading, other: Reading) -> bool:
    if len(one.columns) != len(other.columns):
        return False
    return all(
        a.name == b.name and _alike(a.values, b.values)
        for a, b in zip(one.columns, other.columns, strict=True)
    )


def _alike(one: object, other: object) -> bool:
    if isinstance(one, pa.Array):
        return isinstance(other, pa.Array) and one.equals(other)
    numbers = np.asarray(one), np.asarray(other)
    return numbers[0].dtype == numbers[1].dtype and numbers[0].tobytes() == numbers[1].tobytes()


def _measured(reading: Reading) -> Iterator[str]:
    """Yield what is amiss with the scans, regions or images of a reading."""
    counted = sum(each.row_count for each in reading.measurements)
    if reading.measured and counted != reading.row_count:
        yield f"its {reading.measured} have {counted} records, its columns {reading.row_count}"
    for subject in SUBJECTS if reading.measured else ():
        if subject.kind == reading.measured:
            known = {column.name for column in subject.table.__table__.columns}
            stated = {name for each in reading.measurements for name in each.how}
            if unknown := sorted(stated - known):
                yield f"nobody knows {', '.join(unknown)} of {subject.name}"
