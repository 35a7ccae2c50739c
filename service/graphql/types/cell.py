"""A stack of layers that can be tested."""

from typing import Any

import strawberry

from schema import catalog
from service.graphql.build.context import Info
from service.graphql.build.later import later
from service.graphql.build.page import DEFAULT_FIRST, First, Order, order, size
from service.graphql.build.table import of_table
from service.graphql.build.where import Many, StringWhere, Where, many, where
from service.graphql.types.descent import AncestorListWhere, layer_substance, provenance, stack
from service.graphql.types.file import File, files_of
from service.graphql.types.material import Material, MaterialWhere, material, substance
from service.graphql.types.property import Property
from service.graphql.types.spectrum import Spectrum, of_cell
from service.graphql.types.substance import Substance


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
) -> list[Any]:
    """Return the first tests run on a cell."""
    test = catalog.Test
    loader = info.context.loaders.children(
        test.cell_id, test.id, size("first", first), test.removed_snapshot.is_(None)
    )
    found: list[Any] = await loader.load(root.id)
    return found


async def files(root: strawberry.Parent[catalog.Cell], info: Info) -> list[File]:
    """Return the exports that the tests of a cell were read from."""
    return await files_of(info, catalog.Test.cell_id, root.id)


async def properties(root: strawberry.Parent[catalog.Cell], info: Info) -> list[Property]:
    """Return what is known of a cell."""
    known = catalog.Property
    loader = info.context.loaders.children(known.cell_id, known.id)
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
    tests: list[Any] = strawberry.field(
        resolver=run,
        graphql_type=list[later("Test", "test")],  # type: ignore[misc] # made at run time
        description="The tests run on it, by id.",
    )
    spectra: list[Spectrum] = strawberry.field(
        resolver=of_cell, description="The impedance sweeps of these tests, in their order."
    )
    files: list[File] = strawberry.field(
        resolver=files, description="The exports its numbers rest on."
    )
    properties: list[Property] = strawberry.field(
        resolver=properties, description="What is known of it without computing it."
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
