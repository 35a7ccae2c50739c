"""Plain SciPy, a spectrum at a time: least squares with an analytic Jacobian, and nnls."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cholesky, solve_triangular, svd
from scipy.optimize import OptimizeResult, least_squares, nnls

from benchmarks.our_impedance import starts_of
from benchmarks.spectra import CIRCUIT
from benchmarks.stopwatch import Work
from ingest.analysis.impedance import debye
from ingest.analysis.impedance.grid import SCALE, RelaxationSettings
from schema.impedance.element import LOWEST_EXPONENT

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]

_SPAN: Final = 1.0 - LOWEST_EXPONENT
_TOLERANCE: Final = 1e-9
"""Of sum of squares and parameters: that at which ours settles."""


@contextmanager
def fits(spectra: Path, found: Path) -> Iterator[Work]:
    """Fit R-ZARC-ZARC-W as ours does, our starts found and errors told; answer the spectra."""
    frequency, impedance = _read(spectra)
    square_sum = np.empty(len(impedance))
    error = np.empty((len(impedance), 8))

    def work() -> int:
        models = _models(frequency, impedance)
        for row, start in enumerate(_starts(frequency, impedance)):
            end = _minimum(next(models), start)
            square_sum[row] = 2.0 * end.cost
            error[row] = _standard_error(end)
        return len(impedance)

    _minimum(next(_models(frequency, impedance)), _starts(frequency, impedance)[0])
    yield work
    np.savez(found, square_sum=square_sum, standard_error=error)


@contextmanager
def minima(spectra: Path, found: Path) -> Iterator[Work]:
    """Only descend, from our starts, found beforehand; answer the spectra."""
    frequency, impedance = _read(spectra)
    starts_known = _starts(frequency, impedance)
    square_sum = np.empty(len(impedance))

    def work() -> int:
        models = _models(frequency, impedance)
        for row, start in enumerate(starts_known):
            square_sum[row] = 2.0 * _minimum(next(models), start).cost
        return len(impedance)

    _minimum(next(_models(frequency, impedance)), starts_known[0])
    yield work
    np.savez(found, square_sum=square_sum)


def _read(spectra: Path) -> tuple[Floats, Complexes]:
    given = np.load(spectra)
    return given["frequency_hertz"], given["impedance_ohm"]


def _models(frequency: Floats, impedance: Complexes) -> "Iterator[_Model]":
    logarithm = np.log(2j * np.pi * frequency)
    return (_Model(logarithm, measured, 1.0 / np.abs(measured)) for measured in impedance)


def _minimum(model: "_Model", start: Floats) -> OptimizeResult:
    return least_squares(
        model.residual,
        start,
        model.jacobian,
        method="lm",
        ftol=_TOLERANCE,
        xtol=_TOLERANCE,
        gtol=_TOLERANCE,
    )


def _starts(frequency: Floats, impedance: Complexes) -> Floats:
    (best,) = starts_of(CIRCUIT, frequency, impedance, 1)
    return np.asarray(best)


def _standard_error(end: OptimizeResult) -> Floats:
    """Return errors as `scipy.optimize.curve_fit` finds them."""
    _, size, axes = svd(end.jac, full_matrices=False)
    kept = size > np.finfo(float).eps * max(end.jac.shape) * size[0]
    variance = 2.0 * end.cost / (end.fun.size - end.x.size)
    return np.asarray(np.sqrt(variance * np.sum((axes[kept] / size[kept, None]) ** 2, axis=0)))


class _Model:
    """One spectrum: logarithms of R0, R1, τ1, R2, τ2, A and logits of n1, n2, as ours fits them."""

    def __init__(self, logarithm: Complexes, measured: Complexes, weight: Floats) -> None:
        self.logarithm, self.measured, self.weight = logarithm, measured, weight
        self.tail = np.sqrt(2.0) * np.exp(-0.5 * logarithm)
        self.at: Floats | None = None
        self.slope = np.empty((8, logarithm.size), dtype=np.complex128)

    def residual(self, theta: Floats) -> Floats:
        """Return weighted model less measured, real and imaginary parts in turn (2N,)."""
        self.at = theta.copy()
        slope = self.slope
        slope[0] = np.exp(theta[0])
        impedance = slope[0].copy()
        for first in (1, 4):
            exponent = LOWEST_EXPONENT + _SPAN / (1.0 + np.exp(-theta[first + 2]))
            place = self.logarithm + theta[first + 1]
            share = 1.0 / (1.0 + np.exp(exponent * place))
            arc = np.exp(theta[first]) * share
            turn = arc * (share - 1.0)
            slope[first] = arc
            slope[first + 1] = turn * exponent
            bend = (exponent - LOWEST_EXPONENT) * (1.0 - exponent) / _SPAN
            slope[first + 2] = turn * place * bend
            impedance += arc
        slope[7] = np.exp(theta[7]) * self.tail
        impedance += slope[7]
        return np.asarray(((impedance - self.measured) * self.weight).view(np.float64))

    def jacobian(self, theta: Floats) -> Floats:
        """Return its derivatives (2N, 8), left by the residual where that was asked for last."""
        if self.at is None or not np.array_equal(theta, self.at):
            self.residual(theta)
        return np.asarray((self.slope * self.weight).view(np.float64).T)


@contextmanager
def relaxations(spectra: Path, found: Path) -> Iterator[Work]:
    """Find non-negative distributions by nnls, on our columns and grid; answer their number.

    Misfit and roughness of a spectrum are brought to a triangle before: fewer rows than its weighed
    columns stacked over the roughness have.
    """
    frequency, impedance = _read(spectra)
    settings = RelaxationSettings()
    rising = debye.tail_rises(frequency, impedance)
    grid = _grid(frequency, settings)
    ways = [_columns(frequency, grid, settings, tail=tail) for tail in (False, True)]
    density = np.empty((len(impedance), grid.size))

    def one(row: int) -> None:
        columns, roughness = ways[int(rising[row])]
        size = np.abs(impedance[row])
        scale = np.quantile(size, SCALE)
        weighed = columns * np.tile(scale / size, 2)[:, None]
        target = debye.stacked(impedance[row] / size, axis=0) @ weighed
        triangle = cholesky(weighed.T @ weighed + roughness)
        solution, _ = nnls(triangle, solve_triangular(triangle, target, trans="T"))
        density[row] = scale * solution[-grid.size :]

    def work() -> int:
        for row in range(len(impedance)):
            one(row)
        return len(impedance)

    one(0)
    yield work
    np.savez(found, density_ohm=density)


def _grid(frequency: Floats, settings: RelaxationSettings) -> Floats:
    omega = 2.0 * np.pi * frequency
    ends = np.log10([omega.max(), omega.min()]) + [1.0, -1.0] * np.array(settings.decades_beyond)
    count = int(np.ceil((ends[0] - ends[1]) * settings.per_decade)) + 1
    return np.asarray(np.logspace(-ends[0], -ends[1], count))


def _columns(
    frequency: Floats, grid: Floats, settings: RelaxationSettings, *, tail: bool
) -> tuple[Floats, Floats]:
    spacing = np.log(grid[1] / grid[0])
    columns = debye.columns(frequency, grid, capacitance=tail)
    columns[:, -grid.size :] *= spacing
    slope = np.diff(np.pad(np.eye(grid.size), ((1, 1), (0, 0))), axis=0) / spacing
    roughness = np.zeros((columns.shape[1],) * 2)
    roughness[-grid.size :, -grid.size :] = settings.regularization * spacing * slope.T @ slope
    return columns, roughness
