"""What an instrument's own counters counted in each step (METRICS 0.5).

A reader declares what a counter counts and where it starts again by the quantity it maps it to: a
step, a half-cycle, a cycle or the whole test; charge in and out apart, net, or whatever passed,
either way, without a sign; or what was gained since the record before. A counter that falls starts
again from 0, wherever it does, and goes on in sum.
"""

from dataclasses import dataclass, replace
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
_SAMPLE: Final = 4096
"""Records at which the sum of what was gained is looked at."""
LOOP: Final = "vendor_loop_count"
"""Where it is there, a technique ran several times."""
_CHARGING: Final = ("step_charging", "half_cycle_charging", "cycle_charging", "charging")
_DISCHARGING: Final = tuple(name.replace("charging", "discharging") for name in _CHARGING)
_NET: Final = ("step_net", "half_cycle_net", "cycle_net", "net")
_UNSIGNED: Final = ("step_cumulative", "cycle_cumulative", "cumulative")


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter of charge or energy.

    Attributes:
        values: one a record.
        net: whether it counts down when the current turns.
        by_record: whether each value is what was gained since the record before.
        restarts: whether every step begins at 0.
        resolution: what it is written with, in its unit.
    """

    values: Floats
    net: bool
    restarts: bool
    resolution: float
    by_record: bool = False

    def gained_before(self, rows: Rows) -> Floats:
        """Return what it gained in the interval before these records; none is the first."""
        if self.by_record or self.restarts:
            return self.values[rows]
        return np.asarray(self.values[rows] - self.values[rows - 1])


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
        some = np.arange(0, gained.size, max(1, gained.size // _SAMPLE))
        if known := _greatest(np.cumsum(np.add.reduceat(gained, some))):
            finest = max(resolution(gained), _FLOAT32 * known)
            return Counters(
                net=Counter(gained, net=True, restarts=False, resolution=finest, by_record=True)
            )
    if LOOP in series.columns and (net := _first(series, ("net",), amount, net=True)) is not None:
        return Counters(net=_by_loop(net, series))
    charging = _first(series, _CHARGING, amount, net=False)
    discharging = _first(series, _DISCHARGING, amount, net=False)
    if charging is not None or discharging is not None:
        return Counters(charging, discharging)
    net = _first(series, _NET, amount, net=True)
    if net is None and (unsigned := _first(series, _UNSIGNED, amount, net=False)) is not None:
        net = _signed(unsigned, series.number("current_ampere"))
    return Counters(net=net)


def loop_starts(series: Series) -> Rows:
    """Return the first record of each loop of the technique, the first of all too."""
    loop = series.number(LOOP) if LOOP in series.columns else np.zeros(series.row_count)
    return np.append(0, 1 + np.flatnonzero(loop[1:] != loop[:-1]))


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


def _signed(counter: Counter, current: Floats) -> Counter:
    """Return what an unsigned counter gained at each record, with the sign of the current.

    A record at which nothing flows takes the sign of the last one at which something did.
    """
    size = counter.values.size
    gained = increments(counter, slice(0, size), None, current)
    gained[:1] = np.nan_to_num(counter.values[:1])
    way = np.sign(np.nan_to_num(current))
    flowed = np.maximum.accumulate(np.where(way == 0.0, 0, np.arange(size)))
    return replace(counter, values=gained * way[flowed], net=True, by_record=True)


def _by_loop(counter: Counter, series: Series) -> Counter:
    """Return what a net counter gained at each record, where it starts again with each loop.

    Some techniques go on counting: at a loop it gained the lesser of what it holds and of what it
    differs by. Nowhere else does it start again. A counter of half-cycles may take its fall for
    charge, so that one is not asked.
    """
    known = np.flatnonzero(np.isfinite(counter.values))
    values, loop = counter.values[known], series.number(LOOP)[known]
    since = np.diff(values, prepend=0.0)
    fresh = np.append(True, loop[1:] != loop[:-1]) & (np.abs(values) <= np.abs(since))
    gained = np.zeros(counter.values.size)
    gained[known] = np.where(fresh, values, since)
    return replace(counter, values=gained, by_record=True)


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
    stretch = slice(max(rows.start - 1, 0), rows.stop)
    values = counter.values[stretch]
    whole = counts is None and not np.isnan(values.min(initial=0.0))
    if counter.by_record and whole:
        gained = values.copy()
    else:
        values = values if whole else _carried_forward(counter, stretch, counts)
        gained = np.diff(values, prepend=values[:1])
        if not counter.by_record:
            _begin_again(counter, gained, values, current)
    if rows.start == 0:
        gained[0] = 0.0
    return gained[-current.size :]


def _begin_again(counter: Counter, gained: Floats, values: Floats, current: Floats) -> None:
    """Let a counter that fell start again from 0, in place."""
    if counter.net:
        fell = 1 + np.flatnonzero(np.abs(values[1:]) < 0.5 * np.abs(values[:-1]))
        fell = fell[gained[fell] * current[fell - values.size] <= 0.0]
    else:
        fell = np.flatnonzero(gained < -counter.resolution)
    gained[fell] = values[fell]
    if not counter.net:
        np.maximum(gained, 0.0, out=gained)


def _carried_forward(counter: Counter, stretch: slice, counts: Flags | None) -> Floats:
    """Return a running value of each record: where one is unknown, that of the last known before.

    Before the first one that is known it holds that one.
    """

    def known(rows: slice) -> Flags:
        found = np.isfinite(counter.values[rows])
        return found if counts is None else found & counts[rows]

    begin = stretch.start
    if not known(slice(begin, begin + 1)).all():
        earlier = np.flatnonzero(known(slice(0, begin)))
        begin = int(earlier[-1]) if earlier.size else begin
    rows = slice(begin, stretch.stop)
    values, there = counter.values[rows], known(rows)
    if counter.by_record:
        values = np.cumsum(values)
    if not there.any():
        return np.zeros(stretch.stop - stretch.start)
    source = np.maximum.accumulate(np.where(there, np.arange(values.size), np.argmax(there)))
    return np.asarray(values[source][stretch.start - begin :])


def at_start(
    counter: Counter, starts: Rows, gained: Floats, most: Floats, way: float = 1.0
) -> Floats:
    """Return what a counter gained in the interval before the first record of each step.

    Where it restarts with the step, or the test begins, that is its value there; where it did not
    although it should, it is what it gained. Either must be no more than could have passed.

    Args:
        counter: the counter.
        starts: first record of every step.
        gained: at these records, since the record before.
        most: what could have passed in that interval at most, in its unit.
        way: which side of a net counter is asked for, 1 what went in, -1 what went out.
    """
    value = counter.values[starts]
    if counter.net:
        value = np.maximum(way * value, 0.0)
    slack = most * 1.01 + 2.0 * counter.resolution
    fresh = np.abs(value) <= slack
    if not counter.restarts:
        begins = fresh & (np.arange(starts.size) == 0)
        return np.where(begins, value, gained)
    return np.where(fresh, value, np.where(np.abs(gained) <= slack, gained, 0.0))
