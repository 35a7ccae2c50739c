"""The end of long flat valleys, which bend: steps that follow the bend.

Along a valley a damped Gauss-Newton step is short, for the valley leaves the straight line. The
second derivative along the step, out of one more evaluation, tells how, and lets it go further.

M. K. Transtrum, J. P. Sethna, arXiv:1201.5885 (2012).
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.impedance.marquardt import Minimum, Problem, polished, scaled_normal
from schema.impedance.element import Reals

_STEPS: Final = 500
_SETTLED: Final = 1e-8
_LONGEST_STEP: Final = 3.0
_PROBE: Final = 0.1
"""The part of a step after which its bend is looked at."""
_MOST_BEND: Final = 0.75
"""What the bend may add to a step, by twice its length: beyond it no parabola is seen."""
_FIRST_DAMPING, _LEAST_DAMPING, _MOST_DAMPING = 1e-3, 1e-9, 1e9


def followed(problem: Problem, minimum: Minimum) -> Minimum:
    """Return minima (B,), those that stopped in a valley at its end; what is hopeless is left."""
    rows = np.flatnonzero(~minimum.settled & (minimum.cost < problem.hopeless))
    if not rows.size:
        return minimum
    end = _end(problem.take(rows), minimum.theta[rows])
    return minimum.replaced(rows, end)


def _end(problem: Problem, start: Reals) -> Minimum:
    theta = start.copy()
    drawn = problem.drawn(theta)
    active, now, at = problem, theta.copy(), drawn.copy()
    rows = np.arange(len(theta))
    damping = np.full(len(theta), _FIRST_DAMPING)
    for _ in range(_STEPS):
        if not rows.size:
            break
        trial = np.clip(now + _step(active, now, at, damping), active.lowest, active.highest)
        found = active.drawn(trial)
        cost, reached = _cost(at), _cost(found)
        better = reached < cost
        settled = (better & (cost - reached < _SETTLED * cost)) | (damping > _MOST_DAMPING)
        now = np.where(better[:, None], trial, now)
        at = np.where(better[:, None, None], found, at)
        damping = np.where(better, np.maximum(0.1 * damping, _LEAST_DAMPING), 5.0 * damping)
        if settled.any():
            theta[rows[settled]], drawn[rows[settled]] = now[settled], at[settled]
            going = ~settled
            active, now, at = active.take(going), now[going], at[going]
            rows, damping = rows[going], damping[going]
    theta[rows], drawn[rows] = now, at
    return polished(problem, theta, drawn @ drawn.transpose(0, 2, 1))


def _cost(drawn: Reals) -> Reals:
    return np.asarray(np.einsum("bn,bn->b", drawn[:, -1], drawn[:, -1]))


def _step(problem: Problem, theta: Reals, drawn: Reals, damping: Reals) -> Reals:
    """Return the damped step, and half its bend where that is the lesser part."""
    normal = drawn @ drawn.transpose(0, 2, 1)
    scaled, scale = scaled_normal(normal, problem.pinned(theta, normal))
    places = np.arange(theta.shape[1])
    scaled[:, places, places] += damping[:, None]

    def solved(pull: Reals) -> Reals:
        return np.asarray(np.linalg.solve(scaled, (scale * pull)[..., None])[..., 0])

    slope, left = drawn[:, :-1], drawn[:, -1]
    straight = solved(normal[:, :-1, -1])
    step = np.clip(scale * straight, -_LONGEST_STEP, _LONGEST_STEP)
    probe = problem.drawn(theta + _PROBE * step)[:, -1]
    bend = (2.0 / _PROBE) * ((left - probe) / _PROBE - np.einsum("bp,bpn->bn", step, slope))
    aside = -0.5 * solved(np.einsum("bpn,bn->bp", slope, bend))
    slight = 2.0 * _length(aside) < _MOST_BEND * _length(straight)
    return np.where(slight[:, None], step + scale * aside, step)


def _length(scaled: Reals) -> NDArray[np.float64]:
    return np.asarray(np.sqrt(np.einsum("bp,bp->b", scaled, scaled)))
