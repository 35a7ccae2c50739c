"""Pages of rows: every row once, whatever the order, and clear words where a page cannot be."""

from base64 import urlsafe_b64encode
from itertools import product
from typing import Any

import pytest

from schema.catalog import Test
from schema.catalog.connection import change
from tests.law import thinned

PAGE = """
query ($first: Int, $after: String, $last: Int, $before: String, $order: [TestOrder!]) {
  tests(first: $first, after: $after, last: $last, before: $before, orderBy: $order) {
    nodes { id }
    edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    totalCount
  }
}
"""
ORDERS: list[list[dict[str, str]]] = [
    [],
    [{"field": "NAME"}],
    [{"field": "DURATION_SECOND"}],
    [{"field": "DURATION_SECOND", "direction": "DESC"}],
    [{"field": "STARTED_AT", "direction": "DESC"}, {"field": "POINT_COUNT"}],
    [{"field": "TECHNIQUE"}, {"field": "ID", "direction": "DESC"}],
]


@pytest.fixture
def many(warehouse: Any) -> None:  # noqa: ANN401 # the warehouse of tests/service
    """Add tests with ties and nulls."""
    with change(warehouse.engine, "many tests") as (session, snapshot):
        for number in range(20):
            session.add(
                Test(
                    id=100 + number,
                    name=f"many-{number % 7}",
                    origin=f"/many/{number}",
                    position=1,
                    technique=None if number % 3 else "GCPL",
                    duration_second=None if number % 4 == 0 else float(number // 5),
                    point_count=number % 2,
                    step_count=0,
                    cycle_count=0,
                    spectrum_count=0,
                    facts={},
                    added_snapshot=snapshot,
                )
            )


def ids(connection: dict[str, Any]) -> list[str]:
    """Return the ids on a page."""
    return [node["id"] for node in connection["nodes"]]


@pytest.mark.slow
@pytest.mark.parametrize("order", thinned(ORDERS, 3))
@pytest.mark.usefixtures("many")
def test_pages_forward_and_backward_hold_every_row_once_in_the_same_order(
    asker: Any,  # noqa: ANN401 # a fixture
    order: list[dict[str, str]],
) -> None:
    whole = ids(asker.data(PAGE, first=500, order=order)["tests"])
    assert len(whole) == len(set(whole)) == 23
    forward: list[str] = []
    after = None
    while True:
        page = asker.data(PAGE, first=6, after=after, order=order)["tests"]
        assert page["totalCount"] == 23
        assert page["pageInfo"]["hasPreviousPage"] is bool(forward)
        forward += ids(page)
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert forward == whole
    backward: list[str] = []
    before = None
    while True:
        page = asker.data(PAGE, last=6, before=before, order=order)["tests"]
        backward = ids(page) + backward
        before = page["pageInfo"]["startCursor"]
        if not page["pageInfo"]["hasPreviousPage"]:
            break
    assert backward == whole


@pytest.mark.slow
@pytest.mark.usefixtures("many")
def test_rows_without_a_value_come_last_both_ways(asker: Any) -> None:  # noqa: ANN401 # a fixture
    query = "query ($order: [TestOrder!]) { tests(orderBy: $order) { nodes { durationSecond } } }"
    for direction in ("ASC", "DESC"):
        order = [{"field": "DURATION_SECOND", "direction": direction}]
        found = [n["durationSecond"] for n in asker.data(query, order=order)["tests"]["nodes"]]
        known = [value for value in found if value is not None]
        assert found == known + [None] * (len(found) - len(known))
        assert known == sorted(known, reverse=direction == "DESC")


@pytest.mark.slow
@pytest.mark.usefixtures("many")
def test_a_cursor_stands_on_its_row_though_rows_before_it_go(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    page = asker.data(PAGE, first=5)["tests"]
    warehouse.remove(int(page["nodes"][0]["id"]))
    following = ids(asker.data(PAGE, first=1, after=page["pageInfo"]["endCursor"])["tests"])
    assert int(following[0]) > int(page["nodes"][-1]["id"])
    assert ids(asker.data(PAGE, first=500)["tests"])[4] == following[0]


def test_a_page_too_small_or_too_large_is_refused(asker: Any) -> None:  # noqa: ANN401 # a fixture
    for argument, value in product(("first", "last"), (-1, 501, 2_000_000_000)):
        error = asker.error(PAGE, **{argument: value})
        assert error["message"] == f"{argument} cannot be {value}: it takes a number from 0 to 500"
        assert error["extensions"]["code"] == "INVALID_ARGUMENT"
        literal = asker.error(f"{{ tests({argument}: {value}) {{ nodes {{ id }} }} }}")
        assert literal["message"] == error["message"]


def test_a_page_of_none_has_no_rows_and_still_counts_them(asker: Any) -> None:  # noqa: ANN401 # a fixture
    page = asker.data(PAGE, first=0)["tests"]
    assert (page["nodes"], page["totalCount"], page["pageInfo"]["hasNextPage"]) == ([], 3, True)


NO_CURSORS = (
    "",
    "nonsense",
    "é",
    "[1]",
    '["id"]',
    '["id",1,2]',
    '["id","1"]',
    '["id",1e99]',
    '["id",99999999999999999999]',
    '["id",18446744073709551615]',
    '["id",true]',
    '["name",1]',
    '{"id":1}',
    "null",
)


def test_a_cursor_that_is_none_is_told_so(asker: Any) -> None:  # noqa: ANN401 # a fixture
    for text in NO_CURSORS:
        for cursor in (text, urlsafe_b64encode(text.encode()).decode()):
            error = asker.error(PAGE, after=cursor)
            assert "it takes an endCursor or startCursor of the same orderBy" in error["message"]


def test_a_cursor_of_another_order_is_refused(asker: Any) -> None:  # noqa: ANN401 # a fixture
    cursor = asker.data(PAGE, first=1, order=[{"field": "NAME"}])["tests"]["pageInfo"]["endCursor"]
    error = asker.error(PAGE, after=cursor, order=[{"field": "NAME", "direction": "DESC"}])
    assert "of the same orderBy" in error["message"]


def test_ids_and_names_are_asked_for_in_lists(asker: Any) -> None:  # noqa: ANN401 # a fixture
    found = asker.data(
        '{ a: tests(ids: ["3", "1"]) { nodes { id } }'
        '  b: tests(names: ["rate.nda"]) { nodes { id } } }'
    )
    assert [ids(found["a"]), ids(found["b"])] == [["1", "3"], ["2"]]


def test_an_id_or_name_nobody_has_is_an_error_that_tells_who_is_known(asker: Any) -> None:  # noqa: ANN401 # a fixture
    missing = asker.error('{ tests(ids: ["1", "99"]) { nodes { id } } }')
    assert missing["message"] == "no test id is called '99'; known: 1, 2, 3"
    near = asker.error('{ cells(names: ["LFP-1"]) { nodes { id } } }')
    assert near["message"] == "no cell name is called 'LFP-1'; did you mean LFP-01?"
    assert near["extensions"]["code"] == "UNKNOWN_NAME"
    word = asker.error('{ tests(ids: ["one"]) { nodes { id } } }')
    assert word["extensions"]["code"] == "INVALID_ARGUMENT"


def test_a_failing_page_leaves_its_neighbors_alone(asker: Any) -> None:  # noqa: ANN401 # a fixture
    answer = asker.answer('{ tests(after: "x") { nodes { id } } cells { totalCount } }')
    assert answer["data"] == {"tests": None, "cells": {"totalCount": 2}}


def test_one_row_is_asked_for_by_id_or_by_its_unique_name(asker: Any) -> None:  # noqa: ANN401 # a fixture
    found = asker.data(
        '{ test(id: "2") { name } cell(name: "LFP-01") { id } x: test(id: "9") { id } }'
    )
    assert found == {"test": {"name": "rate.nda"}, "cell": {"id": "1"}, "x": None}
    assert "one of the two" in asker.error("{ cell { id } }")["message"]
