"""Intervals of resistances by their profile likelihood.

Where parameters hang on each other, or one is near a bound, s²(JᵀJ)⁻¹ tells too little: the valley
bends. The interval is where the sum of squares, least over all else, is higher by s² t²; t is
Student's. D. M. Bates, D. G. Watts, Nonlinear Regression Analysis, 1988, section 6.1.

A resistance, or a sum of them, is drawn away from its best value by a spring as stiff as the
sweep's own hold on it: what is reached is a point of its profile wherever the spring ends, and
where all is linear the spring of twice the length ends at the limit itself.
"""

from dataclasses import dataclass, replace
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.impedance.marquardt import Effort, Problem, descend, scaled_normal
from schema.impedance.element import Reals

_SPRINGS: Final = 4
"""Tried on a side, at most."""
_NEAR: Final = 0.01
"""A limit is found where the root of the height is that near, as a part."""
_STRAIGHT: Final = 0.05
"""So far from a straight line a profile is interpolated without looking again."""
_SHORTEST: Final = 0.5
_EFFORT: Final = Effort(30, 1e-4, 1e-4)
_REGULAR: Final = 1e-14
_NORMAL: Final = 1.9599640


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn(Problem):
    """A problem with a spring on the logarithm of a sum of resistances.

    Attributes:
        members: (B, P), which places in θ are resistances of the sum.
        stiffness: (B,) square root of what a unit of it costs.
        target: (B,) where it draws to.
    """

    members: NDArray[np.bool_]
    stiffness: Reals
    target: Reals

    def take(self, rows: NDArray[Any]) -> Self:
        """Return the problem of these spectra."""
        part = Problem.take(self, rows)
        return replace(
            part,
            members=self.members[rows],
            stiffness=self.stiffness[rows],
            target=self.target[rows],
        )

    def normal(self, theta: Reals) -> Reals:
        """Return [J r]ᵀ[J r] with the spring for one more residual."""
        normal = Problem.normal(self, theta)
        logarithm, slope = _logarithm(self, theta, self.members)
        spring = np.hstack((slope, (self.target - logarithm)[:, None])) * self.stiffness[:, None]
        return np.asarray(normal + spring[:, :, None] * spring[:, None])


def limits(
    problem: Problem, theta: Reals, spare: NDArray[np.int64], members: NDArray[np.bool_]
) -> tuple[Reals, Reals]:
    """Return the ends (B,) of 95 % intervals of sums of resistances, over their best values.

    An end that the sweep does not tell is 0 or infinite; both are nan of what is held.

    Args:
        problem: what was fitted.
        theta: (B, P) its minimum.
        spare: (B,) degrees of freedom.
        members: (B, P), which places in θ are resistances of the sum.
    """
    normal = problem.normal(theta)
    scaled, size = scaled_normal(normal, problem.pinned(theta, normal))
    places = np.arange(size.shape[1])
    scaled[:, places, places] = 1.0 + _REGULAR
    inverse = np.linalg.inv(scaled) * size[:, :, None] * size[:, None]
    best, slope = _logarithm(problem, theta, members)
    along = np.einsum("bij,bj->bi", inverse, slope)
    variance = np.einsum("bi,bi->b", along, slope)
    least = normal[:, -1, -1]
    hill = least / spare * student(spare) ** 2
    reach = np.sqrt(variance * hill)
    rows = np.flatnonzero((reach > 0.0) & np.isfinite(reach))
    # both sides at once
    rows, side = np.tile(rows, 2), np.repeat((-1.0, 1.0), rows.size)
    part = problem.take(rows)
    drawn = _Drawn(
        part.model,
        part.band,
        part.impedance,
        part.weight,
        part.lowest,
        part.highest,
        part.hopeless,
        members[rows],
        1.0 / np.sqrt(variance[rows]),
        best[rows],
    )
    reach = side * reach[rows]
    start = theta[rows] + (reach / variance[rows])[:, None] * along[rows]
    ends = np.full((2, len(theta)), np.nan)
    found = _end(drawn, start, reach, least[rows], hill[rows])
    ends[(side > 0.0).astype(np.intp), rows] = np.exp(reach * found)
    return ends[0], ends[1]


def _end(drawn: _Drawn, start: Reals, reach: Reals, least: Reals, hill: Reals) -> Reals:
    """Return where a profile (B,) is as high as its hill, in units of where it would be if linear.

    Args:
        drawn: with its best value for a target.
        start: (B, P) where the linear limit is.
        reach: (B,) of the logarithm, signed, where it would be.
        least: (B,) sum of squares at the best value.
        hill: (B,) what it is to be higher by.
    """
    best = drawn.target
    below, above = np.zeros((2, best.size)), np.full((2, best.size), np.inf)
    found = np.full(best.size, np.nan)
    pull = np.full(best.size, 2.0)
    rows = np.arange(best.size)
    for _ in range(_SPRINGS):
        target = best[rows] + pull[rows] * reach[rows]
        active = replace(drawn.take(rows), target=target)
        minimum = descend(active, start[rows], _EFFORT)
        start[rows] = minimum.theta
        reached = _logarithm(drawn, minimum.theta, active.members)[0]
        spring = (active.stiffness * (target - reached)) ** 2
        place = (reached - best[rows]) / reach[rows]
        height = np.sqrt(np.maximum(minimum.cost - spring - least[rows], 0.0) / hill[rows])
        low = height < 1.0
        for end, new, better in (
            (below, low, place > below[0, rows]),
            (above, ~low, place < above[0, rows]),
        ):
            taken = new & better
            end[0, rows[taken]], end[1, rows[taken]] = place[taken], height[taken]
        steep = height / np.where(place > 0.0, place, np.inf)
        enough = (np.abs(height - 1.0) < _NEAR) | (np.abs(steep - 1.0) < _STRAIGHT)
        found[rows[enough]] = 1.0 / steep[enough]
        between = np.isfinite(above[0, rows])
        with np.errstate(invalid="ignore"):
            slope = (above[1] - below[1])[rows] / (above[0] - below[0])[rows]
        middle = below[0, rows] + (1.0 - below[1, rows]) / slope
        # a spring ends where it draws as hard as the hill is steep
        longer = place + 2.0 * np.maximum(pull[rows] - place, _SHORTEST)
        pull[rows] = np.where(between, middle + slope, longer)
        found[rows[~enough]] = np.where(between, middle, np.inf)[~enough]
        rows = rows[~enough]
    return found


def _logarithm(problem: Problem, theta: Reals, members: NDArray[np.bool_]) -> tuple[Reals, Reals]:
    """Return the logarithm (B,) of a sum of resistances, and its derivatives (B, P) by θ."""
    ohm = np.where(members, np.exp(theta), 0.0)
    whole = ohm.sum(axis=1)
    slope = ohm / whole[:, None]
    for place, source, _ in problem.model.links:
        slope[:, source] += slope[:, place]
        slope[:, place] = 0.0
    return np.log(whole), slope


def student(spare: NDArray[Any]) -> Reals:
    """Return the 97.5 % quantile of Student's t, within 0.1 % from four degrees of freedom on.

    M. Abramowitz, I. A. Stegun, Handbook of Mathematical Functions, 1964, 26.7.5.
    """
    z = _NORMAL
    terms = (
        (z**3 + z) / 4.0,
        (5.0 * z**5 + 16.0 * z**3 + 3.0 * z) / 96.0,
        (3.0 * z**7 + 19.0 * z**5 + 17.0 * z**3 - 15.0 * z) / 384.0,
    )
    count = np.maximum(np.asarray(spare, dtype=np.float64), 1.0)
    return np.asarray(z + sum(term / count**power for power, term in enumerate(terms, 1)))
