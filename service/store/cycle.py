"""Cycles out of steps: made anew for every cell of which a test or its steps changed."""

from collections.abc import Iterable, Iterator, Sequence
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
_PLACES: Final = """
SELECT
    test.test_id, test.cell_id, test.started_at,
    concat_ws(
        '|', coalesce(test.cycle_convention, cell.cycle_convention),
        cell.formation_cycles, '', cell.check_up_cycles
    ) AS declared
FROM store.test
LEFT JOIN store.cell ON cell.cell_id = test.cell_id
"""
_TO_MAKE: Final = """
WITH moved AS (
    SELECT coalesce(new.test_id, old.test_id) AS test_id, new.cell_id, old.cell_id AS former_cell
    FROM current_places AS new
    FULL JOIN places AS old ON old.test_id = new.test_id
    WHERE new.test_id IS NULL
        OR old.test_id IS NULL
        OR new.cell_id IS DISTINCT FROM old.cell_id
        OR new.started_at IS DISTINCT FROM old.started_at
        OR new.declared IS DISTINCT FROM old.declared
),
come AS (SELECT unnest(CAST($tests AS BIGINT[])) AS test_id),
touched AS (SELECT test_id FROM come UNION SELECT test_id FROM moved),
cell AS (
    SELECT cell_id FROM moved UNION SELECT former_cell FROM moved UNION
    SELECT test.cell_id FROM store.test JOIN come ON come.test_id = test.test_id
),
wanted AS (
    SELECT test_id FROM touched UNION
    SELECT test.test_id FROM store.test JOIN cell ON cell.cell_id = test.cell_id
)
SELECT list(wanted.test_id ORDER BY wanted.test_id)
FROM wanted
LEFT JOIN store.test ON test.test_id = wanted.test_id
GROUP BY coalesce(test.cell_id, -wanted.test_id)
ORDER BY min(wanted.test_id)
"""
_TESTS_AT_ONCE: Final = 1_024
_DELETE: Final = (
    "DELETE FROM store.cycle WHERE test_id IN (SELECT unnest(CAST($tests AS BIGINT[])))"
)


def places(cursor: duckdb.DuckDBPyConnection) -> pa.Table:
    """Return on which cell and when each test was run, as the store has it."""
    return cursor.sql(_PLACES).to_arrow_table()


def make_cycles(
    cursor: duckdb.DuckDBPyConnection, touched: Sequence[int], former: pa.Table
) -> None:
    """Make the cycles of the tests whose steps were touched, and of all tests of their cells.

    ``former`` are the places of before: a test that was given to another cell, or taken from one,
    changes the numbers of both.
    """
    cursor.register("places", former)
    cursor.register("current_places", places(cursor))
    try:
        rows = cursor.execute(_TO_MAKE, {"tests": list(touched)}).fetchall()
    finally:
        cursor.unregister("places")
        cursor.unregister("current_places")
    fresh = frozenset(touched)
    cursor.register("declared_role", _declared_roles(cursor))
    for tests in _together(tests for (tests,) in rows):
        renumber(cursor, tests, [test for test in tests if test in fresh])
        if former.num_rows:
            cursor.execute(_DELETE, {"tests": tests})
        cursor.execute(f"INSERT INTO store.cycle BY NAME {CYCLE_SQL}", {"tests": tests})
    cursor.unregister("declared_role")


def _together(cells: Iterable[list[int]]) -> Iterator[list[int]]:
    """Yield the tests of some cells at once: all at once, a fleet of 10,000 cells takes 10 GB."""
    some: list[int] = []
    for tests in cells:
        if some and len(some) + len(tests) > _TESTS_AT_ONCE:
            yield some
            some = []
        some += tests
    if some:
        yield some


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
