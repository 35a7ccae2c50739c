"""Ametek VersaStudio .par: sections in angle brackets, the records of each segment in its own.

All segments are one test; their number marks its steps. A record without a frequency is no
impedance: it keeps its time, potential and current, and the zeros of the alternating columns
become missing. Z Imag is Im(Z): (E Real + j E Imag) / (I Real + j I Imag) gives it back, sign and
all. Dates are the long dates of Windows; those in English are read.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

import numpy as np
import polars as pl

from ingest.parse.instrument_text import (
    columns_of,
    fact_of,
    only_in_sweeps,
    table_within,
    text_lines,
    vocabulary,
)
from ingest.parse.text_table import TextTable
from ingest.reader import Account, Reader
from ingest.reading import Export, Fact, Finding, Reading
from schema.error import EmptyExport, UnreadableExport

_NAME: Final = "versastudio_par"
_BANNER: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?<Application>\s*(?:[^<\n]+\n)*?Name=VersaStudio\s", re.MULTILINE
)
_OPENS: Final = re.compile(r"<(\w+)>\s*")
_TELLING: Final = re.compile(r"Application|Action\d+|Instrument|Experiment")
_SEGMENT: Final = re.compile(r"Segment\d+")
_ALTERNATING: Final = frozenset(
    {"Frequency(Hz)", "E Real", "E Imag", "I Real", "I Imag", "Z Real", "Z Imag"}
)
_DEFINITION: Final = "Definition="


def _knows(export: Export) -> bool:
    return _BANNER.match(export.head) is not None


def _read(export: Export) -> list[Reading]:
    lines = text_lines(export, _NAME)
    sections = [*_sections(lines)]
    tables = [
        table
        for name, span in sections
        if _SEGMENT.fullmatch(name) and (table := _segment(export, lines, name, span))
    ]
    if not tables:
        raise EmptyExport(export.origin, _NAME, "no segment holds a record")
    table = _joined(tables)
    columns = only_in_sweeps(columns_of(table, vocabulary(__file__)), _ALTERNATING)
    facts = _facts(lines, sections)
    started_at, dated = _started_at(facts)
    return [
        Reading(
            tuple(columns),
            technique=_technique(facts),
            instrument=str(facts["Instrument: Type"]) if "Instrument: Type" in facts else None,
            started_at=started_at,
            step_marks=("Segment #",),
            facts=facts,
            findings=(*table.findings, *dated),
        )
    ]


def _sections(lines: Sequence[str]) -> Iterator[tuple[str, range]]:
    """Yield the name of each section and the places of its lines; the last may have no end."""
    opened = pl.Series(lines).str.contains(r"^</?\w+>\s*$").arg_true().to_list()
    for place, behind in zip(opened, [*opened[1:], len(lines)], strict=True):
        if found := _OPENS.fullmatch(lines[place]):
            yield found[1], range(place + 1, behind)


def _segment(export: Export, lines: Sequence[str], name: str, span: range) -> TextTable | None:
    head = next((at for at in span if lines[at].startswith(_DEFINITION)), None)
    if head is None:
        return None
    names = [word.strip() for word in lines[head].removeprefix(_DEFINITION).split(",")]
    while names and names[-1].isdecimal():
        names.pop()  # the definition ends in a number that no field stands under
    if "Segment #" not in names:
        reason = "the definition of its columns should name Segment #"
        raise UnreadableExport(export.origin, _NAME, f"line {head + 1}", reason)
    if not any(line.strip() for line in lines[head + 1 : span.stop]):
        return None
    records = [*lines[head + 1 : span.stop], *([""] if span.stop < len(lines) else [])]
    table = table_within(export, _NAME, records, head + 2, names=tuple(names), separator=",")
    if span.stop < len(lines):
        return table
    cut = Finding("truncated", f"the file ends within {name}", f"line {span.stop}")
    return replace(table, findings=(*table.findings, cut))


def _joined(tables: Sequence[TextTable]) -> TextTable:
    """Return the segments one after another, missing where one lacks a column of another."""
    frames = [
        table.frame.select(str(place) for place in range(len(table.header))).rename(
            {str(place): name for place, name in enumerate(table.header)}
        )
        for table in tables
    ]
    frame = pl.concat(frames, how="diagonal")
    header = tuple(frame.columns)
    frame.columns = [str(place) for place in range(frame.width)]
    return replace(
        tables[0],
        header=header,
        frame=frame,
        lines=np.concatenate([table.lines for table in tables]),
        findings=tuple(finding for table in tables for finding in table.findings),
    )


def _facts(lines: Sequence[str], sections: Sequence[tuple[str, range]]) -> dict[str, Fact]:
    return {
        f"{section}: {name.strip()}": fact_of(value) if section != "Instrument" else value.strip()
        for section, span in sections
        if _TELLING.fullmatch(section)
        for name, _, value in (lines[at].partition("=") for at in span)
        if value.strip()
    }


def _technique(facts: dict[str, Fact]) -> str | None:
    """Return the names of the actions; the first, Common, is no measurement."""
    names = (
        str(fact)
        for name, fact in facts.items()
        if re.fullmatch(r"Action\d+: Name", name) and fact != "Common"
    )
    return ", ".join(dict.fromkeys(names)) or None


def _started_at(facts: dict[str, Fact]) -> tuple[datetime | None, tuple[Finding, ...]]:
    date, time = facts.get("Experiment: DateAcquired"), facts.get("Experiment: TimeAcquired")
    if date is None:
        return None, ()
    text = f"{date} {time}"
    try:
        return datetime.strptime(text, "%A, %B %d, %Y %I:%M:%S %p"), ()  # noqa: DTZ007 - no zone
    except ValueError:
        return None, (Finding("unreadable_date", f"{text!r} is no date in English", "Experiment"),)


READER: Final = Reader(
    name=_NAME,
    version="1",
    title="Ametek VersaStudio .par",
    suffixes=(".par",),
    knows=_knows,
    read=_read,
    account=Account(
        instrument="Ametek VersaStudio",
        counters="none",
        gaps=(
            "dates in other languages are told and not guessed",
            "segments of an experiment are the steps of one test",
        ),
        real_files=1,
        tested="every number against a plain read; potential over current against the impedance",
    ),
    states={
        "Instrument: SN": "instrument_serial",
        "Instrument: Firmware": "firmware",
        "Action0: Comment": "comment",
        "Action0: Mass": "stated_mass_gram",
        "Action0: Working Electrode Area": "stated_area_cm2",
    },
)
