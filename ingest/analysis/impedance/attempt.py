"""One circuit tried on sweeps: solved, gone on with, restarted, judged, its intervals drawn."""

from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.impedance.fit_settings import FitSettings
from ingest.analysis.impedance.fitted import Fit
from ingest.analysis.impedance.judgement import fewest_points, judge
from ingest.analysis.impedance.noise import Noise
from ingest.analysis.impedance.profile import limits, student
from ingest.analysis.impedance.selection import ONE_PERCENT, exceeds
from ingest.analysis.impedance.solution import batches, scaled_problem, solve, weighted
from ingest.analysis.impedance.sweep import Sweeps
from schema.impedance.constraint import Model
from schema.impedance.element import Reals
from schema.impedance.parameter import reported

_FAR: Final = 200.0
"""What leaves so many times the variance of the noise is not the circuit of the sweep."""
_BENT: Final = 0.95
"""Parameters that correlate beyond it have intervals by profile."""
_SIDES: Final = 8
"""So many descents side by side of a sweep, about."""
_LEANS: Final = 0.5
"""The same of what correlates beyond it with an exponent that is near 1."""
_NEAR_BOUND: Final = 2.0
"""Standard errors."""

Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Attempt:
    """A circuit and the sweeps it is tried on.

    Attributes:
        model: the circuit.
        rows: (b,) of the sweeps of the test.
        used: those sweeps, with the points that count for this circuit.
        theta: (b, P) where the descents ended.
        settled: (b,), whether that is their end.
        found: what came of it.
    """

    model: Model
    rows: Rows
    used: Sweeps
    theta: Reals
    settled: Flags
    found: Fit

    @classmethod
    def at(cls, sweeps: Sweeps, model: Model, rows: Rows, noise: Noise, *, masks: bool) -> Self:
        """Return an attempt that has found nothing yet."""
        part = sweeps.take(rows)
        masked = np.zeros_like(part.counted)
        if masks and not model.circuit.is_inductive:
            masked = inductive(part)
        used = replace(part, counted=part.counted & ~masked)
        theta = np.zeros((rows.size, len(model.circuit.parameters)))
        found = Fit.blank(part, masked, model, noise.square[rows])
        return cls(model, rows, used, theta, np.ones(rows.size, dtype=bool), found)

    def solve(
        self, wanted: Flags, restarts: int, settings: FitSettings, *, on: bool = False
    ) -> None:
        """Fit the sweeps that are wanted (b,), where they have points enough.

        ``on`` goes on from where the descents ended.
        """
        rows = np.flatnonzero(wanted & (self.found.point_count >= fewest_points(self.model)))
        with np.errstate(all="ignore"):
            for batch in batches(self.used, rows, restarts):
                solution = solve(
                    self.used.take(batch),
                    self.model,
                    self._hopeless(batch, restarts, settings),
                    settings.weighting,
                    restarts=restarts,
                    thorough=on or restarts > 0 or settings.all_tried,
                    known=self.theta[batch] if on else None,
                )
                self.theta[batch], self.settled[batch] = solution.theta, solution.settled
                self.found.enter(batch, solution, self.size, restarts)
            capacitive = self.used.counted.sum(axis=1) + self.found.masked_count
            judge(self.found, capacitive, self.model, settings)

    def _hopeless(self, batch: Rows, restarts: int, settings: FitSettings) -> Reals:
        """Return the mean square residual (b,) beyond which a descent need not end."""
        rejected = np.full(batch.size, settings.largest_rms**2)
        if restarts or settings.all_tried:
            return rejected
        return np.asarray(np.fmin(rejected, _FAR * self.found.noise_square[batch]))

    @property
    def size(self) -> int:
        """Parameters fitted."""
        return self.model.size

    @property
    def strays(self) -> bool:
        """Whether a descent may end in one of several long flat valleys."""
        return bool({"Wo", "TLMQ"} & self.model.circuit.symbols)

    @property
    def is_near(self) -> Flags:
        """Whether what is left (b,) is not far above the noise."""
        return np.asarray(self.found.chi_square < _FAR * self.found.noise_square)

    @property
    def square_sum(self) -> Reals:
        """Sum of squares (b,) that is left."""
        spare = 2 * self.found.point_count - self.size
        return np.asarray(self.found.chi_square * spare)

    def is_open(self, noise: Noise, normal: float = ONE_PERCENT) -> Flags:
        """Return whether what is left (b,) is no more than the sweep's own noise, as it scatters.

        ``normal`` is a quantile of the normal distribution: how seldom the noise scatters so far.
        """
        size, spare = noise.size[self.rows], noise.spare[self.rows]
        square = noise.square[self.rows]
        more = size - self.size
        explained = self.square_sum - square * spare
        misses = exceeds(explained, np.maximum(more, 1.0), square, spare, normal) & (more > 0)
        return np.isfinite(self.found.chi_square) & ~misses

    def says_all(self, noise: Noise, normal: float = ONE_PERCENT) -> Flags:
        """Return whether it is believed (b,), and leaves no more than the sweep's own noise."""
        return np.asarray((self.found.status == "ok") & self.is_open(noise, normal))

    def draw_intervals(self, wanted: Flags, settings: FitSettings) -> None:
        """Enter the 95 % intervals of the sweeps that are wanted (b,).

        Those of resistances and of the whole are by profile where s²(JᵀJ)⁻¹ may mislead.
        """
        found = self.found
        found.enter_intervals(wanted, student(2 * found.point_count - self.size))
        parts = reported(self.model.circuit)
        sums = [[place] for place, one in enumerate(parts) if one.letter == "R"]
        if len(found.series) > 1:
            sums.append(found.series)
        bent = self._bent()
        wanted_sums = np.array([wanted & bent[:, places].any(axis=1) for places in sums])
        members = np.zeros((len(sums), len(self.model.circuit.parameters)), dtype=bool)
        for own, places in zip(members, sums, strict=True):
            own[[parts[place].own for place in places]] = True
        with np.errstate(all="ignore"):
            for batch in batches(self.used, np.flatnonzero(wanted_sums.any(axis=0)), _SIDES):
                endless = np.full(batch.size, np.inf)
                relative, *_ = scaled_problem(self.used.take(batch), self.model, endless)
                problem = weighted(relative, settings.weighting)
                each, rows = np.nonzero(wanted_sums[:, batch])
                spare = 2 * found.point_count[batch[rows]] - self.size
                ends = limits(problem.take(rows), self.theta[batch[rows]], spare, members[each])
                for place, places in enumerate(sums):
                    own = each == place
                    found.enter_profile(batch[rows[own]], places, (ends[0][own], ends[1][own]))

    def _bent(self) -> Flags:
        """Return near which reported values (b, K) the valley may bend."""
        found = self.found
        correlation = np.abs(found.correlation)
        own = np.arange(len(found.names))
        correlation[:, own, own] = 0.0
        exponent = np.array([name[1] == "n" for name in found.names])
        near = exponent & (found.value + _NEAR_BOUND * found.standard_error > 1.0)
        leans = (correlation > _LEANS) & near[:, None, :]
        bent = ((correlation > _BENT) | leans).any(axis=2)
        return np.asarray(bent | (found.bound & exponent).any(axis=1)[:, None])


def inductive(sweeps: Sweeps) -> NDArray[np.bool_]:
    """Return which points (B, N) lie above the first, from the top, that is not inductive."""
    capacitive = sweeps.counted & (sweeps.impedance_ohm.imag <= 0.0)
    edge = np.where(capacitive, sweeps.frequency_hertz, 0.0).max(axis=1, initial=0.0)
    return np.asarray(sweeps.counted & (sweeps.frequency_hertz > edge[:, None]))
