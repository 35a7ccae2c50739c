"""How a substance is entered; its formula brings its molar mass."""

from typing import Annotated, TypeAlias

import strawberry

from schema import catalog
from schema.record.substance import write_substance
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
from service.graphql.types.substance import Substance


@entry(catalog.Substance)
class SubstanceInput(Entry):
    """A new substance; where no molar mass is given, it is computed of the formula."""


@entry(catalog.Substance, change=True)
class SubstanceChange(Entry):
    """A change of a substance; a new formula brings its molar mass, unless one is given."""


SubstanceResult: TypeAlias = Annotated[
    Substance | NameTaken | NotFound | InvalidInput,
    strawberry.union("SubstanceResult", description="A substance, or why not."),
]


async def create_substance(info: Info, input: Annotated[SubstanceInput, KNOWN]) -> SubstanceResult:  # noqa: A002 # the argument's name
    """Enter a substance."""
    done: SubstanceResult = await create(info, catalog.Substance(), input.said(), write_substance)
    return done


async def update_substance(
    info: Info,
    id: Called,  # noqa: A002 # the argument's name
    input: Annotated[SubstanceChange, CHANGED],  # noqa: A002 # the argument's name
) -> SubstanceResult:
    """Change a substance."""
    done: SubstanceResult = await update(info, catalog.Substance, id, input.said(), write_substance)
    return done
