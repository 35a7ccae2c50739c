"""Records that are parts of another: layers of a cell, steps of a protocol."""

from collections.abc import Mapping
from typing import Any

from schema.catalog import Table


def align(
    rows: list[Any], key: str, wanted: Mapping[Any, Mapping[str, Any]], table: type[Table]
) -> None:
    """Bring the rows of a collection to what is wanted, in place as far as they are there.

    Columns that nothing is said of are unknown: parts are said as a whole.
    """
    blank = {column.name: None for column in table.__table__.columns if column.nullable}
    existing = {getattr(row, key): row for row in rows}
    for gone in existing.keys() - wanted.keys():
        rows.remove(existing[gone])
    for name, columns in wanted.items():
        if name in existing:
            for column, value in {**blank, **columns}.items():
                setattr(existing[name], column, value)
        else:
            rows.append(table(**{**blank, **columns, key: name}))
