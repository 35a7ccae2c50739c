"""What there is to choose among: each choice finds as many rows as it says."""

from collections.abc import Iterator
from typing import Any

import pytest

from schema.catalog import Cell
from schema.catalog.connection import change
from schema.settings import Settings
from tests.service.asker import Asker, asked

KINDS = {
    "cells": ("cellFacets", "CellFacet", "CellWhere"),
    "tests": ("testFacets", "TestFacet", "TestWhere"),
    "materials": ("materialFacets", "MaterialFacet", "MaterialWhere"),
}
TOLD = (
    "name condition unit choices { value count least greatest } more least greatest count notTold"
)


@pytest.fixture(scope="module")
def demo(demo_warehouse: Settings) -> Iterator[Asker]:
    """Return who asks a service on the demo study."""
    with asked(demo_warehouse, only_reads=True) as asker:
        yield asker


def at(condition: str, comparison: dict[str, Any]) -> dict[str, Any]:
    """Return a condition as `where` has it."""
    for name in reversed(condition.split(".")):
        comparison = {name: comparison}
    return comparison


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_choice_finds_as_many_rows_as_it_says(demo: Asker, kind: str) -> None:
    field, names, where = KINDS[kind]
    known = demo.data(f'{{ __type(name: "{names}") {{ enumValues {{ name }} }} }}')["__type"]
    fields = " ".join(each["name"] for each in known["enumValues"])
    facets = demo.data(f"{{ {field}(fields: [{fields}]) {{ {TOLD} }} }}")[field]
    assert [facet["name"] for facet in facets] == fields.split()
    count = f"query ($where: {where}) {{ {kind}(where: $where) {{ totalCount }} }}"
    total = demo.data(count)[kind]["totalCount"]
    tried = 0
    for facet in facets:
        assert facet["count"] + facet["notTold"] == total
        is_of_list = facet["condition"].startswith("layers")
        if not is_of_list:
            found = demo.data(count, where=at(facet["condition"], {"isNull": False}))
            assert found[kind]["totalCount"] == facet["count"]
        for choice in facet["choices"][:4]:
            taken: Any = {"true": True, "false": False}.get(choice["value"], choice["value"])
            chosen = at(facet["condition"], {"eq": taken})
            if choice["least"] is not None:
                layer = {"substance": {"eq": taken}, "thicknessUm": {"gte": choice["least"]}}
                if "loading" in facet["condition"]:
                    layer = {"substance": {"eq": taken}, "loadingMgPerCm2": {"isNull": False}}
                chosen = {"layers": {"some": layer}}
            assert demo.data(count, where=chosen)[kind]["totalCount"] == choice["count"]
            tried += 1
    assert tried > 5


def test_a_choice_taken_leaves_the_others_of_its_facet(demo: Asker) -> None:
    query = (
        "query ($where: CellWhere) { cellFacets(where: $where, fields: [SUBSTANCE, CONFIGURATION]) "
        "{ choices { value count } } cells(where: $where) { totalCount } }"
    )
    everything = demo.data(query)["cellFacets"]
    thick = {"thicknessUm": {"gte": 0.5}}
    taken = demo.data(query, where={"layers": {"some": {"substance": {"eq": "PB"}}}})
    assert taken["cellFacets"][0] == everything[0]
    assert 0 < taken["cells"]["totalCount"] < sum(e["count"] for e in everything[1]["choices"])
    assert (
        sum(e["count"] for e in taken["cellFacets"][1]["choices"]) == taken["cells"]["totalCount"]
    )
    both = demo.data(query, where={"layers": {"some": {"substance": {"eq": "PB"}, **thick}}})
    alone = demo.data(query, where={"layers": {"some": thick}})
    assert both["cellFacets"][0] == alone["cellFacets"][0]
    denied = {"not": {"layers": {"some": {"substance": {"eq": "PB"}}}}}
    substances = {e["value"] for e in demo.data(query, where=denied)["cellFacets"][0]["choices"]}
    assert "LATP" in substances
    assert "PB" not in substances


@pytest.mark.slow
def test_no_more_choices_are_told_than_may_be_and_how_many_there_are(
    asker: Asker,
    warehouse: Any,  # noqa: ANN401 # a fixture
) -> None:
    with change(warehouse.engine, "enter cells") as (session, _):
        session.add_all(
            Cell(name=f"many-{n}", configuration=f"Li/{min(n, 58)}/Li") for n in range(60)
        )
    query = "{ cellFacets(fields: [CONFIGURATION]) { choices { value count } more count notTold } }"
    (facet,) = asker.data(query)["cellFacets"]
    assert len(facet["choices"]) == 50
    assert facet["choices"][0] == {"value": "Li/58/Li", "count": 2}
    assert (facet["more"], facet["count"], facet["notTold"]) == (9, 60, 2)


def test_more_facets_than_may_be_are_refused(asker: Asker) -> None:
    query = """{ __type(name: "CellSummaryName") { enumValues { name } } }"""
    names = " ".join(e["name"] for e in asker.data(query)["__type"]["enumValues"])
    error = asker.error(f"{{ cellFacets(summaries: [{names}]) {{ count }} }}")
    assert "at most 40 facets" in error["message"]


def test_no_facet_is_asked_for_and_none_is_told(asker: Asker) -> None:
    assert asker.data("{ cellFacets { count } }") == {"cellFacets": []}


@pytest.mark.usefixtures("warehouse")  # of its own: it changes it
def test_facets_of_all_cells_follow_a_change(asker: Asker) -> None:
    asked_for = "{ cellFacets(fields: [PROJECT, AREA_CM2]) { count notTold greatest } }"
    create = "mutation ($input: CellInput!) { createCell(input: $input) { __typename } }"
    before = asker.data(asked_for)["cellFacets"]
    assert asker.data(asked_for)["cellFacets"] == before
    created = asker.data(create, input={"name": "later", "project": "new", "areaCm2": 1e6})
    assert created["createCell"]["__typename"] == "Cell"
    project, area = asker.data(asked_for)["cellFacets"]
    assert project == before[0] | {"count": before[0]["count"] + 1}
    assert area == before[1] | {"count": before[1]["count"] + 1, "greatest": 1e6}
