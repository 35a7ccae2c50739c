"""A study is entered whole or not at all, once, and what it changes is changed in place."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from typer.testing import CliRunner, Result

from ingest.intake import take_in
from ingest.study.document import read_study
from ingest.study.entry import Entered, enter
from leyden import app
from schema import catalog
from schema.catalog.connection import change, current_snapshot, look
from schema.error import InvalidStudy
from schema.settings import Settings
from schema.warehouse import Warehouse, open_warehouse

STUDY = """\
study: A
source: notebook
time_zone: Europe/Zurich
substances:
  Li: {formula: Li}
  LATP: {formula: Li1.3Al0.3Ti1.7(PO4)3, properties: {shear_modulus: 40-60 GPa}}
  PB:
materials:
  powder: {substance: LATP, mass: 120 mg, batch: B}
  pellet: {substance: LATP, thickness: 1 mm, properties: {relative_density: ~ 92 %}}
processes:
  press-1:
    kind: press
    inputs: [powder]
    outputs: [pellet]
    performed_at: 2026-03-01 09:30
    parameters: {pressure: 0.3 GPa, atmosphere: argon, temperature: "> 293.15 K", time: 5-10 min}
protocols:
  plating: {technique: GCPL, steps: [{mode: charge, current_density: 50 µA/cm², duration: 1 h}]}
cells:
  S1:
    configuration: Li/PB@LATP/Li
    area: 78.54 mm²
    protocol: plating
    properties: {contact_area: 12 cm²}
    layers: [{substance: Li}, {substance: PB, thickness: 1 µm}, {material: pellet}, {substance: Li}]
    tests: [one.bdf.csv]
  S2:
    configuration: Li/LATP/Li
claims:
  N8: {text: over 800 h, quantity: time_to_failure, value: ">= 800 h", subject: {cell: S1}}
  N19: {text: grains, value: 2-5 µm, source: elsewhere}
  N5: {text: large, value: Large, parameters: {window: 10 h}}
"""


SECOND = "  coat-1: {kind: coat, outputs: [pellet]}\nprotocols:"


@pytest.fixture(scope="module")
def measured(module_settings: Settings) -> Settings:
    """Return settings of three tests: one.bdf.csv, and a/two.bdf.csv beside b/two.bdf.csv.

    It is there to copy: taking in is not what is tested. The exports lie in home/exports/.
    """
    warehouse = open_warehouse(module_settings)
    for number, name in enumerate(("one.bdf.csv", "a/two.bdf.csv", "b/two.bdf.csv")):
        export = module_settings.home / "exports" / name
        export.parent.mkdir(parents=True, exist_ok=True)
        export.write_text(
            f"Test Time / s,Voltage / V,Current / A\n0,3.{number},1\n60,3.2,1\n120,3.3,1\n"
        )
        assert take_in(warehouse, export).status == "ingested"
    warehouse.engine.dispose()
    return module_settings


@pytest.fixture
def warehouse(
    measured: Settings,
    copied: Callable[[Settings, Path], AbstractContextManager[Settings]],
    tmp_path: Path,
) -> Iterator[Warehouse]:
    """Return a warehouse with those tests, the test's own."""
    with copied(measured, tmp_path / "home") as settings:
        warehouse = open_warehouse(settings)
        yield warehouse
        warehouse.engine.dispose()


def apply(warehouse: Warehouse, folder: Path, text: str) -> Entered:
    path = folder / "study.yaml"
    path.write_text(text, encoding="utf-8")
    return enter(warehouse.engine, read_study(path))


def state(warehouse: Warehouse) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table."""
    with look(warehouse.engine) as session:
        return {
            name: sorted(map(tuple, session.execute(select(table)).all()), key=repr)
            for name, table in catalog.Table.metadata.tables.items()
        }


def test_everything_said_is_entered_in_the_units_of_the_catalog(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    assert apply(warehouse, tmp_path, STUDY).summary().startswith("3 substances, 2 materials")
    with look(warehouse.engine) as session:
        latp = session.scalars(select(catalog.Substance).filter_by(name="LATP")).one()
        assert latp.molar_mass_gram_per_mole == pytest.approx(383.40, abs=0.05)
        powder, pellet = session.scalars(select(catalog.Material).order_by(catalog.Material.id))
        assert (powder.batch, powder.area_cm2, pellet.mass_gram) == ("B", None, None)
        assert powder.mass_gram == pytest.approx(0.12)
        assert pellet.thickness_um == pytest.approx(1000)
        ancestor = session.scalars(select(catalog.Ancestor)).one()
        assert (ancestor.material_id, ancestor.ancestor_id, ancestor.depth) == (
            pellet.id,
            powder.id,
            1,
        )
        process = session.scalars(select(catalog.Process)).one()
        assert process.performed_at is not None
        assert process.performed_at.isoformat() == "2026-03-01T08:30:00+00:00"
        parameters = {
            p.name: (p.value, p.lower, p.upper, p.text, p.unit, p.qualifier, p.written)
            for p in process.parameters
        }
        assert parameters == {
            "pressure": (300, 300, 300, None, "MPa", None, "0.3 GPa"),
            "atmosphere": (None, None, None, "argon", None, None, "argon"),
            "temperature": (20, 20, None, None, "°C", ">", "> 293.15 K"),
            "time": (
                None,
                pytest.approx(1 / 12),
                pytest.approx(1 / 6),
                None,
                "h",
                None,
                "5-10 min",
            ),
        }
        properties = {
            p.name: (p.value, p.lower, p.upper, p.unit, p.qualifier)
            for p in session.scalars(select(catalog.Property))
        }
        assert properties == {
            "shear_modulus": (None, 40, 60, "GPa", None),
            "relative_density": (92, None, None, "%", "~"),
            "contact_area": (12, None, None, "cm²", None),
        }
        cells = {cell.name: cell for cell in session.scalars(select(catalog.Cell))}
        assert cells["S1"].area_cm2 == pytest.approx(0.7854)
        assert (cells["S2"].area_cm2, cells["S1"].symmetric) == (None, True)
        layers = [
            (x.position, x.role, x.substance and x.substance.name) for x in cells["S1"].layers
        ]
        assert layers == [
            (1, "negative", "Li"),
            (2, "interlayer", "PB"),
            (3, "electrolyte", "LATP"),
            (4, "positive", "Li"),
        ]
        assert [layer.thickness_um for layer in cells["S1"].layers] == [None, 1, None, None]
        assert cells["S1"].layers[2].material_id == pellet.id
        assert [layer.role for layer in cells["S2"].layers] == [
            "negative",
            "electrolyte",
            "positive",
        ]
        test = session.scalars(select(catalog.Test).filter_by(name="one")).one()
        protocol = session.scalars(select(catalog.Protocol)).one()
        assert (test.cell_id, test.protocol_id) == (cells["S1"].id, protocol.id)
        (step,) = protocol.steps
        assert step.current_density_ma_per_cm2 == pytest.approx(0.05)
        assert (step.duration_second, step.temperature_celsius) == (3600, None)


def test_a_size_is_entered_with_its_error_and_loses_it_when_said_without(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    study = "study: E\nmaterials: {disc: {thickness: 1.00 ± 0.05 mm, area: 1.13 cm² ± 2 %}}\n"
    apply(warehouse, tmp_path, study)
    with look(warehouse.engine) as session:
        disc = session.scalars(select(catalog.Material).filter_by(name="disc")).one()
        assert (disc.thickness_um, disc.thickness_error_um) == pytest.approx((1000, 50))
        assert (disc.area_cm2, disc.area_error_cm2) == pytest.approx((1.13, 0.0226))
    apply(warehouse, tmp_path, study.replace(" ± 0.05", "").replace(" ± 2 %", ""))
    with look(warehouse.engine) as session:
        disc = session.scalars(select(catalog.Material).filter_by(name="disc")).one()
        assert (disc.thickness_error_um, disc.area_error_cm2) == (None, None)
    with pytest.raises(InvalidStudy, match=r"line 2: materials\.disc\.thickness"):
        apply(warehouse, tmp_path, study.replace("0.05 mm", "0.05 g"))


def test_the_database_counts_what_a_study_brought(warehouse: Warehouse, tmp_path: Path) -> None:
    apply(warehouse, tmp_path, STUDY)
    counted = {
        "sqlite": "SELECT stat FROM sqlite_stat1 WHERE tbl = 'material'",
        "postgresql": "SELECT CAST(reltuples AS text) FROM pg_class WHERE relname = 'material'",
    }
    with look(warehouse.engine) as session:
        told = session.execute(text(counted[warehouse.engine.dialect.name])).scalars().all()
    assert {each.split()[0] for each in told} == {"2"}


def test_a_claim_is_kept_as_reported(warehouse: Warehouse, tmp_path: Path) -> None:
    apply(warehouse, tmp_path, STUDY)
    with look(warehouse.engine) as session:
        study = session.scalars(select(catalog.Study)).one()
        claims = {claim.name: claim for claim in session.scalars(select(catalog.Claim))}
        life, grain, large = claims["N8"], claims["N19"], claims["N5"]
        assert (life.value, life.unit, life.qualifier, life.text) == (800, "h", ">=", "over 800 h")
        assert (life.source, life.subject, life.verdict) == ("notebook", {"cell": "S1"}, None)
        assert (grain.value, grain.lower, grain.upper, grain.source) == (None, 2, 5, "elsewhere")
        assert (large.value, large.text_value, large.parameters) == (
            None,
            "Large",
            {"window": "10 h"},
        )
        assert {claim.study_id for claim in claims.values()} == {study.id}


JUDGED = """\
study: {study}
source: notebook
claims:
  N1:
    text: {text}
    verdict: contradicted
    why: the image shows a gap
    evidence: [sem.tif, S1]
  N2: {{text: more}}
"""


def test_a_judgement_is_kept_with_its_reason_and_what_it_points_to(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    judged = JUDGED.format(study="A", text="no gap")
    apply(warehouse, tmp_path, judged)
    with look(warehouse.engine) as session:
        found = {claim.name: claim for claim in session.scalars(select(catalog.Claim))}
        one, other = found["N1"], found["N2"]
        assert (one.verdict, one.why) == ("contradicted", "the image shows a gap")
        assert one.evidence == {"stated": ["sem.tif", "S1"]}
        assert (other.verdict, other.why, other.evidence) == (None, None, {})
    with change(warehouse.engine, "by hand") as (session, _):
        other = session.scalars(select(catalog.Claim).filter_by(name="N2")).one()
        other.verdict, other.evidence = "supported", {"stated": ["x.mpr"]}
    lines = [
        line
        for line in judged.splitlines()
        if line[4:].split(":")[0] not in {"verdict", "why", "evidence"}
    ]
    apply(warehouse, tmp_path, "\n".join(lines))
    with look(warehouse.engine) as session:
        found = {claim.name: claim for claim in session.scalars(select(catalog.Claim))}
        one, other = found["N1"], found["N2"]
        assert (one.verdict, one.why, one.evidence) == (None, None, {})
        assert (other.verdict, other.evidence) == ("supported", {"stated": ["x.mpr"]})


def test_a_verdict_is_one_of_three_words(warehouse: Warehouse, tmp_path: Path) -> None:
    text = JUDGED.format(study="A", text="x").replace("contradicted", "wrong")
    with pytest.raises(InvalidStudy, match=r"line 6: .*supported"):
        apply(warehouse, tmp_path, text)


def test_two_studies_have_each_their_own_claim_of_one_name(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    with change(warehouse.engine, "by hand") as (session, _):
        session.add(catalog.Claim(name="N1", source="a talk", text="said"))
    for study in ("A", "B"):
        apply(warehouse, tmp_path, JUDGED.format(study=study, text=f"in {study}"))

    def claims() -> set[tuple[int, str, str]]:
        with look(warehouse.engine) as session:
            rows = session.scalars(select(catalog.Claim))
            return {(claim.id, claim.name, claim.text) for claim in rows}

    before = claims()
    assert {row[1:] for row in before} == {
        ("N1", "said"), ("N1", "in A"), ("N1", "in B"), ("N2", "more")
    }  # fmt: skip
    assert len(before) == 5
    apply(warehouse, tmp_path, "study: A\nsource: notebook\nclaims:\n  N1: {text: anew}\n")
    after = claims()
    assert {row[1:] for row in after} == {
        ("N1", "said"), ("N1", "anew"), ("N1", "in B"), ("N2", "more")
    }  # fmt: skip
    assert {row[0] for row in after} < {row[0] for row in before}


def test_the_same_study_twice_changes_nothing(warehouse: Warehouse, tmp_path: Path) -> None:
    apply(warehouse, tmp_path, STUDY)
    before = state(warehouse)
    assert apply(warehouse, tmp_path, f"# once more\n{STUDY}").status == "already"
    assert state(warehouse) == before


def test_a_changed_study_keeps_ids_and_history(warehouse: Warehouse, tmp_path: Path) -> None:
    apply(warehouse, tmp_path, STUDY)
    before = state(warehouse)
    changed = STUDY.replace("thickness: 1 µm", "thickness: 2 µm").replace("0.3 GPa", "500 MPa")
    assert apply(warehouse, tmp_path, changed).status == "entered"
    after = state(warehouse)
    revisions = [each.pop("revision") for each in (before, after)]
    ids = {name: [row[0] for row in rows] for name, rows in before.items()}
    assert {name: [row[0] for row in rows] for name, rows in after.items()} == {
        **ids,
        "study": [*ids["study"], max(ids["study"]) + 1],
        "snapshot": [*ids["snapshot"], max(ids["snapshot"]) + 1],
    }
    with look(warehouse.engine) as session:
        revision = catalog.Revision
        made = select(revision.kind, revision.name, revision.action).order_by(revision.id)
        assert session.execute(made.offset(len(revisions[0]))).all() == [
            ("process", "press-1", "change"),
            ("cell", "S1", "change"),
            ("study", "A", "change"),
        ]
        old, new = session.scalars(select(catalog.Study).order_by(catalog.Study.id))
        assert (old.removed_snapshot, new.removed_snapshot) == (new.added_snapshot, None)
        assert old.document["cells"]["S1"]["layers"][1]["thickness"] == "1 µm"
        thick = session.scalars(
            select(catalog.CellLayer.thickness_um).where(
                catalog.CellLayer.thickness_um.is_not(None)
            )
        )
        assert thick.all() == [2]


def test_what_is_said_no_more_is_taken_back(warehouse: Warehouse, tmp_path: Path) -> None:
    apply(warehouse, tmp_path, STUDY)
    less = STUDY.replace("press-1:", "press-2:").replace("  N5: {", "  N6: {")
    less = less.replace("    tests: [one.bdf.csv]\n", "").replace(", batch: B", "")
    less = less.replace("  S2:\n    configuration: Li/LATP/Li\n", "")
    apply(warehouse, tmp_path, less)
    with look(warehouse.engine) as session:
        assert session.scalars(select(catalog.Process.name)).all() == ["press-2"]
        assert session.scalars(select(catalog.Cell.name)).all() == ["S1"]
        assert set(session.scalars(select(catalog.Claim.name))) == {"N8", "N19", "N6"}
        assert set(session.scalars(select(catalog.Test.cell_id))) == {None}
        assert set(session.scalars(select(catalog.Material.batch))) == {None}
        assert len(session.scalars(select(catalog.Ancestor)).all()) == 1


def test_what_something_else_rests_on_stays(warehouse: Warehouse, tmp_path: Path) -> None:
    apply(warehouse, tmp_path, STUDY)
    with change(warehouse.engine, "by hand") as (session, _):
        cell = session.scalars(select(catalog.Cell).filter_by(name="S2")).one()
        session.scalars(select(catalog.Test).filter_by(name="two")).first().cell_id = cell.id  # type: ignore[union-attr] # there are two
    apply(warehouse, tmp_path, STUDY.replace("  S2:\n    configuration: Li/LATP/Li\n", ""))
    with look(warehouse.engine) as session:
        kept = session.scalars(select(catalog.Cell).filter_by(name="S2")).one()
        assert len(kept.layers) == 3


def test_what_a_study_does_not_say_is_left_to_other_hands(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    apply(warehouse, tmp_path, STUDY)
    with change(warehouse.engine, "by hand") as (session, _):
        cell = session.scalars(select(catalog.Cell).filter_by(name="S2")).one()
        cell.area_cm2, cell.note = 0.5, "weighed later"
    apply(warehouse, tmp_path, STUDY.replace("source: notebook", "source: notebook 2"))
    with look(warehouse.engine) as session:
        cell = session.scalars(select(catalog.Cell).filter_by(name="S2")).one()
        assert (cell.area_cm2, cell.note) == (0.5, "weighed later")


@pytest.mark.parametrize(
    ("line", "reason", "old", "new"),
    [
        ("  powder:", "did you mean LATP", "{substance: LATP, mass", "{substance: LAPT, mass"),
        ("    inputs:", "no material is called 'powdr'", "[powder]", "[powdr]"),
        ("    protocol:", "did you mean plating", "protocol: plating", "protocol: platin"),
        ("    layers:", "did you mean pellet", "{material: pellet}", "{material: pelet}"),
        ("    configuration:", "did you mean PB", "Li/PB@LATP/Li", "Li/PBB@LATP/Li"),
        ("    layers:", "has LATP in place 2, the layers have PB", "Li/PB@LATP/Li", "Li/LATP/Li"),
        ("    layers:", "has nothing in place 5", "Li}]", "Li}, {substance: Li}]"),
        ("    layers:", "has Li in place 4, the layers have nothing", ", {substance: Li}]", "]"),
        ("    symmetric:", "has equal electrodes", "area: 78.54 mm²", "symmetric: no"),
        ("    tests:", "did you mean one.bdf.csv", "one.bdf.csv", "on.bdf.csv"),
        ("    tests:", "is 2 tests, write more of its path", "one.bdf.csv", "two.bdf.csv"),
        ("    tests:", "'one' is a test of S1 already", "[one.bdf.csv]", "[one.bdf.csv, one]"),
        ("  N8:", "no cell is called 'S3'", "{cell: S1}", "{cell: S3}"),
        ("  N8:", "unknown unit", "{cell: S1}", "{cell: S1, current_density: 1 mA/cmm}"),
        ("  N8:", "needs a source", "source: notebook\n", "note: nothing\n"),
        ("    inputs:", "pellet made of pellet", "inputs: [powder]", "inputs: [pellet]"),
        ("  coat-1:", "pellet has a maker already: press-1", "protocols:", SECOND),
    ],
)  # fmt: skip
def test_a_study_that_contradicts_is_refused_and_nothing_of_it_is_written(
    warehouse: Warehouse, tmp_path: Path, *, line: str, reason: str, old: str, new: str
) -> None:
    assert old in STUDY
    text, before = STUDY.replace(old, new, 1), state(warehouse)
    with pytest.raises(InvalidStudy) as caught:
        apply(warehouse, tmp_path, text)
    number = next(n for n, each in enumerate(text.splitlines(), 1) if each.startswith(line))
    assert reason in caught.value.reason
    assert caught.value.place == f"line {number}"
    assert state(warehouse) == before


def test_a_test_is_found_by_its_name_its_file_or_the_end_of_its_path(
    measured: Settings, warehouse: Warehouse, tmp_path: Path
) -> None:
    named = "study: A\ncells:\n  x: {tests: [one]}\n  y: {tests: [b/two.bdf.csv]}\n"
    path = measured.home / "exports" / "a" / "two.bdf.csv"
    apply(warehouse, tmp_path, f'{named}  z: {{tests: ["{path}#1"]}}\n')
    with look(warehouse.engine) as session:
        pairs = session.execute(
            select(catalog.Cell.name, catalog.Test.origin).join(
                catalog.Test, catalog.Test.cell_id == catalog.Cell.id
            )
        )
        found = {name: "/".join(origin.split("/")[-2:]) for name, origin in pairs}
    assert found == {"x": "exports/one.bdf.csv", "y": "b/two.bdf.csv", "z": "a/two.bdf.csv"}


def test_a_later_study_speaks_of_what_an_earlier_one_made(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    apply(warehouse, tmp_path, STUDY)
    apply(
        warehouse,
        tmp_path,
        "study: B\nmaterials: {coated: {substance: PB}}\n"
        "processes: {coat-1: {kind: coat, inputs: [pellet], outputs: [coated]}}\n",
    )
    with look(warehouse.engine) as session:
        assert sorted(session.scalars(select(catalog.Ancestor.depth))) == [1, 1, 2]
    snapshot = _snapshot(warehouse)
    with pytest.raises(
        InvalidStudy, match=r"line 2: processes.p.outputs.1: 'pellet': pellet has a maker already"
    ):
        apply(warehouse, tmp_path, "study: C\nprocesses: {p: {kind: press, outputs: [pellet]}}\n")
    with pytest.raises(InvalidStudy, match=r"line 2: .*circle"):
        apply(
            warehouse,
            tmp_path,
            "study: C\nprocesses: {p: {kind: press, inputs: [coated], outputs: [powder]}}\n",
        )
    with pytest.raises(
        InvalidStudy,
        match=r"line 2: materials\.pellet\.thickness: .*study 'A' says of pellet: thickness: 1 mm",
    ):
        apply(warehouse, tmp_path, "study: C\nmaterials: {pellet: {thickness: 2 mm}}\n")
    assert _snapshot(warehouse) == snapshot


def _snapshot(warehouse: Warehouse) -> int:
    with look(warehouse.engine) as session:
        return current_snapshot(session)


@pytest.mark.slow
def test_the_command_line_writes_a_template_and_enters_a_study(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "one.bdf.csv").write_text("Test Time / s,Voltage / V,Current / A\n0,3,1\n60,3.2,1\n")
    environment = {"LEYDEN_HOME": str(tmp_path / "home")}

    def run(*words: str) -> Result:
        return CliRunner().invoke(app, words, env=environment)

    study = folder / "study.yaml"
    assert run("study", "template", str(study)).exit_code == 0
    entered = run("ingest", str(folder), "--study", str(study))
    assert (entered.exit_code, "2 cells" in entered.stdout) == (0, True), entered.output
    again = run("ingest", str(folder), "--study", str(study))
    assert (again.exit_code, "nothing changed" in again.stdout) == (0, True), again.output
    study.write_text("study: A\ncells: {x: {tests: [nowhere.mpr]}}\n")
    # how a refusal is told is the way a process ends
    refused = subprocess.run(  # noqa: S603 — our own program
        [sys.executable, "-m", "leyden", "ingest", str(folder), "--study", str(study)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (refused.returncode, "line 2" in refused.stderr) == (1, True), refused


def projects(warehouse: Warehouse) -> dict[str, str | None]:
    with look(warehouse.engine) as session:
        rows = session.execute(select(catalog.Cell.name, catalog.Cell.project))
        return {name: project for name, project in rows}  # noqa: C416 — dict() of rows has no type


def test_cells_belong_to_the_project_of_their_study_or_to_their_own(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    cells = "study: A\nproject: latp\ncells: {S1: , S2: {project: pb}, S3: {area: 1 cm²}}"
    apply(warehouse, tmp_path, cells)
    assert projects(warehouse) == {"S1": "latp", "S2": "pb", "S3": "latp"}
    apply(warehouse, tmp_path, cells.replace("project: latp\n", ""))
    assert projects(warehouse) == {"S1": None, "S2": "pb", "S3": None}


def test_another_study_cannot_take_a_cell_into_its_project(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    apply(warehouse, tmp_path, "study: A\nproject: latp\ncells: {S1: }")
    with pytest.raises(InvalidStudy, match="study 'A' says of S1: project: latp"):
        apply(warehouse, tmp_path, "study: B\nproject: pb\ncells: {S1: {tests: [one.bdf.csv]}}")
    apply(warehouse, tmp_path, "study: B\ncells: {S1: {tests: [one.bdf.csv]}}")
    assert projects(warehouse) == {"S1": "latp"}


def test_a_project_that_was_entered_by_hand_stays_where_a_study_says_none(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    with change(warehouse.engine, "by hand") as (session, _):
        session.add(catalog.Cell(name="S1", project="latp"))
    apply(warehouse, tmp_path, "study: A\ncells: {S1: {area: 1 cm²}}")
    assert projects(warehouse) == {"S1": "latp"}


def test_a_study_says_how_cycles_are_counted_and_what_they_were_for(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    study = """
study: counted
cycles: instrument
cells:
  A: {tests: [one.bdf.csv], formation_cycles: 1-4, check_up_cycles: 50}
  B: {cycles: turns}
"""
    apply(warehouse, tmp_path, study)
    with look(warehouse.engine) as session:
        told = {
            cell.name: (cell.cycle_convention, cell.formation_cycles, cell.check_up_cycles)
            for cell in session.scalars(select(catalog.Cell))
        }
    assert told == {"A": ("instrument", "1-4", "50"), "B": ("turns", None, None)}
    with pytest.raises(InvalidStudy, match="formation_cycles"):
        apply(warehouse, tmp_path, study.replace("1-4", "4-1"))
    with pytest.raises(InvalidStudy, match="cycles"):
        apply(warehouse, tmp_path, study.replace("cycles: instrument", "cycles: mine"))
