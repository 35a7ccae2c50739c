"""The tests of a workbook: sheets whose records go on are one, and what nobody reads is a finding.

Programs begin another sheet where one is full: ``Channel_1_1`` and ``Channel_1_2``, ``record`` and
``record1``, ``Detail_67_1_1`` and ``Detail_67_1_1_1``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from ingest.parse.workbook import sheets
from ingest.reader import Reader
from ingest.reading import HEAD_BYTES, Export, Finding, Reading, column
from schema.error import EmptyExport


@dataclass(frozen=True, slots=True)
class _Part:
    """A sheet, or several that go on from one another, and what is read of the last."""

    names: tuple[str, ...]
    text: str
    last: list[Reading]
    """Empty where the sheet is not read yet."""


def read_sheets(reader: Reader, export: Export) -> list[Reading]:
    """Return the tests of all sheets that a reader knows.

    Raises:
        EmptyExport: when a sheet holds no record.
        UnreadableExport: when the workbook or a sheet cannot be read.
    """
    found = dict(sheets(export))
    with TemporaryDirectory(prefix="leyden-sheet-") as folder:
        path = Path(folder) / "sheet"

        def of(text: str) -> Export:
            content = text.encode()
            path.write_bytes(content)
            return Export(path, f"{export.name}.csv", content[:HEAD_BYTES], export.origin)

        known = {name: text for name, text in found.items() if reader.knows(of(text))}
        if not known:
            raise EmptyExport(export.origin, reader.name, "none of its sheets is known")
        if len(known) == 1:
            parts = [_Part((name,), text, []) for name, text in known.items()]
        else:
            parts = _together((name, text, reader.read(of(text))) for name, text in known.items())
        others = {name: text for name, text in found.items() if name not in known}
        if len(parts) == 1 and reader.join is not None:
            text, used = reader.join(parts[0].text, others)
            parts = [replace(parts[0], text=text, last=[])]
            others = {name: text for name, text in others.items() if name not in used}
        findings = _unread(others)
        return [
            replace(
                reading,
                facts={**reading.facts, "Sheet": ", ".join(part.names)},
                findings=(*reading.findings, *findings),
            )
            for part in parts
            for reading in (len(part.names) == 1 and part.last) or reader.read(of(part.text))
        ]


def _together(known: Iterator[tuple[str, str, list[Reading]]]) -> list[_Part]:
    parts: list[_Part] = []
    for name, text, readings in known:
        only = readings[0] if len(readings) == 1 else None
        header, _, records = text.partition("\n")
        if parts and only is not None and _goes_on(parts[-1], name, header, only):
            before = parts[-1]
            parts[-1] = _Part((*before.names, name), before.text + records, readings)
        else:
            parts.append(_Part((name,), text, readings))
    return parts


def _goes_on(before: _Part, name: str, header: str, reading: Reading) -> bool:
    """Return whether the records of a sheet go on from those of the one before."""
    first, stem = before.names[0], re.sub(r"[ _-]?\d+$", "", name)
    if len(before.last) != 1 or stem not in {first, re.sub(r"[ _-]?\d+$", "", first)}:
        return False
    if before.text.partition("\n")[0] != header:
        return False
    ended, begun = (column(each, "record_index") for each in (*before.last, reading))
    if ended is not None and begun is not None:
        return bool(begun[0] == ended[-1] + 1)
    ended, begun = (column(each, "test_time_second") for each in (*before.last, reading))
    return ended is not None and begun is not None and bool(begun[0] >= ended[-1])


def _unread(others: Mapping[str, str]) -> tuple[Finding, ...]:
    names = [name for name, text in others.items() if text.strip(", \n")]
    if not names:
        return ()
    detail = f"sheets that hold no records are left out: {', '.join(names)}"
    return (Finding("sheet_left_out", detail),)
