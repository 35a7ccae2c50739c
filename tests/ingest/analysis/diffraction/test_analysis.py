"""What is computed of the scans of a test, kept with them, and found again in the store."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from ingest import intake
from ingest.analysis.computation import results
from ingest.analysis.diffraction.analysis import DiffractionSettings
from ingest.analysis.diffraction.settings import CrystalliteSettings
from ingest.analysis.refit import analyzable, refit
from ingest.intake import take_in
from ingest.reader import Reader
from ingest.reading import Export, Fact, Measurement, RawColumn, Reading
from ingest.subject import SCANS
from schema.analysis import LAYOUTS, Method
from schema.catalog import DiffractionScan, LakeFile
from schema.catalog.connection import look
from schema.warehouse import Warehouse
from tests.ingest.analysis.diffraction.simulated import (
    ANGLE,
    SINGLE,
    counted,
    mixture,
    smooth,
)
from tests.law import law

HOW: dict[str, Fact] = {
    "wavelength_angstrom": 1.5405929,
    "second_wavelength_angstrom": 1.5444274,
    "second_ratio": 0.5,
    "beta_wavelength_angstrom": 1.392234,
    "anode": "Cu",
    "radius_mm": 240.0,
    "counting_time_second": 1.0,
    "intensity_unit": "counts",
}


def nothing(
    method: Method, version: str, parameters: Mapping[str, Any], hashes: Sequence[str]
) -> pa.Table:
    """Return no earlier rows."""
    assert version
    assert parameters
    assert hashes
    return LAYOUTS[method].arrow.empty_table()


def columns(*patterns: np.ndarray) -> dict[str, Any]:
    """Return scans of these intensities."""
    return {
        "scan_count": np.repeat(np.arange(1, len(patterns) + 1), len(ANGLE)),
        "two_theta_degree": np.tile(ANGLE, len(patterns)),
        "intensity": np.concatenate(patterns),
        "intensity_error": np.full(len(ANGLE) * len(patterns), np.nan),
    }


def computed(*patterns: np.ndarray, **how: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """Return the rows of scans taken so."""
    told = [{**HOW, **how}] * len(patterns)
    (result,) = results(columns(*patterns), DiffractionSettings(), nothing, how=told)
    assert result.rows.schema == LAYOUTS["pattern"].arrow
    found: list[dict[str, Any]] = result.rows.to_pylist()
    return found


def one(rows: Sequence[Mapping[str, Any]], **what: object) -> Mapping[str, Any]:
    """Return the only row with these values."""
    (found,) = (each for each in rows if all(each[name] == value for name, value in what.items()))
    return found


@pytest.mark.slow
def test_a_scan_tells_its_lines_phases_cells_and_what_may_be_hidden() -> None:
    drawn = 300.0 + mixture("LATP", "rutile", 0.1, 3000.0)
    (row,) = computed(counted(drawn, 1))
    assert (row["status"], row["reason"], row["main_phase"]) == ("ok", None, "LATP")
    assert row["foreign_count"] == 0
    assert row["found_count"] == len(row["pattern_peak"]) > 25
    strongest = max(row["pattern_peak"], key=lambda each: each["area"])
    assert (strongest["phase"], strongest["hkl"]) == ("LATP", "1 1 3")
    assert strongest["d_angstrom"] == pytest.approx(3.6253, abs=2e-4)
    cell = one(row["pattern_cell"], phase="LATP")
    assert cell["a_angstrom"] == pytest.approx(8.503, abs=4 * cell["a_error_angstrom"])
    assert cell["b_angstrom"] == cell["a_angstrom"]
    assert cell["a_systematic_angstrom"] >= 4.2e-3
    assert (cell["formula"], cell["formula_units"]) == ("Li1.3Al0.3Ti1.7(PO4)3", 6)
    phases = row["pattern_phase"]
    assert one(phases, main=True)["phase"] == "LATP"
    assert one(phases, phase="rutile")["verdict"] == "present"
    assert one(phases, phase="anatase")["verdict"] == "candidate"
    rutile = one(row["pattern_limit"], phase="rutile", k_a=4.0)
    assert rutile["verdict"] == "detected"
    assert one(row["pattern_limit"], phase="berlinite", k_a=4.0)["verdict"] == "not_detected"
    lines = [each for each in row["pattern_reference"] if each["phase"] == "LATP"]
    assert max(each["relative_intensity"] for each in lines) == 100.0
    assert one(row["pattern_crystallite"], way="scherrer")["verdict"] == "censored"


def test_equal_scans_have_equal_rows_and_another_wavelength_is_another_scan() -> None:
    counts = counted(300.0 + 300.0 * smooth("Si"), 2)
    scans = columns(counts, counts)
    same, other = SCANS.hashes(scans, [HOW, {**HOW, "wavelength_angstrom": 1.5406}])
    assert same != other
    assert SCANS.hashes(scans, [HOW, HOW]) == [same, same]


def test_a_scan_without_wavelength_has_lines_and_no_spacings() -> None:
    without = {name: None for name in HOW if "wavelength" in name} | {"anode": None}
    (row,) = computed(counted(300.0 + 300.0 * smooth("Si", radiation=SINGLE), 3), **without)
    assert row["status"] == "ok"
    assert [each["d_angstrom"] for each in row["pattern_peak"]] == [None] * 4
    assert row["pattern_phase"] == row["pattern_limit"] == []


def test_what_is_no_pattern_says_why() -> None:
    counts = counted(np.full(len(ANGLE), 50.0), 4)
    whole = columns(counts)
    broken = {
        "no_two_theta": {"two_theta_degree": np.full(len(ANGLE), np.nan)},
        "steps_uneven": {"two_theta_degree": ANGLE**1.5},
        "intensity_missing": {"intensity": np.where(ANGLE > 30.0, np.nan, counts)},
        "too_few_points": {name: each[:20] for name, each in whole.items()},
        "too_many_points": {name: np.repeat(each, 20) for name, each in whole.items()},
    }
    for reason, change in broken.items():
        (result,) = results({**whole, **change}, DiffractionSettings(), nothing, how=[HOW])
        (row,) = result.rows.to_pylist()
        assert (row["status"], row["reason"]) == ("not_computable", reason)
        assert row["pattern_peak"] == []


def test_no_line_above_the_background_is_a_result() -> None:
    (row,) = computed(counted(np.full(len(ANGLE), 50.0), 5))
    assert (row["status"], row["found_count"], row["main_phase"]) == ("ok", 0, None)


def test_a_scan_that_runs_down_is_the_scan_that_runs_up() -> None:
    counts = counted(300.0 + 300.0 * smooth("Si"), 6)
    up = columns(counts)
    down = {**up, "two_theta_degree": ANGLE[::-1], "intensity": counts[::-1]}
    found = []
    for each in (up, down):
        (result,) = results(each, DiffractionSettings(), nothing, how=[HOW])
        (row,) = result.rows.to_pylist()
        found.append([peak["two_theta_degree"] for peak in row["pattern_peak"]])
    assert found[0] == found[1]


def reading(*patterns: np.ndarray) -> Reading:
    return Reading(
        columns=(
            RawColumn("2Theta", np.tile(ANGLE, len(patterns)), "two_theta_degree"),
            RawColumn("PSD", np.concatenate(patterns), "intensity"),
        ),
        technique="XRD",
        measured="diffraction",
        measurements=tuple(Measurement(HOW, len(ANGLE)) for _ in patterns),
    )


@pytest.mark.slow
def test_scans_taken_in_are_counts_with_errors_and_are_computed_once(
    empty_warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = counted(300.0 + 600.0 * smooth("Si"), 7)
    smoothed = np.convolve(counts, np.full(25, 0.04), "same")

    def read(_export: Export) -> list[Reading]:
        return [reading(counts, smoothed)]

    reader = Reader("toy", "1", "toy", (".toy",), lambda _: True, read)
    monkeypatch.setattr(intake, "reader_for", lambda _: reader)
    path = tmp_path / "scan.toy"
    path.write_bytes(b"1")
    assert take_in(empty_warehouse, path).reason is None
    with look(empty_warehouse.engine) as session:
        scans = session.scalars(select(DiffractionScan).order_by(DiffractionScan.scan_count)).all()
        files = {each.kind: each.path for each in session.scalars(select(LakeFile))}
    assert [each.count_scale for each in scans] == ["counts", "none"]
    assert scans[0].scatter == pytest.approx(1.0, abs=0.2)
    points = pq.read_table(empty_warehouse.lake.path(files["diffraction"]))
    error = points["intensity_error"].to_numpy()[: len(ANGLE)]
    assert error == pytest.approx(np.sqrt(counts))
    assert points["intensity_error"].null_count == len(ANGLE)
    rows = pq.read_table(empty_warehouse.lake.path(files["patterns"])).to_pylist()
    assert [(each["main_phase"], each["reason"]) for each in rows] == [
        ("Si", None),
        (None, "no_counting_statistics"),
    ]
    tests = analyzable(empty_warehouse, SCANS)
    (again,) = refit(empty_warehouse, tests, DiffractionSettings(), ["pattern"])
    assert again.added == ()
    known = DiffractionSettings(crystallite=CrystalliteSettings(instrument_terms=(0.0, 0.0, 0.004)))
    (other,) = refit(empty_warehouse, tests, known, ["pattern"])
    assert other.added == ("pattern",)


@law(40)
@given(
    st.sampled_from(
        ["zeros", "one", "spike", "spikes", "ramp", "huge", "tiny", "negative", "steps"]
    ),
    st.integers(50, 400),
    st.sampled_from([(1.0, 0.02), (10.0, 0.05), (60.0, 0.2), (172.0, 0.02)]),
    st.booleans(),
    st.integers(0, 2**32 - 1),
)
def test_whatever_a_scan_holds_it_has_a_row(
    kind: str, count: int, grid: tuple[float, float], known: bool, seed: int
) -> None:
    random = np.random.default_rng(seed)
    place = np.arange(count)
    made = {
        "zeros": np.zeros(count),
        "one": np.ones(count),
        "spike": np.where(place == count // 2, 1e6, 3.0),
        "spikes": random.poisson(5.0, count) + 1e4 * (random.random(count) < 0.05),
        "ramp": random.poisson(10.0 + 50.0 * place).astype(float),
        "huge": 1e15 * random.random(count),
        "tiny": 1e-12 * random.poisson(5.0, count),
        "negative": random.normal(0.0, 10.0, count),
        "steps": random.poisson(np.where(place // 40 % 2, 2000.0, 5.0)).astype(float),
    }[kind]
    scan = {
        "scan_count": np.ones(count, dtype=np.int64),
        "two_theta_degree": grid[0] + grid[1] * place,
        "intensity": made,
        "intensity_error": np.full(count, np.nan),
    }
    how = HOW if known else {"intensity_unit": "counts"}
    (result,) = results(scan, DiffractionSettings(), nothing, how=[how])
    (row,) = result.rows.to_pylist()
    assert row["status"] in {"ok", "low_quality", "not_computable"}
    assert (row["status"] == "ok") == (row["reason"] is None)
