"""Lists of lines that somebody published or measured: spacing, relative intensity, indices.

Intensities are those of a pattern with one radiation. Divided by the Lorentz-polarization factor
there, they are what the structure scatters, and hold for any. How much of a pattern a gram makes
tells the reference intensity ratio I/Ic: of the strongest line over corundum's 113, of equal
weights. C. R. Hubbard, R. L. Snyder, Powder Diffr. 3 (1988) 74.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from schema.diffraction.lattice import Indices, Lattice
from schema.diffraction.line import Lines, lines_of, lorentz_polarization
from schema.diffraction.own_structure import own_structures
from schema.diffraction.radiation import Radiation, two_theta_degree

Floats = NDArray[np.float64]

RADIATION_UNTOLD: Final = "the list does not tell for which radiation its intensities are"


@dataclass(frozen=True, slots=True, eq=False)
class LineList:
    """The lines of a phase as a list has them.

    Attributes:
        phase: what it is called.
        title: what it is; "" where nobody says.
        lattice: its cell, where one is stated: all lines have indices then.
        formula: of the unit that is repeated; "" where nobody says.
        formula_units: how many of these a cell has; None where nobody says.
        hkl: (K, 3) indices; 0 0 0 where nobody says.
        spacing_angstrom: (K,) of each line.
        intensity: (K,) relative.
        wavelength_angstrom: of the radiation intensities hold for; None where nobody says.
        corundum_ratio: I/Ic; None where nobody says.
        source: where it was published, or who measured it.
        content_hash: hash of all that it says.
        doubt: why its intensities are doubtful; "" where they are not.
    """

    phase: str
    title: str
    lattice: Lattice | None
    formula: str
    formula_units: int | None
    hkl: Indices
    spacing_angstrom: Floats
    intensity: Floats
    wavelength_angstrom: float | None
    corundum_ratio: float | None
    source: str
    content_hash: str
    doubt: str

    def lines(self, radiation: Radiation, up_to_degree: float) -> Lines:
        """Return its lines up to an angle of Kα1, by falling spacing."""
        spacing = self.spacing_angstrom
        if self.lattice is not None:
            spacing = self.lattice.spacing_angstrom(self.hkl)
        wavelength = self.wavelength_angstrom or radiation.alpha1_angstrom
        seen = two_theta_degree(spacing, wavelength)
        angle = two_theta_degree(spacing, radiation.alpha1_angstrom)
        # of what its own radiation cannot reach no intensity is known
        known = np.flatnonzero(np.isfinite(seen) & (angle <= up_to_degree))
        order = known[np.argsort(-spacing[known], kind="stable")]
        per_gram = float("nan")
        if self.corundum_ratio is not None:
            per_gram = self.corundum_ratio * _corundum_power(wavelength) / self.intensity.max()
        return Lines(
            self.phase,
            self.lattice,
            self.hkl[order],
            spacing[order],
            np.ones(len(order), dtype=np.int64),
            self.intensity[order] / lorentz_polarization(seen[order]),
            float(per_gram),
            self.source,
            self.content_hash,
            self.doubt,
        )


@cache
def _corundum_power(wavelength_angstrom: float) -> float:
    """Return K of corundum's 113."""
    radiation = Radiation.stated(alpha1_angstrom=wavelength_angstrom, alpha2_ratio=0.0)
    lines = lines_of(own_structures()["corundum"], radiation)
    (standard,) = (one for one in range(len(lines.hkl)) if lines.name(one) == "1 1 3")
    return float(lines.power(radiation)[standard])
