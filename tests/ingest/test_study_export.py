"""A study that is exported is the study as it stands, and entering it again changes nothing."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlalchemy import select

from ingest.study.document import Document, checked, read_study
from ingest.study.entry import Entered, enter
from ingest.study.export import export_catalog, export_study
from ingest.study.write import write_study
from ingest.study.written import Written
from schema.catalog import Cell, Claim, Material, Property, Protocol, Study, Substance, Test
from schema.catalog.connection import change, look
from schema.error import InvalidArgument, InvalidStudy, UnknownName
from schema.record.cell import write_cell
from schema.record.known import Known
from schema.settings import Settings
from schema.warehouse import Warehouse, open_warehouse
from tests.ingest.arrived import arrive, owners
from tests.ingest.studies import studies
from tests.law import law

FORMATS = ("study.yaml", "study.xlsx", "study")
TESTS = ["a_1.csv", "a_2.csv", "b_1.csv", "b_2.csv", "c_1.csv", "c_2.csv"]


def document(content: dict[str, Any]) -> Document:
    return checked(Written(Path("study.yaml"), content, {}))


def unchanged(entered: Entered) -> bool:
    return {each.kind for each in entered.changes} <= {"unchanged"}


def removed(warehouse: Warehouse, name: str) -> None:
    """Take a study back, so that the next has the tests and its names are free."""
    enter(warehouse.engine, document({"study": name}))


@pytest.fixture(scope="module")
def fleet(module_settings: Settings) -> Iterator[Warehouse]:
    """Return a warehouse with tests that every example uses in turn."""
    warehouse = open_warehouse(module_settings)
    arrive(warehouse.engine, [f"/data/{test}" for test in TESTS])
    yield warehouse
    warehouse.engine.dispose()


NUMBERS = count()


@pytest.mark.slow
@law(30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_what_is_exported_is_what_was_entered_in_every_format(
    fleet: Warehouse, data: st.DataObject
) -> None:
    name = f"S{next(NUMBERS)}"
    stated = document(data.draw(studies(name, TESTS)))
    assert not stated.faults
    try:
        assert enter(fleet.engine, stated).status == "entered"
        exported = export_study(fleet.engine, name)
        assert exported.document.content == stated.content
        assert exported.notes == ()
        with TemporaryDirectory() as folder:
            for format_ in FORMATS:
                path = Path(folder) / format_
                write_study(exported.document.content, path)
                read = read_study(path)
                assert read.content == stated.content
                assert enter(fleet.engine, read).status == "already"
    finally:
        removed(fleet, name)


STUDY = """\
study: A
source: notebook
project: latp
time_zone: Europe/Zurich
substances:
  Li: {formula: Li}
  LATP: {formula: Li1.3Al0.3Ti1.7(PO4)3, properties: {shear_modulus: 40-60 GPa}}
  PB:
materials:
  powder: {substance: LATP, mass: 120 mg}
  pellet: {substance: LATP, thickness: 1.00 ± 0.05 mm, tests: [b_1.csv]}
processes:
  press-1: {kind: press, inputs: [powder], outputs: [pellet], performed_at: 2026-03-01 09:30}
protocols:
  plating: {technique: GCPL}
  other:
cells:
  S1: {configuration: Li/LATP/Li, area: 78.54 mm², protocol: plating, tests: ["a_*"]}
  S2: {configuration: Li/LATP/Li}
claims:
  N1: {text: it lasts, value: ">= 800 h", subject: {cell: S1}}
"""


def apply(warehouse: Warehouse, folder: Path, text: str) -> Entered:
    path = folder / "in.yaml"
    path.write_text(text, encoding="utf-8")
    return enter(warehouse.engine, read_study(path))


def again(warehouse: Warehouse, folder: Path, name: str, format_: str) -> Entered:
    """Export a study to a file and enter that file."""
    path = folder / f"out-{format_}"
    write_study(export_study(warehouse.engine, name).document.content, path)
    return enter(warehouse.engine, read_study(path))


@pytest.mark.parametrize("format_", FORMATS)
def test_what_was_changed_by_hand_is_exported_and_entering_that_changes_nothing(
    empty_warehouse: Warehouse, tmp_path: Path, format_: str
) -> None:
    arrive(empty_warehouse.engine, [f"/data/{test}" for test in TESTS])
    apply(empty_warehouse, tmp_path, STUDY)
    with change(empty_warehouse.engine, "by hand") as (session, _):
        cells = {cell.name: cell for cell in session.scalars(select(Cell))}
        layers = [
            {"substance": "Li"},
            {"material": "pellet", "thickness_um": 12.5},
            {"substance": "Li"},
        ]
        write_cell(Known(session), cells["S1"], {"layers": layers, "area_cm2": 0.1, "note": "dry"})
        cells["S2"].project = "pb"
        latp = session.scalars(select(Substance).filter_by(name="LATP")).one()
        latp.molar_mass_gram_per_mole = 383.0
        pellet = session.scalars(select(Material).filter_by(name="pellet")).one()
        pellet.thickness_error_um = None
        session.scalars(select(Claim)).one().verdict = "untestable"
        session.add(
            Property(name="color", text="white", method="entered by hand", material_id=pellet.id)
        )
        tests = {test.name: test for test in session.scalars(select(Test))}
        protocol = session.scalars(select(Protocol).filter_by(name="other")).one()
        tests["a_2"].protocol_id = protocol.id
        tests["a_1"].cycle_convention = "instrument"
        tests["c_1"].cell_id = cells["S2"].id
        tests["b_1"].material_id = None
    exported = export_study(empty_warehouse.engine, "A")
    assert exported.notes == ()
    content = exported.document.content
    assert content["cells"]["S1"] == {
        "project": "latp",
        "configuration": "Li/LATP/Li",
        "area": "0.1 cm²",
        "note": "dry",
        "protocol": "plating",
        "layers": [
            {"substance": "Li"},
            {"material": "pellet", "thickness": "12.5 µm"},
            {"substance": "Li"},
        ],
        "tests": [
            {"file": "a_1.csv", "cycles": "instrument"},
            {"file": "a_2.csv", "protocol": "other"},
        ],
    }
    assert content["cells"]["S2"]["tests"] == ["c_1.csv"]
    assert content["cells"]["S2"]["project"] == "pb"
    assert content["substances"]["LATP"]["molar_mass"] == "383 g/mol"
    assert content["materials"]["pellet"] == {
        "substance": "LATP",
        "thickness": "1000 µm",
        "properties": {"color": "white"},
    }
    assert content["claims"]["N1"]["verdict"] == "untestable"
    assert content["processes"]["press-1"]["performed_at"] == "2026-03-01T09:30:00"

    with look(empty_warehouse.engine) as session:
        before = [
            tuple(row)
            for table in (Cell, Material, Substance, Property, Test)
            for row in session.execute(select(table.__table__))
        ]
    entered = again(empty_warehouse, tmp_path, "A", format_)
    assert unchanged(entered), entered.changes
    with look(empty_warehouse.engine) as session:
        after = [
            tuple(row)
            for table in (Cell, Material, Substance, Property, Test)
            for row in session.execute(select(table.__table__))
        ]
    assert after == before
    assert export_study(empty_warehouse.engine, "A").document.content == content


NAMED = """\
study: named
substances: {Li: , LATP: }
file_names:
  cycling:
    pattern: "{batch}_{cell}.csv"
    cell: {name: "{batch}{cell}", configuration: Li/LATP/Li, area: 1 cm²}
    layers: [{substance: Li}, {substance: LATP, thickness: 1 mm}, {substance: Li}]
    test: {cycles: instrument}
"""


@pytest.mark.parametrize("format_", FORMATS)
def test_what_names_of_files_tell_is_exported_as_a_pattern_as_long_as_it_is_so(
    empty_warehouse: Warehouse, tmp_path: Path, format_: str
) -> None:
    arrive(empty_warehouse.engine, [f"/data/{test}" for test in TESTS])
    apply(empty_warehouse, tmp_path, NAMED)
    exported = export_study(empty_warehouse.engine, "named")
    assert exported.document.content == read_study(tmp_path / "in.yaml").content
    assert again(empty_warehouse, tmp_path, "named", format_).status == "already"

    with change(empty_warehouse.engine, "by hand") as (session, _):
        session.scalars(select(Cell).filter_by(name="a1")).one().area_cm2 = 2.0
    content = export_study(empty_warehouse.engine, "named").document.content
    assert content["cells"] == {"a1": {"area": "2 cm²"}}
    assert content["file_names"].keys() == {"cycling"}

    with change(empty_warehouse.engine, "by hand") as (session, _):
        session.scalars(select(Test).filter_by(name="b_2")).one().cell_id = None
        session.scalars(select(Cell).filter_by(name="a2")).one().area_cm2 = None
    exported = export_study(empty_warehouse.engine, "named")
    assert "is written out" in exported.notes[0]
    assert "file_names" not in exported.document.content
    assert exported.document.content["cells"].keys() == {"a1", "a2", "b1", "b2", "c1", "c2"}
    before = owners(empty_warehouse.engine)
    write_study(exported.document.content, tmp_path / "whole.yaml")
    entered = enter(empty_warehouse.engine, read_study(tmp_path / "whole.yaml"))
    assert unchanged(entered), entered.changes
    assert owners(empty_warehouse.engine) == before


def test_the_whole_catalog_is_exported_with_what_no_study_says(
    empty_warehouse: Warehouse, tmp_path: Path, settings: Settings
) -> None:
    arrive(empty_warehouse.engine, [f"/data/{test}" for test in TESTS])
    apply(empty_warehouse, tmp_path, STUDY)
    apply(empty_warehouse, tmp_path, "study: B\nsource: talk\nclaims: {N1: {text: said}}\n")
    with change(empty_warehouse.engine, "by hand") as (session, _):
        session.add(Cell(name="S9", area_cm2=3.0))
        session.add(Claim(name="N7", source="a letter", text="heard"))
        cell = session.scalars(select(Cell).filter_by(name="S2")).one()
        session.add(Property(name="mass", value=2.0, unit="g", method="balance", cell_id=cell.id))
    exported = export_catalog(empty_warehouse.engine, "all")
    content = exported.document.content
    assert content["cells"]["S9"] == {"area": "3 cm²"}
    assert {name: claim["source"] for name, claim in content["claims"].items()} == {
        "N1 (A)": "notebook",
        "N1 (B)": "talk",
        "N7": "a letter",
    }
    assert content["cells"]["S1"]["area"] == "78.54 mm²"
    assert exported.notes == (
        "S2: mass by 'balance' is left out: a study says neither a method nor a standard deviation",
    )
    write_study(content, tmp_path / "all.yaml")
    elsewhere = open_warehouse(Settings(home=settings.home.with_name("elsewhere")))
    arrive(elsewhere.engine, [f"/data/{test}" for test in TESTS])
    enter(elsewhere.engine, read_study(tmp_path / "all.yaml"))
    assert export_catalog(elsewhere.engine, "x").document.content | {"study": "all"} == content
    assert owners(elsewhere.engine) == owners(empty_warehouse.engine)
    elsewhere.engine.dispose()
    with pytest.raises(InvalidArgument, match="no study has"):
        export_catalog(empty_warehouse.engine, "A")
    with pytest.raises(UnknownName, match="known: A, B"):
        export_study(empty_warehouse.engine, "a")


@pytest.mark.parametrize("format_", ["out.xlsx", "out"])
def test_what_a_table_cannot_hold_is_refused_and_leaves_no_file(
    tmp_path: Path, format_: str
) -> None:
    semicolon = {"study": "A", "claims": {"N": {"text": "t", "source": "s", "evidence": ["a;b"]}}}
    with pytest.raises(
        InvalidStudy, match=r"read otherwise, at claims\.N\.evidence.* write \.yaml"
    ):
        write_study(semicolon, tmp_path / format_)
    assert list(tmp_path.iterdir()) == []
    write_study(semicolon, tmp_path / "out.yaml")
    assert read_study(tmp_path / "out.yaml").content == semicolon
    with pytest.raises(InvalidStudy, match="there already"):
        write_study(semicolon, tmp_path / "out.yaml")
    with pytest.raises(InvalidStudy, match="no ending"):
        write_study(semicolon, tmp_path / "out.json")


def test_a_study_that_is_superseded_is_not_exported(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    apply(empty_warehouse, tmp_path, "study: A\ncells: {x: {area: 1 cm²}}\n")
    apply(empty_warehouse, tmp_path, "study: A\ncells: {x: {area: 2 cm²}}\n")
    with look(empty_warehouse.engine) as session:
        assert len(session.scalars(select(Study)).all()) == 2
    content = export_study(empty_warehouse.engine, "A").document.content
    assert content == {"study": "A", "cells": {"x": {"area": "2 cm²"}}}
