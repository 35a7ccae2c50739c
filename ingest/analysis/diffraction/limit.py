"""How much of a phase could be there unseen: "no impurity" is a number, and never "pure".

w = r/(r + k): r is the area of its line over that of the main phase's strongest, k what a gram
scatters into the one over what a gram scatters into the other; equal absorption is assumed. The
line is the strongest that no present phase overlaps. Glass is never seen.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.diffraction import detection
from ingest.analysis.diffraction.detection import line_area, weight_fraction
from ingest.analysis.diffraction.pattern import Pattern
from ingest.analysis.diffraction.position import moved
from ingest.analysis.diffraction.settings import LimitSettings
from ingest.analysis.diffraction.whole_pattern import WholePattern
from schema.diffraction.line import Lines
from schema.diffraction.radiation import Radiation, of_other_wavelength

Floats = NDArray[np.float64]
State = Literal["detected", "not_detected", "not_decidable", "not_measured"]

VERSION: Final = f"1.{detection.VERSION}"

OVERLAPPED: Final = "lines_overlap"
COARSE: Final = "step_too_coarse"
OUTSIDE: Final = "lines_outside_pattern"
NO_POWER: Final = "scattering_of_a_gram_not_told"


@dataclass(frozen=True, slots=True)
class PhaseLimit:
    """What could be there of a phase; NaN where nothing can be said.

    Attributes:
        phase: which.
        significance: k_a.
        state: detected, not_detected, not_decidable or not_measured.
        reason: why it is neither of the first two, or why there is no fraction.
        hkl: the line that decides, "" where none does.
        place_degree: 2θ of it.
        area: of it, intensity times degree.
        area_deviation: sd0.
        critical_area: L_C.
        detectable_area: L_D.
        fraction: w by the area, where it is detected.
        fraction_error: one sigma, with that of the power.
        critical_fraction: w_C: what is more is no chance.
        detectable_fraction: w_D: what is more would be seen in 95 of 100 patterns.
    """

    phase: str
    significance: float
    state: State
    reason: str
    hkl: str = ""
    place_degree: float = np.nan
    area: float = np.nan
    area_deviation: float = np.nan
    critical_area: float = np.nan
    detectable_area: float = np.nan
    fraction: float = np.nan
    fraction_error: float = np.nan
    critical_fraction: float = np.nan
    detectable_fraction: float = np.nan


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """What is there beside a phase that is sought.

    Attributes:
        whole: the main phase, fitted.
        place_degree: (F,) 2θ of lines that are not of the phase: those seen.
        unseen_degree: of ghosts too weak to be seen, that may be there all the same.
        lines: (N,) intensity these lines make.
        background: (N,) intensity of no line.
    """

    whole: WholePattern
    place_degree: Floats
    unseen_degree: Floats
    lines: Floats
    background: Floats


def limits(
    pattern: Pattern,
    radiation: Radiation,
    lines: Lines,
    standing: Standing,
    settings: LimitSettings,
) -> tuple[PhaseLimit, ...]:
    """Return what could be there of a phase, by each k_a.

    Args:
        pattern: with errors.
        radiation: what it was measured with.
        lines: of the phase that is sought.
        standing: what is there.
        settings: how little is asked for.
    """
    whole = standing.whole
    chosen = _line(pattern, radiation, lines, standing, settings)
    if isinstance(chosen, str):
        state: State = "not_measured" if chosen == OUTSIDE else "not_decidable"
        return tuple(PhaseLimit(lines.phase, k_a, state, chosen) for k_a in settings.significances)
    one, place, width = chosen
    found = line_area(
        pattern.angle_degree,
        pattern.intensity - standing.lines,
        np.maximum(standing.lines, 0.0) + standing.background,
        pattern.counting,
        place=place,
        width=width,
        share=float(np.clip(whole.share, 0.0, 1.0)),
        components=radiation.components,
        others=standing.place_degree,
    )
    if found is None:
        return tuple(
            PhaseLimit(lines.phase, k_a, "not_decidable", OVERLAPPED)
            for k_a in settings.significances
        )
    strongest = int(np.argmax(whole.area))
    power = lines.power(radiation)[one] / whole.lines.power(radiation)[strongest]
    step = pattern.step_degree
    main = float(whole.area[strongest])

    def fraction(area: float) -> float:
        return weight_fraction(area * step / main, power)

    found_limits = []
    for k_a in settings.significances:
        critical, detectable = found.critical(k_a), found.detectable(k_a)
        seen = found.area > critical
        share = fraction(found.area) if seen else np.nan
        relative = np.hypot(found.deviation / found.area, settings.power_error)
        found_limits.append(
            PhaseLimit(
                lines.phase,
                k_a,
                "detected" if seen else "not_detected",
                "" if np.isfinite(power) else NO_POWER,
                lines.name(one),
                place,
                found.area * step,
                found.deviation * step,
                critical * step,
                detectable * step,
                share,
                share * (1.0 - share) * float(relative),
                fraction(critical),
                fraction(detectable),
            )
        )
    return tuple(found_limits)


def _line(
    pattern: Pattern,
    radiation: Radiation,
    lines: Lines,
    standing: Standing,
    settings: LimitSettings,
) -> tuple[int, float, float] | str:
    """Return the line that tells most, its place and width; or why none does."""
    whole = standing.whole
    place = moved(lines.two_theta_degree(radiation), whole.correction, whole.correction_value)
    width = whole.width_degree(place)
    reach = detection.REACH * width
    angle = pattern.angle_degree
    inside = (place > angle[0] + reach) & (place < angle[-1] - reach)
    if not inside.any():
        return OUTSIDE
    if not (width[inside] >= settings.coarsest * pattern.step_degree).any():
        return COARSE
    theirs = np.concatenate(
        [
            standing.unseen_degree,
            *(
                of_other_wavelength(standing.place_degree, ratio)
                for ratio, _ in radiation.components
            ),
        ]
    )
    near = np.abs(place[:, None] - theirs) < settings.overlap * width[:, None]
    free = inside & ~near.any(axis=1)
    if not free.any():
        return OVERLAPPED
    strength = np.where(free, np.nan_to_num(lines.strength(radiation)), -1.0)
    one = int(np.argmax(strength))
    return one, float(place[one]), float(width[one])
