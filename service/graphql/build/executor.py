"""How a document is answered: as graphql-core does, but for columns.

graphql-core completes a list value by value: a million points cost it minutes of Python. A column
that was checked as a whole needs none of that, so it passes by, and every other list goes the
ordinary way. Nor does a column of an answer need a resolver, or a field of a row a task of its own:
a page has hundreds of them.
"""

from collections.abc import Awaitable, Iterable, Mapping, Sequence
from contextlib import suppress
from inspect import isawaitable
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
    get_argument_values,
    get_named_type,
)
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet
from graphql.pyutils import Path, UndefinedType
from strawberry.schema.schema_converter import GraphQLCoreConverter

from service.graphql.build.ahead import Ahead, RowField, have
from service.graphql.build.answer import Answer
from service.graphql.build.column import Column, column_of, passed
from service.graphql.build.record import Record

_DEFINITION: Final = GraphQLCoreConverter.DEFINITION_BACKREF


class ColumnExecutor(Executor[Any]):
    """Completes lists as graphql-core does, except finished columns and NumPy arrays.

    Fields of the rows of a list that can be had for all of them are, before any row is completed.
    """

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 # graphql-core's own
        super().__init__(*given, **named)
        self._ahead: dict[tuple[str, int], Ahead] = {}

    def execute_fields(  # graphql-core's signature
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,  # noqa: ANN401 # whatever a resolver gave
        path: Path | None,
        grouped_field_set: GroupedFieldSet,
        position_context: Any,  # noqa: ANN401 # graphql-core's own
    ) -> Awaitable[dict[str, Any]] | dict[str, Any]:
        """Return the columns of an answer at once; what is amiss with one is reported as ever."""
        execute = super().execute_fields
        if isinstance(source_value, Record):
            return _leaves(parent_type, source_value, grouped_field_set)
        if not isinstance(source_value, Answer):
            return execute(parent_type, source_value, path, grouped_field_set, position_context)
        columns, others = {}, {}
        for name, asked in grouped_field_set.items():
            try:
                columns[name] = _values(parent_type, source_value, asked[0].node.name.value)
            except (GraphQLError, TypeError):
                others[name] = asked
        if not others:
            return columns
        rest = execute(parent_type, source_value, path, others, position_context)
        if not isawaitable(rest):
            return _in_order(grouped_field_set, columns | rest)

        async def awaited() -> dict[str, Any]:
            return _in_order(grouped_field_set, columns | await rest)

        return awaited()

    def execute_field(  # graphql-core's signature
        self,
        parent_type: GraphQLObjectType,
        source: Any,  # noqa: ANN401 # whatever a resolver gave
        field_details_list: FieldDetailsList,
        path: Path,
        position_context: Any,  # noqa: ANN401 # graphql-core's own
    ) -> Awaitable[Any] | Any | UndefinedType:  # noqa: ANN401 # what graphql-core gives
        """Return a field of a row at once where it is there already."""
        if ahead := self._ahead.get((parent_type.name, id(field_details_list))):
            return self._completed(ahead, source, path, position_context)
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
        arguments = (return_type, field_details_list, info, path, result, position_context)
        item = get_named_type(return_type)
        if isinstance(item, GraphQLObjectType) and isinstance(result, list):
            fields = self._had_ahead(item, field_details_list, path)
            if fields:
                return self._list_after(fields, result, arguments)
        return super().complete_list_value(*arguments)

    def _had_ahead(
        self, item: GraphQLObjectType, details: FieldDetailsList, path: Path
    ) -> Sequence[Ahead]:
        """Return the fields asked of the rows of a list that are had for all of them."""
        found = []
        for name, asked in self.collect_subfields(item, details).grouped_field_set.items():
            node = asked[0].node
            definition = item.fields.get(node.name.value)
            if definition is None or not isinstance(definition.resolve, RowField):
                continue
            place = (item.name, id(asked))
            if place not in self._ahead:
                nodes = [each.node for each in asked]
                info = self.build_resolve_info(definition, nodes, item, Path(path, name, item.name))
                with suppress(Exception):  # each row reports what is amiss, as it would
                    given = get_argument_values(
                        definition,
                        node,
                        self.variable_values,
                        asked[0].fragment_variable_values,
                        self.hide_suggestions,
                    )
                    load = definition.resolve.understood(info, given)
                    self._ahead[place] = Ahead(definition.type, asked, info, load)
            if place in self._ahead:
                found.append(self._ahead[place])
        return found

    async def _list_after(
        self, fields: Sequence[Ahead], rows: Sequence[Any], arguments: tuple[Any, ...]
    ) -> list[Any]:
        """Return a list of rows, completed once fields of them are there."""
        await have(fields, [row.id for row in rows])
        completed = super().complete_list_value(*arguments)
        return await completed if isawaitable(completed) else completed

    def _completed(
        self,
        ahead: Ahead,
        row: Any,  # noqa: ANN401 # of the catalog
        path: Path,
        position_context: Any,  # noqa: ANN401 # graphql-core's own
    ) -> Awaitable[Any] | Any:  # noqa: ANN401 # what graphql-core gives
        """Return a field of a row that is there already."""
        try:
            completed = self.complete_value(
                ahead.kind, ahead.details, ahead.info, path, ahead.of(row), position_context
            )
        except Exception as fault:  # noqa: BLE001 # as graphql-core does with what a resolver raises
            self.handle_field_error(fault, ahead.kind, ahead.details, path)
            return None
        if not self.is_awaitable(completed):
            return completed

        async def awaited() -> Any:  # noqa: ANN401 # the same
            try:
                return await completed
            except Exception as fault:  # noqa: BLE001 # the same
                self.handle_field_error(fault, ahead.kind, ahead.details, path)

        return awaited()


def _leaves(
    parent_type: GraphQLObjectType, record: Record, grouped_field_set: GroupedFieldSet
) -> dict[str, Any]:
    """Return the fields of a record as they are asked for."""
    found: dict[str, Any] = {}
    for name, asked in grouped_field_set.items():
        field = parent_type.fields.get(asked[0].node.name.value)
        found[name] = (  # __typename is no field of its type
            record.values[field.extensions[_DEFINITION].python_name] if field else parent_type.name
        )
    return found


def _in_order(names: Iterable[str], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values in the order their names are asked in."""
    return {name: values[name] for name in names if name in values}


def _values(parent_type: GraphQLObjectType, answer: Answer, name: str) -> Any:  # noqa: ANN401 # an array or a list
    """Return the values of a column.

    Raises:
        GraphQLError: when a value of the whole answer is none that the type carries.
        TypeError: when the field is no column, or a value is null where none may be.
    """
    field = parent_type.fields.get(name)
    kind = field and (field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type)
    if field is None or not isinstance(kind, GraphQLList):
        raise TypeError(f"{name} is no column")
    values = answer.whole.values(field.extensions[_DEFINITION].python_name, kind.of_type)
    return values[answer.first : answer.last]
