"""The pages of impedance sweeps hold the numbers of GraphQL, and say what they leave out."""

import csv
import json
import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import update

from schema.catalog import Cell, Material
from schema.catalog.connection import change
from schema.settings import Settings
from schema.warehouse import open_warehouse
from tests.service.asker import Asker, asked

FIT = "fit { circuit aicc curve { frequencyHertz realResidual imaginaryResidual } }"
SHOWN = "L0-R0-p(R1,CPE1)-TLMQ2"


@pytest.fixture(scope="module")
def pellet(visitor: Any) -> tuple[int, int]:  # noqa: ANN401 # a fixture
    """Return the test on a pellet, whose tail is blocking, and its sweep at 30 °C."""
    return swept(visitor, "synthetic-pellet-1")


@pytest.fixture(scope="module")
def coated(visitor: Any) -> tuple[int, int]:  # noqa: ANN401 # a fixture
    """Return a test on cell 11, which blocks nothing, and its sweep at 30 °C."""
    return swept(visitor, "synthetic-coated-50uA-0-impedance-000h")


def swept(visitor: Asker, name: str) -> tuple[int, int]:
    """Return a test by its name, and its first sweep."""
    query = """query ($name: String!) { tests(where: { name: { eq: $name } }) { nodes {
      id spectra(first: 1) { id } } } }"""
    (test,) = visitor.data(query, name=name)["tests"]["nodes"]
    return int(test["id"]), int(test["spectra"][0]["id"])


def frames(text: str) -> list[dict[str, Any]]:
    """Return what is read off the figures of a page."""
    found = re.findall(r'class="readings">(.*?)</script>', text, re.DOTALL)
    return [panel for each in found for panel in json.loads(each)]


@pytest.mark.slow
def test_the_figures_of_a_sweep_hold_the_numbers_of_graphql(
    visitor: Any,  # noqa: ANN401 # a fixture
    pellet: tuple[int, int],
) -> None:
    _, sweep = pellet
    query = f"""query ($id: ID!) {{ spectrum(id: $id) {{
      frequencyHertz realImpedanceOhm imaginaryImpedanceOhm
      impedanceMagnitudeOhm impedancePhaseDegree {FIT}
      kramersKronig {{ frequencyHertz realResidual imaginaryResidual }}
      drt(way: NON_NEGATIVE) {{ timeConstantSecond densityOhm }} }} }}"""
    spectrum = visitor.data(query, id=sweep)["spectrum"]
    nyquist = visitor.get(f"/spectra/{sweep}/nyquist.json").json()
    assert nyquist["frequency_hertz"] == spectrum["frequencyHertz"]
    assert nyquist["real_impedance_ohm"] == spectrum["realImpedanceOhm"]
    assert nyquist["imaginary_impedance_ohm"] == spectrum["imaginaryImpedanceOhm"]
    bode = visitor.get(f"/spectra/{sweep}/bode.json").json()
    assert bode["impedance_magnitude_ohm"] == spectrum["impedanceMagnitudeOhm"]
    assert bode["impedance_phase_degree"] == spectrum["impedancePhaseDegree"]
    left = visitor.get(f"/spectra/{sweep}/residuals.json").json()
    test, curve = spectrum["kramersKronig"], spectrum["fit"]["curve"]
    assert left["real_residual"] == test["realResidual"] + curve["realResidual"]
    assert left["imaginary_residual"] == test["imaginaryResidual"] + curve["imaginaryResidual"]
    drt = visitor.get(f"/spectra/{sweep}/relaxation.json").json()
    assert drt["time_constant_second"] == spectrum["drt"]["timeConstantSecond"]
    assert drt["density_ohm"] == spectrum["drt"]["densityOhm"]


@pytest.mark.slow
def test_the_arcs_and_the_fits_of_a_sweep_are_those_of_graphql(
    visitor: Any,  # noqa: ANN401 # a fixture
    coated: tuple[int, int],
) -> None:
    _, sweep = coated
    query = """query ($id: ID!) { spectrum(id: $id) {
      fits(first: 500) { circuit aicc chiSquare status reason }
      fit { arcs { element resistanceOhm resistanceErrorOhm exponent } } } }"""
    spectrum = visitor.data(query, id=sweep)["spectrum"]
    arcs = visitor.get(f"/spectra/{sweep}/arcs/table.json").json()
    for name, key in (("resistance_ohm", "resistanceOhm"), ("error", "resistanceErrorOhm")):
        assert arcs[name] == [each[key] for each in spectrum["fit"]["arcs"]]
    fits = visitor.get(f"/spectra/{sweep}/fits/table.json").json()
    assert fits["circuit"] == [each["circuit"] for each in spectrum["fits"]]
    assert fits["chi_square"] == [each["chiSquare"] for each in spectrum["fits"]]
    text = visitor.get(f"/spectra/{sweep}").text
    assert all(each["circuit"] in text for each in spectrum["fits"])
    assert all(each["reason"] in unescape(text) for each in spectrum["fits"] if each["reason"])


@pytest.mark.slow
def test_by_area_every_ohm_is_times_the_area(
    visitor: Any,  # noqa: ANN401 # a fixture
    coated: tuple[int, int],
) -> None:
    _, sweep = coated
    area = visitor.data("{ cell(id: 11) { areaCm2 } }")["cell"]["areaCm2"]
    plain, specific = (
        {
            name: visitor.get(f"/spectra/{sweep}/{name}.json{query}").json()
            for name in ("nyquist", "bode", "arcs/table")
        }
        for query in ("", "?by_area=1")
    )
    for name, column in (
        ("nyquist", "real_impedance"),
        ("bode", "impedance_magnitude"),
        ("arcs/table", "resistance"),
    ):
        ohm = np.array(plain[name][f"{column}_ohm"])
        assert np.allclose(specific[name][f"{column}_ohm_cm2"], ohm * area)


def test_a_fit_that_was_not_chosen_is_drawn_when_it_is_asked_for(
    visitor: Any,  # noqa: ANN401 # a fixture
    pellet: tuple[int, int],
) -> None:
    _, sweep = pellet
    query = """query ($id: ID!, $circuit: String) { spectrum(id: $id) { fits(circuit: $circuit) {
      status curve { realResidual } } } }"""
    (fit,) = visitor.data(query, id=sweep, circuit=SHOWN)["spectrum"]["fits"]
    response = visitor.get(f"/spectra/{sweep}", params={"circuit": SHOWN})
    assert f"fit of {SHOWN} (not the chosen one, low quality)" in response.text
    left = visitor.get(f"/spectra/{sweep}/residuals.json", params={"circuit": SHOWN}).json()
    count = len(fit["curve"]["realResidual"])
    assert left["real_residual"][-count:] == fit["curve"]["realResidual"]


def test_a_circuit_that_was_not_fitted_is_refused_with_those_that_were(
    visitor: Any,  # noqa: ANN401 # a fixture
    pellet: tuple[int, int],
) -> None:
    _, sweep = pellet
    response = visitor.get(f"/spectra/{sweep}", params={"circuit": "R0-R1"})
    assert response.status_code == 400
    assert SHOWN in response.text


@pytest.mark.slow
def test_how_a_circuit_was_chosen_is_said_as_it_was(visitor: Any) -> None:  # noqa: ANN401 # a fixture
    query = "{ spectra(first: 300) { nodes { id fit { aicc } fits(first: 50) { aicc status } } } }"
    lowest = {}
    for node in visitor.data(query)["spectra"]["nodes"]:
        sound = [each["aicc"] for each in node["fits"] if each["status"] == "ok" and each["aicc"]]
        lowest[node["id"]] = node["fit"]["aicc"] <= min(sound)
    for is_lowest in (True, False):
        number = next((each for each, low in lowest.items() if low is is_lowest), None)
        if number is not None:
            text = visitor.get(f"/spectra/{number}").text
            assert ("lowest AICc of" in text) is is_lowest


def equal_scales(visitor: Asker, number: int) -> None:
    """Assert that an ohm is as long across as up, and that nothing is lost without a word."""
    text = visitor.get(f"/spectra/{number}/nyquist").text
    (panel,) = frames(text)
    _, _, width, height = panel["frame"]
    across = width / (panel["x"]["high"] - panel["x"]["low"])
    up = height / (panel["y"]["high"] - panel["y"]["low"])
    assert across == pytest.approx(up)
    assert panel["x"]["low"] == 0
    (series,) = panel["series"]
    beyond = sum(
        x > panel["x"]["high"] or y > panel["y"]["high"]
        for x, y in zip(series["x"], series["y"], strict=True)
    )
    assert (f"{beyond} points of the tail lie beyond" in text) is (beyond > 0)


@pytest.mark.parametrize("number", [1, 24, 66])
def test_an_ohm_is_as_long_across_as_up(visitor: Any, number: int) -> None:  # noqa: ANN401 # a fixture
    equal_scales(visitor, number)


@pytest.mark.slow
def test_an_ohm_is_as_long_across_as_up_in_every_sweep(visitor: Any) -> None:  # noqa: ANN401 # a fixture
    nodes = visitor.data("{ spectra(first: 500) { nodes { id } } }")["spectra"]["nodes"]
    assert len(nodes) > 100
    for each in nodes:
        equal_scales(visitor, int(each["id"]))


def test_a_blocking_tail_crushes_no_arc(
    visitor: Any,  # noqa: ANN401 # a fixture
    pellet: tuple[int, int],
) -> None:
    _, sweep = pellet
    query = """query ($id: ID!) { spectrum(id: $id) { fit { arcs { resistanceOhm } } } }"""
    (arc,) = visitor.data(query, id=sweep)["spectrum"]["fit"]["arcs"]
    spans = {}
    for whole in ("", "?whole=1"):
        text = visitor.get(f"/spectra/{sweep}/nyquist{whole}").text
        (panel,) = frames(text)
        unit = 1000 if "kΩ" in panel["x"]["label"] else 1
        spans[whole] = (panel["x"]["high"] - panel["x"]["low"]) * unit
    assert arc["resistanceOhm"] > 0.3 * spans[""]
    assert spans["?whole=1"] > 100 * spans[""]
    assert "show the arcs" in text


def test_the_sweeps_of_a_cell_are_told_as_the_metrics_tell_them(visitor: Any) -> None:  # noqa: ANN401 # a fixture
    query = """{ cell(id: 11) { spectra(first: 500) { id testId spectrumCount }
      cyclingTime { testId spectrumCount cyclingTimeHour }
      fittedResistance { testId spectrumCount object resistanceOhm status } } }"""
    answer = visitor.data(query)["cell"]
    ids = {(each["testId"], each["spectrumCount"]): each["id"] for each in answer["spectra"]}
    ohms, hours = answer["fittedResistance"], answer["cyclingTime"]
    places = zip(ohms["testId"], ohms["spectrumCount"], ohms["object"], strict=True)
    whole = {
        ids[test, count]: ohm
        for (test, count, thing), ohm in zip(places, ohms["resistanceOhm"], strict=True)
        if thing == "whole"
    }
    aged = {
        ids[test, count]: hour
        for test, count, hour in zip(
            hours["testId"], hours["spectrumCount"], hours["cyclingTimeHour"], strict=True
        )
    }
    found = series(visitor)
    hour = {each["sweep"]: float(each["cycling_time_hour"]) for each in found}
    assert {each["sweep"] for each in found} == {*ids.values()}
    assert {each["sweep"]: float(each["whole_ohm"]) for each in found} == pytest.approx(whole)
    assert hour == pytest.approx(aged)


def series(visitor: Asker, query: str = "") -> list[dict[str, str]]:
    """Return the sweeps of cell 11 as a file has them."""
    text = visitor.get(f"/spectra.csv?cell=11{query}").text
    return list(csv.DictReader(text.splitlines()))


def test_sweeps_are_narrowed_by_temperature_and_age(visitor: Any) -> None:  # noqa: ANN401 # a fixture
    assert len(series(visitor)) == 54
    assert len(series(visitor, "&temperature=30")) == 9
    assert len(series(visitor, "&from=40&to=110")) == 12
    assert len(series(visitor, "&temperature=30&to=60")) == 2
    empty = visitor.get("/spectra?cell=11&temperature=-40")
    assert "None of 54 sweeps is as asked for" in empty.text


@pytest.mark.slow
def test_the_picked_are_drawn_else_one_age_or_one_temperature(visitor: Any) -> None:  # noqa: ANN401 # a fixture
    def drawn(query: str) -> set[int]:
        return set(visitor.get(f"/spectra/nyquist.json?cell=11{query}").json()["sweep"])

    rows = series(visitor)
    first = {int(each["sweep"]) for each in rows if float(each["cycling_time_hour"]) == 0}
    cold = {int(each["sweep"]) for each in rows if float(each["temperature_celsius"]) == 30}
    assert (len(first), len(cold)) == (6, 9)
    assert drawn("") == first
    assert drawn("&by=age") == cold
    some = sorted(first ^ cold)[:2]
    assert drawn(f"&pick={some[0]}&pick={some[1]}") == set(some)


@pytest.mark.slow
def test_arrhenius_lines_are_those_of_the_metric(visitor: Any) -> None:  # noqa: ANN401 # a fixture
    for convention in ("sT", "s"):
        query = """{ arrhenius(cells: ["6"]) { convention object activationEnergyEv standardErrorEv
          status } arrheniusSweep(cells: ["6"]) { conductivity isUsed } }"""
        answer = visitor.data(query)
        of = [each == convention for each in answer["arrhenius"]["convention"]]
        path = f"cell=6&arrhenius={convention}"
        lines = visitor.get(f"/spectra/arrhenius/table.json?{path}").json()
        for name, key in (
            ("activation_energy_ev", "activationEnergyEv"),
            ("standard_error_ev", "standardErrorEv"),
            ("status", "status"),
        ):
            column = answer["arrhenius"][key]
            expected = [each for each, is_of in zip(column, of, strict=True) if is_of]
            # sums of many threads differ by their last digits from one asking to the next
            assert lines[name] == (
                expected if key == "status" else pytest.approx(expected, rel=1e-5)
            )
        points = visitor.get(f"/spectra/arrhenius.json?{path}").json()
        assert points["conductivity"] == pytest.approx(answer["arrheniusSweep"]["conductivity"])
        assert points["used"] == answer["arrheniusSweep"]["isUsed"]
        assert False in points["used"]
        svg = visitor.get(f"/spectra/arrhenius.svg?{path}").text
        hollow = re.findall(r'<path class="\w+ hollow"[^>]* d="([^"]*)"', svg)
        assert sum(each.count("M") for each in hollow) == points["used"].count(False)


@pytest.mark.parametrize("by_area", [False, True])
def test_resistances_over_time_are_those_of_the_metric(visitor: Any, by_area: bool) -> None:  # noqa: ANN401 # a fixture
    query = """{ interfaceEvolution(cells: ["11"]) { resistanceOhm areaSpecificResistanceOhmCm2
      cyclingTimeHour status } }"""
    answer = visitor.data(query)["interfaceEvolution"]
    found = visitor.get(f"/spectra/resistance.json?cell=11&by_area={int(by_area)}").json()
    key = "areaSpecificResistanceOhmCm2" if by_area else "resistanceOhm"
    assert found["resistance_ohm_cm2" if by_area else "resistance_ohm"] == answer[key]
    assert found["cycling_time_hour"] == answer["cyclingTimeHour"]
    assert found["status"] == answer["status"]


def test_all_sweeps_come_in_pages_each_once(visitor: Any) -> None:  # noqa: ANN401 # a fixture
    address: str | None = "/spectra"
    seen: list[int] = []
    while address:
        text = visitor.get(address).text
        seen += [int(each) for each in re.findall(r'href="/spectra/(\d+)"', text)]
        older = re.search(r'href="([^"]+)" rel="next"', text)
        address = unescape(older[1]) if older else None
    assert len(seen) == len(set(seen)) == 140
    assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize(
    ("address", "status", "word"),
    [
        ("/spectra?cell=11&test=35", 400, "no cell beside it"),
        ("/spectra?by=age", 400, "cell"),
        ("/spectra?cell=11&by=color", 400, "temperature, age"),
        ("/spectra?cell=11&temperature=warm", 400, "temperature"),
        ("/spectra?after=nothing", 400, "after"),
        ("/spectra?cell=999999", 404, "There is no cell"),
        ("/spectra?test=999999", 404, "There is no test"),
        ("/spectra/999999", 404, "There is no sweep"),
        ("/spectra/nyquist", 404, "without a cell or a test"),
        ("/spectra/1/nothing", 404, "nothing"),
        ("/spectra/1/arcs.svg", 404, "arcs"),
    ],
)
def test_what_cannot_be_shown_says_why(
    visitor: Any,  # noqa: ANN401 # a fixture
    address: str,
    status: int,
    word: str,
) -> None:
    response = visitor.get(address)
    assert response.status_code == status
    assert word in unescape(response.text)


@pytest.fixture(scope="module")
def forgetful(
    demo_warehouse: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Asker]:
    """Return who looks at a demo study of which no area and no thickness is stated."""
    home: Path = tmp_path_factory.mktemp("forgetful") / "home"
    shutil.copytree(demo_warehouse.home, home)
    settings = Settings(home=home)
    warehouse = open_warehouse(settings)
    with change(warehouse.engine, "forget") as (session, _):
        session.execute(update(Cell).values(area_cm2=None))
        session.execute(update(Material).values(area_cm2=None, thickness_um=None))
    warehouse.engine.dispose()
    with asked(settings) as asker:
        yield asker


@pytest.mark.slow
def test_a_missing_fact_is_named_and_leads_to_where_it_is_entered(forgetful: Any) -> None:  # noqa: ANN401 # a fixture
    cell = forgetful.get("/spectra/arrhenius?cell=11").text
    assert "missing area cm2" in cell
    assert 'href="/cells/11/edit#area"' in cell
    test, sweep = swept(forgetful, "synthetic-pellet-1")
    text = forgetful.get(f"/spectra/arrhenius?test={test}").text
    assert "missing thickness um" in text
    entry = re.search(r'href="(/materials/\d+/edit)#area"', text)
    assert entry is not None
    over_time = forgetful.get("/spectra/resistance?cell=11&by_area=1").text
    assert "The electrode area is not stated." in over_time
    assert 'href="/cells/11/edit#area"' in over_time
    assert "area not stated" in forgetful.get("/spectra?cell=11").text
    alone = forgetful.get(f"/spectra/{sweep}").text
    assert "The area is not stated." in alone
    assert entry[0] in alone
