"""Protocols entered and changed."""

from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("warehouse")  # of each test its own: they change it

FIELDS = """
    __typename
    ... on Protocol { id name note steps { position mode voltageVolt durationSecond repeatCount } }
    ... on NameTaken { name }
    ... on NotFound { kind }
    ... on InvalidInput { field }
"""
CREATE = f"mutation ($input: ProtocolInput!) {{ createProtocol(input: $input) {{ {FIELDS} }} }}"
UPDATE = f"""
mutation ($id: ID!, $input: ProtocolChange!) {{
  updateProtocol(id: $id, input: $input) {{ {FIELDS} }}
}}
"""
HOLD = {"mode": "hold", "voltageVolt": -0.05, "durationSecond": 60}
STRIP = {"name": "strip", "steps": [HOLD, {"mode": "loop", "repeatCount": 3}]}


@pytest.mark.slow
def test_a_protocol_is_entered_with_its_steps_and_a_voltage_may_be_below_zero(asker: Any) -> None:  # noqa: ANN401 # a fixture
    created = asker.data(CREATE, input=STRIP)["createProtocol"]
    assert [(each["position"], each["mode"]) for each in created["steps"]] == [
        (1, "hold"),
        (2, "loop"),
    ]
    assert created["steps"][0]["voltageVolt"] == -0.05
    assert asker.data(CREATE, input=STRIP)["createProtocol"]["__typename"] == "NameTaken"


@pytest.mark.slow
def test_steps_are_replaced_as_a_whole_and_stay_when_left_out(asker: Any) -> None:  # noqa: ANN401 # a fixture
    created = asker.data(CREATE, input=STRIP)["createProtocol"]
    noted = asker.data(UPDATE, id=created["id"], input={"note": "slow"})["updateProtocol"]
    assert (noted["note"], noted["steps"]) == ("slow", created["steps"])
    rest = asker.data(UPDATE, id=created["id"], input={"steps": [{"mode": "rest"}]})[
        "updateProtocol"
    ]
    assert [(each["mode"], each["voltageVolt"]) for each in rest["steps"]] == [("rest", None)]
    assert asker.data(UPDATE, id="9", input={})["updateProtocol"]["kind"] == "protocol"


@pytest.mark.parametrize(
    ("step", "field"),
    [
        ({"mode": "rest", "durationSecond": 0}, "steps.1.durationSecond"),
        ({"mode": "loop", "repeatCount": 0}, "steps.1.repeatCount"),
    ],
)
def test_a_step_that_cannot_be_is_declined_and_nothing_is_entered(
    declining: Any,  # noqa: ANN401 # a fixture
    step: dict[str, Any],
    field: str,
) -> None:
    answer = declining.data(CREATE, input={"name": "p", "steps": [HOLD, step]})["createProtocol"]
    assert answer == {"__typename": "InvalidInput", "field": field}
    assert declining.data("{ protocols { totalCount } }")["protocols"]["totalCount"] == 0
