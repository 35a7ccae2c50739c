"""Pages of catalog rows: an order, a cursor that says where in it, and what is on the page.

A cursor holds the order's columns and the values of the row it stands on, so a page is found by its
place and not by counting: rows that come or go in between shift nothing.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Final, Generic, TypeAlias, TypeVar, cast

import orjson
import strawberry
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session
from strawberry import scalars

from schema.catalog import Table
from schema.error import InvalidArgument
from schema.record.known import noun
from service.graphql.build.key import ColumnKey, Key, beyond, parts, same
from service.graphql.build.table import columns, leaf, words

T = TypeVar("T")
OrderT = TypeVar("OrderT", bound="Order")
DEFAULT_FIRST: Final = 50
"""Rows on a page when nothing else is asked."""
LARGEST_FIRST: Final = 500
"""Rows on a page at most."""
First: TypeAlias = Annotated[
    int | None, strawberry.argument(description=f"How many, at most {LARGEST_FIRST}.")
]
"""The argument of a field that answers with the first of its rows."""


@strawberry.enum(description="Which way an order goes; rows without a value come last both ways.")
class Direction(Enum):
    """Which way an order goes."""

    ASC = strawberry.enum_value("asc", description="From the least to the greatest.")
    DESC = strawberry.enum_value("desc", description="From the greatest to the least.")


class Order:
    """One column to order by."""

    field: Enum
    direction: Direction

    def key(self, model: type[Table]) -> Key:
        """Return what rows of a table are ordered by."""
        column = getattr(model, self.field.value)
        return ColumnKey(column, descending=self.direction is Direction.DESC)


def order(model: type[Table]) -> Callable[[type[OrderT]], type[OrderT]]:
    """Make a class an order of a table: one of its columns and a direction.

    A class that has something of its own to order by takes that in place of a column.
    """

    def decorate(cls: type[OrderT]) -> type[OrderT]:
        own = dict(vars(cls).get("__annotations__", {}))
        names = {
            name.upper(): name
            for name, column in columns(model).items()
            if leaf(column) is not scalars.JSON
        }
        meaning = f"A column of a {noun(model)} to order by."
        field_enum = cast("Any", Enum)(f"{cls.__name__}Field", names)
        choices = strawberry.enum(field_enum, description=meaning)
        for value in choices.__strawberry_definition__.values:
            value.description = words(getattr(model, value.name.lower()))
        cls.__annotations__ = {"field": choices, "direction": Direction}
        cls.field = strawberry.field(description="The column.")
        if own:
            cls.__annotations__ = {"field": choices | None, "direction": Direction, **own}
            cls.field = strawberry.field(default=strawberry.UNSET, description="The column.")
        cls.direction = strawberry.field(default=Direction.ASC, description="Which way.")
        return strawberry.input(cls, description=f"One column to order a {noun(model)} by.")

    return decorate


def newest_first(cls: type[OrderT]) -> OrderT:
    """Return the order by falling ids."""
    fields: Any = cls.__annotations__["field"]
    return cast("OrderT", cast("Any", cls)(field=fields.ID, direction=Direction.DESC))


@strawberry.type(description="Where a page stands among all pages.")
class PageInfo:
    """Where a page stands."""

    has_next_page: bool = strawberry.field(description="Whether rows follow.")
    has_previous_page: bool = strawberry.field(description="Whether rows precede.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first row.")
    end_cursor: str | None = strawberry.field(description="Cursor of the last row.")


@strawberry.type(description="A row with the cursor that stands on it.")
class Edge(Generic[T]):
    """A row and its cursor."""

    node: T = strawberry.field(description="The row.")
    cursor: str = strawberry.field(description="Give it to `after` or `before`.")


@dataclass(frozen=True, slots=True)
class Request:
    """Which page is asked for: rows, order and how many from where."""

    rows: Select[Any]
    model: type[Table]
    order: Sequence[Order] = ()
    first: int | None = DEFAULT_FIRST
    after: str | None = None
    last: int | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of a page, each with its cursor."""

    rows: list[Any]
    cursors: list[str]
    info: PageInfo


def size(argument: str, value: int | None) -> int:
    """Return how many rows a page is asked to hold.

    Raises:
        InvalidArgument: when it is negative or too large.
    """
    count = DEFAULT_FIRST if value is None else value
    if not 0 <= count <= LARGEST_FIRST:
        raise InvalidArgument(argument, count, f"a number from 0 to {LARGEST_FIRST}")
    return count


def turn(session: Session, request: Request) -> Page:
    """Return the page asked for; ``last`` counts from the end and wins over ``first``."""
    backwards = request.last is not None
    count = size("last" if backwards else "first", request.last if backwards else request.first)
    keys = _keys(request)
    query = request.rows
    if request.after is not None:
        query = query.where(_beyond(keys, _read(request.after, "after", keys), backwards=False))
    if request.before is not None:
        query = query.where(_beyond(keys, _read(request.before, "before", keys), backwards=True))
    for each in keys:
        query = each.joined(query)
    query = query.order_by(*(part for each in keys for part in parts(each, backwards=backwards)))
    rows = list(session.scalars(query.limit(count + 1)))
    more = len(rows) > count
    rows = rows[:count][::-1] if backwards else rows[:count]
    cursors = [_write(keys, row) for row in rows]
    info = PageInfo(
        has_next_page=request.before is not None if backwards else more,
        has_previous_page=more if backwards else request.after is not None,
        start_cursor=cursors[0] if cursors else None,
        end_cursor=cursors[-1] if cursors else None,
    )
    return Page(rows, cursors, info)


def count_rows(session: Session, rows: Select[Any]) -> int:
    """Return how many rows all pages hold together."""
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def _keys(request: Request) -> list[Key]:
    keys: dict[str, Key] = {}
    for each in request.order:
        key = each.key(request.model)
        keys.setdefault(key.name, key)
    keys.setdefault("id", ColumnKey(request.model.id, descending=False))  # type: ignore[attr-defined] # every paged table has an id
    return list(keys.values())


def _beyond(
    keys: Sequence[Key], values: Sequence[object], *, backwards: bool
) -> ColumnElement[bool]:
    """Return what holds for rows past the values, the first differing column deciding."""
    return or_(
        *(
            and_(
                *(same(each, value) for each, value in zip(keys[:place], values, strict=False)),
                beyond(keys[place], values[place], backwards=backwards),
            )
            for place in range(len(keys))
        )
    )


def _signature(keys: Sequence[Key]) -> str:
    return ",".join(("-" if each.descending else "") + each.name for each in keys)


def _write(keys: Sequence[Key], row: object) -> str:
    values = [each.value(row) for each in keys]
    return urlsafe_b64encode(orjson.dumps([_signature(keys), *values])).decode().rstrip("=")


def _read(cursor: str, argument: str, keys: Sequence[Key]) -> list[object]:
    takes = "an endCursor or startCursor of the same orderBy"
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        signature, *values = orjson.loads(text)
        typed = [each.stored(value) for each, value in zip(keys, values, strict=True)]
    except (ValueError, TypeError) as fault:
        raise InvalidArgument(argument, cursor, takes) from fault
    if signature != _signature(keys):
        raise InvalidArgument(argument, cursor, takes)
    return typed
