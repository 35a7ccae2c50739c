"""The cell of a phase by the whole of a pattern.

Nonlinear are the cell, what moves lines, U, V, W and η; areas and background are linear. Lines that
lie closer than 0.35 of their width share one area, parted as the reference has their strengths:
parted alike, or each on its own, the cell would be off and its interval too short. The covariance
is that of all parameters, of which that of the cell is a block.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.diffraction.cell_place import CellPlaces
from ingest.analysis.diffraction.least_squares import Solution, curved, solved
from ingest.analysis.diffraction.line_model import LineModel, Widths, polynomial
from ingest.analysis.diffraction.pattern import Pattern
from ingest.analysis.diffraction.position import Correction
from ingest.analysis.diffraction.profile import caglioti_terms, shapes
from schema.diffraction.lattice import Lattice
from schema.diffraction.line import Lines

Floats = NDArray[np.float64]

VERSION: Final = "2"

_TOGETHER: Final = 0.35
"""Of a width: lines that lie closer share one area."""


@dataclass(frozen=True, slots=True, eq=False)
class WholePattern:
    """A pattern fitted by the lines of a cell.

    Attributes:
        lattice: the cell.
        covariance: (F, F) of its free parameters, of counting alone.
        correction: what moves lines.
        correction_value: z0 in degree, or s/R.
        correction_error: its standard error, of counting alone.
        terms: U, V, W in degree squared.
        share: η.
        width_error: (4,) standard errors of these, of counting alone.
        lines: those fitted.
        place_degree: (K,) where each is seen.
        area: (K,) of each.
        area_error: (K,) of the area it has part in, by its part.
        alone: (K,) whether it shares its area with none.
        line_intensity: (N, K + F) what each line makes, then what others do.
        solution: where the fit ended.
    """

    lattice: Lattice
    covariance: Floats
    correction: Correction
    correction_value: float
    correction_error: float
    terms: Floats
    share: float
    width_error: Floats
    lines: Lines
    place_degree: Floats
    area: Floats
    area_error: Floats
    alone: NDArray[np.bool_]
    line_intensity: Floats
    solution: Solution

    @property
    def background(self) -> Floats:
        """Return the intensity (N,) that is of no line."""
        return np.asarray(self.solution.intensity - self.line_intensity.sum(axis=1))

    def width_degree(self, angle: Floats) -> Floats:
        """Return the width of a line at angles 2θ; NaN where it has none."""
        square = caglioti_terms(angle) @ self.terms
        return np.asarray(np.sqrt(np.where(square > 0.0, square, np.nan)))


def whole_pattern(
    pattern: Pattern,
    lines: Lines,
    start: Lattice,
    *,
    correction: Correction,
    correction_start: float = 0.0,
    width: float,
    share: float,
    others: Floats | None = None,
) -> WholePattern | None:
    """Return the cell by the whole of a pattern; None where it cannot be had.

    Args:
        pattern: with a radiation, and with errors.
        lines: of the reference: their strengths part areas.
        start: a cell near that of the specimen.
        correction: what moves lines.
        correction_start: about how far: z0 in degree, or s/R.
        width: about that of a line, in degree.
        share: about its η.
        others: (F,) 2θ of lines that are not of this phase.
    """
    radiation = pattern.radiation
    if radiation is None or not pattern.counting.known:
        return None
    others = np.empty(0) if others is None else others
    angle = pattern.angle_degree

    def places_of(some: Lines) -> CellPlaces:
        return CellPlaces(start.system, some.hkl, radiation.alpha1_angstrom, correction, others)

    first = np.array([*start.free, *([] if correction == "none" else [correction_start])])
    placed = places_of(lines)(first)
    if placed is None:
        return None
    seen = placed[0][: len(lines.hkl)]
    # a line whose top is not in the pattern has no area that could be found
    lines = lines.take((seen > angle[0] + width) & (seen < angle[-1] - width))
    places = places_of(lines)
    placed = places(first)
    if placed is None or len(lines.hkl) < places.parameter_count:
        return None
    parting, alone = parted(placed[0], np.nan_to_num(lines.strength(radiation)), width)
    widths = Widths(np.zeros(len(placed[0]), dtype=bool), 3, pattern.step_degree)
    model = LineModel(
        angle,
        pattern.components,
        places,
        places.parameter_count,
        widths,
        parting,
        polynomial(angle),
    )
    theta = np.zeros(model.parameter_count)
    cut_width, cut_share, cut_area, _ = model.cuts
    theta[:cut_width] = first
    theta[cut_width:cut_share] = (0.0, 0.0, width**2)
    theta[cut_share] = share
    found = solved(model, theta, model.linear, pattern.intensity, pattern.counting)
    if found is None:
        return None
    found = curved(model, found, model.linear, pattern.intensity, pattern.counting)
    fitted = model.lines(found.theta)
    if fitted is None:
        return None
    area, by_area = fitted[3]
    (place, _), (wide, _), (shared, _), _ = fitted
    drawn = shapes(angle, place, wide, shared, pattern.components)
    free = len(start.system.free)
    error = np.sqrt(np.diag(found.covariance))
    moved = correction != "none"
    own = len(lines.hkl)
    return WholePattern(
        lattice=Lattice(start.system, found.theta[:free]),
        covariance=found.covariance[:free, :free],
        correction=correction,
        correction_value=float(found.theta[free]) if moved else 0.0,
        correction_error=float(error[free]) if moved else 0.0,
        terms=found.theta[cut_width:cut_share],
        share=float(found.theta[cut_share]),
        width_error=error[cut_width:cut_area],
        lines=lines,
        place_degree=place[:own],
        area=area[:own],
        area_error=(by_area @ error[cut_area : model.cuts[3]])[:own],
        alone=alone[:own],
        line_intensity=drawn.value * area,
        solution=found,
    )


def parted(place: Floats, strength: Floats, width: float) -> tuple[Floats, NDArray[np.bool_]]:
    """Return what part of which area each line has (K, G), and whether it is alone (K,).

    Args:
        place: (K,) 2θ; those beyond the strengths are lines of their own.
        strength: (≤ K,) as the reference has it.
        width: of a line.
    """
    weight = np.concatenate([strength, np.zeros(len(place) - len(strength))])
    order = np.argsort(place, kind="stable")
    apart = np.diff(place[order]) >= _TOGETHER * width
    group = np.empty(len(place), dtype=np.int64)
    group[order] = np.concatenate([[0], np.cumsum(apart)])
    size = np.bincount(group)
    # where the reference has no strength at all, none is known better
    total = np.bincount(group, weights=weight)
    weight = np.where(total[group] > 0.0, weight, 1.0)
    total = np.bincount(group, weights=weight)
    parting = np.zeros((len(place), len(size)))
    parting[np.arange(len(place)), group] = weight / total[group]
    return parting, size[group] == 1
