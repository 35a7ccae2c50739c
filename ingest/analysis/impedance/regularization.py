"""Least squares with a weight on roughness, for batches of sweeps that each have their own weights.

|w (z - A x)|² + λ xᵀP x is made least, by ridge or without negative values; how much of what is
found is noise follows from the same matrices.
"""

from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]

_EXCHANGES: Final = 3
"""Exchanges of whole sets without getting better, before the worst column goes alone."""
_MOST_EXCHANGES: Final = 200
_TOLERANCE: Final = 1e-10
"""Part of the greatest value below which a negative one is rounding."""
_STEP: Final = 8
"""Sets of columns are filled up to a multiple of this many, to be solved in few groups."""
_LEAST_MISFIT: Final = 1e-12
"""Part of the data's square below which a misfit is rounding."""
_LEAST_FREEDOM: Final = 1e-2
"""Degrees of freedom below which a direction of the columns is no matter for λ."""
_WORTH: Final = 1.4
"""What a degree of freedom costs in cross-validation; with 1 it often chooses far too little."""


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Columns that all sweeps of a grid share.

    Attributes:
        columns: (M, K) of one size; the first are not regularized.
        penalty: (K, K) P.
        plain: how many columns are not regularized.
        reduced: (M, R) the plain columns and the directions of the others that λ can matter to.
    """

    columns: Floats
    penalty: Floats
    plain: int
    reduced: Floats

    @classmethod
    def of(cls, columns: Floats, roughness: Floats, least: float) -> Self:
        """Lay out columns (M, K) whose last T have the roughness (T, T); λ is ``least`` or more."""
        plain = columns.shape[1] - len(roughness)
        penalty = np.zeros((columns.shape[1],) * 2)
        penalty[plain:, plain:] = roughness
        smooth = columns[:, plain:] @ np.linalg.inv(np.linalg.cholesky(roughness)).T
        direction, size, _ = np.linalg.svd(smooth, full_matrices=False)
        some = size**2 > _LEAST_FREEDOM * least
        return cls(
            columns,
            penalty,
            plain,
            np.column_stack([columns[:, :plain], direction[:, some] * size[some]]),
        )


@dataclass(frozen=True, slots=True, eq=False)
class System:
    """The normal equations of sweeps without their λ.

    Attributes:
        layout: what they share.
        weight: (b, M) of the points.
        target: (b, M) weighed data.
        gram: (b, K, K).
        product: (b, K) of weighed columns and data.
        spread: (b, R) eigenvalues of the part that is regularized, in units of P.
        part: (b, R) the data's part along each.
        misfit: (b,) square that is left of the data by the plain columns alone.
    """

    layout: Layout
    weight: Floats
    target: Floats
    gram: Floats
    product: Floats
    spread: Floats
    part: Floats
    misfit: Floats

    @classmethod
    def of(cls, layout: Layout, weight: Floats, target: Floats) -> Self:
        """Set up the equations of weights (b, M) and weighed data (b, M)."""
        weighed = weight[:, :, None] * layout.columns
        turned = weighed.transpose(0, 2, 1)
        gram, product = turned @ weighed, (turned @ target[:, :, None])[:, :, 0]
        spread, part, misfit = _spread(layout, weight, target)
        return cls(layout, weight, target, gram, product, spread, part, misfit)

    def least(self, regularization: Floats) -> "Least":
        """Return what makes the least, for λ (b,)."""
        penalty = self.layout.penalty
        hessian = self.gram + regularization[:, None, None] * penalty
        inverse = np.asarray(np.linalg.inv(hessian))
        value = (inverse @ self.product[:, :, None])[:, :, 0]
        at_zero, settled = np.zeros(value.shape, dtype=bool), np.ones(len(value), dtype=bool)
        return Least(self, regularization, inverse, value, at_zero, settled)

    def cross_validated(self, choices: Floats) -> Floats:
        """Return which of λ (C,) has the least generalized cross-validation, (b,).

        The misfit of the ridge over (M - 1.4 x freedom)² (Golub, Heath, Wahba, Technometrics 21
        (1979) 215; the 1.4 after Kim, Gu, J. R. Stat. Soc. B 66 (2004) 337).
        """
        spread, part = self.spread[:, None], self.part[:, None]
        each = choices[None, :, None]
        fitted = (part**2 * (spread + 2.0 * each) / (spread + each) ** 2).sum(axis=2)
        least = _LEAST_MISFIT * (self.target**2).sum(axis=1, keepdims=True)
        misfit = np.maximum(self.misfit[:, None] - fitted, least)
        freedom = self.layout.plain + (spread / (spread + each)).sum(axis=2)
        spare = np.maximum(self.target.shape[1] - _WORTH * freedom, 1.0)
        return np.asarray(choices[(misfit / spare**2).argmin(axis=1)])

    def residual(self, solution: Floats) -> Floats:
        """Return what solutions (b, K) leave of the weighed data, (b, M)."""
        return np.asarray(self.target - self.weight * (solution @ self.layout.columns.T))


@dataclass(frozen=True, slots=True, eq=False)
class Least:
    """What makes misfit and roughness least, and how sure it is.

    Attributes:
        system: the equations.
        regularization: (b,) λ.
        inverse: (b, K, K) of gram + λP.
        value: (b, K).
        at_zero: (b, K) columns that are kept at zero.
        settled: (b,) whether it was found.
    """

    system: System
    regularization: Floats
    inverse: Floats
    value: Floats
    at_zero: Truths
    settled: Truths

    def spare(self) -> Floats:
        """Return how many degrees of freedom (b,) are left: those of the ridge, at least one."""
        points, count = self.system.target.shape[1], self.value.shape[1]
        rough = np.einsum("bkl,kl->b", self.inverse, self.system.layout.penalty)
        return np.asarray(np.maximum(points - count + self.regularization * rough, 1.0))

    def noise_square(self) -> Floats:
        """Return the variance (b,) of the weighed data, of what is left of them."""
        left = self.system.residual(self.value)
        return np.asarray((left**2).sum(axis=1) / self.spare())

    def error(self, of: Floats) -> Floats:
        """Return the standard errors (b, S) of sums of the values.

        The variance by the noise, what was smoothed away being as unsure as λ allows (Wahba, J. R.
        Stat. Soc. B 45 (1983) 133), and the square of the bias that λ would have of such values.

        Args:
            of: (b, K, S) how much of each value a sum takes.
        """
        answer = self.inverse @ of
        if self.at_zero.any():
            back = solved(
                self.inverse, np.where(self.at_zero[:, :, None], answer, 0.0), self.at_zero
            )
            answer = np.where(self.at_zero[:, :, None], 0.0, answer - self.inverse @ back)
        rough = (self.value @ self.system.layout.penalty)[:, None] @ answer
        bias = self.regularization[:, None] * rough[:, 0]
        variance = self.noise_square()[:, None] * (of * answer).sum(axis=1)
        return np.asarray(np.sqrt(np.maximum(variance, 0.0) + bias**2))

    def non_negative(self) -> Self:
        """Return the least without negative values."""
        value, at_zero, settled = pivoted(self.inverse, self.value, self.value < 0.0)
        return replace(self, value=value, at_zero=at_zero, settled=settled)


def pivoted(inverse: Floats, ridge: Floats, at_zero: Truths) -> tuple[Floats, Truths, Truths]:
    """Return the least (b, K) without negative values, what it holds at zero, and if it was found.

    By block principal pivoting: columns that fell below zero are held there, those that would rise
    are let go, all at once while that leads on and the worst alone where it does not (after
    Portugal, Júdice, Vicente, Math. Comput. 63 (1994) 625; always the last alone, as they have it,
    takes hundreds of steps at small λ).

    Args:
        inverse: (b, K, K) of gram + λP.
        ridge: (b, K) the least with negative values.
        at_zero: (b, K) which are kept there at first; any will do, those of a near problem are
            quickest.
    """
    count = ridge.shape[1]
    value, at_zero = ridge.copy(), at_zero.copy()
    fewest = np.full(len(value), count + 1)
    spare = np.full(len(value), _EXCHANGES)
    level = -_TOLERANCE * np.abs(value).max(axis=1, keepdims=True, initial=0.0)
    unit = np.sqrt(np.einsum("bkk->bk", inverse))
    left = np.flatnonzero(at_zero.any(axis=1) | (value < 0.0).any(axis=1))
    for _ in range(_MOST_EXCHANGES):
        if left.size == 0:
            break
        own = inverse if left.size == len(value) else inverse[left]
        free, tried = ridge[left], at_zero[left]
        price = solved(own, np.where(tried, -free, 0.0)[:, :, None], tried)
        moved = free + (own @ price)[:, :, 0]
        value[left] = np.where(tried, 0.0, moved)
        wrong = np.where(tried, price[:, :, 0] < 0.0, moved < level[left])
        size = wrong.sum(axis=1)
        better = size < fewest[left]
        fewest[left] = np.minimum(fewest[left], size)
        spare[left] = np.where(better, _EXCHANGES, spare[left] - 1)
        how = np.where(tried, price[:, :, 0] * unit[left], moved / unit[left])
        worst = np.where(wrong, how, np.inf).argmin(axis=1)
        single = wrong & (np.arange(count) == worst[:, None])
        change = np.where((spare[left] >= 0)[:, None], wrong, single)
        at_zero[left] = tried ^ change
        left = left[size > 0]
    settled = np.ones(len(value), dtype=bool)
    settled[left] = False
    return np.maximum(value, 0.0), at_zero, settled


def _spread(layout: Layout, weight: Floats, target: Floats) -> tuple[Floats, Floats, Floats]:
    """Bring what is regularized to its axes, the plain columns being fitted out of it."""
    weighed = weight[:, :, None] * layout.reduced
    turned = weighed.transpose(0, 2, 1)
    gram, product = turned @ weighed, turned @ target[:, :, None]
    plain = layout.plain
    right = np.concatenate([gram[:, :plain, plain:], product[:, :plain]], axis=2)
    fitted = np.linalg.solve(gram[:, :plain, :plain], right)
    across = gram[:, plain:, :plain]
    spread, axes = np.linalg.eigh(gram[:, plain:, plain:] - across @ fitted[:, :, :-1])
    left = product[:, plain:] - across @ fitted[:, :, -1:]
    part = (axes.transpose(0, 2, 1) @ left)[:, :, 0]
    misfit = (target**2).sum(axis=1) - (product[:, :plain, 0] * fitted[:, :, -1]).sum(axis=1)
    return np.maximum(spread, 0.0), part, misfit


def solved(matrix: Floats, right: Floats, some: Truths) -> Floats:
    """Return the answers (b, K, S) of some rows and columns of matrices (b, K, K); 0 elsewhere."""
    count = some.shape[1]
    size = some.sum(axis=1)
    width = np.minimum(-(-size // _STEP) * _STEP, count)
    order = np.argsort(~some, axis=1, kind="stable")
    answer = np.zeros_like(right)
    for each in np.unique(width):
        rows = np.flatnonzero(width == each)
        place = order[rows, :each]
        inside = np.arange(each) < size[rows, None]
        at = (rows[:, None] * count + place)[:, :, None] * count + place[:, None, :]
        part = matrix.ravel().take(at)
        part *= inside[:, :, None] & inside[:, None, :]
        np.einsum("bkk->bk", part)[...] += ~inside
        own = right[rows[:, None], place] * inside[:, :, None]
        answer[rows[:, None], place] = np.linalg.solve(part, own)
    return answer
