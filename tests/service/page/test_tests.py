"""The list of tests: found by what they are, in an order, a page at a time."""

import csv
import io
import re

import pytest

from tests.service.asker import Asker


def ids(text: str) -> list[str]:
    """Return the tests of a page of the list, in their order."""
    return re.findall(r'<tr><td><a href="/tests/(\d+)"', text)


def test_pages_follow_each_other_until_every_test_was_seen(visitor: Asker) -> None:
    every = visitor.data("{tests(first: 500) {nodes {id}}}")["tests"]["nodes"]
    address, seen = "/tests", []
    while address:
        text = visitor.get(address).text
        seen += ids(text)
        later = re.search(r'href="(/tests\?[^"]*after=[^"]*)" rel="next"', text)
        address = later[1].replace("&amp;", "&") if later else ""
    assert len(seen) == len(set(seen))
    assert seen == [each["id"] for each in reversed(every)]


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("technique=GCPL", '{technique: {eq: "GCPL"}}'),
        (
            "technique=GCPL&technique=not-told",
            '{or: [{technique: {eq: "GCPL"}}, {technique: {isNull: true}}]}',
        ),
        ("name=WETTED&technique=GCPL", '{name: {contains: "wetted"}, technique: {eq: "GCPL"}}'),
        ("configuration=Li/LATP/Li", '{cell: {configuration: {eq: "Li/LATP/Li"}}}'),
        ("finding=none", "{finding: {isNull: true}}"),
        ("finding=any", "{finding: {isNull: false}}"),
        ("finding=ambiguous_date&technique=EIS", '{finding: {eq: "ambiguous_date"}}'),
        (
            "configuration=Li/LATP/Li&configuration=not-told",
            '{cell: {or: [{configuration: {eq: "Li/LATP/Li"}}, {configuration: {isNull: true}}]}}',
        ),
        ("cell=not-told", "{cellId: {isNull: true}}"),
        ("cell=told&name=lfp", '{cellId: {isNull: false}, name: {contains: "lfp"}}'),
    ],
)
def test_fields_narrow_as_the_conditions_of_graphql_do(
    visitor: Asker,
    query: str,
    where: str,
) -> None:
    order = "[{field: ID, direction: DESC}]"
    asked = f"{{tests(first: 50, where: {where}, orderBy: {order}) {{nodes {{id}}}}}}"
    nodes = visitor.data(asked)
    expected = [each["id"] for each in nodes["tests"]["nodes"]]
    assert ids(visitor.get(f"/tests?{query}").text) == expected


def test_a_column_sorts_both_ways_and_says_so(visitor: Asker) -> None:
    up, down = (visitor.get(f"/tests?sort={sort}").text for sort in ("points", "-points"))
    assert 'aria-sort="ascending"' in up
    assert 'aria-sort="descending"' in down
    first = visitor.data(
        "{tests(first: 1, orderBy: [{field: POINT_COUNT, direction: DESC}]) {nodes {id}}}"
    )
    assert ids(down)[0] == first["tests"]["nodes"][0]["id"]
    assert "sort=-points" in up


def test_the_csv_is_what_is_seen(visitor: Asker) -> None:
    query = "technique=EIS&sort=name"
    rows = list(csv.DictReader(io.StringIO(visitor.get(f"/tests.csv?{query}").text)))
    assert rows
    assert [each["test_id"] for each in rows] == ids(visitor.get(f"/tests?{query}").text)
    assert {each["technique"] for each in rows} == {"EIS"}


def test_where_nothing_is_so_each_condition_can_be_left_out(visitor: Asker) -> None:
    text = visitor.get("/tests?technique=GCPL&name=nobody").text
    assert "No test is so" in text
    assert 'href="/tests?technique=GCPL"' in text
    assert 'href="/tests?name=nobody"' in text


def test_what_the_list_does_not_know_is_refused(visitor: Asker) -> None:
    assert visitor.get("/tests?sort=color").status_code == 400
    assert visitor.get("/tests?colour=red").status_code == 400
    assert visitor.get("/tests?after=nonsense").status_code == 400


def test_choices_stand_with_how_many_tests_they_leave(visitor: Asker) -> None:
    text = visitor.get("/tests?technique=GCPL").text
    query = "{testFacets(fields: [TECHNIQUE]) {choices {value count} notTold}}"
    (facet,) = visitor.data(query)["testFacets"]
    for choice in facet["choices"]:
        name = f"✓ {choice['value']}" if choice["value"] == "GCPL" else choice["value"]
        assert f'{name}</a> <span class="why">{choice["count"]}</span>' in text
    assert f'not stated</a> <span class="why">{facet["notTold"]}</span>' in text
    assert 'href="/tests?technique=GCPL&amp;technique=EIS"' in text
    assert 'href="/tests" aria-current="true"' in text


def test_a_page_of_another_order_is_refused(visitor: Asker) -> None:
    cursor = visitor.data("{tests(first: 1) {pageInfo {endCursor}}}")["tests"]["pageInfo"]
    response = visitor.get(f"/tests?sort=name&after={cursor['endCursor']}")
    assert response.status_code == 400
    assert "orderBy" in response.text
