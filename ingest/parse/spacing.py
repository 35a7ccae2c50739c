"""Values at even steps, of which exports tell the first one and the step."""

import numpy as np
from numpy.typing import NDArray


def spaced(start: float, step: float, count: int) -> NDArray[np.float64]:
    """Return values at even steps; printed ones are rounded, these are not."""
    with np.errstate(over="ignore", invalid="ignore"):  # damage leaves any number
        return start + step * np.arange(count, dtype=np.float64)
