"""A cycling test in Battery Data Format csv, columns under their preferred labels."""

from pathlib import Path
from typing import Final

import numpy as np

from demo.measurement import LABEL, Cycling, Numbers, rows

HEADINGS: Final = (
    "Test Time / s",
    "Voltage / V",
    "Current / A",
    "Ambient Temperature / degC",
    "Step ID",
    "Remark",
)


def write_cycling(path: Path, cycling: Cycling, temperature_celsius: Numbers) -> None:
    """Write a test, current to five digits, voltage to 0.1 mV; the label is in its first row."""
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
    heading = ",".join(HEADINGS)
    path.write_text(f"{heading}\n{first}{LABEL}\n{rest}", encoding="utf-8", newline="\n")
