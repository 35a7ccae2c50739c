"""Shapes of lines: pseudo-Voigt doublets, how they widen with the angle, and their two parts.

p = η (2/πw)/(1 + 4u²) + (1 - η) √(4 ln2/π)/w exp(-4 ln2 u²), u = (2θ - t)/w, of area 1 per degree.
Widths of one phase follow w² = U tan²θ + V tan θ + W (G. Caglioti, A. Paoletti, F. P. Ricci, Nucl.
Instrum. 3 (1958) 223). The parts of Gauss and Lorentz are those of P. Thompson, D. E. Cox,
J. B. Hastings, J. Appl. Crystallogr. 20 (1987) 79.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from schema.diffraction.radiation import of_other_wavelength

Floats = NDArray[np.float64]

_BELL: Final = 4.0 * np.log(2.0)
_NEAR: Final = 30.0
"""Widths from where a Gaussian is nothing, and how a tail follows what makes it is left out."""
_WIDTH_TERMS: Final = (1.0, 2.69269, 2.42843, 4.47163, 0.07842, 1.0)
"""Of G⁵, G⁴L, … L⁵ in the fifth power of the width."""


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """Profiles (N, K) of lines of area 1, and how they follow what makes them."""

    value: Floats
    by_position: Floats
    by_width: Floats
    by_share: Floats


def shapes(
    angle: Floats,
    position: Floats,
    width: Floats,
    share: Floats,
    components: Sequence[tuple[float, float]],
) -> Shapes:
    """Return the profiles of lines, each with all its wavelengths; Kα1's has area 1.

    Tails reach everywhere; how they follow place, width and η is told near the lines alone.

    Args:
        angle: (N,) 2θ of the points, in degree.
        position: (K,) 2θ of Kα1.
        width: (K,) full width at half maximum, in degree.
        share: (K,) η.
        components: wavelength over that of Kα1 and area over its, as Radiation has them.
    """
    size = (len(angle), len(position))
    total = Shapes(*(np.zeros(size) for _ in range(4)))
    for wavelength, area in components:
        place = of_other_wavelength(position, wavelength)
        there = np.isfinite(place)
        ratio = np.cos(np.radians(position) / 2.0) / np.cos(
            np.radians(np.where(there, place, 0.0)) / 2.0
        )
        place = np.where(there, place, np.inf)  # where no angle is wide enough for it
        square = angle[:, None] - place
        square *= square
        square += 0.25 * width**2
        total.value[:] += np.divide(0.5 * area / np.pi * share * width, square, out=square)
        low, high = (np.searchsorted(angle, place + side * _NEAR * width) for side in (-1, 1))
        line = np.repeat(np.arange(size[1]), high - low)
        first = np.cumsum(high - low) - high + low
        point = np.arange(len(line)) - first[line] + low[line]
        near = _near(angle[point] - place[line], width[line], share[line], area)
        total.value[point, line] += near.value
        total.by_position[point, line] += near.by_position * (wavelength * ratio)[line]
        total.by_width[point, line] += near.by_width
        total.by_share[point, line] += near.by_share
    return total


def _near(apart: Floats, width: Floats, share: Floats, area: float) -> Shapes:
    """Return the part of Gauss, and how both parts follow what makes them, at such distances."""
    reach = apart / width
    square = reach * reach
    ratio = 1.0 / (1.0 + 4.0 * square)
    lorentz = (2.0 * area / np.pi) * ratio / width
    gauss = (area * np.sqrt(_BELL / np.pi)) / width * np.exp(-_BELL * square)
    lorentz_part, gauss_part = share * lorentz, (1.0 - share) * gauss
    slope = (-8.0 * lorentz_part * ratio - 2.0 * _BELL * gauss_part) * reach / width
    by_width = -(lorentz_part + gauss_part) / width - reach * slope
    return Shapes(gauss_part, -slope, by_width, lorentz - gauss)


def pseudo_voigt(reach: Any, width: Any, share: Any) -> Floats:  # noqa: ANN401 — numbers or arrays
    """Return p at a distance from its place, both in degree, per degree."""
    square = (np.asarray(reach, dtype=float) / width) ** 2
    lorentz = 2.0 / np.pi / width / (1.0 + 4.0 * square)
    gauss = np.sqrt(_BELL / np.pi) / width * np.exp(-_BELL * square)
    return np.asarray(share * lorentz + (1.0 - share) * gauss)


def height(width: Any, share: Any) -> Floats:  # noqa: ANN401 — numbers or arrays
    """Return the height of a profile of area 1, per degree."""
    return pseudo_voigt(0.0, width, share)


def caglioti_terms(angle: Floats) -> Floats:
    """Return tan²θ, tan θ and 1 at angles 2θ: (K, 3)."""
    tangent = np.tan(np.radians(angle) / 2.0)
    return np.column_stack([tangent**2, tangent, np.ones_like(tangent)])


def parts(width: Any, share: Any) -> tuple[Floats, Floats]:  # noqa: ANN401 — numbers or arrays
    """Return the widths of the parts of Gauss and of Lorentz of a pseudo-Voigt."""
    width, share = np.asarray(width, dtype=float), np.asarray(share, dtype=float)
    lorentz = width * (0.72928 * share + 0.19289 * share**2 + 0.07783 * share**3)
    left = 1.0 - 0.74417 * share - 0.24781 * share**2 - 0.0081 * share**3
    return width * np.sqrt(np.maximum(left, 0.0)), lorentz


def together(gauss: Any, lorentz: Any) -> tuple[Floats, Floats]:  # noqa: ANN401 — numbers or arrays
    """Return width and η of the pseudo-Voigt of two parts."""
    gauss, lorentz = np.asarray(gauss, dtype=float), np.asarray(lorentz, dtype=float)
    fifth = sum(
        term * gauss ** (5 - power) * lorentz**power for power, term in enumerate(_WIDTH_TERMS)
    )
    width = np.asarray(fifth) ** 0.2
    ratio = lorentz / width
    return width, 1.36603 * ratio - 0.47719 * ratio**2 + 0.11116 * ratio**3
