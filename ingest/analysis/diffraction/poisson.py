"""How likely so many counts are, where so many are expected."""

from math import lgamma
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_CERTAIN: Final = 12.0
"""Standard deviations above the mean from where the chance is less than any that is asked for."""


def tail_probability(count: Floats, expected: Floats) -> Floats:
    """Return the chance of at least so many counts: 1 where no more than expected are there.

    The chance is Σ e^-μ μ^k/k! from the count upwards; counts need not be whole.
    """
    above = (count - expected) / np.sqrt(np.maximum(expected, 1e-12))
    chance = np.where(above > 0.0, 0.0, 1.0)
    asked = np.flatnonzero((above > 0.0) & ((above < _CERTAIN) | (expected < 50.0)))
    for place in asked:
        chance[place] = _tail(float(count[place]), float(expected[place]))
    return chance


def _tail(count: float, expected: float) -> float:
    if expected <= 0.0:
        return 0.0
    first = count * np.log(expected) - expected - lgamma(count + 1.0)
    many = int(50.0 + 30.0 * np.sqrt(count))
    ratio = expected / (count + np.arange(1, many))
    terms = np.concatenate([[1.0], np.cumprod(ratio)])
    return float(min(1.0, np.exp(first) * terms.sum()))
