"""The lines of a pattern: found by the filter, then fitted together upon one background."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.diffraction import background as level
from ingest.analysis.diffraction import peak_search
from ingest.analysis.diffraction.background import background
from ingest.analysis.diffraction.least_squares import Solution, solved
from ingest.analysis.diffraction.line_model import LineModel, Widths, polynomial
from ingest.analysis.diffraction.own_place import OwnPlaces
from ingest.analysis.diffraction.pattern import Pattern
from ingest.analysis.diffraction.peak_search import Candidates, candidates
from ingest.analysis.diffraction.profile import height
from ingest.analysis.diffraction.settings import GhostSettings, PeakSettings
from ingest.analysis.diffraction.width import typical_width
from schema.diffraction.radiation import of_other_wavelength

Floats = NDArray[np.float64]

VERSION: Final = f"2.{level.VERSION}.{peak_search.VERSION}"

_POINTS_EACH: Final = 2
"""Points of a pattern for each parameter, or nothing is fitted."""
_STRAYED: Final = 1.0
"""Widths from where a fitted line is another than the one that was found."""
_WEAK: Final = 0.5
"""Of the significance a line must have, below which it does not stand beside its neighbors."""

_ANOTHER_SHAPE: Final = 1.0
"""Logarithm of widths, from where it is no better width but another shape."""

NO_LINE: Final = "no_line_found"
NOT_SETTLED: Final = "fit_not_settled"
MISFIT: Final = "profile_misfit"
FEW_POINTS: Final = "too_few_points"


@dataclass(frozen=True, slots=True, eq=False)
class Peaks:
    """The lines of a pattern, by rising angle; errors are already widened by the misfit.

    Attributes:
        position_degree: (K,) 2θ of Kα1.
        position_error_degree: (K,).
        area: (K,) of Kα1, intensity times degree.
        area_error: (K,).
        width_degree: (K,) full width at half maximum.
        width_error_degree: (K,).
        share: (K,) η.
        share_error: (K,).
        significance: (K,) z of the search.
        own_width: (K,) whether width and η are its own.
        shape_covariance: (2K, 2K) of all widths, then of all η.
        chi_square: of the fit.
        freedom: of the fit.
        widening: what errors were multiplied by.
        typical_width_degree: with which they were sought; NaN where nothing was.
        typical_share: likewise η.
        reason: why there are none, or they are doubtful; else "".
    """

    position_degree: Floats
    position_error_degree: Floats
    area: Floats
    area_error: Floats
    width_degree: Floats
    width_error_degree: Floats
    share: Floats
    share_error: Floats
    significance: Floats
    own_width: NDArray[np.bool_]
    shape_covariance: Floats
    chi_square: float
    freedom: int
    widening: float
    typical_width_degree: float
    typical_share: float
    reason: str

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.position_degree)


def peaks(
    pattern: Pattern, settings: PeakSettings | None = None, ghosts: GhostSettings | None = None
) -> Peaks:
    """Return the lines of a pattern; none, with the reason, where none can be had."""
    settings, ghosts = settings or PeakSettings(), ghosts or GhostSettings()
    if not pattern.counting.known:
        return _none(pattern.counting.reason)
    typical = typical_width(pattern, settings.share)
    if typical is None:
        return _none(NO_LINE)
    found = _sought(pattern, typical, settings, ghosts)
    if not len(found):
        return found
    # the strongest lines may be blends: all that were found know better
    width, share = float(np.median(found.width_degree)), float(np.median(found.share))
    change = abs(np.log(width / typical[0]))
    if not settings.width_tolerance < change < _ANOTHER_SHAPE:
        return found
    again = _sought(pattern, (width, float(np.clip(share, 0.0, 1.0))), settings, ghosts)
    return again if len(again) else found


def _sought(
    pattern: Pattern, typical: tuple[float, float], settings: PeakSettings, ghosts: GhostSettings
) -> Peaks:
    """Return lines of about such a width and η."""
    width, share = typical
    under = background(pattern.intensity, width / pattern.step_degree, pattern.counting)
    found = candidates(
        pattern.angle_degree,
        pattern.intensity,
        under,
        width,
        pattern.counting,
        share=share,
        components=pattern.components,
        least_significance=settings.least_significance,
        largest_chance=settings.largest_chance,
    )
    first = _no_second_lines(found, pattern, width, ghosts)
    while len(first[0]):
        position, area, significance = first
        fitted = _fitted(pattern, position, area, (width, share), settings)
        if fitted is None:
            return _none(FEW_POINTS, typical)
        there = _peaks(
            *fitted, significance, typical, largest_chi_square=settings.largest_chi_square
        )
        error = there.area_error / there.widening
        stays = np.abs(there.position_degree - position) < _STRAYED * width
        stays &= ~(there.area < _WEAK * settings.least_significance * error)
        if stays.all():
            return there
        first = (position[stays], area[stays], significance[stays])
    return _none(NO_LINE, typical)


def _no_second_lines(
    found: Candidates, pattern: Pattern, width: float, ghosts: GhostSettings
) -> tuple[Floats, Floats, Floats]:
    """Return place, area and significance of what is not the Kα2 of a stronger line."""
    keep = np.ones(len(found.index), dtype=bool)
    for wavelength, ratio in pattern.components[1:]:
        second = of_other_wavelength(found.position_degree, wavelength)
        near = np.abs(found.position_degree[:, None] - second) < 0.5 * width
        weaker = found.area[:, None] < (ratio + ghosts.largest_second_share) * found.area
        keep &= ~(near & weaker).any(axis=1)
    return found.position_degree[keep], found.area[keep], found.significance[keep]


def _fitted(
    pattern: Pattern,
    position: Floats,
    area: Floats,
    typical: tuple[float, float],
    settings: PeakSettings,
) -> tuple[LineModel, Solution, tuple[tuple[Floats, Floats], ...]] | None:
    """Return lines fitted together: model, solution, lines; None where points are too few."""
    width, share = typical
    gain = pattern.counting.gain
    tall = area * height(width, share) > settings.free_height * gain
    own = tall if np.isfinite(gain) else np.zeros(len(area), dtype=bool)
    common = int((~own).sum())
    term_count = 0 if common == 0 else 1 if common < settings.fewest_for_caglioti else 3
    model = LineModel(
        pattern.angle_degree,
        pattern.components,
        OwnPlaces(),
        len(position),
        Widths(own, term_count, pattern.step_degree),
        np.eye(len(position)),
        polynomial(pattern.angle_degree),
    )
    if len(pattern.intensity) < _POINTS_EACH * model.parameter_count:
        return None
    theta = np.zeros(model.parameter_count)
    cut_width, cut_share, cut_area, _ = model.cuts
    theta[:cut_width] = position
    theta[cut_width:cut_share] = width
    if term_count:
        theta[cut_width : cut_width + term_count] = 0.0
        theta[cut_width + term_count - 1] = width**2
    theta[cut_share:cut_area] = share
    solution = solved(model, theta, model.linear, pattern.intensity, pattern.counting)
    lines = None if solution is None else model.lines(solution.theta)
    return None if solution is None or lines is None else (model, solution, lines)


def _peaks(
    model: LineModel,
    solution: Solution,
    lines: tuple[tuple[Floats, Floats], ...],
    significance: Floats,
    typical: tuple[float, float],
    *,
    largest_chi_square: float,
) -> Peaks:
    misfit = solution.chi_square > largest_chi_square * max(solution.freedom, 1)
    doubts = (NOT_SETTLED if not solution.settled else "", MISFIT if misfit else "")
    (position, _), (width, by_width), (share, by_share), (area, _) = lines
    covariance = solution.covariance * solution.widening**2
    first, second, third, last = model.cuts
    error = np.sqrt(np.diag(covariance))
    count = len(position)
    shape = np.zeros((2 * count, third - first))
    shape[:count, : second - first] = by_width
    shape[count:, second - first :] = by_share
    of_shape = shape @ covariance[first:third, first:third] @ shape.T
    shape_error = np.sqrt(np.diag(of_shape))
    return Peaks(
        position,
        error[:first],
        area,
        error[third:last],
        width,
        shape_error[:count],
        share,
        shape_error[count:],
        significance,
        model.widths.own,
        of_shape,
        solution.chi_square,
        solution.freedom,
        solution.widening,
        *typical,
        "; ".join(each for each in doubts if each),
    )


def _none(reason: str, typical: tuple[float, float] = (np.nan, np.nan)) -> Peaks:
    nothing = np.empty(0)
    return Peaks(
        position_degree=nothing,
        position_error_degree=nothing,
        area=nothing,
        area_error=nothing,
        width_degree=nothing,
        width_error_degree=nothing,
        share=nothing,
        share_error=nothing,
        significance=nothing,
        own_width=np.empty(0, dtype=bool),
        shape_covariance=np.empty((0, 0)),
        chi_square=np.nan,
        freedom=0,
        widening=np.nan,
        typical_width_degree=typical[0],
        typical_share=typical[1],
        reason=reason,
    )
