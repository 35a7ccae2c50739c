"""What was held in a step, and at what: current, voltage, power or resistance (METRICS 4.1).

The instrument's label is asked first; without one the beginning, the mean and the end of a step
tell what stayed the same.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_ALIKE: Final = 0.02
_HELD_VOLT: Final = 2e-3
_EARLY: Final = np.array([0.02, 0.04, 0.06, 0.08, 0.1])
"""Parts of the records of a step that show its beginning, past what the controller swings."""

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


def at_beginning(values: Floats, starts: Rows) -> Floats:
    """Return the values of the beginning of each step: of its CC part, where it has one."""
    count = np.diff(starts, append=values.size)
    rows = starts[:, None] + np.minimum(
        np.ceil(_EARLY * count[:, None]).astype(np.int64), count[:, None] - 1
    )
    return np.asarray(np.median(values[rows], axis=1))


def controls(
    steps: Mapping[str, Any], beginning: tuple[Floats, Floats], labels: NDArray[np.str_]
) -> tuple[NDArray[np.object_], Floats]:
    """Return what was held in each step, None where nothing was, and its value.

    Args:
        steps: columns of schema.relation.STEP measured so far.
        beginning: current in A and voltage in V of the beginning of each step.
        labels: what the instrument's label says was held, "" where it says nothing.
    """
    early, early_volt = beginning
    median, last = steps["median_current_ampere"], steps["last_current_ampere"]
    first_volt, last_volt = steps["first_voltage_volt"], steps["last_voltage_volt"]
    end_volt, mean_volt = steps["end_voltage_volt"], steps["mean_voltage_volt"]
    mean = steps["mean_current_ampere"]
    power = mean * mean_volt
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        resistance = mean_volt / mean
        first_resistance, last_resistance = early_volt / early, last_volt / last
    flows = np.isin(steps["mode"], ("charge", "discharge")) & (steps["point_count"] > 1)
    at_voltage = np.abs(end_volt - last_volt) <= _HELD_VOLT
    inferred = np.select(
        [
            ~flows,
            _alike(early, median) & _alike(last, median),
            at_voltage & (np.abs(first_volt - last_volt) <= _HELD_VOLT),
            _alike(early * early_volt, power) & _alike(last * last_volt, power),
            _alike(first_resistance, resistance) & _alike(last_resistance, resistance),
            at_voltage & (np.abs(last) < np.abs(early)),
        ],
        ["", "CC", "CV", "CP", "CR", "CCCV"],
        default="",
    )
    control = np.where(labels != "", labels, inferred)
    value = np.select(
        [control == "CC", control == "CCCV", control == "CV", control == "CP", control == "CR"],
        [median, early, end_volt, power, resistance],
        default=np.nan,
    )
    controlled = np.where(flows & (control != ""), control, "").astype(object)
    controlled[controlled == ""] = None
    return controlled, np.where(flows, value, np.nan)


def _alike(one: Floats, other: Floats) -> NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        return np.asarray(np.abs(one - other) <= _ALIKE * np.abs(other))
