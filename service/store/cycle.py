"""Cycles out of the steps of some cells, in the delta."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from schema.cycle_range import cycle_ranges
from service.metric.scope import under
from service.store.numbering import renumber

_ROLES: Final = pa.schema(
    [
        ("cell_id", pa.int64()),
        ("first_count", pa.int64()),
        ("last_count", pa.int64()),
        ("role", pa.string()),
    ]
)
_BY_TEST, _BY_CELL = (
    (Path(__file__).parent / name).read_text(encoding="utf-8") for name in ("cycle.sql", "kind.sql")
)
CYCLE_SQL: Final = under([("by_test", _BY_TEST)], f"SELECT * FROM (\n{_BY_CELL}\n)")
"""The cycles of ``$tests``, which are all the tests of their cells."""


def make_cycles(cursor: duckdb.DuckDBPyConnection, tests: Sequence[int]) -> None:
    """Make the cycles of these tests out of their steps; they are all the tests of their cells."""
    renumber(cursor, tests)
    cursor.register("declared_role", _declared_roles(cursor))
    cursor.execute(f"INSERT INTO delta.cycle BY NAME {CYCLE_SQL}", {"tests": list(tests)})
    cursor.unregister("declared_role")


def _declared_roles(cursor: duckdb.DuckDBPyConnection) -> pa.Table:
    """Return the cycles of cells whose role somebody declared, as ranges."""
    rows = cursor.execute(
        "SELECT cell_id, formation_cycles, check_up_cycles FROM store.cell "
        "WHERE formation_cycles IS NOT NULL OR check_up_cycles IS NOT NULL"
    ).fetchall()
    found = [
        {"cell_id": cell, "first_count": first, "last_count": last, "role": role}
        for cell, *texts in rows
        for role, text in zip(("formation", "check_up"), texts, strict=True)
        if text is not None
        for first, last in cycle_ranges(text)
    ]
    return pa.Table.from_pylist(found, schema=_ROLES)
