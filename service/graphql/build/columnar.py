"""Tables as GraphQL types: one list per column, all of the same length."""

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from types import new_class
from typing import Any, Final

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

from schema.relation import Column, Kind
from service.graphql.build.answer import IDS
from service.graphql.build.table import with_unit

_PYTHON: Final[dict[Kind, object]] = {
    "BIGINT": int,
    "DOUBLE": float,
    "VARCHAR": str,
    "BOOLEAN": bool,
}


def columnar(
    name: str,
    meaning: str,
    columns: Iterable[Column],
    always: Collection[str] = (),
    more: Sequence[Any] = (),
) -> Any:  # noqa: ANN401 # a type made at run time
    """Return the type of a table; ``always`` names the columns that never hold a null."""
    fields = [_field(column, sure=column.name in always) for column in columns]
    return declared(name, meaning, [*fields, *more, attribute("row_count", int, "Rows.")])


def declared(name: str, meaning: str, fields: Sequence[StrawberryField]) -> Any:  # noqa: ANN401 # a type made at run time
    """Return a type that nobody makes an object of.

    ``create_type`` makes a dataclass of it: of hundreds of columns that is a fifth of a start.
    """
    output_type = new_class(name)
    for each in fields:
        each.origin = each.origin or output_type
    output_type.__strawberry_definition__ = StrawberryObjectDefinition(  # type: ignore[attr-defined] # where strawberry looks
        name=name,
        is_input=False,
        is_interface=False,
        origin=output_type,
        description=meaning,
        interfaces=[],
        extend=False,
        directives=(),
        is_type_of=None,
        resolve_type=None,
        fields=list(fields),
    )
    return output_type


def _field(column: Column, *, sure: bool) -> StrawberryField:
    python = strawberry.ID if column.name in IDS else _PYTHON[column.kind]
    items: Any = list[python] if sure else list[python | None] | None  # type: ignore[valid-type] # built at run time
    return attribute(column.name, items, with_unit(column.meaning, column.unit))


def attribute(name: str, kind: Any, meaning: str) -> StrawberryField:  # noqa: ANN401 # an annotation
    """Return a field that is an attribute of what a resolver gave."""
    return StrawberryField(python_name=name, type_annotation=_annotation(kind), description=meaning)


@cache
def _annotation(kind: Any) -> StrawberryAnnotation:  # noqa: ANN401 # an annotation
    return StrawberryAnnotation(kind)  # resolved once: there are hundreds of a few kinds
