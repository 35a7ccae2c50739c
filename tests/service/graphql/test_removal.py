"""What is removed is in no answer, what is changed has a history, and both are taken back."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from ingest.intake import take_in
from schema.catalog import LakeFile, RawFile
from schema.catalog.connection import look
from schema.catalog.entry import ENTRIES
from schema.warehouse import Warehouse
from service.graphql.mutations.removal import EntryKind
from tests.ingest.test_intake import write_cycling

pytestmark = pytest.mark.usefixtures("warehouse")  # of each test its own: they change it

REMOVE = """
mutation ($kind: EntryKind!, $id: ID!, $withAll: Boolean! = false) {
  removeEntry(kind: $kind, id: $id, withAll: $withAll) {
    __typename
    ... on Removed { removed { kind id name } unlinked { name } }
    ... on EntryInUse { message hanging }
    ... on NotFound { field kind name message }
    ... on InvalidInput { field reason }
  }
}
"""
REVERT = """
mutation ($kind: EntryKind!, $id: ID!, $before: ID, $withAll: Boolean! = false) {
  revertEntry(kind: $kind, id: $id, before: $before, withAll: $withAll) {
    __typename
    ... on Reverted { reverted { kind id name } }
    ... on NotFound { message }
    ... on NameTaken { message }
    ... on InvalidInput { field reason }
  }
}
"""
EVERYTHING = """
{
  snapshot
  tests { totalCount nodes { id name cell { name } } }
  cells { totalCount nodes { id name tests { name } files { name } } }
  files { totalCount nodes { id name } }
  findings { totalCount }
  spectra { totalCount }
  search(text: "gcpl") { kind }
  cellFacets { name choices { value count } }
  testFacets { name choices { value count } }
  dischargeCapacity { testId cycleCount dischargeCapacityAh }
  cycleLife { cellId status }
  capacityRetention { testId }
}
"""
CELL = '{ cell(id: "1") { id name areaCm2 history { id action before after name } } }'


def told(asker: Any) -> Any:  # noqa: ANN401 # data of a response
    answer = asker.data(EVERYTHING)
    answer.pop("snapshot")
    return answer


def test_kinds_of_entries_are_those_of_the_catalog() -> None:
    values = {each.name: str(each.value) for each in EntryKind}
    assert values == {kind.upper(): kind for kind in ENTRIES}


@pytest.mark.slow
def test_a_removed_test_is_in_no_answer_and_comes_back_whole(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    before = told(asker)
    with look(warehouse.engine) as session:
        hashes = [*session.scalars(select(LakeFile.sha256).where(LakeFile.test_id == 1))]
    paths = ["/tests/1", *(f"/lake/{each}.parquet" for each in hashes)]
    assert {asker.get(path).status_code for path in paths} == {200}
    done = asker.data(REMOVE, kind="TEST", id="gcpl.mpr")["removeEntry"]
    assert {each["kind"] for each in done["removed"]} == {"TEST", "FILE"}
    hidden = told(asker)
    assert "gcpl" not in str(hidden)
    assert hidden["tests"]["totalCount"] == 2
    assert set(hidden["dischargeCapacity"]["testId"]) == {"2"}
    assert {asker.get(path).status_code for path in paths} == {404}
    assert asker.data('{ test(id: "1") { id } }') == {"test": None}
    done = asker.data(REVERT, kind="TEST", id="gcpl.mpr")["revertEntry"]
    assert {each["kind"] for each in done["reverted"]} == {"TEST", "FILE"}
    assert told(asker) == before
    assert {asker.get(path).status_code for path in paths} == {200}


@pytest.mark.slow
def test_a_removed_cell_takes_what_hangs_on_it_only_where_that_is_meant(asker: Any) -> None:  # noqa: ANN401 # a fixture
    before = told(asker)
    refused = asker.data(REMOVE, kind="CELL", id="LFP-01")["removeEntry"]
    assert refused["__typename"] == "EntryInUse"
    assert refused["hanging"] == ["file gcpl.mpr", "test gcpl.mpr"]
    assert told(asker) == before
    done = asker.data(REMOVE, kind="CELL", id="LFP-01", withAll=True)["removeEntry"]
    assert {each["name"] for each in done["removed"]} == {"LFP-01", "gcpl.mpr"}
    hidden = told(asker)
    assert "LFP-01" not in str(hidden)
    assert "gcpl" not in str(hidden)
    again = asker.data(REMOVE, kind="CELL", id="LFP-01")["removeEntry"]
    assert again["__typename"] == "NotFound"
    assert "was removed on" in again["message"]
    asker.data(REVERT, kind="CELL", id="1", withAll=True)
    assert told(asker) == before


@pytest.mark.slow
def test_what_was_changed_has_a_history_and_is_taken_back(asker: Any) -> None:  # noqa: ANN401 # a fixture
    change = 'mutation { updateCell(id: "1", input: {areaCm2: 3}) { __typename } }'
    asker.data(change)
    cell = asker.data(CELL)["cell"]
    last = cell["history"][0]
    assert (last["action"], last["name"]) == ("change", "LFP-01")
    assert (last["before"]["area_cm2"], last["after"]["area_cm2"]) == (2.0, 3.0)
    done = asker.data(REVERT, kind="CELL", id="1", before=last["id"])["revertEntry"]
    assert done["__typename"] == "Reverted"
    assert asker.data(CELL)["cell"]["areaCm2"] == 2.0
    revisions = asker.data(
        '{ revisions(where: {kind: {eq: "cell"}, action: {eq: "revert"}}) '
        "{ totalCount nodes { entryId name changedAt address } } }"
    )["revisions"]
    assert revisions["totalCount"] == 1
    assert (revisions["nodes"][0]["entryId"], revisions["nodes"][0]["name"]) == (1, "LFP-01")


def test_what_cannot_be_taken_back_is_declined_with_the_reason(declining: Any) -> None:  # noqa: ANN401 # a fixture
    never = declining.data(REVERT, kind="CELL", id="nobody")["revertEntry"]
    assert never["__typename"] == "NotFound"
    entered = declining.data(REVERT, kind="CELL", id="1")["revertEntry"]
    assert entered["__typename"] == "InvalidInput"
    assert "remove it" in entered["reason"]


@pytest.mark.slow
def test_a_change_names_the_address_that_it_came_from(asker: Any) -> None:  # noqa: ANN401 # a fixture
    asker.data('mutation { updateCell(id: "1", input: {areaCm2: 3}) { __typename } }')
    (last,) = asker.data("{ revisions(first: 1) { nodes { address person } } }")["revisions"][
        "nodes"
    ]
    assert last == {"address": "127.0.0.1", "person": None}


@pytest.mark.slow
def test_the_bytes_of_a_removed_export_are_not_served(
    asker: Any,  # noqa: ANN401 # a fixture
    warehouse: Any,  # noqa: ANN401 # a fixture
    tmp_path: Path,
) -> None:
    filled = Warehouse(warehouse.engine, warehouse.lake)
    assert take_in(filled, write_cycling(tmp_path / "cell.bdf.csv")).status == "ingested"
    with look(warehouse.engine) as session:
        named = RawFile.name == "cell.bdf.csv"
        raw = session.scalars(select(RawFile.sha256).where(named)).one()
    assert asker.get(f"/raw/{raw}").status_code == 200
    asker.data(REMOVE, kind="FILE", id="cell.bdf.csv")
    assert asker.get(f"/raw/{raw}").status_code == 404
    asker.data(REVERT, kind="FILE", id="cell.bdf.csv")
    assert asker.get(f"/raw/{raw}").status_code == 200
