"""A study in a folder of .csv: a file a table, with the headings that a workbook has.

A spreadsheet program writes semicolons where a comma stands before decimals; which of the two
stands between columns, the headings show.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Final

from ingest.study.table import Tables
from ingest.study.written import Written
from schema.error import InvalidStudy

_MOST_BYTES: Final = 20_000_000
_LONGEST_FIELD: Final = 10_000_000
"""The text of a CIF stands in one field."""


def read_csv_folder(path: Path) -> Written:
    """Read a study, whatever it says; files of other names than .csv are left alone.

    Raises:
        InvalidStudy: when no table is there, or one is no table.
    """
    try:
        files = sorted(file for file in path.iterdir() if file.suffix.lower() == ".csv")
        if not files:
            reason = "no table is there: a study is a folder with study.csv, cells.csv and so on"
            raise InvalidStudy.at(path, None, reason)
        return Tables(path).read({file.stem: _CsvFile(file.name, _lines(file)) for file in files})
    except OSError as fault:
        raise InvalidStudy.at(path, None, f"cannot be read: {fault.strerror}") from fault


@dataclass(frozen=True, slots=True)
class _CsvFile:
    """A file as a table, its places called cells.csv line 3."""

    name: str
    read: Sequence[tuple[int, Sequence[str]]]

    def lines(self) -> Sequence[tuple[int, Sequence[str]]]:
        return self.read

    def place(self, number: int, _column: int) -> str:
        return f"{self.name} line {number}"


def _lines(file: Path) -> list[tuple[int, list[str]]]:
    if (size := file.stat().st_size) > _MOST_BYTES:
        reason = f"{size / 1e6:.0f} MB are more than anybody writes"
        raise InvalidStudy.at(file, None, reason)
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        reason = f"no UTF-8 text: {fault.reason}; save it as CSV UTF-8"
        raise InvalidStudy.at(file, f"byte {fault.start + 1}", reason) from fault
    heading = StringIO(text, newline="").readline()
    separator = max(",;\t", key=heading.count)
    csv.field_size_limit(_LONGEST_FIELD)
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    read, begun = [], 1
    try:
        for row in reader:
            read.append((begun, [field.strip() for field in row]))
            begun = reader.line_num + 1
    except csv.Error as fault:
        raise InvalidStudy.at(file, f"line {begun}", f"no table: {fault}") from fault
    return read
