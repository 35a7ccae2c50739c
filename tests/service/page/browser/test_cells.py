"""The list of cells in a real browser."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser  # on every change these alone: the other pages are slow
TELEPHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.mark.parametrize(
    "how", [{"color_scheme": "light"}, {"color_scheme": "dark"}, TELEPHONE], ids=str
)
def test_nobody_is_kept_out(look: Any, axe: str, how: dict[str, Any]) -> None:  # noqa: ANN401 # a fixture
    tab = look.tab(**how)
    tab.goto("/cells?configuration=Li/IL@LATP/Li&pick=1,7&sort=-time_to_failure")
    tab.wait_for_load_state("networkidle")
    tab.evaluate(axe)
    assert tab.evaluate("axe.run().then(found => found.violations.map(each => each.id))") == []
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not tab.evaluate(wide)


def test_a_pick_goes_to_the_address_and_stays_when_the_list_is_narrowed(tab: Page) -> None:
    tab.goto("/cells?symmetric=false")
    tab.get_by_role("checkbox", name="Pick synthetic-lfp-100uA").check()
    expect(tab.get_by_role("button", name="Compare 1")).to_be_visible()
    assert "pick=31" in tab.url
    expect(tab.get_by_role("checkbox", name="Pick synthetic-lfp-100uA")).to_be_focused()
    tab.get_by_role("link", name="Li/IL@LATP/LFP 1").click()
    expect(tab.get_by_text("1 not on this page")).to_be_visible()
    assert "pick=31" in tab.url


@pytest.mark.slow
def test_without_javascript_cells_are_picked_by_a_form(look: Any) -> None:  # noqa: ANN401 # a fixture
    tab = look.tab(java_script_enabled=False)
    tab.goto("/cells?symmetric=false&pick=1")
    tab.get_by_role("checkbox", name="Pick synthetic-lfp-100uA").check()
    tab.get_by_role("button", name="Compare").click()
    tab.wait_for_url("**/compare?cells=1,31")
