"""Time constants that sweeps of the same frequencies share, and such sweeps weighed for them."""

from dataclasses import dataclass
from math import ceil
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.impedance import debye
from ingest.analysis.impedance.regularization import Layout, Least, System
from schema.error import InvalidArgument

SCALE: Final = 0.75
"""Share of the points whose |Z| is no more than the unit of γ.

With less, γ of a large and slow arc behind a small resistance would count for rough.
"""
_LEAST_SHARE: Final = 1e-4
"""Part of that unit below which |Z| makes a point weigh no more: the others have to count too."""
FEWEST_RESAMPLES: Final = 25
MOST_RESAMPLES: Final = 2000
"""Below the first a standard deviation tells little (Efron, Tibshirani, 1993, 6.4), beyond the
second no more is learned, at thousands of times the work."""

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]


@dataclass(frozen=True, slots=True)
class RelaxationSettings:
    """How the distribution is found."""

    regularization: float = 2e-2
    """The fixed λ."""
    least_regularization: float = 1e-4
    most_regularization: float = 1.0
    """Between these, two a decade, cross-validation chooses."""
    per_decade: int = 6
    """Time constants per decade, at least."""
    decades_beyond: float = 0.5
    """How far the grid reaches beyond 1/ω of either end of the sweep."""
    tail_capacitance: bool = True
    """Whether a series capacitance stands for a tail that rises and no circuit tells."""
    least_peak_share: float = 0.01
    """Part of the whole area a peak must have."""
    least_peak_errors: float = 3.0
    """Standard errors its area must have."""
    largest_residual: float = 0.05
    """Root of the mean |dZ|²/|Z|² beyond which a distribution is of low quality."""
    resamples: int = 0
    """Resampled spectra by which errors of processes are told; 0 leaves them to the covariance."""
    model_regularization: float = 2e-4
    """The λ of the model that spectra are drawn around, where that of the sweep is no less."""

    def __post_init__(self) -> None:
        if self.resamples and not FEWEST_RESAMPLES <= self.resamples <= MOST_RESAMPLES:
            takes = f"0, or {FEWEST_RESAMPLES} to {MOST_RESAMPLES}"
            raise InvalidArgument("resamples", self.resamples, takes)

    @property
    def choices(self) -> Floats:
        """Return the λ that cross-validation chooses among."""
        first, last = np.log10([self.least_regularization, self.most_regularization])
        return np.logspace(first, last, round(2.0 * (last - first)) + 1)


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """What all sweeps share that share frequencies (N,) and have, or have not, a capacitance."""

    frequency: Floats
    capacitance: bool
    time_constant: Floats
    layout: Layout

    @classmethod
    def at(cls, frequency: Floats, settings: RelaxationSettings, *, capacitance: bool) -> Self:
        """Lay out grid, columns and roughness."""
        omega = 2.0 * np.pi * frequency
        shortest = -np.log10(omega.max()) - settings.decades_beyond
        longest = -np.log10(omega.min()) + settings.decades_beyond
        count = ceil((longest - shortest) * settings.per_decade) + 1
        time_constant = np.logspace(shortest, longest, count)
        spacing = np.log(time_constant[1] / time_constant[0])
        columns = debye.columns(frequency, time_constant, capacitance=capacitance)
        columns[:, -count:] *= spacing
        slope = np.diff(np.pad(np.eye(count), ((1, 1), (0, 0))), axis=0) / spacing
        least = min(settings.least_regularization, settings.regularization)
        layout = Layout.of(columns, spacing * slope.T @ slope, least)
        return cls(frequency, capacitance, time_constant, layout)


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """Some sweeps (b,) of a grid, weighed, in units of the upper quartile of |Z| that is left.

    Attributes:
        grid: theirs.
        system: their equations.
        scale: (b, 1) that unit, in Ω.
        raised: (b, 2N) what each point was weighed by over its |Z|: 1 unless that is too small.
    """

    grid: Grid
    system: System
    scale: Floats
    raised: Floats

    @classmethod
    def of(cls, grid: Grid, measured: Complexes, left: Complexes) -> Self:
        """Weigh what is left (b, N) of measured impedances (b, N), in Ω."""
        modulus = np.abs(measured)
        usual = np.median(modulus, axis=1, keepdims=True)
        upper = np.quantile(np.abs(left), SCALE, axis=1, keepdims=True)
        scale = np.maximum(upper, _LEAST_SHARE * usual)
        weighed = np.maximum(modulus, _LEAST_SHARE * scale)
        target = debye.stacked(left / weighed, axis=1)
        system = System.of(grid.layout, np.tile(scale / weighed, 2), target)
        return cls(grid, system, scale, np.tile(weighed / modulus, 2))

    def rms_residual(self, solution: Floats) -> Floats:
        """Return the root of the mean |dZ|²/|Z|² (b,) of solutions (b, K)."""
        share = self.raised * self.system.residual(solution)
        return np.asarray(np.sqrt(2.0 * np.mean(share**2, axis=1)))

    def solutions(self, settings: RelaxationSettings) -> tuple[Least, ...]:
        """Return the least by ridge and without negative values, each by both choices of λ."""
        fixed = np.full(len(self.scale), settings.regularization)
        chosen = self.system.cross_validated(settings.choices)
        ridges = [self.system.least(regularization) for regularization in (fixed, chosen)]
        return *ridges, *(ridge.non_negative() for ridge in ridges)
