"""What stands around a panel: names beside the ends of its lines, counts below its axis."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

from service.page.figure.palette import color
from service.page.figure.panel import Panel

GAP_PIXEL: Final = 13.0
"""From one name to the next."""
_SAMPLE: Final = (6, 22)
_LETTER: Final = 6.4
_LONGEST: Final = 46
"""Letters of a name that are written; of a longer one the middle is left out."""
_FIRST_ROW: Final = 54
ROW_PIXEL: Final = 14.0


@dataclass(frozen=True, slots=True)
class End:
    """The end of a line: where it is, what it is called, and how it looks."""

    y: float
    name: str
    kind: str
    dash: str = ""


def room_for(names: Sequence[str]) -> float:
    """Return the pixels that names take beside a panel."""
    return _SAMPLE[1] + 8 + _LETTER * max((len(shortened(each)) for each in names), default=0)


def shortened(name: str) -> str:
    """Return a name that is not too long."""
    if len(name) <= _LONGEST:
        return name
    half = (_LONGEST - 1) // 2
    return f"{name[:half]}…{name[-half:]}"


def names_beside(panel: Panel, ends: Sequence[End]) -> None:
    """Write names at the right edge, each at the height of its line's end or as near as may be."""
    places = panel.up([each.y for each in ends])
    places = np.where(np.isfinite(places), places, panel.top + panel.height)
    order = np.argsort(places, kind="stable")
    apart = spread_out(places[order], panel.top + 4, panel.top + panel.height - 2)
    edge = panel.left + panel.width
    for number, top in zip(order.tolist(), apart.tolist(), strict=True):
        end = ends[number]
        dashed = f' stroke-dasharray="{end.dash}"' if end.dash else ""
        panel.outside.append(
            f'<path class="{end.kind} line" fill="none" stroke="{color(end.kind)}" '
            f'stroke-width="2"{dashed} d="M{edge + _SAMPLE[0]:.1f},{top:.1f}H{edge + _SAMPLE[1]}"/>'
            f'<text class="quantity" fill="#222" x="{edge + _SAMPLE[1] + 5:.1f}" '
            f'y="{top + 4:.1f}">{escape(shortened(end.name))}</text>'
        )


def spread_out(
    places: NDArray[np.float64], low: float, high: float, gap: float = GAP_PIXEL
) -> NDArray[np.float64]:
    """Return rising places moved apart, as little as may be, between two ends."""
    count = len(places)
    if not count:
        return places
    gap = min(gap, (high - low) / max(count - 1, 1))
    steps = np.arange(count) * gap
    down = np.maximum.accumulate(np.clip(places, low, high) - steps) + steps
    return np.asarray(np.minimum(down, high - steps[::-1]))


def counts_below(
    panel: Panel, at: Sequence[float], rows: Sequence[tuple[str, Sequence[int]]], word: str
) -> None:
    """Write rows of counts below the axis, each of a color class, at values along it."""
    places = panel.across(at)
    bottom = panel.top + panel.height + _FIRST_ROW
    for number, (kind, counts) in enumerate(rows):
        top = bottom + number * ROW_PIXEL
        panel.outside.append(
            f'<path class="{kind} line" fill="none" stroke="{color(kind)}" '
            f'stroke-width="2" d="M{panel.left - 26:.1f},{top - 4:.1f}h14"/>'
        )
        panel.outside += [
            f'<text class="number" fill="#5b6370" text-anchor="middle" x="{place:.1f}" '
            f'y="{top:.1f}">{count}</text>'
            for place, count in zip(places.tolist(), counts, strict=True)
        ]
    panel.outside.append(
        f'<text class="number" fill="#5b6370" x="{panel.left + panel.width + 8:.1f}" '
        f'y="{bottom:.1f}">{escape(word)}</text>'
    )
