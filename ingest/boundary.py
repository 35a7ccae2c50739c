"""The interval before the first record of a step: whose it is (METRICS 0.5)."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.counter import LOOP, Counters
from ingest.series import Series
from ingest.signal import Signal

_ALIKE: Final = 0.05
"""An interval within this part of a step's regular one is one beat."""
_MOST: Final = 0.9
"""A cycler that writes no first record shows it before this part of its steps."""
_EARLY: Final = 10
"""Records at the begin of a test whose intervals are looked at."""
_REFUSED: Final = 0.5
"""A counter that gained less than this part of such beats knows nothing of them."""

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Boundary:
    """What stands between the records of one step and the next, s.

    Attributes:
        head: before the first record of each step, and its own.
        tail: behind the last record of each step, and its own.
        open_head: before the first, and perhaps its own.
        open_tail: behind the last, and perhaps its own.
    """

    head: Floats
    tail: Floats
    open_head: Floats
    open_tail: Floats


def boundaries(
    series: Series,
    signal: Signal,
    starts: Rows,
    *,
    ours: Flags,
    flows: Flags,
    counters: Counters,
) -> Boundary:
    """Return whose the intervals between steps are.

    Args:
        series: canonical columns of one test.
        signal: its time, voltage and current.
        starts: first record of every step.
        ours: whether a step begins at a cut of our own: such an interval is shared.
        flows: whether a step carries current.
        counters: of charge.
    """
    between = np.zeros(starts.size)
    between[1:] = np.maximum(signal.time[starts[1:]] - signal.time[starts[1:] - 1], 0.0)
    between = np.nan_to_num(between)
    beat = _beats(signal, starts)
    head = _by_step_clock(series, starts, between, _longest_early(signal, starts))
    if head is None:
        since_begin = np.nan_to_num(signal.time[:1])  # a test begins at 0
        is_beat = _is_beat(flows & ~ours, np.append(since_begin, between[1:]), beat)
        later = is_beat[1:]
        if _refused(counters, signal.current, starts[1:][later], between[1:][later]):
            is_beat[:] = False
        head = np.where(is_beat, np.append(since_begin, between[1:]), 0.0)
    head = np.where(ours, 0.5 * between, head)
    left = np.maximum(between - np.where(ours, between, head), 0.0)
    if LOOP in series.columns:  # before the first loop lies such an interval as before each later
        left[0] = max(float(np.nan_to_num(signal.time[0])) - head[0], 0.0)
    return Boundary(
        head,
        np.append(np.where(ours, 0.5 * between, 0.0)[1:], 0.0),
        left,
        np.append(left[1:], 0.0),
    )


def _beats(signal: Signal, starts: Rows) -> Floats:
    """Return the first interval inside each step, NaN in one of a single record."""
    second = starts + 1
    inside = second < np.append(starts[1:], signal.size)
    beat = np.full(starts.size, np.nan)
    beat[inside] = signal.time[second[inside]] - signal.time[starts[inside]]
    return beat


def _longest_early(signal: Signal, starts: Rows) -> float:
    """Return the longest of the first intervals of a test: pulses have beats of their own."""
    until = min(_EARLY, int(starts[1]) if starts.size > 1 else signal.size)
    return float(np.nan_to_num(np.diff(signal.time[:until])).max(initial=0.0))


def _by_step_clock(
    series: Series, starts: Rows, between: Floats, longest_second: float
) -> Floats | None:
    """Return what the clock of each step covers, where it fell at the step's start."""
    if "step_time_second" not in series.columns:
        return None
    clock = series.number("step_time_second")
    at = clock[starts]
    fell = np.ones(starts.size, dtype=bool)
    # had it gone on it would show the earlier step's time on top
    fell[1:] = at[1:] < between[1:] + 0.5 * clock[starts[1:] - 1]
    # a test that begins within a step has a clock that says nothing of the interval before
    covered = np.where(fell, np.nan_to_num(at), 0.0)
    head = np.clip(covered, 0.0, between)
    head[0] = covered[0] if covered[0] <= (1.0 + _ALIKE) * longest_second else 0.0
    return head


def _is_beat(flows: Flags, between: Floats, beat: Floats) -> Flags:
    """Return the steps one beat before which is theirs: of a cycler that writes no first record."""
    with np.errstate(invalid="ignore"):
        found = flows & (between > 0.0) & (np.abs(between - beat) <= _ALIKE * beat)
    shown = np.count_nonzero(found[1:])  # the first step is judged by the others
    return np.asarray(found & (shown > 0) & (shown >= _MOST * np.count_nonzero(flows[1:])))


def _refused(counters: Counters, current: Floats, rows: Rows, second: Floats) -> bool:
    """Return whether the counters gained next to nothing over these intervals."""
    expected = float(np.sum(np.abs(current[rows]) * second)) / 3600.0
    gained = [float(np.nansum(np.abs(counter.gained_before(rows)))) for counter in counters.all]
    return bool(gained) and sum(gained) < _REFUSED * expected
