"""Phases that diffraction is compared with, as somebody entered them."""

from typing import Any

import strawberry

from schema import catalog
from service.graphql.build.context import Info
from service.graphql.build.node import Node
from service.graphql.build.page import Order, order
from service.graphql.build.table import of_table
from service.graphql.build.where import Where, where
from service.graphql.types.revision import Revision, history
from service.graphql.types.substance import Substance


@of_table(catalog.ReferenceLine)
class ReferenceLine:
    """A line of a reference phase."""


async def lines(root: strawberry.Parent[catalog.ReferencePhase], info: Info) -> list[ReferenceLine]:
    """Return the lines of a reference phase, none of one with a CIF."""
    line = catalog.ReferenceLine
    loader = info.context.loaders.children(line.reference_phase_id, line.position)
    found: list[Any] = await loader.load(root.id)
    return found


async def substance(
    root: strawberry.Parent[catalog.ReferencePhase], info: Info
) -> Substance | None:
    """Return the substance a reference phase is the structure of."""
    if root.substance_id is None:
        return None
    loader = info.context.loaders.row(catalog.Substance)
    found: Substance | None = await loader.load(root.substance_id)
    return found


@of_table(catalog.ReferencePhase)
class ReferencePhase(Node):
    """A reference phase."""

    history: list[Revision] = history()

    substance: Substance | None = strawberry.field(
        resolver=substance, description="The substance it is the structure of."
    )
    lines: list[ReferenceLine] = strawberry.field(
        resolver=lines, description="Its lines, in order; none where it has a CIF."
    )


@where(catalog.ReferencePhase)
class ReferencePhaseWhere(Where):
    """Conditions on a reference phase."""


@order(catalog.ReferencePhase)
class ReferencePhaseOrder(Order):
    """An order of reference phases."""
