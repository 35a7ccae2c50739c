"""Things by an id among all things, and by what they are called."""

from base64 import b64encode
from typing import Any

import pytest
from graphql import GraphQLInterfaceType
from sqlalchemy import update

from schema.catalog import (
    Arrival,
    Claim,
    Finding,
    Job,
    Material,
    Process,
    Protocol,
    ReferenceLine,
    ReferencePhase,
    SensitivitySet,
    Study,
    Substance,
    Test,
)
from schema.catalog.connection import change
from schema.catalog.table import now
from service.graphql.build.node import KINDS
from service.graphql.schema import own

CAPACITY = """query ($tests: [ID!], $cells: [ID!]) {
  dischargeCapacity(tests: $tests, cells: $cells) { testId }
}"""


@pytest.fixture
def twins(warehouse: Any) -> None:  # noqa: ANN401 # the warehouse of tests/service
    """Give two tests one name."""
    with change(warehouse.engine, "rename") as (session, _):
        session.execute(update(Test).where(Test.id.in_([1, 2])).values(name="twin"))


MEASURED = {"Spectrum", "DiffractionScan", "PhotoemissionRegion", "Image"}
"""Of these the study made by hand has none."""


@pytest.mark.slow
def test_a_thing_of_every_kind_is_found_again_by_its_global_id(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    with change(warehouse.engine, "fill") as (session, snapshot):
        session.add(Finding(test_id=1, kind="gap", detail="A gap."))
        session.add_all([Substance(name="S"), Material(name="M"), Protocol(name="P")])
        session.add(Process(name="R", kind="mix"))
        session.add(Job(kind="ingest", subject={"path": "a"}))
        session.add(Claim(name="C", text="t", source="s"))
        session.add(
            ReferencePhase(
                name="F",
                source="s",
                lines=[ReferenceLine(position=1, spacing_angstrom=3.0, relative_intensity=1.0)],
            )
        )
        session.add(
            SensitivitySet(
                name="L",
                source="s",
                excitation_energy_ev=1486.6,
                background="any",
                includes="nothing",
            )
        )
        session.add(Study(name="Y", sha256="0", document={}, added_snapshot=snapshot))
        session.add(
            Arrival(
                path="/lab/a",
                folder="/lab",
                bytes=1,
                modified_at=now(),
                state="growing",
                since=now(),
            )
        )
    lists = {
        "Arrival": "arrivals",
        "Cell": "cells",
        "Claim": "claims",
        "File": "files",
        "Finding": "findings",
        "Job": "jobs",
        "Material": "materials",
        "Process": "processes",
        "Protocol": "protocols",
        "ReferencePhase": "referencePhases",
        "SensitivitySet": "sensitivitySets",
        "Study": "studies",
        "Substance": "substances",
        "Test": "tests",
    }
    answer = asker.data(
        "{"
        + " ".join(f"{name} {{ nodes {{ __typename id globalId }} }}" for name in lists.values())
        + "}"
    )
    rows = [row for page in answer.values() for row in page["nodes"]]
    assert {row["__typename"] for row in rows} == set(KINDS) - MEASURED
    assert len({row["globalId"] for row in rows}) == len(rows)
    for row in rows:
        found = asker.data(
            "query ($id: ID!) { node(id: $id) { __typename globalId } }", id=row["globalId"]
        )
        assert found["node"] == {key: row[key] for key in ("__typename", "globalId")}


def test_every_type_with_a_global_id_is_a_node_that_is_found() -> None:
    schema = own()
    interface = schema.type_map["Node"]
    assert isinstance(interface, GraphQLInterfaceType)
    assert {each.name for each in schema.get_possible_types(interface)} == set(KINDS)


@pytest.mark.slow
def test_a_thing_that_is_there_no_more_is_null(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    query = '{ test(id: "1") { globalId } }'
    global_id = asker.data(query)["test"]["globalId"]
    warehouse.remove(1)
    assert asker.data("query ($id: ID!) { node(id: $id) { globalId } }", id=global_id) == {
        "node": None
    }


@pytest.mark.parametrize(
    "text", ["1", "", "Cell:1", "é", "Test:-1", "Nothing:1", "Test:x", "Test:"]
)
def test_what_is_no_global_id_is_refused(asker: Any, text: str) -> None:  # noqa: ANN401 # a fixture
    for each in (text, b64encode(text.encode()).decode()):
        if each == b64encode(b"Cell:1").decode():
            continue
        error = asker.error("query ($id: ID!) { node(id: $id) { globalId } }", id=each)
        assert error["extensions"]["code"] == "INVALID_ARGUMENT"
        assert "the globalId of a thing" in error["message"]


def test_a_test_is_called_by_its_name(asker: Any) -> None:  # noqa: ANN401 # a fixture
    assert asker.data('{ test(name: "gcpl.mpr") { id } }') == {"test": {"id": "1"}}
    assert asker.data('{ test(name: "none") { id } }') == {"test": None}
    assert asker.data('{ file(name: "gcpl.mpr") { name } }') == {"file": {"name": "gcpl.mpr"}}


@pytest.mark.slow
@pytest.mark.usefixtures("twins")
def test_a_name_that_several_have_is_refused_with_their_ids(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    message = "more than one test is called 'twin'; give its id: 1, 2"
    for query in (
        '{ test(name: "twin") { id } }',
        '{ dischargeCapacity(tests: ["twin"]) { testId } }',
    ):
        error = asker.error(query)
        assert (error["message"], error["extensions"]["code"]) == (message, "AMBIGUOUS_NAME")
    warehouse.remove(2)
    assert asker.data('{ test(name: "twin") { id } }') == {"test": {"id": "1"}}


def test_a_metric_is_asked_of_tests_and_cells_by_id_or_name(asker: Any) -> None:  # noqa: ANN401 # a fixture
    def tests(**asked: list[str]) -> set[str]:
        return set(asker.data(CAPACITY, **asked)["dischargeCapacity"]["testId"])

    assert tests(cells=["LFP-01"]) == tests(cells=["1"]) == tests(tests=["gcpl.mpr"]) == {"1"}
    assert tests(cells=["LFP-01", "2"]) == tests(tests=["1"], cells=["LiS-02"]) == {"1", "2"}
    error = asker.error(CAPACITY, cells=["LFP-1"])
    assert error["message"] == "no cell is called 'LFP-1'; did you mean LFP-01?"


@pytest.mark.slow
def test_digits_are_an_id_and_never_a_name(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    third = warehouse.add_cell("1")
    assert set(asker.data(CAPACITY, cells=["1"])["dischargeCapacity"]["testId"]) == {"1"}
    assert asker.data('{ cell(name: "1") { id } }') == {"cell": {"id": str(third)}}


def test_a_metric_is_asked_of_the_cells_that_meet_conditions(asker: Any) -> None:  # noqa: ANN401 # a fixture
    query = """query ($where: CellWhere, $tests: [ID!]) {
      dischargeCapacity(where: $where, tests: $tests) { testId }
    }"""

    def tests(**asked: object) -> set[str]:
        return set(asker.data(query, **asked)["dischargeCapacity"]["testId"])

    assert tests(where={"areaCm2": {"gt": 1.0}}) == {"1"}
    assert tests(where={"areaCm2": {"gt": 1.0}}, tests=["2"]) == set()
    assert tests(where={}) == {"1", "2"}
    assert tests(where={"name": {"eq": "none"}}) == set()


@pytest.mark.slow
def test_a_test_is_assigned_by_names(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    warehouse.add_cell("other")
    query = """mutation ($test: ID!, $cell: ID) { assignTest(test: $test, cell: $cell) {
      ... on Test { cell { name } }
      ... on NotFound { field name message }
      ... on InvalidInput { field reason }
    } }"""
    done = asker.data(query, test="peis.mpr", cell="other")["assignTest"]
    assert done == {"cell": {"name": "other"}}
    declined = asker.data(query, test="peis.mpr", cell="nobody")["assignTest"]
    assert (declined["field"], declined["name"]) == ("cell", "nobody")
    with change(warehouse.engine, "rename") as (session, _):
        session.execute(update(Test).where(Test.id.in_([1, 2])).values(name="twin"))
    declined = asker.data(query, test="twin", cell="other")["assignTest"]
    assert declined == {
        "field": "test",
        "reason": "more than one test is called 'twin'; give its id: 1, 2",
    }
