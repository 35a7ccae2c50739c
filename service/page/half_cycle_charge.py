"""Charge along the points of half-cycles, each from 0, so that it ends at what its steps passed.

METRICS 0.5: the charge of a step is that of the instrument's own counter where that lies within
what the samples allow. Along a step it is integrated by trapezoid, over the intervals that all
metrics see; what the two differ by in sum is spread over the step as its charge is.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
_SECONDS: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Points:
    """Points in the order they were recorded; an interval that counts nowhere is NaN."""

    step: Counts
    interval_second: Floats
    voltage_volt: Floats
    current_ampere: Floats


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of half-cycles, no rests, impedance or scans; net charge NaN where unknown."""

    step: Counts
    half_cycle: Counts
    cycle: Counts
    net_charge_ah: Floats


@dataclass(frozen=True, slots=True)
class HalfCycle:
    """A half-cycle: which way it goes, and charge from 0 and place among the points of each."""

    cycle: int
    mode: str
    charge_ah: Floats
    place: Counts


def half_cycles(points: Points, steps: Steps) -> list[HalfCycle]:
    """Return the half-cycles of some steps, in their order.

    One whose charge is not known for every step, or is none in sum, has no direction and is left
    out.
    """
    order = np.argsort(steps.step, kind="stable")
    known, row = steps.step[order], np.zeros(len(points.step), np.int64)
    if not known.size:
        return []
    row = np.clip(np.searchsorted(known, points.step), 0, len(known) - 1)
    counts = (
        (known[row] == points.step)
        & np.isfinite(points.voltage_volt)
        & np.isfinite(points.current_ampere)
        & np.isfinite(points.interval_second)
    )
    place = np.flatnonzero(counts)
    row = order[row[place]]
    passed = _corrected(_passed(points, place), row, steps.net_charge_ah)
    half = steps.half_cycle[row]
    found = []
    for number in dict.fromkeys(steps.half_cycle[order].tolist()):
        of_half = steps.half_cycle == number
        net = float(steps.net_charge_ah[of_half].sum())
        inside = half == number
        if not inside.any() or not np.isfinite(net) or net == 0:
            continue
        way = np.sign(net)
        mode = "charge" if way > 0 else "discharge"
        cycle = int(steps.cycle[of_half][0])
        found.append(HalfCycle(cycle, mode, np.cumsum(passed[inside]) * way, place[inside]))
    return found


def _passed(points: Points, place: Counts) -> Floats:
    """Return what passed in the interval before each point, by trapezoid within its step."""
    current, step = points.current_ampere[place], points.step[place]
    earlier = np.concatenate([current[:1], current[:-1]])
    begins = np.concatenate([[True], step[1:] != step[:-1]])[: len(step)]
    mean = (current + np.where(begins, current, earlier)) / 2
    return np.asarray(mean * points.interval_second[place] / _SECONDS)


def _corrected(passed: Floats, row: Counts, net: Floats) -> Floats:
    """Return the same so that each step sums up to its net charge, spread as its charge is.

    What passed in a step whose records have none, as in one of a single record, stands at its
    last.
    """
    size = np.abs(passed)
    total = np.bincount(row, passed, len(net))
    gross = np.bincount(row, size, len(net))
    lacking = np.where(np.isfinite(net), net, total) - total
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(gross > 0, lacking / gross, 0.0)
    corrected = passed + size * share[row]
    last = np.full(len(net), -1)
    last[row] = np.arange(len(row))
    silent = (gross == 0) & (last >= 0)
    corrected[last[silent]] += lacking[silent]
    return np.asarray(corrected)
