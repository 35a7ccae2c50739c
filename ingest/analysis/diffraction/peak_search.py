"""Where lines are: a matched filter, and the chance of so many counts by the background alone.

In a window of three widths on either side area x profile + constant + slope is fitted at every
point; z is the area over its standard deviation from the background's counts alone. A line is a
local maximum of z above 4 whose counts within a width on either side have a Poisson tail
probability below 3.2e-5 (one-sided 4 sigma) against the background: at few counts z alone lies.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.diffraction.poisson import tail_probability
from ingest.analysis.diffraction.profile import shapes
from ingest.count_scale import Counting

Floats = NDArray[np.float64]

VERSION: Final = "1"

_REACH: Final = 3.0
"""The window, in widths."""
_ALIKE_DEGREE: Final = 2.0
"""Of 2θ, over which Kα2 stands as far from Kα1."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Places where lines seem to be.

    Attributes:
        index: (K,) point of each.
        position_degree: (K,) place of the maximum of z, between points.
        area: (K,) intensity times degree.
        significance: (K,) z.
    """

    index: NDArray[np.int64]
    position_degree: Floats
    area: Floats
    significance: Floats


def filtered(
    angle: Floats,
    intensity: Floats,
    level: Floats,
    counting: Counting,
    *,
    width: float,
    share: float,
    components: Sequence[tuple[float, float]],
    reach: float = _REACH,
) -> tuple[Floats, Floats]:
    """Return area and its standard deviation with no line there (N,); NaN at the ends.

    Args:
        angle: (N,) 2θ at even steps, in degree.
        intensity: (N,).
        level: (N,) background.
        counting: how it counts.
        width: of a line, in degree.
        share: its η.
        components: what makes a line, as Radiation has it.
        reach: the window on either side, in widths.
    """
    step = float(np.median(np.diff(angle)))
    half = max(2, round(reach * width / step))
    of_level = counting.variance(level)
    area, variance = np.full((2, len(intensity)), np.nan)
    window = np.asarray(step * np.arange(-half, half + 1), dtype=np.float64)
    many = max(1, round(_ALIKE_DEGREE / step))
    for first in range(half, len(intensity) - half, many):
        last = min(first + many, len(intensity) - half)
        middle = float(angle[(first + last) // 2])
        kernel = matched_filter(middle, window, width, share, components)
        inner, outer = slice(first, last), slice(first - half, last + half)
        area[inner] = np.correlate(intensity[outer], kernel, "valid")
        variance[inner] = np.correlate(of_level[outer], kernel**2, "valid")
    return area, np.sqrt(variance)


def matched_filter(
    middle: float,
    apart: Floats,
    width: float,
    share: float,
    components: Sequence[tuple[float, float]],
) -> Floats:
    """Return weights that make the area of a window with a line amid constant and slope.

    Args:
        middle: 2θ of the line, in degree.
        apart: (W,) the window about it, in degree.
        width: of a line, in degree.
        share: its η.
        components: what makes it.
    """
    line = shapes(
        middle + apart, np.array([middle]), np.array([width]), np.array([share]), components
    )
    terms = np.column_stack([line.value, np.ones_like(apart), apart / width])
    return np.asarray(np.linalg.pinv(terms)[0])


def candidates(
    angle: Floats,
    intensity: Floats,
    level: Floats,
    width: float,
    counting: Counting,
    *,
    share: float,
    components: Sequence[tuple[float, float]],
    least_significance: float,
    largest_chance: float,
) -> Candidates:
    """Return where lines seem to be, by rising angle.

    Args:
        angle: (N,) 2θ at even steps, in degree.
        intensity: (N,).
        level: (N,) background.
        width: of a line, in degree.
        counting: how it counts; there must be errors.
        share: η of a line.
        components: what makes a line, as Radiation has it.
        least_significance: z of a line.
        largest_chance: of so many counts, by the background alone.
    """
    step = float(np.median(np.diff(angle)))
    area, deviation = filtered(
        angle, intensity, level, counting, width=width, share=share, components=components
    )
    z = np.nan_to_num(area / deviation, nan=-np.inf, posinf=-np.inf)
    top = (z[1:-1] > z[:-2]) & (z[1:-1] >= z[2:]) & (z[1:-1] > least_significance)
    index = np.flatnonzero(top) + 1
    gain = counting.gain if counting.stated_variance is None else _gain(counting, level)
    half = max(1, round(width / step))
    count, expected = (
        _window_sum(values, index, half) / gain for values in (intensity, np.maximum(level, 0.0))
    )
    index = index[tail_probability(count, expected) < largest_chance]
    before, here, after = (z[index + shift] for shift in (-1, 0, 1))
    bend = np.where(np.isfinite(before + after), before - 2.0 * here + after, -1.0)
    shift = np.where(np.isfinite(before + after), 0.5 * (before - after) / bend, 0.0)
    return Candidates(index, angle[index] + step * shift, area[index], here)


def _window_sum(values: Floats, index: NDArray[np.int64], half: int) -> Floats:
    total = np.concatenate([[0.0], np.cumsum(values)])
    first = np.maximum(index - half, 0)
    last = np.minimum(index + half + 1, len(values))
    return np.asarray(total[last] - total[first])


def _gain(counting: Counting, level: Floats) -> float:
    """Return variance over intensity where errors are stated."""
    return float(np.median(counting.variance(level) / np.maximum(level, 1e-12)))
