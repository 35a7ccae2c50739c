"""A stack of layers that can be tested."""

from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from schema import catalog
from service.graphql.context import Info
from service.graphql.material import Material, material, substance
from service.graphql.page import DEFAULT_FIRST, LARGEST_FIRST, Order, order, size
from service.graphql.substance import Substance
from service.graphql.table import of_table
from service.graphql.where import Where, where

if TYPE_CHECKING:
    from service.graphql.test import Test


async def layers(root: strawberry.Parent[catalog.Cell], info: Info) -> list["CellLayer"]:
    """Return the layers of a cell."""
    layer = catalog.CellLayer
    loader = info.context.loaders.children(layer.cell_id, layer.position)
    found: list[Any] = await loader.load(root.id)
    return found


async def run(
    root: strawberry.Parent[catalog.Cell],
    info: Info,
    first: Annotated[
        int | None,
        strawberry.argument(description=f"How many, at most {LARGEST_FIRST}."),
    ] = DEFAULT_FIRST,
) -> list[Annotated["Test", strawberry.lazy("service.graphql.test")]]:
    """Return the first tests run on a cell."""
    test = catalog.Test
    loader = info.context.loaders.children(
        test.cell_id, test.id, size("first", first), test.removed_snapshot.is_(None)
    )
    found: list[Any] = await loader.load(root.id)
    return found


@of_table(catalog.CellLayer)
class CellLayer:
    """One layer of a cell."""

    substance: Substance | None = strawberry.field(
        resolver=substance, description="What it is made of."
    )
    material: Material | None = strawberry.field(
        resolver=material, description="The very piece that was used."
    )


@of_table(catalog.Cell)
class Cell:
    """A cell."""

    layers: list[CellLayer] = strawberry.field(
        resolver=layers, description="Its layers, from the negative side."
    )
    tests: list[Annotated["Test", strawberry.lazy("service.graphql.test")]] = strawberry.field(
        resolver=run, description="The tests run on it, by id."
    )


@where(catalog.Cell)
class CellWhere(Where):
    """Conditions on a cell."""


@order(catalog.Cell)
class CellOrder(Order):
    """An order of cells."""
