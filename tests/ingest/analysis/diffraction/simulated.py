"""Patterns of known structures, with the noise of counting."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.diffraction.pattern import Pattern
from ingest.analysis.diffraction.position import moved
from ingest.analysis.diffraction.profile import caglioti_terms, shapes
from ingest.count_scale import counting
from schema.diffraction.lattice import Lattice
from schema.diffraction.line import Lines, lines_of
from schema.diffraction.own_structure import own_structures
from schema.diffraction.radiation import Radiation, two_theta_degree

Floats = NDArray[np.float64]

COPPER: Final = Radiation.stated(anode="Cu")
SINGLE: Final = Radiation.stated(anode="Cu", alpha2_ratio=0.0)
RADIUS_MM: Final = 240.0
ANGLE: Final[Floats] = np.linspace(10.0, 75.0, 3251)
TERMS: Final = np.array([0.002, -0.002, 0.0072])
SHARE: Final = 0.5


def reference(phase: str, radiation: Radiation = COPPER) -> Lines:
    """Return the lines of a structure of ours."""
    return lines_of(own_structures()[phase], radiation, 85.0)


def smooth(
    phase: str | Lines,
    *,
    free: tuple[float, ...] | None = None,
    displacement_mm: float = 0.0,
    angle: Floats = ANGLE,
    radiation: Radiation = COPPER,
    terms: Floats = TERMS,
    share: float = SHARE,
) -> Floats:
    """Return the lines of a phase (N,) without noise: its strongest has an area of Kα1 of 1."""
    lines = phase if isinstance(phase, Lines) else reference(phase, radiation)
    spacing = lines.spacing_angstrom
    if free is not None:
        assert lines.lattice is not None
        spacing = Lattice(lines.lattice.system, np.array(free)).spacing_angstrom(lines.hkl)
    belongs = two_theta_degree(spacing, radiation.alpha1_angstrom)
    place = moved(belongs, "displacement", displacement_mm / RADIUS_MM)
    strength = lines.strength(radiation)
    width = np.sqrt(caglioti_terms(place) @ terms)
    drawn = shapes(angle, place, width, np.full(len(place), share), radiation.components)
    return np.asarray(drawn.value @ (strength / strength.max()))


def mixture(
    main: str, other: str | Lines, fraction: float, height: float, *, radiation: Radiation = COPPER
) -> Floats:
    """Return the lines of two phases, a mass fraction of the other; the main's are so high."""
    both = [
        each if isinstance(each, Lines) else reference(each, radiation) for each in (main, other)
    ]
    made, beside = (smooth(lines, radiation=radiation) for lines in both)
    powers = [lines.power(radiation).max() for lines in both]
    ratio = fraction / (1.0 - fraction) * powers[1] / powers[0]
    return np.asarray(height / made.max() * (made + ratio * beside))


def counted(intensity: Floats, seed: int) -> Floats:
    """Return counts drawn for a pattern."""
    return np.random.default_rng(seed).poisson(intensity).astype(float)


def pattern(
    counts: Floats,
    *,
    angle: Floats = ANGLE,
    radiation: Radiation | None = COPPER,
    standard_deviation: Floats | None = None,
) -> Pattern:
    """Return a pattern of counts."""
    how = counting(counts, stated_as_counts=True, standard_deviation=standard_deviation)
    return Pattern(angle, counts, how, radiation, RADIUS_MM)
