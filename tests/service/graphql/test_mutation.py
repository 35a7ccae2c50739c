"""What is entered by hand, and what is declined."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("warehouse")  # of each test its own: they change it

CREATE = """
mutation ($input: CellInput!) {
  createCell(input: $input) {
    __typename
    ... on Cell {
      id name configuration symmetric areaCm2 activeMassGram massBasis
      layers { position role thicknessUm loadingMgPerCm2 substance { name } material { name } }
    }
    ... on NameTaken { name message }
    ... on NotFound { kind name message }
    ... on InvalidInput { field reason }
  }
}
"""
UPDATE = """
mutation ($id: ID!, $input: CellChange!) {
  updateCell(id: $id, input: $input) {
    __typename
    ... on Cell { name areaCm2 activeMassGram note layers { role position } }
    ... on NameTaken { message }
    ... on NotFound { message }
    ... on InvalidInput { field reason }
  }
}
"""
SPECIFIC = '{ dischargeCapacity(tests: ["2"]) { specificDischargeCapacityMahPerG missing } }'


@pytest.mark.slow
def test_a_cell_is_entered_with_its_layers(asker: Any) -> None:  # noqa: ANN401 # a fixture
    for name in ("Li", "IL", "PB", "LATP"):
        asker.data(f'mutation {{ createSubstance(input: {{ name: "{name}" }}) {{ __typename }} }}')
    created = asker.data(
        """
        mutation {
          createMaterial(input: { name: "pellet-7", kind: "pellet", substance: "LATP" }) {
            ... on Material { name substance { name } }
          }
        }
        """
    )
    assert created["createMaterial"] == {"name": "pellet-7", "substance": {"name": "LATP"}}
    layers = [
        {"substance": "Li", "thicknessUm": 250.0},
        {"substance": "IL", "role": "wetting"},
        {"substance": "PB"},
        {"material": "pellet-7"},
        {"substance": "Li", "loadingMgPerCm2": 2.5},
    ]
    entered = {
        "name": " K3 ",
        "configuration": "Li/IL@PB@LATP/Li",
        "symmetric": True,
        "areaCm2": 0.785,
        "activeMassGram": 1,
        "massBasis": "cathode active material",
        "layers": layers,
    }
    cell = asker.data(CREATE, input=entered)["createCell"]
    assert cell["__typename"] == "Cell"
    assert (cell["name"], cell["areaCm2"], cell["activeMassGram"]) == ("K3", 0.785, 1.0)
    assert [layer["position"] for layer in cell["layers"]] == [1, 2, 3, 4, 5]
    assert cell["layers"][3]["substance"] == {"name": "LATP"}
    assert cell["layers"][3]["material"] == {"name": "pellet-7"}
    found = asker.data(f'{{ cell(id: "{cell["id"]}") {{ name layers {{ role }} }} }}')["cell"]
    assert found == {
        "name": "K3",
        "layers": [
            {"role": role}
            for role in ("negative", "wetting", "interlayer", "electrolyte", "positive")
        ],
    }


@pytest.mark.slow
def test_a_configuration_brings_the_layers_and_the_symmetry_of_a_cell(asker: Any) -> None:  # noqa: ANN401 # a fixture
    given = {"name": "K3", "configuration": "Li/LATP/Li"}
    declined = asker.data(CREATE, input=given)["createCell"]
    assert (declined["__typename"], declined["kind"]) == ("NotFound", "substance")
    for name in ("Li", "LATP", "LFP"):
        asker.data(f'mutation {{ createSubstance(input: {{ name: "{name}" }}) {{ __typename }} }}')
    cell = asker.data(CREATE, input=given)["createCell"]
    assert cell["symmetric"] is True
    assert [
        (each["position"], each["role"], each["substance"]["name"]) for each in cell["layers"]
    ] == [(1, "negative", "Li"), (2, "electrolyte", "LATP"), (3, "positive", "Li")]
    changed = asker.data(UPDATE, id=cell["id"], input={"configuration": "Li/LATP/LFP"})
    assert [each["role"] for each in changed["updateCell"]["layers"]][1:] == [
        "electrolyte",
        "positive",
    ]
    found = asker.data(
        f'{{ cell(id: "{cell["id"]}") {{ symmetric layers {{ substance {{ name }} }} }} }}'
    )
    assert found["cell"]["symmetric"] is False
    assert found["cell"]["layers"][2] == {"substance": {"name": "LFP"}}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"configuration": "Li / nonsense//"}, "configuration"),
        ({"configuration": "Li/LATP/Li", "symmetric": False}, "symmetric"),
        ({"configuration": "Li/LATP/Li", "layers": [{"substance": "Li"}]}, "layers.1"),
        ({"layers": [{"substance": "Li"}, {"role": "electrolyte"}]}, "layers.1"),
        (
            {"configuration": "Li/Li", "layers": [{"substance": "Li"}, {"substance": "LATP"}]},
            "layers.1",
        ),
    ],
)
def test_a_cell_that_contradicts_itself_is_declined(
    declining: Any,  # noqa: ANN401 # a fixture
    given: dict[str, Any],
    field: str,
) -> None:
    for name in ("Li", "LATP"):
        declining.data(
            f'mutation {{ createSubstance(input: {{ name: "{name}" }}) {{ __typename }} }}'
        )
    declined = declining.data(CREATE, input={"name": "bad"} | given)["createCell"]
    assert (declined["__typename"], declined["field"]) == ("InvalidInput", field)
    assert declining.data('{ cell(name: "bad") { id } }') == {"cell": None}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["Substance", "Material", "Cell"])
def test_a_name_is_given_once(asker: Any, kind: str) -> None:  # noqa: ANN401 # a fixture
    query = (
        f'mutation {{ create{kind}(input: {{ name: "X" }}) '
        "{ __typename ... on NameTaken { name message } } }"
    )
    assert asker.data(query)[f"create{kind}"]["__typename"] == kind
    again = asker.data(query)[f"create{kind}"]
    assert (again["__typename"], again["name"]) == ("NameTaken", "X")
    assert "Another" in again["message"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"areaCm2": 0}, "areaCm2"),
        ({"areaCm2": -1.5}, "areaCm2"),
        ({"activeMassGram": -0.001}, "activeMassGram"),
        ({"nominalCapacityAh": 0}, "nominalCapacityAh"),
        ({"name": "  "}, "name"),
        (
            {"layers": [{"substance": "x"}, {"substance": "x", "thicknessUm": -3}]},
            "layers.1.thicknessUm",
        ),
    ],
)
def test_a_size_that_cannot_be_is_declined_and_nothing_is_entered(
    declining: Any,  # noqa: ANN401 # a fixture
    given: dict[str, Any],
    field: str,
) -> None:
    declining.data('mutation { createSubstance(input: { name: "x" }) { __typename } }')
    declined = declining.data(CREATE, input={"name": "bad"} | given)["createCell"]
    assert (declined["__typename"], declined["field"]) == ("InvalidInput", field)
    assert declining.data("{ cells { totalCount } }")["cells"]["totalCount"] == 2


def test_a_cell_of_an_unknown_substance_is_declined_whole(declining: Any) -> None:  # noqa: ANN401 # a fixture
    given = {"name": "K1", "layers": [{"substance": "Unobtainium"}]}
    declined = declining.data(CREATE, input=given)["createCell"]
    assert (declined["__typename"], declined["kind"]) == ("NotFound", "substance")
    assert declining.data('{ cell(name: "K1") { id } }') == {"cell": None}


@pytest.mark.slow
def test_a_mass_entered_is_in_the_next_answer(asker: Any) -> None:  # noqa: ANN401 # a fixture
    before = asker.data(SPECIFIC)["dischargeCapacity"]
    assert before["specificDischargeCapacityMahPerG"] == [None] * 3
    asker.data(UPDATE, id="2", input={"activeMassGram": 0.02})
    after = asker.data(SPECIFIC)["dischargeCapacity"]
    assert after["specificDischargeCapacityMahPerG"] == pytest.approx([50.0] * 3)
    asker.data(UPDATE, id="2", input={"activeMassGram": None})
    assert asker.data(SPECIFIC)["dischargeCapacity"] == before


def test_what_a_change_leaves_out_stays_and_null_takes_away(asker: Any) -> None:  # noqa: ANN401 # a fixture
    cell = asker.data(UPDATE, id="1", input={"note": "washed", "areaCm2": None})["updateCell"]
    assert (cell["name"], cell["activeMassGram"]) == ("LFP-01", 0.01)
    assert (cell["areaCm2"], cell["note"]) == (None, "washed")


@pytest.mark.slow
def test_layers_are_replaced_as_a_whole(asker: Any) -> None:  # noqa: ANN401 # a fixture
    asker.data('mutation { createSubstance(input: { name: "Li" }) { __typename } }')

    def layers(*roles: str) -> list[dict[str, str]]:
        return [{"role": role, "substance": "Li"} for role in roles]

    asker.data(UPDATE, id="1", input={"layers": layers("a", "b")})
    cell = asker.data(UPDATE, id="1", input={"layers": layers("c", "a")})
    assert cell["updateCell"]["layers"] == [
        {"role": "c", "position": 1},
        {"role": "a", "position": 2},
    ]
    cell = asker.data(UPDATE, id="1", input={"layers": None})
    assert cell["updateCell"]["layers"] == []


@pytest.mark.slow
def test_each_change_of_a_document_tells_what_stands_after_it(asker: Any) -> None:  # noqa: ANN401 # a fixture
    answer = asker.data(
        """
        mutation {
          createSubstance(input: { name: "Li" }) { __typename }
          first: updateCell(
            id: "2", input: { activeMassGram: 0.01, layers: [{ role: "a", substance: "Li" }] }
          ) { ...C }
          second: updateCell(id: "2", input: { activeMassGram: 0.02, layers: [] }) { ...C }
        }
        fragment C on Cell {
          layers { substance { name } }
          dischargeCapacity { specificDischargeCapacityMahPerG }
        }
        """
    )
    first, second = answer["first"], answer["second"]
    assert (len(first["layers"]), len(second["layers"])) == (1, 0)
    capacity = "specificDischargeCapacityMahPerG"
    twice = [2 * value for value in second["dischargeCapacity"][capacity]]
    assert first["dischargeCapacity"][capacity] == pytest.approx(twice)


def test_a_change_that_cannot_be_is_declined(declining: Any) -> None:  # noqa: ANN401 # a fixture
    declined = {
        "NameTaken": declining.data(UPDATE, id="1", input={"name": "LiS-02"}),
        "NotFound": declining.data(UPDATE, id="77", input={"name": "x"}),
        "InvalidInput": declining.data(UPDATE, id="1", input={"name": None}),
    }
    for kind, answer in declined.items():
        assert answer["updateCell"]["__typename"] == kind
    same = declining.data(UPDATE, id="1", input={"name": "LFP-01"})
    assert same["updateCell"]["__typename"] == "Cell"


@pytest.mark.slow
def test_a_material_is_changed(asker: Any) -> None:  # noqa: ANN401 # a fixture
    asker.data('mutation { createMaterial(input: { name: "m" }) { __typename } }')
    asker.data('mutation { createSubstance(input: { name: "s" }) { __typename } }')
    query = """
    mutation ($input: MaterialChange!) {
      updateMaterial(id: "1", input: $input) {
        __typename
        ... on Material { name massGram substance { name } }
        ... on InvalidInput { field }
        ... on NotFound { kind }
      }
    }
    """
    changed = asker.data(query, input={"massGram": 0.5, "substance": "s"})["updateMaterial"]
    assert (changed["massGram"], changed["substance"]) == (0.5, {"name": "s"})
    assert asker.data(query, input={"substance": None})["updateMaterial"]["substance"] is None
    assert asker.data(query, input={"massGram": 0})["updateMaterial"]["field"] == "massGram"
    assert asker.data(query, input={"substance": "t"})["updateMaterial"]["kind"] == "substance"


@pytest.mark.slow
def test_a_test_is_assigned_and_taken_away_again(asker: Any) -> None:  # noqa: ANN401 # a fixture
    assigned = asker.data(
        'mutation { assignTest(test: "2", cell: "1") { ... on Test { cell { name } } } }'
    )
    assert assigned["assignTest"]["cell"] == {"name": "LFP-01"}
    mass = asker.data(SPECIFIC)["dischargeCapacity"]["specificDischargeCapacityMahPerG"]
    # its first discharge is of the last cycle of the cell's other test, its last charge alone
    assert mass == pytest.approx([100.0, 100.0, 0.0])
    freed = asker.data('mutation { unassignTest(test: "2") { ... on Test { cell { name } } } }')
    assert freed["unassignTest"]["cell"] is None
    assert asker.data(SPECIFIC)["dischargeCapacity"]["missing"][0] is not None


@pytest.mark.slow
def test_tests_are_assigned_together_or_not_at_all(asker: Any) -> None:  # noqa: ANN401 # a fixture
    query = """
    mutation ($tests: [ID!]!, $cell: ID!) {
      assignTests(tests: $tests, cell: $cell) {
        ... on Assigned { tests { id cell { id } } }
        ... on NotFound { kind name }
      }
    }
    """
    done = asker.data(query, tests=["3", "1"], cell="2")["assignTests"]
    assert done["tests"] == [{"id": "3", "cell": {"id": "2"}}, {"id": "1", "cell": {"id": "2"}}]
    declined = asker.data(query, tests=["3", "99"], cell="1")["assignTests"]
    assert declined == {"kind": "test", "name": "99"}
    assert asker.data(query, tests=["3"], cell="9")["assignTests"]["kind"] == "cell"
    assert asker.data('{ test(id: "3") { cell { id } } }')["test"]["cell"] == {"id": "2"}


@pytest.mark.slow
def test_a_formula_brings_its_molar_mass_and_one_that_is_none_is_declined(asker: Any) -> None:  # noqa: ANN401 # a fixture
    query = """
    mutation ($input: SubstanceChange!) {
      updateSubstance(id: "1", input: $input) {
        __typename
        ... on Substance { formula molarMassGramPerMole note }
        ... on InvalidInput { field reason }
      }
    }
    """
    asker.data('mutation { createSubstance(input: { name: "LFP" }) { __typename } }')
    described = asker.data(query, input={"formula": "LiFePO4"})["updateSubstance"]
    assert described["molarMassGramPerMole"] == pytest.approx(157.76, abs=0.01)
    noted = asker.data(query, input={"note": "carbon coated"})["updateSubstance"]
    assert noted["molarMassGramPerMole"] == described["molarMassGramPerMole"]
    measured = asker.data(query, input={"formula": "LiFePO4", "molarMassGramPerMole": 158.0})
    assert measured["updateSubstance"]["molarMassGramPerMole"] == 158
    declined = asker.data(query, input={"formula": "Xx2"})["updateSubstance"]
    assert (declined["__typename"], declined["field"]) == ("InvalidInput", "formula")
    bare = asker.data(query, input={"formula": None})["updateSubstance"]
    assert (bare["formula"], bare["molarMassGramPerMole"]) == (None, None)


def test_a_moment_without_a_zone_is_declined(declining: Any) -> None:  # noqa: ANN401 # a fixture
    given = '{ name: "p", kind: "mill", performedAt: "2026-03-01T09:30:00" }'
    answer = declining.data(
        f"mutation {{ createProcess(input: {given}) {{ ... on InvalidInput {{ field reason }} }} }}"
    )["createProcess"]
    assert answer["field"] == "performedAt"
    assert "zone" in answer["reason"]


def test_a_test_is_assigned_with_the_protocol_it_was_meant_to_run(asker: Any) -> None:  # noqa: ANN401 # a fixture
    asker.data('mutation { createProtocol(input: { name: "strip" }) { __typename } }')
    query = """
    mutation ($protocol: ID) {
      assignTest(test: "2", cell: "1", protocol: $protocol) {
        ... on Test { protocol { name } } ... on NotFound { kind name }
      }
    }
    """
    assert asker.data(query, protocol="1")["assignTest"] == {"protocol": {"name": "strip"}}
    left_out = asker.data(query.replace(", protocol: $protocol", "").replace("($protocol: ID)", ""))
    assert left_out["assignTest"] == {"protocol": {"name": "strip"}}
    assert asker.data(query, protocol="9")["assignTest"] == {"kind": "protocol", "name": "9"}
    assert asker.data(query, protocol=None)["assignTest"] == {"protocol": None}


@pytest.mark.slow
def test_cells_are_found_and_ordered_by_the_project_they_were_entered_under(asker: Any) -> None:  # noqa: ANN401 # a fixture
    for name, project in {"K3": "pb", "K4": "latp", "K5": "pb"}.items():
        asker.data(CREATE, input={"name": name, "project": f" {project} "})
    moved = asker.data(UPDATE, id="1", input={"project": "a"})["updateCell"]
    assert moved["__typename"] == "Cell"
    found = asker.data("""{
      cells(where: {project: {in: ["pb", "a"]}}, orderBy: [{field: PROJECT}]) {
        nodes { name project }
      }
    }""")["cells"]["nodes"]
    assert [tuple(each.values()) for each in found] == [
        ("LFP-01", "a"),
        ("K3", "pb"),
        ("K5", "pb"),
    ]


@pytest.mark.slow
def test_of_many_who_enter_one_name_at_once_one_is_first(asker: Any) -> None:  # noqa: ANN401 # a fixture
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(asker.data, CREATE, input={"name": "K9"}) for _ in range(8)]
        kinds = sorted(each.result()["createCell"]["__typename"] for each in asked)
    assert kinds == ["Cell", *["NameTaken"] * 7]
    small = asker.data(CREATE, input={"name": "k9"})["createCell"]
    assert (small["__typename"], small["name"]) == ("Cell", "k9")


@pytest.mark.slow
def test_a_substance_by_another_name_leaves_the_cells_of_it_open_to_change(asker: Any) -> None:  # noqa: ANN401 # a fixture
    for name in ("Li", "LATP"):
        asker.data(f'mutation {{ createSubstance(input: {{ name: "{name}" }}) {{ __typename }} }}')
    cell = asker.data(CREATE, input={"name": "K3", "configuration": "Li/LATP/Li"})["createCell"]
    asker.data('mutation { updateSubstance(id: "2", input: { name: "LATP-2" }) { __typename } }')
    for change in ({"note": "x"}, {"symmetric": None}, {"configuration": "Li/LATP-2/Li"}):
        assert asker.data(UPDATE, id=cell["id"], input=change)["updateCell"]["__typename"] == "Cell"
    declined = asker.data(UPDATE, id=cell["id"], input={"configuration": "Li/LATP/Li"})
    assert declined["updateCell"]["message"].endswith("did you mean LATP-2?")


def test_a_condition_of_a_claim_stands_under_a_word(asker: Any) -> None:  # noqa: ANN401 # a fixture
    query = """
    mutation ($input: ClaimInput!) {
      createClaim(input: $input) {
        __typename ... on Claim { subject } ... on InvalidInput { field }
      }
    }
    """
    claim = {"name": "N1", "source": "s", "text": "t"}
    for subject in ({" ": "60 °C"}, {"a\0": "60 °C"}):
        declined = asker.data(query, input=claim | {"subject": subject})["createClaim"]
        assert declined == {"__typename": "InvalidInput", "field": "subject"}
    created = asker.data(query, input=claim | {"subject": {" cell ": " LFP-01 "}})["createClaim"]
    assert created["subject"] == {"cell": "LFP-01"}
