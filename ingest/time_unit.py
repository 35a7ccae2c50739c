"""Whether test time is in seconds, as its heading says.

A wall clock beside it is right about the unit. Without one, a test that would last for decades, or
whose current would take half a year for a charge, is doubted.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.reading import Finding
from ingest.series import Series

_DAY_SECOND: Final = 86_400.0
_HOUR_SECOND: Final = 3_600.0
_LONGEST_SECOND: Final = 10 * 365.25 * _DAY_SECOND
_SLOWEST_HOUR: Final = 5_000.0
_FACTORS: Final = np.array([1e6, 1e3, 3_600.0, 60.0, 1 / 60, 1 / 3_600, 1 / _DAY_SECOND, 1e-3])
"""Test time in another unit over seconds: µs and ms, or s over min, and the other way round."""
_NEAR: Final = 0.02
_AGREE: Final = 0.01
_WALL_CLOCKS: Final = ("unix_time_second", "local_time_s")
_PARTS: Final = 16
_LOOKS: Final = 4096
_TICKS: Final = 20
"""A wall clock tells a rate to some percent over this many of its ticks."""
_UNIX_UNITS: Final = ((1e17, 1e-9, "ns"), (1e14, 1e-6, "µs"), (1e11, 1e-3, "ms"))

Floats = NDArray[np.float64]


def unix_in_seconds(series: Series) -> Series:
    """Set right a Unix time that is in ms, µs or ns: seconds would lie ages ahead."""
    if "unix_time_second" not in series.columns:
        return series
    clock = series.number("unix_time_second")
    first = clock[np.argmax(np.isfinite(clock))] if clock.size else np.nan
    for least, scale, unit in _UNIX_UNITS:
        if first > least:
            detail = f"Unix time is in {unit}, by its first value {first:.0f}: taken as such"
            note = Finding("time_unit_corrected", detail, "unix_time_second")
            return series.adding({"unix_time_second": clock * scale}).noting(note)
    return series


def in_seconds(series: Series) -> Series:
    """Return the series with its test time in seconds; findings say what was done or doubted."""
    time = series.number("test_time_second")
    for name in (name for name in _WALL_CLOCKS if name in series.columns):
        clock = series.number(name)
        if np.fmax.reduce(clock) > np.fmin.reduce(clock):
            return _against(series, time, clock, name)
    return _unclocked(series, time)


def _against(series: Series, time: Floats, clock: Floats, name: str) -> Series:
    """Hold test time against a wall clock; the wall clock is right about the unit."""
    if _agree_at_a_glance(time, clock):
        return series
    rate, error = _rate(time, clock)
    if np.isnan(rate) or abs(rate - 1.0) <= _AGREE + error:
        return series
    near = np.abs(rate / _FACTORS - 1.0) <= _NEAR + error
    if not near.any():
        detail = f"test time runs {rate:.4g} times as fast as {name}, pauses left out"
        return series.noting(Finding("clocks_disagree", detail))
    factor = float(_FACTORS[near][0])
    columns = {"test_time_second": time / factor}
    if "step_time_second" in series.columns:
        step_time = series.number("step_time_second")
        if abs(_rate(step_time, time)[0] - 1.0) <= _NEAR:
            columns["step_time_second"] = step_time / factor
    detail = (
        f"test time runs {rate:.4g} times as fast as {name}: it is in another unit, and was "
        f"divided by {factor:.6g}"
    )
    return series.adding(columns).noting(Finding("time_unit_corrected", detail))


def _agree_at_a_glance(time: Floats, clock: Floats) -> bool:
    """Return whether the clocks run alike over most of a few parts of the test: the usual case."""
    places = np.linspace(0, time.size - 1, _PARTS + 1).astype(np.int64)
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = np.diff(time[places]) / np.diff(clock[places])
    return int(np.count_nonzero(np.abs(rates - 1.0) <= _AGREE)) > _PARTS // 2


def _rate(time: Floats, clock: Floats) -> tuple[float, float]:
    """Return how much of a time passes in a second of a clock while both run, and its error.

    Spans of some ticks of the clock are taken together where their rate is near the median, which
    no pause has; the error is two ticks for each break between them. NaN where nothing is known.
    """
    both = np.isfinite(time) & np.isfinite(clock)
    passed, ran = np.diff(time[both]), np.diff(clock[both])
    running = (passed > 0.0) & (ran >= 0.0)
    passed, ran = passed[running], ran[running]
    if not ran.size or ran.sum() <= 0.0:
        return np.nan, 0.0
    whole_seconds = bool(np.all(ran == np.round(ran)))
    tick = (1.0 if np.count_nonzero(ran) > 0.5 * ran.size else 60.0) if whole_seconds else 1e-3
    elapsed = np.cumsum(ran)
    span = np.floor((elapsed - ran) / min(_TICKS * tick, elapsed[-1]))
    starts = np.flatnonzero(np.diff(span, prepend=-1.0))
    of_time, of_clock = np.add.reduceat(passed, starts), np.add.reduceat(ran, starts)
    ticking = of_clock > 0.0
    of_time, of_clock = of_time[ticking], of_clock[ticking]
    rates, doubt = of_time / of_clock, 2.0 * tick / of_clock
    middle = np.argsort(rates)[rates.size // 2]  # a pause can but lower a rate
    alike = np.abs(rates / rates[middle] - 1.0) <= _AGREE + doubt + doubt[middle]
    breaks = 1 + int(np.count_nonzero(alike[1:] != alike[:-1]))
    seconds = float(of_clock[alike].sum())
    return float(of_time[alike].sum()) / seconds, 2.0 * breaks * tick / seconds


def _unclocked(series: Series, time: Floats) -> Series:
    """Doubt the unit of a test time that no wall clock confirms and no test lasts."""
    span = float(time[-1] - time[0])
    if np.isnan(span):
        span = float(np.fmax.reduce(time) - np.fmin.reduce(time))
    detail = None
    if span > _LONGEST_SECOND:
        detail = f"test time spans {span / _LONGEST_SECOND * 10:.3g} years"
    elif span > _SLOWEST_HOUR * _HOUR_SECOND:
        current = series.number("current_ampere")
        hours = _hours_of_charge(time, current) if _may_be_slow(time, current) else 0.0
        if hours > _SLOWEST_HOUR:
            detail = f"the largest current would move the largest charge in {hours:.4g} h"
    if detail is None:
        return series
    note = Finding("time_unit_doubtful", f"{detail}, and no wall clock tells: is it in ms?")
    return series.noting(note).doubting(note.kind)


def _may_be_slow(time: Floats, current: Floats) -> bool:
    """Return whether a look here and there leaves room for a run of so many hours one way."""
    places = np.unique(np.linspace(0, time.size - 1, _LOOKS).astype(np.int64))
    turns = np.flatnonzero(np.diff(np.sign(current[places])))
    bounds = np.concatenate(([time[0]], time[places[turns]], [time[-1]]))
    longest = bounds[1:] - bounds[:-1] + np.diff(time[places]).max(initial=0.0)
    return not np.all(longest <= _SLOWEST_HOUR * _HOUR_SECOND)


def _hours_of_charge(time: Floats, current: Floats) -> float:
    """Return the largest charge that runs one way over the typical current; 0 without current."""
    size = np.abs(np.nan_to_num(current))
    flowing = size[size > 0.0]
    if not flowing.size:
        return 0.0
    typical = float(np.quantile(flowing, 0.99))
    way = np.where(size > 1e-3 * typical, np.sign(np.nan_to_num(current)), 0.0)
    interval = np.maximum(np.nan_to_num(np.diff(time, prepend=time[:1])), 0.0)
    runs = np.flatnonzero(np.diff(way, prepend=np.nan) != 0.0)
    charge = np.add.reduceat(size * interval * np.abs(way), runs)
    return float(charge.max()) / typical / _HOUR_SECOND
