"""A physical thing made of a substance."""

import strawberry

from schema import catalog
from service.graphql.context import Info
from service.graphql.page import Order, order
from service.graphql.substance import Substance, SubstanceWhere
from service.graphql.table import of_table
from service.graphql.where import Where, where


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


@of_table(catalog.Material)
class Material:
    """A physical thing."""

    substance: Substance | None = strawberry.field(
        resolver=substance, description="The substance it is made of."
    )


async def material(
    root: strawberry.Parent[catalog.CellLayer | catalog.Test], info: Info
) -> Material | None:
    """Return the very piece of a layer, or the one under test."""
    if root.material_id is None:
        return None
    found: Material | None = await info.context.loaders.row(catalog.Material).load(root.material_id)
    return found


@where(catalog.Material)
class MaterialWhere(Where):
    """Conditions on a material."""

    substance: SubstanceWhere | None = strawberry.field(
        default=strawberry.UNSET, description="Conditions on the substance it is made of."
    )


@order(catalog.Material)
class MaterialOrder(Order):
    """An order of materials."""
