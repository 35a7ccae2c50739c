"""Equivalent circuits fitted to all sweeps of a test, judged, and chosen among."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.impedance.circuit import Circuit, read_circuit
from ingest.impedance.element import Reals
from ingest.impedance.parameter import reported
from ingest.impedance.solution import Solution, batches, solve
from ingest.impedance.sweep import Sweeps

VERSION: Final = "2"

_SMALLEST_SQUARE_SUM: Final = 1e-28


@dataclass(frozen=True, slots=True)
class FitSettings:
    """What may be chosen of a fit.

    Attributes:
        circuits: those compared with each other.
        restarts: starts tried beyond the first where no circuit is ok at the noise.
        enough: χ² below this many times the noise is at it.
        largest_relative_error: a standard error beyond this share of its value rejects.
        largest_correlation: two fitted parameters correlated beyond this reject.
        lowest_exponent: an n at or below it rejects.
        largest_rms: a relative residual beyond it rejects.
    """

    circuits: tuple[str, ...] = (
        "L0-R0-p(R1,CPE1)-p(R2,CPE2)-W3",
        "R0-p(R1,CPE1)-p(R2,CPE2)-W3",
        "L0-R0-p(R1,CPE1)-p(R2,CPE2)",
        "R0-p(R1,CPE1)-p(R2,CPE2)",
        "L0-R0-p(R1,CPE1)-CPE2",
        "R0-p(R1,CPE1)-CPE2",
    )
    restarts: int = 8
    enough: float = 1.5
    largest_relative_error: float = 1.0
    largest_correlation: float = 0.995
    lowest_exponent: float = 0.31
    largest_rms: float = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """One circuit fitted to B sweeps: K reported parameters, nan where not computable.

    Residuals are relative, ΔZ/|Z|; N points, P fitted parameters.

    Attributes:
        circuit: in the usual notation.
        spectrum_count: (B,).
        names: (element, letter, unit) of the reported parameters; like arcs rise in tau.
        value: (B, K).
        standard_error: (B, K) of s²(JᵀJ)⁻¹, s² = χ²; nan where a bound holds the parameter.
        correlation: (B, K, K) between reported parameters; nan where a bound holds one.
        bound: (B, K), held by a bound.
        chi_square: (B,) sum of squares over (2N - P).
        noise_square: (B,) the same of the sweep's own noise, as noise.py finds it.
        rms_residual: (B,) of |ΔZ|/|Z|.
        aicc: (B,) 2N ln(sum of squares / 2N) + 2k + 2k(k + 1)/(2N - k - 1), k = P + 1.
        point_count: (B,) points fitted.
        masked_count: (B,) inductive points left out at the upper end, where the circuit has no L.
        masked_from_hertz: (B,) the lowest of these, nan when none.
        lowest_hertz: (B,) of the points fitted.
        highest_hertz: (B,) of the points fitted.
        restart_count: (B,) starts tried beyond the first.
        greatest_correlation: (B,) |correlation| between any two fitted parameters.
        status: (B,) ok, low_quality or not_computable.
        reason: (B,) why not ok, or what a bound holds.
    """

    circuit: str
    spectrum_count: NDArray[np.int64]
    names: tuple[tuple[str, str, str], ...]
    value: Reals
    standard_error: Reals
    correlation: Reals
    bound: NDArray[np.bool_]
    chi_square: Reals
    noise_square: Reals
    rms_residual: Reals
    aicc: Reals
    point_count: NDArray[np.int64]
    masked_count: NDArray[np.int64]
    masked_from_hertz: Reals
    lowest_hertz: Reals
    highest_hertz: Reals
    restart_count: NDArray[np.int64]
    greatest_correlation: Reals
    status: NDArray[np.object_]
    reason: NDArray[np.object_]


def fit(sweeps: Sweeps, circuit: str, settings: FitSettings) -> Fit:
    """Return the circuit fitted to every sweep."""
    return fit_all(sweeps, replace(settings, circuits=(circuit,)))[0][0]


def fit_all(sweeps: Sweeps, settings: FitSettings) -> tuple[tuple[Fit, ...], NDArray[np.bool_]]:
    """Return the fit of every circuit, and which is chosen (circuits, B), at most one a sweep.

    Where a circuit has no L, the inductive points (Im > 0) at the upper end of the band are left
    out. Where no circuit is ok at the noise of the sweep, all of them are restarted.

    Chosen is the lowest AICc among those that are ok. AICc compares only fits of the same points:
    where inductive points were left out for want of an L, circuits fitted to all points are
    compared among themselves, and the others only where none of these is ok.
    """
    models = [read_circuit(circuit) for circuit in settings.circuits]
    masks = [_masked(sweeps, model) for model in models]
    fits = tuple(_blank(sweeps, *pair) for pair in zip(masks, models, strict=True))
    unsettled = np.ones(len(sweeps), dtype=bool)
    for restarts in (0, settings.restarts):
        for found, masked, model in zip(fits, masks, models, strict=True):
            used = replace(sweeps, counted=sweeps.counted & ~masked)
            rows = np.flatnonzero(unsettled & (found.point_count >= _fewest(model)))
            with np.errstate(all="ignore"):
                for batch in batches(used, rows, restarts):
                    part = used.take(batch)
                    solution = solve(part, model, restarts, settings.largest_rms)
                    _enter(found, batch, solution, len(model.parameters), restarts)
                _judge(found, sweeps, model, settings)
        for found in fits:
            at_noise = found.chi_square <= settings.enough * found.noise_square
            unsettled &= ~((found.status == "ok") & at_noise)
    eligible = np.array([one.status == "ok" for one in fits]).reshape(len(fits), len(sweeps))
    points = np.array([one.point_count for one in fits]).reshape(eligible.shape) * eligible
    eligible &= points == points.max(axis=0, initial=0)
    score = np.where(eligible, [one.aicc for one in fits], np.inf)
    return fits, eligible & (np.arange(len(fits))[:, None] == np.argmin(score, axis=0))


def _masked(sweeps: Sweeps, model: Circuit) -> NDArray[np.bool_]:
    return np.zeros_like(sweeps.counted) if model.is_inductive else inductive(sweeps)


def inductive(sweeps: Sweeps) -> NDArray[np.bool_]:
    """Return which points (B, N) lie above the first, from the top, that is not inductive."""
    capacitive = sweeps.counted & (sweeps.impedance_ohm.imag <= 0.0)
    edge = np.where(capacitive, sweeps.frequency_hertz, 0.0).max(axis=1, initial=0.0)
    return np.asarray(sweeps.counted & (sweeps.frequency_hertz > edge[:, None]))


def _fewest(model: Circuit) -> int:
    """Return the fewest points that leave AICc defined."""
    return (len(model.parameters) + 4) // 2


def _blank(sweeps: Sweeps, masked: NDArray[np.bool_], model: Circuit) -> Fit:
    names = tuple((one.element, one.letter, one.unit) for one in reported(model))
    batch, size = len(sweeps), len(names)
    used = sweeps.counted & ~masked

    def ends(mask: NDArray[np.bool_]) -> tuple[Reals, Reals]:
        low = np.where(mask, sweeps.frequency_hertz, np.inf).min(axis=1, initial=np.inf)
        high = np.where(mask, sweeps.frequency_hertz, -np.inf).max(axis=1, initial=-np.inf)
        none = ~mask.any(axis=1)
        return np.where(none, np.nan, low), np.where(none, np.nan, high)

    lowest, highest = ends(used)
    return Fit(
        circuit=str(model),
        spectrum_count=sweeps.spectrum_count,
        names=names,
        value=np.full((batch, size), np.nan),
        standard_error=np.full((batch, size), np.nan),
        correlation=np.full((batch, size, size), np.nan),
        bound=np.zeros((batch, size), dtype=bool),
        chi_square=np.full(batch, np.nan),
        noise_square=np.full(batch, np.nan),
        rms_residual=np.full(batch, np.nan),
        aicc=np.full(batch, np.nan),
        point_count=used.sum(axis=1),
        masked_count=masked.sum(axis=1),
        masked_from_hertz=ends(masked)[0],
        lowest_hertz=lowest,
        highest_hertz=highest,
        restart_count=np.zeros(batch, dtype=np.int64),
        greatest_correlation=np.full(batch, np.nan),
        status=np.full(batch, "ok", dtype=object),
        reason=np.full(batch, "", dtype=object),
    )


def _enter(
    found: Fit, rows: NDArray[np.int64], solution: Solution, size: int, restarts: int
) -> None:
    for name in (
        "value",
        "standard_error",
        "correlation",
        "bound",
        "noise_square",
        "greatest_correlation",
    ):
        getattr(found, name)[rows] = getattr(solution, name)
    found.restart_count[rows] = restarts
    number = 2 * found.point_count[rows]
    square_sum = np.maximum(solution.square_sum, _SMALLEST_SQUARE_SUM)
    known = size + 1
    found.chi_square[rows] = solution.square_sum / (number - size)
    found.rms_residual[rows] = np.sqrt(2.0 * solution.square_sum / number)
    found.aicc[rows] = (
        number * np.log(square_sum / number)
        + 2 * known
        + 2 * known * (known + 1) / (number - known - 1)
    )


def _judge(found: Fit, sweeps: Sweeps, model: Circuit, settings: FitSettings) -> None:
    """Write status and reason, from the gravest to what is only worth knowing."""
    found.status[:], found.reason[:] = "ok", ""

    def say(rows: NDArray[np.bool_], status: str, reason: str) -> None:
        silent = rows & (found.reason == "")
        found.status[silent], found.reason[silent] = status, reason

    few = found.point_count < _fewest(model)
    flipped = few & (sweeps.counted.sum(axis=1) >= _fewest(model))
    say(flipped, "not_computable", "too few points are capacitive; is the sign of Im(Z) right?")
    for count in np.unique(found.point_count[few]):
        reason = f"{count} usable points, {_fewest(model)} are needed"
        say(few & (found.point_count == count), "not_computable", reason)
    failed = ~few & ~np.isfinite(found.value).all(axis=1)
    say(failed | (~few & ~np.isfinite(found.chi_square)), "not_computable", "the fit diverged")
    say(
        found.rms_residual > settings.largest_rms,
        "low_quality",
        f"the residual is beyond {settings.largest_rms:.0%}: the circuit does not draw this sweep",
    )
    for column, (element, letter, _) in enumerate(found.names):
        value, error = found.value[:, column], found.standard_error[:, column]
        if letter == "n":
            low = value <= settings.lowest_exponent
            say(low, "low_quality", f"n of {element} is at or below {settings.lowest_exponent:g}")
            continue
        say(found.bound[:, column], "low_quality", f"{letter} of {element} rests on its bound")
        wide = ~found.bound[:, column] & ~(error <= settings.largest_relative_error * value)
        say(wide, "low_quality", f"the standard error of {letter} of {element} exceeds its value")
    say(
        found.greatest_correlation > settings.largest_correlation,
        "low_quality",
        f"two parameters are correlated beyond {settings.largest_correlation:g}",
    )
    for column, (element, letter, _) in enumerate(found.names):
        if letter == "n":
            say(found.bound[:, column], "ok", f"n of {element} rests on 1: an ideal capacitance")
