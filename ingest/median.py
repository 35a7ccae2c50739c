"""The median of every step at once."""

import numpy as np
from numpy.typing import NDArray

_FEW = 8
Floats = NDArray[np.float64]


def median_by_step(
    values: Floats,
    starts: NDArray[np.int64],
    *,
    keep: NDArray[np.bool_] | None = None,
    skip_first: bool = False,
) -> Floats:
    """Return the median of each step, leaving out NaN; NaN where nothing is left.

    Steps of about the same length are laid in one padded matrix and sorted together, so the cost
    is that of sorting the points, however many steps there are.

    Args:
        values: one value a point.
        starts: first row of every step.
        keep: points to count; all by default.
        skip_first: leave out the first point of every step.
    """
    counted = ~np.isnan(values)
    if keep is not None:
        counted &= keep
    if skip_first:
        counted[starts] = False
    chosen = values if counted.all() else values[counted]
    length = np.add.reduceat(counted, starts, dtype=np.int64)
    first = np.cumsum(length) - length
    medians = np.full(len(starts), np.nan)
    # a width an octave: at most half of a matrix is padding
    widths = np.exp2(np.ceil(np.log2(np.maximum(length, 1)))).astype(np.int64)
    for width in np.unique(widths[length > 0]):
        steps = np.flatnonzero((widths == width) & (length > 0))
        place = np.arange(width)
        rows = first[steps, None] + place
        matrix = chosen.take(rows, mode="clip")
        matrix[place >= length[steps, None]] = np.inf
        middle = np.unique(np.concatenate(((length[steps] - 1) // 2, length[steps] // 2)))
        if middle.size <= _FEW:  # nothing but the middle has to be in its place
            matrix.partition(middle, axis=1)
        else:
            matrix.sort(axis=1)
        row = np.arange(len(steps))
        lower, upper = matrix[row, (length[steps] - 1) // 2], matrix[row, length[steps] // 2]
        medians[steps] = np.where(lower == upper, lower, 0.5 * (lower + upper))
    return medians
