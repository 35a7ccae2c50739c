"""PalmSens sessions, written here from the layout."""

import json
from datetime import datetime, timedelta, timezone
from typing import Any

from tests.ingest.readers.sample import Sample

FREQUENCY = [1e4, 1e2, 1.0]
IMPEDANCE = [complex(10, -5), complex(50, -40), complex(100, -3)]
START = datetime(2026, 7, 1, 12, 0, 0, 500000, timezone(timedelta(hours=2)))


def array(
    kind: int, unit: str, label: tuple[str, str, str], values: list[float], *, status: bool = False
) -> dict[str, Any]:
    """Return an array; the label is its description, the quantity and the symbol of its unit."""
    description, quantity, symbol = label
    points = [{"V": value, "S": 2} if status else {"V": value} for value in values]
    return {
        "Type": "PalmSens.Data.DataArray",
        "ArrayType": kind,
        "Description": description,
        "Unit": {"Type": f"PalmSens.Units.{unit}", "S": symbol, "Q": quantity, "A": "x"},
        "DataValues": points,
    }


def spectrum(title: str, time: list[float]) -> dict[str, Any]:
    values = [
        array(2, "MicroAmpere", ("Idc", "Current", "A"), [1.0, -2.0, 3.0], status=True),
        array(1, "Volt", ("potential", "Potential", "V"), [0.0, 0.0, 0.0]),
        array(33, "Volt", ("mEdc", "Potential", "V"), [0.1, 0.2, 0.3]),
        array(0, "Time", ("time", "Time", "s"), time),
        array(5, "Hertz", ("Frequency", "Frequency", "Hz"), FREQUENCY),
        array(7, "ZRe", ("ZRe", "Z'", "Ω"), [z.real for z in IMPEDANCE]),
        array(8, "ZIm", ("ZIm", "-Z''", "Ω"), [-z.imag for z in IMPEDANCE]),
        array(16384, "FixedUnit", ("realtintac", "", "tint"), []),
    ]
    return {"Title": title, "DataSet": {"Values": values}}


def scan(number: int, current: list[float]) -> list[dict[str, Any]]:
    name = f"scan{number}channel1"
    return [
        array(0, "Time", ("time", "Time", "s"), [number + 0.1 * at for at in range(len(current))]),
        array(1, "Volt", (name, "Potential", "V"), [0.5] * len(current)),
        array(2, "MicroAmpere", (name, "Current", "A"), current),
    ]


def session(**measurement: object) -> dict[str, Any]:
    zone = START.utcoffset()
    assert zone is not None
    ticks = (START.replace(tzinfo=None) - datetime(1, 1, 1)) // timedelta(microseconds=1) * 10  # noqa: DTZ001  (ticks of a wall clock)
    told = {
        "Title": "Test",
        "TimeStamp": ticks,
        "UTCTimeStamp": ticks - zone // timedelta(microseconds=1) * 10,
        "DeviceSerial": "PS4",
        "Method": "#PSTrace\r\nMETHOD_ID=eis\r\nNOTES=at%200.5%20bar\r\n",
    }
    return {
        "Type": "PalmSens.DataFiles.SessionFile",
        "CoreVersion": "5.11",
        "Measurements": [told | measurement],
    }


TEXT = json.dumps(
    session(EISDataList=[spectrum("one", [0, 1, 2])]), ensure_ascii=False, separators=(",", ":")
)
LONG = TEXT.replace('"V":1.0', f'"V":{"9" * 5000}', 1)  # more digits than Python takes
SAMPLES = (
    Sample(
        "x.pssession",
        f"\ufeff{TEXT}\ufeff".encode("utf-16-le"),
        lessons=(f"\ufeff{LONG}".encode("utf-16-le"),),
    ),
)
