"""Crystal structures: all atoms of a unit cell."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from schema.diffraction.lattice import Lattice
from schema.formula import atomic_masses

_REACH: Final = 1
"""Cells around the one whose neighbors are sought."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """All atoms of a unit cell.

    Attributes:
        phase: what it is called.
        title: what it is; "" where nobody says.
        lattice: its lattice.
        space_group: its symbol, with the setting.
        formula: of the unit that is repeated; "" where nobody says.
        formula_units: how many of these a cell has; None where nobody says.
        element: (N,) symbol of each atom.
        position: (N, 3) fractions of the axes.
        occupancy: (N,) share of its place that is occupied.
        displacement_angstrom2: (N,) mean square displacement U.
        source: where it was published, or who entered it.
        content_hash: hash of what it was read from.
        doubt: why its intensities are doubtful; "" where they are not.
    """

    phase: str
    title: str
    lattice: Lattice
    space_group: str
    formula: str
    formula_units: int | None
    element: NDArray[np.str_]
    position: Floats
    occupancy: Floats
    displacement_angstrom2: Floats
    source: str
    content_hash: str
    doubt: str

    @property
    def mass_gram_per_mole(self) -> float:
        """Return the mass of a mole of cells, by their atoms."""
        masses = atomic_masses()
        return float(self.occupancy @ np.array([masses[one] for one in self.element.tolist()]))

    def shortest_bonds(self, element: str, partner: str) -> Floats:
        """Return the distance of each such atom to its nearest partner, in ångström."""
        around = np.arange(-_REACH, _REACH + 1)
        shift = np.stack(np.meshgrid(around, around, around), axis=-1).reshape(-1, 3)
        ours, theirs = (self.position[self.element == one] for one in (element, partner))
        metric = self.lattice.metric
        shortest = np.empty(len(ours))
        for one, place in enumerate(ours):
            apart = theirs[:, None] + shift - place
            square = np.einsum("...i,ij,...j->...", apart, metric, apart)
            shortest[one] = np.where(square > 0.01, square, np.inf).min()
        return np.sqrt(shortest)
