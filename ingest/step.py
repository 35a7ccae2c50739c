"""Our own steps and cycles, beside the instrument's.

A step begins where the instrument marks one: a change of its step, its step type, its half-cycle.
Only an export without any such mark is cut by its current: charge, discharge, rest.
A half-cycle is a run of steps of one direction, with the rests between them. A cycle is one
half-cycle each way, in the order the test began with. A step that runs both ways (a voltammetric
sweep) is a cycle by itself. Rests and impedance belong to the cycle they stand in.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ingest.reading import Finding
from ingest.series import Series, Values

REST_FRACTION = 1e-3
"""Below this part of the test's greatest |current|, a current is rest (METRICS §0)."""
BOTH_WAYS_FRACTION = 0.05
"""Above this part of its charge flowing the other way, a step runs both ways."""

_MARKS = ("vendor_step_count", "step_id", "step_type")


def step_starts(series: Series, marks: tuple[str, ...]) -> tuple[NDArray[np.int64], Series]:
    """Return the first row of every step, and the series with a finding if they were inferred.

    Args:
        series: canonical columns.
        marks: columns that mark steps by changing; empty takes the canonical ones.
    """
    names = [name for name in marks or _MARKS if name in series.columns]
    begins = np.zeros(series.row_count, dtype=bool)
    begins[:1] = True
    if not names:
        names = [name for name in ("vendor_cycle_count",) if name in series.columns]
        state = current_state(series.number("current_ampere"))
        begins[1:] |= state[1:] != state[:-1]
        if "current_ampere" in series.columns:
            series = series.noting(
                Finding(
                    "steps_from_current",
                    "the export marks no steps; they were cut where the current turns between "
                    f"charge, discharge and rest (below {REST_FRACTION:g} of the greatest current)",
                )
            )
    for name in names:
        begins[1:] |= _changes(series.columns[name])
    return np.flatnonzero(begins), series


def _changes(values: Values) -> NDArray[np.bool_]:
    if isinstance(values, pa.Array):
        if pa.types.is_dictionary(values.type):
            values = values.indices
        values = pc.fill_null(values, -1 if pa.types.is_integer(values.type) else "").to_numpy(
            zero_copy_only=False
        )
    return np.asarray(values[1:] != values[:-1])


def current_state(current: NDArray[np.float64]) -> NDArray[np.int8]:
    """Return +1 where the cell is charged, -1 where it is discharged, 0 at rest or unknown."""
    known = np.nan_to_num(current)
    rest = REST_FRACTION * np.abs(known).max(initial=0.0)
    return np.sign(np.where(np.abs(known) < rest, 0.0, known)).astype(np.int8)


@dataclass(frozen=True, slots=True)
class Numbering:
    """Cycle and half-cycle of every step, both from 1."""

    cycle: NDArray[np.int64]
    half_cycle: NDArray[np.int64]


def number_cycles(modes: NDArray[np.str_]) -> Numbering:
    """Number the cycles of a test from the modes of its steps, in order."""
    direction = np.select(
        [modes == "charge", modes == "discharge", modes == "sweep"], [1, -1, 2], default=0
    )
    active = np.flatnonzero(direction)
    now, before = direction[active][1:], direction[active][:-1]
    sweep = (now == 2) | (before == 2)
    turns = sweep | (now != before)
    one_way = direction[np.abs(direction) == 1]
    returns = sweep | (turns & (now == (one_way[0] if one_way.size else 0)))
    return Numbering(_running(returns, active, len(modes)), _running(turns, active, len(modes)))


def _running(rises: NDArray[np.bool_], active: NDArray[np.int64], steps: int) -> NDArray[np.int64]:
    """Count from 1, one more at each active step that rises; inactive steps keep the count."""
    rising = np.zeros(steps, dtype=np.int64)
    rising[active[1:]] = rises
    return 1 + np.cumsum(rising)
