"""The noise a sweep shows by itself, before any circuit is believed."""

from typing import Final

import numpy as np

from ingest.impedance.element import Reals
from ingest.impedance.marquardt import Problem
from ingest.impedance.start import columns, gram_of, time_grid

_MOST_TIMES: Final = 22
_RIDGE: Final = 1e-12
_LEAST: Final = 1e-10


def noise_square(problem: Problem) -> Reals:
    """Return the variance (B,) of the relative residual that no linear relaxation explains.

    R, L, 1/C, a Warburg tail and up to 22 relaxations of either sign, even in ln τ over the band,
    are fitted by least squares; any sweep that obeys Kramers-Kronig is drawn by them. NaN where
    there are too few points.
    """
    free = 2 * (problem.weight > 0.0).sum(axis=1)
    size = min(_MOST_TIMES, int(free.max(initial=0)) // 4)
    grid = time_grid(problem, max(size, 1))
    none = np.zeros((1, 1))
    column = np.concatenate(
        [columns(kind, problem.band, none) for kind in ("R", "L", "C", "W")]
        + [columns("arc", problem.band, grid)],
        axis=1,
    )
    gram, right = gram_of(column, problem)
    scale = 1.0 / np.sqrt(np.maximum(np.einsum("bcc->bc", gram), 1e-300))
    count = scale.shape[1]
    gram = gram * scale[:, :, None] * scale[:, None] + _RIDGE * np.eye(count)
    right *= scale
    amplitude = np.linalg.solve(gram, right[..., None])[..., 0]
    total = np.einsum("bn,bn->b", np.abs(problem.impedance) ** 2, problem.weight**2)
    left = total - np.einsum("bc,bc->b", amplitude, right)
    spare = np.where(free > count, free - count, np.nan)
    return np.asarray(np.maximum(left / spare, _LEAST))
