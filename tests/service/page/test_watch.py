"""The page of watched folders: how far their files are, and where each is seen."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schema.settings import Settings
from schema.warehouse import open_warehouse
from tests.service.asker import Asker
from tests.service.page.watching import watched


@pytest.fixture
def service(tmp_path: Path, ask: Callable[[Settings], Any]) -> Asker:
    """Return who asks a service of two watched folders with files in four states."""
    asker: Asker = ask(watched(tmp_path))
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
