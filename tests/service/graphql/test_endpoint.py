"""POST /graphql: what it takes, and what it answers when something goes wrong."""

import json
from typing import Any

import pytest
from graphql import build_client_schema, get_introspection_query
from sqlalchemy import text

QUERY = "{ tests { totalCount } }"


@pytest.mark.parametrize(
    ("body", "kind", "status", "message"),
    [
        (json.dumps({"query": QUERY}), "text/plain", 415, "must be application/json"),
        (json.dumps({"query": QUERY}), "", 415, "must be application/json"),
        ("{", "application/json", 400, "not JSON"),
        ("", "application/json", 400, "not JSON"),
        (json.dumps([{"query": QUERY}]), "application/json", 400, "one request at a time"),
        (json.dumps("x"), "application/json", 400, "with a query"),
        (json.dumps({}), "application/json", 400, "with a query"),
        (json.dumps({"query": 1}), "application/json", 400, "with a query"),
        (json.dumps({"query": QUERY, "variables": [1]}), "application/json", 400, "variables"),
        (json.dumps({"query": QUERY, "operationName": 1}), "application/json", 400, "operation"),
        (json.dumps({"query": "{"}), "application/json", 400, "Syntax Error"),
        (json.dumps({"query": "{ nothing }"}), "application/json", 400, "nothing"),
        (json.dumps({"query": "[" * 100_000}), "application/json", 400, "Syntax Error"),
        ("[" * 100_000, "application/json", 400, "not JSON"),
    ],
)
def test_what_is_no_request_is_told_why(
    asker: Any,  # noqa: ANN401 # a fixture
    body: str,
    kind: str,
    status: int,
    message: str,
) -> None:
    response = asker.request("POST", "/graphql", content=body, headers={"Content-Type": kind})
    assert response.status_code == status
    assert message in response.json()["errors"][0]["message"]


def test_a_query_is_not_taken_from_the_address(asker: Any) -> None:  # noqa: ANN401 # a fixture
    response = asker.get("/graphql", params={"query": QUERY})
    assert response.headers["content-type"].startswith("text/html")
    assert response.text.startswith("<!doctype html>")


def test_a_body_too_large_is_refused(asker: Any) -> None:  # noqa: ANN401 # a fixture
    response = asker.request("POST", "/graphql", json={"query": "#" + "x" * 1_000_000})
    assert response.status_code == 413


def test_the_operation_is_chosen_by_its_name(asker: Any) -> None:  # noqa: ANN401 # a fixture
    two = "query A { tests { totalCount } } query B { cells { totalCount } }"
    sent = {"query": two, "operationName": "B"}
    assert asker.request("POST", "/graphql", json=sent).json() == {
        "data": {"cells": {"totalCount": 2}}
    }
    assert asker.answer(two)["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


@pytest.mark.slow
def test_the_schema_is_told_to_any_client(asker: Any) -> None:  # noqa: ANN401 # a fixture
    schema = build_client_schema(asker.data(get_introspection_query()))
    assert schema.query_type is not None
    assert "dischargeCapacity" in schema.query_type.fields


def test_a_bomb_is_refused_before_it_runs(asker: Any) -> None:  # noqa: ANN401 # a fixture
    bomb = "{ ...f0 }" + "".join(
        f" fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}" for n in range(99)
    )
    bomb += " fragment f99 on Query { tests { totalCount } }"
    response = asker.request("POST", "/graphql", json={"query": bomb})
    assert response.status_code == 400
    assert "more than 1000000000 fields" in response.json()["errors"][0]["message"]


def test_variables_nested_too_deep_are_refused(asker: Any) -> None:  # noqa: ANN401 # a fixture
    deep: list[Any] = []
    for _ in range(500):
        deep = [deep]
    assert "nested deeper" in asker.error(QUERY, x=deep)["message"]


def test_a_wrong_name_is_told_the_nearest(asker: Any) -> None:  # noqa: ANN401 # a fixture
    for query in (
        "{ tets { id } }",
        "{ tests { node } }",
        "{ tests(frist: 1) { totalCount } }",
        "{ tests(where: { nam: {} }) { totalCount } }",
        '{ coulombicEfficiency(tests: ["1"], order: DISCHARGE_OVER_CHARG) { rowCount } }',
    ):
        assert "Did you mean" in asker.answer(query)["errors"][0]["message"]
    unknown = asker.error("query ($w: TestWhere) { tests(where: $w) { totalCount } }", w={"nam": 1})
    assert "Did you mean 'name'" in unknown["message"]


def test_what_nobody_expected_is_masked_and_logged_under_the_request(
    asker: Any,  # noqa: ANN401 # a fixture
    warehouse: Any,  # noqa: ANN401 # a fixture
    capfd: pytest.CaptureFixture[str],
) -> None:
    with warehouse.engine.execution_options(mode="change").begin() as connection:
        connection.execute(text("ALTER TABLE material RENAME TO lost"))
    sent = {"query": "{ materials { totalCount } cells { totalCount } }"}
    headers = {"X-Request-ID": "quest-7"}
    response = asker.request("POST", "/graphql", json=sent, headers=headers)
    answer = response.json()
    assert answer["data"] == {"materials": None, "cells": {"totalCount": 2}}
    assert answer["errors"][0]["message"] == (
        "Something unexpected happened; it is logged as request quest-7."
    )
    assert answer["errors"][0]["extensions"] == {"code": "INTERNAL", "requestId": "quest-7"}
    assert "material" not in answer["errors"][0]["message"]
    assert response.headers["X-Request-ID"] == "quest-7"
    logged = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    (fault,) = [line for line in logged if line["level"] == "error"]
    assert fault["request_id"] == "quest-7"
    assert "no such table: material" in fault["exception"]


def test_a_question_that_takes_too_long_is_told_so(warehouse: Any, ask: Any) -> None:  # noqa: ANN401 # fixtures
    hasty = warehouse.settings.model_copy(update={"query_timeout_second": 1e-6})
    error = ask(hasty).error('{ dischargeCapacity(tests: ["1"]) { rowCount } }')
    assert error["extensions"]["code"] == "QUERY_TIMEOUT"
    assert error["message"].startswith("stopped after 1e-06 s")
