"""Claims entered, changed and taken back."""

from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("warehouse")  # of each test its own: they change it

FIELDS = """
    __typename
    ... on Claim {
      id name reported value lower upper unit qualifier textValue subject parameters
      judged { verdict why evidence }
    }
    ... on NameTaken { name }
    ... on NotFound { kind name }
    ... on InvalidInput { field reason }
"""
CREATE = f"mutation ($input: ClaimInput!) {{ createClaim(input: $input) {{ {FIELDS} }} }}"
UPDATE = f"""
mutation ($id: ID!, $input: ClaimChange!) {{ updateClaim(id: $id, input: $input) {{ {FIELDS} }} }}
"""
DELETE = """
mutation ($id: ID!) {
  deleteClaim(id: $id) { __typename ... on Deleted { id name } ... on NotFound { kind } }
}
"""
CLAIM = {"name": "N4", "source": "a talk", "text": "failure within 150 hours"}


@pytest.mark.parametrize(
    ("written", "columns"),
    [
        ("<= 150 h", {"value": 150, "unit": "h", "qualifier": "<="}),
        ("~ 3000 mV", {"value": 3000, "unit": "mV", "qualifier": "~"}),
        ("2 to 5 µm", {"lower": 2, "upper": 5, "unit": "µm"}),
        ("0.411 eV", {"value": 0.411, "unit": "eV"}),
        ("Large", {"textValue": "Large"}),
    ],
)
def test_a_value_is_entered_and_told_as_people_write_it(
    asker: Any,  # noqa: ANN401 # a fixture
    written: str,
    columns: dict[str, Any],
) -> None:
    claim = asker.data(CREATE, input=CLAIM | {"reported": written})["createClaim"]
    assert claim["reported"] == written
    names = ("value", "lower", "upper", "unit", "qualifier", "textValue")
    assert {name: claim[name] for name in names if claim[name] is not None} == columns


@pytest.mark.parametrize(
    ("given", "declined"),
    [
        ({"reported": "150 hovers"}, {"field": "reported"}),
        ({"subject": {"cell": "K9"}}, {"kind": "cell", "name": "K9"}),
        ({"subject": {"material": "dust"}}, {"kind": "material", "name": "dust"}),
        ({"subject": {"substance": "Xx"}}, {"kind": "substance", "name": "Xx"}),
        ({"subject": {"configuration": "Li/Xx/Li"}}, {"kind": "substance", "name": "Xx"}),
        ({"subject": {"configuration": "Li"}}, {"field": "subject.configuration"}),
        ({"subject": {"temperature": "60 °Q"}}, {"field": "subject.temperature"}),
        ({"subject": {"cells": 4}}, {"field": "subject.cells"}),
        ({"subject": ["LFP-01"]}, {"field": "subject"}),
        ({"parameters": {"last": "10 hovers"}}, {"field": "parameters.last"}),
        ({"name": " "}, {"field": "name"}),
    ],
)
def test_a_claim_that_cannot_be_is_declined_and_leaves_nothing(
    declining: Any,  # noqa: ANN401 # a fixture
    given: dict[str, Any],
    declined: dict[str, str],
) -> None:
    declining.data('mutation { createSubstance(input: { name: "Li" }) { __typename } }')
    answer = declining.data(CREATE, input=CLAIM | given)["createClaim"]
    assert answer["__typename"] in {"NotFound", "InvalidInput"}
    assert {name: answer[name] for name in declined} == declined
    assert declining.data("{ claims { totalCount } }")["claims"]["totalCount"] == 0


@pytest.mark.slow
def test_a_claim_is_changed_and_null_takes_away(asker: Any) -> None:  # noqa: ANN401 # a fixture
    judged = {"verdict": "UNTESTABLE", "why": "no image", "evidence": ["gcpl.mpr"]}
    subject = {"cell": "LFP-01", "temperature": "60 °C"}
    created = asker.data(
        CREATE, input=CLAIM | {"reported": "150 h", "subject": subject, "judged": judged}
    )["createClaim"]
    assert (created["subject"], created["judged"]) == (subject, judged)
    changed = asker.data(UPDATE, id=created["id"], input={"reported": "2-5 h"})["updateClaim"]
    assert (changed["reported"], changed["value"]) == ("2 to 5 h", None)
    assert (changed["subject"], changed["judged"]) == (subject, judged)
    bare: dict[str, Any] = {"reported": None, "judged": None, "subject": {}}
    emptied = asker.data(UPDATE, id=created["id"], input=bare)["updateClaim"]
    assert (emptied["reported"], emptied["unit"], emptied["judged"]) == (None, None, None)
    assert emptied["subject"] == {}
    asker.data(UPDATE, id=created["id"], input={"subject": subject})
    emptied = asker.data(UPDATE, id=created["id"], input={"subject": None})["updateClaim"]
    assert emptied["subject"] == {}


@pytest.mark.slow
def test_a_name_is_given_once_and_a_claim_taken_back_frees_it(asker: Any) -> None:  # noqa: ANN401 # a fixture
    created = asker.data(CREATE, input=CLAIM)["createClaim"]
    assert asker.data(CREATE, input=CLAIM)["createClaim"]["__typename"] == "NameTaken"
    same = asker.data(UPDATE, id=created["id"], input={"name": "N4"})["updateClaim"]
    assert same["__typename"] == "Claim"
    gone = asker.data(DELETE, id=created["id"])["deleteClaim"]
    assert gone == {"__typename": "Deleted", "id": created["id"], "name": "N4"}
    assert asker.data(DELETE, id=created["id"])["deleteClaim"]["kind"] == "claim"
    assert asker.data(CREATE, input=CLAIM)["createClaim"]["__typename"] == "Claim"
