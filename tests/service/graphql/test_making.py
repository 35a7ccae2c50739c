"""Processes entered by hand, and which exports a number rests on."""

from typing import Any

import pytest

CREATE = """
mutation ($input: ProcessInput!) {
  createProcess(input: $input) {
    __typename
    ... on Process {
      name kind inputs { name } outputs { name ancestors { name } }
      parameters { name value text unit qualifier }
    }
    ... on NameTaken { name }
    ... on NotFound { kind name }
    ... on InvalidInput { field reason }
  }
}
"""
ASSIGN = """
mutation ($test: ID!, $cell: ID, $material: ID) {
  assignTest(test: $test, cell: $cell, material: $material) {
    __typename
    ... on Test { cell { name } material { name } }
    ... on InvalidInput { field reason }
    ... on NotFound { message }
  }
}
"""


def sintered(asker: Any) -> Any:  # noqa: ANN401 # a fixture, JSON
    """Enter a powder, a pellet and a coat, and how the pellet was made; return that."""
    for name in ("powder", "pellet", "coated"):
        asker.data(f'mutation {{ createMaterial(input: {{ name: "{name}" }}) {{ __typename }} }}')
    sinter = {
        "name": "sinter-1",
        "kind": "sinter",
        "inputs": ["powder"],
        "outputs": ["pellet"],
        "parameters": [
            {"name": "temperature", "value": 900.0, "unit": "deg C", "qualifier": "~"},
            {"name": "atmosphere", "text": "air"},
        ],
    }
    return asker.data(CREATE, input=sinter)["createProcess"]


@pytest.fixture
def client(warehouse: Any, asker: Any) -> Any:  # noqa: ANN401, ARG001 # fixtures
    """Return who asks a service that knows a powder, a pellet, a coat, and the pellet's making."""
    asker.first = sintered(asker)
    return asker


@pytest.fixture(scope="module")
def shared_client(declining: Any) -> Any:  # noqa: ANN401 # a fixture
    """Return who asks a service that knows the same, for what is declined."""
    sintered(declining)
    return declining


@pytest.mark.slow
def test_a_process_is_entered_with_its_conditions_and_what_it_made_descends(client: Any) -> None:  # noqa: ANN401 # a fixture
    assert client.first == {
        "__typename": "Process",
        "name": "sinter-1",
        "kind": "sinter",
        "inputs": [{"name": "powder"}],
        "outputs": [{"name": "pellet", "ancestors": [{"name": "powder"}]}],
        "parameters": [
            {"name": "atmosphere", "value": None, "text": "air", "unit": None, "qualifier": None},
            {"name": "temperature", "value": 900, "text": None, "unit": "°C", "qualifier": "~"},
        ],
    }
    coat = {"name": "coat-1", "kind": "coat", "inputs": ["pellet"], "outputs": ["coated"]}
    (coated,) = client.data(CREATE, input=coat)["createProcess"]["outputs"]
    assert coated == {"name": "coated", "ancestors": [{"name": "pellet"}, {"name": "powder"}]}


def conditions(*each: dict[str, Any]) -> dict[str, Any]:
    return {"name": "p", "kind": "mill", "parameters": list(each)}


@pytest.mark.parametrize(
    ("entry", "field", "reason"),
    [
        (
            {"name": "p", "kind": "grind", "inputs": ["pellet"], "outputs": ["powder"]},
            "inputs",
            "a circle in the ancestry",
        ),
        (
            {"name": "p", "kind": "press", "inputs": ["coated"], "outputs": ["coated"]},
            "inputs",
            "a circle in the ancestry",
        ),
        (
            {"name": "p", "kind": "press", "inputs": ["coated"], "outputs": ["pellet"]},
            "outputs.0",
            "pellet has a maker already: sinter-1",
        ),
        ({"name": "p", "kind": "mix", "inputs": ["powder", "powder"]}, "inputs.1", "twice"),
        (conditions({"name": "t", "value": 1.0}), "parameters.0.unit", "has a unit"),
        (conditions({"name": "t", "text": "air", "unit": "°C"}), "parameters.0.unit", "has none"),
        (
            conditions({"name": "t", "value": 1.0, "unit": "°Q"}),
            "parameters.0.unit",
            "°Q",
        ),
        (conditions({"name": "t", "value": 1.0, "unit": "C"}), "parameters.0.unit", "coulomb"),
        (conditions({"name": "t"}), "parameters.0.value", "either"),
        (conditions({"name": "t", "value": 1.0, "text": "x"}), "parameters.0.value", "either"),
        (
            conditions({"name": "t", "text": "a"}, {"name": "t", "text": "b"}),
            "parameters.1.name",
            "twice",
        ),
        (
            conditions({"name": "t", "value": 1.0, "unit": "s", "qualifier": "about"}),
            "parameters.0.qualifier",
            "one of",
        ),
    ],
)
def test_a_process_that_cannot_be_is_declined_and_leaves_nothing(
    shared_client: Any,  # noqa: ANN401 # a fixture
    entry: dict[str, Any],
    field: str,
    reason: str,
) -> None:
    answer = shared_client.data(CREATE, input=entry)["createProcess"]
    assert (answer["__typename"], answer["field"]) == ("InvalidInput", field)
    assert reason in answer["reason"]
    processes = shared_client.data("{ processes { nodes { name } } }")["processes"]["nodes"]
    assert processes == [{"name": "sinter-1"}]


@pytest.mark.slow
def test_a_temperature_below_zero_is_a_condition_like_another(client: Any) -> None:  # noqa: ANN401 # a fixture
    cold = conditions({"name": "temperature", "value": -20.0, "unit": "°C"})
    (found,) = client.data(CREATE, input=cold)["createProcess"]["parameters"]
    assert (found["value"], found["unit"]) == (-20, "°C")


def test_a_name_given_and_a_material_nobody_knows_are_declined(shared_client: Any) -> None:  # noqa: ANN401 # a fixture
    taken = shared_client.data(CREATE, input={"name": "sinter-1", "kind": "sinter"})[
        "createProcess"
    ]
    assert taken == {"__typename": "NameTaken", "name": "sinter-1"}
    entry = {"name": "p", "kind": "mill", "inputs": ["dust"]}
    unknown = shared_client.data(CREATE, input=entry)["createProcess"]
    assert unknown == {"__typename": "NotFound", "kind": "material", "name": "dust"}


@pytest.mark.slow
def test_a_test_is_assigned_to_a_pellet_or_to_a_cell_and_never_to_both(client: Any) -> None:  # noqa: ANN401 # a fixture
    on_pellet = client.data(ASSIGN, test="1", material="2")["assignTest"]
    assert on_pellet == {"__typename": "Test", "cell": None, "material": {"name": "pellet"}}
    on_cell = client.data(ASSIGN, test="1", cell="1")["assignTest"]
    assert on_cell == {"__typename": "Test", "cell": {"name": "LFP-01"}, "material": None}
    for both in ({}, {"cell": "1", "material": "2"}):
        declined = client.data(ASSIGN, test="1", **both)["assignTest"]
        assert (declined["__typename"], declined["field"]) == ("InvalidInput", "cell")
    gone = client.data(ASSIGN, test="1", material="99")["assignTest"]
    assert gone["message"] == "No material has the id 99."


@pytest.mark.slow
def test_a_number_names_the_exports_it_rests_on(warehouse: Any, asker: Any) -> None:  # noqa: ANN401 # fixtures
    warehouse.supersede(1, warehouse.stretches(2))
    trace = "trace { fileCount files(first: 1) { name sha256 } }"
    found = asker.data(
        f"""{{ every: dischargeCapacity {{ {trace} }}
          one: dischargeCapacity(tests: ["2", "3"]) {{ {trace} }}
          cell(id: "1") {{ files {{ name sha256 }} dischargeCapacity {{ {trace} }} }}
          test(id: "1") {{ files {{ sha256 }} dischargeCapacity {{ {trace} }} }}
          files {{ nodes {{ sha256 }} }} }}"""
    )
    assert found["every"]["trace"]["fileCount"] == 2
    assert found["one"]["trace"]["fileCount"] == 1
    assert [file["name"] for file in found["one"]["trace"]["files"]] == ["rate.nda"]
    assert found["cell"]["files"] == found["cell"]["dischargeCapacity"]["trace"]["files"]
    (newest,) = found["test"]["files"]
    assert [file["sha256"] for file in found["cell"]["files"]] == [newest["sha256"]]
    assert newest["sha256"] == found["files"]["nodes"][-1]["sha256"]


UPDATE = CREATE.replace("($input: ProcessInput!)", "($id: ID!, $input: ProcessChange!)").replace(
    "createProcess(input", "updateProcess(id: $id, input"
)
DELETE = """
mutation ($id: ID!) {
  deleteProcess(id: $id) { __typename ... on Deleted { id name } ... on NotFound { kind name } }
}
"""
ANCESTORS = '{ materials(where: { name: { eq: "coated" } }) { nodes { ancestors { name } } } }'


COAT = {"name": "coat-1", "kind": "coat", "inputs": ["pellet"], "outputs": ["coated"]}


@pytest.fixture
def coated(client: Any) -> Any:  # noqa: ANN401 # a fixture
    """Return who asks a service where the pellet was coated too."""
    client.data(CREATE, input=COAT)
    return client


@pytest.fixture(scope="module")
def coated_once(shared_client: Any) -> Any:  # noqa: ANN401 # a fixture
    """Return who asks a service where the pellet was coated too, for what is declined."""
    shared_client.data(CREATE, input=COAT)
    return shared_client


def ancestors(asker: Any) -> list[str]:  # noqa: ANN401 # a fixture
    (coat,) = asker.data(ANCESTORS)["materials"]["nodes"]
    return [each["name"] for each in coat["ancestors"]]


@pytest.mark.slow
def test_a_change_of_a_process_keeps_what_it_leaves_out_and_replaces_what_it_tells(
    coated: Any,  # noqa: ANN401 # a fixture
) -> None:
    hotter = {"kind": "anneal", "parameters": [{"name": "temperature", "written": "1273.15 K"}]}
    process = coated.data(UPDATE, id="1", input=hotter)["updateProcess"]
    assert (process["name"], process["kind"]) == ("sinter-1", "anneal")
    (condition,) = process["parameters"]
    assert (condition["value"], condition["unit"]) == (1000, "°C")
    assert process["inputs"] == [{"name": "powder"}]
    assert ancestors(coated) == ["pellet", "powder"]


@pytest.mark.slow
def test_the_ancestry_follows_a_change_of_what_went_in_or_came_out(coated: Any) -> None:  # noqa: ANN401 # a fixture
    coated.data(UPDATE, id="1", input={"inputs": []})
    assert ancestors(coated) == ["pellet"]
    coated.data(UPDATE, id="1", input={"inputs": ["powder"]})
    assert ancestors(coated) == ["pellet", "powder"]
    coated.data(UPDATE, id="2", input={"outputs": None})
    assert ancestors(coated) == []


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"inputs": ["coated"]}, "inputs", "a circle in the ancestry"),
        ({"outputs": ["coated"]}, "outputs.0", "coated has a maker already: coat-1"),
        ({"outputs": ["powder"]}, "inputs", "a circle in the ancestry"),
        ({"kind": None}, "kind", "taken away"),
        (
            {"kind": "x", "parameters": [{"name": "t", "written": "3 apples"}]},
            "parameters.0.written",
            "apples",
        ),
        (
            {"parameters": [{"name": "t", "written": "3 h", "unit": "h"}]},
            "parameters.0.written",
            "whole",
        ),
        (
            {"parameters": [{"name": "t", "lower": 3.0, "unit": "h"}]},
            "parameters.0.lower",
            "two ends",
        ),
    ],
)
def test_a_change_that_cannot_be_leaves_the_process_as_it_was(
    coated_once: Any,  # noqa: ANN401 # a fixture
    change: dict[str, Any],
    field: str,
    reason: str,
) -> None:
    whole = "{ processes { nodes { kind inputs { name } outputs { name } parameters { name } } } }"
    before = coated_once.data(whole)
    answer = coated_once.data(UPDATE, id="1", input=change)["updateProcess"]
    assert (answer["__typename"], answer["field"]) == ("InvalidInput", field)
    assert reason in answer["reason"]
    assert coated_once.data(whole) == before
    assert ancestors(coated_once) == ["pellet", "powder"]


@pytest.mark.slow
def test_a_process_taken_back_leaves_its_materials_without_their_descent(coated: Any) -> None:  # noqa: ANN401 # a fixture
    gone = coated.data(DELETE, id="1")["deleteProcess"]
    assert gone == {"__typename": "Deleted", "id": "1", "name": "sinter-1"}
    assert ancestors(coated) == ["pellet"]
    materials = coated.data("{ materials { nodes { name madeBy { name } } } }")["materials"][
        "nodes"
    ]
    assert materials == [
        {"name": "powder", "madeBy": None},
        {"name": "pellet", "madeBy": None},
        {"name": "coated", "madeBy": {"name": "coat-1"}},
    ]
    again = coated.data(DELETE, id="1")["deleteProcess"]
    assert again == {"__typename": "NotFound", "kind": "process", "name": "1"}
