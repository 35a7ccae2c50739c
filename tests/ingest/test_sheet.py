"""Workbooks as instruments write them: one test in several sheets, and what else stands beside."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from xlsxwriter import Workbook

from ingest.draft import draft
from ingest.reading import HEAD_BYTES, Export, Reading, column
from ingest.recognize import reader_for
from tests.ingest.readers.samples.lanhe import CLOCKS


def saved(path: Path, sheets: Mapping[str, str]) -> Export:
    """Return a workbook of tables: what is a number in a text is one in its cell."""
    with Workbook(path, {"strings_to_numbers": True}) as book:
        for name, text in sheets.items():
            page = book.add_worksheet(name)
            for place, row in enumerate(csv.reader(io.StringIO(text))):
                page.write_row(place, 0, row)
    return Export(path, path.name, path.read_bytes()[:HEAD_BYTES], path)


def read(path: Path, sheets: Mapping[str, str], reader: str) -> list[Reading]:
    export = saved(path / "test.xlsx", sheets)
    known = reader_for(export)
    assert known.name == reader
    return known.read(export)


def told(reading: Reading, quantity: str) -> list[float]:
    values = column(reading, quantity)
    assert values is not None
    return [round(value, 9) for value in values.tolist()]


CYCLE = "Cycle Index,Chg. Cap.(mAh),DChg. Cap.(mAh)\n1,0.5,0.4\n"
STEP = (
    "Cycle Index,Step Index,Step Number,Step Type,Step Time,Capacity(mAh)\n1,1,1,CC Chg,00:01,0.5\n"
)
HEADER = (
    "DataPoint,Cycle Index,Step Index,Step Type,Time,Total Time,Current(mA),Voltage(V),Date,T1(℃)\n"
)
RECORD = (
    "1,1,1,CC Chg,00:00:00,00:00:00,5,3.0,2026-03-01 10:00:00,25.1\n"
    "2,1,1,CC Chg,00:01:00,00:01:00,5,3.5,2026-03-01 10:01:00,25.2\n"
)
MORE = "3,1,2,CC DChg,00:00:30,00:01:30,-5,3.4,2026-03-01 10:01:30,25.3\n"


def test_the_three_sheets_of_neware_are_one_test(tmp_path: Path) -> None:
    sheets = {"cycle": CYCLE, "step": STEP, "record": HEADER + RECORD, "record1": HEADER + MORE}
    (reading,) = read(tmp_path, sheets, "neware_csv")
    assert told(reading, "record_index") == [1, 2, 3]
    assert told(reading, "test_time_second") == [0, 60, 90]
    assert told(reading, "current_ampere") == [0.005, 0.005, -0.005]
    assert told(reading, "temperature_t1_celsius") == [25.1, 25.2, 25.3]
    assert reading.facts["Sheet"] == "record, record1"
    (note,) = (note for note in reading.findings if note.kind == "sheet_left_out")
    assert note.detail.endswith("left out: cycle, step")
    assert [*draft(reading).steps["mode"]] == ["charge", "discharge"]


def test_two_tests_of_one_workbook_stay_two(tmp_path: Path) -> None:
    sheets = {"record": HEADER + RECORD, "record1": HEADER + RECORD}
    assert [each.row_count for each in read(tmp_path, sheets, "neware_csv")] == [2, 2]


DETAIL = (
    "Record Index,Status,JumpTo,Cycle,Step,Cur(mA),Voltage(V),CapaCity(mAh),Energy(mWh),"
    "Relative Time(h:min:s.ms),Absolute Time\n"
)
FIRST = (
    "1,CC_Chg,1,1,1,5,3.0,0,0,0:00:00.000,2026-03-01 10:00:00\n"
    "2,CC_Chg,1,1,1,5,3.5,0.0833,0.27,0:01:00.000,2026-03-01 10:01:00\n"
)
SECOND = (
    "3,CC_DChg,2,1,2,-5,3.4,0,0,0:00:00.000,2026-03-01 10:01:00\n"
    "4,CC_DChg,2,1,2,-5,3.3,0.0417,0.14,0:00:30.000,2026-03-01 10:01:30\n"
)
SENSED = "Record ID,Step Name,Relative Time(h:min:s.ms),Realtime,{},Gap of {}\n"
WARMTH = SENSED.format("Auxiliary channel TU1 T(oC)", "Temperature")
TENSION = SENSED.format("Auxiliary channel TU1 U(V)", "Voltage")


def test_the_older_sheets_of_neware_are_one_test_with_its_sensors(tmp_path: Path) -> None:
    sheets = {
        "Info": "Some words\nStart,2026-03-01\n",
        "Cycle_67_1_1": "Total of Cycle,Capacity of charge(mAh)\n1,0.0833\n",
        "Statis_67_1_1": "Channel,Step,Step Name,Capacity(mAh)\n67-1-1,1,CC_Chg,0.0833\n",
        "Detail_67_1_1": DETAIL + FIRST,
        "Detail_67_1_1_1": DETAIL + SECOND,
        "DetailVol_67_1_1": TENSION
        + "".join(f"{n},x,0:00:00.000,2026-03-01 10:00:00,{n / 10},0\n" for n in (1, 2, 3, 4)),
        "DetailTemp_67_1_1": WARMTH
        + "".join(f"{n},x,0:00:00.000,2026-03-01 10:00:00,{20 + n},0.5\n" for n in (1, 2)),
        "DetailTemp_67_1_1_1": WARMTH + "4,x,0:00:00.000,2026-03-01 10:01:30,24,0.5\n",
    }
    (reading,) = read(tmp_path, sheets, "neware_csv")
    assert told(reading, "record_index") == [1, 2, 3, 4]
    assert told(reading, "test_time_second") == [0, 60, 60, 90]
    assert told(reading, "step_cumulative_capacity_ah") == [0, 8.33e-5, 0, 4.17e-5]
    np.testing.assert_array_equal(told(reading, "temperature_t1_celsius"), [21, 22, np.nan, 24])
    own = {raw.name: np.asarray(raw.values) for raw in reading.columns}
    assert own["Auxiliary channel TU1 U(V)"].tolist() == [0.1, 0.2, 0.3, 0.4]
    assert {"JumpTo", "Gap of Temperature", "Gap of Voltage"} <= {*own}
    (note,) = (note for note in reading.findings if note.kind == "sheet_left_out")
    assert note.detail.endswith("left out: Info, Cycle_67_1_1, Statis_67_1_1")
    assert [*draft(reading).steps["mode"]] == ["charge", "discharge"]


ARBIN = (
    "Date_Time,Test_Time(s),Step_Time(s),Step_Index,Cycle_Index,Voltage(V),Current(A),"
    "Charge_Capacity(Ah),Discharge_Capacity(Ah)\n"
)


def test_a_channel_of_arbin_goes_on_in_its_next_sheet(tmp_path: Path) -> None:
    begun = "2026-03-01 10:00:00,1,1,1,1,3.0,0.5,0,0\n2026-03-01 10:00:01,2,2,1,1,3.1,0.5,0.1,0\n"
    on = "2026-03-01 10:00:02,3,3,1,1,3.2,0.5,0.2,0\n"
    sheets = {
        "Global_Info": "TEST REPORT\n",
        "Channel_11_1": ARBIN + begun,
        "Channel_11_2": ARBIN + on,
        "Channel_12_1": ARBIN + begun,
    }
    one, other = read(tmp_path, sheets, "arbin_csv")
    assert (one.facts["Sheet"], other.facts["Sheet"]) == (
        "Channel_11_1, Channel_11_2",
        "Channel_12_1",
    )
    assert told(one, "test_time_second") == [1, 2, 3]
    assert told(other, "test_time_second") == [1, 2]


def test_a_workbook_of_lanhe_is_read_as_its_text(tmp_path: Path) -> None:
    (reading,) = read(tmp_path, {"Cycle-Tab": "Cycle,CapC\n1,2\n", "Record-Tab": CLOCKS}, "lanhe")
    assert told(reading, "test_time_second") == [0, 60, 86_460]
    assert told(reading, "current_ampere") == [0, 0.0015, -0.0015]
    assert told(reading, "step_cumulative_capacity_ah") == [0, 2.5e-5, 2.5e-5]
    assert str(reading.started_at) == "2026-03-01 10:00:00"
