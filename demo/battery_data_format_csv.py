"""A cycling test in Battery Data Format csv, columns under their preferred labels."""

from pathlib import Path
from typing import Final

import numpy as np

from demo.measurement import LABEL, STARTED_AT, Cycling

HEADINGS: Final = (
    "Test Time / s",
    "Voltage / V",
    "Current / A",
    "Unix Time / s",
    "Cycle Count / 1",
    "Step Count / 1",
    "Step ID",
    "Step Type",
    "Ambient Temperature / degC",
    "Remark",
)


def write_cycling(path: Path, cycling: Cycling, temperature_celsius: float) -> None:
    """Write a cycling test; times to 1 ms, current to 10 nA, voltage to 0.1 mV."""
    points = len(cycling.test_time_second)
    unix_time = STARTED_AT.astype(np.int64) + cycling.test_time_second
    rows = np.column_stack(
        [
            np.char.mod("%.3f", cycling.test_time_second),
            np.char.mod("%.4f", cycling.voltage_volt),
            np.char.mod("%.8f", cycling.current_ampere),
            np.char.mod("%.3f", unix_time),
            cycling.cycle_count.astype(str),
            cycling.step_count.astype(str),
            cycling.step_id.astype(str),
            np.array(["CC_DCH", "REST", "CC_CHG"])[np.sign(cycling.current_ampere).astype(int) + 1],
            np.full(points, f"{temperature_celsius:.1f}"),
            np.full(points, LABEL),
        ]
    )
    np.savetxt(
        path, rows, "%s", delimiter=",", header=",".join(HEADINGS), comments="", encoding="utf-8"
    )
