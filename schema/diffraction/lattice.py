"""Unit cells: spacings, volume and how both follow what is free in a crystal system.

1/d² = hᵀG*h with G* the inverse of the metric tensor G of a cell. A crystal system leaves some of
the six parameters of a cell free; all follow from these by a matrix and an offset.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

NAMES: Final = (
    "a_angstrom",
    "b_angstrom",
    "c_angstrom",
    "alpha_degree",
    "beta_degree",
    "gamma_degree",
)
"""The parameters of a cell."""


@dataclass(frozen=True, slots=True)
class System:
    """What a crystal system leaves free.

    Attributes:
        name: triclinic, ..., cubic; `hexagonal` is trigonal in hexagonal axes, too.
        free: places of the free parameters among the six.
        follows: of each of the six, the place among the free it equals, or -1.
        fixed: the six, where they do not follow.
        form: coefficients of 1/d² as whole numbers of hkl: pairs of places, with factors.
    """

    name: str
    free: tuple[int, ...]
    follows: tuple[int, ...]
    fixed: tuple[float, ...]
    form: tuple[tuple[tuple[int, int], ...], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the free parameters."""
        return tuple(NAMES[place] for place in self.free)

    @property
    def matrix(self) -> Floats:
        """Return how the six follow the free ones: (6, free)."""
        matrix = np.zeros((6, len(self.free)))
        for place, source in enumerate(self.follows):
            if source >= 0:
                matrix[place, source] = 1.0
        return matrix

    def six(self, free: Floats) -> Floats:
        """Return the six parameters of these free ones."""
        return np.asarray(self.matrix @ free + np.array(self.fixed))

    def free_of(self, six: Floats) -> Floats:
        """Return the free parameters of a cell."""
        return np.asarray(six, dtype=float)[list(self.free)]

    def signature(self, hkl: Indices) -> Indices:
        """Return whole numbers that are equal where the spacing is, whatever the cell: (K, …)."""
        pairs = ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2))
        products = {pair: hkl[:, pair[0]] * hkl[:, pair[1]] for pair in pairs}
        return np.column_stack([sum(products[pair] for pair in term) for term in self.form])


_SQUARES: Final = (((0, 0),), ((1, 1),), ((2, 2),))
_PLANE: Final = ((0, 0), (1, 1))
_HEXAGON: Final = ((0, 0), (0, 1), (1, 1))

SYSTEMS: Final[Mapping[str, System]] = MappingProxyType(
    {
        each.name: each
        for each in (
            System(
                "triclinic",
                (0, 1, 2, 3, 4, 5),
                (0, 1, 2, 3, 4, 5),
                (0.0,) * 6,
                (*_SQUARES, ((0, 1),), ((0, 2),), ((1, 2),)),
            ),
            System(
                "monoclinic",
                (0, 1, 2, 4),
                (0, 1, 2, -1, 3, -1),
                (0.0, 0.0, 0.0, 90.0, 0.0, 90.0),
                (*_SQUARES, ((0, 2),)),
            ),
            System(
                "orthorhombic",
                (0, 1, 2),
                (0, 1, 2, -1, -1, -1),
                (0.0, 0.0, 0.0, 90.0, 90.0, 90.0),
                _SQUARES,
            ),
            System(
                "tetragonal",
                (0, 2),
                (0, 0, 1, -1, -1, -1),
                (0.0, 0.0, 0.0, 90.0, 90.0, 90.0),
                (_PLANE, ((2, 2),)),
            ),
            System(
                "hexagonal",
                (0, 2),
                (0, 0, 1, -1, -1, -1),
                (0.0, 0.0, 0.0, 90.0, 90.0, 120.0),
                (_HEXAGON, ((2, 2),)),
            ),
            System(
                "rhombohedral",
                (0, 3),
                (0, 0, 0, 1, 1, 1),
                (0.0,) * 6,
                (((0, 0), (1, 1), (2, 2)), ((0, 1), (0, 2), (1, 2))),
            ),
            System(
                "cubic",
                (0,),
                (0, 0, 0, -1, -1, -1),
                (0.0, 0.0, 0.0, 90.0, 90.0, 90.0),
                (((0, 0), (1, 1), (2, 2)),),
            ),
        )
    }
)
"""The crystal systems; monoclinic with b as its axis, trigonal in hexagonal or its own axes."""


@dataclass(frozen=True, slots=True, eq=False)
class Lattice:
    """A lattice: its crystal system and what is free in it."""

    system: System
    free: Floats

    @classmethod
    def of(cls, system: str, *free: float) -> Self:
        """Return the lattice of a system with these free parameters, in its order."""
        return cls(SYSTEMS[system], np.array(free, dtype=float))

    @property
    def six(self) -> Floats:
        """Return a, b, c in ångström and alpha, beta, gamma in degree."""
        return self.system.six(self.free)

    @property
    def metric(self) -> Floats:
        """Return the metric tensor (3, 3), in Å²."""
        return _metric(self.six)[0]

    @property
    def volume_angstrom3(self) -> float:
        """Return the volume of the cell, in Å³."""
        return float(np.sqrt(np.linalg.det(self.metric)))

    @property
    def volume_slope(self) -> Floats:
        """Return how the volume follows the free parameters: dV = V/2 tr(G* dG)."""
        metric, slope = _metric(self.six)
        traces = np.einsum("ij,kji->k", np.linalg.inv(metric), slope)
        return np.asarray(0.5 * self.volume_angstrom3 * traces @ self.system.matrix)

    def volume_error(self, covariance: Floats) -> float:
        """Return the standard error of the volume, of the covariance of the free parameters."""
        slope = self.volume_slope
        return float(np.sqrt(slope @ covariance @ slope))

    def inverse_square(self, hkl: Indices) -> Floats:
        """Return 1/d² of reflections (K, 3), in Å⁻²."""
        star = np.linalg.inv(self.metric)
        return np.asarray(np.einsum("ki,ij,kj->k", hkl, star, hkl))

    def inverse_square_slope(self, hkl: Indices) -> Floats:
        """Return how 1/d² follows the free parameters: (K, free). dG* = -G* dG G*."""
        metric, slope = _metric(self.six)
        along = hkl @ np.linalg.inv(metric)
        of_six = -np.einsum("ki,pij,kj->kp", along, slope, along)
        return np.asarray(of_six @ self.system.matrix)

    def spacing_angstrom(self, hkl: Indices) -> Floats:
        """Return d of reflections (K, 3), in ångström."""
        return np.asarray(1.0 / np.sqrt(self.inverse_square(hkl)))


def _metric(six: Floats) -> tuple[Floats, Floats]:
    """Return the metric tensor (3, 3) and how it follows the six parameters (6, 3, 3)."""
    length, angle = six[:3], np.radians(six[3:])
    cosine = np.eye(3)
    for place, (i, j) in enumerate(((1, 2), (0, 2), (0, 1))):
        cosine[i, j] = cosine[j, i] = np.cos(angle[place])
    metric = np.outer(length, length) * cosine
    slope = np.zeros((6, 3, 3))
    for place in range(3):
        slope[place, place] += length * cosine[place]
        slope[place, :, place] += length * cosine[place]
    for place, (i, j) in enumerate(((1, 2), (0, 2), (0, 1))):
        bend = -length[i] * length[j] * np.sin(angle[place]) * np.pi / 180.0
        slope[3 + place, i, j] = slope[3 + place, j, i] = bend
    return metric, slope
