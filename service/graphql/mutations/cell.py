"""How a cell is entered: its columns, its layers, and what its configuration says of both."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

import strawberry

from schema import catalog
from schema.record.cell import write_cell
from schema.record.known import Known
from schema.recount import recount_cell
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
from service.graphql.types.cell import Cell
from service.living import CALLED


@entry(catalog.CellLayer)
class CellLayerInput(Entry):
    """A layer of a cell."""

    substance: str | None = strawberry.field(
        default=strawberry.UNSET, description="Name of the substance it is made of."
    )
    material: str | None = strawberry.field(
        default=strawberry.UNSET, description="Name of the very piece that was used."
    )


@entry(catalog.Cell)
class CellInput(Entry):
    """A new cell."""

    layers: list[CellLayerInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Its layers, from the negative side."
    )
    tests: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET,
        description=f"The tests that ran on it, {CALLED}; whatever was said of them before.",
    )


@entry(catalog.Cell, change=True)
class CellChange(Entry):
    """A change of a cell."""

    layers: list[CellLayerInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Its layers anew, in place of the old ones."
    )


CellResult: TypeAlias = Annotated[
    Cell | NameTaken | NotFound | InvalidInput,
    strawberry.union("CellResult", description="A cell, or why not."),
]


async def create_cell(info: Info, input: Annotated[CellInput, KNOWN]) -> CellResult:  # noqa: A002 # the argument's name
    """Enter a cell with its layers and the tests that ran on it."""

    def write(known: Known, row: catalog.Cell, said: Mapping[str, Any]) -> None:
        write_cell(known, row, said)
        put_on(known.session, row, said.get("tests") or ())

    done: CellResult = await create(info, catalog.Cell(), input.said(), write)
    return done


async def update_cell(info: Info, id: Called, input: Annotated[CellChange, CHANGED]) -> CellResult:  # noqa: A002 # the arguments' names
    """Change a cell."""

    def write(known: Known, row: catalog.Cell, said: Mapping[str, Any]) -> None:
        write_cell(known, row, said)
        recount_cell(known.session, row.id)

    done: CellResult = await update(info, catalog.Cell, id, input.said(), write)
    return done
