"""A warehouse of two watched folders, with files in four states."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from ingest.arrival.row import hash_in_lake, save
from ingest.intake import take_in
from schema.catalog import Arrival
from schema.settings import Settings
from schema.warehouse import open_warehouse
from tests.ingest.working import small_export

WRITTEN: Final = datetime(2026, 3, 2, 8, tzinfo=UTC)


def watched(folder: Path) -> Settings:
    """Make that warehouse below a folder; of its files one is a test."""
    settings = Settings(home=folder / "home")
    warehouse = open_warehouse(settings)
    taken = take_in(warehouse, small_export(folder / "a.bdf.csv", 1))
    known = hash_in_lake(warehouse.engine, taken.tests)
    files = [
        ("/lab/one", "a.bdf.csv", "ingested", None, known),
        ("/lab/one", "b.csv", "growing", None, None),
        ("/lab/one", "deep/<b>.csv", "refused", "it is empty", None),
        ("/lab/two", "d.csv", "gone", None, None),
    ]
    rows = [
        Arrival(
            path=f"{folder}/{name}",
            folder=folder,
            bytes=2_000_000,
            modified_at=WRITTEN,
            state=state,
            since=WRITTEN,
            reason=reason,
            sha256=sha256,
        )
        for folder, name, state, reason, sha256 in files
    ]
    save(warehouse.engine, rows)
    warehouse.engine.dispose()
    return settings
