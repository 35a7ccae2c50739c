"""How a document is answered: as graphql-core does, but for columns.

graphql-core completes a list value by value: a million points cost it minutes of Python. A column
that was checked as a whole needs none of that, so it passes by, and every other list goes the
ordinary way. Nor does a column of an answer need a resolver: a page has hundreds of them.
"""

from collections.abc import Awaitable
from contextlib import suppress
from typing import Any, Final, cast

import numpy as np
from graphql import (
    Executor,
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
)
from graphql.execution.collect_fields import FieldDetailsList
from graphql.pyutils import Path, Undefined, UndefinedType
from strawberry.schema.schema_converter import GraphQLCoreConverter

from service.graphql.build.answer import Answer
from service.graphql.build.column import Column, column_of, passed

_DEFINITION: Final = GraphQLCoreConverter.DEFINITION_BACKREF


class ColumnExecutor(Executor[Any]):
    """Completes lists as graphql-core does, except finished columns and NumPy arrays."""

    def execute_field(  # graphql-core's signature
        self,
        parent_type: GraphQLObjectType,
        source: Any,  # noqa: ANN401 # whatever a resolver gave
        field_details_list: FieldDetailsList,
        path: Path,
        position_context: Any,  # noqa: ANN401 # graphql-core's own
    ) -> Awaitable[Any] | Any | UndefinedType:  # noqa: ANN401 # what graphql-core gives
        """Return a column of an answer at once; what is amiss with one is told the ordinary way."""
        if isinstance(source, Answer):
            with suppress(GraphQLError, TypeError):
                values = _column(parent_type, source, field_details_list[0].node.name.value)
                if values is not Undefined:
                    return values
        return super().execute_field(
            parent_type, source, field_details_list, path, position_context
        )

    def complete_list_value(  # noqa: PLR0917 # graphql-core's signature
        self,
        return_type: GraphQLList[GraphQLOutputType],
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,  # noqa: ANN401 # whatever a resolver gave
        position_context: Any,  # noqa: ANN401 # graphql-core's own
    ) -> Awaitable[list[Any]] | list[Any]:
        """Return a finished column untouched once its type is right."""
        if isinstance(result, np.ndarray):
            result = column_of(info.field_name, result)
        if isinstance(result, Column):
            return cast("list[Any]", passed(return_type.of_type, result, info.field_name))
        return super().complete_list_value(
            return_type, field_details_list, info, path, result, position_context
        )


def _column(parent_type: GraphQLObjectType, answer: Answer, name: str) -> object:
    """Return the values of a column, Undefined where the field is none or has no values."""
    field = parent_type.fields.get(name)
    if field is None:
        return Undefined
    kind = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
    if not isinstance(kind, GraphQLList):
        return Undefined
    column = getattr(answer, field.extensions[_DEFINITION].python_name, None)
    return passed(kind.of_type, column, name) if isinstance(column, Column) else Undefined
