"""Zahner Thales .ism: one impedance measurement, big-endian, one quantity after the other.

Frequency, modulus, phase in radians and the clock, eight bytes each, then the significance in two,
then texts that begin with their length and have upper and lower case exchanged, then a block of
settings that ends with potential and current of every point. The clock counts from 1980, without a
zone. Thales may start in mid range, run up and turn: the leg from one extreme of frequency to the
other is the measurement, what comes before belongs to it no more and is a step of its own.
A negative phase is capacitive; a positive current flows into the cell: both are those of an RC
circuit measured at +1 V.

Source: zahner_analysis (MIT), file_import; the last block was found in files and proven by the
potential and current stated in their texts.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ingest.reader import Account, Reader
from ingest.reading import Export, Fact, Finding, RawColumn, Reading
from schema.error import EmptyExport, UnreadableExport

_NAME: Final = "zahner_ism"
_MARKS: Final = (b"\x00\x00\xff\xff\xff\xfe", b"\x00\x00\xff\xff\xff\xff")
_EPOCH: Final = datetime(1980, 1, 1)  # noqa: DTZ001 - the instrument's clock has no zone
_MOST_SECONDS: Final = 100 * 365.25 * 86400
"""The date has two digits for the year: the clock cannot be right beyond a century."""
_BEGIN: Final = 12
_MOST_POINTS: Final = 10**6
_SETTING_BYTES: Final = 256
_TEXTS: Final = (
    "Date",
    "System",
    "Potential",
    "Current",
    "Temperature",
    "Time",
    "Comment 1",
    "Comment 2",
    "Comment 3",
    "Comment 4",
    "Area",
)


def _knows(export: Export) -> bool:
    return export.head.startswith(_MARKS) and _count(export.head) <= _MOST_POINTS


def _count(content: bytes) -> int:
    return int.from_bytes(content[6:_BEGIN], "big") + 1


def _read(export: Export) -> list[Reading]:
    content = export.path.read_bytes()
    promised = _count(content)
    if len(content) < _BEGIN:
        raise EmptyExport(export.origin, _NAME, "it ends within its first 12 bytes")
    frequency, modulus, phase, clock = (
        _array(content, _BEGIN + 8 * promised * place, promised, ">f8") for place in range(4)
    )
    count = phase.size
    if not count:
        raise EmptyExport(export.origin, _NAME, f"it ends before the first of {promised} phases")
    broken = ~(np.isfinite(frequency[:count]) & (frequency[:count] > 0.0))
    if broken.any():
        place = f"byte {_BEGIN + 8 * int(np.argmax(broken))}"
        reason = f"{frequency[int(np.argmax(broken))]:g} is no frequency"
        raise UnreadableExport(export.origin, _NAME, place, reason)
    after = _BEGIN + 34 * promised
    significance = _array(content, _BEGIN + 32 * promised, promised, ">i2")
    facts, end = _texts(content, after)
    points = _points(content, end, promised)
    clock = np.abs(_padded(clock, count))
    with np.errstate(invalid="ignore"):  # of what is infinite the product is missing
        value = modulus[:count] * np.exp(1j * phase)
    columns = [
        RawColumn("Frequency/Hz", frequency[:count], "frequency_hertz"),
        RawColumn("|Z|/Ohm", modulus[:count], "absolute_impedance_ohm"),
        RawColumn("Phase/rad", phase, "phase_degree", 180.0 / np.pi),
        RawColumn("Re(Z)/Ohm", value.real, "real_impedance_ohm"),
        RawColumn("Im(Z)/Ohm", value.imag, "imaginary_impedance_ohm"),
        RawColumn("Time/s", clock - clock[0], "test_time_second"),
        RawColumn("Significance", _padded(significance, count) / 1000.0),
        RawColumn("Leg", _legs(frequency[:count])),
    ]
    if points is not None:
        columns.append(RawColumn("Potential/V", points[:, 0], "voltage_volt"))
        columns.append(RawColumn("Current/A", points[:, 1], "current_ampere"))
    started_at, doubts = _started_at(float(clock[0]), facts)
    return [
        Reading(
            tuple(columns),
            technique="EIS",
            instrument="Zahner",
            started_at=started_at,
            step_marks=("Leg",),
            facts=facts,
            findings=(*_cut(promised, count, points, len(content)), *doubts),
        )
    ]


def _array(content: bytes, at: int, count: int, kind: str) -> NDArray[np.float64]:
    """Return what is there of so many numbers."""
    size = np.dtype(kind).itemsize
    there = content[at : at + size * count]
    found: NDArray[Any] = np.frombuffer(there, kind, len(there) // size)
    return found.astype(np.float64)


def _padded(values: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    padded = np.full(count, np.nan)
    padded[: values.size] = values[:count]
    return padded


def _texts(content: bytes, at: int) -> tuple[dict[str, Fact], int]:
    """Return the texts that are there, and where the next would begin."""
    facts: dict[str, Fact] = {}
    for name in _TEXTS:
        length = int.from_bytes(content[at : at + 2], "big")
        raw = content[at + 2 : at + 2 + length]
        if len(raw) < length:
            return facts, len(content)
        if raw:
            facts[name] = raw.decode("latin-1").swapcase()
        at += 2 + length
    return facts, at


def _points(content: bytes, at: int, count: int) -> NDArray[np.float64] | None:
    """Return potential and current of every point, or None where the file does not hold them."""
    length = _SETTING_BYTES + 16 * count
    begin = at + 4
    stated_length = int.from_bytes(content[at + 2 : begin], "big")
    if stated_length != length % 2**16 or len(content) != begin + length:
        return None
    return _array(content, begin + _SETTING_BYTES, 2 * count, ">f8").reshape(count, 2)


def _legs(frequency: NDArray[np.float64]) -> NDArray[np.int64]:
    """Number the parts before, between and after the extremes of frequency."""
    extremes = sorted((int(np.argmin(frequency)), int(np.argmax(frequency))))
    place = np.arange(frequency.size)
    legs: NDArray[np.int64] = np.add(place >= extremes[0], place > extremes[1], dtype=np.int64)
    first: NDArray[np.int64] = legs - legs[0] + 1
    return first


def _started_at(
    clock: float, facts: Mapping[str, Fact]
) -> tuple[datetime | None, tuple[Finding, ...]]:
    date = facts.get("Date")
    if date is None or not np.isfinite(clock):
        return None, ()
    if clock < _MOST_SECONDS:
        started_at = _EPOCH + timedelta(seconds=clock)
        if started_at.strftime("%d%m%y") == date:
            return started_at, ()
    detail = f"the clock of the first point, {clock:.0f} s after 1980, is not of the date {date}"
    return None, (Finding("date_disagrees", detail, "Date"),)


def _cut(
    promised: int, count: int, points: NDArray[np.float64] | None, size: int
) -> tuple[Finding, ...]:
    if count < promised:
        detail = f"it ends within the phases: {count} of {promised} points are whole and kept"
        return (Finding("truncated", detail, f"byte {size}"),)
    if points is None:
        detail = "potential and current of the points are not in the file, or cut"
        return (Finding("potential_unknown", detail, f"byte {size}"),)
    return ()


READER: Final = Reader(
    name=_NAME,
    version="1",
    title="Zahner Thales .ism",
    suffixes=(".ism",),
    knows=_knows,
    read=_read,
    account=Account(
        instrument="Zahner, Thales",
        counters="none: it is impedance",
        gaps=(
            "of Thales files those of impedance are read: voltammetry (.isc) and others are not",
            "fields of the settings beyond potential and current are not read",
            "significance is kept under its own name and judges nothing",
        ),
        real_files=3,
        tested=(
            "the numbers told in the texts of the files; Ohm's law of a resistor beside a capacitor"
        ),
    ),
    states={
        "Comment 1": "comment",
        "Comment 2": "comment",
        "Comment 3": "comment",
        "Comment 4": "comment",
    },
)
