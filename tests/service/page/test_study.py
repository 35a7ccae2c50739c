"""Studies, claims and what they are about."""

import math
import re
from typing import Any
from urllib.parse import unquote_plus

import pytest
import yaml

from service.page.claim import ratio


def test_a_study_counts_its_verdicts_as_graphql_does(visitor: Any) -> None:  # noqa: ANN401 # a fixture
    nodes = visitor.data("{claims(first: 500) {nodes {verdict}}}")["claims"]["nodes"]
    page = visitor.get("/studies/1/claims").text
    for verdict in ("SUPPORTED", "CONTRADICTED", "UNTESTABLE"):
        count = sum(each["verdict"] == verdict for each in nodes)
        assert re.search(rf"{verdict.lower()} {count}</a>", page), verdict


def test_a_verdict_narrows_and_an_order_orders(visitor: Any) -> None:  # noqa: ANN401 # a fixture
    page = visitor.get("/studies/1/claims?verdict=contradicted&sort=name").text
    names = re.findall(r'<td><a href="/claims/\d+">([^<]+)', page)
    assert names == sorted(names)
    assert {"M3", "N3", "N17"} <= set(names)
    assert "N1" not in names


VERDICTS = frozenset({"verdict", "recomputed", "reportedLow", "reportedHigh", "evidence", "flags"})


@pytest.mark.parametrize(
    ("address", "section", "shown"),
    [
        ("/claims", "/claims/verdicts", "promising ionic conductivity"),
        ("/studies/1", "/studies/1/claims", "promising ionic conductivity"),
        ("/studies/1", "/studies/1/forest", "promising ionic conductivity"),
        ("/studies", "/studies/verdicts", "synthetic-prussian-blue"),
        ("/claims/1", "/claims/1/verdict", "promising ionic conductivity"),
    ],
)
def test_what_was_reported_is_there_at_once_and_what_is_computed_follows(
    visitor: Any,  # noqa: ANN401 # a fixture
    address: str,
    section: str,
    shown: str,
) -> None:
    page = visitor.get(address).text
    assert shown in page
    assert f'hx-get="{section}"' in page
    (query,) = re.findall(r'href="/graphql\?query=([^"&]+)', page)
    computed = unquote_plus(query).replace("judged { verdict why evidence }", "")
    asked = set(re.findall(r"\w+", computed))
    assert not asked & VERDICTS
    assert visitor.get(section).status_code == 200


def test_a_verdict_chosen_shows_nothing_before_verdicts_are_known(visitor: Any) -> None:  # noqa: ANN401 # a fixture
    page = visitor.get("/claims?verdict=supported").text
    assert 'href="/claims/1"' not in page
    assert 'hx-get="/claims/verdicts?verdict=supported"' in page
    assert 'href="/claims/2"' in visitor.get("/claims/verdicts?verdict=supported").text


def test_the_document_is_the_one_that_was_entered(visitor: Any, demo_warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    written = yaml.safe_load((demo_warehouse.home / "demo" / "study.yaml").read_text("utf-8"))
    response = visitor.get("/studies/1/document.yaml")
    assert response.headers["content-disposition"].startswith("attachment")
    again = yaml.safe_load(response.text)
    assert again["claims"].keys() == written["claims"].keys()
    assert again["source"] == written["source"]


def test_the_forest_holds_recomputed_over_reported(visitor: Any) -> None:  # noqa: ANN401 # a fixture
    forest = visitor.get("/studies/1/forest.json").json()
    ratios = dict(zip(forest["claim"], forest["recomputed_over_reported"], strict=True))
    assert math.isclose(ratios["N1"], 0.000112 / 0.000112, rel_tol=1e-3)
    assert math.isclose(ratios["N7"], 3.0495696 / 3.0, rel_tol=1e-9)  # mV were reported, V computed
    assert "N5" not in ratios  # a word was reported
    opened = dict(zip(forest["claim"], forest["high"], strict=True))
    assert opened["N8-text"] is None  # a bound has no upper end


@pytest.mark.parametrize(
    ("low", "high", "again", "expected"),
    [(2.0, 2.0, 3.0, 1.5), (None, 4.0, 2.0, 0.5), (2.0, 6.0, 4.0, 1.0)],
)
def test_a_ratio_is_of_what_was_reported(
    low: float | None, high: float | None, again: float, expected: float
) -> None:
    claim = {
        "reportedLow": low,
        "reportedHigh": high,
        "recomputed": again,
        "recomputedLow": again,
        "recomputedHigh": None,
    }
    middle, least, most = ratio(claim)
    assert (middle, least) == (expected, expected)
    assert math.isnan(most)


@pytest.mark.parametrize("recomputed", [None, 0.0, -1.0])
def test_there_is_no_ratio_of_what_is_not_positive(recomputed: float | None) -> None:
    claim = {"reportedLow": 1.0, "reportedHigh": 1.0, "recomputed": recomputed}
    claim |= {"recomputedLow": recomputed, "recomputedHigh": recomputed}
    assert all(math.isnan(each) for each in ratio(claim))


@pytest.mark.slow
def test_a_claim_shows_its_evidence_and_its_exports(visitor: Any) -> None:  # noqa: ANN401 # a fixture
    page = visitor.get("/claims/8/verdict").text
    assert "synthetic-wetted-50uA-0" in page
    assert re.search(r'href="/files/\d+"', page)
    assert "runaway at 5 V" in page


def test_a_substance_is_found_by_its_name_and_stands_at_its_id(visitor: Any) -> None:  # noqa: ANN401 # a fixture
    response = visitor.get("/substances/LATP")
    assert response.status_code == 303
    assert re.fullmatch(r"/substances/\d+", response.headers["location"])
    assert "rhombohedral" in visitor.get(response.headers["location"]).text


@pytest.mark.slow
def test_hostile_names_come_out_escaped(ask: Any, bare_warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    evil = "<script>alert(1)</script>\"'&"
    asker = ask(bare_warehouse.settings)
    query = """mutation Make($name: String!) {
        createSubstance(input: {name: $name, note: $name}) { __typename }
    }"""
    assert "errors" not in asker.answer(query, name=evil)
    page = asker.get("/substances/1").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
