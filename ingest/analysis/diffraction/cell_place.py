"""Where the lines of a cell are seen: by its free parameters, and by what moves them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.diffraction.position import Correction, by_angle, by_value, moved
from schema.diffraction.lattice import Indices, Lattice, System

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class CellPlaces:
    """Places of lines: the parameters are the free ones of the cell, and the correction.

    Attributes:
        system: of the cell.
        hkl: (K, 3) its lines.
        wavelength_angstrom: of Kα1.
        correction: what moves them; none has no parameter.
        fixed: (F,) 2θ of further lines, that stay.
    """

    system: System
    hkl: Indices
    wavelength_angstrom: float
    correction: Correction
    fixed: Floats

    @property
    def parameter_count(self) -> int:
        """Return how many parameters there are."""
        return len(self.system.free) + int(self.correction != "none")

    def __call__(self, theta: Floats) -> tuple[Floats, Floats] | None:
        """Return 2θ (K + F,) in degree and how it follows (K + F, P); None where there is none."""
        count = len(self.system.free)
        if (theta[:count] <= 0.0).any():
            return None
        lattice = Lattice(self.system, theta[:count])
        square = lattice.inverse_square(self.hkl)
        with np.errstate(invalid="ignore"):
            sine = 0.5 * self.wavelength_angstrom * np.sqrt(square)
        if not (np.isfinite(sine).all() and (sine < 1.0).all()):
            return None
        angle = np.degrees(2.0 * np.arcsin(sine))
        value = float(theta[count]) if self.correction != "none" else 0.0
        slope = np.zeros((len(angle) + len(self.fixed), self.parameter_count))
        bend = np.degrees(sine / square / np.sqrt(1.0 - sine**2))
        bend *= by_angle(angle, self.correction, value)
        slope[: len(angle), :count] = bend[:, None] * lattice.inverse_square_slope(self.hkl)
        if self.correction != "none":
            slope[: len(angle), count] = by_value(angle, self.correction)
        return np.concatenate([moved(angle, self.correction, value), self.fixed]), slope
