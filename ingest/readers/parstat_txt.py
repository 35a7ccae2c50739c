"""Ametek PARSTAT text: one table for all segments of an experiment, a frequency only in sweeps.

A record without a frequency keeps its time, potential and current; the zeros in the columns of the
impedance are no measurement there and become missing. Zim is Im(Z): it is negative in the arc of
the real file and rises, as an inductance does, to a positive end at its highest frequencies. A
negative current discharges: the potential falls under it. Segments are not marked: a new one begins
with a sweep and where the current turns.
"""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.instrument_text import columns_of, only_in_sweeps, vocabulary
from ingest.reader import Reader
from ingest.reading import Export, Finding, RawColumn, Reading, column
from ingest.step import REST_FRACTION, current_state
from ingest.text_table import decode, read_table
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
    frequency, current = column(reading, "frequency_hertz"), column(reading, "current_ampere")
    if frequency is None or current is None:
        raise UnreadableExport(export.origin, _NAME, "line 1", "no frequency or no current")
    columns = only_in_sweeps(columns, _OF_SWEEPS)
    columns.append(RawColumn("segment", _segments(frequency > 0.0, current)))
    detail = (
        "the export marks no segments; they were cut at sweeps and where the current turns "
        f"(below {REST_FRACTION:g} of the greatest current is rest)"
    )
    return [
        replace(
            reading,
            columns=tuple(columns),
            step_marks=("segment",),
            findings=(*reading.findings, Finding("steps_from_current", detail)),
        )
    ]


def _segments(sweeps: NDArray[np.bool_], current: NDArray[np.float64]) -> NDArray[np.int64]:
    """Number the segments from 1."""
    state = np.where(sweeps, 2, current_state(current))
    return 1 + np.cumsum(np.concatenate(([False], state[1:] != state[:-1])))


READER: Final = Reader(
    name=_NAME,
    version="1",
    title="Ametek PARSTAT text",
    suffixes=(".txt",),
    knows=_knows,
    read=_read,
)
