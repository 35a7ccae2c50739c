"""Jobs in a real browser: for everybody, and live."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from command.working import working
from schema.catalog.connection import aside
from schema.queue.ask import Wish, ask
from schema.queue.subject import Ingest
from schema.settings import Settings
from schema.warehouse import open_warehouse
from tests.ingest.working import small_export

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_job_is_seen_to_end_and_asked_for_again_by_whoever_looks(
    look_at: Callable[[Settings], Any], axe: str, tmp_path: Path, scheme: str
) -> None:
    settings = Settings(home=tmp_path / "home", serve_processes=1)
    warehouse = open_warehouse(settings)
    export = small_export(tmp_path / "7.bdf.csv", 7)
    with aside(warehouse.engine) as session:
        (job_id,) = ask(session, [Wish(Ingest(path=str(export)))])
    warehouse.engine.dispose()
    tab = look_at(settings).tab(color_scheme=scheme, viewport={"width": 390, "height": 800})
    tab.goto("/")
    expect(tab.locator("#jobs").get_by_role("status")).to_contain_text("1 waiting")
    with working(settings):
        expect(tab.locator("#jobs").get_by_role("status")).to_contain_text("0 waiting")
        expect(tab.locator("#jobs [hx-trigger]")).to_have_count(0)
        tab.goto(f"/jobs/{job_id}")
        tab.get_by_role("button", name="Ask again").click()
        expect(tab.locator("#job")).to_contain_text("2 times")
        expect(tab.get_by_role("status")).to_have_text("Done.")
    for address in ("/", "/jobs", f"/jobs/{job_id}"):
        tab.goto(address)
        tab.wait_for_load_state("networkidle")
        tab.evaluate(axe)
        assert tab.evaluate("axe.run().then(found => found.violations.map(each => each.id))") == []
        width = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        assert tab.evaluate(width), "a telephone scrolls it sideways"
