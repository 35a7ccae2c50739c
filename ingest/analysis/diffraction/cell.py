"""The cell of a phase in a pattern, with what is not of counting: by the whole pattern, or lines.

What a and c differ by between the model of a zero and that of a displacement is their systematic
error; without an internal standard it is 5e-4 of them at least.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.diffraction.alignment import Alignment
from ingest.analysis.diffraction.lone_line import PlacedCell, cell_of_lines, enough, pure
from ingest.analysis.diffraction.pattern import Pattern
from ingest.analysis.diffraction.peak import Peaks
from ingest.analysis.diffraction.position import Correction, other, usual
from ingest.analysis.diffraction.whole_pattern import WholePattern, whole_pattern
from schema.diffraction.lattice import Lattice

Floats = NDArray[np.float64]
Way = Literal["whole_pattern", "lone_lines"]

LEAST_SYSTEMATIC: Final = 5e-4
"""Relative, of lengths without an internal standard."""

NOT_SETTLED: Final = "fit_not_settled"
FEW_LINES: Final = "too_few_lines"
NO_ERROR: Final = "parameters_not_told_apart"


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A cell with its errors.

    Attributes:
        way: how it was had.
        lattice: the cell.
        covariance: (F, F) of its free parameters, of counting, widened by the misfit.
        systematic: (F,) what is not of counting, one sigma.
        correction: what moves lines.
        correction_value: z0 in degree, or s/R.
        correction_error: of counting, widened.
        chi_square: of the fit.
        freedom: of the fit.
        widening: what errors were multiplied by.
        line_count: lines of the reference that were fitted.
        reason: why it is doubtful; else "".
        whole: the pattern as fitted; None where lines told the cell.
    """

    way: Way
    lattice: Lattice
    covariance: Floats
    systematic: Floats
    correction: Correction
    correction_value: float
    correction_error: float
    chi_square: float
    freedom: int
    widening: float
    line_count: int
    reason: str
    whole: WholePattern | None

    @property
    def volume_error(self) -> float:
        """Return the standard error of the volume, of counting, in Å³."""
        return self.lattice.volume_error(self.covariance)

    @property
    def volume_systematic(self) -> float:
        """Return what of it is not of counting; lengths may all be off alike."""
        return float(np.abs(self.lattice.volume_slope * self.systematic).sum())


def cell_of(pattern: Pattern, found: Peaks, laid: Alignment, others: Floats) -> Cell | None:
    """Return the cell of a phase; None where neither way has one, or its reference has none.

    Args:
        pattern: with a radiation, and with errors.
        found: its lines.
        laid: the reference as it lies upon the pattern.
        others: (F,) 2θ of lines that are not of this phase.
    """
    start = laid.lattice
    if start is None:
        return None
    by_whole = {
        each: whole_pattern(
            pattern,
            laid.lines,
            start,
            correction=each,
            correction_start=laid.correction_value if each == usual(pattern) else 0.0,
            width=found.typical_width_degree,
            share=found.typical_share,
            others=others,
        )
        for each in (usual(pattern), other(usual(pattern)))
    }
    first, second = by_whole.values()
    if first is not None and first.solution.settled:
        return _of_whole(first, second)
    by_lines = _of_lines(pattern, found, laid, start)
    if by_lines is None and first is not None:
        return _of_whole(first, second)
    return by_lines


def _of_whole(first: WholePattern, second: WholePattern | None) -> Cell:
    solution = first.solution
    reason = "" if solution.settled else NOT_SETTLED
    if not np.isfinite(first.covariance).all():
        reason = NO_ERROR
    return Cell(
        "whole_pattern",
        first.lattice,
        first.covariance * solution.widening**2,
        _systematic(first.lattice, None if second is None else second.lattice),
        first.correction,
        first.correction_value,
        first.correction_error * solution.widening,
        solution.chi_square,
        solution.freedom,
        solution.widening,
        len(first.lines.hkl),
        reason,
        first,
    )


def _of_lines(pattern: Pattern, found: Peaks, laid: Alignment, start: Lattice) -> Cell | None:
    radiation = pattern.radiation
    if radiation is None:
        return None
    how = laid.match
    width = np.full(len(laid.place_degree), found.typical_width_degree)
    single = pure(laid.place_degree, laid.strength, width)
    single &= how.peak[how.line] >= 0
    one = np.flatnonzero(single)
    hkl = laid.lines.hkl[one]
    if not enough(hkl):
        return None
    peak = how.peak[how.line[one]]

    def by(correction: Correction) -> PlacedCell | None:
        return cell_of_lines(
            found.position_degree[peak],
            found.position_error_degree[peak],
            hkl,
            start,
            radiation.alpha1_angstrom,
            correction=correction,
        )

    first, second = by(usual(pattern)), by(other(usual(pattern)))
    if first is None:
        return None
    return Cell(
        "lone_lines",
        first.lattice,
        first.covariance * first.widening**2,
        _systematic(first.lattice, None if second is None else second.lattice),
        first.correction,
        first.correction_value,
        first.correction_error * first.widening,
        first.chi_square,
        first.freedom,
        first.widening,
        len(hkl),
        "",
        None,
    )


def _systematic(first: Lattice, second: Lattice | None) -> Floats:
    """Return what the models differ by, and no less than what no model tells."""
    least = np.where(np.array(first.system.free) < 3, LEAST_SYSTEMATIC * first.free, 0.0)
    apart = np.zeros(len(least)) if second is None else np.abs(first.free - second.free)
    return np.maximum(least, apart)
