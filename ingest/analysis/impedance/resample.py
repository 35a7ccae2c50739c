"""Distributions of relaxation times of resampled spectra: how far their processes scatter.

Spectra are drawn around a model of the sweep, a distribution with resistance, inductance and tail,
with the residuals it leaves taken with replacement (Efron, Tibshirani, An Introduction to the
Bootstrap (1993), ch. 9). Residuals are those of the weighed data, real and imaginary part of a
point together, less their mean, and larger by √(2N/(2N - freedom)). Each spectrum is solved again
with the weights and the λ of the sweep, and each process keeps its time constants. Others draw the
noise from a normal distribution (Wan, Saccoccio, Chen, Ciucci, Electrochim. Acta 184 (2015) 483;
Effat, Ciucci, Electrochim. Acta 247 (2017) 1117).

The model is smoothed by a smaller λ than the sweep: what is left of a sweep by the λ that processes
are sought with is as much smoothing as noise. Simulated, of one arc (n 0.8 to 1) at 0.2 to 1 %
noise, residuals of that λ told 0.9 to 4.3 times the deviation there is by ridge, and 0.9 to 29
times without negative values; those of the smaller λ 0.9 to 1.2 and 0.9 to 5 times, most where n is
1 and nothing is negative. It also shows what the λ of the sweep does to a resistance every time:
the bias of the resamples from the model.

The deviation is what would scatter if the sweep were measured again and its processes had the same
time constants; where valleys move from one measurement to the next, it is more. The interval takes
the bias besides, ±1.96 √(deviation² + bias²), the root-mean-square error (Efron, Tibshirani, 10.3):
percentiles, with or without their bias turned, hold the truth more seldom.
"""

from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.impedance import debye
from ingest.analysis.impedance.grid import RelaxationSettings
from ingest.analysis.impedance.peak import Peaks
from ingest.analysis.impedance.regularization import Least, pivoted

_SEED: Final = 1993
"""Of the numbers that tell which residual goes where: the same for every sweep."""
_NORMAL_95: Final = 1.959964

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Truths = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Scatter:
    """How sums of values scatter over resamples.

    Attributes:
        deviation: (P,) standard deviation, in the unit of the values.
        bias: (P,) mean over the resamples less that of the model.
        count: (b,) resamples that were solved; 0 where a sweep has no sum.
    """

    deviation: Floats
    bias: Floats
    count: Rows

    @classmethod
    def of(
        cls,
        solution: Least,
        frequency: Floats,
        row: Rows,
        share: Floats,
        settings: RelaxationSettings,
        *,
        non_negative: bool,
    ) -> Self:
        """Solve resamples of sweeps (b,) and return how sums of their values scatter.

        Args:
            solution: of the sweeps.
            frequency: (N,) in Hz.
            row: (P,) which sweep a sum is of, rising.
            share: (P, K) how much of each value a sum takes.
            settings: how many resamples, and around which model.
            non_negative: whether no value may be negative.
        """
        system, count = solution.system, settings.resamples
        rougher = np.minimum(solution.regularization, settings.model_regularization)
        model = system.least(rougher)
        model = model.non_negative() if non_negative else model
        left = system.residual(model.value)
        clean, pairs = system.target - left, _pairs(model, left)
        sums = np.full((row.size, count), np.nan)
        settled = np.zeros(len(left), dtype=np.int64)
        source, resampled = _sources(frequency, count), np.unique(row)
        for start in range(0, count, debye.CHUNK):
            some = source[start : start + debye.CHUNK]
            step = max(debye.CHUNK // len(some), 1)
            for first in range(0, resampled.size, step):
                rows = resampled[first : first + step]
                drawn = debye.stacked(pairs[rows][:, some], axis=2)
                target = clean[rows, None] + drawn
                value, good = _solved(solution, rows, target, non_negative=non_negative)
                own = np.flatnonzero(np.isin(row, rows))
                place = np.searchsorted(rows, row[own])
                sampled = (value[place] @ share[own, :, None])[:, :, 0]
                sums[own, start : start + len(some)] = np.where(good[place], sampled, np.nan)
                settled[rows] += good.sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.nansum(sums, axis=1) / settled[row]
            square = np.nansum((sums - mean[:, None]) ** 2, axis=1) / (settled[row] - 1)
        square = np.where(settled[row] > 1, square, np.nan)
        bias = mean - (share * model.value[row]).sum(axis=1)
        return cls(np.sqrt(square), bias, settled)

    def with_errors(self, peaks: Peaks, unit: Floats) -> Peaks:
        """Return peaks (P,) with this error and interval of their resistance.

        Args:
            peaks: whose areas the sums are.
            unit: (P,) of the values, in Ω.
        """
        error = unit * np.hypot(self.deviation, self.bias)
        return replace(
            peaks,
            resistance_error_ohm=error,
            resistance_low_ohm=np.maximum(peaks.resistance_ohm - _NORMAL_95 * error, 0.0),
            resistance_high_ohm=peaks.resistance_ohm + _NORMAL_95 * error,
        )


def _pairs(model: Least, left: Floats) -> NDArray[np.complex128]:
    """Return residuals (b, N) to draw from, of what is left of the weighed data (b, 2N)."""
    points = left.shape[1] // 2
    pairs = left[:, :points] + 1j * left[:, points:]
    larger = np.sqrt(left.shape[1] / model.spare())
    return np.asarray(larger[:, None] * (pairs - pairs.mean(axis=1, keepdims=True)))


def _sources(frequency: Floats, count: int) -> Rows:
    """Return at which point (count, N) the residual is taken that comes to each point.

    Points count by frequency, so that their order in the export is no matter.
    """
    order = np.argsort(frequency, kind="stable")
    rank = np.argsort(order, kind="stable")
    drawn = np.random.default_rng(_SEED).integers(frequency.size, size=(count, frequency.size))
    return np.asarray(order[drawn][:, rank], dtype=np.int64)


def _solved(
    solution: Least, rows: Rows, target: Floats, *, non_negative: bool
) -> tuple[Floats, Truths]:
    """Return values (c, S, K) of weighed data (c, S, M) of rows (c,), and if they were found."""
    product = (target * solution.system.weight[rows, None]) @ solution.system.layout.columns
    ridge = product @ solution.inverse[rows]
    if not non_negative:
        return ridge, np.ones(ridge.shape[:2], dtype=bool)
    each = np.repeat(rows, ridge.shape[1])
    flat = ridge.reshape(each.size, -1)
    value, _, settled = pivoted(solution.inverse[each], flat, solution.at_zero[each])
    return value.reshape(ridge.shape), settled.reshape(ridge.shape[:2])
