"""How a process is entered and taken back: what went in, what came out, and its conditions."""

from collections.abc import Sequence
from typing import Annotated, Final, TypeAlias

import strawberry
from sqlalchemy.orm import Session

from schema import catalog
from schema.ancestry import rebuild, refuse_second_maker
from schema.error import InvalidArgument, InvalidRecord, UnknownUnit
from schema.measure import Measure, spell
from schema.record.column import Place, Said, checked
from schema.record.known import Known
from schema.record.process import write_process
from service.graphql.build.context import Info
from service.graphql.mutations.entry import (
    CHANGED,
    KNOWN,
    Called,
    Deleted,
    DeleteResult,
    Entry,
    InvalidInput,
    NameTaken,
    NotFound,
    create,
    entered,
    entry,
    found,
    update,
)
from service.graphql.types.process import Process

_QUALIFIERS: Final = ("<", ">", "~", "<=", ">=")
_PARTS: Final = ("value", "lower", "upper", "text", "unit", "qualifier")


@entry(
    catalog.ProcessParameter,
    without={*_PARTS, "written"},
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


async def create_process(info: Info, input: Annotated[ProcessInput, KNOWN]) -> ProcessResult:  # noqa: A002 # the argument's name
    """Enter a process; what came out descends from what went in."""
    done: ProcessResult = await create(info, catalog.Process(), input.said(), _write)
    return done


async def update_process(
    info: Info,
    id: Called,  # noqa: A002 # the argument's name
    input: Annotated[ProcessChange, CHANGED],  # noqa: A002 # the argument's name
) -> ProcessResult:
    """Change a process; the ancestry of everything that came of it follows."""
    done: ProcessResult = await update(info, catalog.Process, id, input.said(), _write)
    return done


async def delete_process(info: Info, id: Called) -> DeleteResult:  # noqa: A002 # the argument's name
    """Take a process back; what came out of it is there still, and descends from nothing by it."""

    def enter(session: Session) -> Deleted:
        row = found(session, catalog.Process, id)
        session.delete(row)
        rebuild(session)
        return Deleted(id=row.id, name=row.name)

    done: DeleteResult = await entered(info, "delete process", enter)
    return done


def _write(known: Known, row: catalog.Process, said: Said) -> None:
    """Bring a process to what is said, and the ancestry of everything that came of it."""
    own = {name: said[name] for name in said.keys() - {"outputs"}}
    if "parameters" in own:
        own["parameters"] = _texts(own["parameters"] or ())
    try:
        write_process(known, row, own)
    except InvalidRecord as fault:
        column, *rest = fault.place
        if column != "parameters":
            raise
        place = list(own[column]).index(rest[0])
        raise InvalidRecord((column, place, "written"), fault.reason) from fault
    known.session.add(row)
    if "outputs" in said:
        names = enumerate(said["outputs"] or ())
        outputs = [known.row(catalog.Material, name, ("outputs", place)) for place, name in names]
        refuse_second_maker(known.session, row, outputs)
        write_process(known, row, {"outputs": said["outputs"]})
    rebuild(known.session)


def _texts(parameters: Sequence[Said]) -> dict[str, str]:
    """Return conditions by their names, each as it was or would be written."""
    texts: dict[str, str] = {}
    for index, each in enumerate(parameters):
        place: Place = ("parameters", index)
        name = str(checked(catalog.ProcessParameter, {"name": each["name"]}, place)["name"])
        if name in texts:
            raise InvalidRecord((*place, "name"), f"{name} is there twice")
        texts[name] = _text(place, each)
    return texts


def _text(place: Place, each: Said) -> str:
    """Return a condition as it was written, or as its parts would be written together."""
    if each["written"] is not None:
        if any(each[part] is not None for part in _PARTS):
            reason = "what was written is told whole: leave out its parts"
            raise InvalidRecord((*place, "written"), reason)
        return str(each["written"]).strip()
    if (each["lower"] is None) != (each["upper"] is None):
        reason = "a range has two ends; for one use a value with a qualifier"
        raise InvalidRecord((*place, "lower"), reason)
    if sum(each[part] is not None for part in ("value", "lower", "text")) != 1:
        reason = "a condition is either a number, a range or a text"
        raise InvalidRecord((*place, "value"), reason)
    if each["qualifier"] not in {None, *_QUALIFIERS}:
        reason = f"it is one of {', '.join(_QUALIFIERS)}"
        raise InvalidRecord((*place, "qualifier"), reason)
    return str(Measure(**{part: each[part] for part in _PARTS} | {"unit": _unit(place, each)}))


def _unit(place: Place, each: Said) -> str | None:
    """Return the unit in its one spelling; nothing where it is 1."""
    unit: str | None = each["unit"]
    if (unit is None) != (each["text"] is not None):
        reason = "a number has a unit, 1 when it is of none; a text has none"
        raise InvalidRecord((*place, "unit"), reason)
    try:
        return unit and (spell(unit) or None)
    except (InvalidArgument, UnknownUnit) as fault:
        raise InvalidRecord((*place, "unit"), str(fault)) from fault
