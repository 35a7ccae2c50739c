"""Tests by pattern, and what the names of files tell: some lines for hundreds of files."""

from pathlib import Path
from time import process_time
from typing import Any

import pytest
from sqlalchemy import select

from ingest.study.document import read_document
from ingest.study.entry import Entered, enter
from schema.catalog import Cell, CellLayer, Material, Process, Property, Study, Test
from schema.catalog.connection import change, current_snapshot, look
from schema.error import InvalidStudy
from schema.warehouse import Warehouse
from tests.ingest.arrived import arrive, owners

NAMED = """\
study: named
substances: {Li: , LATP: }
protocols: {plating: }
file_names:
  cycling:
    pattern: "{project}/{batch}_{cell}_{temperature}C_*.csv"
    cell:
      name: "{batch}-{cell}"
      project: "{project}"
      configuration: Li/LATP/Li
      area: 1.131 cm²
      properties: {temperature: "{temperature} °C"}
    material: {name: "{batch}-pellet-{cell}", substance: LATP, batch: "{batch}"}
    process:
      name: "sinter {batch}"
      kind: sinter
      outputs: ["{batch}-pellet-{cell}"]
      parameters: {temperature: 950 °C}
    test: {protocol: plating, cycles: instrument}
    layers: [{substance: Li}, {material: "{batch}-pellet-{cell}"}, {substance: Li}]
"""


def apply(warehouse: Warehouse, folder: Path, text: str, *, dry: bool = False) -> Entered:
    path = folder / "study.yaml"
    path.write_text(text, encoding="utf-8")
    return enter(warehouse.engine, read_document(path), dry=dry)


def refused(warehouse: Warehouse, folder: Path, text: str) -> list[str]:
    with pytest.raises(InvalidStudy) as caught:
        apply(warehouse, folder, text)
    return [str(fault) for fault in caught.value.faults]


def test_a_pattern_claims_the_tests_it_matches_and_a_name_comes_before_it(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    files = ("/x/a_cell01.csv", "/x/a_cell02.csv", "/x/b/c_1.mpr", "/x/b/d/c_2.mpr", "/x/c_3.mpr")
    arrive(empty_warehouse.engine, files)
    study = """
study: A
cells:
  one: {tests: ["*_cell0*.csv"]}
  two: {tests: [a_cell02.csv, "nowhere*"]}
  three: {tests: ["b/**"]}
"""
    entered = apply(empty_warehouse, tmp_path, study)
    assert owners(empty_warehouse.engine) == {
        "a_cell01.csv": "one",
        "a_cell02.csv": "two",
        "c_1.mpr": "three",
        "c_2.mpr": "three",
    }
    assert entered.idle == ["cells.two: the pattern 'nowhere*' matches no test"]
    assert ("cells.one", "*_cell0*.csv", 2) in entered.matches


def test_a_test_that_two_cells_claim_is_refused_naming_both(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    arrive(empty_warehouse.engine, ["/x/a_1.csv"])
    study = 'study: A\ncells:\n  one: {tests: ["a_*"]}\n  two: {tests: ["*_1.csv"]}\n'
    (line,) = refused(empty_warehouse, tmp_path, study)
    assert line.startswith("line 4: cells.two.tests.1: ")
    assert "a test of two and of one" in line
    assert owners(empty_warehouse.engine) == {}


def test_a_pattern_takes_no_test_from_a_cell_that_somebody_else_put_it_on(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    arrive(empty_warehouse.engine, ["/x/a_1.csv", "/x/a_2.csv"])
    with change(empty_warehouse.engine, "by hand") as (session, _):
        session.add(Cell(id=7, name="other"))
        session.flush()
        session.scalars(select(Test).filter_by(name="a_1")).one().cell_id = 7
    by_pattern = 'study: A\ncells: {one: {tests: ["a_*"]}}\n'
    (line,) = refused(empty_warehouse, tmp_path, by_pattern)
    assert "a_1 is a test of other already" in line
    apply(empty_warehouse, tmp_path, 'study: A\ncells: {one: {tests: [a_1.csv, "a_*"]}}\n')
    assert set(owners(empty_warehouse.engine).values()) == {"one"}


def test_what_a_pattern_matches_later_is_linked_when_the_study_is_entered_again(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    study = 'study: A\ncells: {one: {area: 1 cm², tests: ["a_*"]}}\n'
    arrive(empty_warehouse.engine, ["/x/a_1.csv"])
    apply(empty_warehouse, tmp_path, study)
    with change(empty_warehouse.engine, "by hand") as (session, _):
        session.scalars(select(Cell)).one().area_cm2 = 2.0
    arrive(empty_warehouse.engine, ["/x/a_2.csv"])
    again = apply(empty_warehouse, tmp_path, study)
    assert (again.status, again.tally()["tests"]["entered"]) == ("entered", 1)
    assert owners(empty_warehouse.engine) == {"a_1.csv": "one", "a_2.csv": "one"}
    assert apply(empty_warehouse, tmp_path, study).status == "already"
    with look(empty_warehouse.engine) as session:
        assert session.scalars(select(Cell.area_cm2)).one() == 2.0
        assert len(session.scalars(select(Study)).all()) == 1


def test_names_of_files_tell_cells_materials_conditions_and_tests(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    names = ("B1_01_60C_a", "B1_01_60C_b", "B1_02_25C_a", "B2_01_-10C_a")
    arrive(empty_warehouse.engine, [f"/data/latp/{name}.csv" for name in names])
    arrive(empty_warehouse.engine, ["/data/latp/notes.csv"])
    entered = apply(empty_warehouse, tmp_path, NAMED)
    assert owners(empty_warehouse.engine) == {
        "B1_01_60C_a.csv": "B1-01",
        "B1_01_60C_b.csv": "B1-01",
        "B1_02_25C_a.csv": "B1-02",
        "B2_01_-10C_a.csv": "B2-01",
    }
    assert [dict(each.parts)["temperature"] for each in entered.files] == ["60", "60", "25", "-10"]
    with look(empty_warehouse.engine) as session:
        cells = {cell.name: cell for cell in session.scalars(select(Cell))}
        assert {cell.project for cell in cells.values()} == {"latp"}
        assert {cell.area_cm2 for cell in cells.values()} == {1.131}
        temperatures = session.execute(
            select(Cell.name, Property.value, Property.unit).join(
                Property, Property.cell_id == Cell.id
            )
        )
        assert {tuple(row) for row in temperatures} == {
            ("B1-01", 60, "°C"),
            ("B1-02", 25, "°C"),
            ("B2-01", -10, "°C"),
        }
        pellet = session.scalars(
            select(Material.name)
            .join(CellLayer, CellLayer.material_id == Material.id)
            .where(CellLayer.cell_id == cells["B1-02"].id)
        ).one()
        assert pellet == "B1-pellet-02"
        made = {p.name: {m.name for m in p.outputs} for p in session.scalars(select(Process))}
        assert made == {
            "sinter B1": {"B1-pellet-01", "B1-pellet-02"},
            "sinter B2": {"B2-pellet-01"},
        }
        tests = session.scalars(select(Test).where(Test.cell_id.is_not(None))).all()
        assert {test.cycle_convention for test in tests} == {"instrument"}
        assert None not in {test.protocol_id for test in tests}


def test_a_study_says_more_of_what_names_tell_and_its_words_come_first(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    arrive(empty_warehouse.engine, [f"/d/latp/B1_0{n}_60C_a.csv" for n in (1, 2, 3)])
    more = "cells:\n  B1-01: {area: 2 cm², note: dry}\n  odd: {tests: [B1_03_60C_a.csv]}\n"
    apply(empty_warehouse, tmp_path, NAMED + more)
    with look(empty_warehouse.engine) as session:
        cells = {cell.name: cell for cell in session.scalars(select(Cell))}
    assert cells.keys() == {"B1-01", "B1-02", "odd"}
    assert (cells["B1-01"].area_cm2, cells["B1-01"].note) == (2, "dry")
    assert cells["B1-01"].project == "latp"
    assert owners(empty_warehouse.engine)["B1_03_60C_a.csv"] == "odd"


def state(warehouse: Warehouse) -> tuple[int, list[Any]]:
    with look(warehouse.engine) as session:
        return current_snapshot(session), [
            tuple(row) for row in session.execute(select(Test.id, Test.cell_id).order_by(Test.id))
        ]


def test_a_dry_run_shows_what_would_be_and_changes_nothing(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    arrive(empty_warehouse.engine, ["/d/latp/B1_01_60C_a.csv", "/d/latp/B1_02_60C_a.csv"])
    before = state(empty_warehouse)
    dry = apply(empty_warehouse, tmp_path, NAMED, dry=True)
    assert state(empty_warehouse) == before
    with look(empty_warehouse.engine) as session:
        assert session.scalars(select(Cell)).all() == []
    assert {section: each["entered"] for section, each in dry.tally().items()} == {
        "substances": 2,
        "materials": 2,
        "processes": 1,
        "protocols": 1,
        "cells": 2,
        "tests": 2,
    }
    wet = apply(empty_warehouse, tmp_path, NAMED)
    assert wet.changes == dry.changes
    less = (
        NAMED.replace("1.131", "1.2")
        .replace(', batch: "{batch}"', "")
        .replace("Li: , ", "Li: {role: metal}, ")
    )
    changed = apply(empty_warehouse, tmp_path, less + "cells: {more: }\n", dry=True)
    fields = {
        (each.section, each.name): dict(each.fields)
        for each in changed.changes
        if each.kind == "changed"
    }
    assert fields == {
        ("substances", "Li"): {"role": (None, "metal")},
        ("materials", "B1-pellet-01"): {"batch": ("B1", None)},
        ("materials", "B1-pellet-02"): {"batch": ("B1", None)},
        ("cells", "B1-01"): {"area_cm2": (1.131, 1.2)},
        ("cells", "B1-02"): {"area_cm2": (1.131, 1.2)},
    }
    none = apply(empty_warehouse, tmp_path, "study: named\n", dry=True)
    assert {(each.section, each.kind) for each in none.changes} == {
        (section, "removed")
        for section in ("substances", "materials", "processes", "protocols", "cells", "tests")
    }


@pytest.mark.parametrize(
    ("files", "old", "new", "place", "reasons"),
    [
        (["B1_01_RTC_a"], "", "", "line 12", ["B1_01_RTC_a.csv", "'RT', which is no number"]),
        (
            ["B1_01_60C_a", "B1_01_25C_a"],
            "",
            "",
            "line 12",
            ["'60 °C'", "'25 °C'", "B1_01_60C_a", "B1_01_25C_a"],
        ),
        ([], "{batch}_{cell}_{t", "{batch}{cell}_{t", "line 6", ["where it ends"]),
        ([], "1.131 cm²", '"{aera} cm²"', "line 11", ["no part of the pattern is called 'aera'"]),
        (["B1_01_60C_a"], "1.131 cm²", '"{batch} cm²"', "line 11", ["'B1', which is no number"]),
        ([], "area:", "aera:", "line 11", ["did you mean area"]),
        ([], '      name: "{batch}-{cell}"\n', "", "line 7", ["the cell has no name"]),
        (["B1_01_60C_a", "B1_02_60C_a"], "1.131 cm²", "1.131 kg", "line 11", ["area", "1.131 kg"]),
        (["B1_01_60C_a"], "substance: LATP,", "substance: LATQ,", "line 13", ["did you mean LATP"]),
    ],
)  # fmt: skip
def test_what_names_tell_amiss_is_refused_with_place_and_file(
    empty_warehouse: Warehouse,
    tmp_path: Path,
    *,
    files: list[str],
    old: str,
    new: str,
    place: str,
    reasons: list[str],
) -> None:
    arrive(empty_warehouse.engine, [f"/d/latp/{file}.csv" for file in files])
    assert old in NAMED
    lines = refused(empty_warehouse, tmp_path, NAMED.replace(old, new, 1))
    assert len(lines) == 1, lines
    assert lines[0].startswith(f"{place}: ")
    assert all(reason in lines[0] for reason in reasons), lines
    with look(empty_warehouse.engine) as session:
        assert session.scalars(select(Study)).all() == []


@pytest.mark.slow
def test_five_hundred_cells_named_by_their_files_are_entered_in_seconds(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    arrive(
        empty_warehouse.engine,
        [f"/d/latp/B{n // 50}_{n:03}_{20 + n % 5}C_a.csv" for n in range(500)],
    )
    begun = process_time()  # others may be at work on the same cores
    entered = apply(empty_warehouse, tmp_path, NAMED)
    assert process_time() - begun < 5
    assert entered.tally()["cells"]["entered"] == 500
    assert entered.tally()["tests"]["entered"] == 500


@pytest.mark.slow
def test_five_hundred_cells_with_a_pattern_each_are_entered_in_seconds(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    arrive(
        empty_warehouse.engine,
        [f"/d/latp/B_{n % 500:03}_{n // 500}.csv" for n in range(2000)],
    )
    cells = "\n".join(f'  "{n:03}": {{tests: ["*_{n:03}_*.csv"]}}' for n in range(500))
    begun = process_time()
    entered = apply(empty_warehouse, tmp_path, f"study: A\ncells:\n{cells}\n")
    assert process_time() - begun < 8
    assert entered.tally()["tests"]["entered"] == 2000
