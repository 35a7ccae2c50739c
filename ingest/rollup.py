"""One row per step: charge and energy with their error, voltages, currents, what was held.

Everything is computed once, at ingest, for all steps of a test together; nothing loops over points.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ingest.boundary import Boundary, boundaries
from ingest.charge import Block, integrate
from ingest.counter import Counters, at_start, increments
from ingest.later import Later
from ingest.series import Series
from ingest.signal import Signal
from ingest.window import currents, spread, voltages

BLOCK_POINTS: Final = 65_536
"""Points measured together, at least: few enough that what is computed of them stays cached."""
_TEMPERATURES: Final = (
    "surface_temperature_celsius",
    "temperature_t1_celsius",
    "ambient_temperature_celsius",
)

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]
Columns = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of steps, before anybody says what they are.

    Attributes:
        steps: columns of schema.relation.STEP; those that begin with ``_`` are for capacity.py.
        interval: s before each record, as integrated.
    """

    steps: Columns
    interval: Floats


def measure(
    series: Series,
    signal: Signal,
    starts: Rows,
    amounts: tuple[Counters, Counters],
    *,
    ours: Flags,
    flows: Flags,
    rest_ampere: float,
) -> Measured:
    """Return what was measured of each step.

    Args:
        series: canonical columns of one test, at least one row.
        signal: its time, voltage and current.
        starts: first record of every step.
        amounts: counters of charge and of energy.
        ours: whether a step begins at a cut of our own.
        flows: whether a step may carry current on purpose.
        rest_ampere: at or below this a current rests.
    """
    counters, _ = amounts
    boundary = boundaries(series, signal, starts, ours=ours, flows=flows, counters=counters)
    first = np.unique(np.searchsorted(starts, np.arange(0, signal.size, BLOCK_POINTS)))
    first = first[first < len(starts)]
    resolution = counters.resolution
    interval = np.empty(signal.size)

    def block(number: int) -> Columns:
        steps = slice(first[number], first[number + 1] if number + 1 < first.size else None)
        until = starts[steps.stop] if steps.stop is not None else signal.size
        rows = slice(int(starts[steps][0]), int(until))
        current = signal.current[rows]
        gains = {
            name: _gains(each, rows, signal.measured, current)
            for name, each in zip(("_counted", "_counted_energy"), amounts, strict=True)
        }
        charge = gains["_counted"]
        return _measure_block(
            Block(
                signal.time[rows],
                signal.voltage[rows],
                current,
                starts[steps] - rows.start,
                boundary.head[steps],
                boundary.tail[steps],
                flows[steps],
                rest_ampere,
                np.asarray(charge.get("in", 0.0) - charge.get("out", 0.0)) if charge else None,
                resolution,
            ),
            gains,
            interval[rows],
        )

    with ThreadPoolExecutor(2) as pool:  # NumPy lets go of the interpreter while it works
        blocks = list(pool.map(block, range(first.size)))
    steps = {name: np.concatenate([each[name] for each in blocks]) for name in blocks[0]}
    if signal.counts is not None:
        interval[~signal.counts] = np.nan
    steps |= _at_boundaries(signal, starts, boundary, amounts, steps)
    return Measured(steps, interval)


def _gains(
    counters: Counters, rows: slice, measured: Flags | None, current: Floats
) -> dict[str, Floats]:
    """Return what the counters gained at each record of a block, in and out."""
    if counters.net is not None:
        net = increments(counters.net, rows, measured, current)
        return {"in": np.maximum(net, 0.0), "out": np.maximum(-net, 0.0)}
    return {
        side: increments(counter, rows, measured, current)
        for side, counter in (("in", counters.charging), ("out", counters.discharging))
        if counter is not None
    }


def _measure_block(
    block: Block, gains: Mapping[str, Mapping[str, Floats]], integrated: Floats
) -> Columns:
    """Return what was measured of the steps of a block; the intervals go to ``integrated``."""
    starts = block.starts
    integral = integrate(block, integrated)
    interval = np.maximum(integrated, 0.0)
    columns: Columns = {
        "start_time_second": block.time[starts],
        "duration_second": integral.elapsed,
        "charge_capacity_ah": integral.charge_in,
        "discharge_capacity_ah": integral.charge_out,
        "charge_energy_wh": integral.energy_in,
        "discharge_energy_wh": integral.energy_out,
        "gap_count": integral.gap_count,
        "longest_gap_second": integral.gap_second,
        "gap_charge_ah": integral.gap_charge,
        "_bracket": integral.bracket,
        **voltages(block.voltage, block.time, interval, starts),
        **currents(block.current, interval, starts),
    }
    for name, sides in gains.items():
        for side, gained in sides.items():
            columns[f"{name}_{side}_first"] = gained[starts]
            gained[starts] = 0.0
            columns[f"{name}_{side}"] = np.add.reduceat(gained, starts)
    return columns


def _at_boundaries(
    signal: Signal,
    starts: Rows,
    boundary: Boundary,
    amounts: tuple[Counters, Counters],
    steps: Mapping[str, Floats],
) -> Columns:
    """Return what may have passed between steps, and the counters with what they gained there."""
    ends = np.append(starts[1:], signal.size) - 1
    first, last = signal.current[starts], signal.current[ends]
    head, tail = boundary.open_head * first / 3600.0, boundary.open_tail * last / 3600.0
    found: Columns = {
        "_open_in": np.maximum(head, 0.0) + np.maximum(tail, 0.0),
        "_open_out": np.maximum(-head, 0.0) + np.maximum(-tail, 0.0),
    }
    # what may have passed before each first record at most, by either side's current
    second = boundary.head + boundary.open_head
    earlier = np.concatenate(([0.0], np.abs(last[:-1])))
    most = np.maximum(np.abs(first), earlier) * second / 3600.0
    volt = np.abs(steps["first_voltage_volt"])
    for counters, name in zip(amounts, ("_counted", "_counted_energy"), strict=True):
        for side, counter, way in (
            ("in", counters.charging or counters.net, 1.0),
            ("out", counters.discharging or counters.net, -1.0),
        ):
            if counter is None:
                continue
            limit = most * (1.0 if name == "_counted" else volt * 1.1)
            at = at_start(counter, starts, steps[f"{name}_{side}_first"], limit, way)
            total = steps[f"{name}_{side}"].copy()
            # what a running counter gained between a step and one that does not run its way
            # is the earlier step's
            earlier_way = np.concatenate(([False], way * last[:-1] > 0.0))
            handed = (~(way * first > 0.0)) & earlier_way & (not counter.restarts)
            total += np.where(handed, 0.0, at)
            total[:-1] += np.where(handed, at, 0.0)[1:]
            found[f"{name}_{side}"] = total
    return found


def described(series: Series, starts: Rows) -> Columns:
    """Return what the export says of each step by itself, and its temperature."""
    return {
        "step_id": _first(series, "step_id", starts),
        "vendor_cycle_count": _first(series, "vendor_cycle_count", starts),
        "step_type": _first(series, "step_type", starts),
        "first_record_index": _first(series, "record_index", starts),
        "point_count": np.diff(starts, append=series.row_count),
        "mean_temperature_celsius": _mean_temperature(series, starts),
    }


def _first(series: Series, name: str, starts: Rows) -> Any:  # noqa: ANN401 — NumPy or Arrow
    values = series.columns.get(name)
    if values is None:
        return None
    if isinstance(values, pa.Array):
        taken = pc.take(values, starts)
        return taken.dictionary_decode() if pa.types.is_dictionary(taken.type) else taken
    return values.at(starts) if isinstance(values, Later) else values[starts]


def _mean_temperature(series: Series, starts: Rows) -> Floats:
    name = next((n for n in _TEMPERATURES if n in series.columns), None)
    if name is None:
        return np.full(len(starts), np.nan)
    return spread(series.number(name), starts)[0]
