"""What turned materials into a material."""

from typing import Any

import strawberry

from schema import catalog
from service.graphql.build.context import Info
from service.graphql.build.node import Node
from service.graphql.build.page import Order, order
from service.graphql.build.table import of_table
from service.graphql.build.where import Where, where
from service.graphql.types.descent import inputs_of_process
from service.graphql.types.material import Material, MaterialListWhere
from service.graphql.types.process_parameter import (
    ProcessParameter,
    ProcessParameterListWhere,
    conditions_of_process,
)
from service.graphql.types.revision import Revision, history


async def inputs(root: strawberry.Parent[catalog.Process], info: Info) -> list[Material]:
    """Return what went in."""
    link = catalog.ProcessInput
    found: list[Any] = await info.context.loaders.through(
        link, link.process_id, link.material_id, catalog.Material
    ).load(root.id)
    return found


async def outputs(root: strawberry.Parent[catalog.Process], info: Info) -> list[Material]:
    """Return what came out."""
    link = catalog.ProcessOutput
    found: list[Any] = await info.context.loaders.through(
        link, link.process_id, link.material_id, catalog.Material
    ).load(root.id)
    return found


async def parameters(
    root: strawberry.Parent[catalog.Process], info: Info
) -> list[ProcessParameter]:
    """Return the conditions of a process."""
    parameter = catalog.ProcessParameter
    loader = info.context.loaders.children(parameter.process_id, parameter.name)
    found: list[Any] = await loader.load(root.id)
    return found


@of_table(catalog.Process)
class Process(Node):
    """One act of making."""

    history: list[Revision] = history()

    inputs: list[Material] = strawberry.field(resolver=inputs, description="What went in.")
    outputs: list[Material] = strawberry.field(resolver=outputs, description="What came out.")
    parameters: list[ProcessParameter] = strawberry.field(
        resolver=parameters, description="Its conditions, by name."
    )


@where(catalog.Process, parameters=conditions_of_process, inputs=inputs_of_process)
class ProcessWhere(Where):
    """Conditions on a process."""

    parameters: ProcessParameterListWhere | None = strawberry.field(
        default=strawberry.UNSET,
        description="Conditions on its parameters; numbers are compared in one unit.",
    )
    inputs: MaterialListWhere | None = strawberry.field(
        default=strawberry.UNSET, description="Conditions on what went in."
    )


@order(catalog.Process)
class ProcessOrder(Order):
    """An order of processes."""
