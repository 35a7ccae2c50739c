"""What an instrument's own counters counted in each step (METRICS 0.5).

A reader declares what a counter counts and where it starts again by the quantity it maps it to: a
step, a half-cycle, a cycle or the whole test; charge in and out apart, or net; or what was gained
since the record before. A counter that falls starts again from 0, wherever it does, and goes on in
sum.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from ingest.resolution import resolution
from ingest.series import Series

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]
Amount = Literal["capacity_ah", "energy_wh"]

_FLOAT32: Final = 2.0**-24
"""Counters are kept in single precision at the least: this part of one is its resolution."""
_CHARGING: Final = ("step_charging", "half_cycle_charging", "cycle_charging", "charging")
_DISCHARGING: Final = tuple(name.replace("charging", "discharging") for name in _CHARGING)
_NET: Final = ("step_net", "half_cycle_net", "cycle_net", "net")


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter of charge or energy.

    Attributes:
        values: one a record.
        net: whether it counts down when the current turns.
        restarts: whether every step begins at 0.
        resolution: what it is written with, in its unit.
    """

    values: Floats
    net: bool
    restarts: bool
    resolution: float


@dataclass(frozen=True, slots=True)
class Counters:
    """The counters of a test for one amount: in and out apart, or net."""

    charging: Counter | None = None
    discharging: Counter | None = None
    net: Counter | None = None

    @property
    def all(self) -> tuple[Counter, ...]:
        """Return those that are there."""
        return tuple(c for c in (self.charging, self.discharging, self.net) if c is not None)

    @property
    def resolution(self) -> float:
        """Return the finest resolution of them: round numbers on one side hide digits."""
        return min((counter.resolution for counter in self.all), default=0.0)


def counters_of(series: Series, amount: Amount) -> Counters:
    """Return the counters of a series that count the finest stretch: best from record to record."""
    if amount == "capacity_ah" and "increment_charge_ah" in series.columns:
        gained = series.number("increment_charge_ah")
        if np.isnan(gained.min(initial=0.0)):
            gained = np.nan_to_num(gained)
        total = np.cumsum(gained)
        if known := _greatest(total):
            finest = max(resolution(gained), _FLOAT32 * known)
            return Counters(net=Counter(total, net=True, restarts=False, resolution=finest))
    charging = _first(series, _CHARGING, amount, net=False)
    discharging = _first(series, _DISCHARGING, amount, net=False)
    if charging is None and discharging is None:
        return Counters(net=_first(series, _NET, amount, net=True))
    return Counters(charging, discharging)


def _first(series: Series, names: tuple[str, ...], amount: str, *, net: bool) -> Counter | None:
    for name in names:
        if (column := f"{name}_{amount}") in series.columns:
            values = series.number(column)
            known = _greatest(values)
            if known == 0.0:
                continue  # a column that never counted is no counter
            finest = max(resolution(values), _FLOAT32 * known)
            return Counter(values, net, name.startswith("step_"), finest)
    return None


def _greatest(values: Floats) -> float:
    """Return the greatest size in a column, passing over what is missing."""
    if values.size == 0:
        return 0.0
    greatest = max(float(values.max()), -float(values.min()))
    return float(np.nanmax(np.abs(values), initial=0.0)) if np.isnan(greatest) else greatest


def increments(counter: Counter, rows: slice, counts: Flags | None, current: Floats) -> Floats:
    """Return what a counter gained at each record of a block since the record before it.

    A record that does not count gains nothing: what the counter gained meanwhile falls to the next.
    The first record of a test gains nothing.

    Args:
        counter: the counter.
        rows: the records of the block.
        counts: which records of the test count; None for all.
        current: A, of the block: a net counter that falls against it starts again.
    """
    before = max(rows.start - 1, 0)
    values = counter.values[before : rows.stop]
    if counts is not None or np.isnan(values.min(initial=0.0)):
        values = _held(values, None if counts is None else counts[before : rows.stop])
    gained = np.diff(values)
    if counter.net:
        fell = np.flatnonzero(np.abs(values[1:]) < 0.5 * np.abs(values[:-1]))
        fell = fell[gained[fell] * current[-gained.size :][fell] <= 0.0]
        gained[fell] = values[1:][fell]
    else:
        fell = np.flatnonzero(gained < -counter.resolution)
        gained[fell] = values[1:][fell]
        np.maximum(gained, 0.0, out=gained)
    return gained if rows.start > 0 else np.concatenate(([0.0], gained))


def _held(values: Floats, counts: Flags | None) -> Floats:
    """Keep the value of the record before where one is unknown or does not count."""
    known = np.isfinite(values) if counts is None else np.isfinite(values) & counts
    source = np.maximum.accumulate(np.where(known, np.arange(values.size), -1))
    return np.where(source >= 0, values[source], 0.0)


def at_start(counter: Counter, starts: Rows, gained: Floats, most: Floats) -> Floats:
    """Return what a counter gained in the interval before the first record of each step.

    Where it restarts with the step, or the test begins, that is its value there; where it did not
    although it should, it is what it gained. Either must be no more than could have passed.

    Args:
        counter: the counter.
        starts: first record of every step.
        gained: at these records, since the record before.
        most: what could have passed in that interval at most, in its unit.
    """
    value = counter.values[starts]
    slack = most * 1.01 + 2.0 * counter.resolution
    fresh = np.abs(value) <= slack
    if not counter.restarts:
        begins = fresh & (np.arange(starts.size) == 0)
        return np.where(begins, value, gained)
    return np.where(fresh, value, np.where(np.abs(gained) <= slack, gained, 0.0))
