"""The pages of diffraction, photoemission, images, diffusion and voltammetry in a real browser."""

from collections.abc import Mapping
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
GRAINS, SECTION = "synthetic-pellet-1-surface", "synthetic-pb-section-1"
SCAN = "synthetic-pellet-1-diffraction"
SURFACE = "synthetic-cycled-surface"
FILM = "synthetic-pb-film"
SCANNED = "synthetic-pb-scanned-5mV"


@pytest.fixture(scope="module")
def address(visitor: Any) -> Mapping[str, str]:  # noqa: ANN401 # a fixture
    """Return the address of each page by what it shows: ids are as they were read."""
    query = """query ($tests: [String!], $cells: [String!]) {
      tests(names: $tests) { nodes { id name diffractionScans { id } images { id } } }
      cells(names: $cells) { nodes { id } }
    }"""
    names = [GRAINS, SECTION, SCAN, SURFACE, SCANNED]
    found = visitor.data(query, tests=names, cells=[FILM])
    tests = {each["name"]: each for each in found["tests"]["nodes"]}
    return {
        **{name: f"/images/{tests[name]['images'][0]['id']}" for name in (GRAINS, SECTION)},
        SCAN: f"/diffraction/{tests[SCAN]['diffractionScans'][0]['id']}",
        **{name: f"/tests/{tests[name]['id']}" for name in (SURFACE, SCANNED)},
        FILM: f"/cells/{found['cells']['nodes'][0]['id']}/diffusion",
    }


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)])
@pytest.mark.parametrize("shown", [GRAINS, SECTION, SCAN, SURFACE, FILM, SCANNED])
def test_nobody_is_kept_out(
    look: Any,  # noqa: ANN401 # a fixture
    axe: str,
    address: Mapping[str, str],
    shown: str,
    scheme: str,
    width: int,
) -> None:
    tab = look.tab(color_scheme=scheme, viewport={"width": width, "height": 900})
    tab.goto(address[shown])
    tab.wait_for_load_state("networkidle")
    tab.evaluate(axe)
    assert tab.evaluate("axe.run().then(found => found.violations.map(each => each.id))") == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


def test_an_image_is_seen_with_a_bar_and_what_was_measured_in_it(
    tab: Page, address: Mapping[str, str]
) -> None:
    tab.goto(address[GRAINS])
    expect(tab.locator("main")).to_contain_text("512 × 442 pixels")
    expect(tab.locator("#grains")).to_contain_text("equivalent_circle")
    expect(tab.locator("#grains")).to_contain_text("3.108")
    widths = "[...document.images].map(each => each.naturalWidth)"
    assert 512 in tab.evaluate(widths)
    tab.goto(address[SECTION])
    expect(tab.locator("#layers")).to_contain_text("1.012")


def test_a_voltammogram_tells_where_its_couple_is(tab: Page, address: Mapping[str, str]) -> None:
    tab.goto(address[SCANNED])
    expect(tab.locator("#voltammogram svg.figure")).to_be_visible()
    expect(tab.locator("#voltammogram")).to_contain_text("E½ 3.069")
    expect(tab.locator("#voltammogram")).to_contain_text("cathodic")


def test_a_figure_of_diffusion_has_both_ways(tab: Page, address: Mapping[str, str]) -> None:
    tab.goto(address[FILM])
    expect(tab.locator("svg.figure").first).to_be_visible()
    expect(tab.locator("main")).to_contain_text("cm²/s")


def test_a_scan_tells_its_phases_and_its_lines(tab: Page, address: Mapping[str, str]) -> None:
    tab.goto(address[SCAN])
    expect(tab.locator("svg.figure").first).to_be_visible()
    expect(tab.locator("main")).to_contain_text("LATP")


def test_a_surface_tells_its_regions(tab: Page, address: Mapping[str, str]) -> None:
    tab.goto(address[SURFACE])
    expect(tab.locator("svg.figure").first).to_be_visible()
    expect(tab.locator("main")).to_contain_text("C 1s")
