"""What was found of one phase, as rows: its lines, its cell, what may be hidden of it."""

from collections.abc import Mapping
from math import isfinite
from typing import Any, Final

import numpy as np

from ingest.analysis.diffraction.cell import Cell
from ingest.analysis.diffraction.ghost import tolerance_degree
from ingest.analysis.diffraction.match import chance
from ingest.analysis.diffraction.pattern import Pattern
from ingest.analysis.diffraction.peak import Peaks
from ingest.analysis.diffraction.phase import Phase
from ingest.analysis.diffraction.settings import PhaseSettings
from schema.diffraction.lattice import NAMES
from schema.diffraction.reference import Reference
from schema.formula import molar_mass_gram_per_mole

Row = dict[str, Any]

_LENGTHS: Final = 3
"""Of the six parameters of a cell."""


def cell_row(phase: Phase, cell: Cell, reference: Reference) -> Row:
    """Return the unit cell of a phase beside the one of its reference."""
    lattice = cell.lattice
    matrix = lattice.system.matrix
    covariance = matrix @ cell.covariance @ matrix.T
    error = np.sqrt(np.diag(covariance))
    systematic = matrix @ cell.systematic
    doubts = [each for each in (cell.reason,) if each]
    row: Row = {
        "phase": phase.aligned.lines.phase,
        "way": cell.way,
        "crystal_system": lattice.system.name,
        "a_c_correlation": covariance[0, 2] / (error[0] * error[2]),
        "volume_angstrom3": lattice.volume_angstrom3,
        "volume_error_angstrom3": cell.volume_error,
        "volume_systematic_angstrom3": cell.volume_systematic,
        "correction": cell.correction,
        "correction_value": cell.correction_value,
        "correction_error": cell.correction_error,
        "chi_square": cell.chi_square / max(cell.freedom, 1),
        "widening": cell.widening,
        "fitted_count": cell.line_count,
        "formula": reference.formula or None,
        "formula_mass_gram_per_mole": molar_mass_gram_per_mole(reference.formula)
        if reference.formula
        else None,
        "formula_units": reference.formula_units,
        "reference_volume_angstrom3": reference.lattice.volume_angstrom3
        if reference.lattice
        else None,
        "verdict": "low_quality" if doubts else "ok",
        "doubt": "; ".join(doubts) or None,
    }
    for place, name in enumerate(NAMES):
        row[name] = lattice.six[place]
        if place < _LENGTHS:
            axis = name.removesuffix("_angstrom")
            row[f"{axis}_error_angstrom"] = error[place]
            row[f"{axis}_systematic_angstrom"] = systematic[place]
    return known(row)


def phase_row(
    pattern: Pattern, found: Peaks, phase: Phase, reference: Reference, settings: PhaseSettings
) -> Row:
    """Return how well a phase matches, in places and in intensities."""
    laid, how = phase.aligned, phase.aligned.match
    near = tolerance_degree(found.position_error_degree, found.width_degree)
    span = float(np.ptp(pattern.angle_degree))
    residual = how.intensity_residual
    return known(
        {
            "phase": reference.phase,
            "title": reference.title or None,
            "main": phase.main,
            "merit": how.merit,
            "chance_merit": chance(float(np.median(near)), len(found), span),
            "expected_count": int(how.expected.sum()),
            "matched_count": int(how.matched.sum()),
            "intensity_residual": residual,
            "textured": bool(residual > settings.match.textured) if isfinite(residual) else None,
            "strain": laid.strain,
            "source": reference.source or None,
            "content_hash": reference.content_hash,
            "reference_doubt": reference.doubt or None,
            "verdict": phase.verdict,
            "doubt": phase.reason or None,
        }
    )


def line_rows(phase: Phase) -> list[Row]:
    """Return the lines of a phase, with the peak that each is."""
    laid, how = phase.aligned, phase.aligned.match
    relative = 100.0 * laid.strength / laid.strength.max()
    peak = how.peak[how.line]
    return [
        {
            "phase": laid.lines.phase,
            "hkl": laid.lines.name(one) or None,
            "place_degree": float(laid.place_degree[one]),
            "relative_intensity": float(relative[one]),
            "expected": bool(how.expected[how.line[one]]),
            "peak_count": int(peak[one]) + 1 if peak[one] >= 0 else None,
        }
        for one in range(len(relative))
    ]


def limit_rows(phase: Phase) -> list[Row]:
    """Return what would be seen of a phase, and what may be hidden."""
    return [
        known(
            {
                "phase": each.phase,
                "k_a": each.significance,
                "hkl": each.hkl or None,
                "place_degree": each.place_degree,
                "area": each.area,
                "area_deviation": each.area_deviation,
                "critical_area": each.critical_area,
                "detectable_area": each.detectable_area,
                "fraction": each.fraction,
                "fraction_error": each.fraction_error,
                "critical_fraction": each.critical_fraction,
                "detectable_fraction": each.detectable_fraction,
                "verdict": each.state,
                "doubt": each.reason or None,
            }
        )
        for each in phase.limits
    ]


def known(row: Mapping[str, Any]) -> Row:
    """Return a row whose numbers that are none are null."""
    return {
        name: None if isinstance(value, float) and not isfinite(value) else value
        for name, value in row.items()
    }
