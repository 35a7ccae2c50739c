"""The cell of a phase by the places of its lines: least squares of 2θ, weighted by their errors.

Where the whole of a pattern cannot be fitted, lines that are pure to 99 % serve, at least eight, at
least three of them with a large l. It also finds a cell from where the whole pattern may begin.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.diffraction.cell_place import CellPlaces
from ingest.analysis.diffraction.position import Correction
from schema.diffraction.lattice import Indices, Lattice

Floats = NDArray[np.float64]

VERSION: Final = "1"

_STEPS: Final = 20
_SETTLED: Final = 1e-9
"""Of parameters, relative: the last step."""
_PURE: Final = 0.01
FEWEST_LINES: Final = 8
FEWEST_LARGE: Final = 3
LARGE_L: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class PlacedCell:
    """A cell by the places of lines.

    Attributes:
        lattice: the cell.
        covariance: (F, F) of its free parameters, by the errors of places alone.
        correction: what moves lines.
        correction_value: z0 in degree, or s/R.
        correction_error: its standard error.
        chi_square: sum of squares over variances.
        freedom: lines less parameters.
    """

    lattice: Lattice
    covariance: Floats
    correction: Correction
    correction_value: float
    correction_error: float
    chi_square: float
    freedom: int

    @property
    def widening(self) -> float:
        """Return what every error is multiplied by: √max(1, chi²/dof)."""
        return float(np.sqrt(max(1.0, self.chi_square / max(self.freedom, 1))))


def cell_of_lines(
    position: Floats,
    error: Floats,
    hkl: Indices,
    start: Lattice,
    wavelength_angstrom: float,
    *,
    correction: Correction,
    correction_start: float = 0.0,
) -> PlacedCell | None:
    """Return the cell by the places of lines; None where they are too few, or tell it not.

    Args:
        position: (K,) 2θ of Kα1, in degree.
        error: (K,) its standard error.
        hkl: (K, 3) what each line is.
        start: a cell near it.
        wavelength_angstrom: of Kα1.
        correction: what moves lines.
        correction_start: about how far.
    """
    places = CellPlaces(start.system, hkl, wavelength_angstrom, correction, np.empty(0))
    moved = correction != "none"
    theta = np.array([*start.free, *([correction_start] if moved else [])])
    if len(position) < len(theta):
        return None
    weight = 1.0 / error
    for _ in range(_STEPS):
        placed = places(theta)
        if placed is None:
            return None
        left = (position - placed[0]) * weight
        slope = placed[1] * weight[:, None]
        size = np.sqrt((slope**2).sum(axis=0))
        if not (size > 0.0).all():
            return None
        step, _, rank, _ = np.linalg.lstsq(slope / size, left, rcond=1e-10)
        if rank < len(theta):
            return None
        theta = theta + step / size
        if (np.abs(step / size) < _SETTLED * np.abs(theta[0])).all():
            break
    placed = places(theta)
    if placed is None:
        return None
    slope = placed[1] * weight[:, None]
    covariance = np.linalg.inv((slope / size).T @ (slope / size)) / np.outer(size, size)
    free = len(start.system.free)
    return PlacedCell(
        Lattice(start.system, theta[:free]),
        covariance[:free, :free],
        correction,
        float(theta[free]) if moved else 0.0,
        float(np.sqrt(covariance[free, free])) if moved else 0.0,
        float((((position - placed[0]) * weight) ** 2).sum()),
        len(position) - len(theta),
    )


def pure(place: Floats, strength: Floats, width: Floats) -> NDArray[np.bool_]:
    """Return which lines are pure to 99 %: (K,) of places, strengths and widths of all there are.

    What is nearer than two widths counts in whole, be it the other's flank.
    """
    near = np.abs(place[:, None] - place) < 2.0 * width[:, None]
    beside = near @ strength - strength
    return np.asarray(beside < _PURE * strength)


def enough(hkl: Indices) -> bool:
    """Return whether lines are enough to tell a cell by."""
    large = int((np.abs(hkl[:, 2]) >= LARGE_L).sum())
    return len(hkl) >= FEWEST_LINES and large >= FEWEST_LARGE
