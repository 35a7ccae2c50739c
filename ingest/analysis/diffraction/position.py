"""What moves lines: the zero of the goniometer, or a specimen that lies off its axis.

t_obs = t + z0 (zero), or t - (180/π)(2s/R) cos θ (displacement s, positive below the axis, R the
radius of the goniometer). One of the two: both together cannot be told apart without an internal
standard. The parameter of a displacement is s/R, for a file may not say R.
"""

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.diffraction.pattern import Pattern

Floats = NDArray[np.float64]
Correction = Literal["none", "zero", "displacement"]

_DEGREE: Final = 180.0 / np.pi


def usual(pattern: Pattern) -> Correction:
    """Return the correction of a geometry: of a reflection the displacement, else the zero."""
    return "zero" if pattern.transmission else "displacement"


def other(correction: Correction) -> Correction:
    """Return the one that a correction is compared with."""
    return "zero" if correction == "displacement" else "displacement"


def moved(angle: Floats, correction: Correction, value: float) -> Floats:
    """Return where lines are seen, in degree.

    Args:
        angle: (K,) where they belong.
        correction: what moves them.
        value: z0 in degree, or s/R.
    """
    return np.asarray(angle + value * by_value(angle, correction))


def by_value(angle: Floats, correction: Correction) -> Floats:
    """Return how far lines move (K,) of one unit of it, in degree."""
    if correction == "zero":
        return np.ones_like(angle)
    if correction == "displacement":
        return np.asarray(-2.0 * _DEGREE * np.cos(np.radians(angle) / 2.0))
    return np.zeros_like(angle)


def by_angle(angle: Floats, correction: Correction, value: float) -> Floats:
    """Return how where lines are seen follows where they belong (K,)."""
    if correction == "displacement":
        return np.asarray(1.0 + value * np.sin(np.radians(angle) / 2.0))
    return np.ones_like(angle)
