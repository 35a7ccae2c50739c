"""Conditions on catalog rows, generated from the columns."""

from abc import ABC, abstractmethod
from asyncio import gather
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Final, TypeVar, cast

import strawberry
from sqlalchemy import ColumnElement, Select, and_, false, func, not_, or_, true
from sqlalchemy.orm import InstrumentedAttribute
from strawberry import scalars

from schema.catalog import Table
from schema.catalog.table import Instant
from schema.error import InvalidArgument
from schema.record.known import noun
from service.graphql.build.loader import Loaders
from service.graphql.build.table import BigInt, columns, leaf, words

W = TypeVar("W", bound="Where")
M = TypeVar("M", bound="Many")
Reach = Callable[[Any], ColumnElement[bool]]
"""What the value of a condition on something else than a column comes to."""
LONGEST_LIST: Final = 1_000
"""Values of an ``in``."""
MOST_REACHES: Final = 20
"""Conditions of one request that are a question of their own: some, none, every, a summary."""


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


_CONDITIONS: Final[dict[object, type[Condition]]] = {
    strawberry.ID: _condition("IDWhere", strawberry.ID, ("eq", "in_", "ne")),
    str: _condition("StringWhere", str, (*_SAME, "contains", "starts_with")),
    int: _condition("IntWhere", int, (*_SAME, *_SIZE)),
    BigInt: _condition("BigIntWhere", BigInt, (*_SAME, *_SIZE)),
    float: _condition("FloatWhere", float, (*_SAME, *_SIZE)),
    bool: _condition("BooleanWhere", bool, ("eq",)),
    datetime: _condition("DateTimeWhere", datetime, (*_SAME, *_SIZE)),
}
StringWhere: Final = _CONDITIONS[str]
IntWhere: Final = _CONDITIONS[int]
FloatWhere: Final = _CONDITIONS[float]


class Asks(ABC):
    """What asks the store before it can be said in SQL."""

    @property
    def reaches(self) -> int:
        """Return how many questions of their own it is."""
        return 0

    @abstractmethod
    async def ask(self, loaders: Loaders) -> None:
        """Ask the store, and have at hand what it answered."""


class Where:
    """Conditions on the rows of one table; all of them must hold."""

    model: type[Table]
    reaches: Mapping[str, Reach]

    def clause(self) -> ColumnElement[bool]:
        """Return the conditions as SQL."""
        clauses: list[ColumnElement[bool]] = []
        for each in fields(cast("Any", self)):
            value = getattr(self, each.name)
            if each.name in self.reaches:
                if value is not strawberry.UNSET and value is not None:
                    clauses.append(self.reaches[each.name](value))
            elif isinstance(value, Condition):
                column = getattr(self.model, each.name)
                clauses.append(value.clause(column, each.name))
            elif each.name == "not_" and isinstance(value, Where):
                clauses.append(not_(value.clause()))
            elif isinstance(value, Where):
                clauses.append(getattr(self.model, each.name).has(value.clause()))
            elif isinstance(value, list):
                inner = [one.clause() for one in value]
                clauses.append(or_(false(), *inner) if each.name == "or_" else and_(true(), *inner))
        return and_(true(), *clauses)


class Many:
    """Conditions on a list: some of its members meet them, none does, every one does."""

    some: Where | None
    none: Where | None
    every: Where | None

    def clause(
        self, owner: Stored, owners: Callable[[ColumnElement[bool]], Select[Any]]
    ) -> ColumnElement[bool]:
        """Return the condition on an owner; ``owners`` are those with a member that meets one."""
        clauses: list[ColumnElement[bool]] = []
        if self.some:
            clauses.append(owner.in_(apart(owners(self.some.clause()))))
        if self.none:
            clauses.append(owner.not_in(apart(owners(self.none.clause()))))
        if self.every:
            unmet = not_(func.coalesce(self.every.clause(), false()))
            clauses.append(owner.not_in(apart(owners(unmet))))
        return and_(true(), *clauses)


def apart(rows: Select[Any]) -> Select[Any]:
    """Return rows asked for once for all, not again for every row outside."""
    return rows.correlate(None)


def many(item: type[Where]) -> Callable[[type[M]], type[M]]:
    """Make a class the conditions on a list of what ``item`` is a condition on."""

    def decorate(cls: type[M]) -> type[M]:
        annotations: dict[str, Any] = {}
        for name, meaning in (
            ("some", "At least one meets this."),
            ("none", "Not one meets this."),
            ("every", "There is none that does not meet this; a list of none meets it."),
        ):
            annotations[name] = item | None
            setattr(cls, name, strawberry.field(default=strawberry.UNSET, description=meaning))
        cls.__annotations__ = annotations
        return strawberry.input(cls, description=cls.__doc__)

    return decorate


async def prepare(asked: object, loaders: Loaders) -> None:
    """Ask the store for all that conditions, or orders, hang on there.

    Raises:
        InvalidArgument: when they reach through more lists than a request may.
    """
    _refuse_too_many(asked)
    await gather(*(each.ask(loaders) for each in within(asked) if isinstance(each, Asks)))


def within(value: object) -> Iterator[object]:
    """Yield conditions, and those inside them."""
    if isinstance(value, list | tuple):
        for each in value:
            yield from within(each)
    elif isinstance(value, Asks):
        yield value
    elif isinstance(value, Where | Many):
        yield value
        for each in fields(cast("Any", value)):
            yield from within(getattr(value, each.name))


def _refuse_too_many(asked: object) -> None:
    count = 0
    for each in within(asked):
        if isinstance(each, Many):
            inner = (getattr(each, word) for word in ("some", "none", "every"))
            count += sum(isinstance(one, Where) for one in inner)
        elif isinstance(each, Asks):
            count += each.reaches
    if count > MOST_REACHES:
        reached = f"{count} times some, none or every, summaries among them"
        raise InvalidArgument("where", reached, f"at most {MOST_REACHES}")


def where(model: type[Table], **reaches: Reach) -> Callable[[type[W]], type[W]]:
    """Make a class the conditions on a table: one per column, its own, and, or, not.

    ``reaches`` says what those of its own come to that are no conditions on a related row.
    """

    def decorate(cls: type[W]) -> type[W]:
        own = dict(vars(cls).get("__annotations__", {}))
        annotations: dict[str, Any] = {}
        for name, column in columns(model).items():
            if leaf(column) is not scalars.JSON and name not in own:
                annotations[name] = _CONDITIONS[leaf(column)] | None
                setattr(
                    cls, name, strawberry.field(default=strawberry.UNSET, description=words(column))
                )
        for word, kind, meaning in (
            ("and", "list[{}] | None", "All of these hold."),
            ("or", "list[{}] | None", "At least one of these holds."),
            ("not", "{} | None", "This does not hold."),
        ):
            annotations[f"{word}_"] = kind.format(cls.__name__)
            field = strawberry.field(default=strawberry.UNSET, name=word, description=meaning)
            setattr(cls, f"{word}_", field)
        cls.__annotations__ = annotations | own
        cls.model = model
        cls.reaches = reaches
        return strawberry.input(cls, description=f"Conditions on a {noun(model)}.")

    return decorate
