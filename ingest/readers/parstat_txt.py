"""Ametek PARSTAT text: one table for all segments of an experiment, a frequency only in sweeps.

A record without a frequency keeps its time, potential and current; the zeros in the columns of the
impedance are no measurement there and become missing. Zim is Im(Z): it is negative in the arc of
the real file and rises, as an inductance does, to a positive end at its highest frequencies. A
negative current discharges: the potential falls under it. Segments are not marked.
"""

from dataclasses import replace
from typing import Final

from ingest.parse.decoding import decode
from ingest.parse.instrument_text import columns_of, only_in_sweeps, vocabulary
from ingest.parse.text_line import read_table
from ingest.reader import Account, Reader
from ingest.reading import Export, Reading, column
from schema.error import UnreadableExport

_NAME: Final = "parstat_txt"
_NAMES: Final = frozenset(
    {"Potential (V)", "Current (A)", "Elapsed Time (s)", "Frequency (Hz)", "Zre (ohms)"}
)
_OF_SWEEPS: Final = frozenset(
    {"Frequency (Hz)", "Zre (ohms)", "Zim (ohms)", "|Vac| (V)", "|Iac| (A)"}
)


def _knows(export: Export) -> bool:
    first = export.head.decode("latin-1").removeprefix("\xef\xbb\xbf").partition("\n")[0]
    return {name.strip() for name in first.split("\t")} >= _NAMES


def _read(export: Export) -> list[Reading]:
    table = read_table(export, _NAME, decode(export, _NAME), "\t")
    columns = columns_of(table, vocabulary(__file__))
    reading = Reading(tuple(columns), findings=table.findings)
    if any(column(reading, name) is None for name in ("frequency_hertz", "current_ampere")):
        raise UnreadableExport(export.origin, _NAME, "line 1", "no frequency or no current")
    return [replace(reading, columns=tuple(only_in_sweeps(columns, _OF_SWEEPS)))]


READER: Final = Reader(
    name=_NAME,
    version="2",
    title="Ametek PARSTAT text",
    suffixes=(".txt",),
    knows=_knows,
    read=_read,
    account=Account(
        instrument="Ametek PARSTAT",
        counters="none",
        gaps=(
            "no settings stand in the file: technique and start stay unknown",
            "the layout is that of one program",
        ),
        real_files=1,
        tested="every number against a plain read",
    ),
)
