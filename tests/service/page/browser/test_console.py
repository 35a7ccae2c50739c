"""The console in a real browser."""

from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SERIES = '{test(name: "synthetic-lfp-100uA") {dischargeCapacity {cycleCount dischargeCapacityAh}}}'


def run(tab: Page, query: str) -> None:
    """Open the console with a query and run it."""
    tab.goto(f"/graphql?query={quote(query)}")
    tab.get_by_role("button", name="Execute query").click()


def test_a_link_carries_its_query_and_the_answer_is_a_table_too(tab: Page) -> None:
    run(tab, "{cells(first: 3) {nodes {name configuration tests {name}}}}")
    expect(tab.locator(".graphiql-response")).to_contain_text("synthetic-bare-50uA-0")
    table = tab.locator("#tables table").first
    expect(table.locator("caption")).to_contain_text("3 rows")
    expect(table).to_contain_text("Li/LATP/Li")


def test_nested_names_become_columns(tab: Page) -> None:
    run(tab, "{tests(first: 2) {nodes {name cell {name}}}}")
    expect(tab.locator("#tables th").nth(1)).to_have_text("cell.name")


def test_a_series_is_drawn(tab: Page) -> None:
    run(tab, SERIES)
    expect(tab.locator("#tables .uplot canvas")).to_be_visible()
    expect(tab.locator("#tables caption")).to_contain_text("200 rows")


def test_the_documentation_is_at_hand(tab: Page) -> None:
    tab.goto("/graphql")
    tab.get_by_role("button", name="Show Documentation Explorer").click()
    expect(tab.locator(".graphiql-doc-explorer")).to_contain_text("Query")


def test_what_is_ours_keeps_nobody_out(look: Any, axe: str) -> None:  # noqa: ANN401 # a fixture
    tab = look.tab()
    run(tab, SERIES)
    expect(tab.locator("#tables .uplot canvas")).to_be_visible()
    tab.evaluate(axe)
    # GraphiQL's own colors and labels are its makers'
    ours = "axe.run({exclude: ['#console', '.graphiql-container']})"
    assert tab.evaluate(f"{ours}.then(found => found.violations.map(each => each.id))") == []
