"""A stack of layers that can be tested."""

from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from schema import catalog
from service.graphql.context import Info
from service.graphql.descent import AncestorListWhere, layer_substance, provenance, stack
from service.graphql.file import File
from service.graphql.material import Material, MaterialWhere, material, substance
from service.graphql.page import DEFAULT_FIRST, First, Order, order, size
from service.graphql.substance import Substance
from service.graphql.table import of_table
from service.graphql.where import Many, StringWhere, Where, many, where

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
    first: First = DEFAULT_FIRST,
) -> list[Annotated["Test", strawberry.lazy("service.graphql.test")]]:
    """Return the first tests run on a cell."""
    test = catalog.Test
    loader = info.context.loaders.children(
        test.cell_id, test.id, size("first", first), test.removed_snapshot.is_(None)
    )
    found: list[Any] = await loader.load(root.id)
    return found


async def files(root: strawberry.Parent[catalog.Cell], info: Info) -> list[File]:
    """Return the exports that the tests of a cell were read from."""
    found: list[Any] = await info.context.loaders.files_of_cell().load(root.id)
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
    files: list[File] = strawberry.field(
        resolver=files, description="The exports its numbers rest on."
    )


@where(catalog.CellLayer, substance=layer_substance)
class CellLayerWhere(Where):
    """Conditions on a layer of a cell."""

    substance: StringWhere | None = strawberry.field(  # type: ignore[valid-type] # made at run time
        default=strawberry.UNSET,
        description="Name of what it is made of, its material's where none is said.",
    )
    material: MaterialWhere | None = strawberry.field(
        default=strawberry.UNSET, description="Conditions on the very piece that was used."
    )


@many(CellLayerWhere)
class CellLayerListWhere(Many):
    """Conditions on the layers of a cell."""


@where(catalog.Cell, layers=stack, ancestors=provenance)
class CellWhere(Where):
    """Conditions on a cell."""

    layers: CellLayerListWhere | None = strawberry.field(
        default=strawberry.UNSET, description="Conditions on its layers."
    )
    ancestors: AncestorListWhere | None = strawberry.field(
        default=strawberry.UNSET,
        description="Conditions on the materials of its layers and everything they descend from.",
    )


@order(catalog.Cell)
class CellOrder(Order):
    """An order of cells."""
