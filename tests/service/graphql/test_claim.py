"""What the warehouse makes of a reported value, claim by claim."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schema.settings import Settings
from tests.service.asker import Asker, asked

CREATE = """
mutation ($input: ClaimInput!) {
  createClaim(input: $input) { __typename ... on Claim { id } ... on InvalidInput { field reason } }
}
"""
OF_ISSUE = "{ claims { nodes { text reported recomputed verdict why evidence { basis value } } } }"
CAPACITY = {
    "source": "a talk",
    "quantity": "discharge_capacity",
    "subject": {"cell": "LFP-01", "current_density": "0.5 mA/cm²"},
    "parameters": {"cycle": "1"},
}
CLAIMS: list[dict[str, Any]] = [
    {**CAPACITY, "name": "C1", "text": "a capacity of 100", "reported": "100 mAh/g"},
    {**CAPACITY, "name": "C2", "text": "more than 300", "reported": "> 300 mAh/g"},
    {**CAPACITY, "name": "C3", "text": "a large capacity", "reported": "Large"},
    {
        "name": "C4",
        "source": "a talk",
        "text": "the theoretical capacity of LFP",
        "quantity": "theoretical_capacity",
        "reported": "172 mAh/g",
        "subject": {"substance": "LFP"},
    },
    {
        "name": "C5",
        "source": "a talk",
        "text": "no cracks are seen",
        "judged": {"verdict": "UNTESTABLE", "why": "it needs the images", "evidence": ["LFP-01"]},
    },
]


def entered(asker: Asker) -> Asker:
    """Enter five claims, on a cell, a substance and on nothing."""
    lfp = '{ name: "LFP", formula: "LiFePO4", electrons: 1 }'
    asker.data(f"mutation {{ createSubstance(input: {lfp}) {{ __typename }} }}")
    for each in CLAIMS:
        assert asker.data(CREATE, input=each)["createClaim"]["__typename"] == "Claim"
    return asker


@pytest.fixture(scope="module")
def claimed(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    """Return who asks a service that knows five claims; tests only read them."""
    home = tmp_path_factory.mktemp("claimed") / "home"
    shutil.copytree(filled_home, home)
    with asked(Settings(home=home)) as asker:
        yield entered(asker)


@pytest.fixture
def own_claimed(warehouse: Any, asker: Asker) -> Asker:  # noqa: ANN401, ARG001 # fixtures
    """Return who asks a service that knows five claims, the test's own."""
    return entered(asker)


@pytest.mark.slow
def test_a_claim_is_told_beside_what_is_recomputed_and_the_verdict(claimed: Any) -> None:  # noqa: ANN401 # a fixture
    nodes = claimed.data(OF_ISSUE)["claims"]["nodes"]
    assert [each["reported"] for each in nodes] == [
        "100 mAh/g",
        "> 300 mAh/g",
        "Large",
        "172 mAh/g",
        None,
    ]
    assert [each["verdict"] for each in nodes] == [
        "SUPPORTED",
        "CONTRADICTED",
        "UNTESTABLE",
        "CONTRADICTED",
        "UNTESTABLE",
    ]
    supported, contradicted, large, theory, judged = nodes
    assert supported["recomputed"] == pytest.approx(100)
    assert contradicted["recomputed"] == pytest.approx(100)
    assert large["evidence"][0]["value"] == pytest.approx(100)
    assert theory["recomputed"] == pytest.approx(169.9, abs=0.05)
    assert judged["recomputed"] is None
    assert judged["evidence"] == []
    assert "it needs the images" in judged["why"]
    assert all(each["why"] for each in nodes)


@pytest.mark.slow
def test_how_far_a_verdict_is_to_be_trusted_is_told_with_it(claimed: Any) -> None:  # noqa: ANN401 # a fixture
    query = "{ claims { nodes { name status reason evidence { status reason } } } }"
    nodes = {each["name"]: each for each in claimed.data(query)["claims"]["nodes"]}
    assert [(name, each["status"], each["reason"]) for name, each in nodes.items()] == [
        ("C1", "ok", None),
        ("C2", "ok", None),
        ("C3", "not_comparable", "reported as no number"),
        ("C4", "ok", None),
        ("C5", "not_computable", "it names no quantity"),
    ]
    assert nodes["C1"]["evidence"] == [{"status": "ok", "reason": None}]


def test_the_evidence_names_cell_and_test_and_the_trace_the_exports_it_rests_on(
    claimed: Any,  # noqa: ANN401 # a fixture
) -> None:
    query = """{ claims(where: { name: { in: ["C1", "C4"] } }) { nodes {
      evidence(first: 1) { basis lowest highest unit method cell { name } test { name } }
      trace { metric version arguments snapshot fileCount files { name } }
    } } }"""
    measured, computed = claimed.data(query)["claims"]["nodes"]
    (row,) = measured["evidence"]
    assert (row["cell"], row["test"]) == ({"name": "LFP-01"}, {"name": "gcpl.mpr"})
    assert row["lowest"] <= 100.0000001
    assert row["highest"] >= 99.9999999
    assert row["unit"] == "mA·h/g"
    assert row["method"]
    trace = measured["trace"]
    assert (trace["metric"], trace["fileCount"]) == ("claim_verdict", 1)
    assert trace["files"] == [{"name": "gcpl.mpr"}]
    (version,) = claimed.data('{ metrics(names: ["claim_verdict"]) { version } }')["metrics"]
    assert trace["version"] == version["version"]
    assert trace["snapshot"] > 0
    assert trace["arguments"]
    assert computed["evidence"][0]["test"] is None
    assert computed["trace"]["fileCount"] == 0


def test_a_page_of_claims_is_one_question_for_each_metric(claimed: Any) -> None:  # noqa: ANN401 # a fixture
    query = OF_ISSUE.replace("evidence", "flags { flag why } trace { metric } evidence")
    before = claimed.number("leyden_questions_total")
    claimed.data(query)
    assert claimed.number("leyden_questions_total") - before == 3


@pytest.mark.slow
def test_a_verdict_is_the_same_alone_on_a_page_and_in_the_whole_store(own_claimed: Any) -> None:  # noqa: ANN401 # a fixture
    other = {**CAPACITY, "name": "C6", "text": "x", "reported": "1 mAh/g"}
    own_claimed.data(CREATE, input=other | {"subject": {"cell": "LiS-02"}})
    fields = "id verdict recomputed why flags { flag }"
    nodes = own_claimed.data(f"{{ claims {{ nodes {{ {fields} }} }} }}")["claims"]["nodes"]
    assert len(nodes) == 6
    for node in nodes:
        alone = own_claimed.data(f'{{ claim(id: "{node["id"]}") {{ {fields} }} }}')["claim"]
        assert alone == node
    whole = own_claimed.data(
        "{ claimVerdict { claimId verdict recomputed why } claimFlag { claimId flag } }"
    )
    alone_rows = [
        (int(each["id"]), each["verdict"].lower(), each["recomputed"], each["why"])
        for each in nodes
    ]
    columns = whole["claimVerdict"]
    names = ("claimId", "verdict", "recomputed", "why")
    assert sorted(alone_rows) == sorted(zip(*(columns[name] for name in names), strict=True))
    flags = whole["claimFlag"]
    assert {(int(each["id"]), row["flag"]) for each in nodes for row in each["flags"]} == set(
        zip(flags["claimId"], flags["flag"], strict=True)
    )


@pytest.mark.slow
def test_what_a_person_judged_stands_apart_from_what_is_computed(own_claimed: Any) -> None:  # noqa: ANN401 # a fixture
    query = "{ claims { nodes { name verdict judged { verdict why evidence } study { name } } } }"
    nodes = {each["name"]: each for each in own_claimed.data(query)["claims"]["nodes"]}
    assert nodes["C1"]["judged"] is None
    assert nodes["C5"]["judged"] == CLAIMS[4]["judged"]
    assert nodes["C5"]["study"] is None
    words = own_claimed.data('{ __type(name: "ClaimWhere") { inputFields { name } } }')["__type"]
    assert {each["name"] for each in words["inputFields"]}.isdisjoint({"verdict", "why"})


@pytest.mark.slow
def test_a_service_without_the_metrics_of_claims_says_which_is_wanting(
    warehouse: Any,  # noqa: ANN401 # a fixture
    ask: Any,  # noqa: ANN401 # a fixture
    tmp_path: Any,  # noqa: ANN401 # a fixture
) -> None:
    asker = ask(warehouse.settings, tmp_path)
    asker.data(CREATE, input=CLAIMS[0])
    answer = asker.answer("{ claims { nodes { reported verdict } } }")
    assert answer["data"]["claims"]["nodes"][0]["verdict"] is None
    assert answer["data"]["claims"]["nodes"][0]["reported"].startswith("100")
    assert "claim_verdict" in answer["errors"][0]["message"]


def test_evidence_counts_as_a_page_when_a_request_is_weighed(asker: Any) -> None:  # noqa: ANN401 # a fixture
    inner = "evidence(first: 500) { cell { layers { substance { name } } } }"
    error = asker.error(f"{{ claims(first: 500) {{ nodes {{ {inner} }} }} }}")
    assert "values" in error["message"]
