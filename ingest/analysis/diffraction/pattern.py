"""A diffraction pattern as its methods take it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.count_scale import Counting
from schema.diffraction.radiation import Radiation

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """One scan over 2θ.

    Attributes:
        angle_degree: (N,) 2θ, rising at even steps.
        intensity: (N,) counts, or what stands for them.
        counting: how these count.
        radiation: what it was measured with; None where nobody says, and then there is no spacing.
        radius_mm: of the goniometer; None where nobody says.
        transmission: whether the beam goes through the specimen.
    """

    angle_degree: Floats
    intensity: Floats
    counting: Counting
    radiation: Radiation | None
    radius_mm: float | None = None
    transmission: bool = False

    @property
    def step_degree(self) -> float:
        """Return the step."""
        return float(np.median(np.diff(self.angle_degree)))

    @property
    def components(self) -> tuple[tuple[float, float], ...]:
        """Return the wavelengths that make a line; one, where nobody says."""
        return ((1.0, 1.0),) if self.radiation is None else self.radiation.components
