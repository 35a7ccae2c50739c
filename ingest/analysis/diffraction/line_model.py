"""A pattern as lines upon a background: what makes it, and how it follows that.

Parameters stand in this order: those of the places, those of the widths, those of η, the areas, the
coefficients of the background. What makes places and widths is given; areas and background are
linear. Lines may share an area, each with a part of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.diffraction.profile import caglioti_terms, shapes

Floats = NDArray[np.float64]

_LEAST_DEGREE, _MOST_DEGREE = 4, 11
_DEGREES_EACH: Final = 10.0
"""Degree of 2θ for one more degree of the polynomial."""


class Places(Protocol):
    """What makes the places of lines."""

    def __call__(self, theta: Floats) -> tuple[Floats, Floats] | None:
        """Return 2θ (K,) in degree and how it follows (K, P); None where there is none."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Widths:
    """What makes the widths of lines: their own, or terms in common, squared.

    Attributes:
        own: (K,) which have a width and η of their own.
        term_count: terms of w² in common: 3 (Caglioti), 1 (one width), or 0.
        least_degree: below which there is no width: the step. What stands between two points fits
            the noise of one of them.
    """

    own: NDArray[np.bool_]
    term_count: int
    least_degree: float

    @property
    def width_count(self) -> int:
        """Return the parameters of widths: the common ones first."""
        return self.term_count + int(self.own.sum())

    @property
    def share_count(self) -> int:
        """Return the parameters of η: the common one first."""
        return int(self.term_count > 0) + int(self.own.sum())

    def width(self, theta: Floats, position: Floats) -> tuple[Floats, Floats] | None:
        """Return widths (K,) and how they follow (K, P); None where one is narrower than it may."""
        slope = np.zeros((len(self.own), self.width_count))
        width = np.empty(len(self.own))
        common = ~self.own
        if self.term_count:
            terms = caglioti_terms(position[common])[:, -self.term_count :]
            square = terms @ theta[: self.term_count]
            if (square < self.least_degree**2).any():
                return None
            width[common] = np.sqrt(square)
            slope[common, : self.term_count] = 0.5 * terms / width[common, None]
        width[self.own] = theta[self.term_count :]
        slope[self.own, self.term_count :] = np.eye(int(self.own.sum()))
        return None if (width < self.least_degree).any() else (width, slope)

    def share(self, theta: Floats) -> tuple[Floats, Floats]:
        """Return η (K,) and how it follows (K, P)."""
        slope = np.zeros((len(self.own), self.share_count))
        first = int(self.term_count > 0)
        slope[~self.own, :first] = 1.0
        slope[self.own, first:] = np.eye(int(self.own.sum()))
        return slope @ theta, slope


@dataclass(frozen=True, slots=True, eq=False)
class LineModel:
    """A pattern made of lines.

    Attributes:
        angle: (N,) 2θ of the points.
        components: what makes a line, as Radiation has it.
        places: what makes places, of so many parameters.
        place_count: these.
        widths: what makes widths.
        parting: (K, G) what part of which area a line has.
        polynomial: (N, B) terms of the background.
    """

    angle: Floats
    components: Sequence[tuple[float, float]]
    places: Places
    place_count: int
    widths: Widths
    parting: Floats
    polynomial: Floats

    @property
    def cuts(self) -> tuple[int, int, int, int]:
        """Return where widths, η, areas and background begin among the parameters."""
        width = self.place_count
        share = width + self.widths.width_count
        area = share + self.widths.share_count
        return width, share, area, area + int(self.parting.shape[1])

    @property
    def parameter_count(self) -> int:
        """Return how many there are."""
        return self.cuts[-1] + int(self.polynomial.shape[1])

    @property
    def linear(self) -> NDArray[np.bool_]:
        """Return which are linear."""
        return np.arange(self.parameter_count) >= self.cuts[2]

    def lines(self, theta: Floats) -> tuple[tuple[Floats, Floats], ...] | None:
        """Return place, width, η and area of each line (K,), each with how it follows (K, P)."""
        width, share, area, background = self.cuts
        placed = self.places(theta[:width])
        if placed is None:
            return None
        wide = self.widths.width(theta[width:share], placed[0])
        if wide is None:
            return None
        shared = self.widths.share(theta[share:area])
        return (
            placed,
            wide,
            shared,
            (self.parting @ theta[area:background], self.parting),
        )

    def __call__(self, theta: Floats) -> tuple[Floats, Floats] | None:
        """Return intensities (N,) and how they follow the parameters (N, P)."""
        lines = self.lines(theta)
        if lines is None:
            return None
        (place, by_place), (width, by_width), (share, by_share), (area, parting) = lines
        found = shapes(self.angle, place, width, share, self.components)
        background = theta[self.cuts[-1] :]
        value = found.value @ area + self.polynomial @ background
        slope = np.hstack(
            (
                found.by_position @ (area[:, None] * by_place),
                found.by_width @ (area[:, None] * by_width),
                found.by_share @ (area[:, None] * by_share),
                found.value @ parting,
                self.polynomial,
            )
        )
        return value, slope


def polynomial(angle: Floats) -> Floats:
    """Return the terms (N, B) of a Chebyshev polynomial over the angles of a pattern."""
    span = float(np.ptp(angle))
    degree = min(_MOST_DEGREE, int(_LEAST_DEGREE + span / _DEGREES_EACH))
    scaled = 2.0 * (angle - angle.min()) / span - 1.0
    return np.polynomial.chebyshev.chebvander(scaled, degree)
