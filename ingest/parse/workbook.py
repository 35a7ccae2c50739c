"""Sheets of an .xlsx, each as the text it would be: whoever reads that, reads the sheet."""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook

from ingest.reading import Export
from schema.error import UnreadableExport

_MEMBER: Final = "xl/workbook.xml"
_NAME: Final = "workbook"
_MOST_BYTES: Final = 2 << 30
"""Unpacked; a workbook of a million rows has a fifth of it."""
Cell = int | float | str | bool | time | date | datetime | timedelta


def is_workbook(export: Export) -> bool:
    """Return whether a file is an .xlsx."""
    if not export.head.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(export.path) as members:
            return _MEMBER in members.namelist()
    except (zipfile.BadZipFile, OSError):
        return False


def sheets(export: Export) -> Iterator[tuple[str, str]]:
    """Yield name and text of each sheet; line 5 of the text is row 5 of the sheet.

    Raises:
        UnreadableExport: when it is damaged, or unpacks to more than anybody's workbook.
    """
    with zipfile.ZipFile(export.path) as members:
        size = sum(member.file_size for member in members.infolist())
    if size > _MOST_BYTES:
        reason = f"it unpacks to {size / 1e9:.1f} GB; at most {_MOST_BYTES / 1e9:.1f}"
        raise UnreadableExport(export.origin, _NAME, "file", reason)
    try:
        with CalamineWorkbook.from_path(export.path) as book:
            for name in book.sheet_names:
                rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                out = io.StringIO()
                csv.writer(out, lineterminator="\n").writerows(map(_texts, rows))
                yield name, out.getvalue()
    except CalamineError as fault:
        raise UnreadableExport(export.origin, _NAME, "file", f"no workbook: {fault}") from fault


def _texts(row: list[Cell]) -> list[str]:
    return [_text(cell) for cell in row]


def _text(cell: Cell) -> str:
    """Return a cell as an instrument would write it."""
    match cell:
        case float():
            return repr(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
        case datetime():
            return cell.isoformat(sep=" ")
        case timedelta():
            minutes, second = divmod(cell.total_seconds(), 60.0)
            hour, minute = divmod(int(minutes), 60)
            return f"{hour}:{minute:02}:{second:09.6f}"
        case _:
            return str(cell).replace("\n", " ").replace("\r", "")
