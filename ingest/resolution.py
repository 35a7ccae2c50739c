"""The resolution a column of numbers is written with."""

import numpy as np
from numpy.typing import NDArray

_SAMPLE = 4096
_FINEST = 12
"""Decimals looked at; finer is no resolution but the digits of a binary number."""


def resolution(values: NDArray[np.float64]) -> float:
    """Return the power of ten that all values are multiples of, 0 where there is none.

    Looks at no more than some thousand values spread over the column; the unit is that of the
    values.
    """
    sample = values[:: max(1, values.size // _SAMPLE)]
    sample = np.abs(sample[np.isfinite(sample) & (sample != 0.0)])
    if sample.size == 0:
        return 0.0
    greatest = int(np.floor(np.log10(sample.max())))
    for exponent in range(greatest, -_FINEST - 1, -1):
        scaled = sample * 10.0**-exponent
        if scaled[0] > 2**40:
            return 0.0
        if np.all(np.abs(scaled - np.rint(scaled)) < 1e-6 * np.maximum(1.0, 1e-3 * scaled)):
            return float(10.0**exponent)
    return 0.0
