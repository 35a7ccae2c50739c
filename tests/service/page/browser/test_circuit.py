"""Another circuit is tried on a sweep, seen beside the one that counts, and chosen."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from schema.settings import Settings
from tests.service.circuit import OTHER, PELLET, swept
from tests.service.page.arriving import worked

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_a_circuit_is_tried_while_one_waits_and_chosen(
    look_at: Callable[[Settings], Any],
    axe: str,
    demo_study: Path,
    tmp_path: Path,
    scheme: str,
    width: int,
) -> None:
    with worked(tmp_path) as settings:
        swept(settings, demo_study / "exports" / PELLET)
        look = look_at(settings)
        tab = look.tab(color_scheme=scheme, viewport={"width": width, "height": 900})
        tab.goto("/spectra/1")
        circuits = tab.locator("#circuits")
        circuits.scroll_into_view_if_needed()
        field = circuits.get_by_label("Try another circuit")
        field.fill("R0-p(R1")
        circuits.get_by_role("button", name="Try").click()
        expect(tab.get_by_role("alert")).to_be_visible()
        expect(field).to_have_value("R0-p(R1")
        expect(field).to_be_focused()
        field.fill(OTHER)
        circuits.get_by_role("button", name="Try").click()
        choose = tab.get_by_role("button", name=f"Let {OTHER} count")
        expect(choose).to_be_visible()
        expect(tab.locator("#trial .keys")).to_contain_text(f"fit of {OTHER}")
        tab.evaluate(axe)
        assert tab.evaluate("axe.run().then(found => found.violations.map(each => each.id))") == []
        wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        assert tab.evaluate(wide), "a telephone scrolls it sideways"
        choose.click()
        expect(tab).to_have_url(re.compile("/spectra/1$"))
        expect(tab.locator(".facts")).to_contain_text(f"{OTHER}, chosen by a person")
        tab.locator("#circuits").scroll_into_view_if_needed()
        tab.get_by_role("button", name="Let the automatic fit count").click()
        expect(tab.locator(".facts")).not_to_contain_text("chosen by a person")
        look.wrong.clear()  # the browser tells of the form that was declined, as it should
