"""A current in another unit than its name says is doubted, by what else the export holds."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.check import check
from ingest.current_unit import KIND, in_amperes
from ingest.derive import derive
from ingest.draft import draft
from ingest.reading import Export
from ingest.recognize import all_readers, reader_for
from ingest.series import Series
from tests.law import law

CURRENT = np.array([0.0, 0.1, 0.1, -0.2, -0.2, 0.0])
BDF = "Test Time / s,Voltage / V,Current / A,Charging Capacity / Ah,Discharging Capacity / Ah"
ARBIN = "Test_Time,Step_Time,Step_Index,Cycle_Index,Voltage,Charge_Capacity,Current"


def doubted(name: str, values: np.ndarray) -> bool:
    series = in_amperes(Series({"current_ampere": CURRENT, name: values}, CURRENT.size))
    assert (KIND in series.doubts) == bool(series.findings)
    return bool(series.findings)


@law(20)
@given(st.sampled_from([1e6, 1e3, 1e-3, 1e-6]), st.floats(0.9996, 1.0004))
def test_a_current_without_a_unit_that_is_a_thousand_times_the_current_is_told(
    factor: float, rounding: float
) -> None:
    assert doubted("Current", CURRENT * factor * rounding)


@pytest.mark.parametrize(
    "name", ["Current/mA", "Current (mA)", "Current_mA", "Power", "current id"]
)
def test_a_column_that_tells_its_unit_or_is_no_current_doubts_nothing(name: str) -> None:
    assert not doubted(name, CURRENT * 1e3)


def test_another_current_doubts_nothing() -> None:
    assert not doubted("Current", CURRENT)
    assert not doubted("Current", np.array([0.0, 100.0, 100.0, -200.0, -300.0, 0.0]))
    assert not doubted("Current", np.full(CURRENT.size, np.nan))


@law(20)
@given(st.sampled_from([1e6, 1e3, 1.0, 1e-3, 1e-6]), st.floats(0.97, 1.03))
def test_counters_that_count_a_thousand_times_the_charge_are_told_and_their_rows_doubted(
    factor: float, off: float
) -> None:
    time = np.arange(0.0, 3610.0, 10.0)
    current = np.where(time < 1800.0, 1.0, -1.0)
    charge = np.minimum(time, 1800.0) / 3600.0
    series = Series(
        {
            "test_time_second": time,
            "voltage_volt": 3.0 + charge,
            "current_ampere": current,
            "step_id": np.where(time < 1800.0, 1, 2),
            "charging_capacity_ah": factor * off * charge,
            "discharging_capacity_ah": factor * off * (time - np.minimum(time, 1800.0)) / 3600.0,
        },
        time.size,
    )
    steps = derive(series, (), None).steps
    told = [finding for finding in check(steps, None) if finding.kind == KIND]
    assert bool(told) == (factor != 1.0)
    if told:
        assert f"{factor:g} times" in told[0].detail
        assert set(steps["status"].tolist()) == {"low_quality"}


@pytest.mark.parametrize("name", ["cell.bdf.csv", "cell.csv"])
def test_what_another_program_added_its_columns_to_is_known_by_one_reader(
    tmp_path: Path, name: str
) -> None:
    rows = [
        f"{10 * n},0,1,1,3.{n},{n / 360},{1.0},{10 * n},3.{n},{1e-3},{n / 360e3},0"
        for n in range(9)
    ]
    path = tmp_path / name
    path.write_text("\n".join([f"{ARBIN},{BDF}", *rows, ""]))
    export = Export.at(path)
    assert [each.name for each in all_readers() if each.knows(export)] == ["battery_data_format"]
    (reading,) = reader_for(export).read(export)
    test = draft(reading)
    assert KIND in {finding.kind for finding in test.findings}
    assert set(test.steps["reason"].tolist()) == {KIND}


@pytest.mark.exports
def test_every_real_export_is_known_by_one_reader_at_most(exports: Path) -> None:
    files = [path for path in exports.rglob("*") if path.is_file()]
    assert len(files) > 100
    for path in files:
        export = Export.at(path)
        known = [reader.name for reader in all_readers() if reader.knows(export)]
        assert len(known) < 2, (path, known)
