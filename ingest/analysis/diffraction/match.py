"""Which lines of a pattern are those of a phase, and whether the phase is there.

Expected are the lines of the reference whose area, scaled by the lines that were fitted, is above
the detection limit. FOM is the strength of the expected lines that are matched over that of all
expected. By chance it is 1 - exp(-2 tol n/range) of n observed lines.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.diffraction.ghost import tolerance_degree
from ingest.analysis.diffraction.peak import Peaks
from ingest.analysis.diffraction.settings import MatchSettings

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Verdict = Literal["present", "candidate"]

VERSION: Final = "1"

_BLENDED: Final = 1.0
"""Widths: lines of a reference that lie closer are seen as one."""


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """Lines of a phase compared with those of a pattern.

    Attributes:
        expected: (G,) whether a line, or what is seen as one, should be seen.
        peak: (G,) index of the line that it is, -1 where none is.
        strength: (G,) of the reference.
        place_degree: (G,) where the reference has it.
        line: (K,) which of the G each line of the reference is in.
        scale: area over strength.
        merit: FOM; NaN where nothing is expected.
        intensity_residual: R_I over matched lines; NaN where fewer than two.
    """

    expected: NDArray[np.bool_]
    peak: Indices
    strength: Floats
    place_degree: Floats
    line: Indices
    scale: float
    merit: float
    intensity_residual: float

    @property
    def matched(self) -> NDArray[np.bool_]:
        """Return which are expected and there: (G,)."""
        return self.expected & (self.peak >= 0)


def match(
    found: Peaks, place: Floats, strength: Floats, limit: Floats, *, extra_degree: float = 0.0
) -> Match:
    """Return how lines of a reference and of a pattern agree.

    Args:
        found: the lines of the pattern.
        place: (K,) 2θ where the reference has its lines, moved as the specimen is; all within
            the pattern.
        strength: (K,) of these.
        limit: (K,) detection limit of an area there.
        extra_degree: how far off a line may be beyond its tolerance.
    """
    line, middle, total, spread = _blended(place, strength, found.typical_width_degree)
    near = tolerance_degree(found.position_error_degree, found.width_degree) + extra_degree
    peak = _paired(found.position_degree, middle, near, spread, total)
    there = peak >= 0
    observed = found.area[peak[there]]
    scale = float(observed.sum() / total[there].sum()) if there.any() else float("nan")
    lowest = np.full(len(middle), np.inf)
    np.minimum.at(lowest, line, limit)
    expected = np.nan_to_num(scale) * total > lowest
    matched = expected & there
    wanted = total[expected].sum()
    merit = float(total[matched].sum() / wanted) if wanted > 0.0 else float("nan")
    return Match(
        expected,
        peak,
        total,
        middle,
        line,
        scale,
        merit,
        _intensity_residual(found.area[peak[matched]], total[matched]),
    )


def chance(tolerance: float, count: int, span_degree: float) -> float:
    """Return the FOM that any pattern of so many lines has by chance."""
    return float(-np.expm1(-2.0 * tolerance * count / span_degree))


def verdict(
    found: Match, ghost: NDArray[np.object_], owned: NDArray[np.bool_], settings: MatchSettings
) -> tuple[Verdict, str]:
    """Return whether a phase is present, and why not.

    Args:
        found: its match.
        ghost: (P,) what each line of the pattern is a ghost by, "" where it is none.
        owned: (P,) whether a phase that is present has it.
        settings: when it is there.
    """
    peak = found.peak[found.matched]
    if not found.merit >= settings.least_merit:
        return "candidate", "merit_too_low"
    if len(peak) < settings.fewest_lines:
        return "candidate", "too_few_lines"
    if not ((ghost[peak] == "") & ~owned[peak]).any():
        return "candidate", "no_line_of_its_own"
    return "present", ""


def _blended(
    place: Floats, strength: Floats, width: float
) -> tuple[NDArray[np.intp], Floats, Floats, Floats]:
    """Return which group each line is in, and of each its middle, strength and half its spread."""
    order = np.argsort(place, kind="stable")
    apart = np.diff(place[order]) >= _BLENDED * width
    line = np.empty(len(place), dtype=np.intp)
    line[order] = np.concatenate([[0], np.cumsum(apart)])[: len(place)]
    total = np.asarray(np.bincount(line, weights=strength), dtype=float)
    count = len(total)
    middle = np.asarray(np.bincount(line, weights=place * strength) / total)
    low, high = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(low, line, place)
    np.maximum.at(high, line, place)
    return line, middle, total, 0.5 * (high - low)


def _paired(
    position: Floats, middle: Floats, near: Floats, spread: Floats, total: Floats
) -> Indices:
    """Return the line of the pattern that each line of the reference is, -1 where there is none."""
    peak = np.full(len(middle), -1, dtype=np.int64)
    if not len(position):
        return peak
    apart = np.abs(position - middle[:, None])
    apart[apart > near + spread[:, None]] = np.inf
    for one in np.argsort(-total, kind="stable"):
        closest = int(np.argmin(apart[one]))
        if np.isfinite(apart[one, closest]):
            peak[one] = closest
            apart[:, closest] = np.inf  # a line is used once
    return peak


def _intensity_residual(observed: Floats, strength: Floats) -> float:
    if len(observed) < 2:
        return float("nan")
    return float(np.abs(observed / observed.sum() - strength / strength.sum()).sum())
