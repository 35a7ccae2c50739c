"""Files are sent from a real browser and become tests."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from schema.catalog import Cell
from schema.catalog.connection import change
from schema.lake import hash_of
from schema.settings import Settings
from schema.warehouse import open_warehouse
from tests.ingest.working import small_export
from tests.service.page.arriving import worked

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LOT = re.compile(r"/upload/[0-9a-f]{32}$")
STUDY = """\
study: sent along
substances:
  Li: {formula: Li}
cells:
  cell of an upload: {configuration: Li/Li, area: wide, tests: ["7"]}
"""


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """Return where a warehouse is that has a worker."""
    with worked(tmp_path) as settings:
        yield settings


@pytest.fixture
def look(settings: Settings, look_at: Callable[[Settings], Any]) -> Any:  # noqa: ANN401 # a Look
    """Return how its pages are looked at."""
    return look_at(settings)


def send(tab: Page, *files: Path) -> None:
    """Choose files and send them."""
    tab.goto("/upload")
    tab.get_by_label("Files", exact=True).set_input_files(files)
    tab.get_by_role("button", name="Send").click()


def test_files_that_are_dropped_become_tests_while_somebody_looks(
    look: Any,  # noqa: ANN401 # a fixture
    tmp_path: Path,
) -> None:
    text = small_export(tmp_path / "7.bdf.csv", 7).read_text()
    tab = look.tab()
    tab.goto("/upload")
    data = tab.evaluate_handle(
        """text => {
            const data = new DataTransfer();
            data.items.add(new File([text], "7.bdf.csv"));
            data.items.add(new File(["no export"], "note.txt"));
            return data;
        }""",
        text,
    )
    tab.locator(".drop").dispatch_event("drop", {"dataTransfer": data})
    expect(tab.locator("#sending tr")).to_have_count(2)
    tab.get_by_role("button", name="Send").click()
    expect(tab).to_have_url(LOT)
    expect(tab.locator("#files").get_by_role("status")).to_have_text("All is done.")
    assert tab.locator("[hx-trigger]").count() == 0
    expect(tab.locator("tr").filter(has_text="note.txt")).to_contain_text("refused")
    row = tab.locator("tr").filter(has_text="7.bdf.csv")
    expect(row).to_contain_text("ingested")
    row.get_by_role("link", name="7", exact=True).click()
    expect(tab.locator("main .facts").first).to_contain_text("20")


def test_what_is_known_is_not_sent_again(look: Any, tmp_path: Path) -> None:  # noqa: ANN401 # a fixture
    export = small_export(tmp_path / "7.bdf.csv", 7)
    tab = look.tab()
    send(tab, export)
    expect(tab.locator("#files")).to_contain_text("ingested")
    parts: list[str] = []
    tab.on("request", lambda each: parts.append(each.url) if each.method == "PUT" else None)
    send(tab, export)
    expect(tab.locator("#files")).to_contain_text("already")
    assert parts == []


def test_a_large_file_goes_on_where_the_line_broke(
    look: Any,  # noqa: ANN401 # a fixture
    settings: Settings,
    tmp_path: Path,
) -> None:
    large = tmp_path / "large.bin"
    large.write_bytes(bytes(range(256)) * 80_000)  # 20.48 MB
    offsets: list[str] = []

    def break_once(route: Route) -> None:
        offsets.append(re.findall(r"offset=(\d+)", route.request.url)[0])
        if len(offsets) == 2:  # the second part
            route.abort("connectionreset")
        else:
            route.continue_()

    tab = look.tab()
    tab.route("**/upload/*/large.bin?*", break_once)
    send(tab, large)
    expect(tab).to_have_url(LOT)
    assert offsets == ["0", str(8 << 20), str(8 << 20), str(16 << 20)]
    expect(tab.locator("#files")).to_contain_text("refused")
    (arrived,) = open_warehouse(settings).lake.folder.glob("upload/*/large.bin")
    assert hash_of(arrived) == hash_of(large)
    assert all("CONNECTION_RESET" in each for each in look.wrong), look.wrong
    look.wrong.clear()  # the browser tells of the line


def test_who_leaves_the_page_and_chooses_the_same_again_sends_only_what_lacks(
    look: Any,  # noqa: ANN401 # a fixture
    tmp_path: Path,
) -> None:
    large = tmp_path / "large.bin"
    large.write_bytes(bytes(range(256)) * 40_000)  # 10.24 MB
    tab = look.tab()
    tab.route("**/large.bin?offset=8388608*", lambda route: route.abort("connectionreset"))
    send(tab, large)
    expect(tab.locator("#said")).to_contain_text("The line is broken")
    tab.unroute("**/large.bin?offset=8388608*")
    tab.goto("/")
    offsets: list[str] = []
    tab.on("request", lambda each: offsets.append(each.url) if each.method == "PUT" else None)
    send(tab, large)
    expect(tab).to_have_url(LOT)
    assert [re.findall(r"offset=(\d+)", each)[0] for each in offsets] == [str(8 << 20)]
    look.wrong.clear()  # the browser tells of the line


def test_without_javascript_a_form_ends_on_the_page_of_its_lot_and_a_study_says_its_faults(
    look: Any,  # noqa: ANN401 # a fixture
    tmp_path: Path,
) -> None:
    (tmp_path / "study.yaml").write_text(STUDY)
    tab = look.tab(java_script_enabled=False)
    tab.goto("/upload")
    files = [small_export(tmp_path / "7.bdf.csv", 7), tmp_path / "study.yaml"]
    tab.get_by_label("Files", exact=True).set_input_files(files)
    tab.get_by_label("Study document").fill("study.yaml")
    tab.get_by_role("button", name="Send").click()
    expect(tab).to_have_url(LOT)
    for _ in range(600):
        tab.reload()
        if "All is done" in tab.locator("main").inner_text():
            break
        tab.wait_for_timeout(100)
    expect(tab.locator("tr").filter(has_text="7.bdf.csv")).to_contain_text("ingested")
    study = tab.locator("tr").filter(has_text="study.yaml")
    expect(study).to_contain_text("failed")
    expect(study).to_contain_text("wide")
    assert str(tmp_path) not in tab.locator("main").inner_text()


def test_a_study_that_did_not_come_along_is_said_before_anything_is_read(
    look: Any,  # noqa: ANN401 # a fixture
    tmp_path: Path,
) -> None:
    tab = look.tab()
    tab.goto("/upload")
    tab.get_by_label("Files", exact=True).set_input_files(small_export(tmp_path / "7.bdf.csv", 7))
    tab.get_by_label("Study document").fill("study.xlsx")
    tab.get_by_role("button", name="Send").click()
    expect(tab.locator("#said")).to_contain_text("study.xlsx")
    tab.get_by_label("Study document").fill("")
    tab.get_by_role("button", name="Send").click()
    expect(tab).to_have_url(LOT)
    look.wrong.clear()  # the browser tells of the answer 400


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_kept_out(look: Any, axe: str, scheme: str, tmp_path: Path) -> None:  # noqa: ANN401 # a fixture
    tab = look.tab(color_scheme=scheme, viewport={"width": 390, "height": 800})
    tab.goto("/upload")
    tab.evaluate(axe)
    assert tab.evaluate("axe.run().then(found => found.violations.map(each => each.id))") == []
    send(tab, small_export(tmp_path / "7.bdf.csv", 7))
    expect(tab.locator("#files")).to_contain_text("ingested")
    tab.evaluate(axe)
    assert tab.evaluate("axe.run().then(found => found.violations.map(each => each.id))") == []
    width = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert tab.evaluate(width), "a telephone scrolls it sideways"


def test_a_cell_is_found_by_its_name_and_what_is_sent_ran_on_it(
    look: Any,  # noqa: ANN401 # a fixture
    settings: Settings,
    axe: str,
    tmp_path: Path,
) -> None:
    warehouse = open_warehouse(settings)
    with change(warehouse.engine, "cells") as (session, _):
        session.add_all([Cell(name=f"cell {number:03}") for number in range(1, 60)])
    warehouse.engine.dispose()
    tab = look.tab()
    tab.goto("/upload")
    field = tab.get_by_label("Cell that the tests ran on")
    field.fill("cell 05")
    expect(tab.locator("#cells option")).to_have_count(10)
    tab.evaluate(axe)
    assert tab.evaluate("axe.run().then(found => found.violations.map(each => each.id))") == []
    field.fill("cell 99")
    tab.get_by_label("Files", exact=True).set_input_files(small_export(tmp_path / "7.bdf.csv", 7))
    tab.get_by_role("button", name="Send").click()
    expect(tab.locator("#said")).to_contain_text("cell 99")
    field.fill("cell 052")
    tab.get_by_role("button", name="Send").click()
    expect(tab).to_have_url(LOT)
    expect(tab.locator("#files")).to_contain_text("1 test ran on cell 052.")
    look.wrong.clear()  # the browser tells of what was declined, as it should
