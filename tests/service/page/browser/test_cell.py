"""The page of a cell in a real browser."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def reach(tab: Page) -> None:
    """Scroll to the end until every section is there."""
    tab.wait_for_load_state("networkidle")
    for _ in range(100):
        if not tab.evaluate(
            "(() => { const it = document.querySelector('.waiting');"
            " it?.scrollIntoView({block: 'center'}); return !!it; })()"
        ):
            break
        tab.wait_for_timeout(100)
    expect(tab.locator(".waiting")).to_have_count(0)
    tab.wait_for_load_state("networkidle")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ["/cells/31", "/cells/11", "/cells/29"])
def test_nobody_is_kept_out(look: Any, axe: str, address: str, scheme: str) -> None:  # noqa: ANN401 # a fixture
    tab = look.tab(color_scheme=scheme)
    tab.goto(address)
    reach(tab)
    tab.evaluate(axe)
    assert tab.evaluate("axe.run().then(found => found.violations.map(each => each.id))") == []


def test_a_capacity_is_read_off_by_key(tab: Page) -> None:
    tab.goto("/cells/31")
    tab.locator("#capacity .picture").focus()
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("ArrowRight")
    expect(tab.locator("#capacity .reading")).to_contain_text("Cycle 2")


def test_cycles_are_chosen_in_the_plot_by_key_and_drawn_below(tab: Page) -> None:
    tab.goto("/cells/31")
    for key in ("End", "Home"):
        tab.locator("#capacity .picture").focus()
        tab.keyboard.press("ArrowDown")
        tab.keyboard.press(key)
        with tab.expect_response("**/cells/31?*"):
            tab.keyboard.press("Enter")
        tab.wait_for_load_state("networkidle")
    expect(tab.locator("#capacity input[name=cycles]")).to_have_value("200 1")
    expect(tab).to_have_url(re.compile(re.escape("?cycles=200%201") + "$"))
    expect(tab.locator("#capacity .keys")).to_contain_text("chosen")
    reach(tab)
    expect(tab.locator("#voltage .keys")).to_have_text("cycle 1 cycle 200", use_inner_text=True)


def test_a_cycle_pressed_again_is_left_out(tab: Page) -> None:
    tab.goto("/cells/31?cycles=1")
    tab.locator("#capacity .picture").focus()
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Home")
    with tab.expect_response("**/cells/31?*"):
        tab.keyboard.press("Enter")
    expect(tab.locator("#capacity input[name=cycles]")).to_have_value("")
    expect(tab).to_have_url(re.compile(re.escape("/cells/31") + "$"))


def test_cycles_are_typed_and_both_curves_follow(tab: Page) -> None:
    tab.goto("/cells/31")
    reach(tab)
    tab.locator("#voltage input[name=cycles]").fill("2 5-6")
    tab.locator("#voltage").get_by_role("button", name="Draw").click()
    expect(tab.locator("#voltage .keys li")).to_have_count(3)
    reach(tab)
    expect(tab.locator("#differential .keys li")).to_have_count(3)
    expect(tab).to_have_url(re.compile(re.escape("/cells/31?cycles=2%205%206") + "$"))


def test_a_choice_is_drawn_and_goes_to_the_address(tab: Page) -> None:
    tab.goto("/cells/31")
    tab.locator("#capacity").get_by_role("combobox", name="Capacity").select_option("gram")
    expect(tab.locator("#capacity svg.figure .quantity").last).to_contain_text("mA·h/g")
    expect(tab).to_have_url(re.compile(re.escape("/cells/31?per=gram") + "$"))
    tab.go_back()
    expect(tab.locator("#capacity svg.figure .quantity").last).to_contain_text("µA·h")


def test_another_quantity_is_shown_for_a_range_of_cycles(tab: Page) -> None:
    tab.goto("/cells/31")
    tab.locator("#capacity").get_by_role("combobox", name="Show").select_option("retention")
    expect(tab.locator("#capacity svg.figure .quantity").last).to_contain_text("retention")
    tab.locator("#capacity input[name=from]").fill("100")
    tab.locator("#capacity input[name=from]").press("Enter")
    expect(tab.locator("#capacity .caption").last).to_contain_text("99 cycles are outside")
    expect(tab).to_have_url(re.compile(re.escape("/cells/31?show=retention&from=100") + "$"))


def test_a_process_is_opened_by_key(tab: Page) -> None:
    tab.goto("/cells/31")
    reach(tab)
    process = tab.locator("#ancestry summary", has_text="coat")
    process.focus()
    tab.keyboard.press("Enter")
    expect(tab.locator("#ancestry")).to_contain_text("blade coating")


def test_nothing_runs_out_of_a_telephone(look: Any) -> None:  # noqa: ANN401 # a fixture
    tab = look.tab(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    for address in ("/cells/31", "/cells/1"):
        tab.goto(address)
        reach(tab)
        wide = tab.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, (address, wide)


def test_it_prints_whole(tab: Page, tmp_path: Path) -> None:
    tab.goto("/cells/31")
    reach(tab)
    tab.emulate_media(media="print")
    expect(tab.locator("header")).to_be_hidden()
    expect(tab.locator("#capacity form")).to_be_hidden()
    expect(tab.locator("#voltage svg.figure")).to_be_visible()
    printed = tab.pdf(path=tmp_path / "cell.pdf")
    assert printed.startswith(b"%PDF")
    assert len(printed) > 10_000


def test_without_javascript_a_choice_is_sent_by_a_button(look: Any) -> None:  # noqa: ANN401 # a fixture
    tab = look.tab(java_script_enabled=False)
    tab.goto("/cells/31")
    tab.locator("#capacity").get_by_role("combobox", name="Capacity").select_option("area")
    tab.locator("#capacity input[name=cycles]").fill("3")
    tab.locator("#capacity").get_by_role("button", name="Draw").click()
    assert "per=area" in tab.url
    assert "mA·h/cm²" in tab.locator("#capacity svg.figure").inner_html()
    tab.locator("#voltage").get_by_role("link", name="Show it").click()
    expect(tab.locator("#voltage .keys")).to_contain_text("cycle 3")
    assert "mA·h/cm²" in tab.locator("#voltage svg.figure").inner_html()
