"""A substance under another name, by mutation and by a study: nothing keeps the old word."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from ingest.study.document import read_study
from ingest.study.entry import enter
from schema.catalog import Cell, Claim, Substance
from schema.catalog.connection import look

RENAME = """
mutation ($id: ID!, $name: String!) {
  updateSubstance(id: $id, input: { name: $name }) {
    __typename ... on Substance { name } ... on InvalidInput { field reason }
  }
}
"""
ASKED = """{
  substances { nodes { id name } }
  cells(where: {configuration: {contains: "Ge"}}) {
    nodes { name configuration layers { substance { name } } }
  }
}"""
STUDY = """
study: A
source: notebook
substances: {Li: , LATP: }
materials: {pellet: {substance: LATP}}
cells: {S1: {configuration: Li/LATP/Li, layers: [{substance: Li}, {material: pellet},
  {substance: Li}]}}
claims:
  N1: {text: it holds, subject: {configuration: Li/LATP/Li}}
  N2: {text: it conducts, subject: {substance: LATP}}
"""


@pytest.mark.slow
@pytest.mark.usefixtures("warehouse")
def test_by_mutation_configurations_and_claims_follow(asker: Any) -> None:  # noqa: ANN401 # a fixture
    created = asker.data(
        """mutation {
          li: createSubstance(input: {name: "Li"}) { ... on Substance { id } }
          latp: createSubstance(input: {name: "LATP"}) { ... on Substance { id } }
          cell: createCell(input: {name: "K3", configuration: "Li/LATP/Li"}) {
            ... on Cell { id }
          }
          claim: createClaim(input: {
            name: "N1", source: "s", text: "t", subject: {configuration: "Li/LATP/Li"}
          }) { ... on Claim { id } }
        }"""
    )
    identity = created["latp"]["id"]
    done = asker.data(RENAME, id=identity, name="LATP-Ge")["updateSubstance"]
    assert done == {"__typename": "Substance", "name": "LATP-Ge"}
    (cell,) = asker.data(ASKED)["cells"]["nodes"]
    assert cell["configuration"] == "Li/LATP-Ge/Li"
    assert cell["layers"][1] == {"substance": {"name": "LATP-Ge"}}
    claim = asker.data(f'{{ claim(id: "{created["claim"]["id"]}") {{ subject }} }}')["claim"]
    assert claim == {"subject": {"configuration": "Li/LATP-Ge/Li"}}
    declined = asker.data(RENAME, id=identity, name="LATP/Ge")["updateSubstance"]
    assert declined["field"] == "name"
    assert declined["reason"].startswith("K3 is Li/LATP-Ge/Li")
    assert asker.data(ASKED)["substances"]["nodes"][-1]["name"] == "LATP-Ge"


def test_what_a_study_tells_of_is_called_anew_there(
    bare_warehouse: Any,  # noqa: ANN401 # a fixture
    ask: Any,  # noqa: ANN401 # a fixture
    tmp_path: Path,
) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(STUDY, encoding="utf-8")
    enter(bare_warehouse.engine, read_study(path))
    asker = ask(bare_warehouse.settings)
    identity = next(
        each["id"] for each in asker.data(ASKED)["substances"]["nodes"] if each["name"] == "LATP"
    )
    declined = asker.data(RENAME, id=identity, name="LATP-Ge")["updateSubstance"]
    assert declined == {
        "__typename": "InvalidInput",
        "field": "name",
        "reason": "the study 'A' calls it 'LATP': change its name there",
    }
    path.write_text(STUDY.replace("LATP", "LATP-Ge"), encoding="utf-8")
    enter(bare_warehouse.engine, read_study(path))
    with look(bare_warehouse.engine) as session:
        assert session.scalars(select(Substance.name).order_by(Substance.name)).all() == [
            "LATP-Ge",
            "Li",
        ]
        assert session.scalars(select(Cell.configuration)).all() == ["Li/LATP-Ge/Li"]
        assert session.scalars(select(Claim.subject).order_by(Claim.name)).all() == [
            {"configuration": "Li/LATP-Ge/Li"},
            {"substance": "LATP-Ge"},
        ]
