"""Autolab FRA .dfr: a number a line, nine of them a record, without a name among them.

Three lines stand above: version, number of records, and a 1. A record is frequency in Hz, Z' and
-Z'' in Ω, and six numbers nobody has described. That the third is -Im(Z): it is positive where Z'
falls as the frequency rises, and a capacitance makes Im(Z) negative there; the .P00 export of the
same sweep calls it -Z''. What follows the records, two dates among it, is kept as it stands;
neither is known for the start.
"""

import re
from typing import Final

import numpy as np

from ingest.parse.instrument_text import table_within, text_lines
from ingest.reader import Account, Reader
from ingest.reading import Export, Finding, RawColumn, Reading
from schema.error import EmptyExport, UnreadableExport

_NAME: Final = "autolab_dfr"
_BANNER: Final = re.compile(rb"(?:\xef\xbb\xbf)?VERSION(\d+\.\d+)[ \t]*\r?\n[ \t]*\d+[ \t]*\r?\n")
_HEADER_LINES, _RECORD_LINES = 3, 9
_MEANINGS: Final = (
    ("frequency", "frequency_hertz", 1.0),
    ("Z'", "real_impedance_ohm", 1.0),
    ("-Z''", "imaginary_impedance_ohm", -1.0),
    *((f"number {place}", None, 1.0) for place in range(4, _RECORD_LINES + 1)),
)


def _knows(export: Export) -> bool:
    return _BANNER.match(export.head) is not None


def _read(export: Export) -> list[Reading]:
    lines = text_lines(export, _NAME)
    version = lines[0].strip().removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    if version != "VERSION8.0":
        reason = f"only VERSION8.0 is known, this is {version}"
        raise UnreadableExport(export.origin, _NAME, "line 1", reason)
    count = int(lines[1])
    stop = _HEADER_LINES + _RECORD_LINES * count
    # the empty text behind the last line end is no line
    whole_count = min(count, max(len(lines) - 1 - _HEADER_LINES, 0) // _RECORD_LINES)
    if not whole_count:
        raise EmptyExport(export.origin, _NAME)
    size = _RECORD_LINES * whole_count
    body = [*lines[_HEADER_LINES : _HEADER_LINES + size], ""]
    table = table_within(export, _NAME, body, _HEADER_LINES + 1, names=("number",), separator="\t")
    numbers = table.numbers(0)
    if numbers.size != size or not np.isfinite(numbers).all():
        raise UnreadableExport(export.origin, _NAME, "records", "a line among them is empty")
    records = numbers.reshape(whole_count, _RECORD_LINES)
    cut = Finding(
        "truncated",
        f"the file announces {count} records and holds {whole_count} whole ones",
        "line 2",
    )
    behind = "\n".join(line.strip() for line in lines[stop:] if line.strip())
    return [
        Reading(
            tuple(
                RawColumn(name, records[:, place].copy(), quantity, scale)
                for place, (name, quantity, scale) in enumerate(_MEANINGS)
            ),
            instrument="Autolab",
            facts={"Version": version, **({"Behind the records": behind} if behind else {})},
            findings=() if whole_count == count else (cut,),
        )
    ]


READER: Final = Reader(
    name=_NAME,
    version="1",
    title="Autolab FRA .dfr",
    suffixes=(".dfr",),
    knows=_knows,
    read=_read,
    account=Account(
        instrument="Metrohm Autolab, FRA",
        counters="none: it is impedance",
        gaps=(
            "six of nine numbers of a record are described nowhere and keep their places for names",
            "when the measurement began is not told for certain, so it stays unknown",
            "a version of the file other than the one at hand is refused",
        ),
        real_files=1,
        tested=(
            "every number against a plain read; the sign against the .P00 and .i2b of the same "
            "sweep"
        ),
    ),
)
