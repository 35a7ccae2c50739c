"""One quantity of groups of cells: the median of each over cycles, and where most of them lie."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.page.drawing import Drawing, Key
from service.page.figure.axis import spanning
from service.page.figure.edge import ROW_PIXEL, End, counts_below, names_beside, room_for
from service.page.figure.figure import WIDTHS, Figure
from service.page.figure.palette import DASHES, SERIES, series_class
from service.page.figures.overlay import Compared
from service.page.status import counted
from service.page.table import Column, Table
from service.page.unit import prefixed, quantity

Floats = NDArray[np.float64]
FEWEST: Final = 3
"""Cells from which on a group has a band."""
_TICKS: Final = 6
_CONVENTION: Final = (
    "Median of the cells that count; band: 10 to 90 % of them, from three cells on; "
    "drawn while half of the group is alive."
)


@dataclass(frozen=True, slots=True)
class Group:
    """A group over cycles: median, deciles, how many cells count, are alive, and ever were."""

    name: str
    cycle: Floats
    median: Floats
    low: Floats
    high: Floats
    count: Floats
    alive: Floats
    cells: int
    left_out: Sequence[str | None]
    status: Sequence[str | None]
    reason: Sequence[str | None]


def band(groups: Sequence[Group], compared: Compared, *, width: str = "wide") -> Drawing:
    """Return medians with bands; a line ends when half of its group is gone."""
    lived = [np.where(2 * each.alive >= each.cells, 1.0, np.nan) for each in groups]
    medians = [each.median * still for each, still in zip(groups, lived, strict=True)]
    every = np.concatenate(medians) if medians else np.empty(0)
    factor, unit = prefixed(every, compared.unit)
    is_narrow = width == "narrow"
    said = "; ".join(
        f"{each.name}: {each.cells} cells, {_span(value * factor, unit)}"
        for each, value in zip(groups, medians, strict=True)
    )
    figure = Figure(
        "curves",
        f"{compared.label} by group",
        said,
        WIDTHS[width],
        below=ROW_PIXEL * len(groups) + 6,
    )
    bounds = [
        side * still * factor
        for each, still in zip(groups, lived, strict=True)
        for side in (each.low, each.high)
    ]
    names = [f"{each.name} ({each.cells})" for each in groups]
    drawn = [each.cycle * still for each, still in zip(groups, lived, strict=True)]
    across = spanning(compared.along_label, drawn, include=(0,), low=0)
    panel = figure.panel(
        across,
        spanning(quantity(compared.label, unit), [each * factor for each in medians] + bounds),
        300,
        beside=50 if is_narrow else room_for([*names, "cells alive"]),
    )
    ends = []
    for number, (each, still) in enumerate(zip(groups, lived, strict=True)):
        kind = series_class(number)
        banded = np.where(each.count >= FEWEST, still, np.nan) * factor
        panel.band(each.cycle, each.low * banded, each.high * banded, kind)
    for number, (each, median) in enumerate(zip(groups, medians, strict=True)):
        kind, dash = series_class(number), DASHES[number // len(SERIES) % len(DASHES)]
        value = median * factor
        panel.line(each.cycle, value, kind, dash=dash)
        panel.read(
            each.name,
            each.cycle,
            value,
            kind,
            note=[
                f"{count:.0f} of {alive:.0f} alive"
                for count, alive in zip(each.count, each.alive, strict=True)
            ],
        )
        seen = np.flatnonzero(np.isfinite(value))
        end = float(value[seen[-1]]) if seen.size else np.nan
        ends.append(End(end, names[number], kind, dash))
    if not is_narrow:
        names_beside(panel, ends)
    ticks, _ = across.ticks(_TICKS)
    rows = [
        (series_class(number), [_alive(each, tick) for tick in ticks])
        for number, each in enumerate(groups)
    ]
    counts_below(panel, ticks.tolist(), rows, "alive" if is_narrow else "cells alive")
    few = [each.name for each in groups if each.cells < FEWEST]
    notes = [_CONVENTION, *compared.notes]
    if few:
        notes.append(f"Too few for a band: {', '.join(few)}.")
    doubts = counted([one for each in groups for one in each.status])
    if doubts:
        notes.append(f"Of all points {doubts}; why is in the files.")
    keys = [Key(each.kind, "line", each.name) for each in ends] if is_narrow else []
    return Drawing(figure, _table(groups, compared), " ".join(notes), keys)


def _alive(group: Group, cycle: float) -> int:
    """Return how many cells were cycled to a cycle or beyond."""
    later = np.flatnonzero(group.cycle >= cycle)
    return int(group.alive[later[0]]) if later.size else 0


def _span(values: Floats, unit: str) -> str:
    numbers = values[np.isfinite(values)]
    if not numbers.size:
        return "none with a number"
    return f"{numbers[0]:.4g} to {numbers[-1]:.4g} {unit}".rstrip()


def _table(groups: Sequence[Group], compared: Compared) -> Table:
    def joined(name: str) -> Floats:
        return np.concatenate([getattr(each, name) for each in groups]) if groups else np.empty(0)

    return Table(
        (
            Column("group", "", [each.name for each in groups for _ in each.cycle.tolist()]),
            Column("cycle", "", joined("cycle")),
            Column(compared.name, "", joined("median")),
            Column("lower_decile", "", joined("low")),
            Column("upper_decile", "", joined("high")),
            Column("cell_count", "", joined("count")),
            Column("alive_count", "", joined("alive")),
            Column("left_out", "", [one for each in groups for one in each.left_out]),
            Column("status", "", [one for each in groups for one in each.status]),
            Column("reason", "", [one for each in groups for one in each.reason]),
        )
    )
