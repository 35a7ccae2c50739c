"""A cell is removed and brought back in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from schema.settings import Settings
from tests.service.bench import Bench

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ["/history/cell/31", "/history/test/1"])
def test_nobody_is_kept_out(look: Any, axe: str, address: str, scheme: str) -> None:  # noqa: ANN401 # a fixture
    tab = look.tab(color_scheme=scheme, viewport={"width": 390, "height": 800})
    tab.goto(address)
    tab.wait_for_load_state("networkidle")
    tab.evaluate(axe)
    assert tab.evaluate("axe.run().then(found => found.violations.map(each => each.id))") == []
    width = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert tab.evaluate(width), "a telephone scrolls it sideways"


def test_a_cell_is_removed_once_what_hangs_on_it_was_seen_and_brought_back(
    warehouse: Bench, look_at: Callable[[Settings], Any]
) -> None:
    look = look_at(warehouse.settings)
    tab = look.tab()
    tab.goto("/cells/1/edit")
    tab.get_by_role("link", name="Remove it, or take a change back").click()
    tab.get_by_role("button", name="Remove").click()
    expect(tab.get_by_role("alert")).to_contain_text("test gcpl.mpr hang on the cell LFP-01")
    tab.get_by_role("button", name="Remove it with all of these").click()
    expect(tab.get_by_text("It was removed: no answer has it.")).to_be_visible()
    tab.get_by_role("button", name="With all that was removed with it").click()
    tab.get_by_role("link", name="LFP-01").click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("LFP-01")
    assert all("422" in each for each in look.wrong), look.wrong
    look.wrong.clear()  # the browser tells of it, as it should
