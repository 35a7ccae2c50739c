"""A window of a test: every point where they are few, else the least and the greatest of pixels."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from schema.error import InvalidArgument
from service.page.extent import Extent
from service.page.landmark import Landmarks
from service.page.number import count as count_text
from service.page.number import entered
from service.page.panel_choice import PanelQuantity
from service.page.points import Points
from service.page.unit import prefixed

MOST_PIXELS: Final = 4_000
EVERY: Final = 3
"""Points a pixel up to which every one is drawn."""
_MOST_POINTS: Final = 2 * MOST_PIXELS
_HOUR_SECOND: Final = 3_600.0
_ADDRESS_PRECISION: Final = 1e-11
_OF_CURRENT: Final = "current_ampere"
"""What an outlier is one of."""
Floats = NDArray[np.float64]
Span: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Curve:
    """What is drawn of a quantity: values in its own unit, NaN where it is broken.

    ``low`` and ``high`` are of pixels, the same of points; ``scale`` is what they span without
    outliers, ``factor`` and ``unit`` how they are written.
    """

    quantity: PanelQuantity
    low: Floats
    high: Floats
    scale: tuple[float, float]
    factor: float
    unit: str
    outside: int
    """Outliers in view that are off the scale."""


@dataclass(frozen=True, slots=True)
class Window:
    """A window, in hours of test time, and what is drawn in it."""

    start_hour: float
    end_hour: float
    pixels: int
    count: int
    """Points in it."""
    every: bool
    """Whether each of them is drawn."""
    hour: Floats
    curves: Sequence[Curve]
    gap_count: int

    @property
    def said(self) -> str:
        """Return what is drawn, in a sentence."""
        points = f"{count_text(self.count)} point{'s' if self.count != 1 else ''} in view"
        band = "drawn as the band from least to greatest of each pixel"
        how = ("all drawn" if self.every else band) if self.count else "nothing to draw"
        said = [f"{points}, {how}"]
        missing = [each.quantity.label for each in self.curves if not np.isfinite(each.scale[0])]
        if self.count and missing:
            said.append(f"not recorded here: {', '.join(missing)}")
        if self.gap_count:
            said.append(f"{_many(self.gap_count, 'gap')} left empty")
        if outside := sum(each.outside for each in self.curves):
            said.append(f"{_many(outside, 'outlier')} off the scale, at its edge")
        return "; ".join(said)


@dataclass(frozen=True, slots=True)
class Ends:
    """From when to when, in s; ``whole`` where the end is that of the test and belongs to it."""

    start: float
    end: float
    whole: bool


def ends(points: Points, start_hour: float | None, end_hour: float | None) -> Ends:
    """Return the ends of a window; the test's own where none is given.

    Raises:
        InvalidArgument: when it ends before it starts.
    """
    start = points.start_second if start_hour is None else start_hour * _HOUR_SECOND
    end = points.end_second if end_hour is None else end_hour * _HOUR_SECOND
    if end <= start and not (start_hour is None and end_hour is None):
        after = entered(start / _HOUR_SECOND)
        raise InvalidArgument("to", entered(end / _HOUR_SECOND), f"an hour after {after}")
    # as close to the end as an address tells is the end
    whole = end_hour is None or end * (1 + _ADDRESS_PRECISION) >= points.end_second
    return Ends(start, max(end, start), whole)


def window(
    points: Points,
    quantities: Sequence[PanelQuantity],
    marks: Landmarks,
    between: Ends,
    pixels: int,
) -> Window:
    """Return what is drawn of these quantities between two times; see Window."""
    columns = [each.column for each in quantities]
    start, end = between.start, between.end
    edges = np.linspace(start, max(end, np.nextafter(start, np.inf)), pixels + 1)
    if between.whole:
        edges[-1] = np.nextafter(max(end, points.end_second), np.inf)
    extent, calm = Extent(edges, len(columns)), Extent(edges, len(columns))
    outliers = marks.outliers["time"]
    outliers = outliers[(outliers >= start) & (outliers < edges[-1])]
    most, stretches, count = min(EVERY * pixels, _MOST_POINTS), [], 0
    for time, values in points.stretches(columns, start, end):
        first, last = np.searchsorted(time, (start, edges[-1]))
        count += int(last - first)
        extent.add(time, values)
        if outliers.size:
            calm.add(time, _without(time, columns, values, outliers))
        if count <= most:  # with a neighbor on either side: lines go on to the edge
            near = slice(max(first - 1, 0), last + 1)
            stretches.append((time[near], *(each[near] for each in values)))
    every = count <= most
    rows = _points(stretches, len(columns)) if every else _pixels(extent)
    hour, *lines = _broken(rows, marks, None if every else extent)
    pairs = zip(lines[::2], lines[1::2], strict=True)
    judged = calm if outliers.size else extent
    curves = [
        _curve(each, pair, _span(judged, row), _span(extent, row), outliers.size)
        for row, (each, pair) in enumerate(zip(quantities, pairs, strict=True))
    ]
    gaps = marks.gaps[(marks.gaps["start"] < edges[-1]) & (marks.gaps["end"] > start)]
    hours = start / _HOUR_SECOND, end / _HOUR_SECOND
    return Window(*hours, pixels, count, every, hour / _HOUR_SECOND, curves, int(gaps.size))


def _points(stretches: Sequence[Sequence[Floats]], columns: int) -> list[Floats]:
    """Return the times, and low and high of each column, of every point."""
    if not stretches:
        return [np.empty(0)] * (1 + 2 * columns)
    time, *values = (np.concatenate(each) for each in zip(*stretches, strict=True))
    order = np.argsort(time, kind="stable")  # of a clock that ran back
    return [time[order], *(each[order] for each in values for _ in range(2))]


def _pixels(extent: Extent) -> list[Floats]:
    filled = extent.filled
    pairs = zip(extent.low, extent.high, strict=True)
    return [extent.middles[filled], *(each[filled] for pair in pairs for each in pair)]


def _broken(rows: list[Floats], marks: Landmarks, extent: Extent | None) -> list[Floats]:
    """Return rows with one that is no number where there is a gap: no line bridges it."""
    start, end = marks.gaps["start"], marks.gaps["end"]
    if extent is not None:
        first, last = (
            np.searchsorted(extent.edges, each, side="right") - 1 for each in (start, end)
        )
        seen = (first < last) & (last >= 0) & (first < len(extent.count))
        first, last = (np.clip(each[seen], 0, len(extent.count) - 1) for each in (first, last))
        at = 0.5 * (extent.middles[first] + extent.middles[last])
    else:
        at = 0.5 * (start + end)
    if not at.size or not rows[0].size:
        return rows
    at = np.unique(at[(at > rows[0][0]) & (at < rows[0][-1])])
    places = np.searchsorted(rows[0], at)
    return [np.insert(rows[0], places, at), *(np.insert(each, places, np.nan) for each in rows[1:])]


def _without(
    time: Floats, columns: Sequence[str], values: Sequence[Floats], outliers: Floats
) -> list[Floats]:
    """Return columns without the outliers, which are of the current."""
    within = outliers[(outliers >= time[0]) & (outliers <= time[-1])] if time.size else outliers[:0]
    if not within.size:
        return list(values)
    at = np.searchsorted(time, within)

    def masked(name: str, each: Floats) -> Floats:
        if name != _OF_CURRENT:
            return each
        rest = each.copy()
        rest[at] = np.nan
        return rest

    return [masked(*pair) for pair in zip(columns, values, strict=True)]


def _span(extent: Extent, row: int) -> Span:
    """Return what the numbers of a column span, NaN where there is none."""
    low, high = extent.low[row], extent.high[row]
    low, high = low[np.isfinite(low)], high[np.isfinite(high)]
    return (float(low.min()), float(high.max())) if low.size and high.size else (np.nan, np.nan)


def _curve(
    quantity: PanelQuantity, rows: tuple[Floats, Floats], calm: Span, whole: Span, outliers: int
) -> Curve:
    """Return a curve; ``calm`` is what it spans without outliers, ``whole`` with them."""
    scale = calm if np.isfinite(calm[0]) else whole
    factor, unit = prefixed(np.concatenate([*rows, scale]), quantity.unit)
    off = quantity.column == _OF_CURRENT and scale != whole
    return Curve(quantity, *rows, scale, factor, unit, outliers if off else 0)


def _many(count: int, of: str) -> str:
    return f"{count_text(count)} {of}{'s' if count != 1 else ''}"
