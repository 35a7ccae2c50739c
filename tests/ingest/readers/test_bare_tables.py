"""Real tables that say nothing of themselves, read by sidecars and held against plain reads."""

import csv
import shutil
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from ingest.draft import draft
from ingest.readers.delimited import READER
from ingest.reading import HEAD_BYTES, Export, Reading, column
from ingest.recognize import reader_for
from ingest.sidecar import sidecar_of
from schema.error import EmptyExport, UnreadableExport

pytestmark = pytest.mark.exports


def read(original: Path, sidecar: str, folder: Path) -> Reading:
    """Return what is read of a file beside which a sidecar lies."""
    path = folder / original.name
    shutil.copyfile(original, path)
    path.with_name(f"{path.name}.leyden.yaml").write_text(sidecar, encoding="utf-8")
    export = Export(path, path.name, path.read_bytes()[:HEAD_BYTES], path, sidecar_of(path))
    assert reader_for(export) is READER
    (reading,) = READER.read(export)
    assert draft(reading).points.row_count == reading.row_count
    return reading


def stored(reading: Reading, quantity: str) -> NDArray[np.float64]:
    values = column(reading, quantity)
    assert values is not None
    return values


def own(reading: Reading, name: str) -> list[float | str | None]:
    (raw,) = (raw for raw in reading.columns if raw.name == name)
    assert isinstance(raw.values, np.ndarray) or hasattr(raw.values, "to_pylist")
    values: list[float | str | None] = (
        raw.values.tolist() if isinstance(raw.values, np.ndarray) else raw.values.to_pylist()
    )
    return values


def cells(path: Path, delimiter: str, above: int) -> list[dict[str, str]]:
    """Return the records of a text that hold anything, by its own csv dialect."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = file.readlines()[above:]
    rows = csv.DictReader(lines, delimiter=delimiter, skipinitialspace=True)
    return [row for row in rows if any(value for value in row.values())]


CUSTOM = """\
delimiter: ";"
skip_lines: 19
positive_current: charge
columns:
  index: {quantity: record_index}
  test_time: {quantity: test_time_second, unit: s}
  step_time: {quantity: step_time_second, unit: s}
  date_stamp: {unit: date}
  step: {quantity: step_id, starts_step: true}
  cycle: {quantity: vendor_cycle_count, starts_step: true}
  current: {quantity: current_ampere, unit: mA}
  voltage: {quantity: voltage_volt, unit: V}
  charge_capacity: {quantity: charging_capacity_ah, unit: mAh}
  discharge_Capacity: {quantity: discharging_capacity_ah, unit: mAh}
"""


@pytest.mark.parametrize(
    ("name", "rows"),
    [("data_001", 2442), ("good_small", 60), ("missing_cycle", 40), ("truncated", 59)],
)
def test_a_table_of_dates_as_days_of_spreadsheets(
    exports: Path, tmp_path: Path, name: str, rows: int
) -> None:
    path = exports / f"cellpy/custom_{name}.csv"
    reading = read(path, CUSTOM, tmp_path)
    expected = cells(path, ";", 19)[:rows]
    assert reading.row_count == rows
    for theirs, quantity, scale in (
        ("test_time", "test_time_second", 1.0),
        ("current", "current_ampere", 1e-3),
        ("voltage", "voltage_volt", 1.0),
        ("charge_capacity", "charging_capacity_ah", 1e-3),
        ("cycle", "vendor_cycle_count", 1.0),
    ):
        values = np.array([float(row[theirs]) * scale for row in expected])
        np.testing.assert_allclose(stored(reading, quantity), values, rtol=1e-12, err_msg=theirs)
    assert reading.started_at is not None
    assert str(reading.started_at)[:16] == "2018-10-01 10:02"  # 43374.42 less the first two minutes
    assert ("truncated" in {note.kind for note in reading.findings}) == (name == "truncated")


def test_a_table_without_its_voltage_is_not_read_as_if_it_had_one(
    exports: Path, tmp_path: Path
) -> None:
    path = exports / "cellpy/custom_missing_column.csv"
    with pytest.raises(UnreadableExport, match=r"columns\.voltage: the file has no such column"):
        read(path, CUSTOM, tmp_path)
    without = "".join(line for line in CUSTOM.splitlines(keepends=True) if "voltage" not in line)
    assert read(path, without, tmp_path).row_count == 60


def test_what_is_no_count_and_what_is_infinite(exports: Path, tmp_path: Path) -> None:
    path = exports / "cellpy/custom_nan_inf.csv"
    reading = read(path, CUSTOM, tmp_path)
    voltage = [float(row["voltage"] or "nan") for row in cells(path, ";", 19)]
    np.testing.assert_array_equal(stored(reading, "voltage_volt"), voltage)
    assert np.isinf(voltage).sum() == 2
    drafted = draft(reading)
    assert np.isfinite(drafted.points.number("voltage_volt")).sum() == np.isfinite(voltage).sum()
    assert "infinite_value" in {note.kind for note in drafted.findings}


def test_units_stand_in_the_second_line(exports: Path, tmp_path: Path) -> None:
    sidecar = """\
units_below: true
columns:
  uts: {quantity: unix_time_second, unit: s}
  T: {quantity: temperature_t1_celsius}
  p: {quantity: ambient_pressure_pa}
"""
    path = exports / "yadg/case_uts_units.csv"
    reading = read(path, sidecar, tmp_path)
    rows = cells(path, ",", 0)[1:]
    assert reading.row_count == 6
    assert stored(reading, "unix_time_second").tolist() == [float(row["uts"]) for row in rows]
    assert own(reading, "flow / ml/min") == [float(row["flow"]) for row in rows]
    np.testing.assert_allclose(
        stored(reading, "ambient_pressure_pa"), [float(row["p"]) * 101_325 for row in rows]
    )
    with pytest.raises(UnreadableExport, match=r"line 2: 'T' is in °C, and declared in K"):
        read(path, sidecar.replace("1_celsius", "1_celsius, unit: K"), tmp_path)


def test_date_and_time_stand_in_two_columns(exports: Path, tmp_path: Path) -> None:
    sidecar = """\
units_below: true
time_zone: UTC
columns:
  date: {unit: date}
  time: {unit: time of day}
  T: {quantity: temperature_t1_celsius}
"""
    reading = read(exports / "yadg/case_date_time_iso.csv", sidecar, tmp_path)
    assert stored(reading, "test_time_second").tolist() == [0, 10_800, 21_600, 32_400]
    assert reading.started_at == datetime(2021, 1, 14, 18, 30, tzinfo=UTC)


def test_a_time_of_day_is_the_time_of_a_test(exports: Path, tmp_path: Path) -> None:
    sidecar = """\
units_below: true
columns:
  time: {quantity: test_time_second, unit: time of day}
  T: {quantity: temperature_t1_celsius}
"""
    reading = read(exports / "yadg/case_time_custom.csv", sidecar, tmp_path)
    assert stored(reading, "test_time_second").tolist() == [0, 60, 120]
    assert stored(reading, "temperature_t1_celsius").tolist() == [23.1, 23.0, 23.1]
    assert reading.started_at is None


def test_a_date_may_have_its_half_of_the_day_behind_it(exports: Path, tmp_path: Path) -> None:
    sidecar = """\
delimiter: "\\t"
units_below: true
columns:
  ts: {unit: date}
  T: {quantity: temperature_t1_celsius}
"""
    path = exports / "yadg/case_custom_ts.tsv"
    reading = read(path, sidecar, tmp_path)
    assert stored(reading, "test_time_second").tolist() == [0, 1800, 3600, 5400, 7200]
    kelvin = [float(row["T"]) for row in cells(path, "\t", 0)[1:]]
    np.testing.assert_allclose(stored(reading, "temperature_t1_celsius"), np.array(kelvin) - 273.15)
    assert own(reading, "mass / kg") == [0.00335, 0.00333, 0.00331, 0.00298, 0.00295]


@pytest.mark.parametrize("country", ["DE", "UK", "US"])
def test_a_sheet_says_the_same_in_every_country(
    exports: Path, tmp_path: Path, country: str
) -> None:
    sidecar = f"""\
delimiter: "\\t"
decimal: "{"," if country == "DE" else "."}"
units_below: true
day_or_month_first: {"month" if country == "US" else "day"}
columns:
  date: {{unit: date}}
  time: {{unit: time of day}}
  float: {{quantity: voltage_volt, unit: V}}
"""
    reading = read(exports / f"yadg/sheet.{country}.tsv", sidecar, tmp_path)
    assert stored(reading, "voltage_volt").tolist() == [
        *(865.54, 4865.54, 3594865.54, 3594865.5, 3594865)
    ]
    assert stored(reading, "test_time_second").tolist() == [0, 0, 0, 60, 86_460]
    assert str(reading.started_at) == "2022-05-03 10:05:00"
    assert own(reading, "str / mm") == ["ABC", "DEF", "123", "456", "1AF"]


NEWARE = """\
positive_current: charge
instrument: Neware
columns:
  Cycle Index: {quantity: vendor_cycle_count, starts_step: true}
  Step Index: {quantity: step_id, starts_step: true}
  Step Type: {quantity: step_type}
  Time: {quantity: step_time_second, unit: s}
  Total Time: {quantity: test_time_second, unit: s}
  Current(uA): {quantity: current_ampere, unit: uA}
  Voltage(mV): {quantity: voltage_volt, unit: mV}
  Date: {unit: date}
  Step Count: {quantity: vendor_step_count, starts_step: true}
"""
PARQUET = (
    *("2-1-6_61_07005012", "TestFile", "Unit27_Example_Corrupt", "interp-test", "nda8"),
    *("nda_v22", "new_nda_file", "nw4-120-1-6-53", "test_2"),
)


@pytest.mark.parametrize("name", PARQUET)
def test_a_parquet_table_is_declared_as_text_is(exports: Path, tmp_path: Path, name: str) -> None:
    path = exports / f"fastnda/{name}.parquet"
    reading = read(path, NEWARE, tmp_path)
    frame = pl.read_parquet(path)
    assert reading.row_count == frame.height
    for theirs, quantity, scale in (
        ("Total Time", "test_time_second", 1.0),
        ("Current(uA)", "current_ampere", 1e-6),
        ("Voltage(mV)", "voltage_volt", 1e-3),
        ("Step Index", "step_id", 1.0),
    ):
        np.testing.assert_allclose(
            stored(reading, quantity), frame[theirs].cast(pl.Float64).to_numpy() * scale, rtol=1e-12
        )
    assert own(reading, "Step Type") == frame["Step Type"].cast(pl.String).to_list()
    dates = frame["Date"].dt.epoch("ms").to_numpy() / 1e3
    clock = np.array(own(reading, "local_time_s"), dtype=np.float64)
    np.testing.assert_allclose(clock, dates, rtol=0, atol=1e-6)
    undeclared = set(frame.columns) - {"Date"}
    assert undeclared <= {raw.name for raw in reading.columns}


def test_a_parquet_table_without_rows_is_empty(exports: Path, tmp_path: Path) -> None:
    with pytest.raises(EmptyExport):
        read(exports / "fastnda/empty.parquet", NEWARE, tmp_path)
