"""What the residuals of a fit say: how much is noise, which points stand alone, what is structure.

Noise scatters from one frequency to the next; what a law cannot follow goes on over many. So the
noise is taken from second differences along frequency, by their median, which neither a smooth
course nor a few wild points move (Rousseeuw and Croux, J. Am. Stat. Assoc. 88 (1993) 1273; Gasser,
Sroka, Jennen-Steinmetz, Biometrika 73 (1986) 625). A point that stands off from both neighbours by
many times the noise is an outlier. Structure is looked for in each part of the residuals without
them: by the number of runs of one sign (Wald and Wolfowitz, Ann. Math. Stat. 11 (1940) 147), about
zero, which is where a fit leaves noise; by the sum of the autocorrelations (Anderson, Ann. Math.
Stat. 13 (1942) 1) over lags up to half a decade, which gathers what a single lag would miss; and by
the means over every decade, for what goes on only somewhere. The chance of a false alarm is divided
among them (Bonferroni). A fit leaves noise slightly anticorrelated, so they alarm less often.

Residuals are (B, N), complex, relative to |Z|, from low frequency to high.
"""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]
Mask = NDArray[np.bool_]

_SIGMA_PER_MEDIAN: Final = 1.0 / NormalDist().inv_cdf(0.75)
"""Standard deviation of normal noise over the median of its absolute value."""
_TESTS: Final = 6
"""Runs, autocorrelation and means of two parts; each takes its share of the false alarms."""
_LAG_DECADES: Final = 0.5
_FEWEST_LAGS: Final = 2
_FEWEST_OF_A_MEAN: Final = 5


def noise_of(residual: Complexes) -> Floats:
    """Return the standard deviation (B,) of either part that goes on from no point to the next."""
    rough = residual[:, :-2] - 2.0 * residual[:, 1:-1] + residual[:, 2:]
    both = np.abs(np.concatenate([rough.real, rough.imag], axis=1))
    return np.asarray(_SIGMA_PER_MEDIAN / np.sqrt(6.0) * np.median(both, axis=1))


def roughness_left(orthonormal: Floats) -> float:
    """Return what a fit of columns (2N, K) leaves of the second differences of white noise.

    The columns are taken as they are, whatever the weights; with many points a column it is 1.
    """
    taken = orthonormal.reshape(2, -1, orthonormal.shape[1])
    rough = taken[:, :-2] - 2.0 * taken[:, 1:-1] + taken[:, 2:]
    share = np.vdot(rough, rough) / (6.0 * rough.shape[0] * rough.shape[1])
    return float(np.sqrt(max(1.0 - share, 1e-2)))


def outliers_of(residual: Complexes, least: Floats, least_at_top: Floats) -> Mask:
    """Return (B, N) the points beyond ``least`` (B,) that stand off from what is beside them.

    Beside an outlier the mean of the neighbours is off too, by half as much: of neighbours only
    the farther is one. The highest frequency has a limit of its own, for units follow an end the
    least; the lowest is none, for there a drift shows most.
    """
    beside = np.empty_like(residual)
    beside[:, 1:-1] = 0.5 * (residual[:, :-2] + residual[:, 2:])
    beside[:, 0], beside[:, -1] = residual[:, 1], residual[:, -2]
    alone = np.abs(residual - beside)
    farthest = np.ones(alone.shape, dtype=bool)
    farthest[:, 1:] &= alone[:, 1:] >= alone[:, :-1]
    farthest[:, :-1] &= alone[:, :-1] >= alone[:, 1:]
    limit = np.repeat(least[:, None], residual.shape[1], axis=1)
    limit[:, 0], limit[:, -1] = np.inf, least_at_top
    return np.asarray(farthest & (alone > np.sqrt(1.5) * limit) & (np.abs(residual) > limit))


@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """What goes on along frequency in residuals.

    Attributes:
        found: (B,) whether runs or autocorrelation are beyond chance.
        size: (B,) root of the mean square of what goes on, of both parts together.
        found_somewhere: (B,) whether the mean of a part over some decade is beyond chance.
        mean: (B,) the farthest such mean.
    """

    found: Mask
    size: Floats
    found_somewhere: Mask
    mean: Floats

    @classmethod
    def of(
        cls,
        residual: Complexes,
        counted: Mask,
        noise: Floats,
        *,
        decades: float,
        freedom: Floats,
        significance: float,
    ) -> Self:
        """Look for structure in residuals whose points span so many decades.

        Args:
            residual: (B, N).
            counted: (B, N), False for outliers.
            noise: (B,) standard deviation of either part.
            decades: from the first to the last point.
            freedom: (B,) part of the residuals that the fit left free; those of a fit that took
                more than half of them hang together by themselves, and tell so much less.
            significance: chance that noise alone is called structure.
        """
        points = residual.shape[1]
        a_decade = (points - 1) / decades
        lags = max(_FEWEST_LAGS, round(_LAG_DECADES * a_decade))
        width = min(max(_FEWEST_OF_A_MEAN, round(a_decade)), points)
        count = counted.sum(axis=1)
        pairs = _ahead(counted.astype(np.float64), lags)
        score = np.full(len(residual), -np.inf)
        square, mean = np.zeros(len(residual)), np.zeros(len(residual))
        for part in (residual.real, residual.imag):
            used = np.where(counted, part, 0.0)
            product = _ahead(used, lags)
            power = np.maximum(np.einsum("bn,bn->b", used, used), np.finfo(float).tiny)
            correlation = product / power * count / np.sqrt(pairs)
            turns = (np.signbit(used[:, 1:]) != np.signbit(used[:, :-1])).sum(axis=1)
            runs = (0.5 * (points - 1) - turns) / np.sqrt(0.25 * (points - 1))
            score = np.maximum(score, np.maximum(correlation, runs))
            square += product / pairs
            total = np.cumsum(used, axis=1)
            total[:, width:] -= total[:, :-width]
            mean = np.maximum(mean, np.abs(total[:, width - 1 :]).max(axis=1) / width)
        weight = np.minimum(2.0 * freedom, 1.0) ** 2
        places = points - width + 1
        return cls(
            np.asarray(score * weight > _critical(significance / _TESTS)),
            np.sqrt(np.maximum(square, 0.0)),
            mean * np.sqrt(width) * weight > noise * _critical(significance / _TESTS / places / 2),
            mean,
        )


def _critical(chance: float) -> float:
    return NormalDist().inv_cdf(1.0 - chance)


def _ahead(values: Floats, lags: int) -> Floats:
    """Return (B,) the sum of products of values (B, N) with each of so many after it."""
    total = np.cumsum(values, axis=1)
    last = np.minimum(np.arange(values.shape[1]) + lags, values.shape[1] - 1)
    return np.asarray(np.einsum("bn,bn->b", values, total[:, last] - total))
