"""Rows on their way to a file: columns at hand, and others that are had a stretch at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeAlias

import pyarrow as pa
from numpy.typing import NDArray


class Waiting(Protocol):
    """A column of numbers, none of them missing, that is not in memory."""

    def part(self, start: int, stop: int) -> NDArray[Any]:
        """Return its values from row ``start`` to before row ``stop``."""
        ...


Column: TypeAlias = pa.ChunkedArray | Waiting


@dataclass(frozen=True, slots=True)
class Rows:
    """A table of which columns may wait until a stretch of them is to be written."""

    columns: Mapping[str, Column]
    num_rows: int
    start: int = 0
    """Place of the first row in the columns."""

    def slice(self, start: int, length: int) -> "Rows":
        """Return so many rows from a place on, or as many as there are; nothing is copied."""
        left = max(0, self.num_rows - start)
        return replace(self, start=self.start + start, num_rows=min(length, left))

    def whole(self) -> pa.Table:
        """Return these rows with all their columns in memory."""
        return pa.table(
            {
                name: column.slice(self.start, self.num_rows)
                if isinstance(column, pa.ChunkedArray)
                else column.part(self.start, self.start + self.num_rows)
                for name, column in self.columns.items()
            }
        )


def rows_of(table: Rows | pa.Table) -> Rows:
    """Return rows as they are, and a table as rows of which none waits."""
    if isinstance(table, Rows):
        return table
    return Rows(dict(zip(table.column_names, table.columns, strict=True)), table.num_rows)
