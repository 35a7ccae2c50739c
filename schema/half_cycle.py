"""Where the charge turns: the zigzag of the net charge, pruned (METRICS 0.3).

Runs of one direction follow each other like the legs of a zigzag. A leg smaller than both its
neighbors is an excursion: a regeneration, a reflex pulse, noise. From the smallest excursion up, a
half-cycle absorbs all those inside it when they are minor beside it, as rainflow counting drops
small ranges (ASTM E1049-85). What is left turns.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

MINOR_SHARE: Final = 0.05
"""An excursion below this part of the half-cycle around it is minor."""
_LIKE: Final = 1.1
"""Excursions within a tenth are of one size: scatter in the size of pulses decides nothing."""
_WHOLE_SPAN: Final = 0.9
"""An excursion over this part of the half-cycle's span of voltage is never minor."""

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Runs:
    """Stretches of charge, in order; neighbors may have one direction.

    Attributes:
        charge: net charge of each, signed.
        back: what each carries against its own direction, at least 0.
        low: lowest voltage of each, NaN where unknown.
        high: highest voltage.
        last: voltage it ends with: the next run turns there.
    """

    charge: Floats
    back: Floats
    low: Floats
    high: Floats
    last: Floats

    def taken(self, rows: Counts | slice) -> "Runs":
        """Return only these rows."""
        return Runs(*(each[rows] for each in (self.charge, self.back, *self.voltages)))

    @property
    def voltages(self) -> tuple[Floats, Floats, Floats]:
        """Return low, high and last."""
        return self.low, self.high, self.last


@dataclass(frozen=True, slots=True)
class _Legs:
    """The legs of a zigzag, which alternate in direction.

    Attributes:
        first: the run each begins with.
        size: its net charge, above 0.
        back: all that runs against it inside.
        greatest: its greatest excursion.
        excursion_span: the greatest span of voltage of an excursion inside.
        low: its lowest voltage.
        high: its highest.
        last: the voltage it ends with.
    """

    first: Counts
    size: Floats
    back: Floats
    greatest: Floats
    excursion_span: Floats
    low: Floats
    high: Floats
    last: Floats


def half_cycles(runs: Runs, minor_share: float = MINOR_SHARE) -> Counts:
    """Return the number of the half-cycle each run belongs to, from 1.

    A run without charge stands in the half-cycle before it. 0 marks a run that opens none: a first
    one that is minor beside the next, or a last one that is minor beside the one before.
    """
    active = np.flatnonzero(runs.charge != 0.0)
    number = np.zeros(runs.charge.size, dtype=np.int64)
    if active.size == 0:
        return number
    flowing = runs.taken(active)
    turn = _turns(flowing, minor_share)
    first = np.flatnonzero(turn)
    size = np.abs(np.add.reduceat(flowing.charge, first))
    count = 1 + np.cumsum(turn[1:], dtype=np.int64)
    count = np.concatenate(([1], count))
    if size.size > 1 and size[0] < minor_share * size[1]:
        count -= 1
    if size.size > 1 and size[-1] < minor_share * size[-2]:
        count[first[-1] :] = 0
    number[active] = count
    return _carried(number, active)


def _carried(number: Counts, active: Counts) -> Counts:
    """Give runs without charge the number of the run before them; those ahead of all, the first."""
    before = np.zeros(number.size, dtype=np.int64)
    before[active] = np.arange(active.size)
    last = np.maximum.accumulate(before)
    last[: active[0]] = 0
    return number[active[last]]


def _turns(runs: Runs, minor_share: float) -> Flags:
    """Return whether a half-cycle begins with each run; the first run always begins one."""
    legs = _legs(runs)
    turn = np.zeros(runs.charge.size, dtype=bool)
    turn[legs.first] = True
    while (minor := _inner_minima(legs)).any():
        level = _LIKE * legs.size[minor].min()
        while (merging := minor & (legs.size <= level)).any():
            legs = _merged(legs, merging)
            minor = _inner_minima(legs)
        absorbs = _absorbs(legs, minor_share)
        until = np.append(legs.first[1:], runs.charge.size)
        edge = np.zeros(runs.charge.size + 1, dtype=np.int64)
        np.add.at(edge, legs.first[absorbs] + 1, 1)
        np.add.at(edge, np.maximum(until[absorbs], legs.first[absorbs] + 1), -1)
        turn &= np.cumsum(edge[:-1]) == 0
    return turn


def _legs(runs: Runs) -> _Legs:
    """Join neighbors of one direction."""
    upward = runs.charge > 0.0
    first = np.concatenate(([0], np.flatnonzero(upward[1:] != upward[:-1]) + 1))
    zero = np.zeros(first.size)
    return _Legs(
        first,
        np.abs(np.add.reduceat(runs.charge, first)),
        np.add.reduceat(runs.back, first),
        zero,
        zero,
        np.fmin.reduceat(runs.low, first),
        np.fmax.reduceat(runs.high, first),
        runs.last[np.append(first[1:], runs.charge.size) - 1],
    )


def _inner_minima(legs: _Legs) -> Flags:
    """Return the legs that are smaller than both neighbors: the excursions of now."""
    found = np.zeros(legs.size.size, dtype=bool)
    found[1:-1] = (legs.size[1:-1] < legs.size[:-2]) & (legs.size[1:-1] <= legs.size[2:])
    return found


def _merged(legs: _Legs, excursion: Flags) -> _Legs:
    """Join each excursion with the two legs around it."""
    begins = ~(excursion | np.concatenate(([False], excursion[:-1])))
    start = np.flatnonzero(begins)
    # an excursion spans from where the leg before it turned
    turned = np.concatenate((legs.low[:1], legs.last[:-1]))
    span = np.fmax(legs.high, turned) - np.fmin(legs.low, turned)
    span = np.nan_to_num(span)
    signed = np.where(excursion, -legs.size, legs.size)
    against = np.where(excursion, legs.size + legs.back, legs.back)
    greatest = np.where(excursion, np.maximum(legs.size, legs.greatest), legs.greatest)
    spans = np.where(excursion, np.maximum(span, legs.excursion_span), legs.excursion_span)
    return replace(
        legs,
        first=legs.first[start],
        size=np.add.reduceat(signed, start),
        back=np.add.reduceat(against, start),
        greatest=np.maximum.reduceat(greatest, start),
        excursion_span=np.maximum.reduceat(spans, start),
        low=np.fmin.reduceat(legs.low, start),
        high=np.fmax.reduceat(legs.high, start),
        last=legs.last[np.append(start[1:], legs.size.size) - 1],
    )


def _absorbs(legs: _Legs, minor_share: float) -> Flags:
    span = np.nan_to_num(legs.high - legs.low)
    return np.asarray(
        (legs.greatest > 0.0)
        & (legs.greatest < minor_share * legs.size)
        & (legs.back < legs.size)
        & ((legs.excursion_span < _WHOLE_SPAN * span) | (span == 0.0))
    )
