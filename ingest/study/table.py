"""The tables that a study may be written in: one a section, a heading a column.

A heading with dots leads further down: `properties.relative_density`, `subject.cell`. Workbooks and
folders of .csv hold the same tables.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from ingest.study.written import Way, Written
from schema.error import StudyFault, UnknownName
from schema.record.column import NO_TEXT

ENTITIES: Final = (
    *("substances", "materials", "processes", "protocols", "cells", "claims"),
    *("references", "sensitivity_sets", "file_names"),
)
"""Tables with a row a named thing."""
LISTS: Final = {
    *(("processes", "inputs"), ("processes", "outputs"), ("claims", "evidence")),
    *(("file_names", "process.inputs"), ("file_names", "process.outputs")),
}
"""Columns that hold several names, with semicolons between."""
DEEP: Final = "file_names"
"""The table whose headings lead two steps down: `cell.properties.temperature`."""
FORMULA_ERRORS: Final = {"#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!"}


@dataclass(frozen=True, slots=True)
class Part:
    """A table whose rows belong to things of another table."""

    owners: Mapping[str, str]
    """The heading that names the owner, and the table that owner stands in."""
    field: str
    """Where the rows go in the owner."""
    key: str | None = None
    """The heading that names a row, when the field is a mapping of names to `value`."""
    value: str | None = None
    """The heading of what the name of a row means."""
    called: str | None = None
    """The heading that a row without a name is called by."""


PARTS: Final[Mapping[str, Part]] = {
    "process_parameters": Part({"process": "processes"}, "parameters", "name", "value"),
    "protocol_steps": Part({"protocol": "protocols"}, "steps"),
    "layers": Part({"cell": "cells", "file_name": "file_names"}, "layers"),
    "reference_lines": Part({"reference": "references"}, "lines"),
    "sensitivity_factors": Part({"set": "sensitivity_sets"}, "factors", "line", "factor"),
    "tests": Part({"cell": "cells", "material": "materials"}, "tests", called="file"),
}
TABLES: Final = ("study", *ENTITIES, *PARTS)
"""Owners come before what belongs to them."""


class Table(Protocol):
    """A table as a file has it."""

    def lines(self) -> Sequence[tuple[int, Sequence[str]]]:
        """Return the texts of each line with the number of the line, headings first."""

    def place(self, number: int, column: int) -> str:
        """Return what people call a place in it."""


@dataclass(frozen=True, slots=True)
class _Row:
    """What was filled in of one row, by heading, and where."""

    table: str
    number: int
    texts: dict[str, str]
    columns: Mapping[str, int]
    source: Table

    def place(self, heading: str | None = None) -> str:
        """Return the place of a heading's cell, or of the first that is filled in."""
        first = min((self.columns[filled] for filled in self.texts), default=0)
        column = self.columns.get(heading, first) if heading else first
        return self.source.place(self.number, column)


class Tables:
    """The tables of a study on their way into one document."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.content: dict[str, Any] = {}
        self.places: dict[Way, str] = {}
        self.faults: list[StudyFault] = []

    def read(self, tables: Mapping[str, Table]) -> Written:
        """Return the document that tables are, with what is amiss in them."""
        for name in tables:
            if name not in TABLES:
                reason = str(UnknownName("table", name, TABLES))
                self.faults.append(StudyFault(name, (), None, reason))
        if "study" in tables:
            self.places[()] = tables["study"].place(1, 0)
        for name in TABLES:
            for row in self._rows(name, tables[name]) if name in tables else ():
                if name == "study":
                    self._put_study(row)
                elif name in PARTS:
                    self._put_part(row, PARTS[name])
                else:
                    self._put_entity(row)
        return Written(self.path, self.content, self.places, tuple(self.faults))

    def _amiss(self, place: str, way: Way, reason: str, value: str | None = None) -> None:
        self.faults.append(StudyFault(place, way, value, reason))

    def _rows(self, name: str, table: Table) -> Iterator[_Row]:
        lines = table.lines()
        first, headings = lines[0] if lines else (1, ())
        self.places[(name,)] = table.place(first, 0)
        for column, heading in enumerate(headings):
            if heading and heading in headings[:column]:
                twice = f"the heading {heading!r} stands here twice"
                self._amiss(table.place(first, column), (name,), twice)
        columns = {heading: column for column, heading in enumerate(headings) if heading}
        for number, line in lines[1:]:
            texts: dict[str, str] = {}
            for column, text in enumerate(line):
                if not text:
                    continue
                if reason := _unreadable(text, headings[column : column + 1]):
                    self._amiss(table.place(number, column), (name,), reason, text)
                else:
                    texts[headings[column]] = text
            if texts:
                yield _Row(name, number, texts, columns, table)

    def _put_study(self, row: _Row) -> None:
        if self.content:
            self._amiss(row.place(), (), "here stands one study, in one row")
        else:
            self._fill(self.content, (), row)

    def _put_entity(self, row: _Row) -> None:
        place = row.place("name")
        name = self._taken(row, "name")
        section = self.content.setdefault(row.table, {})
        if name is None:
            return
        if name in section:
            self._amiss(place, (row.table, name), f"{name!r} stands here twice")
            return
        self.places[(row.table, name)] = place
        self._fill(section.setdefault(name, {}), (row.table, name), row)

    def _put_part(self, row: _Row, part: Part) -> None:
        named = [heading for heading in part.owners if heading in row.texts]
        if len(named) != 1:
            either = " or ".join(part.owners)
            self._amiss(row.place(), (row.table,), f"a row here names its {either}, and one")
            return
        place, heading = row.place(named[0]), named[0]
        section, owner = part.owners[heading], row.texts.pop(heading)
        owners = self.content.get(section, {})
        if owner not in owners:
            reason = f"{UnknownName(heading, owner, owners)} (table {section})"
            self._amiss(place, (row.table,), reason, owner)
            return
        self.places.setdefault((section, owner, part.field), place)
        way: Way = (section, owner, part.field)
        if part.key is not None and part.value is not None:
            self._put_named(row, owners[owner].setdefault(part.field, {}), way, part)
            return
        rows = owners[owner].setdefault(part.field, [])
        way = (*way, len(rows))
        self.places[way] = row.place(part.called) if part.called else place
        rows.append({})
        self._fill(rows[-1], way, row)

    def _put_named(self, row: _Row, into: dict[str, Any], way: Way, part: Part) -> None:
        place, inner = row.place(part.key), row.place(part.value)
        key = self._taken(row, str(part.key))
        if key is not None and key in into:
            self._amiss(place, (*way, key), f"{key!r} stands here twice")
            return
        value = self._taken(row, str(part.value))
        for heading in row.texts:
            reason = f"table {row.table} has no column {heading!r}"
            self._amiss(row.place(heading), way, reason)
        if key is not None and value is not None:
            self.places[(*way, key)] = inner
            into[key] = value

    def _taken(self, row: _Row, heading: str) -> str | None:
        if heading not in row.texts:
            self._amiss(row.place(heading), (row.table,), f"it has no {heading}")
        return row.texts.pop(heading, None)

    def _fill(self, into: dict[str, Any], way: Way, row: _Row) -> None:
        for heading, text in row.texts.items():
            value: object = text
            if (row.table, heading) in LISTS:
                value = [part.strip() for part in text.split(";") if part.strip()]
            *above, field = heading.split(".", 2 if row.table == DEEP else 1)
            inner, target = way, into
            for step in above:
                inner = (*inner, step)
                self.places.setdefault(inner, row.place(heading))
                target = target.setdefault(step, {})
                if not isinstance(target, dict):
                    reason = f"{step} is said as a whole and in parts"
                    self._amiss(row.place(heading), inner, reason)
                    break
            else:
                self.places.setdefault((*inner, field), row.place(heading))
                target[field] = value


def _unreadable(text: str, heading: Sequence[str]) -> str | None:
    """Return why a text of a table can be nothing, None where it can."""
    if text in FORMULA_ERRORS:
        return f"its formula gives {text}"
    if "\0" in text:
        return NO_TEXT
    return None if heading and heading[0] else "it stands under no heading"
