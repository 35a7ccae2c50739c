"""Places of lines that follow nothing but themselves."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class OwnPlaces:
    """Every line has its own place: the parameters are these."""

    def __call__(self, theta: Floats) -> tuple[Floats, Floats] | None:
        """Return 2θ (K,) in degree and how it follows (K, K); None where there is none."""
        if not ((theta > 0.0) & (theta < 180.0)).all():
            return None
        return theta, np.eye(len(theta))
