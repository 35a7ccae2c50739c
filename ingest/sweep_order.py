"""Which points of impedance are one sweep, by technique loop and frequency.

A sweep ends where the instrument's loop changes and where points without a frequency lie between.
Flags and steps part no sweep. Within such a run the frequencies decide, in this order:

1. A run of one frequency is one sweep for each step that is marked in it.
2. Where every frequency comes equally often, once in each of so many blocks, each block is a sweep,
   in whatever order its rows are.
3. Frequencies that do not come again and are even in the logarithm together are one sweep: rows in
   any order, sets of a multi-sine. A frequency measured twice in a row does not come again, so two
   sweeps interleaved row by row are one with doubled points.
4. Otherwise a sweep begins where the frequency turns or jumps back over what it has passed. The
   point at which it turns belongs to the sweep before, unless a mark next to it says otherwise; of
   one measured twice, each sweep has its own.
5. Where the frequency turns at about every second point there is no order, unless frequencies come
   again and all parts go one way: it is one sweep, whose points are kept however often a frequency
   comes. So it is where none comes again and a part would have three points or fewer.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

_SAME_CHANGE: Final = 0.1
"""Frequencies nearer than this part of the mean change between records are the same,"""
_SAME_LEAST: Final = 1e-6
_SAME_MOST: Final = 0.01
"""but never farther apart than 1 %, nor told apart below 1e-6."""
_EVEN: Final = 0.6
"""A sweep in any order has no step of log f below this part of its median."""
_NEAR: Final = 1.5
"""A frequency that turns goes back by no more than so many usual changes; else it jumps."""
_JUMP: Final = 2.0
"""A change jumps that is so many times those beside it."""
_DISORDER: Final = 0.4
"""Sweeps turn at fewer of their points than this; rows in any order do at two thirds."""
_LEAST_POINTS: Final = 4
"""Where no frequency comes again, fewer points do not show that a sweep is another."""

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]


def sweep_starts(frequency: Floats, loop: Floats, marks: Flags) -> Flags:
    """Return the records that begin an impedance sweep.

    Args:
        frequency: of every record in its order, Hz; no point of a sweep where it is not positive.
        loop: of the technique, NaN where the instrument numbers none.
        marks: records at which a step is marked; they decide only where the frequency turns.
    """
    swept = frequency > 0.0
    begins = swept.copy()
    begins[1:] &= ~swept[:-1] | (np.nan_to_num(np.diff(loop)) != 0.0)
    first = np.flatnonzero(begins)
    ends = np.flatnonzero(swept & np.append(begins[1:] | ~swept[1:], True)) + 1
    for start, end in zip(first, ends, strict=True):
        run = np.log(frequency[start:end])
        begins[start + _within(run, marks[start:end])] = True
    return begins


def _within(logarithm: Floats, marks: Flags) -> Rows:
    """Return the first rows of the sweeps of a run."""
    level = _levels(logarithm)
    count = int(level.max()) + 1
    if count == 1:
        return np.flatnonzero(marks)
    every = np.arange(level.size)
    once = np.flatnonzero(np.diff(level, prepend=-1))
    for rows in (every, once):
        if rows.size % count == 0 and _each_once(level[rows].reshape(-1, count)):
            starts = rows[::count]
            break
    else:
        return _turns(logarithm, level, marks, again=True)
    if _is_even(logarithm, level):
        return starts
    ends = np.append(starts[1:], level.size)
    parts = (
        start + _turns(logarithm[start:end], level[start:end], marks[start:end], again=False)
        for start, end in zip(starts, ends, strict=True)
    )
    return np.concatenate(list(parts))


def _levels(logarithm: Floats) -> Rows:
    """Return the rank of the frequency of each row, the same for the same frequency, from 0."""
    change = np.abs(np.diff(logarithm))
    mean = float(change.mean()) if change.size else 0.0
    same = min(max(_SAME_CHANGE * mean, _SAME_LEAST), _SAME_MOST)
    order = np.argsort(logarithm, kind="stable")
    level = np.empty(order.size, dtype=np.int64)
    level[order] = np.cumsum(np.diff(logarithm[order], prepend=logarithm[order[0]]) > same)
    return level


def _each_once(blocks: Rows) -> bool:
    """Return whether every block, a row of it, has every level once."""
    return bool((np.sort(blocks, axis=1) == np.arange(blocks.shape[1])).all())


def _is_even(logarithm: Floats, level: Rows) -> bool:
    """Return whether the frequencies, each taken once, are even in the logarithm."""
    step = np.diff(np.sort(logarithm[np.unique(level, return_index=True)[1]]))
    return bool(step.min() >= _EVEN * np.median(step))


def _turns(logarithm: Floats, level: Rows, marks: Flags, *, again: bool) -> Rows:
    """Return the first rows of sweeps that go one way each, only the first where none do.

    Args:
        logarithm: of the frequency of each row.
        level: rank of the frequency of each row.
        marks: rows at which a step is marked.
        again: whether frequencies come again.
    """
    first = np.flatnonzero(np.diff(level, prepend=-1))
    change = np.diff(logarithm[first])
    pieces = list(_pieces(change, level[first]))
    ways = {np.sign(change[piece]) for piece in pieces if piece < change.size}
    turns = int(np.count_nonzero(np.diff(np.sign(change))))
    one_way = again and len(ways) == 1 and turns <= 2 * (len(pieces) - 1)
    short = not again and min(np.diff([*pieces, first.size])) < _LEAST_POINTS
    if short or (turns > _DISORDER * (first.size - 2) and not one_way):
        return np.zeros(1, dtype=np.int64)
    usual = float(np.median(np.abs(change))) if change.size else 0.0
    starts = [0]
    for piece in pieces[1:]:
        onward = piece == change.size or change[piece] * change[piece - 1] > 0.0
        if onward and abs(change[piece - 1]) <= _NEAR * usual:
            starts.append(_parted(first[piece - 1], first[piece], starts[-1], marks))
        else:
            starts.append(int(first[piece]))
    return np.array(starts)


def _legs(change: Floats) -> list[int]:
    """Return where the frequency turns or jumps, the first place too.

    Args:
        change: of log frequency from each place to the next, none zero.
    """
    size = np.abs(change)
    beside = np.maximum(np.append(0.0, size[:-1]), np.append(size[1:], 0.0))
    jumps = (size > _JUMP * beside) & (beside > 0.0)
    legs, way = [0], 0.0
    for place, (sign, jump) in enumerate(zip(np.sign(change), jumps, strict=True), start=1):
        if jump or way == -sign:
            legs.append(place)
            way = 0.0
        else:
            way = sign
    return legs


def _pieces(change: Floats, level: Rows) -> Iterator[int]:
    """Yield where the frequency goes back over points of its sweep, the first place too.

    Args:
        change: of log frequency from each place to the next.
        level: rank of the frequency of each place.
    """
    yield 0
    begin, legs = 0, _legs(change)
    for leg, end in pairwise([*legs[1:], level.size]):
        low, high = sorted((level[leg], level[end - 1]))
        passed = level[begin:leg]
        if ((passed >= low) & (passed <= high)).any():
            yield leg
            begin = leg


def _parted(turn: int, after: int, begin: int, marks: Flags) -> int:
    """Return the row that begins a sweep at the points where the frequency turns.

    Args:
        turn: first row at the frequency at which it turns.
        after: first row beyond.
        begin: first row of the sweep before.
        marks: rows at which a step is marked.
    """
    marked = np.flatnonzero(marks[turn : after + 1]) + turn
    marked = marked[marked > begin]
    return int(marked[0]) if marked.size else turn + (after - turn + 1) // 2
