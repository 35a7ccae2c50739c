"""Equivalent circuits fitted to all sweeps of a test, from the simplest up, and chosen among."""

from dataclasses import replace
from itertools import groupby
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.impedance.attempt import Attempt
from ingest.analysis.impedance.candidate import Ends
from ingest.analysis.impedance.fit_settings import FitSettings
from ingest.analysis.impedance.fitted import Fit
from ingest.analysis.impedance.noise import Noise, noise_of
from ingest.analysis.impedance.rival import Compared, doubts
from ingest.analysis.impedance.selection import ONE_THOUSANDTH, holds, selected
from ingest.analysis.impedance.sweep import Sweeps
from schema.impedance.constraint import Model, read_model

VERSION: Final = "4"

_AHEAD: Final = 3
"""What has so many parameters more than a circuit that says all is tried as well."""
_BETTER: Final = 2.0
"""What has an AICc lower by this is better; below that both have substantial support."""
_VALLEY: Final = 0.99
"""A correlation between parameters as it is in flat valleys."""
_ENDLESS: Final = "the sweep tells no limit of the whole resistance to one side"
_RETRIED: Final = 3
"""Circuits that are restarted where none says all."""

Flags = NDArray[np.bool_]


def fit(sweeps: Sweeps, circuit: str, settings: FitSettings) -> Fit:
    """Return the circuit fitted to every sweep."""
    return fit_all(sweeps, replace(settings, circuits=(circuit,), all_tried=True))[0][0]


def fit_all(
    sweeps: Sweeps, settings: FitSettings
) -> tuple[tuple[Fit, ...], tuple[NDArray[np.bool_], ...]]:
    """Return the fits of circuits, each to the sweeps it was tried on, and which are chosen.

    Circuits are tried from the fewest parameters up. A sweep leaves when it was fitted to within
    its own noise (an F-test at 1 %) and nothing of up to three parameters more is better by AICc.
    Where none fits so, the best few are restarted. Chosen is, at most once a sweep, one of those
    that are ok, by AICc, and by F-test where one is a limit of the other (selection.py). It is
    low_quality where another that fits as well has another resistance (rival.py). What is chosen
    out of a flat valley is restarted first, and chosen anew.

    Where all circuits are tried, the inductive points (Im > 0) at the upper end of the band are
    left out for those without an L, and circuits are compared where they have the most points.
    """
    noise = noise_of(sweeps)
    attempts = _tried(sweeps, settings, noise)
    _restart(attempts, len(sweeps), noise, settings)
    compared = _compared(attempts, len(sweeps), noise)
    best = _chosen(compared)
    while _left_valleys(attempts, best, settings):
        compared = _compared(attempts, len(sweeps), noise)
        best = _chosen(compared)
    chosen = tuple(best[one.rows] == place for place, one in enumerate(attempts))
    for one, takes in zip(attempts, chosen, strict=True):
        one.draw_intervals(takes, settings)
        one.found.doubt(takes & one.found.is_endless, _ENDLESS)
    for row, reason in doubts(compared, best).items():
        one = attempts[best[row]]
        one.found.doubt(one.rows == row, reason)
    return tuple(one.found for one in attempts), chosen


def _tried(sweeps: Sweeps, settings: FitSettings, noise: Noise) -> list[Attempt]:
    """Return what came of the circuits that were tried, from the fewest parameters up."""
    models = sorted(map(read_model, settings.circuits), key=_size)
    ends = Ends.of(sweeps, noise.square)
    attempts: list[Attempt] = []
    until, best = np.full((2, len(sweeps)), np.inf)
    near: dict[str, Flags] = {}
    for size, tier in groupby(models, key=_size):
        going = until >= size
        first = len(attempts)
        for model in tier:
            suits = ends.suit(model.circuit)
            if model.circuit.is_led:
                # an inductance that is not seen mends no more than a little
                without = str(model.circuit).removeprefix("L0-")
                worth = near.get(without, ends.leads) & (until >= size + _AHEAD - 1)
                suits = suits & (ends.led | worth)
            rows = np.flatnonzero(going & (suits | settings.all_tried))
            one = Attempt.at(sweeps, model, rows, noise, masks=settings.all_tried)
            one.solve(np.ones(rows.size, dtype=bool), 0, settings)
            promising = one.is_near & ~(one.found.aicc > best[rows])
            one.solve((promising | settings.all_tried) & ~one.settled, 0, settings, on=True)
            near[str(model.circuit)] = np.isin(np.arange(len(sweeps)), rows[one.is_near])
            attempts.append(one)
        for one in () if settings.all_tried else attempts[first:]:
            better = one.says_all(noise) & (one.found.aicc < best[one.rows] - _BETTER)
            best[one.rows[better]] = one.found.aicc[better]
            until[one.rows[better]] = size + _AHEAD
    return attempts


def _size(model: Model) -> int:
    return model.size


def _restart(attempts: list[Attempt], batch: int, noise: Noise, settings: FitSettings) -> None:
    """Restart what is simpler than the first that says all, where it came near or nothing did."""
    if not settings.restarts:
        return
    aicc = np.full((len(attempts), batch), np.inf)
    size = np.full(batch, np.inf)
    for place, one in enumerate(attempts):
        aicc[place, one.rows] = np.nan_to_num(one.found.aicc, nan=np.inf)
        settled = one.rows[one.says_all(noise, ONE_THOUSANDTH)]
        size[settled] = np.minimum(size[settled], one.size)
    rank = np.argsort(np.argsort(aicc, axis=0, kind="stable"), axis=0, kind="stable")
    for place, one in enumerate(attempts):
        lost = np.isinf(size[one.rows]) & (rank[place, one.rows] < _RETRIED)
        # what came near and is rejected went astray; what is ok there only lacks something
        rejected = np.isfinite(size[one.rows]) & (one.found.status != "ok")
        simpler = one.is_near & (one.size < size[one.rows])
        again = (lost | (simpler & (rejected | one.strays))) & ~one.says_all(noise, ONE_THOUSANDTH)
        if again.any():
            one.solve(again, settings.restarts, settings)


def _left_valleys(
    attempts: list[Attempt], chosen: NDArray[np.int64], settings: FitSettings
) -> bool:
    """Restart what is chosen out of a flat valley, where a descent stops early; whether any was."""
    found = False
    for place, one in enumerate(attempts):
        fresh = (chosen[one.rows] == place) & (one.found.restart_count < settings.restarts)
        again = fresh & (one.strays | (one.found.greatest_correlation > _VALLEY))
        if again.any():
            one.solve(again, settings.restarts, settings, on=True)
            found = True
    return found


def _compared(attempts: list[Attempt], batch: int, noise: Noise) -> Compared:
    """Return the circuits with what each makes of the sweeps."""
    shape = len(attempts), batch
    found = Compared(
        [str(one.model.circuit) for one in attempts],
        np.array([one.size for one in attempts], dtype=np.float64),
        np.array(
            [
                [holds(one.model.circuit, other.model.circuit) for other in attempts]
                for one in attempts
            ]
        ),
        *np.full((5, *shape), np.nan),
        *np.zeros((2, *shape), dtype=bool),
    )
    for place, one in enumerate(attempts):
        fit, rows = one.found, one.rows
        found.point_count[place, rows] = fit.point_count
        found.square_sum[place, rows] = one.square_sum
        found.aicc[place, rows] = fit.aicc
        found.whole_ohm[place, rows], found.error_ohm[place, rows] = fit.whole
        found.ok[place, rows] = fit.status == "ok"
        found.open[place, rows] = one.is_open(noise)
    return found


def _chosen(compared: Compared) -> NDArray[np.int64]:
    """Return the place of the circuit (B,) that each sweep is taken for, -1 for none."""
    points = np.where(compared.ok, compared.point_count, 0.0)
    eligible = (points > 0) & (points == points.max(axis=0, initial=0))
    return selected(
        np.where(compared.ok, compared.square_sum, np.inf),
        np.where(eligible, compared.aicc, np.inf),
        compared.size,
        2.0 * points,
        compared.nested,
    )
