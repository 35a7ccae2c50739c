"""The header of a .mpt: what it tells of instrument, technique and start."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from ingest.parse import biologic
from ingest.parse.date import dates
from ingest.reading import Fact, Finding

_ENTRY: Final = re.compile(r"\s*(\S.*?)\s+:(?:\s+(.*?))?\s*")
_MEASURE: Final = re.compile(r"(-?\d+(?:[.,]\d+)?)(?: (\S+))?")
_SERIAL: Final = re.compile(r"(.+?) \(SN (.+)\)")
_VERSION: Final = re.compile(r".* v(\S+) \((software|firmware)\)")


def facts_of(header: tuple[str, ...]) -> dict[str, Fact]:
    """Return what the lines of a header tell, under their names."""
    entries: dict[str, list[str]] = {}
    facts: dict[str, Fact] = {}
    for line in header[2:]:
        if version := _VERSION.fullmatch(line.strip()):
            facts.setdefault(f"{version[2].capitalize()} version", version[1])
        elif (entry := _ENTRY.fullmatch(line)) and entry[2]:
            entries.setdefault(entry[1], []).append(entry[2])
    for name, texts in entries.items():
        measure = _MEASURE.fullmatch(texts[0]) if len(texts) == 1 else None
        if measure and measure[2]:
            facts[f"{name}/{measure[2]}"] = float(measure[1].replace(",", "."))
        else:
            facts[name] = "\n".join(texts)
    return facts


def parted(fact: Fact) -> tuple[str | None, str | None]:
    """Return name and serial number of ``VMP3 (SN 0858)``."""
    found = _SERIAL.fullmatch(str(fact or ""))
    return (found[1], found[2]) if found else (None, None)


def technique_of(header: tuple[str, ...]) -> str | None:
    """Return the acronym of the title, which stands in line 4 between two empty ones."""
    title = header[3].strip() if len(header) > 4 and not header[2].strip() else ""
    return next((t.technique for t in biologic.techniques() if t.title == title), title or None)


def started_at_of(facts: Mapping[str, Fact]) -> tuple[datetime | None, tuple[Finding, ...]]:
    """Return when the acquisition was begun, and what is doubtful of that."""
    acquisition = facts.get("Acquisition started on")
    if acquisition is None:
        return None, ()
    beside = str(facts.get("Technique started on", acquisition))
    read = dates([str(acquisition), beside], "Acquisition started on")
    alone = dates([str(acquisition)], "Acquisition started on", usual=read.order)
    return alone.first, read.findings
