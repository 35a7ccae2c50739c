"""How a material is entered."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

import strawberry

from schema import catalog
from schema.record.known import Known
from schema.record.material import write_material
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
from service.graphql.mutations.test import put_on
from service.graphql.types.material import Material
from service.living import CALLED


@entry(catalog.Material)
class MaterialInput(Entry):
    """A new material."""

    substance: str | None = strawberry.field(
        default=strawberry.UNSET, description="Name of the substance it is made of."
    )
    tests: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET,
        description=f"The tests that ran on it and on no cell, {CALLED}; whatever was said of them "
        "before.",
    )


@entry(catalog.Material, change=True)
class MaterialChange(Entry):
    """A change of a material."""

    substance: str | None = strawberry.field(
        default=strawberry.UNSET, description="Name of the substance it is made of."
    )


MaterialResult: TypeAlias = Annotated[
    Material | NameTaken | NotFound | InvalidInput,
    strawberry.union("MaterialResult", description="A material, or why not."),
]


async def create_material(info: Info, input: Annotated[MaterialInput, KNOWN]) -> MaterialResult:  # noqa: A002 # the argument's name
    """Enter a material and the tests that ran on it."""

    def write(known: Known, row: catalog.Material, said: Mapping[str, Any]) -> None:
        write_material(known, row, said)
        put_on(known.session, row, said.get("tests") or ())

    done: MaterialResult = await create(info, catalog.Material(), input.said(), write)
    return done


async def update_material(
    info: Info,
    id: Called,  # noqa: A002 # the argument's name
    input: Annotated[MaterialChange, CHANGED],  # noqa: A002 # the argument's name
) -> MaterialResult:
    """Change a material."""
    done: MaterialResult = await update(info, catalog.Material, id, input.said(), write_material)
    return done
