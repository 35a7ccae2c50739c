"""A physical thing made of a substance."""

from typing import Any, cast

import strawberry
from sqlalchemy import func, select, union
from sqlalchemy.orm import InstrumentedAttribute

from schema import catalog
from service.graphql.build.condition import Stored
from service.graphql.build.context import Info
from service.graphql.build.later import later
from service.graphql.build.node import Node
from service.graphql.build.page import DEFAULT_FIRST, First, Order, order, size
from service.graphql.build.table import of_table
from service.graphql.build.where import Many, Where, many, where
from service.graphql.types.descent import AncestorListWhere, descent, made_by
from service.graphql.types.property import Property
from service.graphql.types.revision import Revision, history
from service.graphql.types.substance import Substance, SubstanceWhere


async def substance(
    root: strawberry.Parent[catalog.Material | catalog.CellLayer], info: Info
) -> Substance | None:
    """Return what a material or a layer is made of."""
    if root.substance_id is None:
        return None
    found: Substance | None = await info.context.loaders.row(catalog.Substance).load(
        root.substance_id
    )
    return found


async def maker(root: strawberry.Parent[catalog.Material], info: Info) -> Any:  # noqa: ANN401 # a row
    """Return the process a material came out of."""
    link = catalog.ProcessOutput
    query = select(link.material_id, catalog.Process).join(
        link, link.process_id == catalog.Process.id
    )
    makers: list[Any] = await info.context.loaders.pairs("maker", query, link.material_id).load(
        root.id
    )
    return makers[0] if makers else None


async def ancestors(
    root: strawberry.Parent[catalog.Material], info: Info, first: First = DEFAULT_FIRST
) -> list["Material"]:
    """Return what a material descends from, the nearest first."""
    link = catalog.Ancestor
    return await _lineage(root, info, (link.material_id, link.ancestor_id), first)


async def descendants(
    root: strawberry.Parent[catalog.Material], info: Info, first: First = DEFAULT_FIRST
) -> list["Material"]:
    """Return what was made from a material, the nearest first."""
    link = catalog.Ancestor
    return await _lineage(root, info, (link.ancestor_id, link.material_id), first)


async def _lineage(
    root: catalog.Material, info: Info, way: tuple[Stored, Stored], first: int | None
) -> list["Material"]:
    owner, target = way
    rank = func.row_number().over(partition_by=owner, order_by=(catalog.Ancestor.depth, target))
    links = select(owner.label("owner"), target.label("target"), rank.label("rank"))
    loader = info.context.loaders.nearest(
        ("lineage", owner), links, owner, catalog.Material, size("first", first)
    )
    found: list[Any] = await loader.load(root.id)
    return found


async def properties(root: strawberry.Parent[catalog.Material], info: Info) -> list[Property]:
    """Return what is known of a material."""
    known = catalog.Property
    loader = info.context.loaders.children(known.material_id, known.id)
    found: list[Any] = await loader.load(root.id)
    return found


async def run(
    root: strawberry.Parent[catalog.Material], info: Info, first: First = DEFAULT_FIRST
) -> list[Any]:
    """Return the first tests run on a material."""
    test = catalog.Test
    loader = info.context.loaders.children(
        test.material_id, test.id, size("first", first), test.removed_snapshot.is_(None)
    )
    found: list[Any] = await loader.load(root.id)
    return found


async def holders(
    root: strawberry.Parent[catalog.Material], info: Info, first: First = DEFAULT_FIRST
) -> list[Any]:
    """Return the first cells that hold a material or something made from it."""
    layer, link = catalog.CellLayer, catalog.Ancestor
    own = select(layer.material_id.label("owner"), layer.cell_id.label("target"))
    inherited = select(link.ancestor_id.label("owner"), layer.cell_id.label("target")).join(
        layer, layer.material_id == link.material_id
    )
    pairs = union(own, inherited).subquery()
    rank = func.row_number().over(partition_by=pairs.c.owner, order_by=pairs.c.target)
    links = select(pairs.c.owner, pairs.c.target, rank.label("rank"))
    owner = cast("InstrumentedAttribute[Any]", pairs.c.owner)
    loader = info.context.loaders.nearest(
        "cells of material", links, owner, catalog.Cell, size("first", first)
    )
    found: list[Any] = await loader.load(root.id)
    return found


@of_table(catalog.Material)
class Material(Node):
    """A physical thing."""

    history: list[Revision] = history()

    substance: Substance | None = strawberry.field(
        resolver=substance, description="The substance it is made of."
    )
    made_by: Any = strawberry.field(
        resolver=maker,
        graphql_type=later("Process", "process") | None,
        description="The process it came out of.",
    )
    ancestors: list["Material"] = strawberry.field(
        resolver=ancestors, description="The first of what it descends from, the nearest first."
    )
    descendants: list["Material"] = strawberry.field(
        resolver=descendants,
        description="The first of all that was made from it, the nearest first; "
        "in pages: `materials(where: {ancestors: {some: {id: …}}})`.",
    )
    tests: list[Any] = strawberry.field(
        resolver=run,
        graphql_type=list[later("Test", "test")],  # type: ignore[misc] # made at run time
        description="The first tests run on it, by id.",
    )
    cells: list[Any] = strawberry.field(
        resolver=holders,
        graphql_type=list[later("Cell", "cell")],  # type: ignore[misc] # made at run time
        description="The first cells that hold it or something made from it, by id.",
    )
    properties: list[Property] = strawberry.field(
        resolver=properties, description="What is known of it without computing it."
    )


async def material(
    root: strawberry.Parent[catalog.CellLayer | catalog.Test], info: Info
) -> Material | None:
    """Return the very piece of a layer, or the one under test."""
    if root.material_id is None:
        return None
    found: Material | None = await info.context.loaders.row(catalog.Material).load(root.material_id)
    return found


@where(catalog.Material, made_by=made_by, ancestors=descent)
class MaterialWhere(Where):
    """Conditions on a material."""

    substance: SubstanceWhere | None = strawberry.field(
        default=strawberry.UNSET, description="Conditions on the substance it is made of."
    )
    made_by: Where | None = strawberry.field(
        default=strawberry.UNSET,
        graphql_type=later("ProcessWhere", "process") | None,
        description="Conditions on the process it came out of.",
    )
    ancestors: AncestorListWhere | None = strawberry.field(
        default=strawberry.UNSET,
        description="Conditions on what it descends from, itself left out. Everything made from a "
        "batch: `{some: {batch: {eq: …}}}`.",
    )


@many(MaterialWhere)
class MaterialListWhere(Many):
    """Conditions on several materials."""


@order(catalog.Material)
class MaterialOrder(Order):
    """An order of materials."""
