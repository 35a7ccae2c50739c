"""What is known of a thing without computing it, entered and taken back."""

from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("warehouse")  # of each test its own: they change it

SET = """
mutation ($input: PropertyInput!) {
  setProperty(input: $input) {
    __typename
    ... on Property { id name value lower upper text unit qualifier method status }
    ... on NotFound { kind name }
    ... on InvalidInput { field reason }
  }
}
"""
KNOWN = '{ cell(name: "LFP-01") { properties { id name value unit method } } }'
PRESSURE = {"name": "stack_pressure", "cell": "LFP-01"}


@pytest.mark.slow
def test_a_value_told_again_by_the_same_method_replaces_the_first(asker: Any) -> None:  # noqa: ANN401 # a fixture
    first = asker.data(SET, input=PRESSURE | {"value": "~ 2 MPa"})["setProperty"]
    assert (first["value"], first["unit"], first["qualifier"]) == (2, "MPa", "~")
    assert (first["method"], first["status"]) == ("entered by hand", "ok")
    second = asker.data(SET, input=PRESSURE | {"value": "2-5 MPa"})["setProperty"]
    assert (second["id"], second["value"]) == (first["id"], None)
    assert (second["lower"], second["upper"], second["qualifier"]) == (2, 5, None)
    gauge = asker.data(SET, input=PRESSURE | {"value": "3 MPa", "method": "gauge"})["setProperty"]
    assert gauge["id"] != first["id"]
    known = asker.data(KNOWN)["cell"]["properties"]
    assert [(each["value"], each["method"]) for each in known] == [
        (None, "entered by hand"),
        (3, "gauge"),
    ]


@pytest.mark.slow
def test_a_value_is_taken_back(asker: Any) -> None:  # noqa: ANN401 # a fixture
    stated = asker.data(SET, input=PRESSURE | {"value": "2 MPa"})["setProperty"]
    query = (
        f'mutation {{ deleteProperty(id: "{stated["id"]}") '
        "{ __typename ... on Deleted { name } ... on NotFound { kind } } }"
    )
    assert asker.data(query)["deleteProperty"] == {
        "__typename": "Deleted",
        "name": PRESSURE["name"],
    }
    assert asker.data(query)["deleteProperty"] == {"__typename": "NotFound", "kind": "property"}
    assert asker.data(KNOWN)["cell"]["properties"] == []


@pytest.mark.parametrize(
    ("given", "declined"),
    [
        ({"cell": "LFP-01", "value": "2 hovers"}, {"field": "value"}),
        ({"cell": "K9", "value": "2 h"}, {"kind": "cell", "name": "K9"}),
        ({"value": "2 h"}, {"field": "substance"}),
        ({"cell": "LFP-01", "material": "m", "value": "2 h"}, {"field": "substance"}),
    ],
)
def test_a_value_that_cannot_be_is_declined(
    declining: Any,  # noqa: ANN401 # a fixture
    given: dict[str, str],
    declined: dict[str, str],
) -> None:
    declining.data('mutation { createMaterial(input: { name: "m" }) { __typename } }')
    answer = declining.data(SET, input={"name": "x"} | given)["setProperty"]
    assert {name: answer[name] for name in declined} == declined
    assert declining.data(KNOWN)["cell"]["properties"] == []
