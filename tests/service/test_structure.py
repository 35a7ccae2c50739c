"""Cells, densities and phases of a pellet, from its diffractogram on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from ingest.intake import take_in
from ingest.study.document import read_study
from ingest.study.entry import enter
from schema.catalog import Substance
from schema.catalog.connection import change
from schema.settings import Settings
from schema.warehouse import Warehouse, open_warehouse
from service.metric.library import read_metrics
from service.store.question import asked, metric_question
from service.store.store import Store
from tests.ingest.analysis.diffraction.simulated import ANGLE, Floats, counted, mixture, smooth

Rows = list[dict[str, Any]]
METRICS = read_metrics()
HEAD = """\
_FILEVERSION=2
_GONIOMETER_RADIUS=240.0
_WL1=1.5405929
_WL2=1.5444274
_WL3=1.392234
_WLRATIO=0.5
_ANODE='Cu'
_DRIVE='COUPLED'
_STEPTIME=1.0
_STEPSIZE=0.02
_START=10.0
_2THETACOUNTS
"""
STUDY = """\
study: synthetic-pellet
note: SYNTHETIC
substances:
  LATP: {role: electrolyte, formula: Li1.3Al0.3Ti1.7(PO4)3}
materials:
  pellet-1:
    substance: LATP
    kind: pellet
    mass: 0.3060 g
    thickness: 1000 ± 5 µm
    area: 1.131 ± 0.002 cm²
    properties:
      dry_mass: 306.0 mg
      saturated_mass: 0.3100 g
      suspended_mass: 0.2226 g
      immersion_density: 0.785 g/cm³
    tests: [powder.uxd]
  pellet-2:
    {substance: LATP, kind: pellet, mass: 0.3000 g, thickness: 1000 µm, area: 1.131 cm²}
"""


@pytest.fixture(scope="module")
def pellet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return the store of a warehouse with one scan: LATP and a twentieth of rutile."""
    drawn = 300.0 + mixture("LATP", "rutile", 0.05, 3000.0)
    with opened(tmp_path_factory.mktemp("pellet"), drawn, STUDY) as (store, _):
        yield store


@contextmanager
def opened(folder: Path, drawn: Floats, text: str) -> Iterator[tuple[Store, Warehouse]]:
    """Yield the store of a warehouse that took in a scan and a study."""
    counts = counted(drawn, 11)
    rows = "".join(f"{at:.3f}\t{count:.0f}\n" for at, count in zip(ANGLE, counts, strict=True))
    (folder / "powder.uxd").write_text(HEAD + rows, encoding="utf-8")
    study = folder / "study.yaml"
    study.write_text(text, encoding="utf-8")
    warehouse = open_warehouse(Settings(home=folder / "home"))
    assert take_in(warehouse, folder / "powder.uxd").reason is None
    enter(warehouse.engine, read_study(study))
    store = Store(warehouse.engine, warehouse.lake)
    store.refresh()
    yield store, warehouse
    store.close()
    warehouse.engine.dispose()


def answer(store: Store, name: str, **arguments: object) -> Rows:
    """Return the answer of a metric."""
    question = metric_question(METRICS[name], None, arguments)
    with store.cursor() as cursor:
        rows: Rows = asked(store, cursor, question).to_arrow_table().to_pylist()
    return rows


def test_the_cell_is_that_of_the_crystal_within_its_error(pellet: Store) -> None:
    (cell,) = (row for row in answer(pellet, "unit_cell") if row["phase"] == "LATP")
    assert (cell["status"], cell["main"]) == ("ok", True)
    for axis, true in (("a", 8.503), ("c", 20.82)):
        off = cell[f"{axis}_angstrom"] - true
        assert abs(off) < 3.5 * cell[f"{axis}_counting_error_angstrom"]
        assert cell[f"{axis}_error_angstrom"] > 4.9e-4 * true
    assert abs(cell["displacement_mm"]) < 0.01


def test_the_density_of_the_crystal_is_that_of_its_formula_and_cell(pellet: Store) -> None:
    (row,) = (row for row in answer(pellet, "theoretical_density") if row["main"])
    assert (row["composition"], row["formula_units"]) == ("substance", 6)
    assert row["theoretical_density_gram_per_cm3"] == pytest.approx(2.9302, abs=0.002)
    relative = row["error_gram_per_cm3"] / row["theoretical_density_gram_per_cm3"]
    assert relative == pytest.approx(0.0015, rel=0.05)


def test_a_pellet_is_as_dense_by_size_as_by_archimedes(pellet: Store) -> None:
    rows = answer(pellet, "relative_density", weighing_error_gram=0.0003, liquid_error=0.001)
    by_method = {(row["measured_on"], row["method"]): row for row in rows}
    assert set(by_method) == {
        ("the very piece", "geometric"),
        ("the very piece", "archimedes"),
        ("another piece of its substance", "geometric"),
    }
    size = by_method["the very piece", "geometric"]
    weight = by_method["the very piece", "archimedes"]
    assert {row["status"] for row in rows} == {"ok"}
    assert size["relative_density"] == pytest.approx(0.9233, abs=0.001)
    assert size["relative_density_error"] == pytest.approx(0.0051, abs=0.0004)
    assert weight["relative_density"] == pytest.approx(0.9380, abs=0.001)
    assert weight["open_porosity"] == pytest.approx(0.0458, abs=1e-3)


def test_rutile_is_there_and_other_phases_are_below_a_limit(pellet: Store) -> None:
    rows = {row["phase"]: row for row in answer(pellet, "phase_limit")}
    assert rows["rutile"]["verdict"] == "detected"
    assert abs(rows["rutile"]["weight_percent"] - 5.0) < 2.0 * rows["rutile"]["error_percent"]
    for phase in ("anatase", "berlinite", "corundum"):
        row = rows[phase]
        assert (row["verdict"], row["status"]) == ("not_detected", "censored")
        assert row["weight_percent"] == row["detectable_percent"] < 6.0
    assert "from memory" in rows["rutile"]["reason"]
    named = {row["phase"]: row for row in answer(pellet, "phase_limit", line="named")}
    assert named["anatase"]["critical_percent"] < 0.5 * rows["anatase"]["critical_percent"]


def test_every_line_has_an_owner(pellet: Store) -> None:
    rows = answer(pellet, "xrd_peak")
    assert {row["phase"] for row in rows} == {"LATP", "rutile"}
    assert {row["kind"] for row in rows} == {"phase"}
    largest = max(rows, key=lambda row: row["area"])
    assert (largest["hkl"], largest["relative_area_percent"]) == ("1 1 3", 100.0)


def test_phases_have_the_verdict_of_their_lines(pellet: Store) -> None:
    rows = {row["phase"]: row for row in answer(pellet, "phase_match")}
    assert rows["LATP"]["main"]
    assert rows["rutile"]["verdict"] == "present"
    assert rows["anatase"]["verdict"] == "candidate"
    assert rows["LATP"]["status"] == "low_quality"


def test_without_an_instrument_the_size_of_crystals_is_a_bound(pellet: Store) -> None:
    rows = {row["method"]: row for row in answer(pellet, "crystallite_size")}
    assert rows["scherrer"]["status"] == "censored"
    assert rows["scherrer"]["size_nm"] > 50.0
    assert rows["williamson_hall"]["status"] == "not_computable"


@pytest.mark.slow
def test_another_formula_of_its_substance_is_another_density(tmp_path: Path) -> None:
    drawn = 300.0 + 300.0 * smooth("rutile")
    with opened(tmp_path, drawn, STUDY.replace("Li1.3Al0.3Ti1.7(PO4)3", "TiO2")) as (
        store,
        warehouse,
    ):
        (before,) = answer(store, "theoretical_density")
        assert (before["formula"], before["composition"]) == ("TiO2", "substance")
        with change(warehouse.engine, "reduced a little") as (session, _):
            substance = session.scalars(select(Substance)).one()
            substance.formula, substance.molar_mass_gram_per_mole = "TiO1.9", None
        store.refresh()
        (after,) = answer(store, "theoretical_density")
    assert after["formula"] == "TiO1.9"
    ratio = after["theoretical_density_gram_per_cm3"] / before["theoretical_density_gram_per_cm3"]
    assert ratio == pytest.approx(78.265 / 79.865, rel=1e-5)
