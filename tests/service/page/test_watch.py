"""The page of watched folders: how far their files are, and where each is seen."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from ingest.arrival.row import hash_in_lake, save
from ingest.intake import take_in
from schema.catalog import Arrival
from schema.settings import Settings
from schema.warehouse import open_warehouse
from tests.ingest.working import small_export
from tests.service.asker import Asker

WRITTEN: Final = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def service(tmp_path: Path, ask: Callable[[Settings], Any]) -> Asker:
    """Return who asks a service of two watched folders with files in four states."""
    settings = Settings(home=tmp_path / "home")
    warehouse = open_warehouse(settings)
    taken = take_in(warehouse, small_export(tmp_path / "a.bdf.csv", 1))
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
    asker: Asker = ask(settings)
    return asker


def test_files_are_counted_by_folder_and_state_and_lead_to_their_tests(service: Asker) -> None:
    found = service.data("{ watchedFolders { folder growing ingested refused stable gone } }")
    assert found["watchedFolders"] == [
        {"folder": "/lab/one", "growing": 1, "ingested": 1, "refused": 1, "stable": 0, "gone": 0},
        {"folder": "/lab/two", "growing": 0, "ingested": 0, "refused": 0, "stable": 0, "gone": 1},
    ]
    page = service.get("/watch").text
    assert 'hx-trigger="every 2s"' in page
    assert '<a href="/tests/1">' in page
    assert "deep/&lt;b&gt;.csv" in page
    assert "it is empty" in page
    refused = service.get("/watch?folder=/lab/one&state=refused").text
    assert "1 here, in /lab/one alone" in refused
    assert '<a href="/tests/1">' not in refused
    assert "/watch?folder=/lab/one" in service.get("/jobs/now").text
    assert service.get("/watch?state=lost").status_code == 400


def test_a_warehouse_that_watches_nothing_says_how_to(
    tmp_path: Path, ask: Callable[[Settings], Any]
) -> None:
    settings = Settings(home=tmp_path / "bare")
    open_warehouse(settings).engine.dispose()
    assert "leyden watch FOLDER" in ask(settings).get("/watch").text
