"""How far a specimen is moved, and how its cell differs, by the lines it shares with a reference.

The shift is sought first on a grid, with the cell of the reference; then cell and shift are fitted
to the lines that agree, and lines are matched again, a few times.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.diffraction.lone_line import cell_of_lines
from ingest.analysis.diffraction.match import Match, match
from ingest.analysis.diffraction.peak import Peaks
from ingest.analysis.diffraction.position import Correction, by_value, moved
from ingest.analysis.diffraction.settings import MatchSettings
from schema.diffraction.lattice import Lattice
from schema.diffraction.line import Lines
from schema.diffraction.radiation import Radiation, two_theta_degree

Floats = NDArray[np.float64]

VERSION: Final = "1"

_GRID: Final = 17
"""Shifts tried."""
_ROUNDS: Final = 3
_LOOSE_DEGREE: Final = 0.06
"""Beyond its tolerance, a line may be off in the first round."""
_MODEL_ERROR: Final = 0.003
"""Degree by which even the best lines are off, so that a few strong ones do not rule the others."""
_SPARE: Final = 2
"""Lines beyond the parameters, from where a cell is fitted."""


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """A reference laid upon a pattern.

    Attributes:
        lines: of the reference, those in the pattern.
        lattice: the cell, of the reference or as fitted; None where the reference has none.
        fitted: whether it was fitted.
        correction_value: z0 in degree, or s/R.
        place_degree: (K,) where the lines are then.
        strength: (K,) of the reference.
        match: how they agree.
        likeness: Σ√(observed x expected share) over all lines, 0 to 1.
    """

    lines: Lines
    lattice: Lattice | None
    fitted: bool
    correction_value: float
    place_degree: Floats
    strength: Floats
    match: Match
    likeness: float

    @property
    def strain(self) -> float:
        """Return the largest relative difference from the cell of the reference; NaN without."""
        return _strain(self.lattice, self.lines.lattice)


def aligned(
    found: Peaks,
    lines: Lines,
    radiation: Radiation,
    limit: Floats,
    *,
    correction: Correction,
    settings: MatchSettings,
    shift: float | None = None,
) -> Alignment:
    """Return a reference laid upon a pattern.

    Args:
        found: the lines of the pattern.
        lines: of the reference, those in the pattern.
        radiation: what it was measured with.
        limit: (K,) detection limit of an area at each.
        correction: what moves lines.
        settings: how far they may be off.
        shift: by how much, where that is known; the cell is then that of the reference.
    """
    strength = np.nan_to_num(lines.strength(radiation))

    def laid(lattice: Lattice | None, value: float, extra: float, *, fitted: bool) -> Alignment:
        spacing = lines.spacing_angstrom
        if lattice is not None:
            spacing = lattice.spacing_angstrom(lines.hkl)
        angle = two_theta_degree(spacing, radiation.alpha1_angstrom)
        place = moved(np.nan_to_num(angle), correction, value)
        how = match(found, place, strength, limit, extra_degree=extra)
        return Alignment(lines, lattice, fitted, value, place, strength, how, _likeness(found, how))

    if shift is not None:
        return laid(lines.lattice, shift, 0.0, fitted=False)
    reach = settings.largest_shift_degree / np.abs(by_value(np.zeros(1), correction)[0])
    tried = [
        laid(lines.lattice, float(value), _LOOSE_DEGREE / 2.0, fitted=False)
        for value in np.linspace(-reach, reach, _GRID)
    ]
    best = max(tried, key=lambda each: (each.likeness, -abs(each.correction_value)))
    for extra in (*([_LOOSE_DEGREE] * (_ROUNDS - 1)), 0.0):
        best = laid(best.lattice, best.correction_value, extra, fitted=best.fitted)
        lattice, value = _refined(found, best, radiation, correction)
        if _strain(lattice, lines.lattice) > settings.largest_strain:
            return best
        best = laid(lattice, value, extra, fitted=lattice is not lines.lattice)
    return best


def _refined(
    found: Peaks, best: Alignment, radiation: Radiation, correction: Correction
) -> tuple[Lattice | None, float]:
    """Return cell and shift by the lines that agree and are one line of the reference each."""
    how = best.match
    alone = np.bincount(how.line, minlength=len(how.peak)) == 1
    strongest = np.full(len(how.peak), -1)
    order = np.argsort(best.strength, kind="stable")
    strongest[how.line[order]] = order
    # of lines seen as one, that which is nearly all of it stands for it
    nearly = best.strength[strongest] > 0.9 * how.strength
    used = np.flatnonzero((how.peak >= 0) & (alone | nearly))
    if best.lattice is None or len(used) < len(best.lattice.free) + 1 + _SPARE:
        if not len(used):
            return best.lattice, best.correction_value
        rest = found.position_degree[how.peak[used]] - best.place_degree[strongest[used]]
        by = by_value(best.place_degree[strongest[used]], correction)
        return best.lattice, best.correction_value + float((rest @ by) / (by @ by))
    error = np.hypot(found.position_error_degree[how.peak[used]], _MODEL_ERROR)
    cell = cell_of_lines(
        found.position_degree[how.peak[used]],
        error,
        best.lines.hkl[strongest[used]],
        best.lattice,
        radiation.alpha1_angstrom,
        correction=correction,
        correction_start=best.correction_value,
    )
    if cell is None:
        return best.lattice, best.correction_value
    return cell.lattice, cell.correction_value


def _strain(lattice: Lattice | None, reference: Lattice | None) -> float:
    if lattice is None or reference is None:
        return float("nan")
    return float(np.abs(lattice.six / reference.six - 1.0).max())


def _likeness(found: Peaks, how: Match) -> float:
    there = how.peak >= 0
    area = np.maximum(found.area, 0.0)
    observed = area[how.peak[there]] / area.sum()
    expected = how.strength[there] / how.strength.sum()
    return float(np.sqrt(observed * expected).sum())
