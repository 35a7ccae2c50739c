"""Scribner ZPlot .z: ZPLOT2 with its header of settings, ZPlotW and Z60W with ten short lines.

Autolab exports impedance as Z60W too. The line that begins with Freq names the columns. Z is
a + jb, so ``Z''(b)`` is Im(Z): it is negative in capacitive arcs. Ampl and Bias are volts or
amperes by the control and keep their names. Dates are month first, as ``12-17-2019`` in a real file
shows. A time that stays zero was not recorded.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

import numpy as np

from ingest.parse.date import dates
from ingest.parse.instrument_text import (
    announced,
    columns_of,
    count_of,
    fact_of,
    table_within,
    text_lines,
    vocabulary,
)
from ingest.reader import Account, Reader
from ingest.reading import Export, Fact, Finding, RawColumn, Reading
from schema.error import EmptyExport, UnreadableExport

_NAME: Final = "zplot_z"
_BANNER: Final = re.compile(
    rb'(?:\xef\xbb\xbf)?"?(?:ZPLOT2 ASCII|(?:ZPlotW|Z60W) Data File: Version)'
)
_HEADING: Final = re.compile(r'[\s"]*Freq ?\(Hz\)\s')
_ENTRY: Final = re.compile(r"\s*([^:]+):\s*(.*?)\s*")
_EXPERIMENT: Final = "Experiment Type"
_DATE_AND_TIME: Final = re.compile(r"Date:\s*(\S+)\s+Time:\s*(\S+)")
_TYPE_LINE, _COMMENT_LINE = 2, 4


def _knows(export: Export) -> bool:
    return _BANNER.match(export.head) is not None


def _read(export: Export) -> list[Reading]:
    lines = text_lines(export, _NAME)
    heading = next((place for place, line in enumerate(lines) if _HEADING.match(line)), None)
    if heading is None:
        raise EmptyExport(export.origin, _NAME, "it ends before the line that names its columns")
    first = heading + 1
    if lines[0].startswith("ZPLOT2"):
        facts, expected = _settings(lines[:heading])
        if lines[first : first + 1] != ["End Comments"]:
            reason = "End Comments should follow the names of the columns"
            raise UnreadableExport(export.origin, _NAME, f"line {first + 1}", reason)
        first += 1
    else:
        facts, expected = _ten_lines(lines[:heading])
    names = re.split(r"\t|\s{2,}", lines[heading].strip(' \t"').replace("Freq (", "Freq("))
    body = lines[first:]
    separator = "\t" if body and "\t" in body[0] else ","
    table = table_within(export, _NAME, body, first + 1, names=tuple(names), separator=separator)
    columns, timed = _timed(columns_of(table, vocabulary(__file__)))
    started_at, dated = _started_at(facts)
    parts = [f"{part} {facts[part]}" for part in ("Pstat/Gstat", "Analyzer") if part in facts]
    return [
        Reading(
            tuple(columns),
            technique=str(facts[_EXPERIMENT]) if _EXPERIMENT in facts else None,
            instrument=", ".join(parts) or None,
            started_at=started_at,
            facts=facts,
            findings=(
                *table.findings,
                *announced(expected, len(table.lines), f"line {heading + 1}"),
                *timed,
                *dated,
            ),
        )
    ]


def _settings(header: Sequence[str]) -> tuple[dict[str, Fact], int | None]:
    """Return the settings of a ZPLOT2 header under their sections, and the number of points."""
    facts: dict[str, Fact] = {}
    section, comments = "", []
    for line in header[1:]:
        entry = _ENTRY.fullmatch(line)
        name, value = (entry[1].strip(), entry[2]) if entry else (line.strip(), "")
        if name.startswith("Begin "):
            section = name.removeprefix("Begin ")
            if value not in {"", "0"}:
                facts[section] = value
        elif name.startswith("End "):
            section = ""
        elif section == "User Comments":
            comments.append(line.strip())
        elif value:
            fact = value if name in {"Date", "Time"} else fact_of(value)
            facts[f"{section}: {name}" if section else name] = fact
    if comments:
        facts["User Comments"] = "\n".join(comments)
    points = facts.get("Data Points")
    return facts, count_of(f"{points:.0f}") if isinstance(points, float) else None


def _ten_lines(header: Sequence[str]) -> tuple[dict[str, Fact], int | None]:
    """Return what the lines above the columns of ZPlotW and Z60W state."""
    lines = [line.strip(' \t"\N{ZERO WIDTH NO-BREAK SPACE}') for line in header]
    facts: dict[str, Fact] = {"Format": lines[0]}
    if len(lines) > _COMMENT_LINE:
        facts[_EXPERIMENT], facts["User Comments"] = lines[_TYPE_LINE], lines[_COMMENT_LINE]
    for line in lines[1:]:
        if found := _DATE_AND_TIME.fullmatch(line):
            facts["Date"], facts["Time"] = found[1], found[2]
        elif line.startswith("Open Circuit") and (entry := _ENTRY.fullmatch(line)):
            facts[entry[1]] = fact_of(entry[2])
    return {name: fact for name, fact in facts.items() if fact != ""}, count_of(lines[-1])


def _timed(columns: list[RawColumn]) -> tuple[list[RawColumn], tuple[Finding, ...]]:
    """Leave a time that stays zero to its own name."""
    for place, raw in enumerate(columns):
        if raw.quantity == "test_time_second" and len(raw.values) > 1 and not np.any(raw.values):
            columns[place] = replace(raw, quantity=None)
            return columns, (Finding("time_not_recorded", f"{raw.name} is 0 in every record"),)
    return columns, ()


def _started_at(facts: dict[str, Fact]) -> tuple[datetime | None, tuple[Finding, ...]]:
    if "Date" not in facts:
        return None, ()
    read = dates([f"{facts['Date']} {facts.get('Time', '')}".strip()], "Date")
    return read.first, read.findings


READER: Final = Reader(
    name=_NAME,
    version="2",
    title="Scribner ZPlot .z, and Z60W as Autolab exports it",
    suffixes=(".z", ".txt"),
    knows=_knows,
    read=_read,
    account=Account(
        instrument="Scribner ZPlot, Solartron; Autolab as Z60W",
        counters="none: it is impedance",
        gaps=(
            "amplitude and bias are volts or amperes by the control and keep their names",
            "sweeps of one file are told apart by frequency alone",
        ),
        real_files=5,
        tested="every number against a plain read",
    ),
)
