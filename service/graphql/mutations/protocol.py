"""How a protocol is entered, with its steps."""

from typing import Annotated, TypeAlias

import strawberry

from schema import catalog
from schema.record.protocol import write_protocol
from service.graphql.build.context import Info
from service.graphql.mutations.entry import (
    CHANGED,
    KNOWN,
    Called,
    Entry,
    InvalidInput,
    NameTaken,
    NotFound,
    create,
    entry,
    update,
)
from service.graphql.types.protocol import Protocol


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


async def create_protocol(info: Info, input: Annotated[ProtocolInput, KNOWN]) -> ProtocolResult:  # noqa: A002 # the argument's name
    """Enter a protocol with its steps."""
    done: ProtocolResult = await create(info, catalog.Protocol(), input.said(), write_protocol)
    return done


async def update_protocol(
    info: Info,
    id: Called,  # noqa: A002 # the argument's name
    input: Annotated[ProtocolChange, CHANGED],  # noqa: A002 # the argument's name
) -> ProtocolResult:
    """Change a protocol."""
    done: ProtocolResult = await update(info, catalog.Protocol, id, input.said(), write_protocol)
    return done
