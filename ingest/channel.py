"""Several channels in one table: each is a test of its own."""

import re
from dataclasses import replace
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ingest.later import Later
from ingest.reading import Finding, RawColumn, Reading, column
from ingest.series import Values

CHANNEL: Final = "channel"
"""A column of this name has the channel of each record."""
_NAME: Final = re.compile(
    r"(?:channel|chan|chl|ch|kanal|通道号?)(?: ?(?:id|no\.?|nr\.?|number|index|name|#))?(?: ?/ ?1)?"
)
_MOST: Final = 1000
"""More values than this name something else than channels."""
_WINDOWS: Final = 64
_FALLING: Final = 0.1
"""Clocks are interleaved where at least this part of the records lies before the one before it."""

Rows = NDArray[np.int64]


def by_channel(reading: Reading) -> list[Reading]:
    """Return one reading for each channel; the reading itself where there is but one.

    Channels are told by a column of that name, or by clocks that take turns in one.
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
    values = raw.values if isinstance(raw.values, pa.Array) else pa.array(np.asarray(raw.values))
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    distinct = pc.count_distinct(values, mode="all").as_py()
    missing = pc.is_null(values, nan_is_null=True).sum().as_py()
    if missing or not 1 < distinct <= min(_MOST, len(values) // 2):
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
    """Return the rows of each clock, where several take turns in one column; else nothing."""
    time, voltage = (column(reading, name) for name in ("test_time_second", "voltage_volt"))
    if time is None or voltage is None or not _rarely_rises(time) or not np.isfinite(time).all():
        return []
    for clocks in (_taking_turns(time), _side_by_side(time, column(reading, "current_ampere"))):
        if len(clocks) > 1 and _smoother(voltage, clocks):
            return clocks
    return []


def _taking_turns(time: NDArray[np.float64]) -> list[Rows]:
    """Return the rows of two clocks of which one is ahead of the other, the one behind first."""
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
    return [
        np.sort(np.concatenate((sure_behind, unsure[~nearer]))),
        np.sort(np.concatenate((sure_ahead, unsure[nearer]))),
    ]


def _side_by_side(time: NDArray[np.float64], current: NDArray[np.float64] | None) -> list[Rows]:
    """Return the rows of clocks that agree: each time stands there once for every channel.

    Pulses whose clock is too coarse look alike, but one of their rows has always more current.
    """
    begins = np.flatnonzero(np.diff(time, prepend=np.nan) != 0.0)
    count = int(begins[1]) if begins.size > 1 else 1
    if count < 2 or time.size % count or not np.array_equal(begins, np.arange(0, time.size, count)):
        return []
    clocks = [np.arange(channel, time.size, count) for channel in range(count)]
    if current is not None:
        lowest = max(float(np.nanmin(current[rows])) for rows in clocks)
        highest = min(float(np.nanmax(current[rows])) for rows in clocks)
        if not lowest <= highest:
            return []
    return clocks


def _smoother(voltage: NDArray[np.float64], clocks: list[Rows]) -> bool:
    """Return whether the voltage runs more smoothly along each clock than from row to row.

    A clock that merely trembles, or is coarse, would part one test: its voltage runs through all.
    """
    whole = float(np.nansum(np.abs(np.diff(voltage))))
    return sum(float(np.nansum(np.abs(np.diff(voltage[rows])))) for rows in clocks) < 0.5 * whole


def _rarely_rises(time: NDArray[np.float64]) -> bool:
    """Return whether a look here and there finds times that do not pass those before them."""
    begins = np.linspace(0, max(0, time.size - _WINDOWS), _WINDOWS).astype(np.int64)
    places = np.unique(begins[:, None] + np.arange(_WINDOWS - 1))
    places = places[places < time.size - 1]
    return bool(np.count_nonzero(time[places + 1] <= time[places]) > 0.5 * _FALLING * places.size)


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
    which = f"channel {channel}" if channel is not None else "one of several clocks that take turns"
    detail = f"the table holds {count} channels, each a test; this is {which}, {rows.size} records"
    return replace(
        reading,
        columns=tuple(replace(raw, values=_taken(raw.values, rows)) for raw in reading.columns),
        channel=channel if channel is not None else reading.channel,
        findings=(*reading.findings, Finding("several_channels", detail)),
    )


def _taken(values: Values, rows: Rows) -> Values:
    if isinstance(values, pa.Array):
        return pc.take(values, pa.array(rows))
    return values.at(rows) if isinstance(values, Later) else values[rows]
