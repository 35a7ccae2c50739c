"""Comparisons in a real browser."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TELEPHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.mark.parametrize(
    "how", [{"color_scheme": "light"}, {"color_scheme": "dark"}, TELEPHONE], ids=str
)
@pytest.mark.parametrize(
    "address",
    [
        "/compare?cells=30,31,32,33,34",
        "/compare?symmetric=true&group=configuration",
        "/compare/survival?symmetric=true&group=configuration",
        "/compare/differences?symmetric=true&group=PB.thickness_um",
    ],
)
def test_nobody_is_kept_out(look: Any, axe: str, address: str, how: dict[str, Any]) -> None:  # noqa: ANN401 # a fixture
    tab = look.tab(**how)
    tab.goto(address)
    tab.wait_for_load_state("networkidle")
    tab.evaluate(axe)
    assert tab.evaluate("axe.run().then(found => found.violations.map(each => each.id))") == []
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not tab.evaluate(wide)


def test_cells_are_found_picked_and_compared(tab: Page) -> None:
    tab.goto("/cells")
    tab.get_by_role("link", name="Li/IL@PB@LATP/LFP 3").click()
    for name in ("synthetic-lfp-100uA", "synthetic-lfp-25uA"):
        tab.get_by_role("checkbox", name=f"Pick {name}").check()
    tab.get_by_role("button", name="Compare 2").click()
    tab.wait_for_url("**/compare?cells=*")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Compare 2 cells")
    tab.get_by_role("combobox", name="Show").select_option("coulombic_efficiency")
    expect(tab.locator("#curves svg.figure .quantity").first).to_be_visible()
    expect(tab.locator("#curves svg.figure title")).to_have_text("Coulombic efficiency")
    assert "show=coulombic_efficiency" in tab.url
    tab.locator("#curves .picture").focus()
    tab.keyboard.press("ArrowRight")
    expect(tab.locator("#curves .reading")).to_contain_text("synthetic-lfp")


def test_all_of_a_list_are_compared_as_groups_without_javascript(look: Any) -> None:  # noqa: ANN401 # a fixture
    tab = look.tab(java_script_enabled=False)
    tab.goto("/cells?symmetric=true")
    tab.get_by_role("link", name="All 30 as groups").click()
    expect(tab.locator("#curves svg.figure title")).to_have_text("Polarization by group")
    tab.get_by_label("Group by").fill("PB.thickness_um")
    tab.get_by_role("button", name="Group").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Compare 30 cells by thickness of PB")
    tab.locator("#survival").get_by_role("link", name="Show it").click()
    expect(tab.locator("#survival svg.figure")).to_be_visible()
