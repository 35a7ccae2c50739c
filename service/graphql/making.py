"""How a process is entered: what went in, what came out, and its conditions."""

from collections.abc import Sequence
from typing import Annotated, Any, TypeAlias

import strawberry
from sqlalchemy.orm import Session

from schema import catalog
from schema.ancestry import rebuild, refuse_second_maker
from schema.error import InvalidArgument, UnknownUnit
from schema.measure import spell
from service.graphql.context import Info
from service.graphql.entry import (
    Declined,
    Entry,
    InvalidInput,
    NameTaken,
    NotFound,
    entered,
    entry,
    free,
    named,
)
from service.graphql.process import Process

_QUALIFIERS = ("<", ">", "~", "<=", ">=")


@entry(catalog.ProcessParameter)
class ProcessParameterInput(Entry):
    """A condition of a process: a number with its unit, or a text."""


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
        row.inputs = _materials(session, "inputs", input.inputs)
        outputs = _materials(session, "outputs", input.outputs)
        try:
            refuse_second_maker(session, row, outputs)
            row.outputs = outputs
            rebuild(session)
        except InvalidArgument as fault:
            raise Declined(InvalidInput(field=fault.argument, reason=str(fault))) from fault
        return row

    done: ProcessResult = await entered(info, "create process", enter)
    return done


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
        values = each.values(place)
        if values["name"] in rows:
            reason = f"{values['name']} is there twice"
            raise Declined(InvalidInput(field=f"{place}name", reason=reason))
        if (values.get("value") is None) == (values.get("text") is None):
            reason = "a condition is either a number or a text"
            raise Declined(InvalidInput(field=f"{place}value", reason=reason))
        if values.get("qualifier") not in {None, *_QUALIFIERS}:
            reason = f"it is one of {', '.join(_QUALIFIERS)}"
            raise Declined(InvalidInput(field=f"{place}qualifier", reason=reason))
        rows[values["name"]] = catalog.ProcessParameter(**values | _unit(place, values))
    return list(rows.values())


def _unit(place: str, values: dict[str, Any]) -> dict[str, str | None]:
    """Return the unit in its one spelling; nothing where it is 1."""
    unit = values.get("unit")
    if (unit is None) != (values.get("value") is None):
        reason = "a number has a unit, 1 when it is of none; a text has none"
        raise Declined(InvalidInput(field=f"{place}unit", reason=reason))
    if unit is None:
        return {}
    try:
        return {"unit": spell(unit) or None}
    except (InvalidArgument, UnknownUnit) as fault:
        raise Declined(InvalidInput(field=f"{place}unit", reason=str(fault))) from fault
