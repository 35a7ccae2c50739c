"""Home, search, and links that know when they were made."""

import re
from typing import Any

import pytest

from tests.service.asker import Asker


def test_home_counts_as_graphql_does(visitor: Asker) -> None:
    answer = visitor.data("{cells {totalCount} tests {totalCount} spectra {totalCount}}")
    text = visitor.get("/").text
    for name in ("cells", "tests", "spectra"):
        count = answer[name]["totalCount"]
        assert re.search(rf"<dt>{name.capitalize()}</dt><dd><a[^>]*>{count}</a>", text), name


def test_the_newest_test_stands_first_with_its_file_and_cell(visitor: Asker) -> None:
    query = "{tests(first: 1, orderBy: [{field: ID, direction: DESC}]) {nodes {id name}}}"
    (newest,) = visitor.data(query)["tests"]["nodes"]
    first = re.search(r'<tbody>\s*<tr><td><a href="/tests/(\d+)">([^<]+)', visitor.get("/").text)
    assert first
    assert first.groups() == (newest["id"], newest["name"])


def test_an_empty_warehouse_says_how_to_fill_it(ask: Any, bare_warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    assert "leyden ingest" in ask(bare_warehouse.settings).get("/").text


@pytest.mark.slow
def test_contradicted_claims_are_told_with_why(visitor: Asker) -> None:
    text = visitor.get("/home/contradicted").text
    assert re.search(r'<a href="/claims/\d+">N17</a>', text)
    assert not re.search(r'<a href="/claims/\d+">N1</a>', text)


def test_a_search_finds_by_a_part_of_a_name_and_says_what_matched(visitor: Asker) -> None:
    text = visitor.get("/search?q=lfp-100").text
    assert 'href="/cells/31"' in text
    assert re.search(r'href="/tests/\d+">synthetic-lfp-100uA', text)
    layers = visitor.get("/search?q=FeF3&kind=cell").text
    assert "synthetic-fef3-25uA" in layers


def test_one_thing_of_that_very_name_is_gone_to(visitor: Asker) -> None:
    response = visitor.get("/search?q=LATP")
    assert response.status_code == 303
    assert response.headers["location"].startswith("/substances/")


def test_what_nothing_matches_is_said_and_escaped(visitor: Asker) -> None:
    text = visitor.get("/search?q=%3Cscript%3Ealert(1)%25_").text
    assert "Nothing has" in text
    assert "<script>alert" not in text


@pytest.mark.slow
def test_a_link_says_what_has_changed_since_it_was_made(warehouse: Any, asker: Asker) -> None:  # noqa: ANN401 # fixtures
    link = re.search(r'<a href="([^"]+)">Link</a>', asker.get("/cells/1").text)
    assert link
    assert re.fullmatch(r"/cells/1\?seen=\d+", link[1])
    assert "nothing has changed" in asker.get(link[1]).text
    warehouse.supersede(1, warehouse.stretches(2))
    assert re.search(r"1 test changed, 1 cell changed", asker.get(link[1]).text)


def test_a_snapshot_that_is_none_is_refused(visitor: Asker) -> None:
    assert visitor.get("/cells/31?seen=yesterday").status_code == 400


def test_the_link_of_a_link_carries_one_snapshot(visitor: Asker) -> None:
    text = visitor.get("/cells/31?per=gram&seen=1").text
    (link,) = re.findall(r'<a href="([^"]+)">Link</a>', text)
    assert link.count("seen=") == 1
    assert "per=gram" in link
