"""Is it counts? Only counts have a counting error, and a file may say so or not.

STRUCTURE S0.2. Second differences tell: g = median[(y1 - 2 y2 + y3)²/(6 m)]/0.4549 with m the mean
of the three points is 1 for Poisson noise. Sharp lines raise it: it is a median and never a mean.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
CountScale = Literal["stated", "counts", "scaled", "estimated", "none"]

_MEDIAN: Final = 0.4549
"""Median of chi-square of one degree of freedom."""
_POISSON: Final = (0.8, 1.3)
"""Where g of counts lies."""
_SMOOTHED: Final = 0.3
"""Below that the noise was taken out; sums of the many channels of a detector have 0.45."""
_WHOLE: Final = 0.01
"""How far a number of counts may be off a whole one: rates rest with seven digits."""

ESTIMATED: Final = "count_scale_estimated"
NO_STATISTICS: Final = "no_counting_statistics"


@dataclass(frozen=True, slots=True, eq=False)
class Counting:
    """How intensities that were measured together count.

    Attributes:
        scale: stated (the file has standard deviations), counts, scaled (a rate times dwell is
            whole), estimated (by its scatter), or none.
        scatter: g; NaN where it cannot be had.
        gain: variance over intensity; NaN where errors are stated or there are none.
        stated_variance: (N,) where the file has them.
        reason: why errors are doubtful or missing; "" where they are neither.
    """

    scale: CountScale
    scatter: float
    gain: float
    stated_variance: Floats | None
    reason: str

    def variance(self, intensity: Floats) -> Floats:
        """Return the variance of intensities as a model has them, NaN where there is none.

        A point of no counts still had the chance of one: half a count is the least.
        """
        if self.stated_variance is not None:
            return self.stated_variance
        return np.asarray(self.gain * np.maximum(intensity, 0.5 * self.gain))

    @property
    def known(self) -> bool:
        """Return whether there are errors at all."""
        return self.scale != "none"


def counting(
    intensity: Floats,
    *,
    stated_as_counts: bool,
    dwell_second: float | None = None,
    standard_deviation: Floats | None = None,
) -> Counting:
    """Return how intensities that were measured together count.

    Args:
        intensity: (N,) as the file has it.
        stated_as_counts: whether the file says that these are counts.
        dwell_second: time of a point; None where nothing is said.
        standard_deviation: (N,) where the file has them.
    """
    g = scatter(intensity)
    if standard_deviation is not None and (standard_deviation > 0).any():
        least = standard_deviation[standard_deviation > 0].min()
        return Counting("stated", g, np.nan, np.maximum(standard_deviation, least) ** 2, "")
    low, high = _POISSON
    if stated_as_counts and _whole(intensity) and low <= g <= high:
        return Counting("counts", g, 1.0, None, "")
    with np.errstate(over="ignore"):  # damage leaves any number
        counts = intensity * (dwell_second or 0.0)
    if dwell_second and _whole(counts) and _SMOOTHED <= g * dwell_second <= high:
        return Counting("scaled", g, 1.0 / dwell_second, None, "")
    if g >= _SMOOTHED:
        return Counting("estimated", g, g, None, ESTIMATED)
    return Counting("none", g, np.nan, None, NO_STATISTICS)


def scatter(intensity: Floats) -> float:
    """Return g of intensities; NaN where no three points beside each other have an intensity."""
    left, middle, right = intensity[:-2], intensity[1:-1], intensity[2:]
    mean = (left + middle + right) / 3.0
    there = mean > 0
    if not there.any():
        return float("nan")
    bend = (left - 2.0 * middle + right)[there]
    return float(np.median(bend**2 / (6.0 * mean[there])) / _MEDIAN)


def _whole(counts: Floats) -> bool:
    if not np.isfinite(counts).all():
        return False
    return bool(np.abs(counts - np.round(counts)).max(initial=0.0) <= _WHOLE)
