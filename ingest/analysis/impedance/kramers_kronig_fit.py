"""The fit of the Kramers-Kronig test: units to every sweep of a grid, outliers left out."""

from dataclasses import dataclass, field, fields
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.impedance import debye
from ingest.analysis.impedance.kramers_kronig_settings import KramersKronigSettings
from ingest.analysis.impedance.residual_structure import noise_of, outliers_of, roughness_left

_SLOWER: Final = 10.0**0.5
"""Times the slowest unit that the one of a tail is slow: half a decade below the sweep."""
_ROUNDS: Final = 3
"""Times that outliers are sought: a wild one hides others."""

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """M, mu, (Z - fit)/|Z|, its noise and the points that were left out of the fit."""

    unit_count: NDArray[np.int64]
    mu: Floats
    residual: Complexes
    noise: Floats
    outlier: Mask

    def take(self, rows: NDArray[np.int64], other: Self, of: Any = slice(None)) -> None:  # noqa: ANN401 # an index
        """Put what another found of some sweeps in the place of what was found before."""
        for one in fields(self):
            getattr(self, one.name)[rows] = getattr(other, one.name)[of]


@dataclass(frozen=True, slots=True, eq=False)
class _Basis:
    """The columns (2N, K) of so many units, orthonormal and by the triangle that makes them so."""

    columns: Floats
    orthonormal: Floats
    triangle: Floats

    @classmethod
    def of(cls, columns: Floats) -> Self:
        return cls(columns, *np.linalg.qr(columns))


@dataclass(frozen=True, slots=True, eq=False)
class UnitFit:
    """The fit of sweeps that share frequencies (N,), columns and way of solving."""

    frequency: Floats
    has_tail: bool
    is_wide: bool
    floor: int
    settings: KramersKronigSettings
    known: dict[int, _Basis] = field(default_factory=dict)

    def of(self, impedance: Complexes) -> Found:
        """Return what is found at the first M that mu allows, outliers left out of the fit."""
        impedance = impedance / np.abs(impedance).max(axis=1, keepdims=True)
        first = self._fitted(impedance, np.zeros(impedance.shape, dtype=bool))
        last = Found(*(getattr(first, one.name).copy() for one in fields(first)))
        left = np.arange(len(impedance) if self.settings.leave_out else 0)
        for _ in range(_ROUNDS):
            least = self.settings.outlying_noise * last.noise[left]
            inner, top = self.settings.least_outlier, self.settings.valid_residual
            alone = outliers_of(
                last.residual[left], np.maximum(least, inner), np.maximum(least, top)
            )
            alone &= ~last.outlier[left]
            left, alone = left[alone.any(axis=1)], alone[alone.any(axis=1)]
            if left.size == 0:
                break
            last.take(left, self._fitted(impedance[left], last.outlier[left] | alone))
        # many are not single ones: then the law, or the noise, is another
        most = max(1, int((1.0 - self.settings.enough_points) * self.frequency.size))
        many = np.flatnonzero(last.outlier.sum(axis=1) > most)
        last.take(many, first, many)
        return last

    def freedom(self, unit_count: NDArray[np.int64]) -> Floats:
        """Return the part (B,) of the residuals that no column takes."""
        taken = unit_count + (4 if self.has_tail else 2)
        return np.asarray(np.maximum(1.0 - taken / (2.0 * self.frequency.size), 0.0))

    def _fitted(self, impedance: Complexes, outlier: Mask) -> Found:
        """Return what is found at the first M that mu allows, fitted without these points."""
        most = max(self.floor, min(self.settings.most_units, self.frequency.size))
        unit_count = np.zeros(len(impedance), dtype=np.int64)
        mu = np.full(len(impedance), np.nan)
        residual = np.empty_like(impedance)
        roughness = np.empty(len(impedance))
        left = np.arange(len(impedance))
        for count in range(self.floor, most + 1):
            resistance, rest = self._solved(count, impedance[left], outlier[left])
            of_count = _mu(resistance)
            done = (of_count <= self.settings.largest_mu) | (count == most)
            if done.any():
                taken = left[done]
                unit_count[taken] = count
                mu[taken] = of_count[done]
                residual.real[taken], residual.imag[taken] = np.split(rest[done], 2, axis=1)
                roughness[taken] = roughness_left(self._basis(count).orthonormal)
            left = left[~done]
            if left.size == 0:
                break
        mu[np.isinf(mu)] = np.nan
        return Found(unit_count, mu, residual, noise_of(residual) / roughness, outlier)

    def _solved(self, count: int, impedance: Complexes, outlier: Mask) -> tuple[Floats, Floats]:
        """Return the resistances of so many units and the residuals (B, 2N)."""
        solve = _by_triangle if self.is_wide else _by_normal_equations
        weight = 1.0 / np.abs(impedance)
        fitting = np.where(outlier, 0.0, weight)
        coefficient, rest = solve(self._basis(count), impedance, weight, fitting)
        return coefficient[:, -count:], rest

    def _basis(self, count: int) -> _Basis:
        if count not in self.known:
            self.known[count] = _Basis.of(self._columns(count))
        return self.known[count]

    def _columns(self, count: int) -> Floats:
        omega = 2.0 * np.pi * self.frequency
        slowest = 1.0 / omega.min(keepdims=True)
        tau = slowest if count == 1 else np.geomspace(1.0 / omega.max(), slowest[0], count)
        columns = debye.columns(self.frequency, tau, capacitance=self.has_tail)
        if not self.has_tail:
            return columns
        slow = debye.columns(self.frequency, _SLOWER * slowest, capacitance=False)[:, -1:]
        return np.concatenate([columns[:, :3], slow, columns[:, 3:]], axis=1)


def _mu(resistance: Floats) -> Floats:
    negative = np.maximum(-resistance, 0.0).sum(axis=1)
    positive = np.maximum(resistance, 0.0).sum(axis=1)
    mu = np.full(len(resistance), -np.inf)
    some = positive > 0.0
    mu[some] = 1.0 - negative[some] / positive[some]
    return mu


def _by_normal_equations(
    shared: _Basis, impedance: Complexes, weight: Floats, fitting: Floats
) -> tuple[Floats, Floats]:
    """Return coefficients (B, K) and weighted residuals (B, 2N) of the least squares.

    The weights that it is fitted with are those of the residuals, or 0.

    All sweeps share an orthonormal basis of the columns; in it the normal equations are no worse
    than (largest |Z| / smallest |Z|)², and refining them twice brings back the digits they cost.
    """
    basis, width = shared.orthonormal, shared.triangle.shape[0]
    real, imaginary = np.split(basis, 2)
    products = real[:, :, None] * real[:, None, :] + imaginary[:, :, None] * imaginary[:, None, :]
    gram = (fitting**2 @ products.reshape(-1, width**2)).reshape(-1, width, width)
    inverse = np.linalg.inv(gram)
    square = np.concatenate([fitting, fitting], axis=1) ** 2
    measured = debye.stacked(impedance, axis=1)
    coefficient = np.zeros((len(impedance), width))
    for _ in range(3):
        rest = square * (measured - coefficient @ basis.T)
        coefficient += (inverse @ (rest @ basis)[:, :, None])[:, :, 0]
    residual = np.concatenate([weight, weight], axis=1) * (measured - coefficient @ basis.T)
    return coefficient @ np.linalg.inv(shared.triangle).T, residual


def _by_triangle(
    shared: _Basis, impedance: Complexes, weight: Floats, fitting: Floats
) -> tuple[Floats, Floats]:
    """Return the same by an orthogonal factorization of every sweep: slower, and never worse."""
    weight = np.concatenate([weight, weight], axis=1)
    fitted = np.concatenate([fitting, fitting], axis=1) > 0.0
    columns = shared.columns
    width = columns.shape[1]
    system = np.empty((*weight.shape, width + 1))
    np.multiply(weight[:, :, None], columns, out=system[:, :, :width])
    system[:, :, width] = weight * debye.stacked(impedance, axis=1)
    size = np.linalg.norm(system[:, :, :width], axis=1)
    system[:, :, :width] /= size[:, None, :]
    triangle = np.asarray(np.linalg.qr(system * fitted[:, :, None], mode="r"))
    diagonal = np.einsum("bii->bi", triangle[:, :width, :width])
    # a column that adds nothing would divide by zero; this small it cannot matter otherwise
    vanishing = np.abs(diagonal) < np.finfo(float).eps
    diagonal[vanishing] = np.finfo(float).eps
    coefficient = np.linalg.solve(triangle[:, :width, :width], triangle[:, :width, width:])
    residual = system[:, :, width] - (system[:, :, :width] @ coefficient)[:, :, 0]
    return coefficient[:, :, 0] / size, residual
