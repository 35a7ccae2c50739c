"""A condition of a process, its number compared in the one unit of its dimension."""

import strawberry
from sqlalchemy import ColumnElement, select

from schema import catalog
from schema.condition import unit_of_dimension
from service.graphql.build.bounds import between_bounds
from service.graphql.build.condition import FloatWhere
from service.graphql.build.table import of_table
from service.graphql.build.where import Many, Where, many, where

_UNITS = ", ".join(f"{name} in {unit}" for name, unit in unit_of_dimension().items())


@of_table(catalog.ProcessParameter)
class ProcessParameter:
    """A condition of a process."""


@where(catalog.ProcessParameter, value=between_bounds)
class ProcessParameterWhere(Where):
    """Conditions on a parameter of a process."""

    value: FloatWhere | None = strawberry.field(  # type: ignore[valid-type] # made at run time
        default=strawberry.UNSET,
        description="What its number must be: a range meets this when all of it does, > 900 is "
        f"above 900, and ~ 900 counts for 900. Whatever was written, it is {_UNITS}.",
    )


@many(ProcessParameterWhere)
class ProcessParameterListWhere(Many):
    """Conditions on the parameters of a process."""


def conditions_of_process(parameters: Many) -> ColumnElement[bool]:
    """Return the condition on the parameters of a process."""
    parameter = catalog.ProcessParameter
    return parameters.clause(
        catalog.Process.id, lambda met: select(parameter.process_id).where(met)
    )
