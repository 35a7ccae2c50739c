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
_BEGUN: Final = re.compile(
    rb"<(?:\w+:)?(row|c)(?=[\s/>])(?:[^>]*?\sr\s*=\s*[\"']([A-Za-z]*)([0-9]+)[\"'])?"
)
"""A row or a cell, and where it says it stands; who says nothing stands behind the last."""
_MOST_LETTERS: Final = 3
_MOST_DIGITS: Final = 7
"""Of the last cell of a sheet, XFD1048576."""
_STRINGS: Final = "xl/sharedstrings.xml"
_TEXT_COUNT: Final = re.compile(
    rb"<(?:\w+:)?sst(?=\s)[^>]*?\suniqueCount\s*=\s*[\"']\s*\+?([0-9]+)"
)
"""How many texts there are, as is stated above them: whoever reads them makes room for so many."""
_BLOCK: Final = 1 << 20
_FREE_CELLS: Final = 1_000_000
_CELLS_PER_BYTE: Final = 2
"""A cell takes ten bytes of a workbook, and less where many say the same."""
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
        in_bounds(export)
        with CalamineWorkbook.from_path(export.path) as book:
            for name in book.sheet_names:
                rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                out = io.StringIO()
                csv.writer(out, lineterminator="\n").writerows(map(_texts, rows))
                yield name, out.getvalue()
    except (CalamineError, *DAMAGED) as fault:
        raise UnreadableExport(export.origin, _NAME, "file", f"it is damaged: {fault}") from fault


def in_bounds(export: Export) -> None:
    """Refuse a workbook that takes more memory than anybody's.

    Raises:
        UnreadableExport: naming the sheet.
        DAMAGED: when it is.
    """
    with zipfile.ZipFile(export.path) as members:
        bounded(export, _NAME, members)
        for member in members.infolist():
            if member.filename.startswith(_SHEETS):
                _spanned(export, members, member.filename)
            if member.filename.lower() == _STRINGS:
                _counted(export, member.filename, members.read(member))


def _counted(export: Export, member: str, content: bytes) -> None:
    """Refuse more texts than could stand in so many bytes."""
    match = _TEXT_COUNT.search(content)
    if match and (len(match[1]) > len(str(len(content))) or int(match[1]) > len(content)):
        reason = f"it tells of {match[1][:20].decode()} texts in {len(content)} bytes"
        raise UnreadableExport(export.origin, _NAME, member, reason)


def _spanned(export: Export, members: zipfile.ZipFile, member: str) -> None:
    """Refuse a sheet of too many cells, or of few that lie so far apart that none has memory."""
    most_cells = _FREE_CELLS + _CELLS_PER_BYTE * export.path.stat().st_size
    cells, row, column, width, height, rest = 0, 0, 0, 0, 0, b""
    with members.open(member) as file:
        while block := file.read(_BLOCK):
            text, _, last = (rest + block).rpartition(b"<")
            for kind, letters, number in _BEGUN.findall(text):
                if len(letters) > _MOST_LETTERS or len(number) > _MOST_DIGITS:
                    reason = f"it has a cell at {(letters + number)[:20].decode()}"
                    raise UnreadableExport(
                        export.origin, _NAME, member, f"{reason}: no sheet goes so far"
                    )
                row = int(number) if number else row + (kind == b"row")
                column = 0 if kind == b"row" else _number(letters) if letters else column + 1
                cells += kind == b"c"
                width, height = max(width, column), max(height, row)
            if cells > most_cells:
                reason = f"it has more than {most_cells} cells: no workbook of its size has so many"
                raise UnreadableExport(export.origin, _NAME, member, reason)
            rest = b"<" + last
    if width * height > _FREE_CELLS + _EMPTY_PER_CELL * cells:
        reason = f"its {cells} cells lie in an area of {height} rows and {width} columns"
        raise UnreadableExport(export.origin, _NAME, member, reason)


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
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
