"""A test that grows is seen to grow: nothing is loaded by hand, nothing flickers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Response, expect

from ingest.intake import take_in
from schema.settings import Settings
from schema.warehouse import Warehouse, open_warehouse
from tests.service.page.flawed_export import write_flawed

pytestmark = [pytest.mark.browser, pytest.mark.slow]


class Growing:
    """A test whose export goes on, and who looks at it."""

    def __init__(self, folder: Path, look_at: Callable[[Settings], Any]) -> None:
        self.export = folder / "growing.bdf.csv"
        self.warehouse: Warehouse = open_warehouse(Settings(home=folder))
        self.grow(1_000)
        self.look = look_at(Settings(home=folder))
        self.tab: Page = self.look.tab()
        self.answers: list[int] = []
        self.tab.on("response", self._came)
        self.tab.clock.install()

    def grow(self, records: int) -> None:
        """Let the export have so many records, and take it in."""
        write_flawed(self.export, records)
        take_in(self.warehouse, self.export)

    def open(self, address: str) -> Page:
        """Return the tab, with the series drawn."""
        self.tab.goto(address)
        expect(self.tab.locator(".said")).to_contain_text("points in view")
        self.tab.wait_for_load_state("networkidle")
        self.answers.clear()
        return self.tab

    def later(self) -> None:
        """Let a minute go by."""
        self.tab.clock.fast_forward(60_000)

    def _came(self, response: Response) -> None:
        if response.request.headers.get("hx-target") == "main#main":
            self.answers.append(response.status)


@pytest.fixture
def growing(tmp_path: Path, look_at: Callable[[Settings], Any]) -> Growing:
    """Return a test that grows."""
    return Growing(tmp_path, look_at)


def test_who_sees_the_whole_sees_it_grow(growing: Growing) -> None:
    tab = growing.open("/tests/1")
    expect(tab.locator(".said")).to_contain_text("1000 points")
    growing.grow(1_400)
    growing.later()
    expect(tab.locator(".said")).to_contain_text("1400 points")
    expect(tab.locator("main .facts").first).to_contain_text("1400")
    expect(tab.locator("footer")).to_contain_text("snapshot 2")
    assert "from=" not in tab.url


def test_who_has_zoomed_stays_there_and_nothing_flickers(growing: Growing) -> None:
    tab = growing.open("/tests/1")
    tab.locator("div.series").focus()
    tab.keyboard.press("+")
    expect(tab.locator(".said")).not_to_contain_text("1000 points")
    window, said = tab.url, tab.locator(".said").inner_text()
    tab.evaluate("""() => {
        window.elements = [...document.querySelectorAll("canvas, #steps, #findings, h1, .said")];
    }""")
    growing.grow(1_400)
    growing.later()
    expect(tab.locator("main .facts").first).to_contain_text("1400")
    assert tab.url == window
    expect(tab.locator(".said")).to_have_text(said)
    assert tab.evaluate("window.elements.every((each) => each.isConnected)")
    assert tab.evaluate("document.activeElement.className") == "series"
    assert tab.locator("#series .tools:visible").count() == 2
    tab.get_by_role("button", name="Whole").click()
    expect(tab.locator(".said")).to_contain_text("1400 points")


def test_where_nothing_has_changed_nothing_is_sent(growing: Growing) -> None:
    tab = growing.open("/tests/1")
    with tab.expect_response(lambda each: each.status == 304):
        growing.later()
    assert set(growing.answers) == {304}


def test_who_does_not_look_does_not_ask(growing: Growing) -> None:
    tab = growing.open("/tests/1")
    hide = "value => Object.defineProperty(document, 'hidden', { value, configurable: true })"
    tab.evaluate(hide, True)  # noqa: FBT003 # what a hidden tab says of itself
    growing.later()
    growing.grow(1_400)
    growing.later()
    assert growing.answers == []
    tab.evaluate(hide, False)  # noqa: FBT003 # what a tab in sight says of itself
    tab.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(tab.locator(".said")).to_contain_text("1400 points")


def test_a_service_that_is_gone_leaves_what_is_seen(growing: Growing) -> None:
    tab = growing.open("/tests/1")
    asks = "**/tests/1"
    tab.route(asks, lambda route: route.fulfill(status=503, body="<main id='main'>gone</main>"))
    with tab.expect_response(lambda each: each.status == 503):
        growing.later()
    expect(tab.locator("h1")).to_have_text("growing")
    tab.unroute(asks)
    growing.grow(1_400)
    growing.later()
    expect(tab.locator(".said")).to_contain_text("1400 points")
    assert all("503" in each for each in growing.look.wrong), growing.look.wrong
    growing.look.wrong.clear()  # the browser says so, as it should


def test_what_has_changed_since_a_link_goes_on_being_said(growing: Growing) -> None:
    tab = growing.tab
    tab.goto("/tests?seen=1")
    expect(tab.locator("#since")).to_contain_text("nothing has changed")
    tab.evaluate("window.heading = document.querySelector('h1')")
    growing.grow(1_400)
    growing.later()
    expect(tab.locator("#since")).to_contain_text("1 test changed")
    assert tab.evaluate("window.heading.isConnected")
