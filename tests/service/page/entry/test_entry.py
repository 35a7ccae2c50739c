"""What is entered by a form is what a study says, and a fault stands at its field."""

from urllib.parse import urlencode

import pytest

from tests.service.asker import Asker
from tests.service.bench import Bench
from tests.service.page.entry.form_page import Page, of, post

FORM = {
    "name": "K2",
    "project": "interlayers",
    "configuration": "Li/PB@LATP/Li",
    "area": "0.785 ± 0.010 cm²",
    "mass": "12.5 mg",
    "mass_basis": "cathode active material",
    "nominal_capacity": "2 mAh",
    "cycles": "turns",
    "formation_cycles": "1-2",
    "check_up_cycles": " ",
    "note": "as written",
    "layer-1-substance": "Li",
    "layer-1-thickness": "250 µm",
    "layer-2-substance": "PB",
    "layer-2-role": "wetting",
    "layer-2-thickness": "~ 1 µm",
    "layer-3-substance": "LATP",
    "layer-3-material": "pellet",
    "layer-3-thickness": "1 mm",
    "layer-4-substance": "Li",
    "layer-4-loading": "2 mg/cm²",
}
CELL = """query ($name: String!) { cell(name: $name) {
  project configuration symmetric areaCm2 areaErrorCm2 activeMassGram massBasis nominalCapacityAh
  cycleConvention formationCycles checkUpCycles note
  layers { position role thicknessUm loadingMgPerCm2 substance { name } material { name } }
  tests { name cycleCount }
  dischargeCapacity {
    cycleCount dischargeCapacityAh specificDischargeCapacityMahPerG
    arealDischargeCapacityMahPerCm2 status reason
  }
} }"""


@pytest.mark.slow
def test_a_cell_by_form_is_the_cell_by_study_with_its_metrics(known: Bench, asker: Asker) -> None:
    assert known
    by_study = asker.data(CELL, name="K1")["cell"]
    assert by_study["dischargeCapacity"]["specificDischargeCapacityMahPerG"]
    test = of(asker, "test", "gcpl.mpr")
    response = post(asker, "/cells/new", FORM | {"test": test})
    assert response.status_code == 303, response.text
    assert response.headers["Location"] == f"/cells/{of(asker, 'cell', 'K2')}"
    assert asker.data(CELL, name="K2")["cell"] == by_study
    assert asker.data(CELL, name="K1")["cell"]["tests"] == []
    assert "K2" in asker.get(response.headers["Location"]).text


@pytest.mark.slow
def test_a_form_saved_as_it_stands_changes_nothing(known: Bench, asker: Asker) -> None:
    assert known
    before = asker.data(CELL, name="K1")["cell"]
    path = f"/cells/{of(asker, 'cell', 'K1')}/edit"
    form = Page(asker.get(path).text).sent(note="as written")
    assert post(asker, path, form).status_code == 303
    assert asker.data(CELL, name="K1")["cell"] == before


@pytest.mark.slow
def test_only_what_is_changed_is_changed_and_seen_at_once(known: Bench, asker: Asker) -> None:
    assert known
    before = asker.data(CELL, name="K1")["cell"]
    place = f"/cells/{of(asker, 'cell', 'K1')}"
    seen = asker.get(place)
    form = Page(asker.get(f"{place}/edit").text).sent(note="as written", area="1.57 cm²")
    assert post(asker, f"{place}/edit", form).status_code == 303
    after = asker.data(CELL, name="K1")["cell"]
    assert (after["areaCm2"], after["areaErrorCm2"]) == (1.57, None)
    assert after["layers"] == before["layers"]
    column = "arealDischargeCapacityMahPerCm2"
    assert after["dischargeCapacity"][column] == pytest.approx(
        [each / 2 for each in before["dischargeCapacity"][column]]
    )
    again = asker.get(place, headers={"If-None-Match": seen.headers["ETag"]})
    assert again.status_code == 200
    assert "1.57" in again.text


@pytest.mark.slow
def test_a_layer_put_in_keeps_what_is_told_of_the_others(known: Bench, asker: Asker) -> None:
    assert known
    path = f"/cells/{of(asker, 'cell', 'K1')}/edit"
    form = Page(asker.get(path).text).sent(note="", configuration="Li/PB@LATP/PB@Li")
    assert post(asker, path, form).status_code == 303
    layers = asker.data(CELL, name="K1")["cell"]["layers"]
    assert [each["thicknessUm"] for each in layers] == [250, 1, 1000, None, None]
    assert [each["loadingMgPerCm2"] for each in layers] == [None, None, None, None, 2]
    assert layers[2]["material"] == {"name": "pellet"}


@pytest.mark.slow
def test_what_was_told_of_a_layer_goes_only_when_that_was_seen(known: Bench, asker: Asker) -> None:
    assert known
    path = f"/cells/{of(asker, 'cell', 'K1')}/edit"
    first = post(asker, path, Page(asker.get(path).text).sent(note="", configuration="Li/LATP/Li"))
    assert first.status_code == 422
    assert "PB (1 µm)" in Page(first.text).texts["configuration-fault"]
    assert asker.data(CELL, name="K1")["cell"]["configuration"] == "Li/PB@LATP/Li"
    assert post(asker, path, Page(first.text).sent(note="")).status_code == 303
    layers = asker.data(CELL, name="K1")["cell"]["layers"]
    assert [each["thicknessUm"] for each in layers] == [250, 1000, None]


@pytest.mark.slow
def test_what_another_changed_meanwhile_is_not_put_back_unseen(known: Bench, asker: Asker) -> None:
    assert known
    cell = of(asker, "cell", "K1")
    path = f"/cells/{cell}/edit"
    opened = Page(asker.get(path).text).sent(note="mine")
    change = """mutation ($id: ID!) {
      updateCell(id: $id, input: {areaCm2: 3, areaErrorCm2: null}) { __typename } }"""
    asker.data(change, id=cell)
    late = post(asker, path, opened)
    assert late.status_code == 422
    assert "3 cm²" in Page(late.text).texts["area-fault"]
    assert asker.data(CELL, name="K1")["cell"]["areaCm2"] == 3
    assert post(asker, path, Page(late.text).sent(note="mine", area="3 cm²")).status_code == 303
    after = asker.data(CELL, name="K1")["cell"]
    assert (after["areaCm2"], after["note"]) == (3, "mine")


@pytest.mark.parametrize(
    ("path", "changes", "field", "message"),
    [
        ("/cells/new", {"name": " "}, "name", "a name cannot be empty"),
        ("/cells/new", {"name": "K1"}, "name", "nother cell is called 'K1'"),
        ("/cells/new", {"area": "12,5 cm²"}, "area", "a point before decimals"),
        ("/cells/new", {"area": "0 cm²"}, "area", "0 is not above zero"),
        ("/cells/new", {"area": "1.13"}, "area", "a quantity with a unit that converts to cm²"),
        ("/cells/new", {"mass": "3 cm"}, "mass", "converts to g"),
        ("/cells/new", {"mass": "1e400 g"}, "mass", "point before decimals"),
        ("/cells/new", {"nominal_capacity": "2 apples"}, "nominal_capacity", "unknown unit"),
        ("/cells/new", {"formation_cycles": "4-1"}, "formation_cycles", "cycles cannot be"),
        ("/cells/new", {"configuration": "Li//Li"}, "configuration", "character"),
        (
            "/cells/new",
            {"configuration": "Li/PB@LATP/Lu", "layer-4-substance": "Lu"},
            "configuration",
            "called 'Lu'",
        ),
        ("/cells/new", {"cycles": "often"}, "cycles", "is none of turns, instrument"),
        ("/cells/new", {"note": "a\0b"}, "note", "\\u0000"),
        ("/cells/new", {"project": "x" * 501}, "project", "the most are 500"),
        ("/cells/new", {"layer-2-thickness": "-1 µm"}, "layer-2-thickness", "not above zero"),
        ("/cells/new", {"layer-3-thickness": "thin"}, "layer-3-thickness", "a quantity"),
        ("/cells/new", {"layer-3-material": "pallet"}, "layer-3-material", "did you mean pellet"),
        ("/cells/new", {"layer-1-material": "pellet"}, "layer-1-material", "is of LATP, not of Li"),
        ("/materials/new", {"name": "pellet"}, "name", "nother material is called"),
        ("/materials/new", {"name": "p", "substance": "LATQ"}, "substance", "did you mean LATP"),
        ("/materials/new", {"name": "p", "thickness": "1-2 mm"}, "thickness", "one number in µm"),
        ("/substances/new", {"name": "X", "formula": "Xx2"}, "formula", "character 1"),
        ("/substances/new", {"name": "X", "electrons": "-1"}, "electrons", "not above zero"),
        ("/processes/new", {"name": "p", "kind": ""}, "kind", "it is empty"),
        (
            "/processes/new",
            {"name": "p", "kind": "mill", "inputs": "pellet\r\npowdr"},
            "inputs",
            "line 2: No material is called 'powdr'",
        ),
        ("/processes/new", {"name": "p", "kind": "x", "performed": "soon"}, "performed", "moment"),
        (
            "/processes/new",
            {"name": "p", "kind": "x", "performed": "2026-03-01 09:30"},
            "performed",
            "does not say its zone",
        ),
        (
            "/processes/new",
            {"name": "p", "kind": "x", "condition-3-name": "t", "condition-3-value": "3 apples"},
            "condition-3-value",
            "unknown unit",
        ),
        (
            "/processes/new",
            {"name": "p", "kind": "x", "condition-2-value": "3 h"},
            "condition-2-name",
            "no name",
        ),
    ],
)
def test_each_fault_stands_at_its_field_and_nothing_is_entered(
    unmoved: Asker, path: str, changes: dict[str, str], field: str, message: str
) -> None:
    counted = "{cells {totalCount} materials {totalCount} processes {totalCount}}"
    before = unmoved.data(counted)
    filled = (FORM if path == "/cells/new" else {}) | changes
    response = post(unmoved, path, filled)
    assert response.status_code == 422, response.headers
    page = Page(response.text)
    attributes = page.fields[field]
    assert attributes["aria-invalid"] == "true"
    assert "autofocus" in attributes
    assert f"{field}-fault" in str(attributes["aria-describedby"]).split()
    assert message in page.texts[f"{field}-fault"]
    assert f'href="#{field}"' in response.text
    for name, text in filled.items():
        if page.fields[name]["tag"] == "input":
            assert page.fields[name].get("value", "") == text
    assert unmoved.data(counted) == before


@pytest.mark.slow
def test_what_people_type_is_shown_as_text_and_nothing_else(known: Bench, asker: Asker) -> None:
    assert known
    hostile = "\"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}'"
    fields = {"name": hostile, "note": f"</textarea>{hostile}", "configuration": hostile}
    for response in (
        post(asker, "/cells/new", fields | {"area": hostile}),
        asker.get(f"/cells/new?{urlencode(fields)}"),
        asker.get(f"/tests/1/assign?{urlencode({'q': hostile})}"),
        asker.get(f"/processes/new?{urlencode({'outputs': hostile})}"),
    ):
        assert response.status_code in {200, 422}
        assert "<script>alert" not in response.text
        assert "<img" not in response.text
        assert "49" not in response.text.split("<main")[1].split("</main")[0]
    created = post(asker, "/materials/new", {"name": hostile, "note": hostile})
    assert created.status_code == 303
    for place in (created.headers["Location"], "/cells/new", "/tests/1/assign"):
        text = asker.get(place).text
        assert "<script>alert" not in text
        assert "<img" not in text


def test_the_layers_are_drawn_as_they_are_read(unmoved: Asker) -> None:
    asked = {"configuration": "Li/PB@LATP/Li", "layer-1-thickness": "12 um"}
    page = unmoved.get(f"/cells/new?{urlencode(asked)}")
    assert page.status_code == 200
    fields = Page(page.text).fields
    assert [fields[f"layer-{n}-substance"]["value"] for n in (1, 2, 3, 4)] == [
        "Li",
        "PB",
        "LATP",
        "Li",
    ]
    assert "12 µm" in page.text
    assert "the same, as the configuration says" in page.text
    unread = unmoved.get("/cells/new?configuration=Li").text
    assert "Li/IL@PB@LATP/Li" in unread.split('id="layers"')[1]


@pytest.mark.slow
def test_a_cell_without_a_configuration_has_its_layers_listed(known: Bench, asker: Asker) -> None:
    assert known
    blank = Page(asker.get("/cells/new?name=K3&more=1").text)
    assert "layer-1-substance" in blank.fields
    form = {"name": "K3", "symmetric": "no"}
    form |= {"layer-1-substance": "Li", "layer-1-role": "negative"}
    form |= {"layer-3-material": "pellet", "layer-3-role": "electrolyte"}
    assert post(asker, "/cells/new", form).status_code == 303
    cell = asker.data(CELL, name="K3")["cell"]
    assert [each["position"] for each in cell["layers"]] == [1, 2]
    assert cell["layers"][1]["substance"] == {"name": "LATP"}
    assert cell["symmetric"] is False
    wrong = post(asker, "/cells/new", form | {"name": "K4", "layer-3-material": "pallet"})
    assert "did you mean pellet" in Page(wrong.text).texts["layer-3-material-fault"]


@pytest.mark.slow
def test_a_process_by_form_gives_its_materials_their_descent(known: Bench, asker: Asker) -> None:
    assert known
    assert post(asker, "/materials/new", {"name": "powder"}).status_code == 303
    form = {
        "name": "sinter-1",
        "kind": "sinter",
        "inputs": "powder\r\n",
        "outputs": "pellet",
        "performed": "2026-03-01 09:30 +01:00",
        "condition-1-name": "temperature",
        "condition-1-value": "~ 1173.15 K",
        "condition-2-name": "",
        "condition-2-value": "",
    }
    read = asker.get(f"/processes/new?{urlencode(form)}").text
    assert "~ 1173.15 K" in read.split('id="read"')[1]
    response = post(asker, "/processes/new", form)
    assert response.status_code == 303
    query = '{material(name: "pellet") {madeBy {performedAt parameters {name value unit written}} '
    pellet = asker.data(query + "ancestors {name}}}")["material"]
    assert pellet["ancestors"] == [{"name": "powder"}]
    assert pellet["madeBy"]["performedAt"].startswith("2026-03-01T08:30")
    assert pellet["madeBy"]["parameters"] == [
        {"name": "temperature", "value": 900, "unit": "°C", "written": "~ 1173.15 K"}
    ]


@pytest.mark.slow
def test_a_test_is_assigned_by_the_name_of_its_cell_and_taken_away(
    known: Bench, asker: Asker
) -> None:
    assert known
    test = of(asker, "test", "peis.mpr")
    path = f"/tests/{test}/assign"
    assert "not stated yet" in asker.get(path).text
    found = asker.get(f"{path}?q=k1").text
    assert "K1" in found
    assert "LFP-01" not in found
    for kind, name in (("cell", "K1"), ("material", "pellet")):
        on = of(asker, kind, name)
        response = post(asker, path, {"q": name, "on": f"{kind}-{on}"})
        assert (response.status_code, response.headers["Location"]) == (303, f"/{kind}s/{on}")
        query = "query ($id: ID!) {test(id: $id) {cell {name} material {name}}}"
        owners = asker.data(query, id=test)["test"]
        assert owners.pop(kind) == {"name": name}
        assert list(owners.values()) == [None]
    assert post(asker, path, {"q": ""}).status_code == 422
    assert post(asker, path, {"on": "cell-999999"}).status_code == 422
    assert post(asker, path, {"on": "nothing"}).status_code == 303
    assert asker.data(query, id=test)["test"] == {"cell": None, "material": None}


def test_a_cell_is_not_entered_for_a_test_that_is_not_there(unmoved: Asker) -> None:
    assert post(unmoved, "/cells/new", {"name": "K5", "test": "999999"}).status_code == 404
    assert unmoved.data('{cell(name: "K5") {id}}') == {"cell": None}
    create = 'mutation {createCell(input: {name: "K5", tests: [999999]}) '
    answer = unmoved.data(create + "{... on NotFound {field kind name}}}")["createCell"]
    assert answer == {"field": "tests.0", "kind": "test", "name": "999999"}
    assert unmoved.data('{cell(name: "K5") {id}}') == {"cell": None}


def test_a_field_that_no_form_has_is_refused_and_so_is_what_is_no_form(unmoved: Asker) -> None:
    assert unmoved.get("/cells/new?colour=red").status_code == 400
    assert unmoved.get("/cells/new?seen=1").status_code == 200
    assert unmoved.request("HEAD", "/cells/new").status_code == 200
    assert (
        post(unmoved, "/cells/new", {"name": "K6", "layer-0-thickness": "1 µm"}).status_code == 400
    )
    headers = {"Origin": "http://leyden"}
    sent = unmoved.request("POST", "/cells/new", json={"name": "K6"}, headers=headers)
    assert sent.status_code == 415
    twice = unmoved.request(
        "POST",
        "/cells/new",
        content="name=K6&name=K7",
        headers=headers | {"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert twice.status_code == 400
    large = post(unmoved, "/cells/new", {"name": "K6", "note": "x" * 3_000_000})
    assert large.status_code == 413
    assert unmoved.data('{cells(where: {name: {startsWith: "K6"}}) {totalCount}}')["cells"] == {
        "totalCount": 0
    }


@pytest.mark.slow
def test_what_is_not_told_of_a_material_leads_to_its_very_field(known: Bench, asker: Asker) -> None:
    assert known
    place = post(asker, "/materials/new", {"name": "bare"}).headers["Location"]
    text = asker.get(place).text
    for field in ("thickness", "area", "mass", "substance"):
        assert f'href="{place}/edit#{field}"' in text
        assert f'id="{field}"' in asker.get(f"{place}/edit").text
    assert 'href="/processes/new?outputs=bare"' in text


@pytest.mark.slow
def test_what_is_not_told_of_a_cell_leads_to_its_very_field(known: Bench, asker: Asker) -> None:
    assert known
    form = {"name": "bare", "configuration": "Li/LATP/PB"}
    place = post(asker, "/cells/new", form).headers["Location"]
    text = asker.get(place).text
    fields = Page(asker.get(f"{place}/edit").text).fields
    for field in ("area", "mass", "layer-2-thickness"):
        assert f'href="{place}/edit#{field}"' in text
        assert field in fields
    post(asker, "/cells/new", {"name": "barer"})
    other = asker.get(f"/cells/{of(asker, 'cell', 'barer')}").text
    assert "/edit#symmetric" in other
    assert "/edit#configuration" in other
