"""What steps and cycles a test has, and what passed in each: the ideas of METRICS 0, in order.

record.py        which records count
rest_current.py  what is a current and what is rest
mode.py          what label and technique say
step.py          where a step begins
rollup.py        what is measured of it (charge.py, gap.py, boundary.py, counter.py)
capacity.py      counter or trapezoid
mode.py          what it is
schema/cycle.py  which half-cycle and cycle it belongs to
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ingest.capacity import settled
from ingest.control import at_beginning, controls
from ingest.counter import Counters, counters_of, loop_starts
from ingest.cycle_number import compare
from ingest.direction import sign_doubtful
from ingest.mode import STILL, StatedModes, disagreement, judged_modes, rests_that_run, stated_modes
from ingest.quality import judged_quality
from ingest.reading import Finding
from ingest.record import codes, counting, outliers, spikes
from ingest.resolution import resolution
from ingest.rest_current import CurrentScale, current_scale
from ingest.rollup import described, measure
from ingest.series import Series
from ingest.signal import Signal, signal_of
from ingest.step import UNMARKED, Segments, cut, marked_starts, marks_of
from schema.cycle import FLOWING, Numbering, number_steps
from schema.half_cycle import Runs

_WRITTEN_SHARE: Final = 1e-4
"""A resolution that no text states counts up to this part of the typical current."""

Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]
Columns = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Course:
    """How a test went: its series, the signal that counts, its currents, and outliers' charge."""

    series: Series
    signal: Signal
    counters: tuple[Counters, Counters]
    """Of charge, and of energy."""
    scale: CurrentScale
    outlying: tuple[Rows, NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Derived:
    """What became of a series.

    Attributes:
        points: the series with cycle, step and interval of every record.
        starts: first record of every step.
        steps: columns of schema.relation.STEP but test_id.
        parts: the same of the parts of steps inside which the instrument's cycle changes.
    """

    points: Series
    starts: Rows
    steps: Columns
    parts: Columns | None


def derive(series: Series, declared_marks: Sequence[str], technique: str | None) -> Derived:
    """Return steps and cycles of a series of at least one record.

    Args:
        series: canonical columns of one test.
        declared_marks: columns that mark its steps; empty takes the usual ones.
        technique: as the instrument names it.
    """
    marks = marks_of(series, declared_marks)
    counts, findings = counting(series, marks)
    signal = signal_of(series, counts)
    starts = marked_starts(series, marks, counts)
    stated = stated_modes(series, starts, technique)
    signal, scale, outlying = _scaled(signal, starts, stated.mode == "rest", marked=bool(marks))
    starts, ours = cut(
        signal,
        _segments(starts, stated),
        _scan_number(series),
        scale.rest_ampere,
        marked=bool(marks),
        loops=loop_starts(series),
    )
    if not marks and "current_ampere" in series.columns:
        findings = (*findings, UNMARKED)
    stated = stated_modes(series, starts, technique)
    flows = ~np.isin(stated.mode, STILL)
    counters = counters_of(series, "capacity_ah"), counters_of(series, "energy_wh")
    course = Course(series, signal, counters, scale, outlying)
    steps, interval = _measured(course, starts, ours, flows)
    steps["step_count"] = np.arange(1, starts.size + 1)
    steps["rest_current_ampere"] = np.full(starts.size, scale.rest_ampere)
    numbering, notes = _numbered(steps, stated, scale)
    steps |= {
        "cycle_count": numbering.cycle,
        "half_cycle_count": _null_where_none(numbering.half_cycle),
        "half_cycle_left": numbering.left,
    }
    beginning = at_beginning(signal.current, starts), at_beginning(signal.voltage, starts)
    steps["control"], steps["control_value"] = controls(steps, beginning, stated.control)
    scans = _scan_number(series)
    if scans is not None:
        ends = starts + steps["point_count"] - 1
        notes = (*notes, *compare(steps, numbering.half_cycle, scans[starts], scans[ends]))
    doubts = series.doubts
    if not np.isin(stated.mode, FLOWING).any() and (doubtful := _sign(steps)) is not None:
        notes, doubts = (*notes, doubtful), (*doubts, doubtful.kind)
    quality, flaws = judged_quality(steps, doubts)
    steps |= quality
    steps = {name: values for name, values in steps.items() if not name.startswith("_")}
    parts = None if scans is None else _parts(course, starts, ours, steps, scans)
    ends = np.cumsum(steps["point_count"])
    points = series.noting(*findings, *notes, *flaws).adding(
        {
            "cycle_count": pa.RunEndEncodedArray.from_arrays(ends, steps["cycle_count"]),
            "step_count": pa.RunEndEncodedArray.from_arrays(ends, steps["step_count"]),
            "interval_second": interval,
        }
    )
    return Derived(points, starts, steps, parts)


def _measured(
    course: Course, starts: Rows, ours: Flags, flows: Flags
) -> tuple[Columns, NDArray[np.float64]]:
    """Return what was measured of steps, each by its better source, and the intervals."""
    series, scale = course.series, course.scale
    measured = measure(
        series,
        course.signal,
        starts,
        course.counters,
        ours=ours,
        flows=flows,
        rest_ampere=scale.rest_ampere,
    )
    rows, charge = course.outlying
    step = np.searchsorted(starts, rows, side="right") - 1
    steps: Columns = {
        **described(series, starts),
        **measured.steps,
        "outlier_count": np.bincount(step, minlength=starts.size),
        "_outlier_ah": np.bincount(step, charge, minlength=starts.size),
    }
    written = series.written.get("current_ampere")
    if written is None:  # what all numbers are multiples of may be chance
        written = min(
            resolution(series.number("current_ampere")), _WRITTEN_SHARE * scale.typical_ampere
        )
    steps |= settled(steps, written, course.counters[0].resolution)
    return steps, measured.interval


def _parts(
    course: Course, starts: Rows, ours: Flags, steps: Columns, cycle: NDArray[np.int64]
) -> Columns | None:
    """Return the parts of the steps inside which the instrument's cycle changes, None without any.

    A part is what its step is; only what was measured of it is its own.
    """
    step = np.repeat(np.arange(starts.size), steps["point_count"])
    flows = np.isin(steps["mode"], FLOWING)
    changes = 1 + np.flatnonzero((cycle[1:] != cycle[:-1]) & (step[1:] == step[:-1]))
    changes = changes[flows[step[changes]]]
    if changes.size == 0:
        return None
    finer = np.union1d(starts, changes)
    own = np.isin(finer, changes) | ours[step[finer]]
    parts, _ = _measured(course, finer, own, flows[step[finer]])
    chosen = np.flatnonzero(np.isin(step[finer], step[changes]))
    parent = step[finer][chosen]
    first = np.flatnonzero(np.diff(parent, prepend=-1))
    count = 1 + np.arange(parent.size) - np.repeat(first, np.diff(first, append=parent.size))
    own_columns = {
        name: _taken(values, chosen) for name, values in parts.items() if not name.startswith("_")
    }
    theirs = {name: _taken(steps[name], parent) for name in steps.keys() - own_columns.keys()}
    return {**theirs, **own_columns, "part_count": count}


def _taken(values: Any, rows: Rows) -> Any:  # noqa: ANN401 — NumPy, Arrow or nothing
    if isinstance(values, pa.Array):
        return values.take(pa.array(rows))
    return None if values is None else np.asarray(values)[rows]


def _scaled(
    signal: Signal, starts: Rows, resting: Flags, *, marked: bool
) -> tuple[Signal, CurrentScale, tuple[Rows, NDArray[np.float64]]]:
    """Return the signal without outliers, the scale of its currents, and the outliers' charge."""
    scale = current_scale(signal.time, signal.current, starts, resting)
    rows = spikes(signal, 0.1 * scale.rest_ampere)
    if rows.size:
        # glitches may own the scale they are judged by: judge by what is left without any spike
        without = signal.without(rows)
        scale = current_scale(without.time, without.current, starts, resting)
        rows = outliers(signal, starts, scale.rest_ampere, marked=marked)
    charge = np.abs(signal.current[rows] * (signal.time[rows] - signal.time[rows - 1])) / 3600.0
    return signal.without(rows), scale, (rows, charge)


def _segments(starts: Rows, stated: StatedModes) -> Segments:
    still = np.isin(stated.mode, STILL)
    return Segments(
        starts, ~still, stated.mode == "voltammetry", np.isin(stated.mode, ("pulse", "both"))
    )


def _scan_number(series: Series) -> NDArray[np.int64] | None:
    values = series.columns.get("vendor_cycle_count")
    return None if values is None else np.asarray(codes(values), dtype=np.int64)


def _numbered(
    steps: Columns, stated: StatedModes, scale: CurrentScale
) -> tuple[Numbering, tuple[Finding, ...]]:
    """Judge the modes, number the cycles, and judge once more a rest that turns out to run."""
    net, elapsed = steps["net_charge_ah"], steps["duration_second"]
    back = np.minimum(steps["charge_capacity_ah"], steps["discharge_capacity_ah"])
    runs = Runs(
        np.nan_to_num(net),
        np.nan_to_num(back),
        steps["minimum_voltage_volt"],
        steps["maximum_voltage_volt"],
        steps["last_voltage_volt"],
    )
    program = next(
        (codes(steps[n]) for n in ("step_id", "step_type") if steps[n] is not None),
        steps["step_count"],
    )
    mode, by = judged_modes(stated, net, elapsed, steps["median_current_ampere"], scale)
    numbering = number_steps(mode, runs, program)
    half = np.bincount(numbering.half_cycle, np.where(mode == "rest", 0.0, runs.charge))
    contrary = rests_that_run(stated, net, elapsed, float(np.abs(half).max(initial=0.0)), scale)
    if contrary.any():
        mode = np.where(contrary, np.where(net > 0.0, "charge", "discharge"), mode)
        by = np.where(contrary, "charge", by)
        numbering = number_steps(mode, runs, program)
    contrary |= np.isin(stated.mode, ("charge", "discharge")) & (stated.mode != mode)
    steps["mode"], steps["judged_by"] = mode, np.where(by == "", "charge", by)
    steps["both_ways"] = np.isin(mode, ("charge", "discharge")) & (
        back > 1e-3 * np.maximum(np.abs(net), 1e-300)
    )
    return numbering, disagreement(contrary, steps["step_count"])


def _sign(steps: Columns) -> Finding | None:
    """Check the sign of the current, where no label states it, by the voltages of cycles."""
    flows, cycle = np.isin(steps["mode"], FLOWING), steps["cycle_count"]

    def of_cycle(name: str) -> NDArray[np.float64]:
        return np.asarray(np.bincount(cycle, np.where(flows, steps[name], 0.0))[1:])

    charge, discharge = of_cycle("charge_capacity_ah"), of_cycle("discharge_capacity_ah")
    with np.errstate(divide="ignore", invalid="ignore"):
        charging = of_cycle("charge_energy_wh") / charge
        discharging = of_cycle("discharge_energy_wh") / discharge
    first = np.flatnonzero(np.diff(cycle, prepend=0))
    span = np.fmax.reduceat(steps["maximum_voltage_volt"], first) - np.fmin.reduceat(
        steps["minimum_voltage_volt"], first
    )
    return sign_doubtful(charging, discharging, charge, discharge, span)


def _null_where_none(half_cycle: NDArray[np.int64]) -> Any:  # noqa: ANN401 — NumPy or Arrow
    none = half_cycle == 0
    return pa.array(half_cycle, mask=none) if none.any() else half_cycle
