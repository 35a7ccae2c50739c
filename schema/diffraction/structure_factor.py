"""Structure factors: F = Σ o f(s) exp(-8π²U s²) exp(2πi h·x), s = sin θ/λ = 1/(2d).

f is that of neutral atoms (International Tables C, 1992, as gemmi has it), with no anomalous term.
"""

from functools import cache
from typing import Any, Final

import gemmi
import numpy as np
from numpy.typing import NDArray

from schema.diffraction.lattice import Indices
from schema.diffraction.structure import Structure

Floats = NDArray[np.float64]

_CHUNK: Final = 2048
"""Reflections at a time: phases of all atoms at once would be large."""


def squared_structure_factors(structure: Structure, hkl: Indices) -> Floats:
    """Return |F|² of reflections (K, 3), in electrons squared."""
    square = structure.lattice.inverse_square(hkl) / 4.0
    kinds, kind = np.unique(structure.element, return_inverse=True)
    factors = np.array([_scattering_factors(str(one), square) for one in kinds])
    damping = np.exp(-8.0 * np.pi**2 * np.outer(square, structure.displacement_angstrom2))
    weight = structure.occupancy * factors.T[:, kind] * damping
    found = np.empty(len(hkl))
    for first in range(0, len(hkl), _CHUNK):
        part = slice(first, first + _CHUNK)
        turn = 2.0 * np.pi * (hkl[part] @ structure.position.T)
        real = (weight[part] * np.cos(turn)).sum(axis=1)
        imaginary = (weight[part] * np.sin(turn)).sum(axis=1)
        found[part] = real**2 + imaginary**2
    return found


def _scattering_factors(element: str, square: Floats) -> Floats:
    """Return f at these s² in Å⁻²."""
    numerator, exponent, constant = _coefficients(element)
    return np.asarray(constant + np.exp(-np.outer(square, exponent)) @ numerator)


@cache
def _coefficients(element: str) -> tuple[Floats, Floats, Any]:
    known = gemmi.Element(element).it92
    return np.array(known.a), np.array(known.b), known.c
