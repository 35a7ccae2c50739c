"""Share of cells alive over time, by Kaplan and Meier, with who is still at risk below."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.page.drawing import Drawing, Key
from service.page.figure.axis import Axis, spanning
from service.page.figure.edge import ROW_PIXEL, End, counts_below, names_beside, room_for
from service.page.figure.figure import WIDTHS, Figure
from service.page.figure.palette import DASHES, SERIES, series_class
from service.page.table import Column, Table
from service.page.unit import of_time, quantity

Floats = NDArray[np.float64]
_TICKS: Final = 6
_CONVENTION: Final = (
    "Kaplan and Meier; | last seen alive (censored); bands 95 %, where none failed by the rule of "
    "three."
)


@dataclass(frozen=True, slots=True)
class Lives:
    """A group: at each time its share alive with interval, who was at risk, failed, censored."""

    name: str
    hour: Floats
    share: Floats
    low: Floats
    high: Floats
    at_risk: Floats
    failed: Floats
    censored: Floats
    cells: int
    median_hour: float
    status: str
    reason: str


def survival(groups: Sequence[Lives], notes: Sequence[str], *, width: str = "wide") -> Drawing:
    """Return steps from 1 down, ticks where a cell was last seen alive, and 95 % bands."""
    factor, unit = of_time(np.concatenate([[0.0], *(each.hour for each in groups)]))
    is_narrow = width == "narrow"
    said = "; ".join(
        f"{each.name}: {each.cells} cells, {int(each.failed.sum())} failed" for each in groups
    )
    figure = Figure(
        "survival",
        "Share of cells alive",
        said or "no group",
        WIDTHS[width],
        below=ROW_PIXEL * len(groups) + 6,
    )
    across = spanning(
        quantity("Time to failure", unit),
        [each.hour * factor for each in groups],
        include=(0,),
        low=0,
    )
    names = [f"{each.name} ({each.cells})" for each in groups]
    panel = figure.panel(
        across,
        Axis("Share still alive", 0, 1.04),
        260,
        beside=50 if is_narrow else room_for([*names, "at risk"]),
    )
    ends = []
    for number, each in enumerate(groups):
        kind, dash = series_class(number), DASHES[number // len(SERIES) % len(DASHES)]
        hour = np.concatenate([[0.0], each.hour]) * factor
        share = np.concatenate([[1.0], each.share])
        # the band stands from one time to the next, as the step does
        low, high = (_stepped(np.concatenate([[np.nan], side])) for side in (each.low, each.high))
        panel.band(np.repeat(hour, 2)[1:], low, high, kind)
        panel.steps(hour, share, kind, dash=dash)
        seen = each.censored > 0
        panel.marks(each.hour[seen] * factor, each.share[seen], kind, "bar")
        panel.read(
            each.name,
            each.hour * factor,
            each.share,
            kind,
            note=[
                f"{risk:.0f} at risk, {failed:.0f} failed, {left:.0f} last seen alive"
                for risk, failed, left in zip(each.at_risk, each.failed, each.censored, strict=True)
            ],
        )
        ends.append(End(float(share[-1]), names[number], kind, dash))
    if not is_narrow:
        names_beside(panel, ends)
    ticks, _ = across.ticks(_TICKS)
    rows = [
        (series_class(number), [_at_risk(each, tick / factor) for tick in ticks])
        for number, each in enumerate(groups)
    ]
    counts_below(panel, ticks.tolist(), rows, "at risk")
    caption = " ".join([_CONVENTION, *notes])
    keys = [Key(each.kind, "line", each.name) for each in ends] if is_narrow else []
    return Drawing(figure, _table(groups), caption, keys)


def _stepped(values: Floats) -> Floats:
    return np.repeat(values, 2)[:-1]


def _at_risk(group: Lives, hour: float) -> int:
    later = np.flatnonzero(group.hour >= hour - 1e-9)
    return int(group.at_risk[later[0]]) if later.size else 0


def _table(groups: Sequence[Lives]) -> Table:
    def joined(name: str) -> Floats:
        return np.concatenate([getattr(each, name) for each in groups]) if groups else np.empty(0)

    return Table(
        (
            Column("group", "", [each.name for each in groups for _ in each.hour.tolist()]),
            Column("time_hour", "", joined("hour")),
            Column("survival", "", joined("share")),
            Column("survival_lower", "", joined("low")),
            Column("survival_upper", "", joined("high")),
            Column("at_risk_count", "", joined("at_risk")),
            Column("failed_count", "", joined("failed")),
            Column("censored_count", "", joined("censored")),
        )
    )
