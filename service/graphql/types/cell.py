"""A stack of layers that can be tested."""

from enum import Enum
from typing import Any, cast

import strawberry
from sqlalchemy import ColumnElement, select

from schema import catalog
from schema.catalog import Table
from schema.error import InvalidArgument
from service.graphql.build.condition import Condition, StringWhere
from service.graphql.build.context import Info
from service.graphql.build.key import Key
from service.graphql.build.later import later
from service.graphql.build.loader import Loaders
from service.graphql.build.node import Node
from service.graphql.build.page import DEFAULT_FIRST, Direction, First, Order, order, size
from service.graphql.build.summary import SummaryKey, summarized
from service.graphql.build.table import of_table
from service.graphql.build.where import Asks, Many, Where, apart, many, where
from service.graphql.types.descent import AncestorListWhere, layer_substance, provenance, stack
from service.graphql.types.file import File, files_of
from service.graphql.types.material import Material, MaterialWhere, material, substance
from service.graphql.types.property import Property
from service.graphql.types.revision import Revision, history
from service.graphql.types.spectrum import Spectrum, of_cell
from service.graphql.types.substance import Substance
from service.graphql.types.summary import CellSummaryWhere, names_of_summaries


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
class Cell(Node):
    """A cell."""

    history: list[Revision] = history()

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


def technique(condition: Condition) -> ColumnElement[bool]:
    """Return the condition on the techniques of the tests run on a cell."""
    test: Any = catalog.Test
    run_on = select(test.cell_id).where(
        test.removed_snapshot.is_(None), test.cell_id.is_not(None), test.technique.is_not(None)
    )
    cell: Any = catalog.Cell
    if condition == type(condition)(is_null=True):  # type: ignore[call-arg] # each has is_null
        return cast("ColumnElement[bool]", cell.id.not_in(apart(run_on)))
    met = run_on.where(condition.clause(test.technique, "technique"))
    return cast("ColumnElement[bool]", cell.id.in_(apart(met)))


@where(
    catalog.Cell,
    layers=stack,
    ancestors=provenance,
    technique=technique,
    summary=CellSummaryWhere.clause,
)
class CellWhere(Where):
    """Conditions on a cell."""

    technique: StringWhere | None = strawberry.field(  # type: ignore[valid-type] # made at run time
        default=strawberry.UNSET,
        description="Technique of a test run on it; isNull: of no test it is told.",
    )
    summary: CellSummaryWhere | None = strawberry.field(
        default=strawberry.UNSET, description="Conditions on numbers of it."
    )

    layers: CellLayerListWhere | None = strawberry.field(
        default=strawberry.UNSET, description="Conditions on its layers."
    )
    ancestors: AncestorListWhere | None = strawberry.field(
        default=strawberry.UNSET,
        description="Conditions on the materials of its layers and everything they descend from.",
    )


@order(catalog.Cell)
class CellOrder(Order, Asks):
    """An order of cells."""

    summary: names_of_summaries() | None = strawberry.field(  # type: ignore[valid-type] # made at run time
        default=strawberry.UNSET,
        description="The number, in place of a column; one that is censored stands by the bound "
        "it reached.",
    )

    async def ask(self, loaders: Loaders) -> None:
        """Ask the store for the numbers of all cells."""
        columns = [each for each in (self.field, self.summary) if isinstance(each, Enum)]
        if len(columns) != 1:
            raise InvalidArgument("orderBy", "both or none", "a field or a summary")
        if isinstance(self.summary, Enum):
            self.found = await summarized(loaders, self.summary.value)

    def key(self, model: type[Table]) -> Key:
        """Return what cells are ordered by."""
        if not isinstance(self.summary, Enum):
            return super().key(model)
        owner = cast("Any", model).id
        return SummaryKey(self.found, owner, descending=self.direction is Direction.DESC)
