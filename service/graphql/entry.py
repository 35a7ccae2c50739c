"""What a person enters by hand: inputs generated from the columns, checked before written."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import fields
from datetime import datetime
from math import isfinite
from typing import Annotated, Any, Final, TypeAlias, TypeVar, cast

import strawberry
from anyio import to_thread
from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from schema.catalog import Table
from schema.catalog.connection import change
from schema.catalog.table import Instant
from schema.error import InvalidArgument, UnknownUnit
from schema.measure import Measure, measure
from service.graphql.context import Info
from service.graphql.table import camel, choice, columns, leaf, noun, nullable, unit, words
from service.graphql.where import key

E = TypeVar("E", bound="Entry")
ALL: Final = true()
"""Every row of a table."""
_BY_MACHINE: Final = frozenset({"id", "created_at"})
_EITHER_SIGN: Final = frozenset({"V", "A", "mA/cm²", "°C"})
"""Units of what may be zero or below; every other quantity is an amount."""


@strawberry.type(description="Another row has this name.")
class NameTaken:
    """Another row has this name."""

    name: str = strawberry.field(description="The name.")
    message: str = strawberry.field(description="What happened, in a sentence.")


@strawberry.type(description="Something named in the input does not exist.")
class NotFound:
    """Something named in the input does not exist."""

    kind: str = strawberry.field(description="What was looked for: cell, test, substance.")
    name: str = strawberry.field(description="The id or name it was looked for by.")
    message: str = strawberry.field(description="What happened, in a sentence.")


@strawberry.type(description="A value that cannot be.")
class InvalidInput:
    """A value that cannot be."""

    field: str = strawberry.field(description="The field of the input, e.g. layers.0.thicknessUm.")
    reason: str = strawberry.field(description="Why the value cannot be.")


Failure = NameTaken | NotFound | InvalidInput


@strawberry.type(description="What is there no more.")
class Deleted:
    """What is there no more."""

    id: strawberry.ID = strawberry.field(description="The id it had.")
    name: str = strawberry.field(description="The name it had.")


DeleteResult: TypeAlias = Annotated[
    Deleted | NotFound, strawberry.union("DeleteResult", description="What is gone, or why not.")
]


class Declined(Exception):
    """An entry that was not made."""

    def __init__(self, failure: Failure) -> None:
        self.failure = failure
        super().__init__(str(failure))


class Entry:
    """A row as entered; what was left out is not touched."""

    model: type[Table]
    taken: frozenset[str]
    """The columns it takes as they are."""

    def values(self, place: str = "") -> dict[str, Any]:
        """Return the columns that were given, each checked.

        Raises:
            Declined: when a name is empty, an amount is not above zero, or a moment has no zone.
        """
        given = dict(self._given())
        for name, value in given.items():
            stored = columns(self.model)[name]
            told = place + camel(name)
            if value is None and not nullable(stored):
                raise Declined(InvalidInput(field=told, reason="it cannot be taken away"))
            if isinstance(value, float) and not isfinite(value):
                raise Declined(InvalidInput(field=told, reason=f"{value:g} is no number"))
            amount = unit(stored) and unit(stored) not in _EITHER_SIGN
            if isinstance(value, float) and amount and value <= 0:
                raise Declined(InvalidInput(field=told, reason=f"{value:g} is not above zero"))
            zoned = isinstance(cast("Any", stored.type), Instant)
            if zoned and isinstance(value, datetime) and value.tzinfo is None:
                reason = f"{value.isoformat()} does not say its zone: end it with Z or +02:00"
                raise Declined(InvalidInput(field=told, reason=reason))
            choices = choice(stored)
            if value is not None and choices and value not in choices:
                reason = f"{value!r} is none of {', '.join(choices)}"
                raise Declined(InvalidInput(field=told, reason=reason))
            if name == "name" and isinstance(value, str) and not value.strip():
                raise Declined(InvalidInput(field=told, reason="a name cannot be empty"))
        return given

    def _given(self) -> Iterator[tuple[str, Any]]:
        for each in fields(cast("Any", self)):
            value = getattr(self, each.name)
            if value is not strawberry.UNSET and each.name in self.taken:
                yield each.name, value.strip() if isinstance(value, str) else value


def entry(
    model: type[Table], *, change: bool = False, without: Collection[str] = ()
) -> Callable[[type[E]], type[E]]:
    """Make a class the input of a table's rows: a new one, or a ``change`` of one.

    ``without`` are the columns that it takes in another shape, declared in the class itself.
    """

    def decorate(cls: type[E]) -> type[E]:
        annotations: dict[str, Any] = {}
        for name, column in columns(model).items():
            unasked = name in {"position", *_BY_MACHINE, *without}
            if unasked or leaf(column) is strawberry.ID:
                continue
            optional = change or nullable(column)
            annotations[name] = leaf(column) | None if optional else leaf(column)
            default: dict[str, Any] = {"default": strawberry.UNSET} if optional else {}
            setattr(cls, name, strawberry.field(description=words(column), **default))
        cls.model, cls.taken = model, frozenset(annotations)
        cls.__annotations__ = annotations | dict(vars(cls).get("__annotations__", {}))
        what = "What to change of" if change else "What is known of"
        return strawberry.input(cls, description=f"{what} a {noun(model)}.")

    return decorate


async def entered(info: Info, action: str, enter: Callable[[Session], Any]) -> Any:  # noqa: ANN401 # what it gives, or a Failure
    """Make an entry in one transaction; return what it gives or why it was declined."""
    engine = info.context.state.engine

    def made() -> object:
        with change(engine, action) as (session, _):
            return enter(session)

    try:
        return await to_thread.run_sync(made)
    except Declined as declined:
        return declined.failure


def found(session: Session, model: type[Table], identity: str) -> Any:  # noqa: ANN401 # a row of the model
    """Return the living row of an id, or decline."""
    row = session.get(model, key(identity, "id"))
    if row is None or getattr(row, "removed_snapshot", None) is not None:
        kind = noun(model)
        raise Declined(
            NotFound(kind=kind, name=identity, message=f"No {kind} has the id {identity}.")
        )
    return row


def changed(
    session: Session,
    model: type[Table],
    identity: str,
    entry: Entry,
    among: ColumnElement[bool] = ALL,
) -> Any:  # noqa: ANN401 # a row of the model
    """Return the row of an id with the columns changed that were given, or decline."""
    row = found(session, model, identity)
    values = entry.values()
    if "name" in values:
        free(session, model, values["name"], row.id, among)
    for name, value in values.items():
        setattr(row, name, value)
    return row


def named(session: Session, model: type[Table], name: str | None) -> int | None:
    """Return the id of the row of a name, None for no name, or decline."""
    if name is None or name is strawberry.UNSET:
        return None
    table = cast("Any", model)
    identity: int | None = session.scalar(select(table.id).where(table.name == name))
    if identity is None:
        kind = noun(model)
        raise Declined(
            NotFound(
                kind=kind, name=name, message=f"No {kind} is called {name!r}; create it first."
            )
        )
    return identity


def free(
    session: Session,
    model: type[Table],
    name: str,
    own: int | None = None,
    among: ColumnElement[bool] = ALL,
) -> None:
    """Decline when another row has the name, of all or ``among`` those where it is given once."""
    table = cast("Any", model)
    others = table.id.is_distinct_from(own)
    taken = session.scalar(select(table.id).where(table.name == name, others, among))
    if taken is not None:
        kind = noun(model)
        message = f"Another {kind} is called {name!r}: the one with the id {taken}."
        raise Declined(NameTaken(name=name, message=message))


def written(field: str, text: str) -> Measure:
    """Return what somebody wrote as a number, a range or words, or decline."""
    try:
        return measure(text)
    except (InvalidArgument, UnknownUnit) as fault:
        raise Declined(InvalidInput(field=field, reason=str(fault))) from fault


async def deleted(info: Info, model: type[Table], identity: str) -> Any:  # noqa: ANN401 # a DeleteResult
    """Delete the row of an id that nothing refers to; return what it was, or why not."""

    def delete(session: Session) -> Deleted:
        row = found(session, model, identity)
        session.delete(row)
        return Deleted(id=row.id, name=row.name)

    return await entered(info, f"delete {noun(model)}", delete)
