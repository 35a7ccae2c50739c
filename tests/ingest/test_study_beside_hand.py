"""What another hand entered beside a study stays when the study is entered anew."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ingest.study.document import read_study
from ingest.study.entry import enter
from schema.catalog import Cell, Claim, Material, Substance
from schema.catalog.connection import change, look
from schema.error import InvalidStudy
from schema.record.cell import write_cell
from schema.record.known import Known
from schema.record.substance import write_substance
from schema.warehouse import Warehouse

STUDY = """\
study: A
source: notebook
substances: {Li: {formula: Li}, LATP: , IL: , PB: }
materials: {pellet: {substance: LATP}}
cells:
  S1:
    configuration: Li/IL@LATP/Li
claims:
  N1: {text: it holds, subject: {cell: S1}}
"""


def apply(warehouse: Warehouse, folder: Path, text: str) -> None:
    path = folder / "study.yaml"
    path.write_text(text, encoding="utf-8")
    enter(warehouse.engine, read_study(path))


def one(session: Session, model: Any, name: str) -> Any:  # noqa: ANN401 - a row of the model
    return session.scalars(select(model).filter_by(name=name)).one()


@pytest.fixture
def mended(empty_warehouse: Warehouse, tmp_path: Path) -> Warehouse:
    """Return a warehouse where somebody said more of a cell and a substance than the study did."""
    apply(empty_warehouse, tmp_path, STUDY)
    with change(empty_warehouse.engine, "by hand") as (session, _):
        layers = [
            {"substance": "Li"},
            {"substance": "IL", "role": "wetting"},
            {"material": "pellet", "thickness_um": 500.0},
            {"substance": "Li"},
        ]
        write_cell(Known(session), one(session, Cell, "S1"), {"layers": layers, "note": "dry"})
        write_substance(
            Known(session), one(session, Substance, "Li"), {"molar_mass_gram_per_mole": 6.9}
        )
    return empty_warehouse


def test_what_the_study_never_said_stays(mended: Warehouse, tmp_path: Path) -> None:
    with look(mended.engine) as session:
        ids = [layer.id for layer in one(session, Cell, "S1").layers]
    apply(mended, tmp_path, STUDY.replace("notebook", "notebook 2"))
    with look(mended.engine) as session:
        cell = one(session, Cell, "S1")
        assert [layer.id for layer in cell.layers] == ids
        assert [layer.role for layer in cell.layers] == [
            "negative",
            "wetting",
            "electrolyte",
            "positive",
        ]
        assert (cell.layers[2].thickness_um, cell.layers[2].material.name) == (500, "pellet")
        assert (cell.note, cell.symmetric) == ("dry", True)
        assert one(session, Substance, "Li").molar_mass_gram_per_mole == 6.9


def test_a_new_formula_brings_a_new_mass(mended: Warehouse, tmp_path: Path) -> None:
    apply(mended, tmp_path, STUDY.replace("formula: Li}", "formula: Li2}"))
    with look(mended.engine) as session:
        mass = one(session, Substance, "Li").molar_mass_gram_per_mole
        assert mass == pytest.approx(13.88, abs=0.01)
    apply(mended, tmp_path, STUDY.replace("{formula: Li}", ""))
    with look(mended.engine) as session:
        assert one(session, Substance, "Li").molar_mass_gram_per_mole is None


def test_a_configuration_that_fits_no_more_is_refused_at_its_line(
    mended: Warehouse, tmp_path: Path
) -> None:
    with pytest.raises(InvalidStudy, match="Li/PB@LATP/Li has PB in place 2") as refused:
        apply(mended, tmp_path, STUDY.replace("IL@", "PB@"))
    assert refused.value.place == "line 6"
    with look(mended.engine) as session:
        assert one(session, Cell, "S1").configuration == "Li/IL@LATP/Li"


def test_what_a_claim_is_about_stays_though_the_study_says_no_more_of_it(
    mended: Warehouse, tmp_path: Path
) -> None:
    head, _, claims = STUDY.partition("cells:")
    claims = claims[claims.index("claims:") :]
    apply(mended, tmp_path, head + claims)
    with look(mended.engine) as session:
        assert one(session, Claim, "N1").subject == {"cell": "S1"}
        assert one(session, Cell, "S1").note == "dry"
    apply(mended, tmp_path, head)
    with look(mended.engine) as session:
        assert session.scalars(select(Claim)).all() == []
        assert one(session, Material, "pellet")


def test_a_name_with_blanks_is_the_name_without_and_not_twice(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    apply(empty_warehouse, tmp_path, 'study: B\nsubstances: {" Li ": }\ncells: {" K1 ": }\n')
    again = "study: C\nsubstances: {Li: }\ncells:\n  K1: {layers: [{substance: ' Li '}]}\n"
    apply(empty_warehouse, tmp_path, again)
    with look(empty_warehouse.engine) as session:
        (layer,) = one(session, Cell, "K1").layers
        assert layer.substance.name == "Li"
    with pytest.raises(InvalidStudy, match="line 3: cells: 'K1' stands here twice"):
        apply(empty_warehouse, tmp_path, "study: D\ncells:\n  {K1: , ' K1 ': {note: x}}\n")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('cells: {"K\\09": {note: a}}', "no text can hold"),
        ("protocols: {p: {steps: [{mode: loop, repeat: 99999999999}]}}", "is not below"),
        ("materials: {m: {thickness: 1e308 km}}", "inf is no number"),
        (f"materials: {{m: {{properties: {{{'a' * 501}: 1 GPa}}}}}}", "501 characters"),
        (f"cells: {{{'K' * 501}: }}", "501 characters"),
        ("processes: {p: {kind: mill, parameters: {noise: 5 dBm/s}}}", "unknown unit"),
    ],
)
def test_what_no_database_takes_is_refused_at_its_line(
    empty_warehouse: Warehouse, tmp_path: Path, text: str, reason: str
) -> None:
    with pytest.raises(InvalidStudy, match=reason) as refused:
        apply(empty_warehouse, tmp_path, f"study: B\n{text}\n")
    assert refused.value.place == "line 2"
