"""What a test was meant to do."""

from collections.abc import Sequence
from typing import Annotated, Any, TypeAlias

import strawberry
from sqlalchemy.orm import Session

from schema import catalog
from service.graphql.context import Info
from service.graphql.entry import (
    Declined,
    Entry,
    InvalidInput,
    NameTaken,
    NotFound,
    changed,
    entered,
    entry,
    free,
)
from service.graphql.page import Order, order
from service.graphql.table import of_table
from service.graphql.where import Where, where


@of_table(catalog.ProtocolStep)
class ProtocolStep:
    """One step of a protocol."""


async def steps(root: strawberry.Parent[catalog.Protocol], info: Info) -> list[ProtocolStep]:
    """Return the steps of a protocol."""
    step = catalog.ProtocolStep
    loader = info.context.loaders.children(step.protocol_id, step.position)
    found: list[Any] = await loader.load(root.id)
    return found


@of_table(catalog.Protocol)
class Protocol:
    """A protocol."""

    steps: list[ProtocolStep] = strawberry.field(resolver=steps, description="Its steps, in order.")


@where(catalog.Protocol)
class ProtocolWhere(Where):
    """Conditions on a protocol."""


@order(catalog.Protocol)
class ProtocolOrder(Order):
    """An order of protocols."""


@entry(catalog.ProtocolStep)
class ProtocolStepInput(Entry):
    """A step of a protocol."""


@entry(catalog.Protocol)
class ProtocolInput(Entry):
    """A new protocol."""

    steps: list[ProtocolStepInput] = strawberry.field(
        default_factory=list, description="Its steps, in order."
    )


@entry(catalog.Protocol, change=True)
class ProtocolChange(Entry):
    """A change of a protocol."""

    steps: list[ProtocolStepInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Its steps anew, in place of the old ones."
    )


ProtocolResult: TypeAlias = Annotated[
    Protocol | NameTaken | NotFound | InvalidInput,
    strawberry.union("ProtocolResult", description="A protocol, or why not."),
]


async def create_protocol(info: Info, input: ProtocolInput) -> ProtocolResult:  # noqa: A002 # the argument's name
    """Enter a protocol with its steps."""

    def enter(session: Session) -> Any:  # noqa: ANN401 # a row
        values = input.values()
        free(session, catalog.Protocol, values["name"])
        session.add(row := catalog.Protocol(**values, steps=_steps(input.steps)))
        return row

    done: ProtocolResult = await entered(info, "create protocol", enter)
    return done


async def update_protocol(
    info: Info,
    id: strawberry.ID,  # noqa: A002 # the argument's name
    input: ProtocolChange,  # noqa: A002 # the argument's name
) -> ProtocolResult:
    """Change a protocol."""

    def enter(session: Session) -> Any:  # noqa: ANN401 # a row
        row = changed(session, catalog.Protocol, id, input)
        if input.steps is not strawberry.UNSET:
            row.steps.clear()
            session.flush()  # the old places must be free before new steps take them
            row.steps = _steps(input.steps or ())
        return row

    done: ProtocolResult = await entered(info, "update protocol", enter)
    return done


def _steps(entries: Sequence[ProtocolStepInput]) -> list[catalog.ProtocolStep]:
    rows = []
    for index, each in enumerate(entries):
        place = f"steps.{index}."
        values = each.values(place)
        repeats = values.get("repeat_count")
        if repeats is not None and repeats < 1:
            reason = f"{repeats} is not above zero"
            raise Declined(InvalidInput(field=f"{place}repeatCount", reason=reason))
        rows.append(catalog.ProtocolStep(position=index + 1, **values))
    return rows
