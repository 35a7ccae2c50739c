"""Elins .i2b text of one impedance measurement.

Lines about the measurement, a line with nothing but the number of points, then a line for each:
frequency in Hz, Re(Z) and Im(Z) in Ω. The layout names no column; Im(Z) stands with its own sign,
negative where the cell is capacitive. As little of it is certain, the frequencies must be a sweep.
"""

import re
from typing import Final

import numpy as np

from ingest.parse.decoding import decode
from ingest.parse.frequency import is_even_sweep
from ingest.parse.number_block import number_block
from ingest.reader import Account, Reader
from ingest.reading import Export, Fact, RawColumn, Reading
from schema.error import UnreadableExport

_NAME: Final = "elins_i2b"
_NUMBER: Final = r"[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?"
_ROW: Final = re.compile(rf"^[ ]*({_NUMBER}) +{_NUMBER} +{_NUMBER}[ ]*\r?$", re.MULTILINE)
_COUNT: Final = re.compile(r"^[ ]*(?P<count>\d+)[ ]*\r?\n", re.MULTILINE)
_COLUMNS: Final = (
    ("Frequency/Hz", "frequency_hertz"),
    ("Re(Z)/Ohm", "real_impedance_ohm"),
    ("Im(Z)/Ohm", "imaginary_impedance_ohm"),
)
_HEAD_BYTES: Final = 4096


def _knows(export: Export) -> bool:
    if b"\0" in export.head:
        return False
    head = export.head.decode("latin-1")
    count = _COUNT.search(head)
    if count is None or not head[: count.start()].strip():
        return False
    lines = head[count.end() :].split("\n")
    lines = [line for line in lines[:-1] if line.strip()][: int(count["count"])]
    rows = [_ROW.fullmatch(line) for line in lines]
    frequencies = [float(row[1]) for row in rows if row]
    return len(frequencies) == len(lines) and is_even_sweep(np.array(frequencies))


def _read(export: Export) -> list[Reading]:
    text = decode(export, _NAME, "latin-1")
    count = _COUNT.search(text)
    if count is None:
        raise UnreadableExport(export.origin, _NAME, "text", "the number of points is gone")
    line = text.count("\n", 0, count.end()) + 1
    names = tuple(name for name, _ in _COLUMNS)
    body, promised = text[count.end() :], int(count["count"])
    block = number_block(export, _NAME, body, first_line=line, names=names, promised=promised)
    columns = tuple(
        RawColumn(name, block.columns[place], quantity)
        for place, (name, quantity) in enumerate(_COLUMNS)
    )
    facts: dict[str, Fact] = {"Header": text[: count.start()].strip()}
    sweep = RawColumn("Sweep", np.ones(block.columns.shape[1], dtype=np.int64))
    return [
        Reading((*columns, sweep), step_marks=(sweep.name,), facts=facts, findings=block.findings)
    ]


READER: Final = Reader(
    name=_NAME,
    version="1",
    title="Elins .i2b",
    suffixes=(".i2b",),
    knows=_knows,
    read=_read,
    account=Account(
        instrument="Elins",
        counters="none: it is impedance",
        gaps=(
            "the lines above the points are one fact, and nothing in them is read",
            "neither time nor potential is told",
        ),
        real_files=1,
        tested="the circuit that tables of the same sweep have",
    ),
)
