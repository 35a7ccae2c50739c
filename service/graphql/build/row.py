"""Rows of a relation as GraphQL types: every column becomes a field under its own words."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from typing import Any, Final, TypeVar, cast

import strawberry

from schema.relation import Kind, Relation
from service.graphql.build.table import with_unit

T = TypeVar("T")
_LEAVES: Final[Mapping[Kind, type[Any]]] = {
    "BIGINT": int,
    "DOUBLE": float,
    "VARCHAR": str,
    "BOOLEAN": bool,
}


def of_relation(relation: Relation) -> Callable[[type[T]], type[T]]:
    """Make a class the GraphQL type of a relation's rows; its own fields follow the columns.

    A column that the class annotates itself is left as it says, e.g. strawberry.Private.
    """

    def decorate(cls: type[T]) -> type[T]:
        own = dict(vars(cls).get("__annotations__", {}))
        annotations: dict[str, Any] = {}
        for column in relation.columns:
            if column.name not in own:
                annotations[column.name] = _LEAVES[column.kind] | None
                meaning = with_unit(column.meaning, column.unit)
                setattr(cls, column.name, strawberry.field(description=meaning))
        cls.__annotations__ = annotations | own
        return strawberry.type(cls, description=cls.__doc__)

    return decorate


def typed_row(cls: type[T], row: Mapping[str, Any]) -> T:
    """Return a row as its type; what the type does not hold is left out."""
    return cls(**{name: row[name] for name in _field_names(cast("Any", cls))})


@cache
def _field_names(cls: type[Any]) -> tuple[str, ...]:
    return tuple(each.name for each in fields(cls) if each.init)
