"""Sheets of an .xlsx, each as the text it would be: whoever reads that, reads the sheet."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook

from ingest.parse.zip_bound import DAMAGED, bounded
from ingest.reading import Export
from schema.error import UnreadableExport

_MEMBER: Final = "xl/workbook.xml"
_NAME: Final = "workbook"
_SHEETS: Final = "xl/worksheets/"
_CELL: Final = re.compile(rb'<c [^>]*?r="([A-Z]{1,3})([0-9]{1,7})"')
_BLOCK: Final = 1 << 20
_FREE_CELLS: Final = 1_000_000
_EMPTY_PER_CELL: Final = 20
"""A sheet takes memory for all of its area: so much of it may be empty."""
Cell = int | float | str | bool | time | date | datetime | timedelta


def is_workbook(export: Export) -> bool:
    """Return whether a file is an .xlsx."""
    if not export.head.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(export.path) as members:
            return _MEMBER in members.namelist()
    except DAMAGED:
        return False


def sheets(export: Export) -> Iterator[tuple[str, str]]:
    """Yield name and text of each sheet; line 5 of the text is row 5 of the sheet.

    Raises:
        UnreadableExport: when it is damaged, or unpacks to more than anybody's workbook.
    """
    try:
        with zipfile.ZipFile(export.path) as members:
            bounded(export, _NAME, members)
            for member in members.infolist():
                if member.filename.startswith(_SHEETS):
                    _spanned(export, members, member.filename)
        with CalamineWorkbook.from_path(export.path) as book:
            for name in book.sheet_names:
                rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                out = io.StringIO()
                csv.writer(out, lineterminator="\n").writerows(map(_texts, rows))
                yield name, out.getvalue()
    except (CalamineError, *DAMAGED) as fault:
        raise UnreadableExport(export.origin, _NAME, "file", f"it is damaged: {fault}") from fault


def _spanned(export: Export, members: zipfile.ZipFile, member: str) -> None:
    """Refuse a sheet of few cells that lie so far apart that its area fits no memory."""
    cells, width, height, rest = 0, 0, 0, b""
    with members.open(member) as file:
        while block := file.read(_BLOCK):
            text = rest + block
            for column, row in _CELL.findall(text):
                cells += 1
                width, height = max(width, _number(column)), max(height, int(row))
            rest = text[text.rfind(b"<") :]
    if width * height > _FREE_CELLS + _EMPTY_PER_CELL * cells:
        reason = f"its {cells} cells lie in an area of {height} rows and {width} columns"
        raise UnreadableExport(export.origin, _NAME, member, reason)


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number


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
