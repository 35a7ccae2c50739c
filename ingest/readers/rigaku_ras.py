"""Rigaku .ras: a head of ``*KEY "value"`` and the points, once for each scan; in code page 932.

The third number of a point is the attenuation: the intensity is what was counted times that.
"""

import re
from itertools import pairwise
from typing import Final

from ingest.parse.date import dates
from ingest.parse.decoding import decode
from ingest.parse.instrument_text import fact_of, number_of
from ingest.parse.rigaku import beam, points, scan
from ingest.parse.scan import Scan, one_test
from ingest.reader import Account, Reader
from ingest.reading import Export, Fact, Finding, Reading
from schema.error import EmptyExport, UnreadableExport

_NAME: Final = "rigaku_ras"
_BEGINS: Final = b"*RAS_DATA_START"
_HEADER: Final = "*RAS_HEADER_START"
_POINTS: Final = "*RAS_INT_START"
_END: Final = "*RAS_INT_END"
_ENTRY: Final = re.compile(r'\*(\S+) "(.*)"')
_ENCODING: Final = "cp932"
_RADIUS: Final = 3
"""Which of the goniometer's distances is that from the tube to the sample."""


def _knows(export: Export) -> bool:
    return export.head.startswith(_BEGINS)


def _read(export: Export) -> list[Reading]:
    text = decode(export, _NAME, _ENCODING).replace("\r\n", "\n")
    lines = text.split("\n")
    begins = [at for at, line in enumerate(lines) if line.strip() == _HEADER]
    findings: list[Finding] = []
    scans: list[Scan] = []
    facts: dict[str, Fact] = {}
    for begin, end in pairwise([*begins, len(lines)]):
        head = {
            entry[1]: fact_of(entry[2])
            for line in lines[begin:end]
            if (entry := _ENTRY.fullmatch(line.strip()))
        }
        if found := _scan(export, lines, begin, end, head=head, findings=findings):
            scans.append(found)
            facts = facts or {name: value for name, value in head.items() if value != ""}
    if not scans:
        raise EmptyExport(export.origin, _NAME)
    start = facts.get("MEAS_SCAN_START_TIME")
    began = dates([str(start) if start is not None else None], "MEAS_SCAN_START_TIME")
    system = str(facts.get("HW_GONIOMETER_NAME", "")).partition("|")[0]
    return [
        one_test(
            scans,
            instrument=f"Rigaku {system}".strip(),
            facts=facts,
            findings=(*findings, *began.findings),
            started_at=began.first,
        )
    ]


def _scan(
    export: Export,
    lines: list[str],
    begin: int,
    end: int,
    *,
    head: dict[str, Fact],
    findings: list[Finding],
) -> Scan | None:
    """Return the scan of a head, None where it has no points."""
    stripped = [line.strip() for line in lines[begin:end]]
    if _POINTS not in stripped:
        return None
    first = begin + stripped.index(_POINTS) + 1
    closed = _END in stripped
    last = begin + stripped.index(_END) if closed else end
    if last < first:
        reason = "points end before they begin"
        raise UnreadableExport(export.origin, _NAME, f"line {last + 1}", reason)
    body = "\n".join(lines[first:last]) + ("\n" if closed else "")
    axis = str(head.get("MEAS_SCAN_AXIS_X_INTERNAL") or head.get("MEAS_SCAN_AXIS_X") or "")
    count = number_of(head.get("MEAS_DATA_COUNT"))
    block = points(
        *(export, _NAME, body),
        first_line=first + 1,
        axis=axis,
        promised=None if count is None else int(count),
    )
    findings += block.findings
    if not closed:
        detail = f"the points of {axis} have no end"
        findings.append(Finding("truncated", detail, f"line {end}"))
    first_wave, second_wave, beta = (
        number_of(head.get(f"HW_XG_WAVE_LENGTH_{name}")) for name in ("ALPHA1", "ALPHA2", "BETA")
    )
    wave = str(head.get("MEAS_COND_XG_WAVE_TYPE", ""))
    how: dict[str, Fact] = {
        **beam(first_wave, second_wave, beta, wave),
        "anode": str(head.get("HW_XG_TARGET_NAME") or "") or None,
        "radius_mm": number_of(head.get(f"HW_GONIOMETER_RADIUS-{_RADIUS}")),
        "intensity_unit": str(head.get("MEAS_SCAN_UNIT_Y") or "") or None,
    }
    return scan(block, axis, how)


READER: Final = Reader(
    name=_NAME,
    version="1",
    title="Rigaku .ras",
    suffixes=(".ras",),
    knows=_knows,
    read=_read,
    states={
        "FILE_OPERATOR": "operator",
        "FILE_SAMPLE": "specimen",
        "FILE_PART_ID": "program_name",
        "FILE_COMMENT": "comment",
        "HW_GONIOMETER_ID": "instrument_serial",
    },
    account=Account(
        instrument="Rigaku diffractometers",
        counters="none: it is diffraction",
        gaps=(
            "no attenuated scan was at hand: the factor is multiplied as its name says",
            "how long a point was counted for is not told",
        ),
        real_files=1,
        tested="every number against xrayutilities",
    ),
)
