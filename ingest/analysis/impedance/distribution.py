"""Distributions of relaxation times of all sweeps, filled in, judged, and their processes named."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.impedance.grid import RelaxationSettings, Weighed
from ingest.analysis.impedance.peak import Peaks, tops
from ingest.analysis.impedance.regularization import Least
from ingest.analysis.impedance.resample import Scatter

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Truths = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Distribution:
    """Distributions of all sweeps by one way and choice of λ; NaN where nothing was computed.

    Attributes:
        way: ridge or non_negative.
        selected_by: fixed or cross_validation: how λ was chosen.
        regularization: (B,) λ.
        density_ohm: (B, T) γ, ohm per unit of ln τ.
        series_resistance_ohm: (B,) R0.
        series_inductance_henry: (B,) L.
        series_capacitance_farad: (B,) C; NaN where none was fitted, or none is there.
        rms_residual: (B,) root of the mean |dZ|²/|Z|².
        resample_count: (B,) resampled spectra that the errors of its peaks rest on.
        peaks: of all sweeps.
        status: (B,) ok, low_quality or not_computable.
        reason: (B,) why the status is not ok; else empty.
    """

    way: str
    selected_by: str
    regularization: Floats
    density_ohm: Floats
    series_resistance_ohm: Floats
    series_inductance_henry: Floats
    series_capacitance_farad: Floats
    rms_residual: Floats
    resample_count: Rows
    peaks: Peaks
    status: NDArray[np.object_]
    reason: NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class Filling:
    """Distributions of one way and choice of λ while they are filled in."""

    way: str
    selected_by: str
    regularization: Floats
    density: Floats
    series: Floats
    rms: Floats
    resample_count: Rows
    settled: Truths
    reason: NDArray[np.object_]
    doubt: NDArray[np.object_]
    peaks: list[Peaks]
    settings: RelaxationSettings

    @classmethod
    def empty(
        cls,
        names: tuple[str, str],
        shape: tuple[int, int],
        said: tuple[NDArray[np.object_], NDArray[np.object_]],
        settings: RelaxationSettings,
    ) -> Self:
        """Return nothing as yet, (B, T), by a way and a choice of λ.

        Args:
            names: way and choice of λ.
            shape: of all densities.
            said: (B,) why nothing can be computed, and (B,) what is doubtful from the start.
            settings: how it will be judged.
        """
        count = shape[0]
        return cls(
            *names,
            np.full(count, np.nan),
            np.full(shape, np.nan),
            np.full((count, 3), np.nan),
            np.full(count, np.nan),
            np.zeros(count, dtype=np.int64),
            np.zeros(count, dtype=bool),
            said[0].copy(),
            said[1],
            [],
            settings,
        )

    def enter(
        self,
        rows: Rows,
        weighed: Weighed,
        solution: Least,
    ) -> None:
        """Put solutions of sweeps (b,) in their rows."""
        grid = weighed.grid
        count, omega = grid.time_constant.size, 2.0 * np.pi * grid.frequency
        value = weighed.scale * solution.value
        self.regularization[rows], self.settled[rows] = solution.regularization, solution.settled
        self.density[rows, :count] = value[:, -count:]
        self.series[rows, 0] = value[:, 0]
        self.series[rows, 1] = value[:, 1] / omega.max()
        if grid.capacitance:
            there = value[:, 2] > 0.0
            self.series[rows[there], 2] = 1.0 / (value[there, 2] * omega.min())
        self.rms[rows] = weighed.rms_residual(solution.value)
        peaks, share = _peaks(weighed, solution, self.settings)
        if self.settings.resamples:
            scatter = Scatter.of(
                solution,
                grid.frequency,
                peaks.row,
                share,
                self.settings,
                non_negative=self.way == "non_negative",
            )
            self.resample_count[rows] = scatter.count
            peaks = scatter.with_errors(peaks, weighed.scale[peaks.row, 0])
        self.peaks.append(replace(peaks, row=rows[peaks.row]))

    def distribution(self) -> Distribution:
        """Return what was filled in, with its status."""
        status = np.full(len(self.rms), "ok", dtype=object)
        computed = ~np.isnan(self.rms)
        status[~computed] = "not_computable"
        poor = self.rms > self.settings.largest_residual
        for row in np.flatnonzero(computed & ((self.doubt != "") | poor | ~self.settled)):
            doubts = (
                self.doubt[row],
                f"it misses the sweep by {self.rms[row]:.2g} x |Z|, root mean square"
                if poor[row]
                else "",
                "" if self.settled[row] else "no set of values that are not negative was found",
            )
            status[row], self.reason[row] = "low_quality", "; ".join(filter(None, doubts))
        return Distribution(
            self.way,
            self.selected_by,
            self.regularization,
            self.density,
            series_resistance_ohm=self.series[:, 0],
            series_inductance_henry=self.series[:, 1],
            series_capacitance_farad=self.series[:, 2],
            rms_residual=self.rms,
            resample_count=self.resample_count,
            peaks=Peaks.joined(self.peaks),
            status=status,
            reason=self.reason,
        )


def _peaks(weighed: Weighed, solution: Least, settings: RelaxationSettings) -> tuple[Peaks, Floats]:
    """Return the processes of solutions: peaks within 1/ω of the sweep that are beyond chance.

    Beside them, how much of each value their areas take, (P, K).
    """
    grid, tau = weighed.grid, weighed.grid.time_constant
    found = tops(solution.value[:, -tau.size :], tau)
    omega = 2.0 * np.pi * grid.frequency
    whole = np.maximum(found.area, 0.0).sum(axis=1, keepdims=True)
    counted = (found.time_constant_second * omega.max() >= 1.0) & (
        found.time_constant_second * omega.min() <= 1.0
    )
    counted &= found.area > settings.least_peak_share * whole
    spacing = np.log(tau[1] / tau[0])
    of = np.zeros((*solution.value.shape, counted.shape[1]))
    of[:, -tau.size :] = spacing * found.member
    error = solution.error(of)
    counted &= found.area > settings.least_peak_errors * error
    row, place = np.nonzero(counted)
    resistance = (weighed.scale * found.area)[row, place]
    time_constant = found.time_constant_second[row, place]
    unknown = np.full(row.size, np.nan)
    peaks = Peaks(
        row,
        time_constant,
        resistance,
        (weighed.scale * error)[row, place],
        unknown,
        unknown,
        time_constant / resistance,
    )
    return peaks, of[row, :, place]
