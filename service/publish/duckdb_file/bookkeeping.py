"""What a published .duckdb file states of itself: which tables, of which version, how they came."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from schema.relation import Kind
from service.publish.star import PublishedTable
from service.publish.target import Outcome

TYPES: Final[dict[Kind, str]] = {
    "BIGINT": "BIGINT",
    "DOUBLE": "DOUBLE",
    "VARCHAR": "VARCHAR",
    "BOOLEAN": "BOOLEAN",
    "TIMESTAMP": "TIMESTAMP",
    "TIMESTAMPTZ": "TIMESTAMP WITH TIME ZONE",
}
BOOKKEEPING: Final = "CREATE SCHEMA bi_store;" + (
    Path(__file__).parents[1].joinpath("bookkeeping.sql").read_text("utf-8").replace("bi.", "main.")
)
_PUBLISHED: Final = """
INSERT INTO main.published AS old
    (table_name, meaning, status, reason, row_count, snapshot, published_at)
SELECT * FROM outcome
ON CONFLICT (table_name) DO UPDATE SET
    meaning = excluded.meaning,
    status = excluded.status,
    reason = excluded.reason,
    row_count = coalesce(excluded.row_count, row_count),
    snapshot = coalesce(excluded.snapshot, snapshot),
    published_at = coalesce(excluded.published_at, published_at)
"""
_UP_TO_DATE: Final = """
INSERT INTO bi_store.layout SELECT * FROM layout ON CONFLICT (table_name)
DO UPDATE SET version = excluded.version, columns = excluded.columns
"""
_BEHIND: Final = """
UPDATE bi_store.layout SET version = ''
WHERE table_name IN (SELECT table_name FROM outcome WHERE status = 'failed')
"""
_OUTCOME: Final = pa.schema(
    [
        ("table_name", pa.string()),
        ("meaning", pa.string()),
        ("status", pa.string()),
        ("reason", pa.string()),
        ("row_count", pa.int64()),
        ("snapshot", pa.int64()),
        ("published_at", pa.timestamp("us", "UTC")),
    ]
)
_LAYOUT: Final = pa.schema(
    [("table_name", pa.string()), ("version", pa.string()), ("columns", pa.list_(pa.string()))]
)


def columns_of(table: PublishedTable) -> list[str]:
    """Return the columns as DuckDB describes them of a table."""
    return [f"{each.name} {TYPES[each.kind]}" for each in table.columns]


def note(
    connection: duckdb.DuckDBPyConnection,
    outcomes: Sequence[Outcome],
    snapshot: int,
    published_at: datetime,
) -> None:
    """Note the outcome of tables; one that failed keeps what was noted of the rows it has."""
    entries, layouts = [], []
    for each in outcomes:
        name, done = each.table.name, each.status == "published"
        when = (snapshot, published_at) if done else (None, None)
        entries.append((name, each.table.meaning, each.status, each.reason, each.row_count, *when))
        if done:
            layouts.append((name, each.table.version, columns_of(each.table)))
    connection.register("outcome", _rows(entries, _OUTCOME))
    connection.register("layout", _rows(layouts, _LAYOUT))
    for statement in (_PUBLISHED, _UP_TO_DATE, _BEHIND):
        connection.execute(statement)
    for name in ("outcome", "layout"):
        connection.unregister(name)


def _rows(rows: Sequence[Sequence[object]], schema: pa.Schema) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
    arrays = [pa.array(values, each.type) for values, each in zip(columns, schema, strict=True)]
    return pa.table(arrays, schema=schema)
