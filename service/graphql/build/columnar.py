"""Tables as GraphQL types: one list per column, all of the same length."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import pyarrow as pa
import strawberry
from strawberry.tools import create_type

from schema.relation import Kind
from service.graphql.build.column import Column, finished
from service.graphql.build.table import with_unit

_LEAVES: Final[dict[Kind, tuple[str, object]]] = {
    "BIGINT": ("Int", int),
    "DOUBLE": ("Float", float),
    "VARCHAR": ("String", str),
    "BOOLEAN": ("Boolean", bool),
}
_IDS: Final = frozenset({"test_id", "cell_id"})


class Described(Protocol):
    """A column with its words."""

    @property
    def name(self) -> str:
        """Return the name with its unit."""

    @property
    def kind(self) -> Kind:
        """Return the type."""

    @property
    def unit(self) -> str:
        """Return the unit, "" where it has none."""

    @property
    def meaning(self) -> str:
        """Return the meaning."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A table, and what it tells of itself beside its columns."""

    table: pa.Table
    told: Any = None


def columnar(
    name: str,
    meaning: str,
    columns: Iterable[Described],
    always: Collection[str] = (),
    more: Sequence[Any] = (),
) -> Any:  # noqa: ANN401 # a type made at run time
    """Return the type of a table; ``always`` names the columns that never hold a null."""
    fields = [_field(column, sure=column.name in always) for column in columns]
    row_count: Any = strawberry.field(resolver=_row_count, name="rowCount", description="Rows.")
    return create_type(name, [*fields, *more, row_count], description=meaning)


def _row_count(root: strawberry.Parent[Answer]) -> int:
    return int(root.table.num_rows)


def _field(column: Described, *, sure: bool) -> Any:  # noqa: ANN401 # a field, which type checkers take for its value
    leaf, python = ("ID", strawberry.ID) if column.name in _IDS else _LEAVES[column.kind]
    name = column.name

    def resolve(root: strawberry.Parent[Answer]) -> Column | None:
        table = root.table
        held = name in table.column_names
        return finished(name, table.column(name), leaf) if held else None

    items: Any = list[python] if sure else list[python | None] | None  # type: ignore[valid-type] # built at run time
    resolve.__annotations__["return"] = items
    resolve.__name__ = name
    return strawberry.field(resolver=resolve, description=with_unit(column.meaning, column.unit))
