"""What a table looks like of which nobody knows the columns: where they begin, what they may be.

Everything here is a guess for a person who declares the columns; nothing is read by it.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from io import StringIO
from itertools import islice
from typing import Any, Final

import pyarrow.parquet as pq

from ingest.declared.declaration import declaration
from ingest.declared.source import is_table
from ingest.parse.delimiter import SEPARATORS, writes_decimal_comma
from ingest.parse.heading import parted, unit_of
from ingest.parse.parquet_table import MARK
from ingest.parse.unit import units
from ingest.parse.workbook import is_workbook, sheets
from ingest.reading import Export
from ingest.recognize import FOLDER
from schema.error import UnknownUnit, UnreadableExport
from schema.quantity import quantities

_MOST_BYTES: Final = 1 << 18
"""Of the file: what a table is shows at its beginning."""
_MOST_LINES: Final = 400
_NUMBER: Final = re.compile(r"\s*[-+]?\d*[.,]?\d+(?:[eE][-+]?\d+)?\s*")
_ENCODINGS: Final = ("utf-8-sig", "utf-16", "cp1252")
_NAME: Final = "preview"


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines of a text, parted; the table begins in one of them."""

    fields: Sequence[Sequence[str]]
    delimiter: str
    first: int
    """Of the records."""

    @property
    def width(self) -> int:
        return len(self.fields[self.first])

    def is_like(self, place: int) -> bool:
        """Return whether a line has as many fields as records have, and names in them."""
        if place < 0 or len(self.fields[place]) != self.width:
            return False
        return not all(_NUMBER.fullmatch(each) or not each for each in self.fields[place])


def preview(export: Export, row_count: int) -> list[dict[str, Any]]:
    """Return each table of a file, with its first rows, in the words of a sidecar.

    Raises:
        UnreadableExport: when it is no table.
    """
    if export.head.startswith(MARK):
        return [_of_parquet(export, row_count)]
    if is_workbook(export):
        tables = [_of_text(text, row_count) | {"sheet": name} for name, text in sheets(export)]
        return [each for each in tables if each["columns"]]
    if not is_table(export):
        raise UnreadableExport(export.origin, _NAME, "byte 0", "it is no text, sheet or Parquet")
    with export.path.open("rb") as file:
        encoding, text = _decoded(file.read(_MOST_BYTES))
    table = _of_text(text, row_count) | {"encoding": encoding}
    if not table["columns"]:
        reason = (
            "no two lines below each other have the same number of fields, with numbers in them"
        )
        raise UnreadableExport(export.origin, _NAME, "text", reason)
    return [table]


def _decoded(content: bytes) -> tuple[str, str]:
    """Return an encoding, and the text in it; what was cut in the middle of a letter is left."""
    names = (
        _ENCODINGS
        if content.startswith((b"\xff\xfe", b"\xfe\xff"))
        else (_ENCODINGS[0], _ENCODINGS[2])
    )
    for name in names:
        for cut in range(4):
            try:
                return name.removesuffix("-sig"), content[: len(content) - cut].decode(name)
            except UnicodeDecodeError:
                continue
    return "latin-1", content.decode("latin-1")


def _of_text(text: str, row_count: int) -> dict[str, Any]:
    lines = _parted(text)
    if lines is None:
        return {"columns": [], "rows": []}
    below = lines.first - 1
    units_below = lines.is_like(below) and lines.is_like(below - 1)
    head = below - units_below
    has_header = lines.is_like(head)
    names = lines.fields[head] if has_header else [str(n + 1) for n in range(lines.width)]
    stated = lines.fields[below] if units_below else [""] * lines.width
    rows = [row for row in lines.fields[lines.first :] if len(row) == lines.width][:row_count]
    comma = writes_decimal_comma(text, lines.delimiter)
    return {
        "delimiter": lines.delimiter,
        "decimal": "," if comma else ".",
        "skip_lines": head if has_header else lines.first,
        "header": has_header,
        "units_below": units_below,
        "columns": [_column(name, unit) for name, unit in zip(names, stated, strict=True)],
        "rows": [list(row) for row in rows],
    }


def _parted(text: str) -> _Lines | None:
    """Return the lines, parted by what makes the most numbers of them; None where none does."""
    begin = "\n".join(islice(text.splitlines(), _MOST_LINES))
    best: tuple[int, _Lines | None] = (0, None)
    for delimiter in SEPARATORS:
        fields = list(csv.reader(StringIO(begin), delimiter=delimiter))
        first, count = _richest(fields)
        if count > best[0]:
            best = (count, _Lines(fields, delimiter, first))
    return best[1]


def _richest(fields: Sequence[Sequence[str]]) -> tuple[int, int]:
    """Return where those records begin, alike in their number of fields, that have most numbers.

    And how many these are, 0 where no two records follow each other.
    """
    best = (0, 0)
    first = length = width = count = 0
    for place, row in enumerate(fields):
        numbers = sum(bool(_NUMBER.fullmatch(each)) for each in row) if len(row) > 1 else 0
        if numbers and length and len(row) == width:
            length, count = length + 1, count + numbers
        elif numbers:
            first, length, width, count = place, 1, len(row), numbers
        else:
            length = 0
        if length > 1 and count > best[1]:
            best = (first, count)
    return best


def _of_parquet(export: Export, row_count: int) -> dict[str, Any]:
    with pq.ParquetFile(export.path) as file:
        batch = next(file.iter_batches(row_count), None)
        names = file.schema_arrow.names
    rows = zip(*(column.to_pylist() for column in batch.columns), strict=True) if batch else ()
    return {
        "header": True,
        "columns": [_column(name, "") for name in names],
        "rows": [["" if each is None else str(each) for each in row] for row in rows],
    }


def _column(heading: str, below: str) -> dict[str, Any]:
    """Return what a column may be: its quantity by its name, its unit as it is stated."""
    name, unit = parted(heading.strip())
    unit = below.strip(" []()") or unit
    known = _quantity_of(name, unit) or _quantity_of(heading, unit)
    return {
        "name": heading,
        "unit": unit,
        "quantity": known,
        "candidates": sorted(_measured_in(unit)) if unit else [],
    }


def _quantity_of(name: str, unit: str | None) -> str | None:
    """Return what all who use a name mean by it, if the unit measures that."""
    meant = _names().get(_usual(name), frozenset())
    fitting = [each for each in meant if unit is None or _fits(unit, each)]
    return fitting[0] if len(fitting) == 1 else None


def _fits(unit: str, quantity: str) -> bool:
    try:
        unit_of(unit, quantity)
    except UnknownUnit:
        return False
    return True


def _measured_in(unit: str) -> Iterator[str]:
    """Yield the quantities that a unit measures."""
    known = units().get(unit)
    return (each.name for each in quantities().values() if known and each.unit == known.of)


@cache
def _names() -> Mapping[str, frozenset[str]]:
    """Return what is meant by names of columns: in the Battery Data Format, and by vendors."""
    meant: dict[str, set[str]] = defaultdict(set)
    for each in quantities().values():
        meant[_usual(parted(each.label)[0])].add(each.name)
        meant[_usual(each.name)].add(each.name)
    for path in FOLDER.glob("*.toml"):
        for names, meaning in declaration(path).columns.items():
            quantity = meaning.removeprefix("-").partition(" / ")[0]
            if quantity in quantities():
                for name in names.split("|"):
                    meant[_usual(name)].add(quantity)
    return {name: frozenset(quantities) for name, quantities in meant.items()}


def _usual(name: str) -> str:
    return re.sub(r"[\W_]+", " ", name).strip().casefold()
