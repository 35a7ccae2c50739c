"""Lines of a powder: reflections of equal spacing, with what they scatter.

I = m|F|² (1 + cos²2θ)/(sin²θ cos θ), and with a monochromator cos²2θ x cos²2θ_M; lines at equal d
add, whatever the cell: 333 and 511 of a cubic one are one line.
"""

from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from schema.diffraction.lattice import Indices, Lattice
from schema.diffraction.radiation import Radiation, two_theta_degree
from schema.diffraction.structure import Structure
from schema.diffraction.structure_factor import squared_structure_factors

Floats = NDArray[np.float64]

_ABSENT: Final = 1e-6
"""|F|² over that of all electrons in phase, below which a reflection is absent."""
_GRAM_PER_CM3: Final = 1.66053907
"""Of one g/mol in one Å³."""
_LARGEST_ANGLE: Final = 179.0


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """The lines of a phase, by falling spacing.

    Attributes:
        phase: what it is called.
        lattice: what it was computed of; a measured cell may differ a little. None: of a list
            that tells none.
        hkl: (K, 3) one reflection of each line; 0 0 0 where a list has none.
        spacing_angstrom: (K,) of each.
        multiplicity: (K,) reflections that fall together and are not absent.
        squared_factor: (K,) mean |F|² of these, in electrons squared; of a list in its own unit.
        per_gram: 1/(V²ρ), by which their strength is that of a gram; NaN where nobody states it.
        source: where the reference comes from.
        content_hash: hash of what it was read from.
        doubt: why intensities are doubtful; "" where they are not.
    """

    phase: str
    lattice: Lattice | None
    hkl: Indices
    spacing_angstrom: Floats
    multiplicity: NDArray[np.int64]
    squared_factor: Floats
    per_gram: float
    source: str
    content_hash: str
    doubt: str

    def name(self, one: int) -> str:
        """Return the indices of a line, "" where nobody states them."""
        return " ".join(map(str, self.hkl[one].tolist())) if self.hkl[one].any() else ""

    def two_theta_degree(self, radiation: Radiation) -> Floats:
        """Return where Kα1 has each, in degree; NaN where it has none."""
        return two_theta_degree(self.spacing_angstrom, radiation.alpha1_angstrom)

    def strength(self, radiation: Radiation, monochromator_degree: float = 0.0) -> Floats:
        """Return m|F|² and the Lorentz-polarization factor of each; NaN where it has none.

        Args:
            radiation: what the pattern was measured with.
            monochromator_degree: 2θ of the monochromator's reflection, 0 without.
        """
        polarized = lorentz_polarization(self.two_theta_degree(radiation), monochromator_degree)
        return np.asarray(self.multiplicity * self.squared_factor * polarized)

    def power(self, radiation: Radiation, monochromator_degree: float = 0.0) -> Floats:
        """Return K = m|F|² Lp/(V²ρ) of each: what a gram of the phase scatters, in Å⁻⁶ cm³/g."""
        return np.asarray(self.strength(radiation, monochromator_degree) * self.per_gram)

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Self:
        """Return some of them, by index or by mask."""
        return replace(
            self,
            hkl=self.hkl[rows],
            spacing_angstrom=self.spacing_angstrom[rows],
            multiplicity=self.multiplicity[rows],
            squared_factor=self.squared_factor[rows],
        )

    def within(self, radiation: Radiation, low_degree: float, high_degree: float) -> Self:
        """Return those between two angles."""
        angle = self.two_theta_degree(radiation)
        return self.take((angle >= low_degree) & (angle <= high_degree))


def density_gram_per_cm3(mass_gram_per_mole: float, volume_angstrom3: float) -> float:
    """Return the density of cells of that mass and volume, in g/cm³."""
    return _GRAM_PER_CM3 * mass_gram_per_mole / volume_angstrom3


def lorentz_polarization(angle_degree: Floats, monochromator_degree: float = 0.0) -> Floats:
    """Return (1 + M cos²2θ)/(sin²θ cos θ) with M = cos²2θ_M."""
    theta = np.radians(angle_degree) / 2.0
    through = np.cos(np.radians(monochromator_degree)) ** 2
    bent = np.sin(theta) ** 2 * np.cos(theta)
    return np.asarray((1.0 + through * np.cos(2.0 * theta) ** 2) / bent)


def lines_of(
    structure: Structure, radiation: Radiation, up_to_degree: float = _LARGEST_ANGLE
) -> Lines:
    """Return the lines of a structure up to an angle of Kα1."""
    least = radiation.alpha1_angstrom / (2.0 * np.sin(np.radians(up_to_degree) / 2.0))
    hkl = _sphere(structure.lattice, least)
    square = squared_structure_factors(structure, hkl)
    masses = squared_structure_factors(structure, np.zeros((1, 3), dtype=np.int64))[0]
    there = square > _ABSENT * masses
    hkl, square = hkl[there], square[there]
    signature = structure.lattice.system.signature(hkl)
    _, group, count = np.unique(signature, axis=0, return_inverse=True, return_counts=True)
    group = group.ravel()
    total = np.bincount(group, weights=square)
    # the reflection people name: no negative index if that can be, then the largest
    rank = np.lexsort((hkl[:, 2], hkl[:, 1], hkl[:, 0], (hkl >= 0).all(axis=1)))
    named = np.empty(len(count), dtype=np.int64)
    named[group[rank]] = rank
    volume = structure.lattice.volume_angstrom3
    spacing = structure.lattice.spacing_angstrom(hkl[named])
    # Friedel's other half falls on the same lines
    lines = Lines(
        structure.phase,
        structure.lattice,
        hkl[named],
        spacing,
        2 * count,
        total / count,
        1.0 / (volume**2 * density_gram_per_cm3(structure.mass_gram_per_mole, volume)),
        structure.source,
        structure.content_hash,
        structure.doubt,
    )
    return lines.take(np.argsort(-spacing, kind="stable"))


def _sphere(lattice: Lattice, least_angstrom: float) -> Indices:
    """Return one half of the reflections of no smaller spacing, as people would name them."""
    reach = np.floor(lattice.six[:3] / least_angstrom).astype(np.int64)
    axes = [np.arange(-size, size + 1) for size in reach]
    hkl = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    h, k, l = hkl.T  # noqa: E741 — as the trade writes them
    half = (h > 0) | ((h == 0) & ((k > 0) | ((k == 0) & (l > 0))))
    hkl = hkl[half]
    return np.asarray(hkl[lattice.inverse_square(hkl) <= 1.0 / least_angstrom**2])
