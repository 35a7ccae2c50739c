"""Bruker .raw of DIFFRAC: RAW1.01, which others call version 3, and RAW4.00.

RAW1.01: a head of 712 bytes, then for each range a header, extra bytes and intensities of 4 bytes.
RAW4.00: a head of 61 bytes, then segments of a type and a length; one of type 0 or 160 is a range.
Angles are start and step: nothing is rounded. Little-endian. Of the older RAW and RAW2 no file was
at hand, and none is read.

Source: the layouts of both, compared with a paired .uxd and xylib.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from ingest.parse.date import dates
from ingest.parse.scan import INTENSITY, TWO_THETA, Scan, doublet, one_test
from ingest.parse.spacing import spaced
from ingest.reader import Account, Reader
from ingest.reading import Export, Fact, Finding, Reading
from schema.error import EmptyExport, UnreadableExport

_NAME: Final = "bruker_raw"
_V1: Final = b"RAW1.01"
_V4: Final = b"RAW4.00"
_V1_HEAD_BYTES: Final = 712
_V1_RANGE_BYTES: Final = 304
_V4_HEAD_BYTES: Final = 61
_V4_RANGE_BYTES: Final = 160
_RANGES: Final = (0, 160)
_POINT_BYTES: Final = 4
_STATES: Final = {1: "completed", 2: "active", 3: "aborted", 4: "interrupted"}
_TWO_THETA_SCANS: Final = ("Locked Coupled", "Unlocked Coupled")
"""Of RAW4: what other scans move is kept, and not called 2θ."""
_NOT_SHOWN: Final = "OPTICS_V5"
"""A packed description of the optics, which its raw bytes keep."""


def _knows(export: Export) -> bool:
    return export.head.startswith((_V1, _V4))


@dataclass(frozen=True, slots=True)
class _Bytes:
    """The content of a file, read by place."""

    export: Export
    content: bytes

    def number(self, kind: str, at: int) -> float:
        """Return the number of a struct format at a place."""
        try:
            (found,) = struct.unpack_from(f"<{kind}", self.content, at)
        except struct.error as fault:
            reason = "the file ends within a header"
            raise UnreadableExport(self.export.origin, _NAME, f"byte {at}", reason) from fault
        return float(found) if np.isfinite(found) else 0.0

    def count(self, at: int) -> int:
        return int(self.number("I", at))

    def text(self, at: int, length: int) -> str:
        return self.content[at : at + length].partition(b"\0")[0].decode("latin-1").strip()

    def intensities(
        self, at: int, count: int, size: int, place: str
    ) -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], tuple[Finding, ...]]:
        """Return the whole intensities of a range, and a finding where some are missing."""
        if size != _POINT_BYTES:
            reason = f"{size} bytes a point, where {_POINT_BYTES} are known"
            raise UnreadableExport(self.export.origin, _NAME, place, reason)
        whole = max(0, min(count, (len(self.content) - at) // size))
        single = np.frombuffer(self.content, "<f4", whole, at) if whole else np.zeros(0)
        with np.errstate(invalid="ignore"):  # damage may leave a number that signals
            values = single.astype(np.float64)
        if whole == count:
            return values, ()
        detail = f"{place} promises {count} points; {whole} whole ones are there"
        return values, (Finding("truncated", detail, f"byte {at}"),)


def _read(export: Export) -> list[Reading]:
    data = _Bytes(export, export.path.read_bytes())
    read = _version_1 if data.content.startswith(_V1) else _version_4
    facts: dict[str, Fact] = {}
    findings: list[Finding] = []
    scans = [scan for scan in read(data, facts, findings) if scan.row_count]
    if not scans:
        raise EmptyExport(export.origin, _NAME)
    began = dates([f"{facts.get('Date', '')} {facts.get('Time', '')}".strip() or None], "head")
    return [
        one_test(
            scans,
            instrument="Bruker",
            facts=facts,
            findings=(*findings, *began.findings),
            started_at=began.first,
        )
    ]


def _version_1(data: _Bytes, facts: dict[str, Fact], findings: list[Finding]) -> Iterator[Scan]:
    facts |= {
        name: text
        for name, at, length in (
            *(("Date", 16, 10), ("Time", 26, 10), ("User", 36, 72), ("Site", 108, 218)),
            *(("Sample", 326, 60), ("Comment", 386, 160)),
        )
        if (text := data.text(at, length))
    }
    first, second, beta = (data.number("d", at) for at in (624, 632, 640))
    how = {
        **doublet(first, second, data.number("d", 648), beta),
        "anode": data.text(608, 4) or None,
        "radius_mm": data.number("f", 564) or None,
        "intensity_unit": "counts",
        "state": _STATES.get(data.count(8)),
    }
    at, count = _V1_HEAD_BYTES, data.count(12)
    for place in range(1, count + 1):
        if at + _V1_RANGE_BYTES > len(data.content):
            detail = f"the file promises {count} ranges; it ends before that of place {place}"
            findings.append(Finding("truncated", detail, f"byte {at}"))
            return
        header, points = data.count(at), data.count(at + 4)
        start = at + header + data.count(at + 256)
        values, cut = data.intensities(start, points, data.count(at + 252), f"range {place}")
        findings += cut
        wavelength = data.number("d", at + 240)
        moved = {} if wavelength in {0.0, first} else {"wavelength_angstrom": wavelength}
        yield Scan(
            {
                TWO_THETA: spaced(
                    data.number("d", at + 16), data.number("d", at + 176), len(values)
                ),
                INTENSITY: values,
            },
            {**how, **moved, "counting_time_second": data.number("f", at + 192) or None},
        )
        at = start + _POINT_BYTES * points


def _version_4(data: _Bytes, facts: dict[str, Fact], findings: list[Finding]) -> Iterator[Scan]:
    facts |= {"Date": data.text(12, 12), "Time": data.text(24, 12)}
    how: dict[str, Fact] = {"intensity_unit": "counts"}
    at = _V4_HEAD_BYTES
    place = 0
    while at + 8 <= len(data.content):
        kind, length = data.count(at), data.count(at + 4)
        if kind in _RANGES:
            place += 1
            scan, cut, at = _range_4(data, at, place, how)
            findings += cut
            yield scan
            continue
        if length < 8:
            reason = f"a segment of {length} bytes, where its head alone has 8"
            raise UnreadableExport(data.export.origin, _NAME, f"byte {at}", reason)
        if kind == 10 and (name := data.text(at + 12, 24)) != _NOT_SHOWN:
            facts[name] = data.text(at + 36, length - 36)
        elif kind == 30:
            first, second, beta = (data.number("d", at + of) for of in (80, 88, 96))
            how |= doublet(first, second, data.number("d", at + 104), beta)
            how["anode"] = data.text(at + 116, 4) or None
        at += length


def _range_4(
    data: _Bytes, at: int, place: int, how: dict[str, Fact]
) -> tuple[Scan, tuple[Finding, ...], int]:
    name, points = data.text(at + 32, 24), data.count(at + 88)
    start = at + _V4_RANGE_BYTES + data.count(at + 140)
    values, cut = data.intensities(start, points, data.count(at + 136), f"range {place}")
    angle = TWO_THETA if name in _TWO_THETA_SCANS else name or "position"
    wavelength = data.number("d", at + 112)
    scan = Scan(
        {
            angle: spaced(data.number("d", at + 72), data.number("d", at + 80), len(values)),
            INTENSITY: values,
        },
        {
            **how,
            **({} if not wavelength else {"wavelength_angstrom": wavelength}),
            "axis": name or None,
            "counting_time_second": data.number("f", at + 92) or None,
        },
    )
    return scan, cut, start + _POINT_BYTES * points


READER: Final = Reader(
    name=_NAME,
    version="1",
    title="Bruker .raw",
    suffixes=(".raw",),
    knows=_knows,
    read=_read,
    states={"User": "operator", "USER": "operator", "Sample": "specimen", "SAMPLEID": "specimen"},
    account=Account(
        instrument="Bruker and Siemens diffractometers",
        counters="none: it is diffraction",
        gaps=(
            "the older RAW and RAW2 are not read",
            "scans of RAW4.00 that are not coupled keep their own name and have no 2θ",
            "the packed description of the optics is not unpacked",
        ),
        real_files=3,
        tested="every number of RAW1.01 against the paired .uxd; xylib",
    ),
)
