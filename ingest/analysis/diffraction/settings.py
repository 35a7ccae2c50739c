"""What may be chosen of the analysis of patterns."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PeakSettings:
    """How lines are found and fitted.

    Attributes:
        least_significance: area over its standard deviation with no line there.
        largest_chance: that the background alone has so many counts.
        share: η of a line, where none was fitted yet.
        free_height: counts of height from where a line has a width and η of its own.
        fewest_for_caglioti: lines from where widths follow the angle.
        width_tolerance: relative, by which lines may be wider or narrower than they were sought.
        largest_chi_square: over dof; beyond it the lines are not of the shape that was fitted.
    """

    least_significance: float = 4.0
    largest_chance: float = 3.2e-5
    share: float = 0.5
    free_height: float = 3000.0
    fewest_for_caglioti: int = 6
    width_tolerance: float = 0.15
    largest_chi_square: float = 10.0


@dataclass(frozen=True, slots=True)
class GhostSettings:
    """Which lines are taken for those of other wavelengths.

    Attributes:
        least_parent: area over the strongest's, from where a line has ghosts that can be seen.
        largest_share: area of a ghost over its parent's: no filter is worse than none.
        largest_second_share: area beyond that of Kα2's, over Kα1's: what is more is another line.
    """

    least_parent: float = 0.03
    largest_share: float = 0.3
    largest_second_share: float = 0.25


@dataclass(frozen=True, slots=True)
class MatchSettings:
    """When a phase is there.

    Attributes:
        largest_shift_degree: by which the lines of a specimen may be moved.
        largest_strain: relative difference of its cell from that of the reference.
        least_merit: FOM from where a phase is present.
        fewest_lines: expected lines that must be matched.
        textured: R_I from where intensities are told as texture.
        significance: k_a of what is expected to be seen.
    """

    largest_shift_degree: float = 0.2
    largest_strain: float = 0.01
    least_merit: float = 0.9
    fewest_lines: int = 3
    textured: float = 0.4
    significance: float = 4.0


@dataclass(frozen=True, slots=True)
class LimitSettings:
    """How little of a phase would be seen.

    Attributes:
        significances: k_a: of a line anywhere, and of a phase that was named beforehand.
        overlap: widths between a line and one of a present phase, or it cannot be told.
        coarsest: steps in a width, at least.
        power_error: relative, of what a gram scatters.
    """

    significances: tuple[float, ...] = (4.0, 1.645)
    overlap: float = 1.5
    coarsest: float = 2.0
    power_error: float = 0.2


@dataclass(frozen=True, slots=True)
class CrystalliteSettings:
    """How size and strain are told of widths.

    Attributes:
        shape_factor: K of P. Scherrer.
        instrument_terms: U, V, W of the instrument, degree squared; None where it is not known.
        instrument_share: its η.
        fewest_lines: for a line after Williamson and Hall.
        least_span_degree: over which they must lie.
        least_broadening: of the instrument's width, below which there is only a bound.
    """

    shape_factor: float = 0.9
    instrument_terms: tuple[float, float, float] | None = None
    instrument_share: float = 0.5
    fewest_lines: int = 5
    least_span_degree: float = 30.0
    least_broadening: float = 0.2


@dataclass(frozen=True, slots=True)
class PhaseSettings:
    """How phases are told."""

    ghost: GhostSettings = field(default_factory=GhostSettings)
    match: MatchSettings = field(default_factory=MatchSettings)
    limit: LimitSettings = field(default_factory=LimitSettings)
