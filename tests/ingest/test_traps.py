"""Traps of the field that cut across formats; those of one format stand with its reader."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray
from sqlalchemy import select

from ingest.intake import take_in
from schema.catalog import Cell, Finding, LakeFile, Test
from schema.catalog.connection import look
from schema.warehouse import Warehouse

# one kind of catalog is enough: what is read, and not where it rests, is what is tested
pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@pytest.fixture
def warehouse(empty_warehouse: Warehouse) -> Warehouse:
    return empty_warehouse


def taken(warehouse: Warehouse, path: Path, kind: str = "steps") -> dict[str, Any]:
    """Take an export in; return the columns of its living lake file of a kind."""
    outcome = take_in(warehouse, path)
    assert outcome.status == "ingested", outcome.reason
    with look(warehouse.engine) as session:
        file = session.scalars(
            select(LakeFile).where(
                LakeFile.test_id == outcome.tests[0],
                LakeFile.kind == kind,
                LakeFile.removed_snapshot.is_(None),
            )
        ).one()
    columns: dict[str, Any] = pq.read_table(warehouse.lake.path(file.path)).to_pydict()
    return columns


def written(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n")
    return path


def mpt(path: Path, title: str, columns: dict[str, NDArray[np.float64]]) -> Path:
    """Write a table as EC-Lab does, under the shortest header it can have."""
    rows = ["\t".join(map("{:.9E}".format, row)) for row in zip(*columns.values(), strict=True)]
    return written(
        path, "EC-Lab ASCII FILE", "Nb header lines : 6", "", title, "", "\t".join(columns), *rows
    )


def kinds(warehouse: Warehouse) -> list[str]:
    with look(warehouse.engine) as session:
        return [finding.kind for finding in session.scalars(select(Finding))]


def test_a_step_that_turns_for_good_is_cut_where_it_turns(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    rows = [f"{t},3.5,{1 if t < 1800 else -0.5},1" for t in range(0, 3601, 10)]
    steps = taken(
        warehouse,
        written(
            tmp_path / "x.bdf.csv", "Test Time / s,Voltage / V,Current / A,Step Count / 1", *rows
        ),
    )
    np.testing.assert_allclose(steps["charge_capacity_ah"], [0.5, 0], rtol=0.01)
    np.testing.assert_allclose(steps["discharge_capacity_ah"], [0, 0.25], rtol=0.01)


def test_the_vendor_numbers_cycles_its_way_and_we_ours(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    signs = (1, -1, 1, -1)
    rows = [
        f"{600 * half + t},3.5,{sign},7,{half + 1}"
        for half, sign in enumerate(signs)
        for t in range(0, 600, 60)
    ]
    heading = "Test Time / s,Voltage / V,Current / A,Cycle Count / 1,Step Count / 1"
    steps = taken(warehouse, written(tmp_path / "x.bdf.csv", heading, *rows))
    assert steps["cycle_count"] == [1, 1, 2, 2]
    assert steps["vendor_cycle_count"] == [7, 7, 7, 7]


def test_an_export_without_cycles_has_none_of_the_vendor(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    rows = [f"{t},3.5,1" for t in range(5)]
    steps = taken(
        warehouse, written(tmp_path / "x.bdf.csv", "Test Time / s,Voltage / V,Current / A", *rows)
    )
    assert steps["vendor_cycle_count"] == [None]
    assert steps["cycle_count"] == [1]


def test_a_clock_that_runs_back_is_told_and_not_sorted_away(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    rows = [f"{t},{3 + t / 1000},1" for t in (0, 10, 20, 5, 15)]
    points = taken(
        warehouse,
        written(tmp_path / "x.bdf.csv", "Test Time / s,Voltage / V,Current / A", *rows),
        "points",
    )
    assert points["test_time_second"] == [0, 10, 20, 5, 15]
    with look(warehouse.engine) as session:
        found = session.scalars(select(Finding).where(Finding.kind == "time_reversed")).one()
    assert found.place == "record 4"


def test_a_rewritten_export_with_one_more_column_is_the_same_test(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    plain = [f"{t},3.5,1" for t in range(0, 3601, 60)]
    path = tmp_path / "x.bdf.csv"
    before = taken(warehouse, written(path, "Test Time / s,Voltage / V,Current / A", *plain))
    more = [f"{row},{25 + n / 100}" for n, row in enumerate(plain)]
    heading = "Test Time / s,Voltage / V,Current / A,Ambient Temperature / degC"
    after = taken(warehouse, written(path, heading, *more))
    assert after["test_id"] == before["test_id"]
    assert after["charge_capacity_ah"] == before["charge_capacity_ah"]
    assert before["mean_temperature_celsius"] == [None]
    assert after["mean_temperature_celsius"][0] == pytest.approx(25.3)


def test_a_column_that_differs_from_ours_by_case_alone_hides_nothing(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    rows = [f"{t},3.5,1,99" for t in range(3)]
    points = taken(
        warehouse,
        written(tmp_path / "x.bdf.csv", "Test Time / s,Voltage / V,Current / A,Test_ID", *rows),
        "points",
    )
    assert set(points["test_id"]) == {1}
    assert [int(value) for value in points["Test_ID (export)"]] == [99, 99, 99]


def test_the_mass_an_instrument_assumes_is_nobodys_mass_and_its_clock_has_no_zone(
    warehouse: Warehouse, demo_study: Path
) -> None:
    export = demo_study / "exports" / "synthetic-bare-50uA-0.mpt"
    assert b"0.001 g" in export.read_bytes(), "EC-Lab writes this when nobody entered a mass"
    outcome = take_in(warehouse, export)
    with look(warehouse.engine) as session:
        test = session.get_one(Test, outcome.tests[0])
        assert test.started_at is not None
        assert test.time_zone is None
        assert test.cell is None
        assert session.scalars(select(Cell)).all() == []


@pytest.mark.slow
def test_im_z_is_stored_as_im_z(warehouse: Warehouse, demo_study: Path) -> None:
    spectra = taken(warehouse, demo_study / "exports" / "synthetic-pellet-1.mpt", "spectra")
    count, hertz, imaginary_ohm = (
        np.array(spectra[name])
        for name in ("spectrum_count", "frequency_hertz", "imaginary_impedance_ohm")
    )
    assert {*count} == {1, 2, 3, 4, 5, 6}
    assert np.all(imaginary_ohm[hertz == hertz.min()] < 0), "a blocking electrode"


def test_a_single_sweep_in_all_of_its_columns_is_one_spectrum(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    hertz = np.logspace(5, -1, 49)
    impedance = 100 + 1 / (4e-6 * (2j * np.pi * hertz) ** 0.92)
    size, none = np.abs(impedance), np.zeros(len(hertz))
    columns = {
        "freq/Hz": hertz,
        "Re(Z)/Ohm": impedance.real,
        "-Im(Z)/Ohm": -impedance.imag,
        "|Z|/Ohm": size,
        "Phase(Z)/deg": np.angle(impedance, deg=True),
        "time/s": np.cumsum(2 / hertz + 0.3),
        "<Ewe>/V": none,
        "<I>/mA": none,
        "cycle number": none + 1,
        "|Ewe|/V": none + 0.01,
        "|I|/A": 0.01 / size,
        "Ns": none,
    }
    title = "Potentio Electrochemical Impedance Spectroscopy"
    spectrum = taken(warehouse, mpt(tmp_path / "x.mpt", title, columns), "spectra")
    assert spectrum["spectrum_count"] == [1] * 49
    np.testing.assert_allclose(spectrum["real_impedance_ohm"], impedance.real)
    np.testing.assert_allclose(spectrum["imaginary_impedance_ohm"], impedance.imag)
    assert spectrum["imaginary_impedance_ohm"][-1] < 0, "a blocking electrode"
    assert kinds(warehouse) == []


@pytest.mark.parametrize(("counted", "told"), [(1.0, []), (0.98, ["counter_disagrees"])])
def test_the_counter_of_an_instrument_stands_beside_our_charge(
    warehouse: Warehouse, tmp_path: Path, counted: float, told: list[str]
) -> None:
    step_second = np.concatenate([[1e-3], np.arange(60.0, 3601.0, 60.0)])
    half_cycle = np.repeat(np.arange(4.0), 61)
    second = half_cycle * 3600 + np.tile(step_second, 4)
    milliampere = 0.04 * (-1.0) ** half_cycle
    turn = np.diff(half_cycle, prepend=-1)
    none = np.zeros(len(second))
    columns = {
        "mode": none + 1,
        "ox/red": 1.0 * (milliampere > 0),
        "error": none,
        "control changes": turn,
        "Ns changes": turn,
        "counter inc.": none,
        "Ns": half_cycle % 2,
        "time/s": second,
        "(Q-Qo)/mA.h": counted * np.cumsum(milliampere * np.diff(second, prepend=0)) / 3600,
        "control/V/mA": milliampere,
        "Ewe/V": 5 * milliampere,
        "half cycle": half_cycle,
        "<I>/mA": milliampere,
    }
    title = "Galvanostatic Cycling with Potential Limitation"
    steps = taken(warehouse, mpt(tmp_path / "x.mpt", title, columns))
    np.testing.assert_allclose(steps["charge_capacity_ah"], [4e-5, 0, 4e-5, 0], rtol=1e-6)
    np.testing.assert_allclose(steps["discharge_capacity_ah"], [0, 4e-5, 0, 4e-5], rtol=1e-6)
    for side in ("charge", "discharge"):
        ours, vendors = steps[f"{side}_capacity_ah"], steps[f"vendor_{side}_capacity_ah"]
        np.testing.assert_allclose(vendors, counted * np.array(ours), rtol=1e-6)
    assert kinds(warehouse) == told


@pytest.mark.parametrize(
    ("numbers", "told"), [((1, 2, 3, 4), []), ((1, 3, 2, 4), ["records_reordered"])]
)
def test_records_stand_in_the_order_of_their_numbers(
    warehouse: Warehouse, tmp_path: Path, numbers: tuple[int, ...], told: list[str]
) -> None:
    heading = "Test Time / s,Voltage / V,Current / A,Step Count / 1,Record Index / 1"
    rows = [f"{10 * number},3.5,1,1,{number}" for number in numbers]
    points = taken(warehouse, written(tmp_path / "x.bdf.csv", heading, *rows), "points")
    assert points["record_index"] == [1, 2, 3, 4]
    assert points["test_time_second"] == [10, 20, 30, 40]
    assert kinds(warehouse) == told


def test_one_record_without_current_leaves_its_charge_unknown_and_says_so(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    rows = [f"{t},3.5,{'' if t == 60 else 1},{1 + t // 120}" for t in range(0, 360, 30)]
    heading = "Test Time / s,Voltage / V,Current / A,Step Count / 1"
    steps = taken(warehouse, written(tmp_path / "x.bdf.csv", heading, *rows))
    assert steps["charge_capacity_ah"][0] is None
    assert steps["charge_capacity_ah"][1] > 0
    with look(warehouse.engine) as session:
        found = session.scalars(select(Finding).where(Finding.kind == "charge_unknown")).one()
    assert found.place == "step 1"
