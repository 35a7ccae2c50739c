"""An unknown table becomes a test by somebody who says its columns."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Page, expect

from schema.settings import Settings
from schema.warehouse import open_warehouse
from tests.service.page.arriving import worked

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def refused_table(folder: Path) -> Path:
    """Write a table that nobody knows: minutes, millivolts, milliamperes of the other sign."""
    table = folder / "strange.csv"
    rows = [f"{minute};{3500 + minute};{-2 - 0.001 * minute:.3f}" for minute in range(40)]
    table.write_text("\n".join(["Dauer [min];Spannung U1 [mV];Strom I1 [mA]", *rows, ""]))
    return table


def upload(tab: Page, table: Path) -> None:
    """Send a table, and ask to say its columns."""
    tab.goto("/upload")
    tab.get_by_label("Files", exact=True).set_input_files(table)
    tab.get_by_role("button", name="Send").click()
    tab.get_by_role("button", name="Say what the columns of strange.csv are").click()
    expect(tab.get_by_role("group", name="First rows")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_refused_table_is_tried_saved_and_read_with_the_right_numbers(
    look_at: Callable[[Settings], Any], axe: str, tmp_path: Path, scheme: str
) -> None:
    with worked(tmp_path) as settings:
        look = look_at(settings)
        tab = look.tab(color_scheme=scheme, viewport={"width": 390, "height": 800})
        upload(tab, refused_table(tmp_path))
        units = [tab.get_by_label("Unit of").nth(place) for place in range(3)]
        assert [each.input_value() for each in units] == ["min", "mV", "mA"]
        quantities = tab.get_by_label("Quantity of")
        for place, name in enumerate(("test_time_second", "voltage_volt", "current_ampere")):
            quantities.nth(place).select_option(name)
        tab.get_by_role("button", name="Try").click()
        expect(tab.get_by_role("alert")).to_contain_text("positive current")
        tab.get_by_label("A positive current").select_option("discharge")
        units[1].fill("parsec")
        tab.get_by_role("button", name="Try").click()
        expect(tab.locator("#trial")).to_contain_text("parsec")
        expect(quantities.nth(1)).to_have_value("voltage_volt")
        units[1].fill("mV")
        tab.get_by_role("button", name="Try").click()
        expect(tab.locator("#trial")).to_contain_text("It can be read: 1 test.")
        expect(tab.locator("#trial")).to_contain_text("3.501")
        plot = tab.locator("#trial svg.figure")
        expect(plot).to_contain_text("Voltage / V")
        expect(plot).to_contain_text("Current / mA")
        expect(tab.locator("#trial .caption")).to_contain_text("40 points in view, all drawn")
        tab.evaluate(axe)
        assert tab.evaluate("axe.run().then(found => found.violations.map(each => each.id))") == []
        width = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        assert tab.evaluate(width), "a telephone scrolls it sideways"
        tab.get_by_role("button", name="Save and read").click()
        row = tab.locator("tr").filter(has=tab.get_by_role("link", name="ingested"))
        expect(row).to_contain_text("strange.csv")
        warehouse = open_warehouse(settings)
        (points,) = warehouse.lake.folder.glob("points/**/*.parquet")
        read = pq.read_table(points)
        assert read["test_time_second"].to_pylist()[:3] == pytest.approx([0, 60, 120])
        assert read["voltage_volt"].to_pylist()[:2] == pytest.approx([3.5, 3.501])
        assert read["current_ampere"].to_pylist()[:2] == pytest.approx([0.002, 0.002001])
        warehouse.engine.dispose()
        assert all("422" in each for each in look.wrong), look.wrong
        look.wrong.clear()  # the browser tells of it, as it should
