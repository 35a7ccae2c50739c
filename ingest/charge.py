"""Charge and energy of steps by trapezoid, what samples leave open, and gaps (METRICS 0.5, 0.6).

A sample is a sample: between two of them the current may have been either. Half the distance of the
lower and the upper Riemann sum is what the trapezoid may be wrong by.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.gap import GAP_FACTOR, Course, unaccounted
from ingest.median import median_by_step

_PER_HOUR: Final = 1.0 / 3600.0

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Integral:
    """What passed in each step of a block, A·h, W·h and s.

    Attributes:
        charge_in: while the current was above 0.
        charge_out: while it was below.
        energy_in: the same, times voltage.
        energy_out: the same.
        bracket: half the distance of lower and upper Riemann sum.
        elapsed: the intervals together, gaps counted.
        gap_count: gaps left out.
        gap_second: the longest.
        gap_charge: what may have passed in them.
    """

    charge_in: Floats
    charge_out: Floats
    energy_in: Floats
    energy_out: Floats
    bracket: Floats
    elapsed: Floats
    gap_count: Rows
    gap_second: Floats
    gap_charge: Floats


@dataclass(frozen=True, slots=True)
class Block:
    """Whole steps of a test.

    Attributes:
        time: s of each record.
        voltage: V.
        current: A.
        starts: first record of every step.
        head: s before the first record of each step that belong to it.
        tail: s behind the last record of each step that belong to it.
        flows: whether each step carries current on purpose: only there a gap matters.
        rest_ampere: at or below this a current rests.
        gained: A·h that the counter gained at each record, net; None without a counter.
        resolution: of the counter, A·h.
    """

    time: Floats
    voltage: Floats
    current: Floats
    starts: Rows
    head: Floats
    tail: Floats
    flows: Flags
    rest_ampere: float
    gained: Floats | None
    resolution: float


def integrate(block: Block, interval: Floats) -> Integral:
    """Return what passed in each step of a block.

    Args:
        block: whole steps of a test.
        interval: takes the s before each record, as integrated.
    """
    starts, current, voltage = block.starts, block.current, block.voltage
    _put_intervals(block, interval)
    before = _before(current, starts)
    elapsed = np.add.reduceat(np.maximum(interval, 0.0), starts) + block.tail
    gap_count, gap_second, gap_charge = _leave_out_gaps(block, interval, before)
    ends_of = (before, current)
    charge_in, charge_out = _split(interval, ends_of, ends_of, starts)
    power = (before * _before(voltage, starts), current * voltage)
    energy_in, energy_out = _split(interval, ends_of, power, starts)
    ends = np.append(starts[1:], current.size) - 1
    tail = current[ends] * block.tail * _PER_HOUR
    tail_energy = tail * voltage[ends]
    into = tail > 0.0
    spread = np.abs(current - before)
    spread *= np.abs(interval)
    return Integral(
        charge_in + np.where(into, tail, 0.0),
        charge_out - np.where(into, 0.0, tail),
        energy_in + np.where(into, tail_energy, 0.0),
        energy_out - np.where(into, 0.0, tail_energy),
        np.add.reduceat(spread, starts) * (0.5 * _PER_HOUR),
        elapsed,
        gap_count,
        gap_second,
        gap_charge,
    )


def _before(values: Floats, starts: Rows) -> Floats:
    """Return each value's predecessor; a step's first is taken for constant before it."""
    before = np.empty_like(values)
    before[1:] = values[:-1]
    before[starts] = values[starts]
    return before


def _put_intervals(block: Block, interval: Floats) -> None:
    np.subtract(block.time[1:], block.time[:-1], out=interval[1:])
    interval[block.starts] = block.head


def _leave_out_gaps(block: Block, interval: Floats, before: Floats) -> tuple[Rows, Floats, Floats]:
    """Set gaps to 0 in place; return their number, the longest and their charge in each step."""
    starts = block.starts
    length = np.diff(starts, append=interval.size)
    uneven = np.repeat(_uneven(interval, starts), length)
    if not uneven.any():
        none = np.zeros(starts.size)
        return none.astype(np.int64), none, none.copy()
    usual = median_by_step(interval, starts, keep=uneven, skip_first=True)
    usual_of = np.repeat(usual, length)
    long = interval > GAP_FACTOR * usual_of
    # a clock set back by more than a beat tells nothing of what passed; by less, it is signed
    set_back = interval < -np.abs(usual_of)
    rows = np.flatnonzero(long | set_back)
    step = np.searchsorted(starts, rows, side="right") - 1
    flows = np.maximum(np.abs(block.current[rows]), np.abs(before[rows])) > block.rest_ampere
    inside = block.flows[step] & flows & (rows > starts[step])
    back = rows[~inside & set_back[rows]]
    rows, step = rows[inside], step[inside]
    gained = None if block.gained is None else block.gained[rows]
    gaps = set_back[rows]
    tested = np.flatnonzero(~gaps)
    if tested.size:
        gaps[tested] = unaccounted(
            rows[tested],
            starts,
            Course(interval, block.voltage, block.current, before),
            None if gained is None else gained[tested],
            block.resolution,
        )
    rows, step = rows[gaps], step[gaps]
    second = np.where(interval[rows] < 0.0, usual[step], interval[rows])
    charge = np.abs(0.5 * (block.current[rows] + before[rows]) * second) * _PER_HOUR
    interval[rows] = 0.0
    interval[back] = 0.0
    longest = np.zeros(starts.size)
    np.maximum.at(longest, step, second)
    return (
        np.bincount(step, minlength=starts.size).astype(np.int64),
        longest,
        np.bincount(step, charge, minlength=starts.size).astype(np.float64),
    )


def _uneven(interval: Floats, starts: Rows) -> Flags:
    """Return the steps whose longest interval is long beside the shortest, let alone the median."""
    inside = interval.copy()
    inside[starts] = np.nan
    shortest = np.fmin.reduceat(inside, starts)
    longest = np.fmax.reduceat(inside, starts)
    return np.asarray((longest > GAP_FACTOR * shortest) | (shortest < 0.0))


def _split(
    interval: Floats,
    currents: tuple[Floats, Floats],
    rates: tuple[Floats, Floats],
    starts: Rows,
) -> tuple[Floats, Floats]:
    """Integrate a rate over each step, while the current charges and while it discharges.

    Where the current changes sign within an interval, each side counts for the part of the
    interval that a straight line between the two currents leaves it. Currents and rates are given
    at the begin and at the end of each interval.
    """
    before, current = currents
    flow = rates[0] + rates[1]
    flow *= interval
    charging = (current > 0.0) | (before > 0.0)
    turn = np.flatnonzero(charging & ((current < 0.0) | (before < 0.0)))
    flow[turn] = 0.0
    into = np.add.reduceat(np.where(charging, flow, 0.0), starts)
    out = np.add.reduceat(np.where(charging, 0.0, flow), starts)
    if turn.size:
        step = np.searchsorted(starts, turn, side="right") - 1
        for side, amount in zip(currents, rates, strict=True):
            share = np.abs(side[turn]) / np.abs(current[turn] - before[turn])
            part = share * amount[turn] * interval[turn]
            into += np.bincount(step, np.where(side[turn] > 0.0, part, 0.0), starts.size)
            out += np.bincount(step, np.where(side[turn] < 0.0, part, 0.0), starts.size)
    # one missing value leaves both sides of its step unknown; 2 of the trapezoid, 3600 of the hour
    scale = np.where(np.isnan(into + out), np.nan, 0.5 * _PER_HOUR)
    return into * scale, -out * scale
