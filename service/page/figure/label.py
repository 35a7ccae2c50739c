"""Where a word beside a point covers least of what is drawn."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.page.figure.panel import LETTER_PIXEL, TEXT_PIXEL, Panel

_AWAY: Final = (7, 20)
_COVERED: Final = 1_000
"""A word over a word is worse than over any number of points."""


class Labels:
    """Words of one panel: each stands where it covers least, none over another."""

    def __init__(self, panel: Panel, x: NDArray[np.float64], y: NDArray[np.float64]) -> None:
        self._panel = panel
        across, up = panel.across(x), panel.up(y)
        seen = np.isfinite(across) & np.isfinite(up)
        self._across, self._up = across[seen], up[seen]
        self._placed: list[tuple[float, float, float, float]] = []

    def put(self, x: float, y: float, text: str) -> None:
        """Write a word beside a value, or leave it out where it would cover another."""
        panel = self._panel
        left, top = float(panel.across([x])[0]), float(panel.up([y])[0])
        if not (np.isfinite(left) and np.isfinite(top)):
            return
        width, height = len(text) * LETTER_PIXEL, float(TEXT_PIXEL)
        tries = [
            (left + side, top + below)
            for away in _AWAY
            for side in (away, -away - width, -width / 2)
            for below in (-away, away + height, height / 3)
            if side != -width / 2 or below != height / 3
        ]
        within = [
            (start, base)
            for start, base in tries
            if start >= panel.left + 2
            and start + width <= panel.left + panel.width - 2
            and base - height >= panel.top
            and base <= panel.top + panel.height - 3
        ]
        if not within:
            return
        costs = [self._cost(start, base, width, height) for start, base in within]
        best = int(np.argmin(costs))
        if costs[best] >= _COVERED:
            return
        start, base = within[best]
        self._placed.append((start, base - height, start + width, base + 2))
        panel.text(start, base, text)

    def _cost(self, start: float, base: float, width: float, height: float) -> int:
        box = (start - 2, base - height, start + width + 2, base + 2)
        points = (
            (self._across > box[0] - 3)
            & (self._across < box[2] + 3)
            & (self._up > box[1] - 3)
            & (self._up < box[3] + 3)
        )
        words = sum(_overlap(box, each) for each in self._placed)
        return int(points.sum()) + _COVERED * words


def _overlap(one: Sequence[float], other: Sequence[float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
