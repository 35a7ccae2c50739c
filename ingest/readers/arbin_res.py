"""Arbin .res: an Access database of tests, read by mdbtools.

Channel_Normal_Table has the records of every test, in the order in which the database happened to
store them; Auxiliary_Table has what sensors measured at each. A positive current charges; counters
count over the whole test. Dates are days of spreadsheets, by a clock without a zone.
"""

import io
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from signal import SIGKILL
from tempfile import TemporaryFile
from threading import Timer
from time import monotonic
from typing import Any, Final

import numpy as np
import polars as pl

from ingest.parse.date import from_numbers
from ingest.reader import Account, Reader
from ingest.reading import Export, Fact, RawColumn, Reading
from schema.error import EmptyExport, UnreadableExport

_NAME: Final = "arbin_res"
_MARKS: Final = (b"\x00\x01\x00\x00Standard Jet DB", b"\x00\x01\x00\x00Standard ACE DB")
_PATIENCE_SECOND: Final = 3.0
_SECOND_PER_BYTE: Final = 1e-6
"""A tenth of the speed of mdbtools: on a damaged file it may go on for ever."""
_FREE_BYTES: Final = 10_000_000
_BYTES_PER_BYTE: Final = 10
"""Text of a table takes about as much as the database: here too it may go on for ever."""
_MEMORY_OVER_TEXT: Final = 10
_BOUNDED: Final = 'ulimit -v "$0" 2>/dev/null; exec mdb-export "$@"'
"""Of a damaged file it may ask for all the memory there is."""
_SAID_BYTES: Final = 4096
_RECORDS: Final = "Channel_Normal_Table"
_SENSORS: Final = "Auxiliary_Table"
_TESTS: Final = "Global_Table"
_COLUMNS: Final = {
    "Data_Point": "record_index",
    "Test_Time": "test_time_second",
    "Step_Time": "step_time_second",
    "Step_Index": "step_id",
    "Cycle_Index": "vendor_cycle_count",
    "Current": "current_ampere",
    "Voltage": "voltage_volt",
    "Charge_Capacity": "charging_capacity_ah",
    "Discharge_Capacity": "discharging_capacity_ah",
    "Charge_Energy": "charging_energy_wh",
    "Discharge_Energy": "discharging_energy_wh",
    "Internal_Resistance": "internal_resistance_ohm",
}
_NEEDED: Final = ("Test_ID", "Data_Point", "Test_Time", "DateTime", "Current", "Voltage")
_SENSOR_KINDS: Final[Mapping[int, str]] = {
    0: "Aux_Voltage/V",
    1: "Aux_Temperature/°C",
    2: "Aux_Pressure",
    3: "Aux_pH",
    4: "Aux_Flow_Rate",
    5: "Aux_Concentration",
}
_TEMPERATURE: Final = 1
_MOST_TEMPERATURES: Final = 5


def _knows(export: Export) -> bool:
    return export.head.startswith(_MARKS)


def _read(export: Export) -> list[Reading]:
    if shutil.which("mdb-export") is None:
        reason = (
            "it is an Access database, which mdbtools reads: install it (apt install mdbtools, "
            "brew install mdbtools) and ingest again, or export it as csv from Arbin"
        )
        raise UnreadableExport(export.origin, _NAME, "file", reason)
    deadline = monotonic() + _PATIENCE_SECOND + _SECOND_PER_BYTE * export.path.stat().st_size
    # an mdb-export for each, all at once
    with ThreadPoolExecutor() as crew:
        read = partial(_table, export, deadline=deadline)
        records, tests, sensors = crew.map(read, (_RECORDS, _TESTS, _SENSORS))
    lacking = [name for name in _NEEDED if name not in records.columns]
    if lacking:
        reason = f"it has no {', '.join(lacking)}: no export of an Arbin"
        raise UnreadableExport(export.origin, _NAME, _RECORDS, reason)
    if records.is_empty():
        raise EmptyExport(export.origin, _NAME)
    records = _whole(export, records)
    test_rows = {row.get("Test_ID"): row for row in tests.iter_rows(named=True)}
    return [
        _reading(part.sort("Data_Point"), _of_test(sensors, test), test_rows.get(test, {}))
        for (test,), part in sorted(records.group_by("Test_ID"), key=lambda group: group[0])
    ]


def _table(export: Export, name: str, deadline: float) -> pl.DataFrame:
    """Return a table of the database, one without columns where it has none of that name.

    Raises:
        UnreadableExport: when mdbtools cannot read it.
    """
    most_bytes = _FREE_BYTES + _BYTES_PER_BYTE * export.path.stat().st_size
    command = ["sh", "-c", _BOUNDED, str(_MEMORY_OVER_TEXT * most_bytes // 1024)]
    command += ["--bin=strip", str(export.path), name]
    with (
        TemporaryFile() as stderr,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr) as mdbtools,  # noqa: S603 # the file is an argument
    ):
        late = Timer(max(0.0, deadline - monotonic()), mdbtools.kill)
        late.start()
        text = mdbtools.stdout.read(most_bytes + 1) if mdbtools.stdout else b""
        if len(text) > most_bytes:
            mdbtools.kill()
        code = mdbtools.wait()
        late.cancel()
        stderr.seek(0)
        said = stderr.read(_SAID_BYTES)
    if code == -SIGKILL:
        reason = "mdbtools comes to no end with it: it may be damaged"
        raise UnreadableExport(export.origin, _NAME, name, reason)
    if code and b"does not exist" in said:
        return pl.DataFrame()
    if code:
        lines = said.decode(errors="replace").strip().splitlines()
        reason = f"mdbtools cannot read it: {lines[0] if lines else f'code {code}'}"
        raise UnreadableExport(export.origin, _NAME, name, reason)
    try:
        if name == _TESTS:  # one row, whose whole numbers stay whole
            return pl.read_csv(io.BytesIO(text), infer_schema_length=None)
        return _in_numbers(pl.read_csv(text, infer_schema=False))
    except pl.exceptions.PolarsError as fault:
        reason = str(fault).splitlines()[0]
        raise UnreadableExport(export.origin, _NAME, name, reason) from fault


def _in_numbers(texts: pl.DataFrame) -> pl.DataFrame:
    """Return columns as numbers where all of one is; polars takes four times as long to tell."""
    numbers = texts.select(pl.all().cast(pl.Float64, strict=False))
    looks = (texts.null_count(), numbers.null_count(), numbers.select(pl.all().is_nan().any()))
    return numbers.with_columns(
        texts[name]
        for name, missing, lost, has_nan in zip(
            texts.columns, *(each.row(0) for each in looks), strict=True
        )
        if missing < lost or lost == len(texts) or has_nan
    )


def _whole(export: Export, records: pl.DataFrame) -> pl.DataFrame:
    """Return records that all have what a record needs.

    Raises:
        UnreadableExport: naming the first that lacks something.
    """
    numbers = records.with_columns(pl.col(_NEEDED).cast(pl.Float64, strict=False))
    lacking = numbers.select(pl.any_horizontal(pl.col(_NEEDED).is_null())).to_series().arg_true()
    if len(lacking):
        row = records.row(int(lacking[0]), named=True)
        values = ", ".join(f"{name} is {row[name]!r}" for name in _NEEDED)
        place = f"{_RECORDS}, record {int(lacking[0]) + 1}"
        raise UnreadableExport(export.origin, _NAME, place, f"it lacks a number: {values}")
    return numbers.with_columns(pl.col("Test_ID").cast(pl.Int64, strict=False))


def _of_test(sensors: pl.DataFrame, test: int) -> pl.DataFrame:
    needed = {"Test_ID", "Data_Point", "Auxiliary_Index", "Data_Type", "X"}
    if sensors.is_empty() or not needed <= {*sensors.columns}:
        return pl.DataFrame()
    numbers = sensors.select(pl.col(*needed).cast(pl.Float64, strict=False))
    kinds = pl.col("Auxiliary_Index", "Data_Type").cast(pl.Int64, strict=False)
    return numbers.filter(pl.col("Test_ID") == test).with_columns(kinds).drop_nulls()


def _reading(records: pl.DataFrame, sensors: pl.DataFrame, test: Mapping[str, Any]) -> Reading:
    columns = [
        RawColumn(name, _numbers(records[name]), _COLUMNS.get(name))
        for name in records.columns
        if name not in {"Test_ID", "DateTime"} and records[name].dtype.is_numeric()
    ]
    timestamps = from_numbers(_numbers(records["DateTime"]), "DateTime")
    columns.append(RawColumn("local_time_s", timestamps.second))
    columns.extend(_sensed(records, sensors))
    facts: dict[str, Fact] = {
        name: value for name, value in test.items() if value is not None and value != ""
    }
    channel = test.get("Channel_Index")
    begun = test.get("Start_DateTime")
    return Reading(
        columns=tuple(columns),
        instrument="Arbin",
        channel=None if channel is None else str(channel),
        started_at=_timestamp(begun) if isinstance(begun, float) else None,
        step_marks=("Cycle_Index", "Step_Index"),
        facts=facts,
        findings=timestamps.findings,
    )


def _timestamp(day: float) -> datetime | None:
    return from_numbers(np.array([day]), "Start_DateTime").first


def _sensed(records: pl.DataFrame, sensors: pl.DataFrame) -> Iterator[RawColumn]:
    """Yield what each sensor measured at the records, NaN where it did not."""
    if sensors.is_empty():
        return
    for (kind, place), part in sorted(sensors.group_by("Data_Type", "Auxiliary_Index")):
        values = records.select("Data_Point").join(
            part.unique("Data_Point").select("Data_Point", pl.col("X").cast(pl.Float64)),
            on="Data_Point",
            how="left",
            maintain_order="left",
        )["X"]
        name = f"{_SENSOR_KINDS.get(kind, f'Aux_{kind}')} {place + 1}"
        is_known = kind == _TEMPERATURE and place < _MOST_TEMPERATURES
        quantity = f"temperature_t{place + 1}_celsius" if is_known else None
        yield RawColumn(name, _numbers(values), quantity)


def _numbers(column: pl.Series) -> Any:  # noqa: ANN401 # an array of doubles
    return column.cast(pl.Float64).to_numpy(writable=True)


READER: Final = Reader(
    name=_NAME,
    version="1",
    title="Arbin .res",
    suffixes=(".res",),
    knows=_knows,
    read=_read,
    account=Account(
        instrument="Arbin, MITS Pro",
        counters="over the whole test",
        gaps=(
            "it needs mdbtools; without it the file is refused with how to install that",
            "events, statistics by cycle and the schedule are not read",
            (
                "of auxiliary channels temperatures 1 to 5 are quantities, others keep names of "
                "their own"
            ),
        ),
        real_files=3,
        tested=(
            "the tables of mdb-export, and a Battery Data Format that another program wrote of "
            "the same test"
        ),
    ),
    states={
        "Serial_Number": "instrument_serial",
        "Schedule_File_Name": "program_name",
        "Creator": "operator",
        "Comments": "comment",
        "MASS": "stated_mass_gram / g",
        "Capacity": "stated_capacity_ah / Ah",
    },
)
