"""A reader out of a declaration: it finds the header, reads the table below, says what lacks."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.declared.declaration import DATE, declaration
from ingest.declared.timing import STEP_MARKS, began, complete, dated, dates_of, timed
from ingest.parse.delimiter import beginning, separator_of, writes_decimal_comma
from ingest.parse.instrument_text import fact_of
from ingest.parse.plain_table import plain_table
from ingest.parse.text_table import MISSING, TextTable, decode, read_table
from ingest.parse.unit import Unit, stored
from ingest.reader import Account, Reader
from ingest.reading import Export, Fact, Finding, RawColumn, Reading
from schema.error import UnknownUnit, UnreadableExport
from schema.quantity import quantities

Floats = NDArray[np.float64]
_ENCODINGS: Final = ("utf-8", "cp1252", "gb18030")
_HEAD_CHARACTERS: Final = 1 << 20
"""In which the header is to be."""


class DeclaredReader:
    """Knows and reads the exports that a file declares.

    Args:
        path: of the file; its stem is the reader's name.
    """

    def __init__(self, path: Path) -> None:
        self.name = path.stem
        self.declared = declaration(path)

    def reader(self) -> Reader:
        """Return it as every reader is declared."""
        declared = self.declared
        return Reader(
            name=self.name,
            version=declared.version,
            title=declared.title,
            suffixes=declared.suffixes,
            knows=self.knows,
            read=self.read,
            order=declared.order,
            states=declared.states,
            about=declared.page,
            account=Account(
                instrument=declared.instrument,
                counters=declared.counters,
                gaps=declared.known_gaps,
                real_files=declared.real_files,
                tested=declared.tested_against,
            ),
        )

    def knows(self, export: Export) -> bool:
        """Return whether a file begins, or has a header, as declared."""
        head = beginning(export.head)
        if self.declared.begins is not None:
            return self.declared.begins.search(head) is not None
        return self._header(head.splitlines()) is not None

    def read(self, export: Export) -> list[Reading]:
        """Return the tests of an export.

        Raises:
            EmptyExport: when no record follows the header.
            UnreadableExport: naming the line, or what the header lacks.
        """
        faults = []
        # whichever encoding makes the units of the header readable is the one it was written in
        for encoding in _ENCODINGS:
            try:
                text = decode(export, self.name, encoding)
                return [self._reading(export, *part) for part in self._parts(text)]
            except UnknownUnit as fault:
                faults.append(UnreadableExport(export.origin, self.name, "header", str(fault)))
            except UnreadableExport as fault:
                if not fault.place or not fault.place.startswith("byte"):
                    raise
                faults.append(fault)
        raise faults[0]

    def _parts(self, text: str) -> Iterator[tuple[str, int]]:
        """Yield the text of each test, and how many lines stand above it."""
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if self.declared.anew is None:
            yield text, 0
            return
        begins = [found.start() for found in self.declared.anew.finditer(text)]
        for begin, end in zip([0, *begins[1:]], [*begins[1:], len(text)], strict=True):
            yield text[begin:end], text.count("\n", 0, begin)

    def _header(self, lines: Sequence[str]) -> tuple[int, str] | None:
        """Return which line is the header, from 0, and what parts its fields."""
        for place, line in enumerate(lines):
            bare = line.removeprefix(self.declared.lead)
            separator = separator_of(bare)
            if not self.declared.lacking([cell.strip(' "') for cell in bare.split(separator)]):
                return place, separator
        return None

    def _reading(self, export: Export, text: str, above: int) -> Reading:
        head = text[:_HEAD_CHARACTERS].split("\n")
        found = self._header(head)
        if found is None:
            reason = f"no header there: a line that has {', '.join(self.declared.header)}"
            raise UnreadableExport(export.origin, self.name, f"line {above + 1}", reason)
        place, separator = found
        table = self._table(export, text, sum(len(line) + 1 for line in head[:place]), separator)
        table = replace(table, lines=table.lines + above + place + self.declared.units_below)
        columns, findings = self._columns(table)
        columns, elapsed, told = timed(table, columns)
        complete(table, columns)
        return Reading(
            columns=tuple(columns),
            instrument=self.declared.instrument,
            started_at=began(columns, elapsed),
            step_marks=tuple(raw.name for raw in columns if raw.quantity in STEP_MARKS),
            facts=self._facts(head[:place]),
            findings=(*table.findings, *findings, *told),
        )

    def _table(self, export: Export, text: str, start: int, separator: str) -> TextTable:
        """Return the table whose header begins at a place of the text, its lines from there."""
        line, _, records = text[start:].partition("\n")
        cells = line.removeprefix(self.declared.lead).split(separator)
        if self.declared.units_below:
            units, _, records = records.partition("\n")
            cells = [
                f"{a} {b}".strip()
                for a, b in zip_longest(cells, units.split(separator), fillvalue="")
            ]
        names = _apart(cells)
        missing = MISSING | {word.lower() for word in self.declared.missing}
        decimal = "," if writes_decimal_comma(records[:_HEAD_CHARACTERS], separator) else "."
        if decimal == ".":
            content = f"{separator.join(names)}\n{records}".encode()
            table = plain_table(
                export, self.name, content, separator, numeric=self._is_numeric, missing=missing
            )
            if table is not None:
                return table
        body = f"\n{records}"
        return read_table(
            *(export, self.name, body, separator),
            header_line=2,
            names=names,
            decimal=decimal,
            missing=missing,
        )

    def _is_numeric(self, heading: str) -> bool | None:
        """Return whether numbers stand below a heading; a time may be a clock, None: unknown."""
        quantity, _ = self.declared.meaning(heading)
        if quantity is None or quantity == DATE or quantities()[quantity].unit == "s":
            return None
        return quantities()[quantity].kind != "text"

    def _columns(self, table: TextTable) -> tuple[list[RawColumn], tuple[Finding, ...]]:
        columns: list[RawColumn] = []
        findings: list[Finding] = []
        for place, heading in enumerate(table.header):
            quantity, unit = self.declared.meaning(heading)
            if quantity == DATE:
                told = dates_of(table, place, self.declared.dates)
                findings += told.findings
                column = dated(heading, told)
                if column.name not in {raw.name for raw in columns}:
                    columns.append(column)
            elif quantity is not None and quantity not in {raw.quantity for raw in columns}:
                columns.append(self._column(table, place, quantity, unit))
            elif not table.is_empty(place):
                columns.append(RawColumn(heading, table.values(place)))
        return columns, tuple(findings)

    def _column(self, table: TextTable, place: int, quantity: str, unit: Unit | None) -> RawColumn:
        heading, known = table.header[place], quantities()[quantity]
        if known.kind == "text":
            return RawColumn(heading, table.labels(place), quantity)
        if known.unit == "s":
            return RawColumn(heading, table.seconds(place, unit.scale if unit else None), quantity)
        if unit is not None:
            values, scale = stored(table.numbers(place), unit)
            return RawColumn(heading, values, quantity, scale, table.digits(place))
        if known.kind == "count":
            return RawColumn(heading, table.numbers(place), quantity)
        reason = f"{heading!r} has no unit"
        raise UnreadableExport(table.origin, self.name, "header", reason)

    def _facts(self, lines: Sequence[str]) -> dict[str, Fact]:
        """Return what the lines above the header tell."""
        if self.declared.fact is None:
            return {}
        found = (self.declared.fact.search(line) for line in lines)
        return {
            each["name"].strip(): fact_of(each["value"])
            for each in found
            if each and each["value"].strip()
        }


def _apart(cells: Sequence[str]) -> tuple[str, ...]:
    """Return names without an empty last one; those that recur are numbered."""
    names = [cell.strip(' "') for cell in cells]
    names = names if names[-1] else names[:-1]
    named = [name or f"column {place}" for place, name in enumerate(names, start=1)]
    counted = [named[: place + 1].count(name) for place, name in enumerate(named)]
    return tuple(
        name if count == 1 else f"{name} #{count}"
        for name, count in zip(named, counted, strict=True)
    )
