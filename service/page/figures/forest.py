"""What was recomputed over what was reported, a row a claim, on a logarithmic axis."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.page.drawing import Drawing, Key
from service.page.figure.axis import Axis, spanning
from service.page.figure.figure import WIDTHS, Figure
from service.page.table import Column, Table

Floats = NDArray[np.float64]
_VERDICTS: Final = (
    ("supported", "s2", "circle"),
    ("contradicted", "s1", "diamond"),
    ("untestable", "s0", "square"),
)
_ROW_PIXEL: Final = 20


@dataclass(frozen=True, slots=True)
class Ratios:
    """Per claim: its name, verdict, and recomputed over reported with both ends; NaN is open."""

    name: Sequence[str]
    verdict: Sequence[str]
    status: Sequence[str]
    middle: Floats
    low: Floats
    high: Floats


def forest(per: Ratios, left_out: int, *, width: str = "half") -> Drawing:
    """Return the intervals; an open end is an arrow, the line at 1 is what was reported."""
    ends = [per.middle, per.low, per.high]
    axis = spanning("Recomputed / reported", ends, log=True, include=(1.0,))
    count = len(per.name)
    rows = np.arange(count, dtype=float)
    names = Axis("", count - 0.5, -0.5, marked=tuple(enumerate(per.name)))
    said = f"{count} claims with numbers; {left_out} without a comparable number are left out"
    figure = Figure("forest", "Recomputed over reported", said, WIDTHS[width])
    panel = figure.panel(axis, names, max(60, _ROW_PIXEL * count))
    panel.upright(1.0)
    keys = []
    for verdict, look, shape in _VERDICTS:
        chosen = np.array([each == verdict for each in per.verdict], bool)
        if not chosen.any():
            continue
        low = np.where(np.isfinite(per.low), per.low, axis.low)[chosen]
        high = np.where(np.isfinite(per.high), per.high, axis.high)[chosen]
        panel.line(_broken(low, high), _broken(rows[chosen], rows[chosen]), look)
        opened = chosen & ~np.isfinite(per.high)
        edge = axis.low * (axis.high / axis.low) ** 0.985
        panel.marks(np.full(int(opened.sum()), edge), rows[opened], look, "right")
        for hollow in (False, True):
            seen = chosen & (np.array([each == "low_quality" for each in per.status]) == hollow)
            panel.marks(per.middle[seen], rows[seen], look, shape, hollow=hollow)
        keys.append(Key(look, shape, f"{verdict}: {int(chosen.sum())}"))
    for number, name in enumerate(per.name):
        one = slice(number, number + 1)
        panel.read(name, per.middle[one], rows[one], note=[per.verdict[number]])
    table = Table(
        (
            Column("claim", "Claim", per.name),
            Column("verdict", "Verdict", per.verdict),
            Column("recomputed_over_reported", "", per.middle),
            Column("low", "", per.low),
            Column("high", "", per.high),
        )
    )
    caption = (
        "1 is what was reported; arrows are open ends; hollow is of low quality. "
        f"{left_out} left out: no number on both sides."
    )
    return Drawing(figure, table, caption, keys)


def _broken(first: Floats, second: Floats) -> Floats:
    """Return ends of stretches one after the other, broken between them."""
    return np.stack([first, second, np.full(len(first), np.nan)], axis=1).ravel()
