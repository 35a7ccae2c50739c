"""A reader out of a declaration: it finds the header, reads the table below, says what lacks."""

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.declared.declaration import DATE, declaration
from ingest.declared.timing import STEP_MARKS, began, complete, dated, dates_of, timed
from ingest.parse.delimiter import beginning, separator_of, writes_decimal_comma
from ingest.parse.instrument_text import fact_of
from ingest.parse.plain_table import table_in
from ingest.parse.text_file import TextFile
from ingest.parse.text_table import MISSING, TextTable
from ingest.parse.unit import Unit, stored
from ingest.parse.whole_line import whole_line_bytes
from ingest.reader import Account, Reader
from ingest.reading import Export, Fact, Finding, RawColumn, Reading
from schema.error import UnknownUnit, UnreadableExport
from schema.quantity import quantities

Floats = NDArray[np.float64]
_ENCODINGS: Final = ("utf-8", "cp1252", "gb18030")


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
            whole_bytes=whole_line_bytes,
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
        lines = head.splitlines()
        if (found := self._header(lines)) is None:
            return False
        place, separator = found
        # with columns of another format beside its own it is an export of that
        return not self.declared.doubled(lines[place].split(separator))

    def read(self, export: Export) -> list[Reading]:
        """Return the tests of an export.

        Raises:
            EmptyExport: when no record follows the header.
            UnreadableExport: naming the line, or what the header lacks.
        """
        faults = []
        file = TextFile.of(export, self.name)
        # whichever encoding makes the units of the header readable is the one it was written in
        for encoding in _ENCODINGS:
            try:
                return [self._reading(part) for part in self._parts(file.taken_for(encoding))]
            except UnknownUnit as fault:
                faults.append(UnreadableExport(export.origin, self.name, "header", str(fault)))
            except UnreadableExport as fault:
                if not fault.place or not fault.place.startswith("byte"):
                    raise
                faults.append(fault)
        raise faults[0]

    def _parts(self, file: TextFile) -> Iterable[TextFile]:
        """Return the text of each test."""
        return [file] if self.declared.anew is None else file.parts(self.declared.anew)

    def _header(self, lines: Sequence[str]) -> tuple[int, str] | None:
        """Return which line is the header, from 0, and what parts its fields."""
        for place, line in enumerate(lines):
            bare = line.removeprefix(self.declared.lead)
            separator = separator_of(bare)
            cells = [cell.strip(' "') for cell in bare.split(separator)]
            if len(cells) >= len(self.declared.header) and not self.declared.lacking(cells):
                return place, separator
        return None

    def _reading(self, file: TextFile) -> Reading:
        head = file.head.split("\n")
        found = self._header(head)
        if found is None:
            reason = f"no header there: a line that has {', '.join(self.declared.header)}"
            line = f"line {file.above + 1}"
            raise UnreadableExport(file.export.origin, self.name, line, reason)
        place, separator = found
        table = self._table(file, head, place, separator)
        columns, findings = self._columns(table)
        columns, elapsed, time_findings = timed(table, columns)
        complete(table, columns)
        return Reading(
            columns=tuple(columns),
            instrument=self.declared.instrument,
            started_at=began(columns, elapsed),
            step_marks=tuple(raw.name for raw in columns if raw.quantity in STEP_MARKS),
            facts=self._facts(head[:place]),
            findings=(*table.findings, *findings, *time_findings),
        )

    def _table(self, file: TextFile, head: Sequence[str], place: int, separator: str) -> TextTable:
        """Return the table below a header, which is a line of the head."""
        cells = head[place].removeprefix(self.declared.lead).split(separator)
        if self.declared.units_below:
            place += 1
            units = "".join(head[place : place + 1]).split(separator)
            cells = [f"{a} {b}".strip() for a, b in zip_longest(cells, units, fillvalue="")]
        records = "\n".join(head[place + 1 :])
        return table_in(
            file,
            separator,
            header_line=place + 2,
            names=_apart(cells),
            numeric=self._is_numeric,
            decimal="," if writes_decimal_comma(records, separator) else ".",
            missing=MISSING | {word.lower() for word in self.declared.missing},
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
                timestamps = dates_of(table, place, self.declared.dates)
                findings += timestamps.findings
                column = dated(heading, timestamps)
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
