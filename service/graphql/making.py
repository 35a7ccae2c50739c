"""How a process is entered and taken back: what went in, what came out, and its conditions."""

from collections.abc import Sequence
from typing import Annotated, Any, TypeAlias

import strawberry
from sqlalchemy.orm import Session

from schema import catalog
from schema.ancestry import rebuild, refuse_second_maker
from schema.condition import condition
from schema.error import InvalidArgument, UnknownUnit
from schema.measure import Measure, spell
from service.graphql.context import Info
from service.graphql.entry import (
    Declined,
    Deleted,
    DeleteResult,
    Entry,
    InvalidInput,
    NameTaken,
    NotFound,
    changed,
    entered,
    entry,
    found,
    free,
    named,
    written,
)
from service.graphql.process import Process

_QUALIFIERS = ("<", ">", "~", "<=", ">=")


@entry(
    catalog.ProcessParameter,
    without={"value", "lower", "upper", "text", "unit", "qualifier", "written"},
)
class ProcessParameterInput(Entry):
    """A condition of a process: as it was written, or a number or a range, or a text."""

    written: str | None = strawberry.field(
        default=None,
        description='As people write it, in place of all below: "~ 900 °C", "2-5 MPa", "argon".',
    )
    value: float | None = strawberry.field(default=None, description="Number, in `unit`.")
    lower: float | None = strawberry.field(
        default=None, description="Lower end of a range, in `unit`."
    )
    upper: float | None = strawberry.field(
        default=None, description="Upper end of a range, in `unit`."
    )
    text: str | None = strawberry.field(
        default=None, description="Value that is no number, e.g. argon."
    )
    unit: str | None = strawberry.field(
        default=None, description="Unit of the numbers, 1 when they are of none."
    )
    qualifier: str | None = strawberry.field(
        default=None, description="<, >, ~, <= or >= when not exact."
    )


@entry(catalog.Process)
class ProcessInput(Entry):
    """A new process."""

    inputs: list[str] = strawberry.field(
        default_factory=list, description="Names of the materials that went in."
    )
    outputs: list[str] = strawberry.field(
        default_factory=list,
        description="Names of the materials that came out; nothing else made them.",
    )
    parameters: list[ProcessParameterInput] = strawberry.field(
        default_factory=list, description="Its conditions, each name once."
    )


@entry(catalog.Process, change=True)
class ProcessChange(Entry):
    """A change of a process."""

    inputs: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="What went in anew, in place of what was said."
    )
    outputs: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="What came out anew, in place of what was said."
    )
    parameters: list[ProcessParameterInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Its conditions anew, in place of the old ones."
    )


ProcessResult: TypeAlias = Annotated[
    Process | NameTaken | NotFound | InvalidInput,
    strawberry.union("ProcessResult", description="A process, or why not."),
]


async def create_process(info: Info, input: ProcessInput) -> ProcessResult:  # noqa: A002 # the argument's name
    """Enter a process; what came out descends from what went in."""

    def enter(session: Session) -> Any:  # noqa: ANN401 # a row
        values = input.values()
        free(session, catalog.Process, values["name"])
        row = catalog.Process(**values, parameters=_parameters(input.parameters))
        _made(session, row, input.inputs, input.outputs)
        return row

    done: ProcessResult = await entered(info, "create process", enter)
    return done


async def update_process(
    info: Info,
    id: strawberry.ID,  # noqa: A002 # the argument's name
    input: ProcessChange,  # noqa: A002 # the argument's name
) -> ProcessResult:
    """Change a process; the ancestry of everything that came of it follows."""

    def enter(session: Session) -> Any:  # noqa: ANN401 # a row
        row = changed(session, catalog.Process, id, input)
        if input.parameters is not strawberry.UNSET:
            conditions = _parameters(input.parameters or ())
            row.parameters.clear()
            session.flush()  # the old names must be free before new conditions take them
            row.parameters = conditions
        _made(session, row, input.inputs, input.outputs)
        return row

    done: ProcessResult = await entered(info, "update process", enter)
    return done


async def delete_process(info: Info, id: strawberry.ID) -> DeleteResult:  # noqa: A002 # the argument's name
    """Take a process back; what came out of it is there still, and descends from nothing by it."""

    def enter(session: Session) -> Deleted:
        row = found(session, catalog.Process, id)
        session.delete(row)
        rebuild(session)
        return Deleted(id=row.id, name=row.name)

    done: DeleteResult = await entered(info, "delete process", enter)
    return done


def _made(
    session: Session,
    row: Any,  # noqa: ANN401 # a row
    inputs: Sequence[str] | None,
    outputs: Sequence[str] | None,
) -> None:
    """Say what went in and what came out, as far as given, and rebuild the ancestry."""
    try:
        if outputs is not strawberry.UNSET:
            materials = _materials(session, "outputs", outputs or ())
            refuse_second_maker(session, row, materials)
            row.outputs = materials
        if inputs is not strawberry.UNSET:
            row.inputs = _materials(session, "inputs", inputs or ())
        session.add(row)
        rebuild(session)
    except InvalidArgument as fault:
        raise Declined(InvalidInput(field=fault.argument, reason=str(fault))) from fault


def _materials(session: Session, place: str, names: Sequence[str]) -> list[Any]:
    for index, name in enumerate(names):
        if name in names[:index]:
            raise Declined(InvalidInput(field=f"{place}.{index}", reason=f"{name} is there twice"))
    ids = [named(session, catalog.Material, name) for name in names]
    return [session.get_one(catalog.Material, each) for each in ids]


def _parameters(entries: Sequence[ProcessParameterInput]) -> list[catalog.ProcessParameter]:
    rows: dict[str, catalog.ProcessParameter] = {}
    for index, each in enumerate(entries):
        place = f"parameters.{index}."
        name = each.values(place)["name"]
        if name in rows:
            raise Declined(InvalidInput(field=f"{place}name", reason=f"{name} is there twice"))
        text = _text(place, each)
        rows[name] = catalog.ProcessParameter(
            name=name, **condition(written(f"{place}written", text), text)
        )
    return list(rows.values())


def _text(place: str, each: ProcessParameterInput) -> str:
    """Return a condition as it was written, or as its parts would be written together."""
    parts = [each.value, each.lower, each.upper, each.text, each.unit, each.qualifier]
    if each.written is not None:
        if any(part is not None for part in parts):
            reason = "what was written is told whole: leave out its parts"
            raise Declined(InvalidInput(field=f"{place}written", reason=reason))
        return each.written.strip()
    if (each.lower is None) != (each.upper is None):
        reason = "a range has two ends; for one use a value with a qualifier"
        raise Declined(InvalidInput(field=f"{place}lower", reason=reason))
    if sum(part is not None for part in (each.value, each.lower, each.text)) != 1:
        reason = "a condition is either a number, a range or a text"
        raise Declined(InvalidInput(field=f"{place}value", reason=reason))
    if each.qualifier not in {None, *_QUALIFIERS}:
        reason = f"it is one of {', '.join(_QUALIFIERS)}"
        raise Declined(InvalidInput(field=f"{place}qualifier", reason=reason))
    unit = _unit(place, each)
    return str(Measure(each.value, unit, each.qualifier, each.lower, each.upper, each.text))


def _unit(place: str, each: ProcessParameterInput) -> str | None:
    """Return the unit in its one spelling; nothing where it is 1."""
    if (each.unit is None) != (each.text is not None):
        reason = "a number has a unit, 1 when it is of none; a text has none"
        raise Declined(InvalidInput(field=f"{place}unit", reason=reason))
    try:
        return each.unit and (spell(each.unit) or None)
    except (InvalidArgument, UnknownUnit) as fault:
        raise Declined(InvalidInput(field=f"{place}unit", reason=str(fault))) from fault
