"""The typical current of a test, and the current below which it rests (METRICS 0.2).

Both are read off a histogram of |current| over time, in which one glitch weighs what its interval
lasts: neither hangs on a maximum.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.resolution import resolution

REST_SHARE: Final = 1e-3
"""A current below this part of the typical one is rest."""
_RESOLUTION_SHARE: Final = 1e-4
"""The resolution a current is written with counts up to this part of the typical one."""
_TYPICAL: Final = 0.99
_LEAST: Final = 0.1
_FEWER: Final = 0.02
"""Noise has this part of its records on either side of zero at least."""
_SAMPLE: Final = 32_768
"""Records looked at, at most."""
_SHIFT: Final = np.int64(44)
"""Bits of a float64 dropped from a bin: 8 of its mantissa stay, bins are 0.4 % wide."""

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CurrentScale:
    """The currents of a test: typical, and below which it rests, in A."""

    typical_ampere: float
    rest_ampere: float


def current_scale(time: Floats, current: Floats, starts: Rows, resting: Flags) -> CurrentScale:
    """Return the scale of a test's currents.

    Args:
        time: s, one a record; one that lasts no time weighs nothing.
        current: A, one a record; NaN where unknown.
        starts: first record of every step as marked.
        resting: whether the instrument calls each of these steps a rest.
    """
    rows = _spread_over(current.size)
    little, interval = current[rows], time[rows] - time[np.maximum(rows - 1, 0)]
    # an offset in long rests outweighs short pulses
    runs = np.repeat(~resting, np.diff(starts, append=current.size))[rows]
    size, weight, running = _histogram(np.abs(little), interval, interval * runs)
    if size.size == 0:
        return CurrentScale(0.0, 0.0)
    typical = _typical(size, running) or _typical(size, weight)
    written = min(resolution(current), _RESOLUTION_SHARE * typical)
    least = np.cumsum(weight) <= max(_LEAST * weight.sum(), weight[0])
    center = _quantile(size[least], weight[least], 0.5)
    apart = np.abs(size[least] - center)
    order = np.argsort(apart)
    noise = 3.0 * _quantile(apart[order], weight[least][order], 0.5)
    # what lies in the tenth of the time with least current may be current all the same
    quiet = center + noise < _LEAST * typical
    noise = noise if quiet and _runs_both_ways(little, size[least][-1]) else 0.0
    return CurrentScale(typical, max(written, noise, REST_SHARE * typical))


def _runs_both_ways(current: Floats, least_ampere: float) -> bool:
    """Return whether currents up to a least one run either way, as noise does and no decay."""
    little = current[np.abs(current) <= least_ampere]
    fewer = min(np.count_nonzero(little > 0.0), np.count_nonzero(little < 0.0))
    return bool(fewer >= _FEWER * little.size)


def _typical(size: Floats, weight: Floats) -> float:
    # by charge, rests weigh nothing however long: above a thousandth of that, current flows
    flows = size > REST_SHARE * _quantile(size, weight * size, 0.5)
    return _quantile(size[flows], weight[flows], _TYPICAL)


def _spread_over(count: int) -> Rows:
    """Return rows to look at: all, or so many that no beat of the test falls in with theirs."""
    if count <= _SAMPLE:
        return np.arange(count)
    return np.asarray(count * _golden_parts(), dtype=np.int64)


@cache
def _golden_parts() -> Floats:
    golden = (np.sqrt(5.0) - 1.0) / 2.0
    return np.asarray(np.arange(_SAMPLE) * golden % 1.0)


def _histogram(size: Floats, interval: Floats, running: Floats) -> tuple[Floats, Floats, Floats]:
    """Return sizes of current in rising order, how long each lasted, and ran of that."""
    counts = np.isfinite(size) & (interval > 0.0)
    if not counts.all():
        size, interval, running = size[counts], interval[counts], running[counts]
    if size.size == 0:
        return size, interval, running
    place = size.view(np.int64) >> _SHIFT
    # bin 0 is no current at all, far below the others
    below = int(place.min(where=place > 0, initial=np.iinfo(np.int64).max)) - 1
    place = np.where(place > 0, place - below, 0)
    weight, ran = (np.bincount(place, each).astype(np.float64) for each in (interval, running))
    bins = np.flatnonzero(weight)
    middle = ((bins + below) << _SHIFT) + (np.int64(1) << (_SHIFT - 1))
    middle[bins == 0] = 0
    return middle.view(np.float64), weight[bins], ran[bins]


def _quantile(rising: Floats, weight: Floats, part: float) -> float:
    total = np.cumsum(weight)
    if total.size == 0 or total[-1] == 0.0:
        return 0.0
    return float(rising[min(np.searchsorted(total, part * total[-1]), rising.size - 1)])
