"""The distribution of relaxation times γ(ln τ) of a sweep, by ridge and without negative values.

Z is taken for R0 + jωL + ∫ γ/(1 + jωτ) d ln τ, with 1/(jωC) in series where the tail rises
(ingest/impedance/debye.py). With Z scaled to its largest |Z|, |Z - fit|² + λ ∫ (dγ/d ln τ)² d ln τ
is made least, γ falling to zero beyond its grid (Wan, Saccoccio, Chen, Ciucci, Electrochim. Acta
184 (2015) 483). Distributions of different λ or grid must not be compared.
"""

from dataclasses import dataclass
from math import ceil
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from ingest.impedance import debye
from ingest.impedance.sweep import Sweeps

VERSION: Final = "1"

_FEWEST_POINTS: Final = 5
"""Frequencies that R0, L, C and one relaxation of two values need."""
_FEWEST_POINTS_PER_DECADE: Final = 2.0
"""With fewer, most of a distribution would be regularization."""
_OVERRELAXATION: Final = 1.7
_BETWEEN_LOOKS: Final = 20
"""Iterations between two looks at which sweeps have settled."""

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RelaxationSettings:
    """How the distribution is found."""

    regularization: float = 1e-3
    """λ, of data scaled to the largest |Z|."""
    per_decade: int = 10
    """Time constants per decade, at least."""
    decades_beyond: float = 0.5
    """How far the grid reaches beyond 1/ω of either end of the sweep."""
    tail_capacitance: bool = True
    """Whether a series capacitance stands for a tail that rises."""
    tolerance: float = 1e-8
    """Change between iterations, of the greatest value, at which non-negative ones have settled."""
    most_iterations: int = 20_000
    least_peak_share: float = 0.01
    """Part of the whole area a peak must have."""
    largest_residual: float = 0.05
    """Root of the mean |dZ|²/|Z|² beyond which a distribution is of low quality."""


@dataclass(frozen=True, slots=True, eq=False)
class Peaks:
    """Peaks of distributions, by sweep and rising time constant; those at either end left out.

    Attributes:
        row: (P,) row of the sweep.
        time_constant_second: (P,) of the top, by the parabola through three points.
        resistance_ohm: (P,) area between the valleys on either side.
        capacitance_farad: (P,) time constant over resistance.
    """

    row: Rows
    time_constant_second: Floats
    resistance_ohm: Floats
    capacitance_farad: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Distribution:
    """One way's distributions of all sweeps; NaN where nothing was computed.

    Attributes:
        way: ridge or non_negative.
        density_ohm: (B, T) γ, ohm per unit of ln τ.
        series_resistance_ohm: (B,) R0.
        series_inductance_henry: (B,) L.
        series_capacitance_farad: (B,) C; NaN where none was fitted, or none is there.
        rms_residual: (B,) root of the mean |dZ|²/|Z|².
        peaks: of all sweeps.
        status: (B,) ok, low_quality or not_computable.
        reason: (B,) why the status is not ok; else empty.
    """

    way: str
    density_ohm: Floats
    series_resistance_ohm: Floats
    series_inductance_henry: Floats
    series_capacitance_farad: Floats
    rms_residual: Floats
    peaks: Peaks
    status: NDArray[np.object_]
    reason: NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class Relaxation:
    """Distributions of relaxation times of sweeps.

    Attributes:
        time_constant_second: (B, T) τ, NaN beyond the grid of the sweep.
        tail_capacitance: (B,) whether a series capacitance was fitted too.
        ridge: distributions that may be negative somewhere.
        non_negative: distributions of which, as of R0, L and 1/C, nothing is negative.
    """

    time_constant_second: Floats
    tail_capacitance: NDArray[np.bool_]
    ridge: Distribution
    non_negative: Distribution


def relaxation(sweeps: Sweeps, settings: RelaxationSettings | None = None) -> Relaxation:
    """Find the distribution of relaxation times of every sweep, both ways.

    Every sweep gets a status, and a reason where that is not ok; none raises.
    """
    settings = settings or RelaxationSettings()
    reason = np.full(len(sweeps), "", dtype=object)
    problems: list[tuple[Rows, NDArray[np.int64], _Problem]] = []
    for rows, group in sweeps.by_grid():
        shown = np.flatnonzero(group.counted[0])
        frequency = group.frequency_hertz[0, shown]
        fewest = ceil(_FEWEST_POINTS_PER_DECADE * debye.decades(frequency))
        fault = debye.fault_of_grid(frequency, max(_FEWEST_POINTS, fewest))
        if fault:
            reason[rows] = fault
            continue
        impedance = group.impedance_ohm[:, shown]
        reactive = debye.has_reactance(impedance)
        reason[rows[~reactive]] = debye.NO_REACTANCE
        rising = debye.tail_rises(frequency, impedance) & settings.tail_capacitance
        for has_tail in (False, True):
            alike = rows[reactive & (rising == has_tail)]
            if alike.size:
                problems.append((alike, shown, _Problem.at(frequency, settings, tail=has_tail)))
    shape = len(sweeps), max((problem.time_constant.size for *_, problem in problems), default=0)
    time_constant = np.full(shape, np.nan)
    tail_capacitance = np.zeros(len(sweeps), dtype=bool)
    ways = _Way.empty(shape, reason), _Way.empty(shape, reason)
    for rows, shown, problem in problems:
        time_constant[rows, : problem.time_constant.size] = problem.time_constant
        tail_capacitance[rows] = problem.tail
        for first in range(0, rows.size, debye.CHUNK):
            part = rows[first : first + debye.CHUNK]
            impedance = sweeps.impedance_ohm[np.ix_(part, shown)]
            scale = np.abs(impedance).max(axis=1, keepdims=True)
            target = debye.stacked(impedance / scale, axis=1) @ problem.columns
            settled = np.ones(part.size, dtype=bool)
            ways[0].enter(part, problem, impedance, scale * problem.ridge(target), settled)
            solution, settled = problem.non_negative(target, settings)
            ways[1].enter(part, problem, impedance, scale * solution, settled)
    return Relaxation(
        time_constant,
        tail_capacitance,
        ways[0].distribution("ridge", time_constant, settings, sweeps),
        ways[1].distribution("non_negative", time_constant, settings, sweeps),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Problem:
    """What all sweeps share that share frequencies (N,) and have, or have not, a tail."""

    frequency: Floats
    tail: bool
    time_constant: Floats
    columns: Floats
    hessian: Floats
    stiffness: float

    @classmethod
    def at(cls, frequency: Floats, settings: RelaxationSettings, *, tail: bool) -> Self:
        """Lay out grid, columns and the Hessian of misfit and roughness."""
        omega = 2.0 * np.pi * frequency
        shortest = -np.log10(omega.max()) - settings.decades_beyond
        longest = -np.log10(omega.min()) + settings.decades_beyond
        count = ceil((longest - shortest) * settings.per_decade) + 1
        time_constant = np.logspace(shortest, longest, count)
        spacing = np.log(time_constant[1] / time_constant[0])
        columns = debye.columns(frequency, time_constant, capacitance=tail)
        columns[:, -count:] *= spacing
        slope = np.diff(np.pad(np.eye(count), ((1, 1), (0, 0))), axis=0) / spacing
        hessian = columns.T @ columns
        hessian[-count:, -count:] += settings.regularization * spacing * slope.T @ slope
        stiffness = np.sqrt(settings.regularization)
        return cls(frequency, tail, time_constant, columns, hessian, stiffness)

    def ridge(self, target: Floats) -> Floats:
        """Return the least of all (b, K) for columns' products with the data (b, K)."""
        return np.asarray(np.linalg.solve(self.hessian, target.T).T)

    def non_negative(
        self, target: Floats, settings: RelaxationSettings
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """Return the least without negative values (b, K), and which of them settled (b,).

        Alternating directions with one matrix for all (Boyd et al., Found. Trends Mach. Learn. 3
        (2011) 1), over-relaxed; sweeps leave as they settle.
        """
        stiffness, keep = self.stiffness, _OVERRELAXATION
        inverse = np.linalg.inv(self.hessian + stiffness * np.eye(len(self.hessian)))
        solution = np.zeros_like(target)
        settled = np.zeros(len(target), dtype=bool)
        left = np.arange(len(target))
        start = target @ inverse
        step = stiffness * inverse
        positive = np.maximum(self.ridge(target), 0.0)
        price = np.zeros_like(positive)
        for iteration in range(1, settings.most_iterations + 1):
            free = start + (positive - price) @ step
            price += keep * free + (1.0 - keep) * positive
            before, positive = positive, np.maximum(price, 0.0)
            price -= positive
            if iteration % _BETWEEN_LOOKS and iteration != settings.most_iterations:
                continue
            apart = np.maximum(np.abs(free - positive), np.abs(positive - before)).max(axis=1)
            done = apart <= settings.tolerance * positive.max(axis=1)
            solution[left] = positive
            settled[left[done]] = True
            left, start, positive, price = (each[~done] for each in (left, start, positive, price))
            if left.size == 0:
                break
        return solution, settled


@dataclass(frozen=True, slots=True, eq=False)
class _Way:
    """A distribution while it is filled in."""

    density: Floats
    series: Floats
    rms: Floats
    settled: NDArray[np.bool_]
    reason: NDArray[np.object_]

    @classmethod
    def empty(cls, shape: tuple[int, int], reason: NDArray[np.object_]) -> Self:
        count = shape[0]
        return cls(
            np.full(shape, np.nan),
            np.full((count, 3), np.nan),
            np.full(count, np.nan),
            np.zeros(count, dtype=bool),
            reason.copy(),
        )

    def enter(
        self,
        rows: Rows,
        problem: _Problem,
        impedance: Complexes,
        solution: Floats,
        settled: NDArray[np.bool_],
    ) -> None:
        """Put solutions (b, K), in ohm, in their rows (b,)."""
        count = problem.time_constant.size
        omega = 2.0 * np.pi * problem.frequency
        self.density[rows, :count] = solution[:, -count:]
        self.series[rows, 0] = solution[:, 0]
        self.series[rows, 1] = solution[:, 1] / omega.max()
        if problem.tail:
            there = solution[:, 2] > 0.0
            self.series[rows[there], 2] = 1.0 / (solution[there, 2] * omega.min())
        fitted = solution @ problem.columns.T
        share = (debye.stacked(impedance, axis=1) - fitted) / np.tile(np.abs(impedance), 2)
        self.rms[rows] = np.sqrt(2.0 * np.mean(share**2, axis=1))
        self.settled[rows] = settled

    def distribution(
        self, way: str, time_constant: Floats, settings: RelaxationSettings, sweeps: Sweeps
    ) -> Distribution:
        """Return what was filled in, with peaks and status."""
        status = np.full(len(self.rms), "ok", dtype=object)
        status[np.isnan(self.rms)] = "not_computable"
        for row in np.flatnonzero(self.rms > settings.largest_residual):
            status[row] = "low_quality"
            self.reason[row] = f"it misses the sweep by {self.rms[row]:.2g} x |Z|, root mean square"
        for row in np.flatnonzero(~self.settled & ~np.isnan(self.rms)):
            status[row] = "low_quality"
            self.reason[row] = f"it had not settled after {settings.most_iterations} iterations"
        return Distribution(
            way,
            self.density,
            series_resistance_ohm=self.series[:, 0],
            series_inductance_henry=self.series[:, 1],
            series_capacitance_farad=self.series[:, 2],
            rms_residual=self.rms,
            peaks=_peaks(self.density, time_constant, settings, sweeps),
            status=status,
            reason=self.reason,
        )


def _peaks(
    density: Floats, time_constant: Floats, settings: RelaxationSettings, sweeps: Sweeps
) -> Peaks:
    """Return tops that lie within 1/ω of the sweep, with the area between their valleys."""
    if density.shape[1] < 3:
        return Peaks(np.zeros(0, dtype=np.int64), *np.zeros((3, 0)))
    known = np.nan_to_num(density)
    left, middle, right = known[:, :-2], known[:, 1:-1], known[:, 2:]
    top = np.zeros(known.shape, dtype=bool)
    valley = top.copy()
    top[:, 1:-1] = (middle > left) & (middle >= right) & (middle > 0.0)
    valley[:, 1:-1] = (middle <= left) & (middle < right)
    place = np.cumsum(valley, axis=1) + np.arange(len(known))[:, None] * known.shape[1]
    spacing = np.log(time_constant[:, 1] / time_constant[:, 0])
    area = np.bincount(place.ravel(), known.ravel(), known.size) * np.repeat(
        np.nan_to_num(spacing), known.shape[1]
    )
    omega = 2.0 * np.pi * sweeps.frequency_hertz
    fastest = np.where(sweeps.counted, omega, 0.0).max(axis=1)
    slowest = np.where(sweeps.counted, omega, np.inf).min(axis=1)
    row, column = np.nonzero(top)
    resistance = area[place[row, column]]
    below, here, above = (known[row, column + shift] for shift in (-1, 0, 1))
    shift = 0.5 * (below - above) / (below - 2.0 * here + above)
    tau = time_constant[row, column] * np.exp(shift * spacing[row])
    whole = np.maximum(area, 0.0).reshape(known.shape).sum(axis=1)
    kept = (
        (resistance > settings.least_peak_share * whole[row])
        & (tau * fastest[row] >= 1.0)
        & (tau * slowest[row] <= 1.0)
    )
    row, tau, resistance = row[kept], tau[kept], resistance[kept]
    return Peaks(row, tau, resistance, tau / resistance)
