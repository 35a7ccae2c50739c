"""The pages of impedance sweeps in a real browser."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGES = ("/spectra", "/spectra?cell=11", "PELLET")


@pytest.fixture(scope="module")
def pellet(visitor: Any) -> tuple[int, str]:  # noqa: ANN401 # a fixture
    """Return the test on a pellet, and the address of its first sweep."""
    query = """{ tests(where: { name: { eq: "synthetic-pellet-1" } }) { nodes {
      id spectra(first: 1) { id } } } }"""
    (test,) = visitor.data(query)["tests"]["nodes"]
    return test["id"], f"/spectra/{test['spectra'][0]['id']}"


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)])
@pytest.mark.parametrize("address", PAGES)
def test_nobody_is_kept_out(
    look: Any,  # noqa: ANN401 # a fixture
    axe: str,
    pellet: tuple[int, str],
    address: str,
    scheme: str,
    width: int,
) -> None:
    tab = look.tab(color_scheme=scheme, viewport={"width": width, "height": 900})
    tab.goto(pellet[1] if address == "PELLET" else address)
    tab.wait_for_load_state("networkidle")
    tab.evaluate(axe)
    assert tab.evaluate("axe.run().then(found => found.violations.map(each => each.id))") == []


def test_a_circuit_is_tried_and_goes_to_the_address(tab: Page, pellet: tuple[int, str]) -> None:
    tab.goto(pellet[1])
    tab.get_by_role("link", name="show L0-R0-p(R1,CPE1)-TLMQ2").click()
    expect(tab.locator("#nyquist .keys")).to_contain_text("TLMQ2 (not the chosen one")
    assert "circuit=" in tab.url
    tab.get_by_role("link", name="show L0-R0-p(R1,CPE1)-CPE2").click()
    expect(tab.locator("#nyquist .keys")).to_contain_text("fit of L0-R0-p(R1,CPE1)-CPE2")
    expect(tab).to_have_url(re.compile(re.escape(pellet[1]) + "$"))


def test_a_tail_is_shown_whole_and_hidden_again(tab: Page, pellet: tuple[int, str]) -> None:
    tab.goto(pellet[1])
    expect(tab.locator("#nyquist")).to_contain_text("points of the tail lie beyond the frame")
    tab.get_by_role("link", name="show all").click()
    expect(tab).to_have_url(re.compile(re.escape("whole=1") + "$"))
    tab.get_by_role("link", name="show the arcs").click()
    expect(tab).to_have_url(re.compile(re.escape(pellet[1]) + "$"))


def test_a_press_tells_every_figure_times_area(tab: Page, pellet: tuple[int, str]) -> None:
    tab.goto(pellet[1])
    tab.get_by_role("checkbox", name="times area").check()
    expect(tab.locator("#bode svg.figure")).to_contain_text("|Z| / Ω·cm²")
    expect(tab.locator("#nyquist svg.figure")).to_contain_text("Ω·cm²")
    expect(tab).to_have_url(re.compile(re.escape("?by_area=1") + "$"))


def test_a_sweep_is_read_off_by_key(tab: Page, pellet: tuple[int, str]) -> None:
    tab.goto(pellet[1])
    tab.locator("#bode .picture").focus()
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("End")
    expect(tab.locator("#bode .reading")).to_contain_text("Hz")


def test_two_sweeps_are_picked_and_drawn(tab: Page) -> None:
    tab.goto("/spectra?cell=11")
    tab.get_by_role("checkbox", name="draw 30 °C, 0 h", exact=True).check()
    tab.get_by_role("checkbox", name="draw 30 °C, 799.8 h", exact=True).check()
    tab.get_by_role("button", name="Draw").click()
    expect(tab.locator("#nyquist .keys li")).to_have_count(3)
    assert tab.url.count("pick=") == 2


def test_lines_come_when_they_are_scrolled_to(tab: Page, pellet: tuple[int, str]) -> None:
    tab.goto(f"/spectra?test={pellet[0]}")
    tab.locator("#arrhenius").scroll_into_view_if_needed()
    expect(tab.locator("#arrhenius .keys")).to_contain_text("eV")
    tab.get_by_role("combobox", name="Logarithm of").select_option("s")
    expect(tab.locator("#arrhenius figcaption")).to_contain_text("Convention s:")
    expect(tab).to_have_url(re.compile(re.escape(f"/spectra?test={pellet[0]}&arrhenius=s") + "$"))


def test_without_javascript_sweeps_are_picked_by_a_button(look: Any) -> None:  # noqa: ANN401 # a fixture
    tab = look.tab(java_script_enabled=False)
    tab.goto("/spectra?cell=11")
    tab.get_by_role("combobox", name="Ramp by").select_option("age")
    tab.get_by_role("button", name="Draw").click()
    assert "by=age" in tab.url
    assert "30 °C, 799.8 h" in tab.locator("#nyquist .keys").inner_html()
    tab.locator("#arrhenius").get_by_role("link", name="Show it").click()
    assert "eV" in tab.locator("#arrhenius .keys").inner_html()


@pytest.mark.parametrize("address", PAGES)
def test_on_a_telephone_nothing_is_wider_than_the_page(
    look: Any,  # noqa: ANN401 # a fixture
    pellet: tuple[int, str],
    address: str,
) -> None:
    tab = look.tab(viewport={"width": 390, "height": 800})
    tab.goto(pellet[1] if address == "PELLET" else address)
    tab.wait_for_load_state("networkidle")
    wide = tab.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide == 0
