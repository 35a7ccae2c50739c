"""Equivalent circuits fitted to all sweeps of a test, from the simplest up, and chosen among."""

from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.impedance.candidate import Ends
from ingest.impedance.constraint import Model, read_model
from ingest.impedance.element import Reals
from ingest.impedance.fit_settings import FitSettings
from ingest.impedance.fitted import Fit
from ingest.impedance.judgement import fewest_points, judge
from ingest.impedance.noise import Noise, noise_of
from ingest.impedance.selection import exceeds, holds, kept
from ingest.impedance.solution import batches, solve
from ingest.impedance.sweep import Sweeps

VERSION: Final = "4"

_AHEAD: Final = 3
"""What has so many parameters more than a circuit that says all is tried as well."""
_FAR: Final = 200.0
"""What leaves so many times the variance of the noise is not the circuit of the sweep."""
_SUPPORTED: Final = 6.0
"""A circuit whose AICc is higher by this has considerably less support.

K. P. Burnham, D. R. Anderson, Model Selection and Multimodel Inference, 2002, section 2.6.
"""
_APART: Final = 3.0
_LEAST_APART: Final = 0.005
"""Two resistances differ by more than so many standard errors, and more than this part."""
_VALLEY: Final = 0.99
"""A correlation between parameters as it is in flat valleys."""
_RETRIED: Final = 3
"""Circuits that are restarted where none says all."""

Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]


def fit(sweeps: Sweeps, circuit: str, settings: FitSettings) -> Fit:
    """Return the circuit fitted to every sweep."""
    return fit_all(sweeps, replace(settings, circuits=(circuit,), all_tried=True))[0][0]


def fit_all(
    sweeps: Sweeps, settings: FitSettings
) -> tuple[tuple[Fit, ...], tuple[NDArray[np.bool_], ...]]:
    """Return the fits of circuits, each to the sweeps it was tried on, and which are chosen.

    Circuits are tried from the fewest parameters up. A sweep leaves when it was fitted to within
    its own noise (an F-test at 1 %) and all that has up to three parameters more was tried as well.
    Where none fits so, the best few are restarted. Chosen is, at most once a sweep, one of those
    that are ok, by AICc, and by F-test where one is a limit of the other (selection.py). It is
    low_quality where another fits as well and has another resistance. What is chosen out of a flat
    valley is restarted first, and chosen anew.

    Where all circuits are tried, the inductive points (Im > 0) at the upper end of the band are
    left out for those without an L, and circuits are compared where they have the most points.
    """
    models = sorted(map(read_model, settings.circuits), key=_size)
    noise = noise_of(sweeps)
    ends = Ends.of(sweeps, noise.square)
    attempts: list[_Attempt] = []
    until = np.full(len(sweeps), np.inf)
    near: dict[str, Flags] = {}
    for size, tier in groupby(models, key=_size):
        going = until >= size
        tried = []
        for model in tier:
            suits = ends.suit(model.circuit)
            if model.circuit.is_led:
                # an inductance that is not seen mends no more than a little
                without = str(model.circuit).removeprefix("L0-")
                worth = near.get(without, ends.leads) & (until >= size + _AHEAD - 1)
                suits = suits & (ends.led | worth)
            rows = np.flatnonzero(going & (suits | settings.all_tried))
            tried.append(_Attempt.at(sweeps, model, rows, noise, masks=settings.all_tried))
            tried[-1].solve(np.ones(rows.size, dtype=bool), 0, settings)
            near[str(model.circuit)] = np.isin(np.arange(len(sweeps)), rows[tried[-1].is_near])
        for one in () if settings.all_tried else tried:
            settled = one.rows[one.says_all(noise)]
            until[settled] = np.minimum(until[settled], size + _AHEAD)
        attempts += tried
    _restart(attempts, len(sweeps), noise, settings)
    chosen = _chosen(attempts, len(sweeps))
    while _left_valleys(attempts, chosen, settings):
        chosen = _chosen(attempts, len(sweeps))
    _doubt(attempts, chosen, noise)
    return tuple(one.found for one in attempts), chosen


def _size(model: Model) -> int:
    return model.size


@dataclass(frozen=True, slots=True, eq=False)
class _Attempt:
    """A circuit and the sweeps it is tried on.

    Attributes:
        model: the circuit.
        rows: (b,) of the sweeps of the test.
        used: those sweeps, with the points that count for this circuit.
        found: what came of it.
    """

    model: Model
    rows: Rows
    used: Sweeps
    found: Fit

    @classmethod
    def at(
        cls, sweeps: Sweeps, model: Model, rows: Rows, noise: Noise, *, masks: bool
    ) -> "_Attempt":
        """Return an attempt that has found nothing yet."""
        part = sweeps.take(rows)
        masked = np.zeros_like(part.counted)
        if masks and not model.circuit.is_inductive:
            masked = inductive(part)
        used = replace(part, counted=part.counted & ~masked)
        return cls(model, rows, used, Fit.blank(part, masked, model, noise.square[rows]))

    def solve(self, wanted: Flags, restarts: int, settings: FitSettings) -> None:
        """Fit the sweeps that are wanted (b,), where they have points enough."""
        rows = np.flatnonzero(wanted & (self.found.point_count >= fewest_points(self.model)))
        with np.errstate(all="ignore"):
            for batch in batches(self.used, rows, restarts):
                solution = solve(
                    self.used.take(batch),
                    self.model,
                    restarts,
                    self._hopeless(batch, restarts, settings),
                    settings.weighting,
                    thorough=restarts > 0 or settings.all_tried,
                )
                self.found.enter(batch, solution, _size(self.model), restarts)
            capacitive = self.used.counted.sum(axis=1) + self.found.masked_count
            judge(self.found, capacitive, self.model, settings)

    def _hopeless(self, batch: Rows, restarts: int, settings: FitSettings) -> Reals:
        """Return the mean square residual (b,) beyond which a descent need not end."""
        rejected = np.full(batch.size, settings.largest_rms**2)
        if restarts or settings.all_tried:
            return rejected
        return np.asarray(np.fmin(rejected, _FAR * self.found.noise_square[batch]))

    @property
    def is_near(self) -> Flags:
        """Whether what is left (b,) is not far above the noise."""
        return np.asarray(self.found.chi_square < _FAR * self.found.noise_square)

    def says_all(self, noise: Noise) -> Flags:
        """Return whether what is left (b,) is no more than the sweep's own noise."""
        size, spare = noise.size[self.rows], noise.spare[self.rows]
        square = noise.square[self.rows]
        left = self.found.chi_square * (2 * self.found.point_count - _size(self.model))
        more = size - _size(self.model)
        explained = left - square * spare
        misses = exceeds(explained, np.maximum(more, 1.0), square, spare) & (more > 0)
        return np.asarray((self.found.status == "ok") & ~misses)


def _restart(attempts: list[_Attempt], batch: int, noise: Noise, settings: FitSettings) -> None:
    """Restart what is simpler than the first that says all, where it came near or nothing did."""
    if not settings.restarts:
        return
    aicc = np.full((len(attempts), batch), np.inf)
    size = np.full(batch, np.inf)
    for place, one in enumerate(attempts):
        aicc[place, one.rows] = np.nan_to_num(one.found.aicc, nan=np.inf)
        settled = one.rows[one.says_all(noise)]
        size[settled] = np.minimum(size[settled], _size(one.model))
    rank = np.argsort(np.argsort(aicc, axis=0, kind="stable"), axis=0, kind="stable")
    for place, one in enumerate(attempts):
        lost = np.isinf(size[one.rows]) & (rank[place, one.rows] < _RETRIED)
        # what came near and is rejected went astray; what is ok there only lacks something
        rejected = np.isfinite(size[one.rows]) & (one.found.status != "ok")
        strays = bool({"Wo", "TLMQ"} & one.model.circuit.symbols)  # in their long flat valleys
        simpler = one.is_near & (_size(one.model) < size[one.rows])
        again = (lost | (simpler & (rejected | strays))) & ~one.says_all(noise)
        if again.any():
            one.solve(again, settings.restarts, settings)


def _left_valleys(
    attempts: list[_Attempt], chosen: tuple[Flags, ...], settings: FitSettings
) -> bool:
    """Restart what is chosen out of a flat valley, where a descent stops early; tell if any was."""
    found = False
    for one, takes in zip(attempts, chosen, strict=True):
        fresh = takes & (one.found.restart_count < settings.restarts)
        again = fresh & (one.found.greatest_correlation > _VALLEY)
        if again.any():
            one.solve(again, settings.restarts, settings)
            found = True
    return found


def _chosen(attempts: list[_Attempt], batch: int) -> tuple[Flags, ...]:
    """Return which of its sweeps each attempt is chosen for."""
    shape = len(attempts), batch
    points, left, aicc = np.zeros(shape), np.full(shape, np.inf), np.full(shape, np.inf)
    for place, one in enumerate(attempts):
        able = one.found.status == "ok"
        points[place, one.rows] = np.where(able, one.found.point_count, 0)
        spare = 2 * one.found.point_count - _size(one.model)
        left[place, one.rows] = one.found.chi_square * spare
        aicc[place, one.rows] = one.found.aicc
    eligible = (points > 0) & (points == points.max(axis=0, initial=0))
    sizes = np.array([_size(one.model) for one in attempts], dtype=np.float64)
    aicc = np.where(eligible, aicc, np.inf)
    best = kept(left, aicc, sizes, 2.0 * points, _nested(attempts))
    return tuple(best[one.rows] == place for place, one in enumerate(attempts))


def _nested(attempts: list[_Attempt]) -> Flags:
    """Return whether each circuit has each other for a limit."""
    circuits = [one.model.circuit for one in attempts]
    return np.array([[holds(one, other) for other in circuits] for one in circuits])


def _doubt(attempts: list[_Attempt], chosen: tuple[Flags, ...], noise: Noise) -> None:
    """Doubt what is chosen where another circuit says all as well and has another resistance.

    As well says one whose AICc is not much higher. One that has the chosen for a limit is no rival:
    between these the F-test decides.
    """
    shape = len(attempts), noise.square.size
    whole, error, aicc = np.full((3, *shape), np.nan)
    for place, one in enumerate(attempts):
        alike = one.says_all(noise)
        rows = one.rows[alike]
        whole[place, rows], error[place, rows] = (each[alike] for each in one.found.whole)
        aicc[place, rows] = one.found.aicc[alike]
    nested = _nested(attempts)
    for number, (one, takes) in enumerate(zip(attempts, chosen, strict=True)):
        mine, my_error = one.found.whole
        with np.errstate(all="ignore"):
            apart = np.abs(whole[:, one.rows] - mine)
            supported = (aicc[:, one.rows] < one.found.aicc + _SUPPORTED) & ~nested[:, number, None]
            joint = np.hypot(error[:, one.rows], my_error)
            other = supported & (apart > _APART * joint) & (apart > _LEAST_APART * mine) & takes
        for row in np.flatnonzero(other.any(axis=0)):
            place = int(np.argmin(np.where(other[:, row], aicc[:, one.rows[row]], np.inf)))
            one.found.status[row] = "low_quality"
            one.found.reason[row] = (
                f"{attempts[place].model.circuit} fits as well, with "
                f"{whole[place, one.rows[row]]:.4g} Ω in all instead of {mine[row]:.4g} Ω"
            )


def inductive(sweeps: Sweeps) -> NDArray[np.bool_]:
    """Return which points (B, N) lie above the first, from the top, that is not inductive."""
    capacitive = sweeps.counted & (sweeps.impedance_ohm.imag <= 0.0)
    edge = np.where(capacitive, sweeps.frequency_hertz, 0.0).max(axis=1, initial=0.0)
    return np.asarray(sweeps.counted & (sweeps.frequency_hertz > edge[:, None]))
