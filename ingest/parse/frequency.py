"""Frequencies that can only be those of an impedance sweep, where no heading says so."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

_LEAST_POINTS: Final = 5
_LEAST_DECADES: Final = 1.0
_UNEVENNESS: Final = 0.25
"""Steps of log f may differ from their median by this part; instruments round frequencies."""


def is_even_sweep(values: NDArray[np.float64]) -> bool:
    """Tell whether values run one way over decades in even logarithmic steps, all positive.

    Times, angles and potentials do not: they are linear, begin at zero or turn back.
    """
    if values.size < _LEAST_POINTS or not (np.isfinite(values) & (values > 0.0)).all():
        return False
    steps = np.diff(np.log10(values))
    usual = float(np.median(steps))
    even = np.abs(steps - usual) <= _UNEVENNESS * abs(usual)
    return bool(even.all() and abs(steps.sum()) >= _LEAST_DECADES)
