"""Traps of the field that cut across formats; those of one format stand with its reader."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from sqlalchemy import select

from demo import write_demo
from ingest.intake import take_in
from schema.catalog import Cell, Finding, LakeFile, Test
from schema.catalog.connection import look
from schema.settings import Settings
from schema.warehouse import Warehouse, open_warehouse


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return open_warehouse(Settings(home=tmp_path / "home"))


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


def test_reverse_current_within_a_step_counts_on_its_own_side(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    rows = [f"{t},3.5,{1 if t < 1800 else -0.5},1" for t in range(0, 3601, 10)]
    steps = taken(
        warehouse,
        written(
            tmp_path / "x.bdf.csv", "Test Time / s,Voltage / V,Current / A,Step Count / 1", *rows
        ),
    )
    np.testing.assert_allclose(steps["charge_capacity_ah"], [0.5], rtol=0.01)
    np.testing.assert_allclose(steps["discharge_capacity_ah"], [0.25], rtol=0.01)


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
    warehouse: Warehouse, tmp_path: Path
) -> None:
    export = next(path for path in write_demo(tmp_path) if path.name == "demo-symmetric-01.mpt")
    assert b"0.001 g" in export.read_bytes(), "EC-Lab writes this when nobody entered a mass"
    outcome = take_in(warehouse, export)
    with look(warehouse.engine) as session:
        test = session.get_one(Test, outcome.tests[0])
        assert test.started_at is not None
        assert test.time_zone is None
        assert test.cell is None
        assert session.scalars(select(Cell)).all() == []


def test_im_z_is_stored_as_im_z(warehouse: Warehouse, tmp_path: Path) -> None:
    export = next(path for path in write_demo(tmp_path) if path.name == "demo-pellet-30C.mpt")
    spectrum = taken(warehouse, export, "spectra")
    low_frequency = int(np.argmin(spectrum["frequency_hertz"]))
    assert spectrum["imaginary_impedance_ohm"][low_frequency] < 0, "a blocking electrode"
    assert set(spectrum["spectrum_count"]) == {1}


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
