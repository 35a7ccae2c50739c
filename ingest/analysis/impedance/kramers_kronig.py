"""The linear Kramers-Kronig test: can a sweep be that of a linear, steady, causal system?

Z is fitted by R0 + jωL + Σ R_k/(1 + jωτ_k), M units with τ log-spaced over the sweep, which obey
the relations whatever their R_k. The test takes the smallest M whose negative resistances weigh
mu = 1 - Σ|R_k < 0| / Σ|R_k ≥ 0| down to 0.85 (Schönleber, Klotz, Ivers-Tiffée, Electrochim. Acta
131 (2014) 20; Boukamp, J. Electrochem. Soc. 142 (1995) 1885). Two things are added. M starts at a
floor, for with few units mu falls before the fit is any good and sound sweeps look invalid. And
where the tail rises (debye.py), 1/(jωC) and a unit half a decade slower than the
sweep stand in series for what it cannot see. Nowhere else: they follow half of what a drift does.

The verdict is about consistency, not noise. White residuals are noise, told beside, and a part of
dZ within 3 x the noise is held against no sweep, up to a noise of 5 % of |Z|. What goes on along
frequency in the residuals (residual_structure.py), as the drift of an unsteady
cell leaves it, makes a sweep suspicious; so does more than a twentieth of the points beyond both
the noise and 1 % of |Z|, and beyond 3 % it is invalid. Single outliers are left out of the fit and
named; a sweep may have them and be valid.
"""

from dataclasses import dataclass
from math import ceil
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.impedance import debye
from ingest.analysis.impedance.kramers_kronig_fit import UnitFit
from ingest.analysis.impedance.kramers_kronig_settings import KramersKronigSettings
from ingest.analysis.impedance.residual_structure import Structure
from ingest.analysis.impedance.sweep import Sweeps

VERSION: Final = "2"

_SPARE_POINTS: Final = 3
"""Frequencies beyond the units of the floor: as many as R0, L and C have values."""
_SPARSE: Final = 2.0
"""Units a decade that the points must allow: where they allow no more, M starts at their number."""
_LATE_DECADES: Final = 0.5
_WIDE: Final = 1e3
"""Largest over smallest |Z| from where normal equations, 1e6 worse, would cost digits."""

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]
Mask = NDArray[np.bool_]


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
                test = UnitFit(frequency, has_tail, is_wide, floor, settings)
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


def few_outliers(sweeps: Sweeps, largest_share: float) -> Mask:
    """Return the points (B, N) that are outliers, where these are one or at most such a share."""
    outlier = kramers_kronig(sweeps).outlier
    count = outlier.sum(axis=1)
    few = count <= np.maximum(1.0, largest_share * sweeps.counted.sum(axis=1))
    return np.asarray(outlier & (few & (largest_share > 0.0))[:, None])


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
        reasons = []
        if beyond[place].any():
            reasons.append(
                f"{beyond[place].sum()} of {points[place]} points beyond "
                f"{settings.valid_residual:.1%} of |Z| and {settings.allowed_noise:g} x the noise "
                f"of {scatter}, from {lowest[place]:.4g} Hz to {highest[place]:.4g} Hz; worst "
                f"{size[place, worst[place]]:.2g} x |Z| at {frequency[place, worst[place]]:.4g} Hz"
            )
        if structured[row]:
            reasons.append(
                f"residuals go on along frequency: {result.structure[row]:.2g} x |Z|, and up to "
                f"{mean[row]:.2g} x |Z| over a decade, beside noise of {scatter}"
            )
        if result.outlier_count[row]:
            alone = frequency[place, result.outlier[row]]
            reasons.append(f"outliers at {', '.join(f'{one:.4g} Hz' for one in alone)}")
        result.reason[row] = "; ".join(reasons)
