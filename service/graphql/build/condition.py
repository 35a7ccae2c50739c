"""What the value of one column must be, as an input type a kind of value."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Final, cast

import strawberry
from sqlalchemy import ColumnElement, and_, true
from sqlalchemy.orm import InstrumentedAttribute

from schema.catalog.table import Instant
from schema.error import InvalidArgument
from service.graphql.build.table import BigInt, leaf

LONGEST_LIST: Final = 1_000
"""Values of an ``in``."""

Stored = InstrumentedAttribute[Any]


class Condition:
    """What the value of one column must be; a row without a value meets ``isNull`` alone."""

    is_null: bool | None

    def clause(self, column: Stored, where: str) -> ColumnElement[bool]:
        """Return the condition as SQL."""
        given = self.given(column, where)
        return and_(true(), *(_COMPARE[name](column, value) for name, value in given))

    def given(self, column: Stored, where: str) -> Iterator[tuple[str, Any]]:
        """Yield each comparison that was given, and what is compared as the column stores it."""
        for name, value in self.said(where):
            if isinstance(value, list):
                yield name, [_stored(column, one, where) for one in value]
            else:
                yield name, _stored(column, value, where)

    def said(self, where: str) -> Iterator[tuple[str, Any]]:
        """Yield each comparison that was given, and what is compared as it was said."""
        for each in fields(cast("Any", self)):
            value = getattr(self, each.name)
            if value is strawberry.UNSET:
                continue
            if value is None:
                raise InvalidArgument(f"{where}.{each.name}", None, "a value; for none use isNull")
            yield each.name, _short(value) if isinstance(value, list) else value


_COMPARE: Final[dict[str, Callable[[Any, Any], ColumnElement[bool]]]] = {
    "eq": lambda column, value: column == value,
    "ne": lambda column, value: column != value,
    "in_": lambda column, values: column.in_(values),
    "gt": lambda column, value: column > value,
    "gte": lambda column, value: column >= value,
    "lt": lambda column, value: column < value,
    "lte": lambda column, value: column <= value,
    "contains": lambda column, value: column.icontains(value, autoescape=True),
    "starts_with": lambda column, value: column.istartswith(value, autoescape=True),
    "is_null": lambda column, value: column.is_(None) if value else column.is_not(None),
}
_WORDS: Final = {
    "eq": "Equal to.",
    "ne": "Different from; a row without a value does not count as different.",
    "in_": "One of.",
    "gt": "Greater than.",
    "gte": "Greater than or equal to.",
    "lt": "Less than.",
    "lte": "Less than or equal to.",
    "contains": "Has this in it, upper and lower case alike.",
    "starts_with": "Begins with this, upper and lower case alike.",
    "is_null": "Whether there is no value.",
}
_SAME: Final = ("eq", "ne", "in_")
_SIZE: Final = ("gt", "gte", "lt", "lte")


def _short(values: Sequence[Any]) -> Sequence[Any]:
    if len(values) > LONGEST_LIST:
        raise InvalidArgument("in", f"{len(values)} values", f"at most {LONGEST_LIST}")
    return values


def _stored(column: InstrumentedAttribute[Any], value: object, where: str) -> object:
    """Return a value as the column stores it."""
    if leaf(column) is strawberry.ID and isinstance(value, str):
        return key(value, where)
    if isinstance(value, datetime):
        zoned = isinstance(cast("Any", column.type), Instant)
        if zoned and value.tzinfo is None:
            raise InvalidArgument(where, value.isoformat(), "a moment with its zone, e.g. …Z")
        return value if zoned else value.replace(tzinfo=None)
    return value


def key(value: str, argument: str) -> int:
    """Return an id as the number it stands for.

    Raises:
        InvalidArgument: when it is no id.
    """
    if not (value.isascii() and value.isdigit() and len(value) <= 18):
        raise InvalidArgument(argument, value, "the id of a row, a whole number")
    return int(value)


def _condition(name: str, kind: object, compares: Sequence[str]) -> type[Condition]:
    namespace: dict[str, Any] = {
        "__module__": __name__,
        "__doc__": Condition.__doc__,
        "__annotations__": {
            each: (bool if each == "is_null" else list[kind] if each == "in_" else kind) | None  # type: ignore[valid-type, operator] # built at run time
            for each in (*compares, "is_null")
        },
    }
    for each in (*compares, "is_null"):
        namespace[each] = strawberry.field(
            default=strawberry.UNSET, description=_WORDS[each], name="in" if each == "in_" else None
        )
    condition_type = type(name, (Condition,), namespace)
    return strawberry.input(condition_type, description=f"What a {name[:-5]} must be.")


CONDITIONS: Final[dict[object, type[Condition]]] = {
    strawberry.ID: _condition("IDWhere", strawberry.ID, ("eq", "in_", "ne")),
    str: _condition("StringWhere", str, (*_SAME, "contains", "starts_with")),
    int: _condition("IntWhere", int, (*_SAME, *_SIZE)),
    BigInt: _condition("BigIntWhere", BigInt, (*_SAME, *_SIZE)),
    float: _condition("FloatWhere", float, (*_SAME, *_SIZE)),
    bool: _condition("BooleanWhere", bool, ("eq",)),
    datetime: _condition("DateTimeWhere", datetime, (*_SAME, *_SIZE)),
}
StringWhere: Final = CONDITIONS[str]
IntWhere: Final = CONDITIONS[int]
FloatWhere: Final = CONDITIONS[float]
