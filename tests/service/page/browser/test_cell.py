"""The page of a cell in a real browser."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ["/cells/31", "/cells/11"])
def test_nobody_is_kept_out(look: Any, axe: str, address: str, scheme: str) -> None:  # noqa: ANN401 # a fixture
    tab = look.tab(color_scheme=scheme)
    tab.goto(address)
    tab.wait_for_load_state("networkidle")
    tab.evaluate(axe)
    assert tab.evaluate("axe.run().then(found => found.violations.map(each => each.id))") == []


def test_a_capacity_is_read_off_by_key(tab: Page) -> None:
    tab.goto("/cells/31")
    tab.locator("#capacity .picture").focus()
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("ArrowRight")
    expect(tab.locator("#capacity .reading")).to_contain_text("Cycle 2")


def test_a_choice_is_drawn_and_goes_to_the_address(tab: Page) -> None:
    tab.goto("/cells/31")
    tab.get_by_role("combobox", name="Capacity").select_option("gram")
    expect(tab.locator("#capacity svg.figure .quantity").last).to_contain_text("mA·h/g")
    assert tab.url.endswith("/cells/31?per=gram")
    tab.go_back()
    expect(tab.locator("#capacity svg.figure .quantity").last).to_contain_text("µA·h")


def test_without_javascript_a_choice_is_sent_by_a_button(look: Any) -> None:  # noqa: ANN401 # a fixture
    tab = look.tab(java_script_enabled=False)
    tab.goto("/cells/31")
    tab.get_by_role("combobox", name="Capacity").select_option("area")
    tab.get_by_role("button", name="Draw").click()
    assert "per=area" in tab.url
    assert "mA·h/cm²" in tab.locator("#capacity svg.figure").inner_html()
