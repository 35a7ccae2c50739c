"""Catalog tables as GraphQL types: every column becomes a field under its own words.

A field's resolver is the attribute itself, so a row of the catalog is the source of its type.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, NewType, TypeVar, cast

import strawberry
from sqlalchemy import JSON, BigInteger, Boolean, DateTime, Float, Integer, String
from sqlalchemy.orm import InstrumentedAttribute, class_mapper
from strawberry import scalars
from strawberry.types.scalar import ScalarDefinition

from schema.catalog import Table
from schema.catalog.table import Instant

T = TypeVar("T")
BigInt = NewType("BigInt", int)
BIG_INT: Final[ScalarDefinition] = strawberry.scalar(
    name="BigInt",
    description="A whole number up to 2⁵³, written as a JSON number.",
    serialize=int,
    parse_value=int,
)
_NAME: Final = re.compile(r"(?<=`)[a-z0-9_]+(?=`)")


def columns(model: type[Table]) -> dict[str, InstrumentedAttribute[Any]]:
    """Return the columns of a catalog table that are shown, by attribute name."""
    return {
        each.key: getattr(model, each.key)
        for each in class_mapper(model).column_attrs
        if each.columns[0].info.get("shown", True)
    }


def leaf(column: InstrumentedAttribute[Any]) -> type[Any]:
    """Return the GraphQL leaf type of a column."""
    stored = cast("Any", column.property).columns[0]
    if stored.name == "id" or stored.foreign_keys:
        return cast("type[Any]", strawberry.ID)
    for kinds, python in (
        ((Boolean,), bool),
        ((BigInteger,), BigInt),
        ((Integer,), int),
        ((Float,), float),
        ((DateTime, Instant), datetime),
        ((JSON,), scalars.JSON),
        ((String,), str),
    ):
        if isinstance(stored.type, kinds):
            return cast("type[Any]", python)
    raise TypeError(f"no GraphQL type for {column}")


def nullable(column: InstrumentedAttribute[Any]) -> bool:
    """Return whether a column may be empty."""
    return bool(cast("Any", column.property).columns[0].nullable)


def unit(column: InstrumentedAttribute[Any]) -> str | None:
    """Return the unit of a column, None where it has none."""
    return cast("str | None", cast("Any", column.property).columns[0].info.get("unit"))


def choice(column: InstrumentedAttribute[Any]) -> tuple[str, ...]:
    """Return the only values a column takes, none where it takes any."""
    return tuple(cast("Any", column.property).columns[0].info.get("choices", ()))


def words(column: InstrumentedAttribute[Any]) -> str:
    """Return the meaning of a column with its unit."""
    stored = cast("Any", column.property).columns[0]
    return with_unit(str(stored.doc), unit(column))


def with_unit(meaning: str, unit: str | None) -> str:
    """Return a meaning as a sentence, with its unit behind it."""
    sentence = _NAME.sub(lambda name: camel(name[0]), meaning).rstrip(".")
    if sentence[1:2].islower():
        sentence = sentence[0].upper() + sentence[1:]
    return f"{sentence}." if unit in {None, "", "1"} else f"{sentence}. In {unit}."


def camel(name: str) -> str:
    """Return a stored name as GraphQL has it."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def of_table(model: type[Table]) -> Callable[[type[T]], type[T]]:
    """Make a class the GraphQL type of a catalog table; its own fields follow the columns.

    A column that the class annotates itself is left as it says.
    """

    def decorate(cls: type[T]) -> type[T]:
        own = dict(vars(cls).get("__annotations__", {}))
        annotations: dict[str, Any] = {}
        for name, column in columns(model).items():
            if name in own:
                continue
            annotations[name] = leaf(column) | None if nullable(column) else leaf(column)
            setattr(cls, name, strawberry.field(description=words(column)))
        cls.__annotations__ = annotations | own

        def is_type_of(_cls: type[T], row: object, _info: object) -> bool:
            return isinstance(row, model)

        cls.is_type_of = classmethod(is_type_of)  # type: ignore[attr-defined] # how strawberry asks
        return strawberry.type(cls, description=model.__doc__)

    return decorate
