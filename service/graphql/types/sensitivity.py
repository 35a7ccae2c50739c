"""Sets of sensitivity factors that photoemission is quantified by, as somebody entered them."""

from typing import Any

import strawberry

from schema import catalog
from service.graphql.build.context import Info
from service.graphql.build.node import Node
from service.graphql.build.page import Order, order
from service.graphql.build.table import of_table
from service.graphql.build.where import Where, where
from service.graphql.types.revision import Revision, history


@of_table(catalog.SensitivityFactor)
class SensitivityFactor:
    """How strong a line is in a set."""


async def factors(
    root: strawberry.Parent[catalog.SensitivitySet], info: Info
) -> list[SensitivityFactor]:
    """Return the factors of a set."""
    factor = catalog.SensitivityFactor
    loader = info.context.loaders.children(factor.sensitivity_set_id, factor.line)
    found: list[Any] = await loader.load(root.id)
    return found


@of_table(catalog.SensitivitySet)
class SensitivitySet(Node):
    """A set of sensitivity factors."""

    history: list[Revision] = history()

    factors: list[SensitivityFactor] = strawberry.field(
        resolver=factors, description="Its factors, by line."
    )


@where(catalog.SensitivitySet)
class SensitivitySetWhere(Where):
    """Conditions on a set of sensitivity factors."""


@order(catalog.SensitivitySet)
class SensitivitySetOrder(Order):
    """An order of sets of sensitivity factors."""
