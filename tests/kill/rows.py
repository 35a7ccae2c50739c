"""What a warehouse holds, whatever keys and snapshots that got: to compare it with another."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pyarrow.parquet as pq
from sqlalchemy import Connection, select

from schema.catalog import Job
from schema.catalog.connection import look
from schema.catalog.table import Table
from schema.lake import Lake
from schema.warehouse import Warehouse

_UNLIKE: Final = {"allocation", "snapshot", "job", "file_check", "table_digest"}
"""Tables of which two warehouses that hold the same may hold different rows."""
_KEYS: Final = {
    *("id", "entry_id", "since", "modified_at"),
    *("created_at", "changed_at", "ingested_at", "applied_at", "added_snapshot"),
}
"""Columns that two which hold the same may differ in."""


def living_rows(warehouse: Warehouse) -> Counter[str]:
    """Return how often each row is there; files are told by the hash of their rows."""
    with look(warehouse.engine) as session:
        return Counter(_rows(session.connection(), warehouse.lake))


def job_ends(warehouse: Warehouse) -> Counter[str]:
    """Return how often jobs ended in each way."""
    with look(warehouse.engine) as session:
        return Counter(
            f"job {job.kind} {job.state} {(job.result or {}).get('status')}"
            for job in session.scalars(select(Job))
        )


def _rows(connection: Connection, lake: Lake) -> Iterator[str]:
    tables = Table.metadata.sorted_tables
    names = {
        (table.name, row.id): row.name
        for table in tables
        if {"id", "name"} <= {*table.columns.keys()}
        for row in connection.execute(select(table.c.id, table.c.name))
    }
    for table in tables:
        if table.name in _UNLIKE:
            continue
        for row in connection.execute(select(table)).mappings():
            if row.get("removed_snapshot") is not None:
                continue
            facts: dict[str, Any] = {}
            for column in table.columns:
                if column.name in _KEYS:
                    continue
                target = next((key.column.table.name for key in column.foreign_keys), None)
                value = row[column.name]
                facts[column.name] = names.get((target, value)) if target else value
            if table.name == "revision":  # they name others by their keys
                facts |= {each: row[each] is not None for each in ("before", "after")}
            if table.name == "arrival":  # one that was read twice says that it was there
                del facts["reason"]
            if table.name == "lake_file":
                facts |= _content(lake, facts["path"])
            yield f"{table.name} {json.dumps(facts, sort_keys=True, default=str)}"


def _content(lake: Lake, path: str) -> Mapping[str, Any]:
    """Return what tells a file whose bytes name its test."""
    rows = pq.read_table(lake.path(path))
    rows = rows.drop_columns([name for name in rows.column_names if name == "test_id"])
    text = f"{rows.column_names} {rows.to_pydict()}"
    return {
        "path": path.partition("/")[0],
        "bytes": None,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
    }
