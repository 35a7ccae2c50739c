"""CH Instruments text: date, technique, settings, then a table below its line of names.

``Z"`` is Im(Z): atan2(Z", Z') is the phase printed beside it. The instrument may show cathodic
currents as positive and the text does not tell, so a current keeps its name and its sign.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from ingest.parse.instrument_text import columns_of, fact_of, table_within, text_lines, vocabulary
from ingest.reader import Account, Reader
from ingest.reading import Export, Fact, Finding, Reading
from schema.error import EmptyExport

_NAME: Final = "ch_instruments_txt"
_DATE: Final = re.compile(r"([A-Z][a-z]{2})[a-z]*\.? (\d{1,2}, \d{4})\s+(\d{1,2}:\d{2}:\d{2})\s*")
_MODEL: Final = "Instrument Model"
_ENTRY: Final = re.compile(r"([^=:]+?)(?:\s*:|\s*=\s)\s*(.*?)\s*")
_NAMES: Final = re.compile(r"[^,=:]+/[^,=:]+(?:, *[^,=:]+/[^,=:]+)+")


def _knows(export: Export) -> bool:
    lines = export.head.decode("latin-1").removeprefix("\xef\xbb\xbf").splitlines()[:12]
    dated = bool(lines) and _DATE.fullmatch(lines[0]) is not None
    return dated and any(line.startswith(f"{_MODEL}:") and "CHI" in line for line in lines)


def _read(export: Export) -> list[Reading]:
    lines = text_lines(export, _NAME)
    heading = next((at for at, line in enumerate(lines) if _NAMES.fullmatch(line.strip())), None)
    if heading is None:
        raise EmptyExport(export.origin, _NAME, "it ends before the line that names its columns")
    names = tuple(name.strip() for name in lines[heading].split(","))
    table = table_within(
        export, _NAME, lines[heading + 1 :], heading + 2, names=names, separator=","
    )
    facts = _facts(lines[2:heading])
    started_at, dated = _started_at(lines[0])
    currents = [name for name in names if name.startswith(("Current", "i/", "i1/"))]
    signs = (
        Finding("current_sign_untold", f"{name}: cathodic or anodic positive is not told", name)
        for name in currents
    )
    return [
        Reading(
            tuple(columns_of(table, vocabulary(__file__))),
            technique=lines[1].strip() or None,
            instrument=f"CH Instruments {facts.get(_MODEL, '')}".rstrip(),
            started_at=started_at,
            facts=facts,
            findings=(*table.findings, *signs, *dated),
        )
    ]


def _facts(header: Sequence[str]) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    for line in header:
        entry = _ENTRY.fullmatch(line.strip())
        if entry and entry[2]:
            facts[entry[1]] = fact_of(entry[2])
        elif line.strip() and entry is None:
            facts[line.strip()] = True
    return facts


def _started_at(line: str) -> tuple[datetime | None, tuple[Finding, ...]]:
    match = _DATE.fullmatch(line)
    try:
        date = " ".join(match.groups()) if match else line
        return datetime.strptime(date, "%b %d, %Y %H:%M:%S"), ()  # noqa: DTZ007 - it has no zone
    except ValueError:
        return None, (Finding("unreadable_date", f"{line.strip()!r} is no date", "line 1"),)


READER: Final = Reader(
    name=_NAME,
    version="1",
    title="CH Instruments text",
    suffixes=(".txt", ".csv"),
    knows=_knows,
    read=_read,
    account=Account(
        instrument="CH Instruments",
        counters="none: it is impedance",
        gaps=(
            (
                "of its techniques impedance was at hand; others are read by the names of their "
                "columns"
            ),
            "which way a positive current flows is not told, so a current keeps its name and sign",
        ),
        real_files=1,
        tested="every number against a plain read; modulus and phase of the file itself",
    ),
)
