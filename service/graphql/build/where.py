"""Conditions on catalog rows, generated from the columns."""

from abc import ABC, abstractmethod
from asyncio import gather
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from typing import Any, Final, TypeVar, cast

import strawberry
from sqlalchemy import ColumnElement, Select, and_, false, func, not_, or_, true
from strawberry import scalars

from schema.catalog import Table
from schema.error import InvalidArgument
from schema.record.known import noun
from service.graphql.build.condition import CONDITIONS, Condition, Stored
from service.graphql.build.loader import Loaders
from service.graphql.build.table import columns, leaf, words

W = TypeVar("W", bound="Where")
M = TypeVar("M", bound="Many")
Reach = Callable[[Any], ColumnElement[bool]]
"""What the value of a condition on something else than a column comes to."""
MOST_REACHES: Final = 20
"""Conditions of one request that are a question of their own: some, none, every, a summary."""


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
                annotations[name] = CONDITIONS[leaf(column)] | None
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
