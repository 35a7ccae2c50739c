"""Photoemission regions over GraphQL: points, areas, limits and components of the demo."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from schema.settings import Settings
from tests.service.asker import Asker, asked

QUESTION = """{
  test(name: "synthetic-cycled-surface") {
    technique
    photoemissionRegions {
      regionCount label element transition stepEv passEnergyEv countScale
      energyReference energyShiftEv energyShiftErrorEv
      bindingEnergyEv intensity intensityError transmission status
      areas { emissionLine background chosen area areaError amount sensitivitySet doubt }
      backgrounds { emissionLine background bindingEnergyEv level model }
      windows { emissionLine scanned netCount netErrorCount }
      components { componentCount energyEv energyErrorEv areaShare }
    }
  }
}"""


def in_rows(columns: dict[str, list[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


@pytest.fixture(scope="module")
def service(demo_warehouse: Settings) -> Iterator[Asker]:
    with asked(demo_warehouse, only_reads=True) as asker:
        yield asker


@pytest.fixture(scope="module")
def found(service: Asker) -> dict[str, dict[str, Any]]:
    """Return the regions of the test by their names."""
    test = service.data(QUESTION)["test"]
    assert test["technique"] == "XPS"
    return {each["label"]: each for each in test["photoemissionRegions"]}


def test_regions_are_told_with_how_they_were_taken(found: dict[str, dict[str, Any]]) -> None:
    assert list(found)[:3] == ["Survey", "C 1s", "O 1s"]
    carbon, survey = found["C 1s"], found["Survey"]
    assert (carbon["element"], carbon["transition"], survey["element"]) == ("C", "1s", None)
    assert (carbon["passEnergyEv"], survey["passEnergyEv"]) == (20, 160)
    assert carbon["stepEv"] == pytest.approx(0.1)
    assert carbon["countScale"] == "counts"
    assert carbon["energyReference"] == "C1s"
    # the demo charges its sample by 0.4 eV
    assert carbon["energyShiftEv"] == pytest.approx(-0.4, abs=0.05)
    assert carbon["energyShiftErrorEv"] == pytest.approx(0.3, abs=0.01)


def test_points_have_an_error_each(found: dict[str, dict[str, Any]]) -> None:
    carbon = found["C 1s"]
    counts = np.array(carbon["intensity"])
    assert len(counts) == len(carbon["bindingEnergyEv"]) == 201
    assert np.allclose(carbon["intensityError"], np.sqrt(counts))
    assert carbon["bindingEnergyEv"][0] == pytest.approx(298.0)
    assert carbon["transmission"][0] == pytest.approx(1.1886**-0.6, abs=1e-4)


def test_a_line_lies_above_its_background(found: dict[str, dict[str, Any]]) -> None:
    fluorine = found["F 1s"]
    (chosen,) = (each for each in fluorine["areas"] if each["chosen"])
    assert (chosen["emissionLine"], chosen["background"]) == ("F1s", "shirley")
    (below,) = fluorine["backgrounds"]
    order = np.argsort(fluorine["bindingEnergyEv"])
    counts = np.array(fluorine["intensity"])[order]
    assert np.allclose(below["bindingEnergyEv"], np.array(fluorine["bindingEnergyEv"])[order])
    net = (counts - below["level"]).sum() * 0.1
    assert net == pytest.approx(chosen["area"], rel=1e-6)
    places = [each["energyEv"] for each in fluorine["components"]]
    assert places == pytest.approx([685.0, 688.8], abs=0.05)


def test_titanium_and_iron_are_looked_for_and_not_there(found: dict[str, dict[str, Any]]) -> None:
    for name, line in (("Ti 2p", "Ti2p"), ("Fe 2p", "Fe2p")):
        windows = {each["emissionLine"]: each for each in found[name]["windows"]}
        assert windows[line]["scanned"]
        assert windows[line]["netCount"] < 3 * windows[line]["netErrorCount"]


def test_the_surface_is_what_the_demo_made_it_of(service: Asker) -> None:
    rows = service.data(
        """{ test(name: "synthetic-cycled-surface") {
          surfaceComposition { acquisition element atomicPercent errorPercent }
          expectedElement { element verdict why }
          surfaceState { line state bindingEnergyEv } } }"""
    )["test"]
    rows = {name: in_rows(columns) for name, columns in rows.items()}
    expected = {"C": 49, "F": 20, "Li": 12, "N": 7, "O": 12}
    percents = {
        each["element"]: each
        for each in rows["surfaceComposition"]
        if each["acquisition"] == "regions at 20 eV"
    }
    assert set(percents) == set(expected)
    for element, percent in expected.items():
        row = percents[element]
        assert abs(row["atomicPercent"] - percent) < 3 * row["errorPercent"]
    verdicts = {each["element"]: each["verdict"] for each in rows["expectedElement"]}
    assert verdicts["Fe"] == "expected_missing"
    assert verdicts["Ti"] == "uninformative_absence"
    assert verdicts["N"] == "found"
    states = {each["state"] for each in rows["surfaceState"] if each["line"] == "F1s"}
    assert states == {"LiF", "CF3"}


def test_regions_are_found_by_their_element(service: Asker) -> None:
    found = service.data(
        """{ photoemissionRegions(where: {element: {eq: "Li"}}) {
          nodes { label test { name } files { name } } } }"""
    )["photoemissionRegions"]["nodes"]
    assert [each["label"] for each in found] == ["Li 1s"]
    assert found[0]["test"]["name"] == "synthetic-cycled-surface"


def test_points_of_regions_come_as_arrow(service: Asker) -> None:
    response = service.get("/arrow/photoemission?test=synthetic-cycled-surface&format=csv")
    lines = response.text.splitlines()
    assert response.status_code == 200
    names = lines[0].replace('"', "").split(",")
    assert names[:4] == ["test_id", "region_count", "record_index", "binding_energy_ev"]
    assert len(lines) == 1 + 2201 + 201 + 181 + 181 + 201 + 161 + 271 + 351
