"""A table as an answer: its columns are finished once, however many parts of it are answered."""

from dataclasses import dataclass, field
from typing import Any, Final, Self

import pyarrow as pa
from graphql import GraphQLError, GraphQLNonNull, GraphQLOutputType

from service.graphql.build.column import Column, finished, leaf_of, passed

IDS: Final = frozenset({"test_id", "cell_id"})
"""Columns that GraphQL takes for ids."""


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """A table, and what is finished of it already."""

    table: pa.Table
    _finished: dict[str, Column | None] = field(default_factory=dict)
    _passed: dict[tuple[str, bool], Any] = field(default_factory=dict)

    def column(self, name: str) -> Column | None:
        """Return a column as JSON will carry it, None where the table has none of that name.

        Raises:
            GraphQLError: when a whole number lies beyond what Int carries.
        """
        if name not in self._finished:
            self._finished[name] = _finished(self.table, name)
        return self._finished[name]

    def values(self, name: str, item: GraphQLOutputType) -> Any:  # noqa: ANN401 # an array or a list
        """Return the values of a column as the encoder takes them, for lists of such items.

        Raises:
            GraphQLError: when a whole number lies beyond what Int carries.
            TypeError: when they do not suit the type of the items, or there is no such column.
        """
        key = (name, isinstance(item, GraphQLNonNull))
        if key not in self._passed:
            column = self.column(name)
            if column is None:
                raise TypeError(f"no column {name}")
            self._passed[key] = passed(item, column, name)
        return self._passed[key]


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """Rows of a table whose columns are had as attributes, and its metadata beside them.

    A page has hundreds of columns: read as plain attributes they need no resolver each.
    """

    whole: Whole
    first: int
    last: int
    metadata: Any = None

    @classmethod
    def of(cls, table: pa.Table, metadata: object = None) -> Self:
        """Return the answer that is all rows of a table."""
        return cls(Whole(table), 0, table.num_rows, metadata)

    @property
    def table(self) -> pa.Table:
        """Return its rows."""
        return self.whole.table.slice(self.first, self.row_count)

    @property
    def row_count(self) -> int:
        """Return how many rows there are."""
        return self.last - self.first

    def __getattr__(self, name: str) -> Column | None:
        """Return a column as JSON will carry it, None where the table has none of that name."""
        try:
            column = self.whole.column(name)
        except GraphQLError:  # which may lie in another part
            return _finished(self.table, name)
        return column and column.part(self.first, self.last)


def _finished(table: pa.Table, name: str) -> Column | None:
    place = table.schema.get_field_index(name)
    if place < 0:
        return None
    array = table.column(place)
    return finished(name, array, "ID" if name in IDS else leaf_of(array.type))
