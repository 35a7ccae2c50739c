"""The noise a sweep shows by itself, before any circuit is believed."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from ingest.analysis.impedance.marquardt import Problem
from ingest.analysis.impedance.solution import scaled_problem
from ingest.analysis.impedance.start import columns, gram_of, time_grid
from ingest.analysis.impedance.sweep import Sweeps
from schema.impedance.constraint import read_model
from schema.impedance.element import Reals

_MOST_TIMES: Final = 26
_RIDGE: Final = 1e-12
_LEAST: Final = 1e-10
_BATCH: Final = 256


@dataclass(frozen=True, slots=True, eq=False)
class Noise:
    """The noise of B sweeps, nan where there are too few points.

    Attributes:
        square: (B,) variance of either part of the relative residual.
        spare: (B,) degrees of freedom that it was estimated with.
        size: (B,) parameters that were spent on it.
    """

    square: Reals
    spare: Reals
    size: Reals


def noise_of(sweeps: Sweeps) -> Noise:
    """Return the noise of sweeps: what no linear relaxation explains.

    R, L, 1/C, a Warburg tail and up to 26 relaxations of either sign, even in ln τ over the band,
    are fitted by least squares; any sweep that obeys Kramers-Kronig is drawn by them.
    """
    found = Noise(*np.full((3, len(sweeps)), np.nan))
    model = read_model("R0")
    with np.errstate(all="ignore"):
        for group, part in sweeps.by_grid():
            if not part.counted[0].any():
                continue
            for rows in np.array_split(np.arange(group.size), -(-group.size // _BATCH)):
                problem, *_ = scaled_problem(part.take(rows), model, np.ones(rows.size))
                found.square[group[rows]], found.spare[group[rows]], found.size[group[rows]] = (
                    _left(problem)
                )
    return found


def _left(problem: Problem) -> tuple[Reals, Reals, Reals]:
    """Return variance, its degrees of freedom and parameters of sweeps of one grid."""
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
    plain = gram * scale[:, :, None] * scale[:, None]
    right *= scale
    solved = np.linalg.solve(
        plain + _RIDGE * np.eye(count), np.concatenate((right[..., None], plain), axis=2)
    )
    amplitude, hat = solved[..., 0], solved[..., 1:]
    total = np.einsum("bn,bn->b", np.abs(problem.impedance) ** 2, problem.weight**2)
    # (2 amplitude - what the ridge took) keeps the sum of squares that of the fit itself
    left = (
        total
        - 2.0 * np.einsum("bc,bc->b", amplitude, right)
        + np.einsum("bc,bcd,bd->b", amplitude, plain, amplitude)
    )
    spent = np.einsum("bcc->b", hat)
    spare = np.where(free > count, free - spent, np.nan)
    return np.maximum(left / spare, _LEAST), spare, spent
