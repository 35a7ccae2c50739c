"""A study in an .xlsx workbook: a sheet a table, a heading a column, read into the same document.

A heading with a dot leads further down: `properties.relative_density`, `subject.cell`.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final, TypeAlias

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from ingest.parse.workbook import in_bounds
from ingest.parse.zip_bound import DAMAGED
from ingest.reading import Export
from ingest.study.written import Way, Written
from schema.error import InvalidStudy, RefusedExport, UnknownName

ENTITIES: Final = (
    *("substances", "materials", "processes", "protocols", "cells", "claims"),
    *("references", "sensitivity_sets"),
)
"""Sheets with a row a named thing."""
LISTS: Final = {("processes", "inputs"), ("processes", "outputs"), ("claims", "evidence")}
"""Columns that hold several names, with semicolons between."""
_ERRORS: Final = {"#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!"}

_Value: TypeAlias = int | float | str | bool | time | date | datetime | timedelta


@dataclass(frozen=True, slots=True)
class Part:
    """A sheet whose rows belong to things of another sheet."""

    owners: Mapping[str, str]
    """The heading that names the owner, and the sheet that owner stands in."""
    field: str
    """Where the rows go in the owner."""
    key: str | None = None
    """The heading that names a row, when the field is a mapping of names to `value`."""
    value: str | None = None
    """The heading of the one value a row has, when it is no mapping of headings."""


PARTS: Final[Mapping[str, Part]] = {
    "process_parameters": Part({"process": "processes"}, "parameters", "name", "value"),
    "protocol_steps": Part({"protocol": "protocols"}, "steps"),
    "layers": Part({"cell": "cells"}, "layers"),
    "reference_lines": Part({"reference": "references"}, "lines"),
    "sensitivity_factors": Part({"set": "sensitivity_sets"}, "factors", "line", "factor"),
    "tests": Part({"cell": "cells", "material": "materials"}, "tests", value="file"),
}


def read_sheets(path: Path) -> Written:
    """Read a study, whatever it says.

    Raises:
        InvalidStudy: when it is no workbook, or a sheet, a heading or a row has no place in it.
    """
    try:
        with suppress(*DAMAGED):  # which is reported below
            in_bounds(Export(path, path.name, b"", path))
        with CalamineWorkbook.from_path(path) as book:
            sheets = {name: book.get_sheet_by_name(name) for name in book.sheet_names}
            return _Workbook(path).read(sheets)
    except OSError as fault:
        raise InvalidStudy(path, None, f"cannot be read: {fault.strerror or fault}") from fault
    except RefusedExport as refusal:
        raise InvalidStudy(path, refusal.place, refusal.reason) from refusal
    except CalamineError as fault:
        raise InvalidStudy(path, None, f"no workbook: {fault}") from fault


@dataclass(frozen=True, slots=True)
class _Row:
    """What was filled in of one row, by heading, and where."""

    sheet: str
    number: int
    texts: dict[str, str]
    columns: Mapping[str, int]

    def place(self, heading: str | None = None) -> str:
        """Return the place of a heading's cell, or of the first that is filled in."""
        first = min((self.columns[filled] for filled in self.texts), default=0)
        column = self.columns.get(heading, first) if heading else first
        return f"{self.sheet}!{_letters(column)}{self.number}"


class _Workbook:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.content: dict[str, Any] = {}
        self.places: dict[Way, str] = {(): "study!A1"}

    def read(self, sheets: Mapping[str, CalamineSheet]) -> Written:
        known = ("study", *ENTITIES, *PARTS)
        for name in sheets:
            if name not in known:
                raise InvalidStudy(self.path, name, str(UnknownName("sheet", name, known)))
        for name in known:  # owners come before what belongs to them
            for row in self._rows(name, sheets[name]) if name in sheets else ():
                if name == "study":
                    self._put_study(row)
                elif name in PARTS:
                    self._put_part(row, PARTS[name])
                else:
                    self._put_entity(row)
        return Written(self.path, self.content, self.places)

    def _rows(self, name: str, sheet: CalamineSheet) -> Iterator[_Row]:
        lines = sheet.to_python(skip_empty_area=False)
        headings = [_text(value) for value in lines[0]] if lines else []
        self.places[(name,)] = f"{name}!A1"
        for column, heading in enumerate(headings):
            if heading and heading in headings[:column]:
                place = f"{name}!{_letters(column)}1"
                raise InvalidStudy(self.path, place, f"the heading {heading!r} stands here twice")
        columns = {heading: column for column, heading in enumerate(headings) if heading}
        for number, line in enumerate(lines[1:], start=2):
            texts: dict[str, str] = {}
            for column, value in enumerate(line):
                text, place = _text(value), f"{name}!{_letters(column)}{number}"
                if not text:
                    continue
                if text in _ERRORS:
                    raise InvalidStudy(self.path, place, f"its formula gives {text}")
                if column >= len(headings) or not headings[column]:
                    raise InvalidStudy(self.path, place, "it stands under no heading")
                texts[headings[column]] = text
            if texts:
                yield _Row(name, number, texts, columns)

    def _put_study(self, row: _Row) -> None:
        if self.content:
            raise InvalidStudy(self.path, row.place(), "a workbook holds one study, in one row")
        self._fill(self.content, (), row)

    def _put_entity(self, row: _Row) -> None:
        name = self._taken(row, "name")
        section = self.content.setdefault(row.sheet, {})
        if name in section:
            raise InvalidStudy(self.path, row.place("name"), f"{name!r} stands here twice")
        self.places[(row.sheet, name)] = row.place("name")
        self._fill(section.setdefault(name, {}), (row.sheet, name), row)

    def _put_part(self, row: _Row, part: Part) -> None:
        named = [heading for heading in part.owners if heading in row.texts]
        if len(named) != 1:
            either = " or ".join(part.owners)
            raise InvalidStudy(self.path, row.place(), f"a row here names its {either}")
        place, heading = row.place(named[0]), named[0]
        section, owner = part.owners[heading], row.texts.pop(heading)
        owners = self.content.get(section, {})
        if owner not in owners:
            reason = f"{UnknownName(heading, owner, owners)} (sheet {section})"
            raise InvalidStudy(self.path, place, reason)
        self.places.setdefault((section, owner, part.field), place)
        way: Way = (section, owner, part.field)
        if part.key is not None and part.value is not None:
            self._put_named(row, owners[owner].setdefault(part.field, {}), way, part)
            return
        rows = owners[owner].setdefault(part.field, [])
        way = (*way, len(rows))
        self.places[way] = place
        if part.value is not None:
            self.places[way] = row.place(part.value)
            rows.append(self._taken(row, part.value))
            self._refuse_more(row)
        else:
            rows.append({})
            self._fill(rows[-1], way, row)

    def _put_named(self, row: _Row, into: dict[str, Any], way: Way, part: Part) -> None:
        key = self._taken(row, str(part.key))
        if key in into:
            raise InvalidStudy(self.path, row.place(part.key), f"{key!r} stands here twice")
        self.places[(*way, key)] = row.place(part.value)
        into[key] = self._taken(row, str(part.value))
        self._refuse_more(row)

    def _taken(self, row: _Row, heading: str) -> str:
        if heading not in row.texts:
            raise InvalidStudy(self.path, row.place(heading), f"it has no {heading}")
        return row.texts.pop(heading)

    def _refuse_more(self, row: _Row) -> None:
        for heading in row.texts:
            reason = f"sheet {row.sheet} has no column {heading!r}"
            raise InvalidStudy(self.path, row.place(heading), reason)

    def _fill(self, into: dict[str, Any], way: Way, row: _Row) -> None:
        for heading, text in row.texts.items():
            field, _, rest = heading.partition(".")
            value: object = text
            if (row.sheet, heading) in LISTS:
                value = [part.strip() for part in text.split(";") if part.strip()]
            self.places.setdefault((*way, field), row.place(heading))
            if rest:
                self.places[(*way, field, rest)] = row.place(heading)
                into.setdefault(field, {})[rest] = value
            else:
                into[field] = value


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
