"""References that somebody entered: sought when scans are computed again, and no sooner."""

from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow.parquet as pq
import pytest
from sqlalchemy import select

from ingest import intake
from ingest.analysis.impedance.analysis import AnalysisSettings
from ingest.analysis.refit import refit
from ingest.intake import take_in
from ingest.reader import Reader
from ingest.reference import references
from ingest.refitting import shares
from ingest.study.document import read_study
from ingest.study.entry import enter
from schema.catalog import Analysis, LakeFile, ReferencePhase
from schema.catalog.connection import look
from schema.diffraction.cif import structure_of_cif
from schema.diffraction.line import Lines, lines_of
from schema.diffraction.own_structure import own_structures
from schema.warehouse import Warehouse
from tests.ingest.analysis.diffraction.simulated import COPPER, counted, mixture
from tests.ingest.analysis.diffraction.test_analysis import reading

_SALT: Final = """data_salt
_cod_database_code 9008678
_chemical_formula_sum 'Cl Na'
_cell_formula_units_Z 4
_cell_length_a 5.6402
_cell_length_b 5.6402
_cell_length_c 5.6402
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_symmetry_space_group_name_H-M 'F m -3 m'
loop_
_atom_site_label
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_U_iso_or_equiv
Na 0 0 0 0.02
Cl 0.5 0.5 0.5 0.02
"""
_WITHOUT: Final = "study: phases\n"


def _salt() -> Lines:
    return lines_of(structure_of_cif(_SALT, "salt"), COPPER, 85.0)


def _by_cif() -> str:
    text = "".join(f"      {line}\n" for line in _SALT.splitlines())
    return f"{_WITHOUT}references:\n  salt:\n    card_number: PDF 00-005-0628\n    cif: |\n{text}"


def _by_lines(*, cell: bool, ratio: float | None) -> str:
    lines = _salt()
    strength = lines.strength(COPPER)
    rows = [
        f"    - {{d: {d:.5f} Å, intensity: {100.0 * i / strength.max():.3f}"
        + (f", hkl: {lines.name(one)}}}" if cell else "}")
        for one, (d, i) in enumerate(zip(lines.spacing_angstrom, strength, strict=True))
    ]
    told = ["source: computed", "wavelength: 1.5405929 Å"]
    told += ["crystal_system: cubic", "a: 5.6402 Å"] if cell else []
    told += [] if ratio is None else [f"corundum_ratio: {ratio:.4f}"]
    head = "".join(f"    {each}\n" for each in told)
    return f"{_WITHOUT}references:\n  salt:\n{head}    lines:\n" + "\n".join(rows) + "\n"


def _corundum_ratio() -> float:
    corundum = lines_of(own_structures()["corundum"], COPPER)
    (standard,) = np.flatnonzero((corundum.hkl == (1, 1, 3)).all(axis=1))
    return float(_salt().power(COPPER).max() / corundum.power(COPPER)[standard])


@pytest.fixture
def scans(empty_warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """Return a warehouse with a scan of LATP with 5 % of salt, and one with none."""
    impure = counted(300.0 + mixture("LATP", _salt(), 0.05, 10_000.0), 1)
    pure = counted(300.0 + mixture("LATP", _salt(), 0.0, 10_000.0), 2)
    reader = Reader("toy", "1", "toy", (".toy",), lambda _: True, lambda _: [reading(impure, pure)])
    monkeypatch.setattr(intake, "reader_for", lambda _: reader)
    path = tmp_path / "scan.toy"
    path.write_bytes(b"1")
    assert take_in(empty_warehouse, path).reason is None
    return empty_warehouse


def _entered(warehouse: Warehouse, tmp_path: Path, text: str) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(text, encoding="utf-8")
    enter(warehouse.engine, read_study(path))


def _again(warehouse: Warehouse) -> tuple[str, ...]:
    (share,) = shares(warehouse, ["pattern"], AnalysisSettings())
    (done,) = refit(warehouse, share.tests, share.analysis, share.methods, foremost=share.foremost)
    return done.added


def _rows(warehouse: Warehouse) -> list[dict[str, Any]]:
    """Return the latest rows of both scans."""
    with look(warehouse.engine) as session:
        files = session.scalars(
            select(LakeFile)
            .join(Analysis, Analysis.lake_file_id == LakeFile.id)
            .where(LakeFile.removed_snapshot.is_(None))
            .order_by(LakeFile.id)
        ).all()
    rows: list[dict[str, Any]] = pq.read_table(warehouse.lake.path(files[-1].path)).to_pylist()
    return rows


def _of_salt(row: dict[str, Any], what: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in row[what] if each["phase"] == "salt")
    return found


def test_an_impurity_is_found_once_its_cif_is_entered_and_not_claimed_where_it_is_not(
    scans: Warehouse, tmp_path: Path
) -> None:
    before = _rows(scans)
    assert [each["main_phase"] for each in before] == ["LATP", "LATP"]
    assert before[0]["foreign_count"] >= 2
    assert before[1]["foreign_count"] == 0
    _entered(scans, tmp_path, _by_cif())
    assert _rows(scans) == before  # nothing follows by itself
    assert _again(scans) == ("pattern",)
    impure, pure = _rows(scans)
    assert _of_salt(impure, "pattern_phase")["verdict"] == "present"
    assert _of_salt(impure, "pattern_phase")["source"] == "COD 9008678; PDF 00-005-0628"
    assert impure["foreign_count"] == 0
    limit = _of_salt(impure, "pattern_limit")
    assert limit["verdict"] == "detected"
    assert abs(limit["fraction"] - 0.05) < 2.0 * limit["fraction_error"]
    assert _of_salt(pure, "pattern_phase")["verdict"] == "candidate"
    limit = _of_salt(pure, "pattern_limit")
    assert limit["verdict"] == "not_detected"
    assert limit["detectable_fraction"] < 0.05
    assert _again(scans) == ()
    # taken back, what was told without it is the latest again
    _entered(scans, tmp_path, _WITHOUT)
    assert _again(scans) == ("pattern",)
    assert [each["pattern_phase"] for each in _rows(scans)] == [
        each["pattern_phase"] for each in before
    ]


@pytest.mark.parametrize("cell", [True, False])
def test_a_list_of_lines_finds_it_as_well_and_tells_weights_by_its_ratio(
    scans: Warehouse, tmp_path: Path, *, cell: bool
) -> None:
    _entered(scans, tmp_path, _by_lines(cell=cell, ratio=_corundum_ratio()))
    _again(scans)
    impure, pure = _rows(scans)
    assert [each["main_phase"] for each in (impure, pure)] == ["LATP", "LATP"]
    assert _of_salt(impure, "pattern_phase")["verdict"] == "present"
    assert (_of_salt(impure, "pattern_phase")["strain"] is None) == (not cell)
    limit = _of_salt(impure, "pattern_limit")
    assert limit["verdict"] == "detected"
    assert (limit["hkl"] is None) == (not cell)
    assert abs(limit["fraction"] - 0.05) < 2.0 * limit["fraction_error"]
    assert _of_salt(pure, "pattern_phase")["verdict"] == "candidate"
    assert _of_salt(pure, "pattern_limit")["verdict"] == "not_detected"


def test_a_list_without_ratio_finds_it_and_tells_no_weight(
    scans: Warehouse, tmp_path: Path
) -> None:
    _entered(scans, tmp_path, _by_lines(cell=False, ratio=None))
    _again(scans)
    limit = _of_salt(_rows(scans)[0], "pattern_limit")
    assert limit["verdict"] == "detected"
    assert limit["area"] > limit["critical_area"] > 0.0
    assert limit["fraction"] is limit["critical_fraction"] is limit["detectable_fraction"] is None
    assert limit["doubt"] == "scattering_of_a_gram_not_told"


def test_what_is_entered_comes_back_as_the_same_reference_and_any_word_of_it_is_another(
    scans: Warehouse, tmp_path: Path
) -> None:
    _entered(scans, tmp_path, _by_cif())
    first = references(scans)["salt"]
    ours = structure_of_cif(_SALT, "salt")
    assert isinstance(first, type(ours))
    assert first.position == pytest.approx(ours.position)
    assert first.formula_units == 4
    _entered(scans, tmp_path, _by_cif().replace("00-005-0628", "00-005-0629"))
    assert references(scans)["salt"].content_hash != first.content_hash
    with look(scans.engine) as session:
        row = session.scalars(select(ReferencePhase)).one()
    assert (row.source, row.card_number) == ("COD 9008678", "PDF 00-005-0629")


def test_a_reference_of_the_name_of_one_built_in_comes_before_it(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    built_in = references(empty_warehouse)["LATP"]
    assert built_in.doubt
    _entered(empty_warehouse, tmp_path, _by_cif().replace("  salt:", "  LATP:"))
    found = references(empty_warehouse)
    assert found["LATP"].content_hash != built_in.content_hash
    assert found["LATP"].doubt == ""
    assert next(iter(found)) == "LATP"
