"""What a study changes: each thing as it was and as it is, field by field."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from sqlalchemy import inspect

from schema import catalog
from schema.catalog import Table

State: TypeAlias = Mapping[str, Any]
"""Columns of a thing and of its parts, things it refers to by their names."""
Kind: TypeAlias = Literal["entered", "changed", "unchanged", "removed"]
KINDS: Final[tuple[Kind, ...]] = ("entered", "changed", "unchanged", "removed")

_APART: Final = {"id", "name", "created_at", "study_id"}
_PARTS: Final[Mapping[type[Table], Mapping[str, str]]] = {
    catalog.Process: {"parameters": "name"},
    catalog.Protocol: {"steps": "position"},
    catalog.Cell: {"layers": "position"},
    catalog.ReferencePhase: {"lines": "position"},
    catalog.SensitivitySet: {"factors": "line"},
}
"""Collections of a thing, and what tells their rows apart."""
_MEASURE: Final = ("qualifier", "value", "lower", "upper", "text", "unit")


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a thing.

    Attributes:
        section: of the study, or tests.
        name: what it is called.
        kind: entered, changed, unchanged or removed.
        fields: before and after of each field that changes.
    """

    section: str
    name: str
    kind: Kind
    fields: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


def compared(section: str, name: str, before: State | None, after: State | None) -> Change:
    """Return what becomes of a thing that was one way and is another, None where it is not."""
    if before is None or after is None:
        return Change(section, name, "removed" if after is None else "entered")
    fields = {
        key: (before.get(key), after.get(key))
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    }
    return Change(section, name, "changed" if fields else "unchanged", fields)


def state(row: Any, names: Mapping[str, Mapping[int, str]]) -> dict[str, Any]:  # noqa: ANN401 — a row of any table
    """Return a row as it stands, its parts with it.

    Args:
        row: of a table of the catalog.
        names: names by ids, by the name of the table.
    """
    model = type(row)
    found = dict(_columns(row, names, _APART))
    for parts, key in _PARTS.get(model, {}).items():
        for part in getattr(row, parts):
            columns = _columns(part, names, {*_APART, key, f"{model.__tablename__}_id"})
            number = getattr(part, key)
            found |= {f"{parts}.{number}.{column}": value for column, value in columns}
    if model is catalog.Process:
        found["inputs"] = sorted(each.name for each in row.inputs)
        found["outputs"] = sorted(each.name for each in row.outputs)
    return found


def properties_of(rows: Iterable[Any]) -> dict[str, Any]:
    """Return what is stated of a thing, as fields of it."""
    return {
        f"properties.{row.name}": " ".join(
            str(value) for column in _MEASURE if (value := getattr(row, column)) is not None
        )
        for row in rows
    }


def _columns(
    row: Any,  # noqa: ANN401 — a row of any table
    names: Mapping[str, Mapping[int, str]],
    but: set[str],
) -> Iterator[tuple[str, Any]]:
    for column in inspect(type(row)).columns:
        if column.name in but:
            continue
        value = getattr(row, column.name)
        owner = next((key.column.table.name for key in column.foreign_keys), None)
        if owner is None:
            yield column.name, value
        else:
            yield column.name.removesuffix("_id"), names.get(owner, {}).get(value)
