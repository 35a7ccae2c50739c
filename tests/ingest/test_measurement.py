"""Scans, regions and images of a test: what they are known by, and what a test of them is not."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from ingest import intake
from ingest.draft import draft
from ingest.intake import take_in
from ingest.measurement import even_step
from ingest.reader import Reader
from ingest.reading import Export, Fact, Measurement, RawColumn, Reading
from schema.catalog import DiffractionScan, Image, LakeFile, PhotoemissionRegion, Test
from schema.catalog.connection import look
from schema.warehouse import Warehouse
from tests.law import law

ANGLES = np.array([24.5, 20.8827, 29.6969])
COUNTS = np.array([557.0, 602.0, 625.0])


def scan(wavelength: float | None = 1.5405929, angles: np.ndarray = ANGLES) -> Reading:
    return Reading(
        columns=(
            RawColumn("2Theta", angles, "two_theta_degree"),
            RawColumn("PSD", COUNTS, "intensity"),
        ),
        technique="XRD",
        measured="diffraction",
        measurements=(Measurement({"wavelength_angstrom": wavelength}, angles.size),),
    )


def regions(labels: Sequence[str]) -> Reading:
    """Return regions of one record each, 136.61 eV of photons of 1486.61 eV."""
    told = {"excitation_energy_ev": 1486.61}
    return Reading(
        columns=(
            RawColumn("KE", np.full(len(labels), 136.61), "kinetic_energy_ev"),
            RawColumn("counts", np.full(len(labels), 7.0), "intensity"),
        ),
        technique="XPS",
        measured="photoemission",
        measurements=tuple(Measurement({**told, "label": each}, 1) for each in labels),
    )


def image() -> Reading:
    told: dict[str, Fact] = {"width_pixel": 4, "height_pixel": 3, "scale_status": "not_computable"}
    how = {**told, "scale_reason": "nothing tells it", "input_hash": "0f"}
    return Reading(
        (RawColumn("Page", np.array([1])),),
        technique="SEM",
        measured="images",
        measurements=(Measurement(how, 1),),
    )


def test_spacings_are_those_of_bragg() -> None:
    found = draft(scan()).measurements
    assert found is not None
    np.testing.assert_allclose(found.columns["d_angstrom"], [3.63043, 4.25041, 3.00588], rtol=2e-6)
    assert (found.rows[0]["lowest_two_theta_degree"], found.rows[0]["step_degree"]) == (
        20.8827,
        None,
    )


def test_without_a_wavelength_there_is_no_spacing() -> None:
    found = draft(scan(None)).measurements
    assert found is not None
    assert np.isnan(found.columns["d_angstrom"]).all()


def test_what_is_missing_of_two_energies_is_what_the_photon_leaves() -> None:
    found = draft(regions(["O1s"])).measurements
    assert found is not None
    np.testing.assert_allclose(found.columns["binding_energy_ev"], [1350.0], rtol=1e-12)


@pytest.mark.parametrize("wavelength", [None, 1.5406])
def test_equal_points_of_another_wavelength_are_something_else(wavelength: float | None) -> None:
    one, same, other = (
        draft(scan(each)).measurements for each in (1.5405929, 1.5405929, wavelength)
    )
    assert one is not None
    assert same is not None
    assert other is not None
    assert one.hashed_rows == same.hashed_rows
    assert one.hashed_rows[0]["input_hash"] != other.hashed_rows[0]["input_hash"]


@law(50)
@given(st.floats(0.001, 1.0), st.integers(2, 200), st.floats(-180.0, 180.0))
def test_an_even_step_is_found_whichever_way_it_goes(step: float, size: int, start: float) -> None:
    values = start + step * np.arange(size, dtype=np.float64)
    assert even_step(values, 1e-6) == pytest.approx(step, rel=1e-6)
    assert even_step(values[::-1], 1e-6) == pytest.approx(step, rel=1e-6)


def taken(
    warehouse: Warehouse, path: Path, monkeypatch: pytest.MonkeyPatch, *readings: Reading
) -> list[int]:
    """Take in a file that a reader finds these readings in."""

    def read(_export: Export) -> list[Reading]:
        return list(readings)

    reader = Reader("toy", "1", "toy", (".toy",), lambda _: True, read)
    monkeypatch.setattr(intake, "reader_for", lambda _: reader)
    outcome = take_in(warehouse, path)
    assert outcome.reason is None
    return list(outcome.tests)


def test_a_test_of_structure_has_its_points_and_neither_steps_nor_cycles(
    empty_warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "all.toy"
    path.write_bytes(b"1")
    ids = taken(empty_warehouse, path, monkeypatch, scan(), regions(["O1s", "C1s"]), image())
    with look(empty_warehouse.engine) as session:
        tests = [session.get_one(Test, each) for each in ids]
        assert [each.technique for each in tests] == ["XRD", "XPS", "SEM"]
        assert [(each.step_count, each.cycle_count) for each in tests] == [(0, 0)] * 3
        assert [each.point_count for each in tests] == [3, 2, 1]
        labels = session.scalars(
            select(PhotoemissionRegion.label).order_by(PhotoemissionRegion.region_count)
        )
        assert [*labels] == ["O1s", "C1s"]
        assert session.scalars(select(Image)).one().scale_reason == "nothing tells it"
        files = session.scalars(select(LakeFile)).all()
    assert sorted((each.test_id, each.kind) for each in files) == [
        (ids[0], "diffraction"),
        (ids[0], "patterns"),
        (ids[0], "points"),
        (ids[1], "emissions"),
        (ids[1], "photoemission"),
        (ids[1], "points"),
        (ids[2], "points"),
    ]
    kept = next(each for each in files if each.kind == "diffraction")
    rows = pq.read_table(empty_warehouse.lake.path(kept.path))
    assert rows["intensity"].to_pylist() == COUNTS.tolist()


def test_a_scan_that_is_read_again_keeps_its_key(
    empty_warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def scans() -> list[tuple[int, float]]:
        with look(empty_warehouse.engine) as session:
            rows = session.scalars(select(DiffractionScan)).all()
            return [(each.id, each.highest_two_theta_degree or 0.0) for each in rows]

    path = tmp_path / "scan.toy"
    path.write_bytes(b"1")
    taken(empty_warehouse, path, monkeypatch, scan())
    ((key, highest),) = scans()
    assert highest == 29.6969
    path.write_bytes(b"22")
    taken(empty_warehouse, path, monkeypatch, scan(1.5, ANGLES + 1e-3))  # the same counts
    ((same, highest),) = scans()
    assert (same, round(highest, 4)) == (key, 29.6979)
