"""Coulombic efficiency over cycles, on a scale of its own: what lies off it stands at its edge."""

from typing import Final

import numpy as np

from service.page.figure.axis import Axis, spanning
from service.page.figure.figure import Figure
from service.page.figure.panel import Panel
from service.page.figures.course import (
    Course,
    Floats,
    Measured,
    at_bottom,
    few,
    notes,
    placed,
    whole,
)

KIND: Final = "s2"
"""Its color, that no kind of cycle has."""
_WITHIN: Final = (10, 90)
"""Percentiles of the efficiencies that set their scale: what lies far off stands at its edge."""
_ROOM: Final = 3.0
"""Spans between these percentiles that the scale reaches beyond them."""
_LEAST_ROOM: Final = 0.2
_INSET: Final = 0.06
"""Share of the frame that what lies off the scale is drawn within it."""
_HEIGHT: Final = 95
_TOLD: Final = 3
"""Marks off the scale whose value is written beside them."""


def upper_panel(
    figure: Figure, across: Axis, efficiency: Measured, *, loss: bool
) -> tuple[Panel, list[str]]:
    """Return the upper panel, and what its scale leaves out."""
    percent = efficiency.value[placed(efficiency.status)] * 100
    percent = percent[np.isfinite(percent)]
    if loss:
        lost = 100 - percent
        panel = figure.panel(across, spanning("(100 − CE) / %", [lost], log=True), _HEIGHT)
        gained = int((lost <= 0).sum())
        note = f"{gained} with an efficiency of 100 % or above have no place on a logarithmic axis."
        return panel, [note] if gained else []
    low, high = _scale(percent)
    panel = figure.panel(across, spanning("CE / %", [[low, high]]), _HEIGHT)
    panel.level(100, dashed=False)
    return panel, []


def _scale(percent: Floats) -> tuple[float, float]:
    if not percent.size:
        return 90.0, 101.0
    low, high = np.percentile(percent, _WITHIN)
    room = max(float(high - low) * _ROOM, _LEAST_ROOM)
    least, greatest = max(float(percent.min()), low - room), min(float(percent.max()), high + room)
    return min(float(least), 100 - room), max(float(greatest), 100.0)


def draw_efficiencies(panel: Panel, course: Course, efficiency: Measured, *, loss: bool) -> None:
    """Draw the efficiencies, or what they lack to 100 %."""
    percent = 100 - efficiency.value * 100 if loss else efficiency.value * 100
    error = efficiency.error * 100
    low, high = panel.y.low, panel.y.high
    doubtful = np.array([each != "ok" for each in efficiency.status], bool)
    stands = placed(efficiency.status)
    for hollow in (False, True):
        seen = stands & (percent >= low) & (percent <= high) & (doubtful == hollow)
        some = few(seen, percent)
        panel.marks(
            course.along[some],
            percent[some],
            KIND,
            "diamond",
            hollow=hollow,
            error=error[some],
        )
    inset = (high - low) * _INSET
    for off, shape, place in (
        (stands & (percent < low) & (not loss), "down", low + inset),
        (stands & (percent > high) & (not loss), "triangle", high - inset),
    ):
        for hollow in (False, True):
            some = few(off & (doubtful == hollow), percent)
            at_edge = np.full(len(some), place)
            panel.marks(course.along[some], at_edge, KIND, shape, hollow=hollow)
        if 0 < int(off.sum()) <= _TOLD:
            for across, value in zip(course.along[off], percent[off], strict=True):
                panel.label(across, place, f"{value:.1f}", up=-4)
    aside = np.array([each == "not_comparable" for each in efficiency.status], bool)
    some = few(aside, course.along)
    panel.marks(course.along[some], at_bottom(panel, some), "muted", "diamond", hollow=True)
    some = few(np.isfinite(percent), percent)
    panel.read(
        "100 % less the Coulombic efficiency" if loss else "Coulombic efficiency",
        course.along[some],
        percent[some],
        KIND,
        error=error[some],
        note=notes(course, efficiency, some),
        pick=whole(course.number[some]),
    )
