"""What a person enters by hand: inputs generated from the columns, checked before written."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import fields
from typing import Annotated, Any, Final, TypeAlias, TypeVar, cast

import strawberry
from anyio import to_thread
from sqlalchemy.orm import Session

from schema import error
from schema.catalog import Table
from schema.catalog.connection import change
from schema.error import InvalidRecord
from schema.record.column import Place, fill
from schema.record.known import Known, noun, refuse_taken
from schema.record.rename import carry_on
from service.graphql.build.context import Info
from service.graphql.build.table import camel, columns, leaf, nullable, words
from service.living import CALLED, is_id, of_name

E = TypeVar("E", bound="Entry")
Write: TypeAlias = Callable[[Known, Any, Mapping[str, Any]], None]
"""What brings a row to what is said of it."""
Called: TypeAlias = Annotated[
    strawberry.ID, strawberry.argument(description=f"Which one, {CALLED}.")
]
"""The argument that says which row is meant."""
KNOWN: Final = strawberry.argument(description="What is known of it.")
CHANGED: Final = strawberry.argument(description="What is another now, and nothing else.")
_BY_MACHINE: Final = frozenset({"id", "created_at"})


@strawberry.type(description="Another row has this name.")
class NameTaken:
    """Another row has this name."""

    name: str = strawberry.field(description="The name.")
    message: str = strawberry.field(description="What happened, in a sentence.")


@strawberry.type(description="Something named in the input does not exist.")
class NotFound:
    """Something named in the input does not exist."""

    field: str = strawberry.field(description="The field of the input, e.g. layers.0.material.")
    kind: str = strawberry.field(description="What was looked for: cell, test, substance.")
    name: str = strawberry.field(description="The id or name it was looked for by.")
    message: str = strawberry.field(description="What happened, in a sentence.")


@strawberry.type(description="A value that cannot be.")
class InvalidInput:
    """A value that cannot be."""

    field: str = strawberry.field(description="The field of the input, e.g. layers.0.thicknessUm.")
    reason: str = strawberry.field(description="Why the value cannot be.")


@strawberry.type(description="What is there no more.")
class Deleted:
    """What is there no more."""

    id: strawberry.ID = strawberry.field(description="The id it had.")
    name: str = strawberry.field(description="The name it had.")


@strawberry.type(description="Others hang on what is to be removed; nothing was.")
class EntryInUse:
    """Others hang on what is to be removed."""

    message: str = strawberry.field(description="What happened, in a sentence.")
    hanging: list[str] = strawberry.field(description="What hangs on it: kind and name of each.")


DeleteResult: TypeAlias = Annotated[
    Deleted | NotFound, strawberry.union("DeleteResult", description="What is gone, or why not.")
]


def sentence(reason: str) -> str:
    """Return a reason as a sentence."""
    end = "" if reason.endswith(("?", ".", "!")) else "."
    return f"{reason[0].upper()}{reason[1:]}{end}"


def failure(fault: InvalidRecord) -> NameTaken | NotFound | EntryInUse | InvalidInput:
    """Return the refusal of a record as a member of a result."""
    field = ".".join(camel(step) if isinstance(step, str) else str(step) for step in fault.place)
    match fault:
        case error.NameTaken():
            return NameTaken(name=fault.name, message=sentence(fault.reason))
        case error.UnknownRecord():
            message = sentence(fault.reason)
            return NotFound(field=field, kind=fault.kind, name=fault.name, message=message)
        case error.EntryInUse():
            hanging = [f"{kind} {name}" for kind, name in fault.hanging]
            return EntryInUse(message=sentence(fault.reason), hanging=hanging)
    return InvalidInput(field=field, reason=fault.reason)


class Entry:
    """A row as entered; what was left out is not touched."""

    model: type[Table]

    def said(self) -> dict[str, Any]:
        """Return what was given, by column or by what it is in the words of schema.record."""
        given = {each.name: getattr(self, each.name) for each in fields(cast("Any", self))}
        return {name: _bare(one) for name, one in given.items() if one is not strawberry.UNSET}


def _bare(given: object) -> object:
    """Return what was given with entries within it as what they say."""
    match given:
        case Entry():
            return given.said()
        case list():
            return [_bare(each) for each in given]
        case _:
            return given


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
        cls.model = model
        cls.__annotations__ = annotations | dict(vars(cls).get("__annotations__", {}))
        what = "What to change of" if change else "What is known of"
        return strawberry.input(cls, description=f"{what} a {noun(model)}.")

    return decorate


async def entered(info: Info, action: str, enter: Callable[[Session], Any]) -> Any:  # noqa: ANN401 # what it gives, or a Failure
    """Make an entry in one transaction; return what it gives or why it was declined."""
    return await changing(info, action, lambda session, _: enter(session))


async def changing(info: Info, action: str, enter: Callable[[Session, int], Any]) -> Any:  # noqa: ANN401 # the same
    """Change entries as of a snapshot, in one transaction; return what it gives or why not."""
    engine, address = info.context.state.engine, info.context.address

    def transaction() -> object:
        with change(engine, action, address) as (session, snapshot):
            return enter(session, snapshot)

    try:
        return await to_thread.run_sync(transaction)
    except InvalidRecord as fault:
        return failure(fault)
    finally:
        info.context.forget()


def found(session: Session, model: type[Table], identity: str, place: Place = ("id",)) -> Any:  # noqa: ANN401 # a row of the model
    """Return the living row of an id or, where that is no number, a name, given at a place.

    Raises:
        UnknownRecord: when there is none.
        InvalidRecord: when several have the name.
    """
    one = is_id(identity)
    try:
        row = session.get(model, int(identity)) if one else of_name(session, model, identity)
    except error.AmbiguousName as fault:
        raise InvalidRecord(place, str(fault)) from fault
    if row is None or getattr(row, "removed_snapshot", None) is not None:
        unknown = error.UnknownRecord(place, noun(model), identity)
        unknown.reason = f"no {noun(model)} has the {'id' if one else 'name'} {identity}"
        raise unknown
    return row


async def create(info: Info, row: Table, said: Mapping[str, Any], write: Write) -> Any:  # noqa: ANN401 # the row, or a Failure
    """Enter a new row, of a name that no other has, by what writes it; return it or why not."""

    def enter(session: Session) -> Table:
        fill(row, {"name": said["name"]})
        refuse_taken(session, row, said["name"].strip())
        write(Known(session), row, said)
        session.add(row)
        return row

    return await entered(info, f"create {noun(type(row))}", enter)


async def update(
    info: Info, model: type[Table], identity: str, said: Mapping[str, Any], write: Write
) -> Any:  # noqa: ANN401 # the row, or a Failure
    """Change the row of an id, to no other row's name, by what writes it; return it or why not."""

    def enter(session: Session) -> Any:  # noqa: ANN401 # a row
        row = found(session, model, identity)
        known, before = Known(session), row.name
        if said.get("name") is not None:
            refuse_taken(session, row, said["name"].strip())
        write(known, row, said)
        carry_on(known, row, before)
        return row

    return await entered(info, f"update {noun(model)}", enter)


async def deleted(info: Info, model: type[Table], identity: str) -> Any:  # noqa: ANN401 # a DeleteResult
    """Delete the row of an id that nothing refers to; return what it was, or why not."""

    def delete(session: Session) -> Deleted:
        row = found(session, model, identity)
        session.delete(row)
        return Deleted(id=row.id, name=row.name)

    return await entered(info, f"delete {noun(model)}", delete)
