"""Which records of a test count, and what the others stand for (METRICS 0.5).

A record without current and voltage (a temperature alone), one that repeats an earlier one and an
outlier stay in the points and belong to no interval: the records beside them meet.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ingest.reading import Finding
from ingest.series import Series, Values
from ingest.signal import Signal

_OUTLIER: Final = 10.0
"""An outlier is this many times as large as either neighbor."""
_BLOCK: Final = 131_072
"""Records looked at together."""
_STILL: Final = 0.1
"""Below this part of what such a change of current moves the voltage elsewhere, it did not move."""
_FEW: Final = 0.01
"""One record a step, or this part of its records, may be outliers; more are none."""

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]


def codes(values: Values) -> NDArray[np.generic]:
    """Return a column as something whose changes can be seen: numbers, or codes of its words."""
    if not isinstance(values, pa.Array):
        return np.asarray(values)
    if not pa.types.is_dictionary(values.type):
        if pa.types.is_integer(values.type) or pa.types.is_floating(values.type):
            return np.asarray(pc.fill_null(values, -1).to_numpy(zero_copy_only=False))
        values = values.dictionary_encode()
    return np.asarray(pc.fill_null(values.indices, -1).to_numpy(zero_copy_only=False))


def counting(series: Series, marks: Sequence[str]) -> tuple[Flags | None, tuple[Finding, ...]]:
    """Return which records count, None for all, and what was noticed.

    Args:
        series: canonical columns of one test.
        marks: columns that mark steps; a record that repeats another repeats these too.
    """
    voltage, current = series.number("voltage_volt"), series.number("current_ampere")
    counts = None
    if np.isnan(current.min(initial=0.0)) or np.isnan(voltage.min(initial=0.0)):
        measured = ~(np.isnan(voltage) & np.isnan(current))
        if measured.any() and not measured.all():
            counts = measured
    time = series.number("test_time_second")
    compared = (time, voltage, current, *(codes(series.columns[mark]) for mark in marks))
    if np.any(time[1:] < time[:-1]):
        repeated = _repeated(compared)
    else:  # only records of one time can repeat each other, at the seam of two steps for example
        repeated = np.zeros(series.row_count, dtype=bool)
        same = np.flatnonzero(time[1:] == time[:-1])
        rows = np.union1d(same, same + 1)
        if rows.size:
            repeated[rows] = _repeated([values[rows] for values in compared])
    if counts is not None:
        repeated &= counts
    if not repeated.any():
        return counts, ()
    note = Finding(
        "records_repeated",
        f"{int(np.count_nonzero(repeated))} records have time, voltage and current of an earlier "
        "one; each counts once",
        f"record {int(np.argmax(repeated)) + 1}",
    )
    return ~repeated if counts is None else counts & ~repeated, (note,)


def _repeated(columns: Sequence[NDArray[np.generic]]) -> Flags:
    """Return the rows that equal an earlier one; rows with a missing number equal none."""
    order = np.lexsort(columns[::-1])
    same = np.ones(order.size - 1, dtype=bool)
    for values in columns:
        sorted_values = values[order]
        same &= sorted_values[1:] == sorted_values[:-1]
    repeated = np.zeros(order.size, dtype=bool)
    repeated[order[1:]] = same
    return repeated


def spikes(signal: Signal, least_ampere: float) -> Rows:
    """Return the records whose current is far above both neighbors, each taken for a least one."""
    found = [np.zeros(0, dtype=np.int64)]
    for start in range(0, signal.size - 2, _BLOCK):  # few enough that they stay cached
        size = np.abs(signal.current[start : start + _BLOCK + 2])
        neighbor = np.maximum(size[:-2], size[2:])
        np.maximum(neighbor, least_ampere, out=neighbor)
        neighbor *= _OUTLIER
        found.append(start + 1 + np.flatnonzero(size[1:-1] > neighbor))
    return np.concatenate(found)


def outliers(signal: Signal, starts: Rows, rest_ampere: float, *, marked: bool) -> Rows:
    """Return the single records whose current the voltage knows nothing of.

    Args:
        signal: of the test.
        starts: first row of every step as marked.
        rest_ampere: what a neighbor is taken for at least: noise at rest is none.
        marked: whether the export marks steps; else each run of one direction is one.
    """
    current, size = signal.current, np.abs(signal.current)
    rows = spikes(signal, rest_ampere)
    if not marked:
        starts = np.union1d(starts, _turns(np.where(size > rest_ampere, current, 0.0), rows))
    step = np.searchsorted(starts, rows, side="right") - 1
    length = np.diff(starts, append=current.size)
    # a first record far above the next is the inrush of its step
    inside = (rows > starts[step]) & (length[step] > 2)
    rows, step = rows[inside], step[inside]
    if rows.size == 0:
        return rows
    change = np.abs(current[rows] - current[rows - 1])
    resistance = _resistance(current, signal.voltage, rows)
    still = _off_its_way(signal.voltage, signal.time, rows) < _STILL * resistance * change
    rows, step = rows[still], step[still]
    several = np.bincount(step, minlength=starts.size)[step]
    few = (several == 1) | (several <= _FEW * length[step])
    return np.asarray(rows[few])


def _turns(current: Floats, but: Rows) -> Rows:
    """Return the records at which the current takes another direction than at the one before."""
    rows = np.delete(np.arange(current.size), but)
    way = np.sign(current[rows])
    return np.asarray(rows[1:][way[1:] != way[:-1]])


def _off_its_way(voltage: Floats, time: Floats, rows: Rows) -> Floats:
    """Return how far the voltage of records lies from the straight line between their neighbors."""
    whole = time[rows + 1] - time[rows - 1]
    part = np.divide(time[rows] - time[rows - 1], whole, where=whole > 0.0, out=0.5 + 0.0 * whole)
    line = voltage[rows - 1] + part * (voltage[rows + 1] - voltage[rows - 1])
    return np.asarray(np.abs(voltage[rows] - line))


def _resistance(current: Floats, voltage: Floats, but: Rows) -> float:
    """Return what a change of current moves the voltage by, in ohm, at the larger changes.

    Where no current ever changes nothing is known against an outlier: infinity.
    """
    change, moved = np.abs(np.diff(current)), np.abs(np.diff(voltage))
    for rows in (but, but - 1):
        change[rows] = 0.0
    large = change > 0.5 * np.nanmax(change, initial=0.0)
    known = large & np.isfinite(moved)
    return float(np.median(moved[known] / change[known])) if known.any() else np.inf
