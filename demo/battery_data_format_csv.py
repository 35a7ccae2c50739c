"""A cycling test in Battery Data Format csv, columns under their preferred labels."""

from pathlib import Path
from typing import Final

import numpy as np

from demo.measurement import LABEL, STARTED_AT, Cycling, Numbers, rows

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
BRIEF_HEADINGS: Final = (
    "Test Time / s",
    "Voltage / V",
    "Current / A",
    "Ambient Temperature / degC",
    "Step ID",
    "Remark",
)


def write_brief(path: Path, cycling: Cycling, temperature_celsius: Numbers) -> None:
    """Write a long test in few columns; the label stands in its first row."""
    currents, which = np.unique(cycling.current_ampere, return_inverse=True)
    texts = np.array([f"{current:.5g}".replace("e-0", "e-") for current in currents.tolist()])
    body = rows(
        "%.8g,%.4f,%s,%g,%d,",
        cycling.test_time_second,
        cycling.voltage_volt,
        texts[which],
        temperature_celsius,
        cycling.step_id,
    )
    first, rest = body.split("\n", 1)
    heading = ",".join(BRIEF_HEADINGS)
    path.write_text(f"{heading}\n{first}{LABEL}\n{rest}", encoding="utf-8", newline="\n")


def write_cycling(path: Path, cycling: Cycling, temperature_celsius: float) -> None:
    """Write a cycling test; times to 1 ms, current to 10 nA, voltage to 0.1 mV."""
    points = len(cycling.test_time_second)
    unix_time = STARTED_AT.astype(np.int64) + cycling.test_time_second
    table = np.column_stack(
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
        path, table, "%s", delimiter=",", header=",".join(HEADINGS), comments="", encoding="utf-8"
    )
