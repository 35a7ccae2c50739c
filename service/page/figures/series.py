"""Quantities of a test against its time, a panel each: bands of pixels or every point."""

from collections.abc import Sequence

import numpy as np

from service.page.drawing import Drawing
from service.page.figure.axis import Axis, spanning
from service.page.figure.figure import WIDTHS, Figure
from service.page.figure.palette import series_class
from service.page.figure.panel import Panel
from service.page.table import Column, Table
from service.page.unit import of_time, quantity
from service.page.window import Curve, Window

_TALL, _LOW = 170, 110


def series(
    seen: Window,
    spots: Sequence[tuple[float, float] | None],
    width: str = "wide",
    name: str = "series",
) -> Drawing:
    """Return the panels of a window; a dashed line stands where a finding is, with its number."""
    factor, unit = of_time([seen.start_hour, seen.end_hour])
    across = _across(seen, factor, unit)
    figure = Figure(name, "Measured against time", _in_words(seen), WIDTHS[width])
    panels: list[Panel] = []
    for curve in seen.curves:
        scale = np.array(curve.scale) * curve.factor
        up = spanning(quantity(curve.quantity.label, curve.unit), [scale])
        panels.append(figure.panel(across, up, _LOW if panels else _TALL))
    for number, (curve, panel) in enumerate(zip(seen.curves, panels, strict=True)):
        look = series_class(number)
        low, high = curve.low * curve.factor, curve.high * curve.factor
        time = seen.hour * factor
        if not seen.every:
            panel.band(time, low, high, look)
            panel.line(time, high, look, width=1)
        panel.line(time, low, look, width=1)
        for place, spot in enumerate(spots, start=1):
            if spot is not None:
                panel.upright(spot[0] / 3600.0 * factor, "" if number else str(place))
    return Drawing(figure, _table(seen), f"{seen.said}.")


def _across(seen: Window, factor: float, unit: str) -> Axis:
    low, high = seen.start_hour * factor, seen.end_hour * factor
    return spanning(quantity("Time", unit), [[low, high]], room=0)


def _table(seen: Window) -> Table:
    columns = [Column("test_time_hour", "", seen.hour)]
    for each in seen.curves:
        name = each.quantity.column
        if seen.every:
            columns.append(Column(name, "", each.low))
        else:
            columns.append(Column(f"{name}_least", "", each.low))
            columns.append(Column(f"{name}_greatest", "", each.high))
    return Table(columns)


def _in_words(seen: Window) -> str:
    return "; ".join([seen.said, *map(_span, seen.curves)])


def _span(curve: Curve) -> str:
    low, high = (each * curve.factor for each in curve.scale)
    if not np.isfinite(low):
        return f"{curve.quantity.label} is not known"
    return f"{curve.quantity.label} {low:.4g} to {high:.4g} {curve.unit}".strip()
