"""Search and changes as a document asks for them."""

from typing import Any

import pytest

from schema.catalog import Claim
from schema.catalog.connection import change

SEARCH = """query ($text: String!, $kinds: [SearchKind!], $first: Int) {
  search(text: $text, kinds: $kinds, first: $first) {
    kind hasMore hits { kind id name field text node { __typename ... on Test { pointCount } } }
  }
}"""
CHANGES = """query ($snapshot: Int!) {
  snapshot
  changesSince(snapshot: $snapshot) {
    since snapshot tables
    tests { addedCount added { id name node { globalId } }
            supersededCount superseded(first: 1) { name }
            removedCount removed { id name node { globalId } } }
    cells { added { name } superseded { name } }
    files { addedCount supersededCount removedCount }
  }
}"""


def test_what_is_found_is_grouped_by_kind_and_says_what_matched(asker: Any) -> None:  # noqa: ANN401 # a fixture
    groups = asker.data(SEARCH, text=" GCPL")["search"]
    assert [(each["kind"], len(each["hits"])) for each in groups] == [("TEST", 2), ("FILE", 1)]
    named, ran = groups[0]["hits"]
    assert named == {
        "kind": "TEST",
        "id": "1",
        "name": "gcpl.mpr",
        "field": "name",
        "text": "gcpl.mpr",
        "node": {"__typename": "Test", "pointCount": 3780},
    }
    assert (ran["name"], ran["field"], ran["text"]) == ("rate.nda", "technique", "GCPL")


def test_kinds_and_how_many_of_each_are_chosen(asker: Any) -> None:  # noqa: ANN401 # a fixture
    groups = asker.data(SEARCH, text="mpr", kinds=["FILE", "CELL"], first=1)["search"]
    assert [(each["kind"], each["hasMore"], len(each["hits"])) for each in groups] == [
        ("FILE", True, 1)
    ]
    assert asker.data(SEARCH, text="mpr", kinds=[])["search"] == []
    assert asker.error(SEARCH, text="mpr", first=501)["extensions"]["code"] == "INVALID_ARGUMENT"


@pytest.mark.slow
def test_a_claim_is_found_by_its_words(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    with change(warehouse.engine, "claim") as (session, _):
        session.add(Claim(name="N3", text="It lives for 800 h.", source="Table 2"))
    (group,) = asker.data(SEARCH, text="LIVES FOR")["search"]
    assert (group["kind"], group["hits"][0]["name"], group["hits"][0]["field"]) == (
        "CLAIM",
        "N3",
        "text",
    )


@pytest.mark.parametrize("text", ["", " ", "x" * 201])
def test_a_text_that_is_none_is_refused(asker: Any, text: str) -> None:  # noqa: ANN401 # a fixture
    error = asker.error(SEARCH, text=text)
    assert error["message"].endswith("it takes 1 to 200 characters")


@pytest.mark.slow
def test_a_link_learns_what_has_changed_since(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    before = asker.data("{ snapshot }")["snapshot"]
    same = asker.data(CHANGES, snapshot=before)["changesSince"]
    assert (same["since"], same["snapshot"], same["tables"]) == (before, before, [])
    new = warehouse.add_test("new", warehouse.stretches(1), cell_id=2)
    warehouse.supersede(1, warehouse.stretches(2))
    warehouse.remove(3)
    warehouse.add_cell("fresh")
    answer = asker.data(CHANGES, snapshot=before)
    found = answer["changesSince"]
    assert (found["since"], found["snapshot"]) == (before, answer["snapshot"])
    assert found["tables"] == ["cell", "lake_file", "raw_file", "test"]
    tests = found["tests"]
    assert (tests["addedCount"], tests["supersededCount"], tests["removedCount"]) == (1, 1, 1)
    (added,) = tests["added"]
    assert (added["id"], added["name"]) == (str(new), "new")
    assert (
        added["node"]
        == asker.data("query ($id: ID!) { test(id: $id) { globalId } }", id=new)["test"]
    )
    assert tests["superseded"] == [{"name": "gcpl.mpr"}]
    assert tests["removed"] == [{"id": "3", "name": "peis.mpr", "node": None}]
    assert found["cells"] == {
        "added": [{"name": "fresh"}],
        "superseded": [{"name": "LFP-01"}, {"name": "LiS-02"}],
    }


def test_a_snapshot_that_is_not_yet_is_refused(asker: Any) -> None:  # noqa: ANN401 # a fixture
    error = asker.error(CHANGES, snapshot=10**6)
    assert error["message"].startswith("snapshot cannot be 1000000: it takes a snapshot there is")
