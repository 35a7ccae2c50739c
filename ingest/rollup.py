"""One row per step: charge and energy by trapezoid within the step, voltages, gaps.

Everything is computed once, at ingest, for all steps of a test together; nothing loops over points.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ingest.median import median_by_step
from ingest.series import Series
from ingest.step import BOTH_WAYS_FRACTION, REST_FRACTION, number_cycles

GAP_FACTOR = 10.0
"""An interval this many times the median of its step is a gap (METRICS §0)."""
_TEMPERATURES = ("surface_temperature_celsius", "temperature_t1_celsius")
BLOCK_POINTS = 131_072
"""Points measured together, at least: few enough that what is computed of them stays cached."""
_AMBIENT = "ambient_temperature_celsius"

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
_Sides = tuple[Floats, Floats]


def roll_up(series: Series, starts: Rows, technique: str | None) -> dict[str, Any]:
    """Return the columns of schema.relation.STEP, but for test_id, for all steps of a test.

    Args:
        series: canonical columns of one test, at least one row.
        starts: first row of every step.
        technique: as the instrument names it; an OCV test rests by definition.
    """
    count = np.diff(starts, append=series.row_count)
    steps = _measured(series, starts)
    if "current_ampere" not in series.columns:
        steps["charge_capacity_ah"] = steps["discharge_capacity_ah"] = np.full(len(starts), np.nan)
    modes = _modes(series, starts, steps, technique)
    numbering = number_cycles(modes)
    return {
        "step_count": np.arange(1, len(starts) + 1),
        "cycle_count": numbering.cycle,
        "half_cycle_count": numbering.half_cycle,
        "mode": modes,
        "step_id": _first(series, "step_id", starts),
        "vendor_cycle_count": _first(series, "vendor_cycle_count", starts),
        "step_type": _first(series, "step_type", starts),
        "first_record_index": _first(series, "record_index", starts),
        "point_count": count,
        "mean_temperature_celsius": _mean_temperature(series, starts),
        **steps,
    }


def _measured(series: Series, starts: Rows) -> dict[str, NDArray[Any]]:
    """Measure all steps, a block of whole steps at a time, so that a block stays in the cache."""
    names = ("test_time_second", "voltage_volt", "current_ampere")
    time, voltage, current = (series.number(name) for name in names)
    first = np.unique(np.searchsorted(starts, np.arange(0, series.row_count, BLOCK_POINTS)))
    first = first[first < len(starts)]

    def measure(block: int) -> dict[str, NDArray[Any]]:
        inside = starts[first[block] : first[block + 1] if block + 1 < first.size else None]
        until = starts[first[block + 1]] if block + 1 < first.size else series.row_count
        rows = slice(inside[0], until)
        return _measure(time[rows], voltage[rows], current[rows], inside - inside[0])

    with ThreadPoolExecutor(2) as pool:  # NumPy lets go of the interpreter while it works
        blocks = list(pool.map(measure, range(first.size)))
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


def _measure(
    time: Floats, voltage: Floats, current: Floats, starts: Rows
) -> dict[str, NDArray[Any]]:
    interval = _intervals(time, starts)
    charge, discharge = _split(interval, current, None, starts)
    charge_energy, discharge_energy = _split(interval, current, voltage, starts)
    return {
        "start_time_second": time[starts],
        "duration_second": np.add.reduceat(interval, starts),
        "charge_capacity_ah": charge,
        "discharge_capacity_ah": discharge,
        "charge_energy_wh": charge_energy,
        "discharge_energy_wh": discharge_energy,
        **_voltages(voltage, time, interval, starts),
        **_currents(current, interval, starts),
        **_gaps(interval, starts),
    }


def _voltages(voltage: Floats, time: Floats, interval: Floats, starts: Rows) -> dict[str, Floats]:
    ends = np.append(starts[1:], voltage.size) - 1
    part = _elapsed_part(time, starts, ends)
    middle, end = (part >= 0.4) & (part <= 0.6), part >= 0.8
    size = np.abs(voltage)
    late_mean, late_deviation = _spread(np.where(part >= 0.5, size, np.nan), starts)
    return {
        "first_voltage_volt": voltage[starts],
        "last_voltage_volt": voltage[ends],
        "minimum_voltage_volt": np.fmin.reduceat(voltage, starts),
        "maximum_voltage_volt": np.fmax.reduceat(voltage, starts),
        "median_voltage_volt": median_by_step(voltage, starts),
        "mean_voltage_volt": _time_mean(interval, voltage, starts),
        "middle_voltage_volt": median_by_step(voltage, starts, keep=middle),
        "end_voltage_volt": median_by_step(voltage, starts, keep=end),
        "peak_early_voltage_volt": np.fmax.reduceat(np.where(part <= 0.1, size, np.nan), starts),
        "late_mean_voltage_volt": late_mean,
        "late_deviation_volt": late_deviation,
    }


def _spread(values: Floats, starts: Rows) -> tuple[Floats, Floats]:
    """Return mean and standard deviation of each step, leaving out NaN."""
    known = np.isfinite(values)
    count = np.add.reduceat(known, starts, dtype=np.int64)
    counted = np.where(count > 0, count, np.nan)
    mean = np.add.reduceat(np.where(known, values, 0.0), starts) / counted
    length = np.diff(starts, append=values.size)
    apart = np.where(known, values - np.repeat(mean, length), 0.0)
    return mean, np.sqrt(np.add.reduceat(apart * apart, starts) / counted)


def _currents(current: Floats, interval: Floats, starts: Rows) -> dict[str, Floats]:
    return {
        "first_current_ampere": current[starts],
        "last_current_ampere": current[np.append(starts[1:], current.size) - 1],
        "mean_current_ampere": _time_mean(interval, current, starts),
        "median_current_ampere": median_by_step(current, starts),
    }


def _gaps(interval: Floats, starts: Rows) -> dict[str, NDArray[Any]]:
    count = np.diff(starts, append=interval.size)
    usual = np.repeat(median_by_step(interval, starts, skip_first=True), count)
    gap = interval > GAP_FACTOR * usual
    return {
        "gap_count": np.add.reduceat(gap, starts, dtype=np.int64),
        "longest_gap_second": np.maximum.reduceat(np.where(gap, interval, 0.0), starts),
    }


def _intervals(time: Floats, starts: Rows) -> Floats:
    """Return the time since the point before; 0 at the start of a step or where time runs back."""
    interval = np.empty_like(time)
    np.subtract(time[1:], time[:-1], out=interval[1:])
    interval[starts] = 0.0
    return np.maximum(interval, 0.0, out=interval)


def _split(interval: Floats, current: Floats, factor: Floats | None, starts: Rows) -> _Sides:
    """Integrate current (x factor) over each step, charging and discharging apart, per hour.

    Where the current changes sign within an interval, each side counts for the part of the
    interval that a straight line between the two currents leaves it.
    """
    rate = current if factor is None else current * factor
    flow = rate.copy()
    flow[1:] += rate[:-1]
    flow *= interval
    flow[starts] = 0.0
    charging, discharging = current > 0.0, current < 0.0
    crossing = (charging[1:] & discharging[:-1]) | (discharging[1:] & charging[:-1])
    turn = np.flatnonzero(crossing & (interval[1:] > 0.0)) + 1
    flow[turn] = 0.0
    charging[1:] |= charging[:-1]
    charge = np.add.reduceat(np.where(charging, flow, 0.0), starts)
    discharge = np.add.reduceat(np.where(charging, 0.0, -flow), starts)
    step = np.searchsorted(starts, turn, side="right") - 1
    for row in (turn, turn - 1):
        share = np.abs(current[row]) / np.abs(current[turn] - current[turn - 1])
        part = share * np.abs(rate[row]) * np.sign(rate[row] * current[row]) * interval[turn]
        charge += np.bincount(step, np.where(current[row] > 0.0, part, 0.0), len(starts))
        discharge += np.bincount(step, np.where(current[row] < 0.0, part, 0.0), len(starts))
    # one missing value leaves both sides of its step unknown; 2 of the trapezoid, 3600 of the hour
    known = np.where(np.isnan(charge + discharge), np.nan, 7200.0)
    return charge / known, discharge / known


def _time_mean(interval: Floats, values: Floats, starts: Rows) -> Floats:
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
    return np.divide(elapsed, length, out=np.ones_like(time), where=length > 0.0)


def _modes(
    series: Series, starts: Rows, steps: Mapping[str, Floats], technique: str | None
) -> NDArray[np.str_]:
    current = series.number("current_ampere")
    median_current = steps["median_current_ampere"]
    charge, discharge = steps["charge_capacity_ah"], steps["discharge_capacity_ah"]
    rest = REST_FRACTION * np.nanmax(np.abs(current), initial=0.0)
    total = charge + discharge
    both_ways = np.minimum(charge, discharge) > BOTH_WAYS_FRACTION * total
    net = np.where(total > 0.0, charge - discharge, median_current)
    impedance = np.zeros(len(starts), dtype=bool)
    if "frequency_hertz" in series.columns:
        impedance = np.fmax.reduceat(series.number("frequency_hertz"), starts) > 0.0
    unknown = np.isnan(median_current)
    return np.select(
        [
            impedance,
            unknown & (technique in {"OCV", "CORPOT"}),
            unknown,
            (np.abs(median_current) <= rest) & ~both_ways,
            both_ways,
            net > 0.0,
        ],
        ["impedance", "rest", "unknown", "rest", "sweep", "charge"],
        default="discharge",
    )


def _first(series: Series, name: str, starts: Rows) -> Any:  # noqa: ANN401 — NumPy or Arrow
    values = series.columns.get(name)
    if values is None:
        return None
    if isinstance(values, pa.Array):
        taken = pc.take(values, starts)
        return taken.dictionary_decode() if pa.types.is_dictionary(taken.type) else taken
    return values[starts]


def _mean_temperature(series: Series, starts: Rows) -> Floats:
    name = next((n for n in (*_TEMPERATURES, _AMBIENT) if n in series.columns), None)
    if name is None:
        return np.full(len(starts), np.nan)
    values = series.number(name)
    return _spread(values, starts)[0]


def vendor_capacity(series: Series, starts: Rows) -> Mapping[str, Floats]:
    """Return charge and discharge of every step by the vendor's own counters, where it has any.

    A counter that resets with the step gives its last value; a running one gives its rise since
    the end of the step before. A net counter (BioLogic Q-Q0) counts for the side it moved to.
    """
    ends = np.append(starts[1:], series.row_count) - 1
    found: dict[str, Floats] = {}
    for side, word in (("charge", "charging"), ("discharge", "discharging")):
        name = f"vendor_{side}_capacity_ah"
        if f"step_{word}_capacity_ah" in series.columns:
            found[name] = series.number(f"step_{word}_capacity_ah")[ends]
            continue
        for running in (f"{word}_capacity_ah", f"cycle_{word}_capacity_ah"):
            if running in series.columns:
                counter = series.number(running)
                rise = np.diff(counter[ends], prepend=counter[0])
                reset = counter[starts] < np.append(0.0, counter[ends[:-1]])
                found[name] = np.where(reset, counter[ends], rise)
                break
    if not found and "net_capacity_ah" in series.columns:
        counter = series.number("net_capacity_ah")
        rise = np.diff(counter[ends], prepend=counter[0])
        found["vendor_charge_capacity_ah"] = np.maximum(rise, 0.0)
        found["vendor_discharge_capacity_ah"] = np.maximum(-rise, 0.0)
    return found
