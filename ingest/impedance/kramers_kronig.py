"""The linear Kramers-Kronig test: can a sweep be that of a linear, steady, causal system?

Z is fitted by R0 + jωL + Σ R_k/(1 + jωτ_k), M units with τ log-spaced over the sweep, which obey
the relations whatever their R_k. The test takes the smallest M whose negative resistances weigh
mu = 1 - Σ|R_k < 0| / Σ|R_k ≥ 0| down to 0.85 (Schönleber, Klotz, Ivers-Tiffée, Electrochim. Acta
131 (2014) 20; Boukamp, J. Electrochem. Soc. 142 (1995) 1885). Two things are added. M starts at a
floor, for with few units mu falls before the fit is any good and sound sweeps look invalid. And
1/(jωC) stands in series wherever the tail rises (ingest/impedance/debye.py), and nowhere else, for
it follows half of what a drift does.

The verdict is about consistency, not noise (ingest/impedance/residual_structure.py). White
residuals are noise, however large, and told beside. What goes on along frequency in them, as
nothing but drift, an unsteady or a nonlinear cell leaves it, is not valid; nor are points beyond
1 % of |Z| that are beyond the noise too. Outliers are left out of the fit and named.
"""

from dataclasses import dataclass, field, fields
from math import ceil
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from ingest.impedance import debye
from ingest.impedance.residual_structure import (
    Structure,
    noise_of,
    outliers_of,
    roughness_left,
)
from ingest.impedance.sweep import Sweeps

VERSION: Final = "2"

_SPARE_POINTS: Final = 3
"""Frequencies beyond the units of the floor: as many as R0, L and C have values."""
_SPARSE: Final = 2.0
"""Units a decade that the points must allow: where they allow no more, M starts at their number."""
_SLOWER: Final = 10.0**0.5
"""Times the slowest unit that the one of a tail is slow: half a decade below the sweep."""
_LATE_DECADES: Final = 0.5
_ROUNDS: Final = 3
"""Times that outliers are sought: a wild one hides others."""
_WIDE: Final = 1e3
"""Largest over smallest |Z| from where normal equations, 1e6 worse, would cost digits."""

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class KramersKronigSettings:
    """How the test is done."""

    largest_mu: float = 0.85
    """The first M at or above the floor with no greater mu is taken."""
    fewest_units_per_decade: float = 3.0
    """The floor of M: fewer leave residuals of their own, more follow a drift."""
    most_units: int = 50
    """M stops here, or at the number of points, whatever mu is."""
    tail_capacitance: bool = True
    """Whether a series capacitance stands for a tail that rises."""
    valid_residual: float = 0.01
    suspicious_residual: float = 0.03
    """|dZ|/|Z| below which enough points make a sweep valid, or no worse than suspicious."""
    enough_points: float = 0.95
    allowed_noise: float = 3.0
    """Times the noise that a part of dZ may be at every point, whatever part of |Z| that is."""
    most_noise: float = 0.05
    """Noise beyond this part of |Z| is allowed for no more: there the test tells nothing."""
    significance: float = 0.01
    """Chance that noise alone is called structure."""
    least_structure: float = 0.0015
    """Smallest part of |Z| that goes on along frequency and is held against a sweep."""
    least_mean: float = 0.003
    """Smallest mean of a part over a decade that is."""
    leave_out: bool = True
    """Whether outliers are sought and left out of the fit."""
    outlying_noise: float = 5.0
    """Times the noise from where a single point is an outlier."""
    least_outlier: float = 0.0025
    """Smallest part of |Z| by which it is: by half of that the units may be off a sound sweep.
    At the highest frequency `valid_residual` is the smallest."""


PLAIN: Final = KramersKronigSettings(
    fewest_units_per_decade=0.0, tail_capacitance=False, leave_out=False
)
"""The rule as published: no floor, no capacitance, all points fitted; for comparison only."""


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
        noise: (B,) standard deviation of either part of dZ/|Z| that is noise.
        structure: (B,) root of the mean |dZ|²/|Z|² that goes on along frequency.
        outlier: (B, N) whether the point stands alone; it was left out of the fit.
        outlier_count: (B,) points that do.
        valid_share: (B,) part of the points within 1 %, or within 3 x the noise.
        verdict: (B,) valid, suspicious, invalid or not_computable.
        lowest_invalid_hertz: (B,) lowest frequency beyond both; NaN where there is none.
        highest_invalid_hertz: (B,) highest.
        reason: (B,) why the verdict is not valid, or which points it leaves out; else empty.
    """

    unit_count: NDArray[np.int64]
    mu: Floats
    tail_capacitance: NDArray[np.bool_]
    real_residual: Floats
    imaginary_residual: Floats
    rms_residual: Floats
    noise: Floats
    structure: Floats
    outlier: Mask
    outlier_count: NDArray[np.int64]
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
            unknown(),
            np.zeros(sweeps.counted.shape, dtype=bool),
            np.zeros(count, dtype=np.int64),
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
    structured = np.zeros(len(sweeps), dtype=bool)
    mean = np.zeros(len(sweeps))
    for rows, group in sweeps.by_grid():
        shown = np.flatnonzero(group.counted[0])
        shown = shown[np.argsort(group.frequency_hertz[0, shown], kind="stable")]
        frequency = group.frequency_hertz[0, shown]
        span = debye.decades(frequency)
        floor = max(1, ceil(settings.fewest_units_per_decade * span))
        sparse = min(floor, ceil(_SPARSE * span))
        fault = debye.fault_of_grid(frequency, sparse + _SPARE_POINTS)
        floor = min(floor, frequency.size)
        if fault:
            result.reason[rows] = fault
            continue
        impedance = group.impedance_ohm[:, shown]
        reactive = debye.has_reactance(impedance)
        result.reason[rows[~reactive]] = debye.NO_REACTANCE
        rising = debye.tail_rises(frequency, impedance)
        # behind a slow arc it rises only at the very end
        rising |= debye.tail_rises(frequency, impedance, _LATE_DECADES)
        rising &= settings.tail_capacitance
        result.tail_capacitance[rows] = rising & reactive
        size = np.abs(impedance)
        wide = size.max(axis=1) > _WIDE * size.min(axis=1)
        for has_tail in (False, True):
            for is_wide in (False, True):
                alike = np.flatnonzero(reactive & (rising == has_tail) & (wide == is_wide))
                test = _Test(frequency, has_tail, is_wide, floor, settings)
                for first in range(0, alike.size, debye.CHUNK):
                    part = alike[first : first + debye.CHUNK]
                    found = test.of(impedance[part])
                    place = np.ix_(rows[part], shown)
                    result.unit_count[rows[part]] = found.unit_count
                    result.mu[rows[part]] = found.mu
                    result.real_residual[place] = found.residual.real
                    result.imaginary_residual[place] = found.residual.imag
                    result.noise[rows[part]] = found.noise
                    result.outlier[place] = found.outlier
                    structure = Structure.of(
                        found.residual,
                        ~found.outlier,
                        found.noise,
                        decades=span,
                        freedom=test.freedom(found.unit_count),
                        significance=settings.significance,
                    )
                    result.structure[rows[part]] = structure.size
                    mean[rows[part]] = structure.mean
                    structured[rows[part]] = (
                        structure.found & (structure.size > settings.least_structure)
                    ) | (structure.found_somewhere & (structure.mean > settings.least_mean))
    _judge(sweeps, result, structured, mean, settings)
    return result


def without_outliers(sweeps: Sweeps, settings: KramersKronigSettings | None = None) -> Sweeps:
    """Return the sweeps, no longer counting the points that the test names as outliers."""
    return sweeps.without(kramers_kronig(sweeps, settings).outlier)


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
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
class _Test:
    """The test of sweeps that share frequencies (N,), columns and way of solving."""

    frequency: Floats
    has_tail: bool
    is_wide: bool
    floor: int
    settings: KramersKronigSettings
    known: dict[int, _Basis] = field(default_factory=dict)

    def of(self, impedance: Complexes) -> _Found:
        """Return what is found at the first M that mu allows, outliers left out of the fit."""
        impedance = impedance / np.abs(impedance).max(axis=1, keepdims=True)
        first = self._fitted(impedance, np.zeros(impedance.shape, dtype=bool))
        last = _Found(*(getattr(first, one.name).copy() for one in fields(first)))
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

    def _fitted(self, impedance: Complexes, outlier: Mask) -> _Found:
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
        return _Found(unit_count, mu, residual, noise_of(residual) / roughness, outlier)

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


def _judge(
    sweeps: Sweeps,
    result: KramersKronig,
    structured: Mask,
    mean: Floats,
    settings: KramersKronigSettings,
) -> None:
    """Fill in shares, verdicts and reasons of what was computed."""
    rows = np.flatnonzero(result.unit_count > 0)
    if rows.size == 0:
        return
    real, imaginary = result.real_residual[rows], result.imaginary_residual[rows]
    size = np.hypot(real, imaginary)
    counted = sweeps.counted[rows]
    frequency = sweeps.frequency_hertz[rows]
    points = counted.sum(axis=1)
    part = np.maximum(np.abs(real), np.abs(imaginary))
    noise = np.minimum(result.noise[rows], settings.most_noise)[:, None]

    def beyond_both(limit: float, times: float) -> Mask:
        return counted & ~((part < times * noise) | (size < limit))

    beyond = beyond_both(settings.valid_residual, settings.allowed_noise)
    valid_share = result.valid_share[rows] = 1.0 - beyond.sum(axis=1) / points
    far = beyond_both(settings.suspicious_residual, settings.allowed_noise)
    wild = beyond_both(settings.suspicious_residual, settings.outlying_noise).any(axis=1)
    result.rms_residual[rows] = np.sqrt(np.where(counted, size**2, 0.0).sum(axis=1) / points)
    result.outlier_count[rows] = result.outlier[rows].sum(axis=1)
    verdict: NDArray[Any] = np.select(
        [
            (valid_share >= settings.enough_points) & ~structured[rows],
            1.0 - far.sum(axis=1) / points >= settings.enough_points,
        ],
        ["valid", "suspicious"],
        "invalid",
    )
    result.verdict[rows] = verdict.astype(object)
    lowest = np.where(beyond, frequency, np.inf).min(axis=1)
    highest = np.where(beyond, frequency, -np.inf).max(axis=1)
    result.lowest_invalid_hertz[rows] = np.where(np.isinf(lowest), np.nan, lowest)
    result.highest_invalid_hertz[rows] = np.where(np.isinf(highest), np.nan, highest)
    worst = np.where(counted, size, 0.0).argmax(axis=1)
    doubted = (verdict != "valid") | wild | (result.outlier_count[rows] > 0)
    for place in np.flatnonzero(doubted):
        row = rows[place]
        scatter = f"{result.noise[row]:.2g} x |Z|"
        told = []
        if beyond[place].any():
            told.append(
                f"{beyond[place].sum()} of {points[place]} points beyond "
                f"{settings.valid_residual:.1%} of |Z| and {settings.allowed_noise:g} x the noise "
                f"of {scatter}, from {lowest[place]:.4g} Hz to {highest[place]:.4g} Hz; worst "
                f"{size[place, worst[place]]:.2g} x |Z| at {frequency[place, worst[place]]:.4g} Hz"
            )
        if structured[row]:
            told.append(
                f"residuals go on along frequency: {result.structure[row]:.2g} x |Z|, and up to "
                f"{mean[row]:.2g} x |Z| over a decade, beside noise of {scatter}"
            )
        if result.outlier_count[row]:
            alone = frequency[place, result.outlier[row]]
            told.append(f"outliers at {', '.join(f'{one:.4g} Hz' for one in alone)}")
        result.reason[row] = "; ".join(told)
