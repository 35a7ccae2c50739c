"""A table: what a figure draws or a list shows, as CSV and JSON with full precision too."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import orjson
import pyarrow as pa

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the start of a formula."""


Values: TypeAlias = Sequence[Any] | np.ndarray[Any, Any] | pa.Array


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in files, its head for people, its values, and how these are written."""

    name: str
    head: str
    values: Values
    shown: Sequence[Any] | None = None
    """Texts or Values for people; null where the column is only in files."""
    numeric: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of one length."""

    columns: Sequence[Column]
    cut: bool = False
    """Whether people are shown the first rows alone."""

    def __len__(self) -> int:
        """Return how many rows it has."""
        return len(self.columns[0].values) if self.columns else 0

    @property
    def seen(self) -> Sequence[Column]:
        """Return the columns for people."""
        return [each for each in self.columns if each.shown is not None]

    def rows(self) -> list[tuple[tuple[Column, Any], ...]]:
        """Return the rows for people, each cell with its column: the first where they are many."""
        seen = self.seen
        texts = [each.shown or () for each in seen]
        return [tuple(zip(seen, row, strict=True)) for row in zip(*texts, strict=True)]

    def csv(self) -> bytes:
        """Return it as CSV; a text that a spreadsheet would take for a formula is escaped."""
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([each.name for each in self.columns])
        lists = [list(map(_safe, _plain(each.values))) for each in self.columns]
        writer.writerows(zip(*lists, strict=True))
        return file.getvalue().encode()

    def json(self) -> bytes:
        """Return it as JSON, one list a column."""
        return orjson.dumps({each.name: _plain(each.values) for each in self.columns})


def _plain(values: Values) -> list[Any]:
    """Return values as Python has them; what is no number is null."""
    if isinstance(values, pa.Array | pa.ChunkedArray):
        values = values.to_pylist()
    listed = values.tolist() if isinstance(values, np.ndarray) else list(values)
    return [None if isinstance(each, float) and not np.isfinite(each) else each for each in listed]


def _safe(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
