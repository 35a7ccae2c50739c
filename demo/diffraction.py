"""Powder diffraction of a sintered LATP pellet by Cu Kα: lines of its structure, noise of counting.

The structure is that of LiTi2(PO4)3 in R -3 c with 0.3 of its two titanium atoms replaced, in a
cell of a = 8.503 Å and c = 20.82 Å. Intensities are m |F|² Lp, F by the factors of the
International Tables; every line is a doublet of pseudo-Voigts.
"""

from dataclasses import dataclass
from typing import Final

import gemmi
import numpy as np

from demo.measurement import Numbers

A_ANGSTROM: Final = 8.503
C_ANGSTROM: Final = 20.82
ALPHA_1_ANGSTROM: Final = 1.5405929
ALPHA_2_ANGSTROM: Final = 1.5444274
ALPHA_RATIO: Final = 0.5
RADIUS_MM: Final = 240.0
DISPLACEMENT_MM: Final = 0.03
"""How far the pellet lies below the axis."""
START_DEGREE: Final = 10.0
STEP_DEGREE: Final = 0.02
COUNT: Final = 3251
WIDTH_DEGREE: Final = 0.085
LORENTZIAN_SHARE: Final = 0.5
HIGHEST_COUNTS: Final = 10_000.0
BACKGROUND_COUNTS: Final = 300.0
_SITES: Final = (
    ("Li", 1.0, (0.0, 0.0, 0.0), 0.02),
    ("Ti", 0.85, (0.0, 0.0, 0.1417), 0.006),
    ("Al", 0.15, (0.0, 0.0, 0.1417), 0.006),
    ("P", 1.0, (0.2892, 0.0, 0.25), 0.006),
    ("O", 1.0, (0.1856, 0.9951, 0.1894), 0.0102),
    ("O", 1.0, (0.1899, 0.1635, 0.0810), 0.0102),
)
"""Element, occupancy, place, and mean square displacement in Å²."""
_MOST_L: Final = 24


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of a powder: θ of each at Kα1, in radians, and how strong it is."""

    theta_radian: Numbers
    strength: Numbers


def lines() -> Lines:
    """Return every line of LATP up to 80°."""
    h, k, ell = (
        part.ravel()
        for part in np.meshgrid(
            np.arange(-9, 10), np.arange(-9, 10), np.arange(-_MOST_L, _MOST_L + 1), indexing="ij"
        )
    )
    inverse_square = 4 / 3 * (h**2 + h * k + k**2) / A_ANGSTROM**2 + ell**2 / C_ANGSTROM**2
    sine = ALPHA_1_ANGSTROM / 2 * np.sqrt(inverse_square)
    seen = (sine > 0) & (sine < np.sin(np.radians(40)))
    miller = np.column_stack([h, k, ell])[seen]
    theta = np.arcsin(sine[seen])
    strength = np.abs(_structure_factors(miller, np.sin(theta) / ALPHA_1_ANGSTROM)) ** 2
    # all reflections of one family stand in the sum, so their number is in it too
    polarization = (1 + np.cos(2 * theta) ** 2) / (np.sin(theta) ** 2 * np.cos(theta))
    at, family = np.unique(np.round(theta, 9), return_inverse=True)
    summed = np.bincount(family, strength * polarization)
    kept = summed > 1e-4 * summed.max()
    return Lines(at[kept], summed[kept] / summed.max())


def _structure_factors(miller: Numbers, s: Numbers) -> Numbers:
    """Return F of each reflection, of the hexagonal setting; ``s`` is sin θ/λ in 1/Å."""
    operations = list(gemmi.SpaceGroup("R -3 c:H").operations())
    total = np.zeros(len(miller), dtype=complex)
    for element, occupancy, place, displacement in _SITES:
        copies = np.array([each.apply_to_xyz(list(place)) for each in operations]) % 1.0
        copies = np.unique(np.round(copies, 6) % 1.0, axis=0)
        factor = gemmi.Element(element).it92
        scattering = np.array([factor.calculate_sf(float(each) ** 2) for each in s])
        damping = np.exp(-8 * np.pi**2 * displacement * s**2)
        phases = np.exp(2j * np.pi * (miller @ copies.T)).sum(axis=1)
        total += occupancy * scattering * damping * phases
    return total


def pattern(noise: np.random.Generator) -> tuple[Numbers, Numbers]:
    """Return 2θ in degrees and the counts there."""
    two_theta = START_DEGREE + STEP_DEGREE * np.arange(COUNT, dtype=np.float64)
    found = lines()
    sine = np.sin(found.theta_radian)
    expected = np.zeros(COUNT)
    for wavelength, ratio in ((ALPHA_1_ANGSTROM, 1.0), (ALPHA_2_ANGSTROM, ALPHA_RATIO)):
        theta = np.arcsin(sine * wavelength / ALPHA_1_ANGSTROM)
        shift = -np.degrees(2 * DISPLACEMENT_MM / RADIUS_MM * np.cos(theta))
        centers = 2 * np.degrees(theta) + shift
        for center, strength in zip(centers, found.strength * ratio, strict=True):
            expected += strength * _profile(two_theta - center)
    expected *= HIGHEST_COUNTS / expected.max()
    background = BACKGROUND_COUNTS * (0.7 + 0.6 * np.exp(-(two_theta - START_DEGREE) / 15))
    return two_theta, noise.poisson(expected + background).astype(float)


def _profile(away_degree: Numbers) -> Numbers:
    """Return a pseudo-Voigt of height one."""
    u = away_degree / WIDTH_DEGREE
    lorentzian = 1 / (1 + 4 * u**2)
    gaussian = np.exp(-4 * np.log(2) * u**2)
    mixed: Numbers = LORENTZIAN_SHARE * lorentzian + (1 - LORENTZIAN_SHARE) * gaussian
    return mixed
