"""Several channels in one table: each is a test of its own."""

import re
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ingest.reading import Finding, RawColumn, Reading, column

_NAME: Final = re.compile(
    r"(?:channel|chan|chl|ch|kanal|通道号?)(?: ?(?:id|no\.?|nr\.?|number|#))?"
)
_MOST: Final = 1000
"""More values than this name something else than channels."""
_WINDOWS: Final = 64
_FALLING: Final = 0.1
"""Clocks are interleaved where at least this part of the records lies before the one before it."""

Rows = NDArray[np.int64]


def by_channel(reading: Reading) -> list[Reading]:
    """Return one reading for each channel; the reading itself where there is but one.

    Channels are told by a column of that name, or by two clocks that take turns.
    """
    for raw in reading.columns:
        if raw.quantity is None and _NAME.fullmatch(raw.name.strip().lower().replace("_", " ")):
            channels = _values(raw)
            if channels:
                return [_part(reading, rows, name, len(channels)) for name, rows in channels]
    clocks = _clocks(reading)
    return [_part(reading, rows, None, len(clocks)) for rows in clocks] or [reading]


def _values(raw: RawColumn) -> list[tuple[str, Rows]]:
    """Return each channel with its rows, nothing unless there are several, of two rows or more."""
    values = raw.values if isinstance(raw.values, pa.Array) else pa.array(raw.values)
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    distinct = pc.count_distinct(values, mode="all").as_py()
    if not 1 < distinct <= min(_MOST, len(values) // 2) or pc.is_null(values).sum().as_py():
        return []
    codes = values.dictionary_encode()
    place = codes.indices.to_numpy()
    if np.bincount(place).min() < 2:
        return []
    return [
        (f"{name:g}" if isinstance(name, float) else str(name), np.flatnonzero(place == code))
        for code, name in enumerate(codes.dictionary.to_pylist())
    ]


def _clocks(reading: Reading) -> list[Rows]:
    """Return the rows of two clocks that take turns, the one behind first; else nothing."""
    time = column(reading, "test_time_second")
    if time is None or not _often_falls(time) or not np.isfinite(time).all():
        return []
    if np.count_nonzero(time[1:] < time[:-1]) < _FALLING * time.size:
        return []
    ahead = time >= np.maximum.accumulate(time)
    behind = time <= np.minimum.accumulate(time[::-1])[::-1]
    if not np.all(ahead | behind):
        return []
    # where the turns begin and end a record fits either clock: it belongs to the nearer one
    sure_ahead, sure_behind = np.flatnonzero(~behind), np.flatnonzero(~ahead)
    unsure = np.flatnonzero(ahead & behind)
    nearer = _distance(time, sure_ahead, unsure) < _distance(time, sure_behind, unsure)
    clocks = [
        np.sort(np.concatenate((sure_behind, unsure[~nearer]))),
        np.sort(np.concatenate((sure_ahead, unsure[nearer]))),
    ]
    return clocks if _smoother(column(reading, "voltage_volt"), clocks) else []


def _smoother(voltage: NDArray[np.float64] | None, clocks: list[Rows]) -> bool:
    """Return whether the voltage runs more smoothly along each clock than from row to row.

    A clock that merely trembles would part one test in two: its voltage runs through all rows.
    """
    if voltage is None:
        return False
    whole = float(np.nansum(np.abs(np.diff(voltage))))
    return sum(float(np.nansum(np.abs(np.diff(voltage[rows])))) for rows in clocks) < 0.5 * whole


def _often_falls(time: NDArray[np.float64]) -> bool:
    """Return whether a look here and there finds records before the ones before them."""
    begins = np.linspace(0, max(0, time.size - _WINDOWS), _WINDOWS).astype(np.int64)
    places = np.unique(begins[:, None] + np.arange(_WINDOWS - 1))
    places = places[places < time.size - 1]
    return bool(np.count_nonzero(time[places + 1] < time[places]) > 0.5 * _FALLING * places.size)


def _distance(time: NDArray[np.float64], clock: Rows, rows: Rows) -> NDArray[np.float64]:
    """Return how far the times of rows are from the nearest of a clock."""
    times = time[clock]
    after = np.minimum(np.searchsorted(times, time[rows]), times.size - 1)
    before = np.maximum(after - 1, 0)
    away: NDArray[np.float64] = np.minimum(
        np.abs(times[after] - time[rows]), np.abs(times[before] - time[rows])
    )
    return away


def _part(reading: Reading, rows: Rows, channel: str | None, count: int) -> Reading:
    told = f"channel {channel}" if channel is not None else "one of two clocks that take turns"
    detail = f"the table holds {count} channels, each a test; this is {told}, {rows.size} records"
    return replace(
        reading,
        columns=tuple(replace(raw, values=_taken(raw.values, rows)) for raw in reading.columns),
        channel=channel if channel is not None else reading.channel,
        findings=(*reading.findings, Finding("several_channels", detail)),
    )


def _taken(values: NDArray[Any] | pa.Array, rows: Rows) -> NDArray[Any] | pa.Array:
    return values[rows] if isinstance(values, np.ndarray) else pc.take(values, pa.array(rows))
