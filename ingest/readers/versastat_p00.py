"""P00 text of one impedance measurement, as PARSTAT and VersaSTAT software writes it.

Lines about the procedure, the names of the columns in one line, the number of points, the points.
``-Z''`` is turned round. Nothing tells which way a positive Idc flows, so it keeps its own name.
"""

import re
from typing import Final

import numpy as np

from ingest.parse.decoding import decode
from ingest.parse.number_block import number_block
from ingest.reader import Account, Reader
from ingest.reading import Export, Fact, RawColumn, Reading
from schema.error import UnreadableExport

_NAME: Final = "versastat_p00"
_HEADING: Final = re.compile(
    r"^[ \t]*f/Hz[ \t]+Z'/Ohm[ \t]+-Z''/Ohm(?P<more>(?:[ \t]+\S+/\S+)*)[ \t]*\r?\n"
    r"[ \t]*(?P<count>\d+)[ \t]*\r?\n",
    re.MULTILINE,
)
_QUANTITIES: Final = {
    "f/Hz": ("frequency_hertz", 1.0),
    "Z'/Ohm": ("real_impedance_ohm", 1.0),
    "-Z''/Ohm": ("imaginary_impedance_ohm", -1.0),
    "time/s": ("test_time_second", 1.0),
    "Edc/V": ("voltage_volt", 1.0),
}


def _knows(export: Export) -> bool:
    return _HEADING.search(export.head.decode("latin-1")) is not None


def _read(export: Export) -> list[Reading]:
    text = decode(export, _NAME, "latin-1")
    heading = _HEADING.search(text)
    if heading is None:
        raise UnreadableExport(export.origin, _NAME, "text", "the line of column names is gone")
    names = ("f/Hz", "Z'/Ohm", "-Z''/Ohm", *heading["more"].split())
    line = text.count("\n", 0, heading.end()) + 1
    if len(set(names)) < len(names):
        reason = "several columns have one name"
        raise UnreadableExport(export.origin, _NAME, f"line {line - 2}", reason)
    body, promised = text[heading.end() :], int(heading["count"])
    block = number_block(export, _NAME, body, first_line=line, names=names, promised=promised)
    columns = tuple(
        RawColumn(name, block.columns[place], *_QUANTITIES.get(name, (None, 1.0)))
        for place, name in enumerate(names)
    )
    above = [line.strip() for line in text[: heading.start()].splitlines() if line.strip()]
    facts: dict[str, Fact] = {"Header": "\n".join(above)} if above else {}
    sweep = RawColumn("Sweep", np.ones(block.columns.shape[1], dtype=np.int64))
    return [
        Reading((*columns, sweep), step_marks=(sweep.name,), facts=facts, findings=block.findings)
    ]


READER: Final = Reader(
    name=_NAME,
    version="1",
    title="PARSTAT and VersaSTAT .P00",
    suffixes=(".p00",),
    knows=_knows,
    read=_read,
    account=Account(
        instrument="PARSTAT and VersaSTAT",
        counters="none: it is impedance",
        gaps=(
            "which way a positive current flows is not told, so Idc keeps its name",
            "the start is told as it stands and not read as a date",
        ),
        real_files=1,
        tested="the circuit that tables of the same sweep have",
    ),
)
