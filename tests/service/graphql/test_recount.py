"""How cycles are counted, said by mutation."""

from typing import Any

import pytest

RECOUNT = """
mutation ($tests: [ID!]!, $cycles: String) {
  recountTests(tests: $tests, cycles: $cycles) {
    __typename
    ... on Assigned { tests { id cycleCount turnCount instrumentCount cycleConvention } }
    ... on NotFound { field kind name }
    ... on InvalidInput { field reason }
  }
}
"""


def recounted(asker: Any, **variables: Any) -> dict[str, Any]:  # noqa: ANN401 # a fixture
    done: dict[str, Any] = asker.data(RECOUNT, **variables)["recountTests"]
    return done


@pytest.mark.usefixtures("warehouse")
def test_a_test_is_counted_by_its_instrument_and_back(asker: Any) -> None:  # noqa: ANN401 # a fixture
    (recounted_test,) = recounted(asker, tests=["1"], cycles="instrument")["tests"]
    assert recounted_test["cycleConvention"] == "instrument"
    # the instrument numbers none here: the turns stand
    assert recounted_test["cycleCount"] == recounted_test["turnCount"]
    (back,) = recounted(asker, tests=["1"])["tests"]
    assert back["cycleConvention"] is None


def test_a_convention_nobody_knows_is_declined(declining: Any) -> None:  # noqa: ANN401 # a fixture
    done = recounted(declining, tests=["1"], cycles="vendor")
    assert done == {
        "__typename": "InvalidInput",
        "field": "cycles",
        "reason": "'vendor' is none of turns, instrument",
    }
    assert recounted(declining, tests=["1", "999"]) == {
        "__typename": "NotFound",
        "field": "tests.1",
        "kind": "test",
        "name": "999",
    }


@pytest.mark.slow
@pytest.mark.usefixtures("warehouse")
def test_a_cell_declares_it_for_its_tests(asker: Any) -> None:  # noqa: ANN401 # a fixture
    update = """
    mutation ($input: CellChange!) {
      updateCell(id: "1", input: $input) {
        ... on Cell { cycleConvention formationCycles } ... on InvalidInput { field reason }
      }
    }
    """
    said = {"cycleConvention": "instrument", "formationCycles": "1-4"}
    assert asker.data(update, input=said)["updateCell"] == said
    wrong = asker.data(update, input={"cycleConvention": "mine"})["updateCell"]
    assert wrong["field"] == "cycleConvention"
    wrong = asker.data(update, input={"checkUpCycles": "4-1"})["updateCell"]
    assert wrong["field"] == "checkUpCycles"
