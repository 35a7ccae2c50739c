"""What the demo's images and voltammograms come to, compared with what they were made from."""

from collections.abc import Iterator
from typing import Any

import pytest

from schema.settings import Settings
from tests.service.asker import Asker, asked


@pytest.fixture(scope="module")
def service(demo_warehouse: Settings) -> Iterator[Asker]:
    with asked(demo_warehouse, only_reads=True) as asker:
        yield asker


@pytest.fixture(scope="module")
def claims(service: Asker) -> dict[str, dict[str, Any]]:
    query = """{ claims(where: {name: {in: ["N18", "N19", "N20", "C10", "C12"]}}) { nodes {
      name verdict recomputed recomputedLow recomputedHigh evidence { basis }
    } } }"""
    return {each["name"]: each for each in service.data(query)["claims"]["nodes"]}


@pytest.mark.parametrize(
    ("name", "expected", "within", "bases"),
    [
        ("N18", 0.92, 0.003, 1),
        ("N19", 3.1, 0.1, 1),
        ("N20", 1.0, 0.03, 3),
        ("C12", -0.023, 0.02, 1),
    ],
)
def test_what_the_study_tells_of_structure_is_recovered(
    claims: dict[str, dict[str, Any]], name: str, expected: float, within: float, bases: int
) -> None:
    claim = claims[name]
    assert claim["verdict"] == "SUPPORTED"
    assert claim["recomputed"] == pytest.approx(expected, abs=within)
    assert claim["recomputedLow"] < claim["recomputed"] < claim["recomputedHigh"]
    assert len(claim["evidence"]) == bases


def test_smooth_is_no_number_but_cracks_are_told(
    claims: dict[str, dict[str, Any]], service: Asker
) -> None:
    assert claims["C10"]["verdict"] == "UNTESTABLE"
    query = """query ($name: String!) {
      test(name: $name) { imageShare { kind measure amount status } }
    }"""
    shares = [
        dict(zip(("crack", "length", "pore"), found["amount"], strict=True))
        for name in ("synthetic-surface-bare", "synthetic-surface-coated")
        if (found := service.data(query, name=name)["test"]["imageShare"])
    ]
    bare, coated = shares
    assert bare["crack"] > 0.02
    assert bare["pore"] > 0.02
    assert coated["crack"] < 0.2 * bare["crack"]
    assert coated["pore"] < 0.2 * bare["pore"]


def test_a_line_through_all_tests_of_a_cell_is_had_of_the_cell(service: Asker) -> None:
    field = """randlesSevcik(electrons: 1, concentrationMolPerL: 6.6) {
      testId mode diffusionCm2PerS bValue rateCount status }"""
    query = f"""{{
      cells(names: ["synthetic-pb-scanned"]) {{ nodes {{ {field}
        voltammetryCouple(electrons: 1) {{ halfWaveVolt status }} }} }}
      randlesSevcik(cells: ["synthetic-pb-scanned"], electrons: 1, concentrationMolPerL: 6.6) {{
        testId diffusionCm2PerS }}
    }}"""
    found = service.data(query)
    (cell,) = found["cells"]["nodes"]
    line = cell["randlesSevcik"]
    assert (line["status"], line["testId"], line["rateCount"]) == (["ok"], [None], [5])
    assert line["diffusionCm2PerS"] == pytest.approx([2e-12], rel=0.04)
    assert line["bValue"] == pytest.approx([0.5], abs=0.005)
    assert found["randlesSevcik"]["diffusionCm2PerS"] == pytest.approx(line["diffusionCm2PerS"])
    couples = cell["voltammetryCouple"]
    assert couples["halfWaveVolt"] == pytest.approx([3.07] * len(couples["status"]), abs=1e-3)
