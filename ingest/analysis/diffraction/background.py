"""The background under lines, for finding these: SNIP, then means of what is no line.

C. G. Ryan et al., Nucl. Instrum. Methods B 34 (1988) 396. SNIP alone lies low, for it follows the
lower edge of the noise; three rounds of local means of the points that are not above it mend that.
For fits the background is a polynomial fitted together with the lines.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.count_scale import Counting

Floats = NDArray[np.float64]

VERSION: Final = "1"

_WIDTHS: Final = 3
"""The window of SNIP, in widths of a line."""
_ROUNDS: Final = 3
_ABOVE: Final = 2.0
"""Standard deviations above the background from where a point belongs to a line."""
_CLIPPED: Final = 0.055
"""Standard deviations by which the mean of what is left lies low."""
_FEWEST: Final = 3
"""Points of which a mean is taken, where some are left out."""


def background(intensity: Floats, width_points: float, counting: Counting) -> Floats:
    """Return the background (N,) of a pattern.

    Args:
        intensity: (N,) at even steps.
        width_points: width of a line, in points.
        counting: how the pattern counts; without errors it is SNIP's alone.
    """
    reach = max(1, round(_WIDTHS * width_points))
    found = snip(local_mean(intensity, max(0, round((width_points - 1.0) / 2.0))), reach)
    if not counting.known:
        return found
    for _ in range(_ROUNDS):
        deviation = np.sqrt(counting.variance(found))
        low = intensity < found + _ABOVE * deviation
        mean = local_mean(intensity, 3 * reach, low)
        mean += _CLIPPED * np.sqrt(counting.variance(mean))
        found = np.where(np.isfinite(mean), mean, found)
    return found


def snip(intensity: Floats, reach: int) -> Floats:
    """Return what is left of a pattern when all that is narrower than the reach is cut off."""
    deep = np.log(np.log(np.sqrt(np.maximum(intensity, 0.0) + 1.0) + 1.0) + 1.0)
    for step in range(min(reach, (len(deep) - 1) // 2), 0, -1):
        sides = 0.5 * (deep[: -2 * step] + deep[2 * step :])
        deep[step:-step] = np.minimum(deep[step:-step], sides)
    return np.asarray((np.exp(np.exp(deep) - 1.0) - 1.0) ** 2 - 1.0)


def local_mean(values: Floats, reach: int, where: NDArray[np.bool_] | None = None) -> Floats:
    """Return means over each point and so many on either side.

    At the ends there are fewer on one side. NaN where too few are left of those that count.
    """
    counted = np.ones(len(values), dtype=bool) if where is None else where
    total = np.concatenate([[0.0], np.cumsum(np.where(counted, values, 0.0))])
    count = np.concatenate([[0], np.cumsum(counted)])
    first = np.maximum(np.arange(len(values)) - reach, 0)
    last = np.minimum(np.arange(len(values)) + reach + 1, len(values))
    size = count[last] - count[first]
    enough = size >= (1 if where is None else _FEWEST)
    mean = np.full(len(values), np.nan)
    np.divide(total[last] - total[first], size, out=mean, where=enough)
    return mean
