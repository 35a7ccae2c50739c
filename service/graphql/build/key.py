"""What rows are ordered by, and what a cursor holds of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast

from sqlalchemy import ColumnElement, Select, false, or_
from sqlalchemy.orm import InstrumentedAttribute

from schema.catalog.table import Instant


class Key(Protocol):
    """One thing that rows are ordered by."""

    @property
    def name(self) -> str:
        """Return what tells it from others."""

    @property
    def descending(self) -> bool:
        """Return whether the greatest comes first."""

    @property
    def column(self) -> ColumnElement[Any]:
        """Return what is compared."""

    def joined(self, rows: Select[Any]) -> Select[Any]:
        """Return the rows with what is compared beside them."""

    def value(self, row: Any) -> object:  # noqa: ANN401 # of the catalog
        """Return what a cursor holds of a row."""

    def stored(self, value: object) -> object:
        """Return what a cursor holds as it is compared.

        Raises:
            ValueError: when it is none of this key.
            TypeError: the same.
        """


@dataclass(frozen=True, slots=True)
class ColumnKey:
    """A column of the rows."""

    stored_in: InstrumentedAttribute[Any]
    descending: bool

    @property
    def name(self) -> str:
        """Return the name of the column."""
        return str(self.stored_in.key)

    @property
    def column(self) -> ColumnElement[Any]:
        """Return the column."""
        return cast("ColumnElement[Any]", self.stored_in)

    def joined(self, rows: Select[Any]) -> Select[Any]:
        """Return the rows: they have the column."""
        return rows

    def value(self, row: Any) -> object:  # noqa: ANN401 # of the catalog
        """Return the value of a row."""
        return getattr(row, self.name)

    def stored(self, value: object) -> object:
        """Return a cursor's value as its column holds it.

        Raises:
            ValueError: when it is none of the column.
            TypeError: the same.
        """
        if value is None:
            return None
        python = cast("Any", self.stored_in.property).columns[0].type.python_type
        if python is datetime:
            moment = datetime.fromisoformat(cast("str", value))
            if (moment.tzinfo is None) == isinstance(self.stored_in.type, Instant):
                raise ValueError(value)
            return moment
        if python is float and isinstance(value, int):
            return float(value)
        if type(value) is not python or (isinstance(value, int) and abs(value) >= 1 << 63):
            raise TypeError(value)
        return value


def parts(key: Key, *, backwards: bool) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Return what to order by: rows without a value last, or first when going backwards."""
    empty = key.column.is_(None)
    down = key.descending != backwards
    return (
        empty.desc() if backwards else empty.asc(),
        key.column.desc() if down else key.column.asc(),
    )


def same(key: Key, value: object) -> ColumnElement[bool]:
    """Return what holds for rows of the same value."""
    return key.column.is_(None) if value is None else key.column == value


def beyond(key: Key, value: object, *, backwards: bool) -> ColumnElement[bool]:
    """Return what holds for rows past a value."""
    if value is None:
        return key.column.is_not(None) if backwards else false()
    down = key.descending != backwards
    past = key.column < value if down else key.column > value
    return past if backwards else or_(past, key.column.is_(None))
