"""A study in an .xlsx workbook: a sheet a table, read into the same document."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TypeAlias

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from ingest.parse.workbook import in_bounds
from ingest.parse.zip_bound import DAMAGED
from ingest.reading import Export
from ingest.study.table import Tables
from ingest.study.written import Written
from schema.error import InvalidStudy, RefusedExport

_Value: TypeAlias = int | float | str | bool | time | date | datetime | timedelta


def read_sheets(path: Path) -> Written:
    """Read a study, whatever it says.

    Raises:
        InvalidStudy: when it is no workbook.
    """
    try:
        with suppress(*DAMAGED):  # which is reported below
            in_bounds(Export(path, path.name, b"", path))
        with CalamineWorkbook.from_path(path) as book:
            sheets = {name: _Sheet(name, book.get_sheet_by_name(name)) for name in book.sheet_names}
            return Tables(path).read(sheets)
    except OSError as fault:
        raise InvalidStudy.at(path, None, f"cannot be read: {fault.strerror or fault}") from fault
    except RefusedExport as refusal:
        raise InvalidStudy.at(path, refusal.place, refusal.reason) from refusal
    except CalamineError as fault:
        raise InvalidStudy.at(path, None, f"no workbook: {fault}") from fault


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet as a table, its places called cells!B7."""

    name: str
    sheet: CalamineSheet

    def lines(self) -> Sequence[tuple[int, Sequence[str]]]:
        lines = self.sheet.to_python(skip_empty_area=False)
        return [(number, list(map(_text, line))) for number, line in enumerate(lines, start=1)]

    def place(self, number: int, column: int) -> str:
        return f"{self.name}!{_letters(column)}{number}"


def _text(value: _Value) -> str:
    """Return what a cell says, as somebody would have typed it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value).strip()


def _letters(column: int) -> str:
    """Return the letters a workbook calls a column by: A, B … Z, AA."""
    head, last = divmod(column, 26)
    return (_letters(head - 1) if head else "") + chr(ord("A") + last)
