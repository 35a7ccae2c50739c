"""The least and the greatest of each pixel: what is drawn where there are too many points."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Extent:
    """Per pixel how many points lie in it, and per column the least and the greatest of them.

    Pixel p holds the times from ``edges[p]`` on and before ``edges[p + 1]``. A pixel without a
    number is NaN.
    """

    def __init__(self, edges: Floats, columns: int) -> None:
        self.edges = edges
        pixels = len(edges) - 1
        self.count = np.zeros(pixels, np.int64)
        self.low = np.full((columns, pixels), np.nan)
        self.high = np.full((columns, pixels), np.nan)

    def add(self, time: Floats, columns: Sequence[Floats]) -> None:
        """Add a stretch of points whose times rise."""
        cuts = np.searchsorted(time, self.edges)
        count = np.diff(cuts)
        pixels = np.flatnonzero(count)
        if not pixels.size:
            return
        self.count[pixels] += count[pixels]
        starts, end = cuts[pixels], cuts[-1]
        for row, values in enumerate(columns):
            within = values[:end]
            low, high = np.fmin.reduceat(within, starts), np.fmax.reduceat(within, starts)
            self.low[row, pixels] = np.fmin(self.low[row, pixels], low)
            self.high[row, pixels] = np.fmax(self.high[row, pixels], high)

    @property
    def filled(self) -> NDArray[np.int64]:
        """Return the pixels that hold a point."""
        return np.flatnonzero(self.count)

    @property
    def middles(self) -> Floats:
        """Return the times of the middles of the pixels."""
        return 0.5 * (self.edges[:-1] + self.edges[1:])
