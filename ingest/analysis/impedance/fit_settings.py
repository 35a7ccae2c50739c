"""What may be chosen of a fit."""

from dataclasses import dataclass

from ingest.analysis.impedance.candidate import CANDIDATES
from ingest.analysis.impedance.solution import Weighting


@dataclass(frozen=True, slots=True)
class FitSettings:
    """What may be chosen of a fit.

    Attributes:
        circuits: those compared with each other, with what is given of them (constraint.py).
        all_tried: whether every sweep is fitted by all of them, to the ends of valleys; else from
            the simplest up, leaving out what its ends rule out, until one says all that there is to
            be said.
        weighting: what a residual dZ counts: over |Z|, over |Z|² (the residual of 1/Z), or itself.
        largest_outlier_share: outliers of the Kramers-Kronig test are left out where they are one,
            or up to this part of the points; 0 leaves out none.
        restarts: starts tried beyond the first where none does.
        largest_relative_error: a standard error beyond this share of its value rejects.
        lowest_exponent: an n at or below it rejects.
        largest_rms: a relative residual beyond it rejects.
    """

    circuits: tuple[str, ...] = CANDIDATES
    all_tried: bool = False
    weighting: Weighting = "modulus"
    largest_outlier_share: float = 0.05
    restarts: int = 8
    largest_relative_error: float = 1.0
    lowest_exponent: float = 0.31
    largest_rms: float = 0.1
