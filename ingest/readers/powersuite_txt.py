"""Ametek PowerSuite text: Frequency, Zre and Zimg parted by tabs, and nothing else.

The file states no units: PowerSuite writes Hz and Ω. Zimg is Im(Z): it is negative where Zre falls
as the frequency rises, as a capacitance makes it. Lines end in two carriage returns and a line
feed.
"""

from typing import Final

from ingest.parse.decoding import decode
from ingest.parse.instrument_text import columns_of, vocabulary
from ingest.parse.text_line import read_table
from ingest.reader import Account, Reader
from ingest.reading import Export, Reading

_NAME: Final = "powersuite_txt"
_NAMES: Final = ["Frequency", "Zre", "Zimg"]


def _knows(export: Export) -> bool:
    first = export.head.decode("latin-1").removeprefix("\xef\xbb\xbf").partition("\n")[0]
    return [name.strip() for name in first.rstrip().split("\t")] == _NAMES


def _read(export: Export) -> list[Reading]:
    text = decode(export, _NAME).replace("\r\r\n", "\n")
    table = read_table(export, _NAME, text, "\t")
    return [Reading(tuple(columns_of(table, vocabulary(__file__))), findings=table.findings)]


READER: Final = Reader(
    name=_NAME,
    version="1",
    title="Ametek PowerSuite text",
    suffixes=(".txt",),
    knows=_knows,
    read=_read,
    account=Account(
        instrument="Ametek PowerSuite",
        counters="none: it is impedance",
        gaps=("nothing but frequency, Z' and Z'' stands in the file",),
        real_files=1,
        tested="every number against a plain read",
    ),
)
