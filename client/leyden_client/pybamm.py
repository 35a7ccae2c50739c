"""Points as PyBaMM, PyBOP and Ionworks take them: their names, and current positive on discharge.

They interpolate between times that must rise. Where a step begins at the very time at which the one
before ended, its first record is moved by a microsecond: without either of them the current would
run aslant from one to the other, and another charge would pass.
"""

import warnings
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from leyden_client.error import LeftOut, Unsuitable

TIME: Final = "test_time_second"
CURRENT: Final = "current_ampere"
VOLTAGE: Final = "voltage_volt"
_NEEDED: Final = (TIME, CURRENT, VOLTAGE)
_CELSIUS: Final = "_celsius"
_MOVED: Final = 1e-6
"""By how much, in s, a record is moved that has the time of the one before."""


def for_pybamm(points: pa.Table, temperature: str | None) -> pa.Table:
    """Return points of one test under PyBaMM's names; see Table.to_pybamm.

    Raises:
        Unsuitable: when they cannot be had of these rows.
    """
    for name in _NEEDED:
        if name not in points.column_names:
            raise Unsuitable(f"PyBaMM takes points with {', '.join(_NEEDED)}: {name} is not here")
    _of_one_test(points)
    celsius = _temperature(points, temperature)
    records = points.filter(_complete(points))
    if not len(records):
        raise Unsuitable("no record has a time, a current and a voltage")
    if missing_count := len(points) - len(records):
        message = (
            f"{missing_count:,} of {len(points):,} records"
            " have no time, current or voltage: left out"
        )
        warnings.warn(message, LeftOut, stacklevel=3)
    start = records[TIME][0]
    time, moved = _rising(pc.subtract(records[TIME], start).combine_chunks())
    current = pc.subtract(0.0, records[CURRENT])  # negated, a rest would be at -0.0
    columns = [
        ("Time [s]", "s", "Time since the first of these records.", time),
        ("Current [A]", "A", "Current; POSITIVE ON DISCHARGE, as PyBaMM has it.", current),
        ("Voltage [V]", "V", "Voltage across the cell.", records[VOLTAGE]),
    ]
    if celsius is not None:
        columns.append(("Temperature [degC]", "°C", f"From {celsius}.", records[celsius]))
    fields = [
        pa.field(name, values.type, metadata={"unit": unit, "meaning": meaning})
        for name, unit, meaning, values in columns
    ]
    words = {
        **(points.schema.metadata or {}),
        b"leyden.relation": b"pybamm",
        b"leyden.meaning": b"points as PyBaMM takes them: current positive on discharge",
        b"leyden.start_second": repr(start.as_py()).encode(),
        b"leyden.moved_count": str(moved).encode(),
    }
    return pa.Table.from_arrays([values for *_, values in columns], schema=pa.schema(fields, words))


def _of_one_test(points: pa.Table) -> None:
    if "test_id" in points.column_names:
        tests = pc.unique(points["test_id"]).to_pylist()
        if len(tests) > 1:
            listed = ", ".join(map(str, tests[:5]))
            raise Unsuitable(f"PyBaMM takes one test at a time; these are of several: {listed}")


def _temperature(points: pa.Table, named: str | None) -> str | None:
    """Return the column that holds the temperature, None where none does."""
    there = [name for name in points.column_names if name.endswith(_CELSIUS)]
    if named is not None:
        if named not in there:
            listed = ", ".join(there) or "none"
            raise Unsuitable(f"{named!r} is no column of temperatures here; those are: {listed}")
        return named
    filled = [name for name in there if points[name].null_count < len(points)]
    if len(filled) > 1:
        example = f"to_pybamm(temperature={filled[0]!r})"
        raise Unsuitable(
            f"temperatures are in {', '.join(filled)}: say which is meant, e.g. {example}"
        )
    return filled[0] if filled else None


def _complete(points: pa.Table) -> pa.ChunkedArray:
    """Return which records have a time, a current and a voltage."""
    finite = [pc.fill_null(pc.is_finite(points[name]), fill_value=False) for name in _NEEDED]
    return pc.and_(pc.and_(finite[0], finite[1]), finite[2])


def _rising(time: pa.Array) -> tuple[pa.Array, int]:
    """Return times that rise, each later one at the same time moved on, and how many were moved.

    Raises:
        Unsuitable: when time runs back, or records lie closer than they are moved.
    """
    passed = pc.subtract(time[1:], time[:-1])
    _refuse(time, pc.less(passed, 0.0), "time runs back")
    again = pa.concat_arrays([pa.array([False]), pc.equal(passed, 0.0)])
    place = pc.cumulative_sum(pa.repeat(pa.scalar(1, pa.int64()), len(time)))
    first = pc.cumulative_max(pc.if_else(again, 0, place))
    moved = pc.add(time, pc.multiply(pc.cast(pc.subtract(place, first), pa.float64()), _MOVED))
    passed = pc.subtract(moved[1:], moved[:-1])
    _refuse(time, pc.less_equal(passed, 0.0), "records lie closer than a microsecond")
    return moved, pc.sum(again, min_count=0).as_py()


def _refuse(time: pa.Array, where: pa.BooleanArray, reason: str) -> None:
    """Refuse times where something is wrong with them, and say from where to where."""
    place = pc.index(where, pa.scalar(value=True)).as_py()
    if place >= 0:
        at, then = time[place].as_py(), time[place + 1].as_py()
        advice = "ask for a window without it, by start_second and end_second"
        raise Unsuitable(f"{reason}, {at:g} s to {then:g} s after the first record: {advice}")
