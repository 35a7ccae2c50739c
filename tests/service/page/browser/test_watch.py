"""The page of watched folders in a real browser."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from schema.settings import Settings
from tests.service.page.watching import watched

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_a_folder_leads_to_its_files_and_nobody_is_kept_out(
    look_at: Callable[[Settings], Any], axe: str, tmp_path: Path, scheme: str, width: int
) -> None:
    tab = look_at(watched(tmp_path)).tab(
        color_scheme=scheme, viewport={"width": width, "height": 900}
    )
    tab.goto("/")
    tab.get_by_role("link", name="/lab/one").click()
    files = tab.get_by_role("group", name="Files")
    expect(files.get_by_role("row")).to_have_count(4)
    tab.evaluate(axe)
    assert tab.evaluate("axe.run().then(found => found.violations.map(each => each.id))") == []
    wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert tab.evaluate(wide), "a telephone scrolls it sideways"
    tab.get_by_role("link", name="1 refused").click()
    expect(files).to_contain_text("it is empty")
    expect(files.get_by_role("row")).to_have_count(2)
