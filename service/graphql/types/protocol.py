"""What a test was meant to do."""

from typing import Any

import strawberry

from schema import catalog
from service.graphql.build.context import Info
from service.graphql.build.node import Node
from service.graphql.build.page import Order, order
from service.graphql.build.table import of_table
from service.graphql.build.where import Where, where
from service.graphql.types.revision import Revision, history


@of_table(catalog.ProtocolStep)
class ProtocolStep:
    """One step of a protocol."""


async def steps(root: strawberry.Parent[catalog.Protocol], info: Info) -> list[ProtocolStep]:
    """Return the steps of a protocol."""
    step = catalog.ProtocolStep
    loader = info.context.loaders.children(step.protocol_id, step.position)
    found: list[Any] = await loader.load(root.id)
    return found


@of_table(catalog.Protocol)
class Protocol(Node):
    """A protocol."""

    history: list[Revision] = history()

    steps: list[ProtocolStep] = strawberry.field(resolver=steps, description="Its steps, in order.")


@where(catalog.Protocol)
class ProtocolWhere(Where):
    """Conditions on a protocol."""


@order(catalog.Protocol)
class ProtocolOrder(Order):
    """An order of protocols."""
