"""What the rows of a test rest on, as one number: where it changed, they are computed again.

A number covers the test and its files, and the cell with its layers, substances, materials,
treatments, properties and all its other tests.
"""

from typing import Final

import duckdb
import numpy as np
import pyarrow as pa

from service.store.store import Held

COLUMNS: Final = pa.schema([("test_id", pa.int64()), ("fingerprint", pa.int64())])

_SQL: Final = """
WITH known AS (
    SELECT property_id, cell_id, test_id, material_id, substance, hash(property) AS number
    FROM store.property
),
chemistry AS (
    SELECT substance.name, hash(hash(substance), list_sort(list(known.number))) AS number
    FROM store.substance
    LEFT JOIN known ON known.substance = substance.name
    GROUP BY substance.name, substance
),
thing AS (
    SELECT
        material.material_id,
        hash(hash(material), list_sort(list(known.number))) AS number
    FROM store.material
    LEFT JOIN known ON known.material_id = material.material_id
    GROUP BY material.material_id, material
),
stack AS (
    SELECT cell_id, list_sort(list(hash(hash(layer), chemistry.number, thing.number))) AS number
    FROM store.layer
    LEFT JOIN chemistry ON chemistry.name = layer.substance
    LEFT JOIN thing ON thing.material_id = layer.material_id
    GROUP BY cell_id
),
treated AS (
    SELECT cell_id, list_sort(list(hash(treatment))) AS number
    FROM store.treatment GROUP BY cell_id
),
of_cell AS (
    SELECT cell_id, list_sort(list(number)) AS number
    FROM known WHERE cell_id IS NOT NULL GROUP BY cell_id
),
of_test AS (
    SELECT test_id, list_sort(list(number)) AS number
    FROM known WHERE test_id IS NOT NULL GROUP BY test_id
),
file AS (
    SELECT test_id, list_sort(list(name)) AS number FROM lake_file GROUP BY test_id
),
alone AS (
    SELECT
        test.test_id,
        test.cell_id,
        hash(hash(test), file.number, of_test.number, thing.number) AS number
    FROM store.test
    LEFT JOIN file ON file.test_id = test.test_id
    LEFT JOIN of_test ON of_test.test_id = test.test_id
    LEFT JOIN thing ON thing.material_id = test.material_id
),
together AS (
    SELECT
        cell.cell_id,
        hash(
            hash(cell), stack.number, treated.number, of_cell.number, list_sort(list(alone.number))
        ) AS number
    FROM store.cell
    LEFT JOIN stack ON stack.cell_id = cell.cell_id
    LEFT JOIN treated ON treated.cell_id = cell.cell_id
    LEFT JOIN of_cell ON of_cell.cell_id = cell.cell_id
    LEFT JOIN alone ON alone.cell_id = cell.cell_id
    GROUP BY cell.cell_id, cell, stack.number, treated.number, of_cell.number
)
SELECT
    alone.test_id,
    CAST(hash(alone.number, together.number) >> 1 AS BIGINT) AS fingerprint
FROM alone
LEFT JOIN together ON together.cell_id = alone.cell_id
ORDER BY alone.test_id
"""


def fingerprints(cursor: duckdb.DuckDBPyConnection, held: Held) -> pa.Table:
    """Return test_id and fingerprint of every test, from a cursor that the store has begun."""
    # another catalog numbers files alike, but calls none the same
    files = held.files.values()
    names = pa.array([path for _, _, path in files], pa.string())
    tests = pa.array([test for _, test, _ in files], pa.int64())
    lake_file = pa.table({"name": names, "test_id": tests})
    cursor.register("lake_file", lake_file)
    try:
        return cursor.sql(_SQL).to_arrow_table().cast(COLUMNS)
    finally:
        cursor.unregister("lake_file")


def changed(before: pa.Table, now: pa.Table) -> list[int]:
    """Return the tests that came, went or rest on something else, rising."""
    tests = np.union1d(before["test_id"], now["test_id"])
    numbers = np.full((2, len(tests)), -1)  # which no fingerprint is
    for some, table in zip(numbers, (before, now), strict=True):
        some[np.searchsorted(tests, table["test_id"])] = table["fingerprint"]
    found: list[int] = tests[numbers[0] != numbers[1]].tolist()
    return found
