"""Intervals in which nobody knows what passed (METRICS 0.6)."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

GAP_FACTOR: Final = 10.0
"""An interval this many times the median of its step is a gap where nothing accounts for it."""
_LIKE_CURRENTS: Final = 0.02
_NEAR: Final = 5
"""Records on either side that tell how the voltage follows the charge."""
_SLACK: Final = 10.0
"""The voltage may follow by this factor more or less."""

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Course:
    """How a block of whole steps went.

    Attributes:
        interval: s before each record.
        voltage: V of each.
        current: A of each.
        before: A at the begin of each interval.
    """

    interval: Floats
    voltage: Floats
    current: Floats
    before: Floats


def unaccounted(
    rows: Rows, starts: Rows, course: Course, gained: Floats | None, resolution: float
) -> Flags:
    """Return which long intervals nothing accounts for: no counter, and no voltage that went on.

    Args:
        rows: the records at their ends.
        starts: first record of every step.
        course: of the block.
        gained: A·h by the counter over each of ``rows``, net; None without one.
        resolution: of the counter, A·h.
    """
    later, earlier = course.current[rows], course.before[rows]
    second = course.interval[rows]
    greater = np.maximum(np.abs(later), np.abs(earlier))
    found = np.ones(rows.size, dtype=bool)
    if gained is not None:
        low, high = np.minimum(later, earlier), np.maximum(later, earlier)
        slack = (0.01 * greater * second + 0.5 * greater) / 3600.0 + resolution
        low, high = low * second / 3600.0 - slack, high * second / 3600.0 + slack
        found &= ~((gained >= low) & (gained <= high))
    alike = _alike(later, earlier)
    followed = _volt_per_coulomb(rows, starts, course)
    expected = followed * 0.5 * (later + earlier) * second
    moved = course.voltage[rows] - course.voltage[rows - 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        part = moved / expected
    went_on = alike & (part >= 1.0 / _SLACK) & (part <= _SLACK)
    return np.asarray(found & ~went_on)


def _alike(one: Floats, other: Floats) -> Flags:
    return np.asarray(
        np.abs(one - other) <= _LIKE_CURRENTS * np.maximum(np.abs(one), np.abs(other))
    )


def _volt_per_coulomb(rows: Rows, starts: Rows, course: Course) -> Floats:
    """Return how the voltage follows the charge in the records around each interval."""
    voltage = course.voltage
    step = np.searchsorted(starts, rows, side="right") - 1
    first, last = starts[step], np.append(starts[1:], voltage.size)[step] - 1
    steady = _alike(course.current, course.before)  # elsewhere the voltage jumps with the current
    charge = 0.5 * (course.current + course.before) * course.interval
    rise = np.diff(voltage, prepend=voltage[:1])
    rise[starts] = 0.0
    begin, end = np.maximum(rows - 1 - _NEAR, first), np.minimum(rows + _NEAR, last)

    def near(each: Floats) -> Floats:
        total = np.cumsum(np.where(steady, np.nan_to_num(each), 0.0))
        return np.asarray(total[rows - 1] - total[begin] + total[end] - total[rows])

    moved, charge = near(rise), near(charge)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(moved / charge)
