"""The series of a test in a real browser: looked at by pointer, by key, and without JavaScript."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WHOLE = re.compile(r"^4000 points in view")


def opened(near: Any, address: str = "/tests/1", **how: Any) -> Page:  # noqa: ANN401 # as playwright names it
    """Return a tab in which the series is drawn."""
    tab: Page = near.tab(**{"viewport": {"width": 1280, "height": 900}, **how})
    tab.goto(address)
    expect(tab.locator(".said")).to_contain_text("in view")
    return tab


def drag(tab: Page, start: float, end: float) -> None:
    """Drag over the first panel, from and to a share of its width."""
    box = tab.locator(".series .u-over").first.bounding_box()
    assert box is not None
    tab.mouse.move(box["x"] + start * box["width"], box["y"] + 40)
    tab.mouse.down()
    tab.mouse.move(box["x"] + (start + end) / 2 * box["width"], box["y"] + 50)
    tab.mouse.move(box["x"] + end * box["width"], box["y"] + 50)
    tab.mouse.up()


def window(tab: Page) -> tuple[float, float] | None:
    """Return the window that the address tells, in hours."""
    found = re.search(r"from=([\d.]+)&to=([\d.]+)", tab.url)
    return (float(found[1]), float(found[2])) if found else None


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ["/tests/1", "/tests", "/files/1", "/tests/1/steps"])
def test_nobody_is_kept_out(near: Any, axe: str, address: str, scheme: str) -> None:  # noqa: ANN401 # a fixture
    tab = near.tab(color_scheme=scheme)
    tab.goto(address)
    tab.wait_for_load_state("networkidle")
    tab.evaluate(axe)
    assert tab.evaluate("axe.run().then(found => found.violations.map(each => each.id))") == []


def test_a_finding_is_gone_to_and_back_again(near: Any) -> None:  # noqa: ANN401 # a fixture
    tab = opened(near)
    expect(tab.locator(".said")).to_have_text(WHOLE)
    tab.locator("#finding-2").get_by_role("link", name="Go there").click()
    expect(tab.locator(".said")).to_contain_text("all drawn; 1 gap left empty")
    there = window(tab)
    assert there is not None
    assert there[0] < 60 * 2_499 / 3600 < (60 * 2_500 + 86_400) / 3600 < there[1]
    expect(tab.locator(".series .flag:visible")).to_have_text(["2"])
    tab.get_by_role("button", name="Back", exact=True).click()
    expect(tab.locator(".said")).to_have_text(WHOLE)
    assert window(tab) is None
    tab.go_forward()
    expect(tab.locator(".said")).to_contain_text("1 gap left empty")
    assert window(tab) == there


def test_dragging_zooms_and_with_shift_moves_and_a_double_click_shows_the_whole(
    near: Any,  # noqa: ANN401 # a fixture
) -> None:
    tab = opened(near)
    drag(tab, 0.25, 0.5)
    expect(tab.locator(".said")).not_to_have_text(WHOLE)
    first = window(tab)
    assert first is not None
    assert first[1] - first[0] == pytest.approx(90.65 / 4, rel=0.02)
    tab.keyboard.down("Shift")
    drag(tab, 0.5, 0.25)
    tab.keyboard.up("Shift")
    tab.wait_for_function("start => !location.search.includes(start)", arg=f"from={first[0]}")
    second = window(tab)
    assert second is not None
    assert second[1] - second[0] == pytest.approx(first[1] - first[0])
    assert second[0] - first[0] == pytest.approx((first[1] - first[0]) / 4, rel=0.02)
    tab.locator(".series .u-over").first.dblclick(position={"x": 300, "y": 40})
    expect(tab.locator(".said")).to_have_text(WHOLE)
    assert window(tab) is None


def test_by_keyboard_alone_values_are_read_off_and_the_window_moves(near: Any) -> None:  # noqa: ANN401 # a fixture
    tab = opened(near)
    tab.locator("div.series").focus()
    tab.keyboard.press("ArrowRight")
    expect(tab.locator("#series .reading")).to_contain_text("Voltage")
    first = tab.locator("#series .reading").inner_text()
    tab.keyboard.press("PageDown")
    expect(tab.locator("#series .reading")).not_to_have_text(first)
    tab.keyboard.press("+")
    expect(tab.locator(".said")).not_to_have_text(WHOLE)
    zoomed = window(tab)
    assert zoomed is not None
    tab.keyboard.press("Shift+ArrowRight")
    moved = window(tab)
    assert moved is not None
    assert moved[0] - zoomed[0] == pytest.approx((zoomed[1] - zoomed[0]) / 5)
    tab.keyboard.press("-")
    tab.keyboard.press("Home")
    expect(tab.locator(".said")).to_have_text(WHOLE)


def test_a_link_shows_the_window_that_was_left(near: Any) -> None:  # noqa: ANN401 # a fixture
    tab = opened(near, "/tests/1?from=1&to=3&panels=current")
    expect(tab.locator(".said")).to_have_text("120 points in view, all drawn")
    assert tab.locator(".series canvas").count() == 1
    assert "from=1&to=3" in (
        tab.get_by_role("link", name="CSV of this window").get_attribute("href") or ""
    )
    tab.get_by_role("button", name="Whole").click()
    expect(tab.locator(".said")).to_have_text(WHOLE)
    expect(tab).to_have_url(re.compile(re.escape("/tests/1?panels=current") + "$"))


def test_pressing_a_step_shows_it(near: Any) -> None:  # noqa: ANN401 # a fixture
    tab = opened(near)
    tab.locator("#steps a.window").nth(2).click()
    expect(tab.locator(".said")).to_contain_text("all drawn")
    there = window(tab)
    assert there is not None
    assert there[0] < 200 / 60 < 389 / 60 < there[1]


def test_on_a_telephone_nothing_is_cut_off(near: Any) -> None:  # noqa: ANN401 # a fixture
    tab = opened(near, viewport={"width": 390, "height": 800})
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390


def test_without_javascript_the_window_is_a_picture(near: Any) -> None:  # noqa: ANN401 # a fixture
    tab = near.tab(java_script_enabled=False)
    tab.goto("/tests/1?from=40&to=70")
    picture = tab.locator("#series img")
    expect(picture).to_be_visible()
    assert "from=40&to=70" in (picture.get_attribute("src") or "")
    assert tab.locator("#series button:visible").count() == 0
    tab.locator("#series summary").click()
    tab.get_by_label("Voltage / V").uncheck()
    tab.get_by_role("button", name="Draw").click()
    expect(tab).to_have_url(re.compile(re.escape("from=40&to=70&panels=current") + "$"))
