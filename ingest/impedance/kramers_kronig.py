"""The linear Kramers-Kronig test: can a sweep be that of a linear, steady, causal system?

Z is fitted by R0 + jωL + Σ R_k/(1 + jωτ_k), M units with τ log-spaced over the sweep, which obey
the relations whatever their R_k. The test takes the smallest M whose negative resistances weigh
mu = 1 - Σ|R_k < 0| / Σ|R_k ≥ 0| down to 0.85 (Schönleber, Klotz, Ivers-Tiffée, Electrochim. Acta
131 (2014) 20; Boukamp, J. Electrochem. Soc. 142 (1995) 1885). Two things are added. M starts at a
floor, for with few units mu falls before the fit is any good and sound sweeps look invalid. And
1/(jωC) stands in series wherever the tail rises (ingest/impedance/debye.py).
"""

from dataclasses import dataclass
from math import ceil
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from ingest.impedance import debye
from ingest.impedance.sweep import Sweeps

VERSION: Final = "1"

_SPARE_POINTS: Final = 3
"""Frequencies beyond the units of the floor: as many as R0, L and C have values."""
_WIDE: Final = 1e3
"""Largest over smallest |Z| from where normal equations, 1e6 worse, would cost digits."""

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]


@dataclass(frozen=True, slots=True)
class KramersKronigSettings:
    """How the test is done."""

    largest_mu: float = 0.85
    """The first M at or above the floor with no greater mu is taken."""
    fewest_units_per_decade: float = 3.0
    """The floor of M. Of 1,000 sound sweeps 2 a decade call some 5 % suspicious, 3 under 1 %."""
    most_units: int = 50
    """M stops here, or at the number of points, whatever mu is."""
    tail_capacitance: bool = True
    """Whether a series capacitance stands for a tail that rises."""
    valid_residual: float = 0.01
    suspicious_residual: float = 0.03
    """|dZ|/|Z| below which enough points make a sweep valid, or no worse than suspicious."""
    enough_points: float = 0.95


PLAIN: Final = KramersKronigSettings(fewest_units_per_decade=0.0, tail_capacitance=False)
"""The rule as published, without floor or capacitance; for comparison only."""


@dataclass(frozen=True, slots=True, eq=False)
class KramersKronig:
    """What the test says of every sweep; NaN where nothing was computed.

    Attributes:
        unit_count: (B,) M; 0 where nothing was computed.
        mu: (B,) at that M; NaN also where no unit has a positive resistance.
        tail_capacitance: (B,) whether a series capacitance was fitted too.
        real_residual: (B, N) real part of (Z - fit)/|Z|, NaN where the point is not counted.
        imaginary_residual: (B, N) imaginary part.
        rms_residual: (B,) root of the mean |dZ|²/|Z|².
        valid_share: (B,) part of the points within 1 %.
        verdict: (B,) valid, suspicious, invalid or not_computable.
        lowest_invalid_hertz: (B,) lowest frequency beyond 1 %; NaN where there is none.
        highest_invalid_hertz: (B,) highest.
        reason: (B,) why the verdict is not valid, or which points it leaves out; else empty.
    """

    unit_count: NDArray[np.int64]
    mu: Floats
    tail_capacitance: NDArray[np.bool_]
    real_residual: Floats
    imaginary_residual: Floats
    rms_residual: Floats
    valid_share: Floats
    verdict: NDArray[np.object_]
    lowest_invalid_hertz: Floats
    highest_invalid_hertz: Floats
    reason: NDArray[np.object_]

    @classmethod
    def empty(cls, sweeps: Sweeps) -> Self:
        """Return a result that says nothing of any sweep yet."""
        count = len(sweeps)

        def unknown() -> Floats:
            return np.full(count, np.nan)

        return cls(
            np.zeros(count, dtype=np.int64),
            unknown(),
            np.zeros(count, dtype=bool),
            np.full(sweeps.counted.shape, np.nan),
            np.full(sweeps.counted.shape, np.nan),
            unknown(),
            unknown(),
            np.full(count, "not_computable", dtype=object),
            unknown(),
            unknown(),
            np.full(count, "", dtype=object),
        )


def kramers_kronig(sweeps: Sweeps, settings: KramersKronigSettings | None = None) -> KramersKronig:
    """Test every sweep against the Kramers-Kronig relations.

    Every sweep gets a verdict, and a reason where that is not plainly valid; none raises.
    """
    settings = settings or KramersKronigSettings()
    result = KramersKronig.empty(sweeps)
    for rows, group in sweeps.by_grid():
        shown = np.flatnonzero(group.counted[0])
        frequency = group.frequency_hertz[0, shown]
        floor = max(1, ceil(settings.fewest_units_per_decade * debye.decades(frequency)))
        fault = debye.fault_of_grid(frequency, floor + _SPARE_POINTS)
        if fault:
            result.reason[rows] = fault
            continue
        impedance = group.impedance_ohm[:, shown]
        reactive = debye.has_reactance(impedance)
        result.reason[rows[~reactive]] = debye.NO_REACTANCE
        rising = debye.tail_rises(frequency, impedance) & settings.tail_capacitance
        result.tail_capacitance[rows] = rising & reactive
        size = np.abs(impedance)
        wide = size.max(axis=1) > _WIDE * size.min(axis=1)
        for has_tail in (False, True):
            for is_wide in (False, True):
                alike = np.flatnonzero(reactive & (rising == has_tail) & (wide == is_wide))
                for first in range(0, alike.size, debye.CHUNK):
                    part = alike[first : first + debye.CHUNK]
                    test = _Test(frequency, has_tail, is_wide, floor, settings)
                    count, mu, residual = test.residuals(impedance[part])
                    result.unit_count[rows[part]], result.mu[rows[part]] = count, mu
                    place = np.ix_(rows[part], shown)
                    result.real_residual[place] = residual.real
                    result.imaginary_residual[place] = residual.imag
    _judge(sweeps, result, settings)
    return result


@dataclass(frozen=True, slots=True)
class _Test:
    """The test of sweeps that share frequencies (N,), columns and way of solving."""

    frequency: Floats
    has_tail: bool
    is_wide: bool
    floor: int
    settings: KramersKronigSettings

    def residuals(self, impedance: Complexes) -> tuple[NDArray[np.int64], Floats, Complexes]:
        """Return M, mu and (Z - fit)/|Z| at the first M that mu allows."""
        most = max(self.floor, min(self.settings.most_units, self.frequency.size))
        unit_count = np.zeros(len(impedance), dtype=np.int64)
        mu = np.full(len(impedance), np.nan)
        residual = np.empty_like(impedance)
        left = np.arange(len(impedance))
        scaled = impedance / np.abs(impedance).max(axis=1, keepdims=True)
        for count in range(self.floor, most + 1):
            columns = debye.columns(
                self.frequency, self._time_constants(count), capacitance=self.has_tail
            )
            solve = _by_triangle if self.is_wide else _by_normal_equations
            coefficient, rest = solve(columns, scaled[left])
            of_count = _mu(coefficient[:, -count:])
            done = (of_count <= self.settings.largest_mu) | (count == most)
            taken = left[done]
            unit_count[taken] = count
            mu[taken] = of_count[done]
            residual.real[taken], residual.imag[taken] = np.split(rest[done], 2, axis=1)
            left = left[~done]
            if left.size == 0:
                break
        mu[np.isinf(mu)] = np.nan
        return unit_count, mu, residual

    def _time_constants(self, count: int) -> Floats:
        omega = 2.0 * np.pi * self.frequency
        if count == 1:
            return np.array([1.0 / omega.min()])
        return np.geomspace(1.0 / omega.max(), 1.0 / omega.min(), count)


def _mu(resistance: Floats) -> Floats:
    negative = np.maximum(-resistance, 0.0).sum(axis=1)
    positive = np.maximum(resistance, 0.0).sum(axis=1)
    mu = np.full(len(resistance), -np.inf)
    some = positive > 0.0
    mu[some] = 1.0 - negative[some] / positive[some]
    return mu


def _by_normal_equations(columns: Floats, impedance: Complexes) -> tuple[Floats, Floats]:
    """Return coefficients (B, K) and weighted residuals (B, 2N) of the least squares.

    All sweeps share an orthonormal basis of the columns; in it the normal equations are no worse
    than (largest |Z| / smallest |Z|)², and refining them twice brings back the digits they cost.
    """
    basis, triangle = np.linalg.qr(columns)
    width = columns.shape[1]
    real, imaginary = np.split(basis, 2)
    products = real[:, :, None] * real[:, None, :] + imaginary[:, :, None] * imaginary[:, None, :]
    weight = 1.0 / np.abs(impedance)
    gram = (weight**2 @ products.reshape(-1, width**2)).reshape(-1, width, width)
    inverse = np.linalg.inv(gram)
    weight = np.concatenate([weight, weight], axis=1)
    measured = debye.stacked(impedance, axis=1)
    coefficient = np.zeros((len(impedance), width))
    for _ in range(3):
        rest = weight**2 * (measured - coefficient @ basis.T)
        coefficient += (inverse @ (rest @ basis)[:, :, None])[:, :, 0]
    residual = weight * (measured - coefficient @ basis.T)
    return coefficient @ np.linalg.inv(triangle).T, residual


def _by_triangle(columns: Floats, impedance: Complexes) -> tuple[Floats, Floats]:
    """Return the same by an orthogonal factorization of every sweep: slower, and never worse."""
    weight = 1.0 / np.abs(impedance)
    weight = np.concatenate([weight, weight], axis=1)
    width = columns.shape[1]
    system = np.empty((*weight.shape, width + 1))
    np.multiply(weight[:, :, None], columns, out=system[:, :, :width])
    system[:, :, width] = weight * debye.stacked(impedance, axis=1)
    size = np.linalg.norm(system[:, :, :width], axis=1)
    system[:, :, :width] /= size[:, None, :]
    triangle = np.asarray(np.linalg.qr(system, mode="r"))
    diagonal = np.einsum("bii->bi", triangle[:, :width, :width])
    # a column that adds nothing would divide by zero; this small it cannot matter otherwise
    vanishing = np.abs(diagonal) < np.finfo(float).eps
    diagonal[vanishing] = np.finfo(float).eps
    coefficient = np.linalg.solve(triangle[:, :width, :width], triangle[:, :width, width:])
    residual = system[:, :, width] - (system[:, :, :width] @ coefficient)[:, :, 0]
    return coefficient[:, :, 0] / size, residual


def _judge(sweeps: Sweeps, result: KramersKronig, settings: KramersKronigSettings) -> None:
    """Fill in shares, verdicts and reasons of what was computed."""
    rows = np.flatnonzero(result.unit_count > 0)
    if rows.size == 0:
        return
    size = np.hypot(result.real_residual[rows], result.imaginary_residual[rows])
    counted = sweeps.counted[rows]
    frequency = sweeps.frequency_hertz[rows]
    points = counted.sum(axis=1)

    def share(limit: float) -> Floats:
        return np.asarray((counted & (size < limit)).sum(axis=1) / points)

    valid_share = result.valid_share[rows] = share(settings.valid_residual)
    result.rms_residual[rows] = np.sqrt(np.where(counted, size**2, 0.0).sum(axis=1) / points)
    suspicious_share = share(settings.suspicious_residual)
    verdict: NDArray[Any] = np.select(
        [valid_share >= settings.enough_points, suspicious_share >= settings.enough_points],
        ["valid", "suspicious"],
        "invalid",
    )
    result.verdict[rows] = verdict.astype(object)
    beyond = counted & ~(size < settings.valid_residual)
    lowest = np.where(beyond, frequency, np.inf).min(axis=1)
    highest = np.where(beyond, frequency, -np.inf).max(axis=1)
    result.lowest_invalid_hertz[rows] = np.where(np.isinf(lowest), np.nan, lowest)
    result.highest_invalid_hertz[rows] = np.where(np.isinf(highest), np.nan, highest)
    worst = np.where(counted, size, 0.0).argmax(axis=1)
    told = (verdict != "valid") | (suspicious_share < 1.0)
    for place in np.flatnonzero(told):
        result.reason[rows[place]] = (
            f"{beyond[place].sum()} of {points[place]} points beyond "
            f"{settings.valid_residual:.1%} of |Z|, from {lowest[place]:.4g} Hz to "
            f"{highest[place]:.4g} Hz; worst {size[place, worst[place]]:.2g} x |Z| at "
            f"{frequency[place, worst[place]]:.4g} Hz"
        )
