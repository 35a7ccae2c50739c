"""Test time, checked against what else the export knows of time.

Single records that fall out of time get the time between their neighbors, times of day go on over
midnight, the unit is held against the wall clock (ingest/time_unit.py). What runs backwards besides
stays as it is and is told.
"""

from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ingest.reading import Finding
from ingest.series import Series, Values
from ingest.time_unit import in_seconds, unix_in_seconds

_DAY_SECOND: Final = 86_400.0
_HOUR_SECOND: Final = 3_600.0
_SINGLE: Final = 0.1
"""At most this part of the records falls out of time one by one; more are another clock."""
_COMPARED: Final = ("voltage_volt", "current_ampere", "vendor_cycle_count", "step_id", "step_type")

Floats = NDArray[np.float64]


def timed(series: Series) -> Series:
    """Return the series with a test time in seconds; findings say what was done and is odd."""
    series = unix_in_seconds(series)
    if "test_time_second" not in series.columns:
        if "unix_time_second" not in series.columns:
            return series
        clock = series.number("unix_time_second")
        detail = "test time is the absolute time less that of record 1"
        series = series.adding({"test_time_second": clock - clock[0]})
        series = series.noting(Finding("time_from_clock", detail))
    back = _back(series)
    if not back.size:
        return in_seconds(series)
    return _reversals(in_seconds(_singles(series, back)))


def _back(series: Series) -> NDArray[np.int64]:
    """Return the records before which test time runs backwards, by the row before each."""
    time = series.number("test_time_second")
    return np.flatnonzero(time[1:] < time[:-1])


def over_midnight(clock_second: Floats) -> tuple[Floats, int]:
    """Return times of day as times that go on over midnight, and how often they crossed it.

    Every fall of such a clock is one of more than half a day; one that also falls otherwise, or
    tells a day or more, is none, and is returned as it is. A clock that begins at zero counts from
    a start: only a fall that continues its beat is a midnight, else it was set back.
    """
    known = np.flatnonzero(np.isfinite(clock_second))
    time = clock_second[known]
    if not time.size or time.max() >= _DAY_SECOND or time.min() < 0.0:
        return clock_second, 0
    step = np.diff(time)
    fall = step < -_HOUR_SECOND
    fall[:-1] &= time[2:] < time[:-2]  # a single record out of time is taken up again
    after = step[fall] + _DAY_SECOND
    if not fall.any() or after.max() >= _DAY_SECOND / 2:
        return clock_second, 0
    beat = float(np.median(step[step > 0.0])) if np.any(step > 0.0) else 0.0
    if time[0] <= 10 * beat and after.max() > 10 * beat:
        return clock_second, 0
    crossed = clock_second.copy()
    crossed[known[1:]] += _DAY_SECOND * np.cumsum(fall)
    return crossed, int(np.count_nonzero(fall))


def _singles(series: Series, back: NDArray[np.int64]) -> Series:
    """Give single records that fall out of time the time between their neighbors."""
    time = series.number("test_time_second")
    step = np.diff(time)
    beat = float(np.median(step[step > 0.0])) if np.any(step > 0.0) else 0.0
    fallen = back[step[back] < -beat] + 1
    fallen = fallen[fallen < time.size - 1]
    fallen = fallen[time[fallen + 1] >= time[fallen - 1]]
    ahead = back[(step[back] < -beat) & (back > 0) & (back < time.size - 2)]
    ahead = ahead[(time[ahead + 1] >= time[ahead - 1]) & (time[ahead + 2] >= time[ahead + 1])]
    ahead = ahead[time[ahead + 2] < time[ahead]]
    single = np.union1d(fallen, ahead)
    single = single[~_repeats(series, time, single)]
    if not single.size or single.size > _SINGLE * time.size:
        return series
    mended = time.copy()
    mended[single] = 0.5 * (time[single - 1] + time[single + 1])
    note = Finding(
        "time_of_single_records",
        f"the time of {single.size} single records falls out of the order of those beside them; "
        "they take the time between their neighbors",
        f"record {int(single[0]) + 1}",
    )
    return series.adding({"test_time_second": mended}).noting(note)


def _repeats(series: Series, time: Floats, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which rows say again what an earlier one in order said: their time is right."""
    compared = [_comparable(series.columns[name]) for name in _COMPARED if name in series.columns]
    order = np.argsort(time, kind="stable")
    first = np.searchsorted(time, time[rows], side="left", sorter=order)
    until = np.searchsorted(time, time[rows], side="right", sorter=order)
    again = np.zeros(rows.size, dtype=bool)
    for place, row in enumerate(rows):  # few rows, and few records of one time
        earlier = order[first[place] : until[place]]
        earlier = np.setdiff1d(earlier[earlier < row], rows)
        alike = [one[earlier] == one[row] for one in compared]
        again[place] = bool(alike) and bool(np.logical_and.reduce(alike).any())
    return again


def _comparable(values: Values) -> NDArray[Any]:
    if not isinstance(values, pa.Array):
        return np.asarray(values)
    codes = values.indices if pa.types.is_dictionary(values.type) else values
    comparable: NDArray[Any] = codes.to_numpy(zero_copy_only=False)
    return comparable


def _reversals(series: Series) -> Series:
    """Tell where test time still runs backwards."""
    time, back = series.number("test_time_second"), _back(series)
    if not back.size:
        return series
    worst = float((time[back + 1] - time[back]).min())
    detail = f"test time runs backwards {back.size} times, by {-worst:g} s at most"
    return series.noting(Finding("time_reversed", detail, f"record {int(back[0]) + 2}"))
