"""What the rows of a cell or a test rest on, as one number (fingerprint.sql)."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from service.store.state import LiveFile, Subject

_SQL: Final = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")


def fingerprints(
    cursor: duckdb.DuckDBPyConnection, files: Iterable[LiveFile]
) -> dict[Subject, int]:
    """Return the fingerprint of every subject, from what the store holds of the catalog."""
    # another catalog numbers files alike, but calls none the same
    rows = [(each.path, each.test_id) for each in files]
    names = pa.array([path for path, _ in rows], pa.string())
    tests = pa.array([test for _, test in rows], pa.int64())
    cursor.register("lake_file", pa.table({"name": names, "test_id": tests}))
    try:
        return dict(cursor.execute(_SQL).fetchall())
    finally:
        cursor.unregister("lake_file")


def changed(before: Mapping[Subject, int], now: Mapping[Subject, int]) -> frozenset[Subject]:
    """Return the subjects that came, went or rest on something else."""
    return frozenset(subject for subject, _ in before.items() ^ now.items())
