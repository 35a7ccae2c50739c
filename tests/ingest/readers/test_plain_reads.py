"""Tables of cyclers, held record by record against a plain read with units and signs by hand."""

import csv
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from defusedxml import ElementTree
from numpy.typing import NDArray

from ingest.draft import draft
from ingest.reading import HEAD_BYTES, Export, Reading, column
from ingest.recognize import reader_for

pytestmark = pytest.mark.exports
Row = dict[str, str]
Told = Callable[[Row], float]


def read(path: Path, reader: str) -> list[Reading]:
    export = Export(path, path.name, path.read_bytes()[:HEAD_BYTES], path)
    known = reader_for(export)
    assert known.name == reader
    return known.read(export)


def stored(reading: Reading, quantity: str) -> NDArray[np.float64]:
    values = column(reading, quantity)
    assert values is not None, quantity
    return values


def number(name: str, scale: float = 1.0) -> Told:
    return lambda row: float(row[name] or "nan") * scale


def clock(name: str) -> Told:
    """Return a time written as ``1d 02:03:04.5``, or without the days, in seconds."""

    def seconds(row: Row) -> float:
        days, _, rest = row[name].strip().rpartition("d")
        hour, minute, second = rest.split(":")
        return float(days or 0) * 86400 + int(hour) * 3600 + int(minute) * 60 + float(second)

    return seconds


@dataclass(frozen=True)
class Table:
    """An export, how a person would read it, and what its columns are."""

    reader: str
    name: str
    delimiter: str
    header: str
    """How its line of names begins."""
    columns: dict[str, Told]
    encoding: str = "utf-8-sig"
    signs: dict[str, str] = field(default_factory=dict)
    """What a record does by a word of its own, be its current signed or a magnitude."""
    word: str = "State"

    def rows(self, folder: Path) -> Iterator[list[Row]]:
        """Yield the records below each line of names."""
        lines = (folder / self.name).read_text(encoding=self.encoding).splitlines()
        places = [place for place, line in enumerate(lines) if line.startswith(self.header)]
        for place in places:
            names = [cell.strip() for cell in lines[place].split(self.delimiter)]
            rows = csv.reader(lines[place + 1 :], delimiter=self.delimiter)
            found = []
            for row in rows:
                if not row or row[0].startswith("["):
                    break
                found.append(dict(zip(names, (cell.strip() for cell in row), strict=False)))
            yield found


NOVONIX: dict[str, Told] = {
    "test_time_second": number("Run Time (h)", 3600),
    "step_time_second": number("Step Time (h)", 3600),
    "current_ampere": number("Current (A)"),
    "voltage_volt": number("Potential (V)"),
    "surface_temperature_celsius": number("Temperature (°C)"),
    "vendor_cycle_count": number("Cycle Number"),
}
MACCOR: dict[str, Told] = {
    "record_index": number("Rec#"),
    "vendor_cycle_count": number("Cyc#"),
    "step_id": number("Step"),
    "voltage_volt": number("Volts"),
    "step_cumulative_capacity_ah": number("Amp-hr"),
    "step_cumulative_energy_wh": number("Watt-hr"),
}
SECONDS: dict[str, Told] = {
    "test_time_second": number("Test (Sec)"),
    "step_time_second": number("Step (Sec)"),
}
STATES = {"C": "charge", "D": "discharge", "R": "rest"}
PEC: dict[str, Told] = {
    "test_time_second": clock("Total Time (Hours in hh:mm:ss.xxx)"),
    "step_time_second": number("Step Time (Seconds)"),
    "voltage_volt": number("Voltage (V)"),
    "current_ampere": number("Current (A)"),
    "step_charging_capacity_ah": number("Charge Capacity (mAh)", 1e-3),
    "step_discharging_capacity_ah": number("Discharge Capacity (mAh)", 1e-3),
    "step_charging_energy_wh": number("Charge Energy (mWh)", 1e-3),
    "internal_resistance_ohm": number("Internal Resistance 1 (mOhm)", 1e-3),
    "vendor_cycle_count": number("Cycle"),
}
TABLES = (
    Table("novonix", "preparenovonix/example_data.csv", ",", "Date and Time", NOVONIX),
    Table(
        "maccor",
        "cellpy/maccor_001.txt",
        "\t",
        "Rec#",
        {**MACCOR, "test_time_second": clock("TestTime"), "step_time_second": clock("StepTime")},
        "latin-1",
        STATES,
    ),
    *(
        Table("maccor", f"beep/{name}", "\t", "Rec#", MACCOR | SECONDS, "latin-1", STATES)
        for name in ("PredictionDiagnostics_000151_paused.052", "xTESLADIAG_000038con.078")
    ),
    Table(
        "maccor",
        "battery-data-toolkit/maccor_example.001",
        "\t",
        "Rec#",
        {**MACCOR, "test_time_second": number("Test (Min)", 60)},
        "latin-1",
        STATES,
    ),
    Table(
        "basytec",
        "PyProBE/sample_data_basytec.txt",
        "\t",
        "~Time[s]",
        {
            "test_time_second": number("~Time[s]"),
            "step_time_second": number("t-Step[s]"),
            "step_id": number("Line"),
            "voltage_volt": number("U[V]"),
            "current_ampere": number("I[A]"),
            "power_watt": number("P[W]"),
            "net_capacity_ah": number("Ah[Ah]"),
            "step_net_capacity_ah": number("Ah-Step"),
            "cycle_charging_capacity_ah": number("Ah-Cyc-Charge"),
            "cycle_discharging_capacity_ah": number("Ah-Cyc-Discharge"),
            "net_energy_wh": number("Wh[Wh]"),
        },
        "latin-1",
    ),
    *(
        Table("pec", f"cellpy/Test{serial}.csv", ",", "Test,Cell", PEC)
        for serial in (25195, 25205, 25209)
    ),
    Table(
        "landt",
        "battery-data-format/SINTEF__LiGrR2032__2024-04-30__25degC__Landt.csv",
        ",",
        "channel_index",
        {
            "test_time_second": number("test_time_s"),
            "step_time_second": number("step_time_s"),
            "current_ampere": number("current_A"),
            "voltage_volt": number("voltage_V"),
            "step_charging_capacity_ah": number("charge_capacity_Ah"),
            "step_discharging_capacity_ah": number("discharge_capacity_Ah"),
            "applied_pressure_pa": number("Pressure_Psi", 6894.757293168361),
            "vendor_cycle_count": number("cycle_index"),
        },
    ),
    Table(
        "arbin_csv",
        "PyProBE/sample_data_arbin.csv",
        ",",
        "Data Point",
        {
            "test_time_second": number("Test Time (s)"),
            "current_ampere": number("Current (A)"),
            "voltage_volt": number("Voltage (V)"),
            "charging_capacity_ah": number("Charge Capacity (Ah)"),
            "discharging_capacity_ah": number("Discharge Capacity (Ah)"),
            "discharging_energy_wh": number("Discharge Energy (Wh)"),
            "temperature_t1_celsius": number("Aux_Temperature_1 (C)"),
        },
    ),
    Table(
        "arbin_csv",
        "battery-data-toolkit/arbin_example.csv",
        ",",
        "Data_Point",
        {
            "test_time_second": number("Test_Time"),
            "unix_time_second": number("DateTime"),
            "current_ampere": number("Current"),
            "voltage_volt": number("Voltage"),
            "charging_capacity_ah": number("Charge_Capacity"),
            "discharging_energy_wh": number("Discharge_Energy"),
            "internal_resistance_ohm": number("Internal_Resistance"),
            "temperature_t1_celsius": number("Temperature"),
        },
    ),
)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_record_is_the_one_a_plain_read_gives(exports: Path, table: Table) -> None:
    readings = read(exports / table.name, table.reader)
    parts = [rows for rows in table.rows(exports) if rows]
    assert [reading.row_count for reading in readings] == [len(rows) for rows in parts]
    for reading, rows in zip(readings, parts, strict=True):
        for quantity, cell in table.columns.items():
            values = np.array([cell(row) for row in rows])
            ours = stored(reading, quantity)
            np.testing.assert_allclose(ours, values, rtol=1e-9, atol=1e-12, err_msg=quantity)


@pytest.mark.parametrize(
    "table", [table for table in TABLES if table.signs], ids=lambda table: table.name
)
def test_a_current_has_the_sign_of_its_state(exports: Path, table: Table) -> None:
    (reading,) = read(exports / table.name, table.reader)
    (rows,) = table.rows(exports)
    current = draft(reading).points.number("current_ampere")
    factors = {"charge": 1.0, "discharge": -1.0}
    for row, ours in zip(rows, current, strict=True):
        does = table.signs.get(row[table.word])
        if does in factors:
            assert ours == pytest.approx(factors[does] * abs(float(row["Amps"])))
        else:
            assert abs(ours) == pytest.approx(abs(float(row["Amps"])))


_CELL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def cells(path: Path, sheet: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a sheet by plain XML: texts by the letters of their columns."""
    with zipfile.ZipFile(path) as members:
        shared = ElementTree.fromstring(members.read("xl/sharedStrings.xml"))
        texts = ["".join(part.itertext()) for part in shared.iter(f"{_CELL}si")]
        root = ElementTree.fromstring(members.read(f"xl/worksheets/{sheet}.xml"))
    for row in root.iter(f"{_CELL}row"):
        values = {}
        for cell in row.iter(f"{_CELL}c"):
            value = cell.findtext(f"{_CELL}v") or ""
            letters = (cell.get("r") or "").rstrip("0123456789")
            values[letters] = texts[int(value)] if cell.get("t") == "s" else value
        yield values


@pytest.mark.slow
def test_a_workbook_of_arbin_is_what_its_xml_holds(exports: Path) -> None:
    path = exports / "navani/bs542_004_gr_li_50ua_50mv_1v_191020_Channel_11.xlsx"
    (reading,) = read(path, "arbin_csv")
    header, *rows = cells(path, "sheet2")
    at = {name: letters for letters, name in header.items()}
    assert reading.row_count == len(rows)
    for theirs, quantity in (
        ("Test_Time(s)", "test_time_second"),
        ("Step_Time(s)", "step_time_second"),
        ("Step_Index", "step_id"),
        ("Cycle_Index", "vendor_cycle_count"),
        ("Voltage(V)", "voltage_volt"),
        ("Current(A)", "current_ampere"),
        ("Charge_Capacity(Ah)", "charging_capacity_ah"),
        ("Discharge_Energy(Wh)", "discharging_energy_wh"),
    ):
        values = np.array([float(row[at[theirs]]) for row in rows])
        np.testing.assert_allclose(stored(reading, quantity), values, rtol=1e-12)
    began = datetime(1899, 12, 30) + timedelta(days=float(rows[0][at["Date_Time"]]))  # noqa: DTZ001 - no zone
    assert reading.started_at is not None
    assert abs((began - reading.started_at).total_seconds() - 1.001) < 0.01


def exported(path: Path, table: str) -> pl.DataFrame:
    done = subprocess.run(  # noqa: S603 — no shell, and the file is an argument
        ["mdb-export", str(path), table],  # noqa: S607 — as the reader finds it
        capture_output=True,
        check=True,
    )
    return pl.read_csv(done.stdout, infer_schema_length=None)


needs_mdbtools = pytest.mark.skipif(
    shutil.which("mdb-export") is None, reason="mdbtools is not installed"
)


@needs_mdbtools
@pytest.mark.parametrize(
    "name",
    ["20160805_test001_45_cc_01.res", "aux_one_x_dx.res"],
)
def test_a_database_of_arbin_is_what_its_tables_hold(exports: Path, name: str) -> None:
    path = exports / "cellpy" / name
    (reading,) = read(path, "arbin_res")
    rows = exported(path, "Channel_Normal_Table").sort("Data_Point")
    assert reading.row_count == rows.height
    for theirs, quantity in (
        ("Data_Point", "record_index"),
        ("Test_Time", "test_time_second"),
        ("Current", "current_ampere"),
        ("Voltage", "voltage_volt"),
        ("Charge_Capacity", "charging_capacity_ah"),
        ("Discharge_Capacity", "discharging_capacity_ah"),
        ("Cycle_Index", "vendor_cycle_count"),
    ):
        np.testing.assert_array_equal(stored(reading, quantity), rows[theirs].cast(pl.Float64))


@needs_mdbtools
def test_a_database_of_arbin_is_what_another_program_made_of_it(exports: Path) -> None:
    """Hold a .res against its Battery Data Format, which others wrote from the same test."""
    (ours,) = read(exports / "navani/arbin_example.res", "arbin_res")
    theirs = pl.read_csv(exports / "datalab/arbin_example.bdf.csv", infer_schema_length=None)
    assert ours.row_count == theirs.height
    # its Current / A and capacities are a thousandth of the columns it made them of, in A and A h
    for name, quantity in (
        ("Test Time / s", "test_time_second"),
        ("Voltage / V", "voltage_volt"),
        ("Current", "current_ampere"),
        ("Charge_Capacity", "charging_capacity_ah"),
        ("Discharge_Capacity", "discharging_capacity_ah"),
        ("Charge_Energy", "charging_energy_wh"),
    ):
        np.testing.assert_allclose(stored(ours, quantity), theirs[name], rtol=1e-6, atol=1e-9)
