"""One batch of sweeps solved for one circuit: starts, descents, restarts, standard errors.

Every sweep is solved in its own units: Z by its median |Z|, frequency by the middle of its band.
What is said of other numbers below was tried as told in marquardt.py.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.impedance.marquardt import (
    GLANCING,
    SCOUTING,
    THOROUGH,
    USUAL,
    Effort,
    Minimum,
    Problem,
    descend,
    scaled_normal,
)
from ingest.analysis.impedance.start import has_rivals, starts
from ingest.analysis.impedance.sweep import Sweeps
from ingest.analysis.impedance.valley import followed
from schema.impedance.constraint import Model
from schema.impedance.element import Band, Reals
from schema.impedance.parameter import report, reported

Weighting = Literal["modulus", "admittance", "unit"]

_WEIGHTED: Final[Mapping[Weighting, Callable[[Reals], Reals]]] = {
    "modulus": lambda weight: weight,
    "admittance": lambda weight: weight * weight,
    "unit": lambda weight: (weight > 0.0).astype(np.float64),
}
"""What a residual dZ counts, of 1/|Z|: the last but one makes it dY to the first order."""
_BATCH: Final = 256
"""Sweeps solved together: enough to hide the interpreter, few enough that their Jacobians (60
points, 10 parameters: 3 MB) stay near the core. 64 and 1024 find the same, and are no faster."""
_FOLLOWED, _FOLLOWED_OF_RIVALS = 3, 5
"""Starts that are followed to the end of those scouted, at most. One, or twice as many, changed
none of the sweeps that were tried: it is for those among thousands whose best scout strays."""
_RIVALS: Final = 3
"""Starts that are scouted where the best may lead astray; of more scouts more are followed. With
one alone 2 of 120 sweeps took another circuit; six found nothing that three had not."""
_SCOUTS: Final = 1024
"""Descents side by side, of all starts together. 256 and 4096 find the same."""
_FEWEST_SHARED: Final = 8
"""Sweeps of one grid that are a batch of their own. Fewer lose more by the overhead of a batch than
they win where frequencies need be computed with once. Results do not hang on it."""
_EXPONENT_REACH: Final = 12.0
"""Of a logit: exponents up to 6e-6 of their span from either end, where no sweep tells them from
it. At 6.0, which is 2e-3, two of 120 fits leave more; at 20.0 none leaves less."""
_FAINTEST, _GREATEST, _BEYOND_BAND = np.log(1e-6), np.log(1e4), np.log(1e4)
"""Bounds of an impedance beside the least and greatest |Z|, and of a time constant beside the band:
far beyond what can show in a sweep (a millionth of |Z| is below any noise, four decades outside the
band a term is its own limit), so that what rests on a bound is not told by the sweep. A hundredfold
narrower or wider finds the same."""
_REGULAR: Final = 1e-14
"""Added to a diagonal of ones before it is inverted, so that parameters which hang together wholly
get a huge error and not none. 1e-16 is lost beside a one, and some matrix is singular; 1e-10 finds
the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """The solved parameters of a batch; see fit.Fit for what they mean.

    Attributes:
        theta: (B, P) the parameters as they were fitted.
        settled: (B,), whether the descent came to its end.
    """

    theta: Reals
    settled: NDArray[np.bool_]
    value: Reals
    standard_error: Reals
    correlation: Reals
    bound: NDArray[np.bool_]
    square_sum: Reals
    greatest_correlation: Reals


def batches(sweeps: Sweeps, rows: NDArray[np.int64], restarts: int) -> Iterator[NDArray[np.int64]]:
    """Yield these rows in batches: of one frequency grid where enough share it."""
    most = min(_BATCH, _SCOUTS // (1 + restarts))
    lone = [np.zeros(0, dtype=np.int64)]
    for group, _ in sweeps.take(rows).by_grid():
        if group.size < _FEWEST_SHARED:
            lone.append(rows[group])
        else:
            yield from np.array_split(rows[group], -(-group.size // most))
    rest = np.sort(np.concatenate(lone))
    if rest.size:
        yield from np.array_split(rest, -(-rest.size // most))


def solve(
    sweeps: Sweeps,
    model: Model,
    hopeless: Reals,
    weighting: Weighting,
    *,
    restarts: int = 0,
    thorough: bool = False,
    known: Reals | None = None,
) -> Solution:
    """Return the circuit fitted to a batch of sweeps.

    Args:
        sweeps: of one batch, each with points enough.
        model: what is fitted.
        hopeless: (B,) mean square of a relative residual beyond which no fit is kept: what is there
            is not followed to its end.
        weighting: what counts of a residual.
        restarts: how many starts are tried beyond the first.
        thorough: whether all starts that promise most are followed, and to the end of long flat
            valleys.
        known: (B, P) where an earlier descent ended: a start of its own, or the only one.
    """
    relative, ohm, second = scaled_problem(sweeps, model, hopeless)
    problem = weighted(relative, weighting)
    spare = 2 * sweeps.counted.sum(axis=1) - model.size
    rivals = has_rivals(model.circuit)
    if restarts or (rivals and known is None):
        given = starts(problem, 1 + restarts if restarts else _RIVALS)
        if known is not None:
            given = np.concatenate((given, known[None]))
        most = _FOLLOWED_OF_RIVALS if rivals else _FOLLOWED
        efforts = (SCOUTING, THOROUGH) if restarts else (GLANCING, USUAL)
        best = _best(problem, given, most if thorough else 1, efforts, thorough=thorough)
    else:
        best = descend(problem, starts(problem, 1)[0] if known is None else known, USUAL)
        best = followed(problem, best) if thorough else best
    solution = _reported(model, _rising(model, best), (ohm, second, spare))
    if weighting == "modulus":
        return solution
    return replace(solution, square_sum=relative.normal(best.theta)[:, -1, -1])


def weighted(relative: Problem, weighting: Weighting) -> Problem:
    """Return the problem of relative residuals with other weights."""
    if weighting == "modulus":
        return relative
    # beyond what residual a fit is hopeless is known of relative ones alone
    endless = np.full_like(relative.hopeless, np.inf)
    return replace(relative, weight=_WEIGHTED[weighting](relative.weight), hopeless=endless)


def _best(
    problem: Problem, given: Reals, most: int, efforts: tuple[Effort, Effort], *, thorough: bool
) -> Minimum:
    """Return the lowest minimum that any of the starts (S, B, P) leads to.

    All are tried by the first effort, the most promising, so many at most, by the second.
    """
    scouting, effort = efforts
    count, batch, size = given.shape
    row = np.arange(batch)
    scout = descend(problem.take(np.tile(row, count)), given.reshape(-1, size), scouting)
    rank = np.argsort(scout.cost.reshape(count, batch), axis=0, kind="stable")[:most]
    chosen = scout.theta.reshape(given.shape)[rank, row].reshape(-1, size)
    several = problem.take(np.tile(row, len(rank)))
    found = descend(several, chosen, effort)
    found = followed(several, found) if thorough else found
    return found.take(np.argmin(found.cost.reshape(len(rank), batch), axis=0) * batch + row)


def scaled_problem(sweeps: Sweeps, model: Model, hopeless: Reals) -> tuple[Problem, Reals, Reals]:
    """Return the problem in units of each sweep, and these: (B,) Ω and (B,) s."""
    measured_places = np.flatnonzero(sweeps.counted.any(axis=0))
    counted = np.take(sweeps.counted, measured_places, axis=1)
    measured = np.take(sweeps.impedance_ohm, measured_places, axis=1)
    magnitude = np.abs(measured)
    ohm = np.nanmedian(np.where(counted, magnitude, np.nan), axis=1)
    angular = 2.0 * np.pi * np.take(sweeps.frequency_hertz, measured_places, axis=1)
    fastest = np.where(counted, angular, -np.inf).max(axis=1)
    slowest = np.where(counted, angular, np.inf).min(axis=1)
    second = 1.0 / np.sqrt(fastest * slowest)
    angular = np.where(counted, angular * second[:, None], 1.0)
    if (angular == angular[0]).all() and (counted == counted[0]).all():
        angular = angular[:1]
    size = magnitude / ohm[:, None]
    low = np.log(np.where(counted, size, np.inf).min(axis=1)) + _FAINTEST
    high = np.log(np.where(counted, size, 0.0).max(axis=1)) + _GREATEST
    reach = 0.5 * np.log(fastest / slowest) + _BEYOND_BAND
    lowest, highest = np.empty((2, len(sweeps), len(model.circuit.parameters)))
    for place, one in enumerate(model.circuit.parameters):
        ends = np.sort([one.ohm * low, one.ohm * high], axis=0)
        wide = abs(one.second) * reach + one.graded * reach
        lowest[:, place] = -_EXPONENT_REACH if one.exponent else ends[0] - wide
        highest[:, place] = _EXPONENT_REACH if one.exponent else ends[1] + wide
    model.narrow(lowest, highest, ohm, second)
    weight = np.where(counted, 1.0 / size, 0.0)
    impedance = np.where(counted, measured / ohm[:, None], 1.0)
    problem = Problem(
        model,
        Band.of(angular),
        impedance,
        weight,
        lowest,
        highest,
        hopeless * counted.sum(axis=1),
    )
    return problem, ohm, second


def _rising(model: Model, minimum: Minimum) -> Minimum:
    """Let like arcs in series rise in their time constant, where none of them is spoken of."""
    circuit = model.circuit
    if model.bounds or model.links or model.orders:
        return minimum
    order = np.tile(np.arange(len(circuit.parameters)), (len(minimum.theta), 1))
    for size in (2, 3):
        like = [arc.first for arc in circuit.arcs if len(arc.parameters) == size]
        if len(like) < 2:
            continue
        rank = np.argsort(minimum.theta[:, np.array(like) + 1], axis=1, kind="stable")
        for place in range(size):
            order[:, np.array(like) + place] = np.array(like)[rank] + place
    whole = np.hstack((order, np.full((len(order), 1), order.shape[1])))
    normal = np.take_along_axis(minimum.normal, whole[:, :, None], axis=1)
    return replace(
        minimum,
        theta=np.take_along_axis(minimum.theta, order, axis=1),
        normal=np.take_along_axis(normal, whole[:, None], axis=2),
        pinned=np.take_along_axis(minimum.pinned, order, axis=1),
    )


def _reported(
    model: Model,
    minimum: Minimum,
    scale: tuple[Reals, Reals, NDArray[np.int64]],
) -> Solution:
    """Return values and standard errors in Ω and s: s²(JᵀJ)⁻¹, through the derivatives."""
    ohm, second, spare = scale
    scaled, size = scaled_normal(minimum.normal, minimum.pinned)
    places = np.arange(size.shape[1])
    scaled[:, places, places] = 1.0 + _REGULAR
    inverse = np.linalg.inv(scaled)
    greatest = np.abs(_correlation(inverse) - np.eye(places.size)).max(axis=(1, 2))
    circuit = model.circuit
    value, slope = report(circuit, minimum.theta, ohm, second)
    for place, source, _ in model.links:
        slope[..., source] += slope[..., place]
    slope = slope * size[:, None]
    spread = slope @ inverse @ slope.transpose(0, 2, 1)
    bound = minimum.pinned[:, [one.own for one in reported(circuit)]]
    fixed = np.isin([one.own for one in reported(circuit)], model.fixed)
    error = np.sqrt(np.einsum("bkk->bk", spread) * (minimum.cost / spare)[:, None])
    return Solution(
        minimum.theta,
        minimum.settled,
        value,
        np.where(bound & ~fixed, np.nan, error),
        _correlation(spread),
        bound,
        minimum.cost,
        greatest,
    )


def _correlation(spread: NDArray[np.floating]) -> Reals:
    deviation = np.sqrt(np.einsum("bkk->bk", spread))
    return np.asarray(spread / deviation[:, :, None] / deviation[:, None])
