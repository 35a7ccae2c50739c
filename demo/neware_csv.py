"""A cycling test as Neware BTSDA exports it to csv, one flat table, no capacity counters."""

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from demo.measurement import LABEL, Counts, Cycling, Numbers, rows

HEADINGS: Final = (
    "Cycle Index",
    "Step Index",
    "Step Type",
    "Cumulative Time",
    "Current(mA)",
    "Voltage(V)",
    "T1(℃)",
    "Remark",
)


def write_cycling(path: Path, cycling: Cycling, temperature_celsius: Numbers) -> None:
    """Write a test, time in whole seconds, voltage to 0.1 mV; the label is in its first row."""
    body = rows(
        "%d,%d,%s,%s,%.5g,%.4f,%g,",
        cycling.cycle_count,
        cycling.step_id + (1 - int(cycling.step_id.min())),
        _step_type(cycling.current_ampere),
        _clock(np.rint(cycling.test_time_second).astype(np.int64)),
        cycling.current_ampere * 1e3,
        cycling.voltage_volt,
        temperature_celsius,
    )
    first, rest = body.split("\n", 1)
    heading = ",".join(HEADINGS)
    path.write_text(f"{heading}\n{first}{LABEL}\n{rest}", encoding="utf-8", newline="\n")


def _step_type(current_ampere: Numbers) -> NDArray[np.str_]:
    direction = np.sign(current_ampere).astype(int)
    named: NDArray[np.str_] = np.array(["CC DChg", "Rest", "CC Chg"])[direction + 1]
    return named


def _clock(seconds: Counts) -> NDArray[np.str_]:
    """Return hh:mm:ss, the hours running past 24."""
    hours, rest = np.divmod(seconds, 3600)
    parts = [np.char.mod("%02d", part) for part in (hours, *np.divmod(rest, 60))]
    return np.char.add(
        np.char.add(np.char.add(np.char.add(parts[0], ":"), parts[1]), ":"), parts[2]
    )
