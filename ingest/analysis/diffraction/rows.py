"""What was found of patterns, as rows of schema.analysis.diffraction: nan is null."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import pyarrow as pa

from ingest.analysis.diffraction.crystallite import LineWidths, by_scherrer, by_williamson_hall
from ingest.analysis.diffraction.pattern import Pattern
from ingest.analysis.diffraction.peak import Peaks, peaks
from ingest.analysis.diffraction.phase import Phases
from ingest.analysis.diffraction.phase_row import (
    Row,
    cell_row,
    known,
    limit_rows,
    line_rows,
    phase_row,
)
from ingest.analysis.diffraction.phases import phases
from ingest.analysis.diffraction.scan import Scan, Scans
from ingest.analysis.diffraction.settings import CrystalliteSettings, PeakSettings, PhaseSettings
from schema.analysis import LAYOUTS
from schema.diffraction.radiation import spacing_angstrom
from schema.diffraction.reference import Reference, reference_lines


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
    return known(
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
                cell_row(each, each.cell, reference)
                for each, reference in zip(judged.phases, references, strict=False)
                if each.cell is not None
            ],
            "pattern_phase": [
                phase_row(pattern, found, each, reference, settings.phase)
                for each, reference in zip(judged.phases, references, strict=False)
            ],
            "pattern_reference": [
                one
                for each in judged.phases
                if each.verdict == "present"
                for one in line_rows(each)
            ],
            "pattern_limit": [one for each in judged.phases for one in limit_rows(each)],
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
        rows.append(known(row))
    return rows


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
        known(
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
