"""What a line must have to be seen: critical and detection limit of its area.

sd0 is the standard deviation of the area of a line in a window of seven widths on either side, with
no line there. L_C = k_a sd0; L_D solves L_D = L_C + k_b √(sd0² + q L_D) with q = Σp³/(Σp²)² of the
profile of a step (L. A. Currie, Anal. Chem. 40 (1968) 586). k_a is 4 for a line anywhere, of some
600 places, and 1.645 for one that was named beforehand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.diffraction.profile import shapes
from ingest.count_scale import Counting

Floats = NDArray[np.float64]

VERSION: Final = "1"

ANYWHERE: Final = 4.0
NAMED: Final = 1.645
_FOUND: Final = 1.645
"""k_b: that share of lines at the detection limit is found, 95 %."""
REACH: Final = 7.0
"""The window, in widths."""
_INSEPARABLE: Final = 1e8
"""Condition from where two lines at one place cannot be separated."""


@dataclass(frozen=True, slots=True)
class LineArea:
    """The area at a place, and what it could be by chance: sums of the intensities of Kα1.

    Attributes:
        area: above constant and slope.
        deviation: sd0.
        spread: q.
        gain: variance over intensity.
    """

    area: float
    deviation: float
    spread: float
    gain: float

    def critical(self, k_a: float) -> float:
        """Return L_C: what is more is no chance."""
        return k_a * self.deviation

    def detectable(self, k_a: float) -> float:
        """Return L_D: what is more is seen in 95 of 100 patterns."""
        return detectable(self.deviation, self.spread * self.gain, k_a)


def detectable(deviation: float, spread: float, k_a: float) -> float:
    """Return L_D of sd0 and q."""
    critical = k_a * deviation
    half = critical + 0.5 * _FOUND**2 * spread
    return float(half + np.sqrt(half**2 - critical**2 + (_FOUND * deviation) ** 2))


def line_area(
    angle: Floats,
    intensity: Floats,
    level: Floats,
    counting: Counting,
    *,
    place: float,
    width: float,
    share: float,
    components: Sequence[tuple[float, float]],
    others: Floats | None = None,
) -> LineArea | None:
    """Return what is at a place; None where the window leaves the pattern, or nothing tells it.

    Args:
        angle: (N,) 2θ at even steps, in degree.
        intensity: (N,) observed, less the lines of others.
        level: (N,) what would be there without the line: background and lines of others.
        counting: how it counts.
        place: 2θ of the line's Kα1, in degree.
        width: of the line, in degree.
        share: its η.
        components: what makes a line, as Radiation has it.
        others: (F,) 2θ of lines of others nearby, whose areas are free.
    """
    first, last = np.searchsorted(angle, [place - REACH * width, place + REACH * width])
    if first == 0 or last == len(angle):
        return None
    inside = slice(int(first), int(last))
    x = angle[inside]
    near = np.empty(0) if others is None else others
    near = near[(near > x[0]) & (near < x[-1])]
    places = np.concatenate([[place], near])
    alike = np.full(len(places), 1.0)
    lines = shapes(x, places, width * alike, share * alike, components).value
    profile = lines * float(np.median(np.diff(x)))  # Kα1's counts come to one
    terms = np.column_stack([profile, np.ones_like(x), (x - place) / width])
    if len(x) <= terms.shape[1]:
        return None
    variance = counting.variance(level[inside])
    weight = 1.0 / np.sqrt(variance)
    inverse, fitted = _linear(terms * weight[:, None], intensity[inside] * weight)
    if inverse is None:
        return None
    own = profile[:, 0]
    return LineArea(
        float(fitted[0]),
        float(np.sqrt(inverse[0, 0])),
        float((own**3).sum() / (own**2).sum() ** 2),
        float(np.median(variance / np.maximum(level[inside], 1e-12))),
    )


def _linear(terms: Floats, values: Floats) -> tuple[Floats | None, Floats]:
    normal = terms.T @ terms
    size = np.sqrt(np.diag(normal))
    scaled = normal / np.outer(size, size)
    if np.linalg.cond(scaled) > _INSEPARABLE:
        return None, values
    inverse = np.linalg.inv(scaled) / np.outer(size, size)
    return inverse, inverse @ (terms.T @ values)


def weight_fraction(area_ratio: float, power_ratio: float) -> float:
    """Return w = r/(r + k).

    Args:
        area_ratio: r, area of the line over that of the main phase's strongest.
        power_ratio: k, what a gram scatters into the one over what a gram does into the other;
            both are taken to absorb alike.
    """
    return area_ratio / (area_ratio + power_ratio)
