"""The phases of a pattern: which is the main one, its cell, what else is there, what may be hidden.

The reference most like the pattern is the main phase. The whole pattern is fitted by its lines, and
tells how the specimen is moved; others are compared with what is left, each line owned by the first
that has it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.diffraction import alignment, ghost, limit, match, whole_pattern
from ingest.analysis.diffraction.alignment import Alignment, aligned
from ingest.analysis.diffraction.background import background
from ingest.analysis.diffraction.cell import Cell, cell_of
from ingest.analysis.diffraction.detection import REACH, detectable
from ingest.analysis.diffraction.ghost import ghost_degree, ghosts, tolerance_degree
from ingest.analysis.diffraction.limit import PhaseLimit, Standing, limits
from ingest.analysis.diffraction.match import Verdict, verdict
from ingest.analysis.diffraction.pattern import Pattern
from ingest.analysis.diffraction.peak import Peaks
from ingest.analysis.diffraction.peak_search import filtered
from ingest.analysis.diffraction.phase import Phase, Phases
from ingest.analysis.diffraction.position import usual
from ingest.analysis.diffraction.profile import pseudo_voigt
from ingest.analysis.diffraction.settings import MatchSettings, PhaseSettings
from ingest.analysis.diffraction.whole_pattern import WholePattern
from schema.diffraction.line import Lines
from schema.diffraction.radiation import Radiation

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]

VERSION: Final = (
    f"1.{alignment.VERSION}.{ghost.VERSION}.{limit.VERSION}.{match.VERSION}.{whole_pattern.VERSION}"
)

_EDGE_DEGREE: Final = 0.2
"""From the ends of a pattern, where lines are not asked for."""
_PREFERRED: Final = 5.0
"""By which the strain of a cell counts against likeness: of like references, the nearer cell."""
_WITHOUT_CELL: Final = 0.05
"""Counts against likeness, too, as a cell as far off as it may be: of like references, the one that
tells a cell and limits of others."""

NO_WAVELENGTH: Final = "wavelength_unknown"
STRAINED: Final = "cell_off_reference"


def phases(
    pattern: Pattern, found: Peaks, references: Sequence[Lines], settings: PhaseSettings
) -> Phases:
    """Return what phases a pattern has.

    Args:
        pattern: a pattern.
        found: its lines.
        references: what is sought.
        settings: how.
    """
    radiation = pattern.radiation
    count = len(found)
    nobody = np.full(count, -1, dtype=np.int64)
    if radiation is None or not count:
        reason = NO_WAVELENGTH if radiation is None else found.reason
        return Phases((), np.full(count, "", dtype=object), nobody, nobody, reason)
    low, high = pattern.angle_degree[[0, -1]] + (_EDGE_DEGREE, -_EDGE_DEGREE)
    inside = [each.within(radiation, float(low), float(high)) for each in references]
    named = ghosts(found, radiation, settings.ghost)
    under = background(
        pattern.intensity, found.typical_width_degree / pattern.step_degree, pattern.counting
    )
    correction = usual(pattern)
    seen = _detectable(pattern, found, under, settings.match.significance)
    laid = [
        aligned(
            found,
            each,
            radiation,
            _at(pattern, seen, each, radiation),
            correction=correction,
            settings=settings.match,
        )
        for each in inside
    ]
    main = _main(laid, named, settings.match)
    if main is None:
        verdicts = tuple(
            Phase(each, *_said(each, named, settings), main=False, cell=None, limits=())
            for each in laid
        )
        return Phases(verdicts, named, nobody, nobody, "")
    return _Judgement(pattern, found, radiation, named, settings, laid, main).phases()


@dataclass(slots=True, eq=False)
class _Judgement:
    """The verdict on every phase once the main one is known."""

    pattern: Pattern
    found: Peaks
    radiation: Radiation
    named: NDArray[np.object_]
    settings: PhaseSettings
    laid: list[Alignment]
    main: int
    owner: Indices = field(init=False)
    line: Indices = field(init=False)

    def phases(self) -> Phases:
        """Return the phases with their verdicts, cells and limits."""
        count = len(self.found)
        self.owner = np.full(count, -1, dtype=np.int64)
        self.line = np.full(count, -1, dtype=np.int64)
        own = self.laid[self.main]
        self._take(self.main, own)
        cell = self._cell(self.main)
        whole = None if cell is None else cell.whole
        said: dict[int, tuple[Verdict, str]] = {self.main: ("present", "")}
        shift = own.correction_value if whole is None else whole.correction_value
        level = self._level(whole)
        seen = _detectable(self.pattern, self.found, level, self.settings.match.significance)
        for one, each in enumerate(self.laid):
            if one != self.main:
                self.laid[one] = aligned(
                    self.found,
                    each.lines,
                    self.radiation,
                    _at(self.pattern, seen, each.lines, self.radiation),
                    correction=usual(self.pattern),
                    settings=self.settings.match,
                    shift=shift,
                )
        rest = [one for one in range(len(self.laid)) if one != self.main]
        for one in sorted(rest, key=lambda each: -self.laid[each].likeness):
            said[one] = verdict(
                self.laid[one].match, self.named, self.owner >= 0, self.settings.match
            )
            if said[one][0] == "present":
                self._take(one, self.laid[one])
        judged = []
        for one, each in enumerate(self.laid):
            is_main = one == self.main
            there = said[one][0] == "present"
            own_cell = cell if is_main else self._cell(one) if there else None
            judged.append(
                Phase(
                    each,
                    *said[one],
                    main=is_main,
                    cell=own_cell,
                    limits=() if is_main or whole is None else self._limits(one, whole),
                )
            )
        return Phases(tuple(judged), self.named, self.owner, self.line, "")

    def _near(self, place: Floats) -> tuple[Mask, Indices]:
        """Return which lines of the pattern lie on one of these places, and on which."""
        if not len(place):
            nothing = np.zeros(len(self.found), dtype=bool)
            return nothing, np.zeros(len(self.found), dtype=np.int64)
        apart = np.abs(self.found.position_degree[:, None] - place)
        closest = apart.argmin(axis=1)
        near = tolerance_degree(self.found.position_error_degree, self.found.width_degree)
        return apart[np.arange(len(closest)), closest] <= near, closest

    def _take(self, one: int, each: Alignment) -> None:
        """Let a phase own the lines on its places that nobody owns yet, and those it is seen in."""
        how = each.match
        free = self.owner < 0
        near, closest = self._near(each.place_degree)
        self.owner[near & free] = one
        self.line[near & free] = closest[near & free]
        strongest = np.full(len(how.peak), -1, dtype=np.int64)
        order = np.argsort(each.strength, kind="stable")
        strongest[how.line[order]] = order
        seen = how.peak >= 0
        seen[seen] = free[how.peak[seen]]
        self.owner[how.peak[seen]] = one
        self.line[how.peak[seen]] = strongest[seen]

    def _cell(self, one: int) -> Cell | None:
        others = self.found.position_degree[self.owner != one]
        return cell_of(self.pattern, self.found, self.laid[one], others)

    def _level(self, whole: WholePattern | None) -> Floats:
        if whole is not None:
            own = len(whole.lines.hkl)
            return np.asarray(whole.background + whole.line_intensity[:, :own].sum(axis=1))
        width = self.found.typical_width_degree / self.pattern.step_degree
        return background(self.pattern.intensity, width, self.pattern.counting)

    def _limits(self, one: int, whole: WholePattern) -> tuple[PhaseLimit, ...]:
        """Return how little of a phase would be seen beside all that is not its own."""
        own = len(whole.lines.hkl)
        near, _ = self._near(self.laid[one].place_degree)
        mine = (self.owner == one) | (near & (self.owner < 0) & (self.named == ""))
        fixed = self.owner != self.main  # those fitted beside the main phase
        theirs = np.concatenate([np.ones(own, dtype=bool), ~mine[fixed]])
        visible = whole.area > whole.area_error
        place = np.concatenate(
            [whole.place_degree[visible], self.found.position_degree[fixed & ~mine]]
        )
        strong = whole.area > self.settings.ghost.least_parent * whole.area.max()
        unseen = [
            at
            for name, at in ghost_degree(whole.place_degree[strong], self.radiation).items()
            if (self.named == name).any()
        ]
        standing = Standing(
            whole,
            place,
            np.concatenate([np.empty(0), *unseen]),
            whole.line_intensity[:, theirs].sum(axis=1),
            whole.background,
        )
        lines = self.laid[one].lines
        return limits(self.pattern, self.radiation, lines, standing, self.settings.limit)


def _main(
    laid: Sequence[Alignment], named: NDArray[np.object_], settings: MatchSettings
) -> int | None:
    """Return the reference most like the pattern, of those that are there."""
    nobody = np.zeros(len(named), dtype=bool)
    there = [
        one
        for one, each in enumerate(laid)
        if verdict(each.match, named, nobody, settings)[0] == "present"
        and not each.strain > settings.largest_strain
    ]
    rank = [(laid[one].likeness - _against(laid[one]), -one) for one in there]
    return -max(rank)[1] if rank else None


def _against(each: Alignment) -> float:
    return _WITHOUT_CELL if each.lattice is None else _PREFERRED * each.strain


def _said(
    each: Alignment, named: NDArray[np.object_], settings: PhaseSettings
) -> tuple[Verdict, str]:
    nobody = np.zeros(len(named), dtype=bool)
    answer, reason = verdict(each.match, named, nobody, settings.match)
    return ("candidate", STRAINED) if answer == "present" else (answer, reason)


def _detectable(pattern: Pattern, found: Peaks, level: Floats, k_a: float) -> Floats:
    """Return L_D of an area at every point (N,), intensity times degree; NaN at the ends."""
    width, share = found.typical_width_degree, found.typical_share
    deviation = filtered(
        pattern.angle_degree,
        level,
        level,
        pattern.counting,
        width=width,
        share=share,
        components=pattern.components,
        reach=REACH,
    )[1]
    step = pattern.step_degree
    reach = step * np.arange(-round(REACH * width / step), round(REACH * width / step) + 1)
    shape = step * pseudo_voigt(reach, width, share)
    spread = step * float((shape**3).sum() / (shape**2).sum() ** 2)
    gain = pattern.counting.gain if np.isfinite(pattern.counting.gain) else 1.0
    return np.array([detectable(one, gain * spread, k_a) for one in deviation])


def _at(pattern: Pattern, seen: Floats, lines: Lines, radiation: Radiation) -> Floats:
    """Return L_D where lines are; infinite where none could be found."""
    place = lines.two_theta_degree(radiation)
    known = np.where(np.isfinite(seen), seen, np.inf)
    index = np.searchsorted(pattern.angle_degree, place).clip(0, len(seen) - 1)
    return np.asarray(known[index])
