"""A chemistry, free of any piece of it."""

from typing import Any

import strawberry

from schema import catalog
from service.graphql.build.context import Info
from service.graphql.build.node import Node
from service.graphql.build.page import Order, order
from service.graphql.build.table import of_table
from service.graphql.build.where import Where, where
from service.graphql.types.property import Property
from service.graphql.types.revision import Revision, history


async def properties(root: strawberry.Parent[catalog.Substance], info: Info) -> list[Property]:
    """Return what is known of a substance."""
    known = catalog.Property
    loader = info.context.loaders.children(known.substance_id, known.id)
    found: list[Any] = await loader.load(root.id)
    return found


@of_table(catalog.Substance)
class Substance(Node):
    """A chemistry."""

    history: list[Revision] = history()

    properties: list[Property] = strawberry.field(
        resolver=properties, description="What is known of it without computing it."
    )


@where(catalog.Substance)
class SubstanceWhere(Where):
    """Conditions on a substance."""


@order(catalog.Substance)
class SubstanceOrder(Order):
    """An order of substances."""
