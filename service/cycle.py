"""Cycles out of steps: made anew for every cell of which a test or its steps changed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from service.scope import under

_BY_TEST, _BY_CELL = (
    (Path(__file__).parent / name).read_text(encoding="utf-8") for name in ("cycle.sql", "kind.sql")
)
CYCLE_SQL: Final = under([("by_test", _BY_TEST)], f"SELECT * FROM (\n{_BY_CELL}\n)")  # noqa: S608 # our own files
"""The cycles of ``$tests``, which are all the tests of their cells."""
_PLACES: Final = "SELECT test_id, cell_id, started_at FROM store.test"
_TO_MAKE: Final = """
WITH moved AS (
    SELECT coalesce(new.test_id, old.test_id) AS test_id, new.cell_id, old.cell_id AS former_cell
    FROM store.test AS new
    FULL JOIN places AS old ON old.test_id = new.test_id
    WHERE new.test_id IS NULL
        OR old.test_id IS NULL
        OR new.cell_id IS DISTINCT FROM old.cell_id
        OR new.started_at IS DISTINCT FROM old.started_at
),
come AS (SELECT unnest(CAST($tests AS BIGINT[])) AS test_id),
touched AS (SELECT test_id FROM come UNION SELECT test_id FROM moved),
cell AS (
    SELECT cell_id FROM moved UNION SELECT former_cell FROM moved UNION
    SELECT test.cell_id FROM store.test JOIN come ON come.test_id = test.test_id
)
SELECT test_id FROM touched UNION
SELECT test.test_id FROM store.test JOIN cell ON cell.cell_id = test.cell_id
ORDER BY test_id
"""
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
    try:
        rows = cursor.execute(_TO_MAKE, {"tests": list(touched)}).fetchall()
    finally:
        cursor.unregister("places")
    if tests := [test_id for (test_id,) in rows]:
        if former.num_rows:
            cursor.execute(_DELETE, {"tests": tests})
        cursor.execute(f"INSERT INTO store.cycle BY NAME {CYCLE_SQL}", {"tests": tests})
