"""What was found of patterns, as rows of schema.analysis.diffraction: nan is null."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any, Final, Protocol

import numpy as np
import pyarrow as pa

from ingest.analysis.diffraction.cell import Cell
from ingest.analysis.diffraction.crystallite import LineWidths, by_scherrer, by_williamson_hall
from ingest.analysis.diffraction.ghost import tolerance_degree
from ingest.analysis.diffraction.match import chance
from ingest.analysis.diffraction.pattern import Pattern
from ingest.analysis.diffraction.peak import Peaks, peaks
from ingest.analysis.diffraction.phase import Phase, Phases
from ingest.analysis.diffraction.phases import phases
from ingest.analysis.diffraction.scan import Scan, Scans
from ingest.analysis.diffraction.settings import CrystalliteSettings, PeakSettings, PhaseSettings
from schema.analysis import LAYOUTS
from schema.diffraction.lattice import NAMES
from schema.diffraction.radiation import spacing_angstrom
from schema.diffraction.reference import Reference, reference_lines
from schema.formula import molar_mass_gram_per_mole

Row = dict[str, Any]

_LENGTHS: Final = 3
"""Of the six parameters of a cell."""


class Settings(Protocol):
    """How scans are analyzed."""

    @property
    def peak(self) -> PeakSettings:
        """Return how lines are found."""
        ...

    @property
    def phase(self) -> PhaseSettings:
        """Return how phases are told."""
        ...

    @property
    def crystallite(self) -> CrystalliteSettings:
        """Return how size is told."""
        ...


def pattern_rows(scans: Scans, settings: Settings, references: Sequence[Reference]) -> pa.Table:
    """Return a row per scan."""
    rows = [_row(each, settings, references) for each in scans.scans]
    return pa.Table.from_pylist(rows, schema=LAYOUTS["pattern"].arrow)


def _row(scan: Scan, settings: Settings, references: Sequence[Reference]) -> Row:
    pattern = scan.pattern
    if pattern is None:
        row = {"status": "not_computable", "reason": scan.reason}
        return {"scan_count": scan.scan_count, **_nothing(), **row}
    found = peaks(pattern, settings.peak, settings.phase.ghost)
    radiation = pattern.radiation
    top = float(pattern.angle_degree[-1])
    lines = (
        [] if radiation is None else [reference_lines(each, radiation, top) for each in references]
    )
    judged = phases(pattern, found, lines, settings.phase)
    status, reason = _status(pattern, found)
    return _known(
        {
            "scan_count": scan.scan_count,
            "found_count": len(found),
            "ghost_count": int(((judged.ghost != "") & (judged.owner < 0)).sum()),
            "foreign_count": int(judged.foreign.sum()) if judged.main else None,
            "typical_width_degree": found.typical_width_degree,
            "typical_share": found.typical_share,
            "peak_chi_square": found.chi_square / found.freedom if found.freedom else None,
            "peak_widening": found.widening,
            "main_phase": judged.main.aligned.lines.phase if judged.main else None,
            "status": status,
            "reason": reason,
            "pattern_peak": _peaks(pattern, found, judged),
            "pattern_cell": [
                _cell(each, each.cell, reference)
                for each, reference in zip(judged.phases, references, strict=False)
                if each.cell is not None
            ],
            "pattern_phase": [
                _phase(pattern, found, each, reference, settings)
                for each, reference in zip(judged.phases, references, strict=False)
            ],
            "pattern_reference": [
                one for each in judged.phases if each.verdict == "present" for one in _lines(each)
            ],
            "pattern_limit": [one for each in judged.phases for one in _limits(each)],
            "pattern_crystallite": _crystallites(pattern, found, judged, settings.crystallite),
        }
    )


def _status(pattern: Pattern, found: Peaks) -> tuple[str, str | None]:
    if not len(found):
        # where counts are enough, none is a result
        nothing = found.reason != "no_line_found"
        return "not_computable" if nothing else "ok", found.reason if nothing else None
    doubts = [each for each in (pattern.counting.reason, found.reason) if each]
    return ("low_quality", "; ".join(doubts)) if doubts else ("ok", None)


def _nothing() -> Row:
    return {each.name: [] for each in LAYOUTS["pattern"].lists}


def _peaks(pattern: Pattern, found: Peaks, judged: Phases) -> list[Row]:
    rows = []
    radiation = pattern.radiation
    for one in range(len(found)):
        angle, error = found.position_degree[one], found.position_error_degree[one]
        owner = int(judged.owner[one])
        lines = judged.phases[owner].aligned.lines if owner >= 0 else None
        row = {
            "peak_count": one + 1,
            "two_theta_degree": angle,
            "two_theta_error_degree": error,
            "area": found.area[one],
            "area_error": found.area_error[one],
            "width_degree": found.width_degree[one],
            "width_error_degree": found.width_error_degree[one],
            "share": found.share[one],
            "share_error": found.share_error[one],
            "own_width": bool(found.own_width[one]),
            "significance": found.significance[one],
            "phase": None if lines is None else lines.phase,
            "hkl": None if lines is None else lines.name(judged.line[one]) or None,
            "ghost": judged.ghost[one] or None,
        }
        if radiation is not None:
            spacing = float(spacing_angstrom(angle, radiation.alpha1_angstrom))
            half = np.radians(angle) / 2.0
            row["d_angstrom"] = spacing
            row["d_error_angstrom"] = spacing / np.tan(half) * np.radians(error) / 2.0
        rows.append(_known(row))
    return rows


def _cell(phase: Phase, cell: Cell, reference: Reference) -> Row:
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
    return _known(row)


def _phase(
    pattern: Pattern, found: Peaks, phase: Phase, reference: Reference, settings: Settings
) -> Row:
    laid, how = phase.aligned, phase.aligned.match
    near = tolerance_degree(found.position_error_degree, found.width_degree)
    span = float(np.ptp(pattern.angle_degree))
    residual = how.intensity_residual
    return _known(
        {
            "phase": reference.phase,
            "title": reference.title or None,
            "main": phase.main,
            "merit": how.merit,
            "chance_merit": chance(float(np.median(near)), len(found), span),
            "expected_count": int(how.expected.sum()),
            "matched_count": int(how.matched.sum()),
            "intensity_residual": residual,
            "textured": bool(residual > settings.phase.match.textured)
            if isfinite(residual)
            else None,
            "strain": laid.strain,
            "source": reference.source or None,
            "content_hash": reference.content_hash,
            "reference_doubt": reference.doubt or None,
            "verdict": phase.verdict,
            "doubt": phase.reason or None,
        }
    )


def _lines(phase: Phase) -> list[Row]:
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


def _limits(phase: Phase) -> list[Row]:
    return [
        _known(
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


def _crystallites(
    pattern: Pattern, found: Peaks, judged: Phases, settings: CrystalliteSettings
) -> list[Row]:
    main, radiation = judged.main, pattern.radiation
    if main is None or radiation is None:
        return []
    how = main.aligned.match
    single = np.bincount(how.line, minlength=len(how.peak)) == 1
    used = np.sort(how.peak[single & how.matched])
    both = np.concatenate([used, used + len(found)])
    widths = LineWidths(
        found.position_degree[used],
        found.width_degree[used],
        found.share[used],
        found.shape_covariance[np.ix_(both, both)],
        found.area[used],
    )
    wavelength = radiation.alpha1_angstrom
    return [
        _known(
            {
                "phase": main.aligned.lines.phase,
                "way": each.way,
                "shape_factor": settings.shape_factor,
                "size_nm": each.size_nm,
                "size_error_nm": each.size_error_nm,
                "strain_spread": each.strain,
                "strain_spread_error": each.strain_error,
                "used_count": each.line_count,
                "verdict": each.status,
                "doubt": each.reason or None,
            }
        )
        for each in (
            by_scherrer(widths, wavelength, settings),
            by_williamson_hall(widths, wavelength, settings),
        )
    ]


def _known(row: Mapping[str, Any]) -> Row:
    """Return a row whose numbers that are none are null."""
    return {
        name: None if isinstance(value, float) and not isfinite(value) else value
        for name, value in row.items()
    }
