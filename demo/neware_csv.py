"""A cycling test as Neware BTSDA exports it to csv, one flat table, no capacity counters."""

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from demo.measurement import LABEL, STARTED_AT, Counts, Cycling

HEADINGS: Final = (
    "DataPoint",
    "Cycle Index",
    "Step Index",
    "Step Type",
    "Time",
    "Cumulative Time",
    "Current(A)",
    "Voltage(V)",
    "Date",
    "Power(W)",
    "Remark",
)


def write_cycling(path: Path, cycling: Cycling) -> None:
    """Write a cycling test; times in whole seconds, current to 10 nA, voltage to 0.1 mV."""
    seconds = np.rint(cycling.test_time_second).astype(np.int64)
    rows = np.column_stack(
        [
            np.arange(1, len(seconds) + 1).astype(str),
            cycling.cycle_count.astype(str),
            cycling.step_id.astype(str),
            np.array(["CC DChg", "Rest", "CC Chg"])[
                np.sign(cycling.current_ampere).astype(int) + 1
            ],
            _clock(np.rint(cycling.step_time_second).astype(np.int64)),
            _clock(seconds),
            np.char.mod("%.8f", cycling.current_ampere),
            np.char.mod("%.4f", cycling.voltage_volt),
            np.char.replace(np.datetime_as_string(STARTED_AT + seconds), "T", " "),
            np.char.mod("%.8f", cycling.current_ampere * cycling.voltage_volt),
            np.full(len(seconds), LABEL),
        ]
    )
    np.savetxt(
        path, rows, "%s", delimiter=",", header=",".join(HEADINGS), comments="", encoding="utf-8"
    )


def _clock(seconds: Counts) -> NDArray[np.str_]:
    """Return hh:mm:ss, the hours running past 24."""
    hours, rest = np.divmod(seconds, 3600)
    parts = [np.char.mod("%02d", part) for part in (hours, *np.divmod(rest, 60))]
    return np.char.add(
        np.char.add(np.char.add(np.char.add(parts[0], ":"), parts[1]), ":"), parts[2]
    )
