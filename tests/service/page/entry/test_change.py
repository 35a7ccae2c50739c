"""A substance and a process are changed by the form that entered them."""

import pytest

from tests.service.asker import Asker
from tests.service.bench import Bench
from tests.service.page.entry.form_page import Page, of, post

SUBSTANCE = """query ($id: ID!) { substance(id: $id) {
  name title formula molarMassGramPerMole electrons role note } }"""
PROCESS = """query ($id: ID!) { process(id: $id) {
  name kind performedAt note inputs { name } outputs { name }
  parameters { name written value unit lower upper text qualifier } } }"""
SINTER = {
    "name": "sinter-1",
    "kind": "sinter",
    "inputs": "powder",
    "outputs": "pellet",
    "performed": "2026-03-01 09:30 +01:00",
    "note": "as written",
    "condition-1-name": "temperature",
    "condition-1-value": "~ 1173.15 K",
    "condition-2-name": "hold",
    "condition-2-value": "6-8 h",
}


def changes(page: Page, name: str, value: str) -> dict[str, str]:
    """Return the form as it stands, with one field another; texts of several lines are kept."""
    lines = {each: page.texts_of_lines[each] for each in page.texts_of_lines}
    return page.sent(**lines | {name: value})


@pytest.fixture
def sintered(known: Bench, asker: Asker) -> str:
    """Return where the process is at which the pellet was sintered from its powder."""
    assert known
    for name in ("powder", "dust"):
        assert post(asker, "/materials/new", {"name": name}).status_code == 303
    response = post(asker, "/processes/new", SINTER)
    assert response.status_code == 303, response.text
    return str(response.headers["Location"])


def row_of(page: Page, condition: str) -> str:
    """Return the row in which a condition stands."""
    names = {field["value"]: name for name, field in page.fields.items() if "value" in field}
    return names[condition].removesuffix("-name")


def process(asker: Asker, place: str) -> dict[str, object]:
    """Return a process as GraphQL has it."""
    return dict(asker.data(PROCESS, id=place.rpartition("/")[2])["process"])


@pytest.mark.slow
def test_a_process_saved_as_it_stands_changes_nothing(sintered: str, asker: Asker) -> None:
    before = process(asker, sintered)
    page = Page(asker.get(f"{sintered}/edit").text)
    response = post(asker, f"{sintered}/edit", changes(page, "kind", "sinter"))
    assert (response.status_code, response.headers.get("Location")) == (303, sintered)
    assert process(asker, sintered) == before
    assert f'href="{sintered}/edit"' in asker.get(sintered).text


@pytest.mark.slow
def test_a_condition_changed_is_changed_and_the_others_stay(sintered: str, asker: Asker) -> None:
    before = process(asker, sintered)
    page = Page(asker.get(f"{sintered}/edit").text)
    sent = changes(page, f"{row_of(page, 'temperature')}-value", "900 °C")
    assert post(asker, f"{sintered}/edit", sent).status_code == 303
    after = process(asker, sintered)
    conditions = {each["name"]: each["written"] for each in after.pop("parameters")}  # type: ignore[attr-defined] # a list
    assert conditions == {"temperature": "900 °C", "hold": "6-8 h"}
    before.pop("parameters")
    assert after == before


@pytest.mark.slow
def test_a_condition_emptied_is_gone(sintered: str, asker: Asker) -> None:
    page = Page(asker.get(f"{sintered}/edit").text)
    row = row_of(page, "temperature")
    sent = changes(page, f"{row}-value", "") | {f"{row}-name": ""}
    assert post(asker, f"{sintered}/edit", sent).status_code == 303
    assert [each["name"] for each in process(asker, sintered)["parameters"]] == ["hold"]  # type: ignore[attr-defined] # a list


@pytest.mark.slow
def test_what_went_in_anew_is_what_the_pellet_descends_from(sintered: str, asker: Asker) -> None:
    page = Page(asker.get(f"{sintered}/edit").text)
    assert post(asker, f"{sintered}/edit", changes(page, "inputs", "dust")).status_code == 303
    pellet = asker.data('{material(name: "pellet") {ancestors {name}}}')["material"]
    assert pellet == {"ancestors": [{"name": "dust"}]}


@pytest.mark.slow
def test_a_process_that_another_changed_meanwhile_is_not_put_back(
    sintered: str, asker: Asker
) -> None:
    opened = changes(Page(asker.get(f"{sintered}/edit").text), "kind", "fire")
    change = """mutation ($id: ID!) {
      updateProcess(id: $id, input: {kind: "burn"}) { __typename } }"""
    asker.data(change, id=sintered.rpartition("/")[2])
    late = post(asker, f"{sintered}/edit", opened)
    assert late.status_code == 422
    assert "burn" in Page(late.text).texts["kind-fault"]
    assert process(asker, sintered)["kind"] == "burn"


@pytest.mark.slow
def test_a_fault_of_a_changed_process_stands_at_its_field(sintered: str, asker: Asker) -> None:
    before = process(asker, sintered)
    for name, text, field, words in (
        ("condition-2-value", "3 apples", "condition-2-value", "unknown unit"),
        ("inputs", "powder\ndusk", "inputs", "line 2: No material is called 'dusk'"),
        ("outputs", "powder", "inputs", "powder"),
        ("name", "", "name", "a name cannot be empty"),
    ):
        page = Page(asker.get(f"{sintered}/edit").text)
        declined = post(asker, f"{sintered}/edit", changes(page, name, text))
        assert declined.status_code == 422, name
        assert words in Page(declined.text).texts[f"{field}-fault"]
    assert process(asker, sintered) == before


@pytest.mark.slow
def test_a_substance_saved_as_it_stands_changes_nothing(known: Bench, asker: Asker) -> None:
    assert known
    substance = of(asker, "substance", "Li")
    path = f"/substances/{substance}/edit"
    before = asker.data(SUBSTANCE, id=substance)["substance"]
    assert before["molarMassGramPerMole"]
    page = Page(asker.get(path).text)
    assert post(asker, path, changes(page, "role", "")).status_code == 303
    assert asker.data(SUBSTANCE, id=substance)["substance"] == before
    assert f'href="{path}"' in asker.get(f"/substances/{substance}").text


@pytest.mark.slow
def test_a_new_formula_brings_its_molar_mass_unless_one_is_given_with_it(
    known: Bench, asker: Asker
) -> None:
    assert known
    substance = of(asker, "substance", "LATP")
    path = f"/substances/{substance}/edit"
    page = Page(asker.get(path).text)
    assert post(asker, path, changes(page, "formula", "LiFePO4")).status_code == 303
    found = asker.data(SUBSTANCE, id=substance)["substance"]
    assert found["molarMassGramPerMole"] == pytest.approx(157.757, abs=0.01)
    page = Page(asker.get(path).text)
    both = changes(page, "formula", "Li2FePO4") | {"molar_mass": "170 g/mol"}
    assert post(asker, path, both).status_code == 303
    assert asker.data(SUBSTANCE, id=substance)["substance"]["molarMassGramPerMole"] == 170
    declined = post(asker, path, changes(Page(asker.get(path).text), "formula", "Xx2"))
    assert "character 1" in Page(declined.text).texts["formula-fault"]


def test_a_form_of_what_is_not_there_is_not_there(known: Bench, asker: Asker) -> None:
    assert known
    for path in ("/substances/999999/edit", "/processes/999999/edit"):
        assert asker.get(path).status_code == 404
        assert post(asker, path, {"name": "x", "opened": ""}).status_code == 404
