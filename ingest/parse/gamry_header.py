"""The header of a Gamry .DTA: what the lines that are not indented say of the experiment."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import polars as pl

from ingest.parse.instrument_text import count_of, fact_of
from ingest.reading import Fact, Finding

_UNIT_OF_LABEL: Final = re.compile(r"\((?!#\))([^()]+)\)$")
_DATE: Final = re.compile(r"(\d{1,2})([/.-])(\d{1,2})[/.-](\d{4})")
_CLOCKS: Final = ("%H:%M:%S", "%I:%M:%S %p")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the header."""

    place: int
    """Its place among the lines, from 0."""
    fields: tuple[str, ...]
    """Name, type, value and what follows."""

    @property
    def name(self) -> str:
        """Return its name."""
        return self.fields[0]

    @property
    def kind(self) -> str:
        """Return its type, such as LABEL, QUANT, TOGGLE, TABLE."""
        return self.fields[1]

    @property
    def value(self) -> str:
        """Return the first value, empty where there is none."""
        return self.fields[2]


def entries_of(lines: Sequence[str]) -> list[Entry]:
    """Return the lines that are not indented, but for those of notes."""
    starts = pl.Series(lines).str.contains(r"^\S").arg_true().to_list()
    entries: list[Entry] = []
    behind = 0
    for place in starts:
        if place < behind:
            continue
        fields = [field.strip() for field in lines[place].split("\t")]
        entry = Entry(place, (*fields, *[""] * (3 - len(fields))))
        entries.append(entry)
        if entry.kind == "NOTES":
            behind = place + 1 + (count_of(entry.value) or 0)
    return entries


def facts_of(entries: Sequence[Entry], lines: Sequence[str]) -> dict[str, Fact]:
    """Return what the entries tell, under their names and with the unit their label ends in."""
    facts: dict[str, Fact] = {}
    for entry in entries:
        name, kind, values = entry.name, entry.kind, entry.fields[2:]
        if name == "TAG":
            facts["TAG"] = kind
        elif not any(values) or kind == "TABLE":
            continue
        elif kind == "NOTES":
            count = count_of(values[0]) or 0
            notes = (line.strip() for line in lines[entry.place + 1 :][:count])
            facts[name] = "\n".join(notes).strip() or None
        elif kind == "TOGGLE":
            facts[name] = values[0] in {"T", "TRUE"}
        elif kind == "TWOPARAM":
            facts[name] = values[0] == "T"
            labels = [label.replace("&", "") for label in values[4:]]
            facts |= {
                f"{name} {label}": fact_of(value)
                for label, value in zip(labels, values[1:3], strict=False)
            }
        elif kind in {"MULTIPARAM", "VARIABLEANDUNITS"}:
            facts |= _choice(name, kind, values)
        elif kind in {"LABEL", "PSTAT"}:
            facts[name] = values[0]
        else:
            unit = _UNIT_OF_LABEL.search(values[-1])
            facts[f"{name}/{unit[1]}" if unit else name] = fact_of(values[0])
            if kind == "POTEN" and len(values) > 1:
                facts[f"{name} vs. open circuit"] = values[1] == "T"
    return {name: fact for name, fact in facts.items() if fact is not None}


def _choice(name: str, kind: str, values: Sequence[str]) -> dict[str, Fact]:
    """Return a number with the unit behind it, and the word it was chosen by."""
    if kind == "VARIABLEANDUNITS" and len(values) > 1:
        return {f"{name}/{values[1]}": fact_of(values[0])}
    if kind == "MULTIPARAM" and len(values) > 4:
        number = fact_of(values[1]) if values[3] != "None" else None
        return {name: values[3], f"{name}/{values[4]}": number}
    return {name: values[0]}


def started_at(facts: Mapping[str, Fact]) -> tuple[datetime | None, tuple[Finding, ...]]:
    """Return the local time the experiment began, and what is odd about its date."""
    date, clock = str(facts.get("DATE", "")), str(facts.get("TIME", ""))
    if not date:
        return None, ()
    match = _DATE.fullmatch(date)
    if match is None:
        return None, (Finding("unreadable_date", f"{date!r} is no date", "DATE"),)
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    month_first = first <= 12 if second > 12 else match[2] == "/" and first <= 12
    month, day = (first, second) if month_first else (second, first)
    for form in _CLOCKS:
        try:
            time = datetime.strptime(clock, form).time()  # noqa: DTZ007 - the clock has no zone
            began = datetime.combine(datetime(year, month, day), time)  # noqa: DTZ001 - the same
        except ValueError:
            continue
        if max(first, second) > 12 or first == second or match[2] == ".":
            return began, ()
        order = "month" if month_first else "day"
        detail = f"{date} may be read both ways; taken as {order} first"
        return began, (Finding("ambiguous_date", detail, "DATE"),)
    return None, (Finding("unreadable_date", f"{date} {clock} is no time", "DATE"),)
