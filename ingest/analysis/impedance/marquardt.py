"""Levenberg-Marquardt for whole batches: every spectrum its own damping, the finished leave.

K. Levenberg, Q. Appl. Math. 2 (1944) 164; D. W. Marquardt, J. SIAM 11 (1963) 431.

What is said of other numbers below was tried on 120 simulated sweeps, twelve of each of ten kinds
(arcs, overlaps, tails, a lead, a loop) with 0.3 % of noise: whether another circuit is chosen, or
its sum of squares is higher by a thousandth.
"""

from dataclasses import dataclass, fields, replace
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from schema.impedance.constraint import Model
from schema.impedance.element import Band, Complexes, Reals

_LONGEST_STEP: Final = 3.0
"""Of a logarithm: a factor of twenty. At 1.0 three of the sweeps end elsewhere; 10.0 moves none."""
_SHORTEST_STEP: Final = 1e-9
"""By what part of the residuals a step must move them, or it is the last; 1e-6 ends alike."""
_FLAT: Final = 1e-26
"""A sum of squares of relative residuals that is round-off: 1e-13 of |Z|, of a noiseless sweep."""
_FIRST_DAMPING, _LEAST_DAMPING, _MOST_DAMPING = 1e-2, 1e-9, 1e9
"""Marquardt began at 1e-2, of a matrix with ones on its diagonal. The least keeps that matrix from
being singular by round-off; at the most a step is 1e-9 of steepest descent, and leads nowhere. From
1e-3 to 1e-1 for the first, and a thousandfold for the others, no sweep ends elsewhere."""
_POLISHED: Final = 1e-5
"""A last step is taken undamped where it promises a smaller part of the sum of squares: there the
valley is the parabola it looks, and the parameters gain digits for nothing. 1e-7 to 1e-3 end alike.
"""
_LESS_DAMPING, _MORE_DAMPING = 1.0 / 3.0, 2.0
"""By which damping falls after a good step and rises after a bad one: long valleys want it gentle.

M. K. Transtrum, J. P. Sethna, arXiv:1201.5885 (2012), section 2.
"""
_FAR: Final = 1e-3
"""Of a logarithm: a last step longer than a thousandth is looked at before it is taken. 1e-5 to 0.1
end alike: along what a sweep tells, last steps are far shorter, and along what it does not far
longer."""
_STAYS: Final = 1e-5
"""A descent has ended where an undamped step promises a smaller part than this: at a hundred
degrees of freedom, three hundredths of a standard error. 1e-7 to 1e-3 choose alike."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How far a descent goes.

    Attributes:
        steps: at most.
        settled: it ends where a step lowers the sum of squares by a smaller part than this.
        hopeless: the same beyond a residual with which no fit is kept.
    """

    steps: int
    settled: float
    hopeless: float


USUAL: Final = Effort(80, 1e-6, 1e-3)
"""A part of 1e-6 is nothing beside s², which a hundred degrees of freedom tell to a seventh. Steps
enough for all but long valleys: who stops in one is known by what a step still promises, and
followed by valley.py, without which 44 % of overlapping arcs stood short of the least."""
GLANCING: Final = Effort(10, 1e-2, 1e-2)
"""Enough to tell the best of a few starts."""
SCOUTING: Final = Effort(30, 1e-3, 1e-3)
"""Enough to see whether there is anything to be had."""
THOROUGH: Final = Effort(200, 1e-12, 1e-12)
"""Into valleys; valley.py goes on to their end."""


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Spectra to be fitted: sum of |weight (Z - Z(θ))|², with θ between two bounds.

    Attributes:
        model: what is fitted.
        band: frequencies (1 or B, N).
        impedance: Z (B, N).
        weight: (B, N), 0 where a point does not count.
        lowest: (B, P).
        highest: (B, P).
        hopeless: (B,) a sum of squares beyond which no fit is kept.
    """

    model: Model
    band: Band
    impedance: Complexes
    weight: Reals
    lowest: Reals
    highest: Reals
    hopeless: Reals

    def take(self, rows: NDArray[Any]) -> Self:
        """Return the problem of these spectra."""
        return replace(
            self,
            band=self.band.take(rows),
            impedance=self.impedance[rows],
            weight=self.weight[rows],
            lowest=self.lowest[rows],
            highest=self.highest[rows],
            hopeless=self.hopeless[rows],
        )

    def normal(self, theta: Reals) -> Reals:
        """Return [J r]ᵀ[J r] (B, P + 1, P + 1) of the weighted Jacobian and residual."""
        real = self.drawn(theta)
        return np.asarray(real @ real.transpose(0, 2, 1))

    def drawn(self, theta: Reals) -> Reals:
        """Return [J r]ᵀ (B, P + 1, 2N), real and imaginary parts in turn.

        What is linked in θ (B, P) is made to follow, in place; its slope is its source's.
        """
        size = theta.shape[1]
        extended = np.empty((len(theta), size + 1, self.impedance.shape[1]), dtype=np.complex128)
        self.model.follow(theta)
        modeled = self.model.circuit.impedance(self.band, theta, extended[:, :size])
        for place, source, _ in self.model.links:
            extended[:, source] += extended[:, place]
            extended[:, place] = 0.0
        np.subtract(self.impedance, modeled, out=extended[:, size])
        extended *= self.weight[:, None]
        return extended.view(np.float64)

    def pinned(self, theta: Reals, normal: Reals) -> NDArray[np.bool_]:
        """Return which parameters (B, P) rest on a bound and would go further."""
        pull = normal[:, :-1, -1]
        return ((theta <= self.lowest) & (pull <= 0.0)) | ((theta >= self.highest) & (pull >= 0.0))


@dataclass(frozen=True, slots=True, eq=False)
class Minimum:
    """Where the descent ended.

    Attributes:
        theta: (B, P).
        normal: [J r]ᵀ[J r] (B, P + 1, P + 1); its last entry is the sum of squares.
        pinned: (B, P), which parameters rest on a bound.
        promised: (B,) by how much a step without damping would lower the sum of squares, were it
            the parabola that it looks: what is far from nothing was not followed to its end.
    """

    theta: Reals
    normal: Reals
    pinned: NDArray[np.bool_]
    promised: Reals

    @property
    def cost(self) -> Reals:
        """Sum of squares (B,)."""
        return self.normal[:, -1, -1]

    @property
    def settled(self) -> NDArray[np.bool_]:
        """Whether a descent came to its end (B,)."""
        return np.asarray(np.abs(self.promised) <= _STAYS * self.cost)

    def take(self, rows: NDArray[Any]) -> Self:
        """Return the minima of these spectra."""
        return type(self)(*(getattr(self, one.name)[rows] for one in fields(self)))

    def replaced(self, rows: NDArray[Any], others: Self) -> Self:
        """Return the minima with others in the place of these."""
        found = self.take(np.arange(len(self.theta)))
        for one in fields(self):
            getattr(found, one.name)[rows] = getattr(others, one.name)
        return found


def descend(problem: Problem, start: Reals, effort: Effort) -> Minimum:
    """Return the minimum of every spectrum that its start (B, P) leads to."""
    theta = np.clip(start, problem.lowest, problem.highest)
    normal = problem.normal(theta)
    active, now, at = problem, theta.copy(), normal.copy()
    rows = np.arange(len(theta))
    damping = np.full(len(theta), _FIRST_DAMPING)
    for _ in range(effort.steps):
        if not rows.size:
            break
        step = _step(active, now, at, damping)
        trial = np.clip(now + step, active.lowest, active.highest)
        found = active.normal(trial)
        cost, reached = at[:, -1, -1], found[:, -1, -1]
        better = reached < cost
        moved = np.einsum("bp,bpp,bp->b", step, at[:, :-1, :-1], step)
        enough = np.where(cost > active.hopeless, effort.hopeless, effort.settled)
        settled = (
            (better & (cost - reached < enough * cost))
            | (moved < _SHORTEST_STEP * _SHORTEST_STEP * cost)
            | (damping > _MOST_DAMPING)
            | (reached < _FLAT)
        )
        now = np.where(better[:, None], trial, now)
        at = np.where(better[:, None, None], found, at)
        damping = np.where(better, _LESS_DAMPING * damping, _MORE_DAMPING * damping)
        damping = np.maximum(damping, _LEAST_DAMPING)
        if settled.any():
            theta[rows[settled]], normal[rows[settled]] = now[settled], at[settled]
            going = ~settled
            active, now, at = active.take(going), now[going], at[going]
            rows, damping = rows[going], damping[going]
    theta[rows], normal[rows] = now, at
    return polished(problem, theta, normal)


def _step(problem: Problem, theta: Reals, normal: Reals, damping: Reals) -> Reals:
    """Return the damped Gauss-Newton step, none along what is pinned."""
    scaled, scale = scaled_normal(normal, problem.pinned(theta, normal))
    size = theta.shape[1]
    scaled[:, np.arange(size), np.arange(size)] += damping[:, None]
    pull = (scale * normal[:, :-1, -1])[..., None]
    step = scale * np.linalg.solve(scaled, pull)[..., 0]
    return np.clip(step, -_LONGEST_STEP, _LONGEST_STEP)


def scaled_normal(normal: Reals, pinned: NDArray[np.bool_]) -> tuple[Reals, Reals]:
    """Return S JᵀJ S with ones on its diagonal, and S; both 0 along what is pinned."""
    square = normal[:, :-1, :-1]
    diagonal = np.einsum("bpp->bp", square)
    sensed = (diagonal > 0.0) & ~pinned
    scale = np.where(sensed, 1.0 / np.sqrt(np.where(sensed, diagonal, 1.0)), 0.0)
    return square * scale[:, :, None] * scale[:, None, :], scale


def polished(problem: Problem, theta: Reals, normal: Reals) -> Minimum:
    """Take a last undamped step where it gains little: its Jacobian is there already.

    Along what the spectrum does not tell even that step is long, and the sum of squares no longer
    the parabola that promised the gain: there it is looked at. What is hopeless is left.
    """
    pinned = problem.pinned(theta, normal)
    step = _step(problem, theta, normal, np.full(len(theta), _LEAST_DAMPING))
    end = theta + step
    gain = np.einsum("bp,bp->b", step, normal[:, :-1, -1])
    cost = normal[:, -1, -1]
    short = (gain > 0.0) & (gain < _POLISHED * cost) & ~(cost > problem.hopeless)
    short &= ((end > problem.lowest) & (end < problem.highest) | pinned).all(axis=1)
    far = np.flatnonzero(short & (np.abs(step) > _FAR).any(axis=1))
    if far.size:
        short[far] = problem.take(far).normal(end[far])[:, -1, -1] < cost[far]
    return Minimum(np.where(short[:, None], end, theta), normal, pinned, gain)
