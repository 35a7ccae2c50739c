"""The views that questions read, as a store begins: over the tables of its delta alone."""

from pathlib import Path
from typing import Final

import duckdb

from service.metric.relation import CYCLED, DIMENSIONS
from service.store.base import view_over
from service.store.delta import Delta

CYCLED_VIEW: Final = f"CREATE VIEW store.{CYCLED.name} AS " + Path(__file__).with_name(
    "cycled.sql"
).read_text(encoding="utf-8")


def lay_out_views(connection: duckdb.DuckDBPyConnection, delta: Delta) -> None:
    """Make the views, and the tables of the tests and cells whose rows of a base are hidden."""
    for owner in ("test_id", "cell_id"):
        connection.execute(f"CREATE TABLE delta.changed_{owner} ({owner} BIGINT)")
    for name, owner in delta.owners.items():
        connection.execute(view_over(name, owner, None))
    for name in (*DIMENSIONS, *(delta.metrics.keys() - delta.owners.keys())):
        connection.execute(f"CREATE VIEW store.{name} AS SELECT * FROM delta.{name}")
    connection.execute(CYCLED_VIEW)
