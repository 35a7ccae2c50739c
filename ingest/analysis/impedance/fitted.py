"""What came of one circuit fitted to sweeps."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.impedance.solution import Solution
from ingest.analysis.impedance.sweep import Sweeps
from schema.impedance.circuit import series_resistances
from schema.impedance.constraint import Model
from schema.impedance.element import Reals
from schema.impedance.parameter import reported

_SMALLEST_SQUARE_SUM: Final = 1e-28

Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """One circuit fitted to the B sweeps it was tried on: K parameters, nan where not computable.

    Residuals are relative, ΔZ/|Z|; N points, P fitted parameters.

    Attributes:
        circuit: in the usual notation.
        spectrum_count: (B,).
        names: (element, letter, unit) of the reported parameters; like arcs rise in tau.
        value: (B, K).
        standard_error: (B, K) of s²(JᵀJ)⁻¹, s² = χ²; nan where a bound holds the parameter.
        correlation: (B, K, K) between reported parameters; nan where a bound holds one.
        bound: (B, K), held by a bound.
        low: (B, K) lower end of the 95 % interval, of what was chosen; nan where there is none.
        high: (B, K) upper end.
        profiled: (B, K), whether both ends are those of a profile (profile.py).
        whole_low_ohm: (B,) of the whole, as above.
        whole_high_ohm: (B,).
        whole_profiled: (B,).
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
    low: Reals
    high: Reals
    profiled: NDArray[np.bool_]
    whole_low_ohm: Reals
    whole_high_ohm: Reals
    whole_profiled: NDArray[np.bool_]
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

    @classmethod
    def blank(cls, sweeps: Sweeps, masked: Flags, model: Model, noise_square: Reals) -> Self:
        """Return a fit that has found nothing yet."""
        names = tuple((one.element, one.letter, one.unit) for one in reported(model.circuit))
        batch, size = len(sweeps), len(names)
        used = sweeps.counted & ~masked

        def ends(mask: NDArray[np.bool_]) -> tuple[Reals, Reals]:
            low = np.where(mask, sweeps.frequency_hertz, np.inf).min(axis=1, initial=np.inf)
            high = np.where(mask, sweeps.frequency_hertz, -np.inf).max(axis=1, initial=-np.inf)
            none = ~mask.any(axis=1)
            return np.where(none, np.nan, low), np.where(none, np.nan, high)

        lowest, highest = ends(used)
        return cls(
            circuit=str(model.circuit),
            spectrum_count=sweeps.spectrum_count,
            names=names,
            value=np.full((batch, size), np.nan),
            standard_error=np.full((batch, size), np.nan),
            correlation=np.full((batch, size, size), np.nan),
            bound=np.zeros((batch, size), dtype=bool),
            low=np.full((batch, size), np.nan),
            high=np.full((batch, size), np.nan),
            profiled=np.zeros((batch, size), dtype=bool),
            whole_low_ohm=np.full(batch, np.nan),
            whole_high_ohm=np.full(batch, np.nan),
            whole_profiled=np.zeros(batch, dtype=bool),
            chi_square=np.full(batch, np.nan),
            noise_square=noise_square,
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

    def enter(self, rows: Rows, solution: Solution, size: int, restarts: int) -> None:
        """Put in what came of these rows, with so many parameters."""
        for name in (
            "value",
            "standard_error",
            "correlation",
            "bound",
            "greatest_correlation",
        ):
            getattr(self, name)[rows] = getattr(solution, name)
        self.restart_count[rows] = restarts
        number = 2 * self.point_count[rows]
        square_sum = np.maximum(solution.square_sum, _SMALLEST_SQUARE_SUM)
        known = size + 1
        self.chi_square[rows] = solution.square_sum / (number - size)
        self.rms_residual[rows] = np.sqrt(2.0 * solution.square_sum / number)
        self.aicc[rows] = (
            number * np.log(square_sum / number)
            + 2 * known
            + 2 * known * (known + 1) / (number - known - 1)
        )

    def enter_intervals(self, rows: Flags, student: Reals) -> None:
        """Put in linear intervals of these rows (B,), so many (B,) standard errors wide."""
        reach = student[:, None] * self.standard_error
        least = np.zeros(len(self.names))
        most = np.array([1.0 if name[1] == "n" else np.inf for name in self.names])
        self.low[rows] = np.maximum(self.value - reach, least)[rows]
        self.high[rows] = np.minimum(self.value + reach, most)[rows]
        whole, error = self.whole
        self.whole_low_ohm[rows] = np.maximum(whole - student * error, 0.0)[rows]
        self.whole_high_ohm[rows] = (whole + student * error)[rows]

    def enter_profile(self, rows: Rows, places: list[int], ends: tuple[Reals, Reals]) -> None:
        """Put in the interval of a resistance, or of a sum of them: ends (b,) over its value."""
        known = np.isfinite(ends[0]) & ~np.isnan(ends[1])
        low, high = (np.where((end > 0.0) & np.isfinite(end), end, np.nan) for end in ends)
        ohm = self.value[rows][:, places].sum(axis=1)
        if len(places) == 1:
            (place,) = places
            self.low[rows[known], place] = (low * ohm)[known]
            self.high[rows[known], place] = (high * ohm)[known]
            self.profiled[rows[known], place] = True
        if places == self.series:
            self.whole_low_ohm[rows[known]] = (low * ohm)[known]
            self.whole_high_ohm[rows[known]] = (high * ohm)[known]
            self.whole_profiled[rows[known]] = True

    def doubt(self, rows: Flags, reason: str) -> None:
        """Call the fits of these rows (B,) low_quality."""
        self.status[rows], self.reason[rows] = "low_quality", reason

    @property
    def is_endless(self) -> Flags:
        """Whether the interval of the whole (B,) has no end to one side."""
        ends = np.isnan(self.whole_low_ohm) | np.isnan(self.whole_high_ohm)
        return np.asarray(self.whole_profiled & ends)

    @property
    def series(self) -> list[int]:
        """Return the places of the resistances in series, alone or in an arc."""
        labels = series_resistances(self.circuit)
        return [place for place, name in enumerate(self.names) if name[0] in labels]

    @property
    def whole(self) -> tuple[Reals, Reals]:
        """Return what stands in series and every arc (B,) in Ω, and the standard error.

        The error takes the covariance; it is nan where a bound holds one of them.
        """
        places = self.series
        error = self.standard_error[:, places]
        # a value that is fixed has no error, and correlates with nothing
        known = (error[:, :, None] != 0.0) & (error[:, None] != 0.0)
        correlation = np.where(known, self.correlation[:, places][:, :, places], 0.0)
        variance = np.einsum("bi,bij,bj->b", error, correlation, error)
        return self.value[:, places].sum(axis=1), np.sqrt(np.maximum(variance, 0.0))
