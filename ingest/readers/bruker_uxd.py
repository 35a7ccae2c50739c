"""Bruker .uxd: keys with values, comments behind ``;``, and the points of each range below a key.

Printed angles are rounded: 2θ is start and step, as the file says them too, which have six digits.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from ingest.parse.date import dates
from ingest.parse.instrument_text import fact_of, number_of, text_lines
from ingest.parse.scan import INTENSITY, TWO_THETA, Scan, doublet, one_test
from ingest.parse.spacing import spaced
from ingest.reader import Account, Reader
from ingest.reading import Export, Fact, Finding, Reading
from schema.error import EmptyExport, UnreadableExport

_NAME: Final = "bruker_uxd"
_KEY: Final = re.compile(r"_(\w+)\s*=\s*(.*)")
_POINTS: Final = re.compile(r"_(2THETA)?(COUNTS|CPS)\s*")
_UNITS: Final = {"COUNTS": "counts", "CPS": "counts/s"}
_COUPLED: Final = frozenset({"COUPLED", "2THETA"})
_RANGE: Final = "_DRIVE"


def _knows(export: Export) -> bool:
    head = export.head.decode("latin-1")
    lines = [line for line in head.splitlines() if line and not line.startswith(";")]
    return bool(lines) and lines[0].startswith("_FILEVERSION")


def _read(export: Export) -> list[Reading]:
    lines = text_lines(export, _NAME)
    begins = [at for at, line in enumerate(lines) if line.startswith(_RANGE)]
    head = _facts(lines[: begins[0] if begins else len(lines)])
    findings: list[Finding] = []
    scans = [
        scan
        for begin, end in pairwise([*begins, len(lines)])
        for scan in _scan(export, lines, begin, end, head=head, findings=findings)
    ]
    if not scans:
        raise EmptyExport(export.origin, _NAME)
    began = dates([str(head["DATEMEASURED"]) if "DATEMEASURED" in head else None], "DATEMEASURED")
    return [
        one_test(
            scans,
            instrument="Bruker",
            facts=head,
            findings=(*findings, *began.findings),
            started_at=began.first,
        )
    ]


def _facts(lines: Sequence[str]) -> dict[str, Fact]:
    entries = (_KEY.fullmatch(line.strip()) for line in lines)
    return {entry[1]: fact_of(entry[2].strip("'")) for entry in entries if entry and entry[2]}


def _scan(
    export: Export,
    lines: Sequence[str],
    begin: int,
    end: int,
    *,
    head: dict[str, Fact],
    findings: list[Finding],
) -> Iterator[Scan]:
    """Yield the scan of a range, nothing where it has no points."""
    heading = next((at for at in range(begin, end) if _POINTS.fullmatch(lines[at])), None)
    if heading is None:
        return
    facts = {**head, **_facts(lines[begin:heading])}
    kind = _POINTS.fullmatch(lines[heading])
    has_angle = bool(kind and kind[1])
    rows = _rows(*(export, lines, heading + 1, end), width=2 if has_angle else 1, findings=findings)
    if not rows:
        return
    columns = np.array(rows).T
    start, step = (number_of(facts.get(name)) for name in ("START", "STEPSIZE"))
    if start is None or step is None:
        place = f"line {begin + 1}"
        raise UnreadableExport(export.origin, _NAME, place, "a range without _START or _STEPSIZE")
    drive = str(facts.get("DRIVE", ""))
    angle = TWO_THETA if drive in _COUPLED else drive or "position"
    printed = {"printed angle": columns[0]} if has_angle else {}
    yield Scan(
        {angle: spaced(start, step, len(rows)), INTENSITY: columns[-1], **printed},
        {
            **doublet(*(number_of(facts.get(name)) for name in ("WL1", "WL2", "WLRATIO", "WL3"))),
            "axis": drive or None,
            "anode": str(facts["ANODE"]) if "ANODE" in facts else None,
            "radius_mm": number_of(facts.get("GONIOMETER_RADIUS")),
            "counting_time_second": number_of(facts.get("STEPTIME")),
            "intensity_unit": _UNITS[kind[2]] if kind else None,
        },
    )


def _rows(
    export: Export,
    lines: Sequence[str],
    begin: int,
    end: int,
    *,
    width: int,
    findings: list[Finding],
) -> list[list[float]]:
    """Return the numbers of the lines up to the next key; a last one that was cut is left out."""
    rows: list[list[float]] = []
    for at in range(begin, end):
        line = lines[at].strip()
        if not line or line.startswith(";"):
            continue
        if line.startswith("_"):
            break
        last = at == len(lines) - 1
        try:
            numbers = [float(cell) for cell in line.split()]
        except ValueError:
            numbers = []
        if len(numbers) % width or not numbers:
            if last:
                detail = f"the last line is cut short and left out: {line[:80]}"
                findings.append(Finding("truncated", detail, f"line {at + 1}"))
                break
            reason = f"{line[:40]!r} is no point of {width} numbers"
            raise UnreadableExport(export.origin, _NAME, f"line {at + 1}", reason)
        if last:
            detail = "the last line has no line end: it may be cut short"
            findings.append(Finding("unterminated", detail, f"line {at + 1}"))
        rows += [numbers[place : place + width] for place in range(0, len(numbers), width)]
    return rows


READER: Final = Reader(
    name=_NAME,
    version="1",
    title="Bruker .uxd",
    suffixes=(".uxd",),
    knows=_knows,
    read=_read,
    states={"USER": "operator", "SAMPLE": "specimen"},
    account=Account(
        instrument="Bruker and Siemens diffractometers",
        counters="none: it is diffraction",
        gaps=("scans that are not coupled keep their own name and have no 2θ",),
        real_files=1,
        tested="every number against the .raw it was made of; xylib",
    ),
)
