"""Where a step begins (METRICS 0.1).

A step begins where the instrument marks one: its step, step type, half-cycle, technique loop. A
flag that flips inside an impedance sweep marks nothing; sweep_order.py tells what one sweep is. A
voltammogram is cut into its scans, and by nothing else. Inside a step that runs both ways, and
wherever nothing is marked, the charge itself cuts where it turns; without any mark, rests are cut
out too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.reading import Finding
from ingest.record import codes
from ingest.series import Series
from ingest.signal import Signal
from ingest.sweep_order import sweep_starts
from schema.half_cycle import MINOR_SHARE, Runs, half_cycles

MARKS: Final = ("vendor_step_count", "step_id", "step_type")
"""Columns that mark steps where the reader declares no others."""
_REST_RECORDS: Final = 3
"""Without marks, a rest is cut out when it has as many records."""
_MIDWAY: Final = 0.95
"""A leg of the potential below this part of the longest begins or ends within the window."""
_PAUSE: Final = 1000.0
"""An interval so many times the usual one turns no charge, whatever it may have carried."""
_NOISE: Final = 10.0
"""A shorter run of current below so many rest currents interrupts no rest."""

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]

UNMARKED: Final = Finding(
    "steps_from_current",
    "the export marks no steps; they were cut where the charge turns, and where current rests",
)


def marks_of(series: Series, declared: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that mark the steps of a series: those declared, else the usual ones."""
    return tuple(name for name in declared or MARKS if name in series.columns)


def marked_starts(series: Series, marks: Sequence[str], counts: Flags | None) -> Rows:
    """Return the first record of every step that the instrument marks; the first record is one."""
    begins = np.zeros(series.row_count, dtype=bool)
    begins[:1] = True
    rows = None if counts is None else np.flatnonzero(counts)
    for name in marks:
        values = codes(series.columns[name])
        if rows is None:
            begins[1:] |= values[1:] != values[:-1]
        else:
            begins[rows[1:]] |= values[rows[1:]] != values[rows[:-1]]
    if "frequency_hertz" in series.columns:
        frequency = series.number("frequency_hertz")
        swept = frequency > 0.0
        begins &= ~swept | sweep_starts(frequency, series.number("vendor_cycle_count"), begins)
        begins[1:] |= swept[1:] != swept[:-1]
    return np.flatnonzero(begins)


@dataclass(frozen=True, slots=True)
class Segments:
    """What is known of each marked step before its charge is.

    Attributes:
        starts: first record of each.
        flows: whether its charge counts: no rest by label or technique, no impedance, no scan.
        scans: whether it is voltammetry.
        whole: whether it is one step whichever way it runs: pulses, a drive cycle.
    """

    starts: Rows
    flows: Flags
    scans: Flags
    whole: Flags


def cut(
    signal: Signal,
    segments: Segments,
    scan_number: NDArray[np.int64] | None,
    rest_ampere: float,
    *,
    marked: bool,
    loops: Rows,
) -> tuple[Rows, Flags]:
    """Return the first record of every step, and whether the cut is ours and not a mark.

    Args:
        signal: of the test.
        segments: its steps as marked.
        scan_number: of each record, where the instrument numbers its scans.
        rest_ampere: at or below this a current rests.
        marked: whether the export marks steps at all.
        loops: first record of each loop of the technique: scans begin anew with it.
    """
    begins = np.zeros(signal.size, dtype=bool)
    begins[segments.starts] = True
    if segments.scans.any():
        _cut_scans(begins, signal.voltage, segments, scan_number, loops)
    greatest = np.fmax.reduceat(signal.current, segments.starts)
    least = np.fmin.reduceat(signal.current, segments.starts)
    both_ways = (greatest > rest_ampere) & (least < -rest_ampere)
    open_ = segments.flows & ~segments.whole & (both_ways | (not marked))
    if open_.any():
        begins |= _turning(signal, segments, open_, rest_ampere)
        if not marked:
            begins |= _resting(signal, segments, rest_ampere)
    starts = np.flatnonzero(begins)
    ours = ~np.isin(starts, segments.starts)
    return starts, ours


def _repeat(per_segment: Flags, starts: Rows, size: int) -> Flags:
    return np.asarray(np.repeat(per_segment, np.diff(starts, append=size)), dtype=bool)


def _turning(signal: Signal, segments: Segments, open_: Flags, rest_ampere: float) -> Flags:
    """Return the records at which the charge turns inside steps that are open to be cut."""
    starts, size = segments.starts, signal.size
    flows, opened = (_repeat(each, starts, size) for each in (segments.flows, open_))
    way = np.sign(np.where(np.abs(signal.current) > rest_ampere, signal.current, 0.0))
    way[~opened] = 0.0
    piece = np.zeros(size, dtype=bool)
    piece[starts] = True
    # a record at rest goes the way of the one before it in its step
    known = np.flatnonzero((way != 0.0) | piece)
    turns = np.flatnonzero((way[known[1:]] * way[known[:-1]] < 0.0) & ~piece[known[1:]])
    piece[known[1:][turns]] = True
    pieces = np.flatnonzero(piece)
    charge = _charges(signal, starts)
    charge[~flows] = 0.0
    inward = np.add.reduceat(np.maximum(charge, 0.0), pieces)
    outward = np.add.reduceat(np.maximum(-charge, 0.0), pieces)
    low = np.fmin.reduceat(signal.voltage, pieces)
    high = np.fmax.reduceat(signal.voltage, pieces)
    last = signal.voltage[np.append(pieces[1:], size) - 1]
    net = inward - outward
    number = half_cycles(Runs(net, np.minimum(inward, outward), low, high, last))
    turns_at = np.concatenate(([False], number[1:] != number[:-1]))
    turning = np.zeros(size, dtype=bool)
    turning[pieces[turns_at & ~_at_mark(net, pieces, turns_at, starts)]] = True
    return turning & opened


def _at_mark(net: Floats, pieces: Rows, turns: Flags, starts: Rows) -> Flags:
    """Return the turns so near a mark, in charge, that the mark is where the charge turned.

    A braking pulse that opens a step of discharge is a part of that step.
    """
    marked = np.isin(pieces, starts)
    begins = turns | marked
    group = np.flatnonzero(begins)
    size = np.abs(np.add.reduceat(net, group))
    first, last = marked[group], np.append(marked[group][1:], True)
    before, after = np.append(0.0, size[:-1]), np.append(size[1:], 0.0)
    opens = first & ~last & (size < MINOR_SHARE * after)
    closes = last & ~first & (size < MINOR_SHARE * before)
    near = closes.copy()
    near[1:] |= opens[:-1]
    found = np.zeros(pieces.size, dtype=bool)
    found[group[near]] = True
    return found


def _charges(signal: Signal, starts: Rows) -> Floats:
    """Return the charge of the interval before each record, A·s; none over a pause."""
    interval = np.diff(signal.time, prepend=signal.time[0])
    interval[starts] = 0.0
    usual = np.median(interval[interval > 0.0]) if np.any(interval > 0.0) else 0.0
    mean = 0.5 * (signal.current + np.concatenate((signal.current[:1], signal.current[:-1])))
    interval[(interval < 0.0) | (interval > _PAUSE * usual)] = 0.0
    return np.nan_to_num(mean * interval)


def _resting(signal: Signal, segments: Segments, rest_ampere: float) -> Flags:
    """Return the records at which a rest begins or ends."""
    size = np.abs(np.nan_to_num(signal.current))
    rests = size <= rest_ampere
    edges = np.concatenate(([0], np.flatnonzero(rests[1:] != rests[:-1]) + 1))
    length = np.diff(edges, append=signal.size)
    noise = ~rests[edges] & (length < _REST_RECORDS)
    noise &= np.maximum.reduceat(size, edges) <= _NOISE * rest_ampere
    rests = np.repeat(rests[edges] | noise, length)
    edges = np.concatenate(([0], np.flatnonzero(rests[1:] != rests[:-1]) + 1))
    length = np.diff(edges, append=signal.size)
    rests = np.repeat(rests[edges] & (length >= _REST_RECORDS), length)
    changes = np.zeros(signal.size, dtype=bool)
    changes[1:] = rests[1:] != rests[:-1]
    return changes & _repeat(segments.flows, segments.starts, signal.size)


def _cut_scans(
    begins: Flags,
    voltage: Floats,
    segments: Segments,
    scan_number: NDArray[np.int64] | None,
    loops: Rows,
) -> None:
    """Cut voltammetry into scans, by their number or by every second turn of the potential."""
    ends = np.append(segments.starts[1:], voltage.size)
    joined = segments.scans & np.concatenate(([False], segments.scans[:-1]))
    joined &= ~np.isin(segments.starts, loops)
    first = np.flatnonzero(segments.scans & ~joined)
    for group in first:
        last = group
        while last + 1 < joined.size and joined[last + 1]:
            last += 1
        rows = slice(segments.starts[group], ends[last])
        begins[rows] = False
        begins[rows.start] = True
        number = None if scan_number is None else scan_number[rows]
        if number is not None and np.any(number[1:] != number[:-1]):
            begins[rows][1:] |= number[1:] != number[:-1]
            continue
        change = np.nan_to_num(np.diff(voltage[rows], prepend=voltage[rows.start]))
        unknown = np.full(change.size, np.nan)
        leg = half_cycles(Runs(change, np.zeros(change.size), unknown, unknown, unknown))
        scan = (np.maximum(np.maximum.accumulate(leg), 1) + 1) // 2
        if _begins_midway(np.abs(np.bincount(leg, change)[1:])):
            scan = np.minimum(scan, leg.max() // 2)
        begins[rows][1:] |= scan[1:] > scan[:-1]


def _begins_midway(leg_volt: Floats) -> bool:
    """Return whether scans begin within the window: their first and last leg make one together."""
    if leg_volt.size < 3 or leg_volt.size % 2 == 0:
        return False
    whole = _MIDWAY * leg_volt[1:-1].max()
    return bool(leg_volt[0] < whole and leg_volt[-1] < whole)
