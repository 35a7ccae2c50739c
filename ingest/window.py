"""Voltages and currents of steps: ends, medians, means and windows."""

import numpy as np
from numpy.typing import NDArray

from ingest.median import median_by_step

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


def voltages(voltage: Floats, time: Floats, interval: Floats, starts: Rows) -> dict[str, Floats]:
    """Return the voltages of each step, columns of schema.relation.STEP."""
    ends = np.append(starts[1:], voltage.size) - 1
    part = _elapsed_part(time, starts, ends)
    middle, end = (part >= 0.4) & (part <= 0.6), part >= 0.8
    size = np.abs(voltage)
    late_mean, late_deviation = spread(np.where(part >= 0.5, size, np.nan), starts)
    return {
        "first_voltage_volt": voltage[starts],
        "last_voltage_volt": voltage[ends],
        "minimum_voltage_volt": np.fmin.reduceat(voltage, starts),
        "maximum_voltage_volt": np.fmax.reduceat(voltage, starts),
        "median_voltage_volt": median_by_step(voltage, starts),
        "mean_voltage_volt": time_mean(interval, voltage, starts),
        "middle_voltage_volt": median_by_step(voltage, starts, keep=middle),
        "end_voltage_volt": median_by_step(voltage, starts, keep=end),
        "peak_early_voltage_volt": np.fmax.reduceat(np.where(part <= 0.1, size, np.nan), starts),
        "late_mean_voltage_volt": late_mean,
        "late_deviation_volt": late_deviation,
    }


def currents(current: Floats, interval: Floats, starts: Rows) -> dict[str, Floats]:
    """Return the currents of each step, columns of schema.relation.STEP."""
    return {
        "first_current_ampere": current[starts],
        "last_current_ampere": current[np.append(starts[1:], current.size) - 1],
        "mean_current_ampere": time_mean(interval, current, starts),
        "median_current_ampere": median_by_step(current, starts),
    }


def spread(values: Floats, starts: Rows) -> tuple[Floats, Floats]:
    """Return mean and standard deviation of each step, leaving out NaN."""
    known = np.isfinite(values)
    count = np.add.reduceat(known, starts, dtype=np.int64)
    counted = np.where(count > 0, count, np.nan)
    mean = np.add.reduceat(np.where(known, values, 0.0), starts) / counted
    length = np.diff(starts, append=values.size)
    apart = np.where(known, values - np.repeat(mean, length), 0.0)
    return mean, np.sqrt(np.add.reduceat(apart * apart, starts) / counted)


def time_mean(interval: Floats, values: Floats, starts: Rows) -> Floats:
    """Return the mean of each step over time; the first value of a step that lasts no time."""
    duration = np.add.reduceat(interval, starts)
    before = np.concatenate((values[:1], values[:-1]))
    area = 0.5 * (values + before) * interval
    area[starts] = 0.0
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.add.reduceat(area, starts) / duration
    return np.where(duration > 0.0, mean, values[starts])


def _elapsed_part(time: Floats, starts: Rows, ends: Rows) -> Floats:
    """Return how far each point is into the duration of its step, 0 to 1; 1 without duration."""
    count = ends - starts + 1
    length = np.repeat(time[ends] - time[starts], count)
    elapsed = time - np.repeat(time[starts], count)
    with np.errstate(over="ignore"):  # a step of next to no length is over at once
        return np.divide(elapsed, length, out=np.ones_like(time), where=length > 0.0)
