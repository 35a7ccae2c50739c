"""How a phase that diffraction is compared with is entered: by a CIF, or by its lines."""

from typing import Annotated, Final, TypeAlias

import strawberry

from schema import catalog
from schema.record.reference_phase import write_reference_phase
from service.graphql.build.context import Info
from service.graphql.mutations.entry import (
    CHANGED,
    KNOWN,
    Called,
    DeleteResult,
    Entry,
    InvalidInput,
    NameTaken,
    NotFound,
    create,
    deleted,
    entry,
    update,
)
from service.graphql.types.reference_phase import ReferencePhase

_SUBSTANCE: Final = "Name of the substance it is the structure of."


@entry(catalog.ReferenceLine)
class ReferenceLineInput(Entry):
    """A line of a reference phase."""


@entry(catalog.ReferencePhase, without={"source"})
class ReferencePhaseInput(Entry):
    """A new reference phase: the text of a CIF, or lines."""

    source: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Where it was published, or who measured it; of a CIF what that cites, where "
        "nothing is said.",
    )
    substance: str | None = strawberry.field(default=strawberry.UNSET, description=_SUBSTANCE)
    lines: list[ReferenceLineInput] = strawberry.field(
        default_factory=list, description="Its lines, in order, where it has no CIF."
    )


@entry(catalog.ReferencePhase, change=True)
class ReferencePhaseChange(Entry):
    """A change of a reference phase."""

    substance: str | None = strawberry.field(default=strawberry.UNSET, description=_SUBSTANCE)
    lines: list[ReferenceLineInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Its lines anew, in place of the old ones."
    )


ReferencePhaseResult: TypeAlias = Annotated[
    ReferencePhase | NameTaken | NotFound | InvalidInput,
    strawberry.union("ReferencePhaseResult", description="A reference phase, or why not."),
]


async def create_reference_phase(
    info: Info,
    input: Annotated[ReferencePhaseInput, KNOWN],  # noqa: A002 # the argument's name
) -> ReferencePhaseResult:
    """Enter a reference phase; scans are compared with it when they are computed again."""
    row = catalog.ReferencePhase()
    done: ReferencePhaseResult = await create(info, row, input.said(), write_reference_phase)
    return done


async def update_reference_phase(
    info: Info,
    id: Called,  # noqa: A002 # the argument's name
    input: Annotated[ReferencePhaseChange, CHANGED],  # noqa: A002 # the argument's name
) -> ReferencePhaseResult:
    """Change a reference phase."""
    done: ReferencePhaseResult = await update(
        info, catalog.ReferencePhase, id, input.said(), write_reference_phase
    )
    return done


async def delete_reference_phase(info: Info, id: Called) -> DeleteResult:  # noqa: A002 # the argument's name
    """Take a reference phase back."""
    done: DeleteResult = await deleted(info, catalog.ReferencePhase, id)
    return done
