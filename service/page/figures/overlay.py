"""One quantity of several cells over each other: a line a cell, its name at the right edge."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.downsample import Method, chosen
from service.page.drawing import Drawing, Key
from service.page.figure.axis import spanning
from service.page.figure.edge import GAP_PIXEL, End, names_beside, room_for
from service.page.figure.figure import WIDTHS, Figure
from service.page.figure.palette import DASHES, SERIES, series_class
from service.page.figures.course import placed
from service.page.status import counted
from service.page.table import Column, Table
from service.page.unit import prefixed, quantity

Floats = NDArray[np.float64]
MOST_POINTS: Final = 30_000
"""Points that are all drawn; of more, the least and greatest of each pixel."""
MOST_READ: Final = 3_000
"""Points that are read off by pointer and key; of more, some of each line."""
MOST_ROWS: Final = 2_000
"""Rows of a table that stands in the page; a longer one is in files alone."""
_MOST_HOLLOW: Final = 2_000


@dataclass(frozen=True, slots=True)
class Curve:
    """A line: whose it is, where its points stand, their numbers, and how sure each is."""

    name: str
    along: Floats
    value: Floats
    error: Floats
    status: Sequence[str | None]
    reason: Sequence[str | None]


@dataclass(frozen=True, slots=True)
class Compared:
    """What is compared: its name in files and on the axis, its unit, and what stands along."""

    name: str
    label: str
    unit: str
    along_label: str
    notes: Sequence[str] = ()


def overlay(curves: Sequence[Curve], compared: Compared, *, width: str = "wide") -> Drawing:
    """Return lines over each other; what is not comparable breaks its line and is counted."""
    sure = [np.where(placed(each.status), each.value, np.nan) for each in curves]
    every = np.concatenate(sure) if sure else np.empty(0)
    factor, unit = prefixed(every, compared.unit)
    values = [each * factor for each in sure]
    points = int(np.isfinite(every).sum())
    statuses = [each for curve in curves for each in curve.status]
    said = counted(statuses)
    figure = Figure("curves", compared.label, _in_words(curves, values, unit, said), WIDTHS[width])
    names = [each.name for each in curves]
    is_narrow = width == "narrow"
    panel = figure.panel(
        spanning(compared.along_label, [each.along for each in curves], include=(0,), low=0),
        spanning(quantity(compared.label, unit), values),
        max(300, GAP_PIXEL * len(curves) + 10),
        beside=14 if is_narrow else room_for(names),
    )
    most = int(panel.width) * 2
    ends, hollow = [], 0
    for number, (curve, value) in enumerate(zip(curves, values, strict=True)):
        kind, dash = series_class(number), DASHES[number // len(SERIES) % len(DASHES)]
        places = _thinned(value, most) if points > MOST_POINTS else slice(None)
        panel.line(curve.along[places], value[places], kind, dash=dash, width=1.4)
        doubtful = np.array([each == "low_quality" for each in curve.status], bool)
        hollow += int(doubtful.sum())
        if hollow <= _MOST_HOLLOW:
            panel.marks(
                curve.along[doubtful], value[doubtful], kind, "circle", hollow=True, radius=2.2
            )
        read = _thinned(value, max(MOST_READ // max(len(curves), 1), 20))
        panel.read(curve.name, curve.along[read], value[read], kind)
        seen = np.flatnonzero(np.isfinite(value))
        ends.append(End(float(value[seen[-1]]) if seen.size else np.nan, curve.name, kind, dash))
    if not is_narrow:
        names_beside(panel, ends)
    notes = [*compared.notes]
    if said:
        notes.append(f"{said.capitalize()}.")
    if points > MOST_POINTS:
        notes.append(
            f"{points} points are thinned to the least and greatest of each pixel; "
            "the files have all of them."
        )
    if points > MOST_READ:
        notes.append("Some points of each line are read off.")
    keys = [Key(each.kind, "line", each.name) for each in ends] if is_narrow else []
    if hollow > 0:
        keys.append(Key("muted", "circle", "hollow: low quality", hollow=True))
    return Drawing(figure, _table(curves, values, compared, unit), " ".join(notes), keys)


def _thinned(values: Floats, most: int) -> NDArray[np.int64]:
    thinned = chosen([values], len(values), most, Method.MINMAX)
    return np.arange(len(values)) if thinned is None else thinned


def _table(
    curves: Sequence[Curve], values: Sequence[Floats], compared: Compared, unit: str
) -> Table:
    counts = [len(each.along) for each in curves]
    names = [each.name for each in curves for _ in range(len(each.along))]
    along = np.concatenate([each.along for each in curves]) if curves else np.empty(0)
    plain = np.concatenate([each.value for each in curves]) if curves else np.empty(0)
    error = np.concatenate([each.error for each in curves]) if curves else np.empty(0)
    seen = sum(counts) <= MOST_ROWS
    shown = np.concatenate(values) if values else np.empty(0)
    status = [each for curve in curves for each in curve.status]
    return Table(
        (
            Column("cell", "Cell", names, names if seen else None, numeric=False),
            Column(
                "along",
                compared.along_label,
                along,
                [f"{each:g}" for each in along] if seen else None,
            ),
            Column(
                compared.name,
                quantity(compared.label, unit),
                plain,
                [None if np.isnan(each) else f"{each:.4g}" for each in shown] if seen else None,
            ),
            Column("error", "", error),
            Column(
                "status",
                "Status",
                status,
                [(each or "not known").replace("_", " ") for each in status] if seen else None,
                numeric=False,
            ),
            Column("reason", "", [each for curve in curves for each in curve.reason]),
        )
    )


def _in_words(curves: Sequence[Curve], values: Sequence[Floats], unit: str, said: str) -> str:
    known = [each[np.isfinite(each)] for each in values]
    numbers = np.concatenate(known) if known else np.empty(0)
    if not numbers.size:
        return f"{len(curves)} cells, none with a number"
    span = f"{len(curves)} cells, {numbers.min():.4g} to {numbers.max():.4g} {unit}".rstrip()
    return span + (f", {said}" if said else "")
