"""What distributions of relaxation times say of arcs drawn, and how often they cover them.

Intervals are those of the default distribution, by ridge with the fixed λ: of all sweeps by
covariance, of the first few by resampled spectra besides.
"""

from collections.abc import Mapping, Sequence
from math import inf, log, nan
from typing import Any, Final

import numpy as np

from benchmarks.simulated_impedance import Simulated, Truth
from ingest.analysis.computation import results
from ingest.analysis.earlier import computed_before
from ingest.analysis.impedance.analysis import AnalysisSettings
from ingest.analysis.impedance.grid import RelaxationSettings
from ingest.subject import SWEEPS
from schema.warehouse import Warehouse

NORMAL_95: Final = 1.959964
RESAMPLED_SWEEPS: Final = 50
RESAMPLES: Final = 100
"""Of so many sweeps of a cell so many spectra are drawn anew."""
_RESOLVED: Final = frozenset({"R", "L", "arc"})
"""Shapes beside which a process of a distribution is an arc that was drawn: a tail has others."""
_SAME_PROCESS: Final = 0.5 * log(10.0)
"""How far apart the logarithms of two time constants of one arc may be."""
_RESISTANCE: Final = "resistance_ohm", "resistance_error_ohm"
_INTERVAL: Final = "resistance_low_ohm", "resistance_high_ohm"

Found = tuple[float, float, float]
"""Two numbers of an arc or process, and its time constant."""


def resolved(truth: Truth) -> bool:
    """Return whether arcs are all that relaxes of what was drawn."""
    return bool(truth.arcs) and all(term.shape in _RESOLVED for term in truth.terms)


def resampled(simulated: Simulated, warehouse: Warehouse) -> list[tuple[Found, ...]]:
    """Return ends of intervals by resamples, of every sweep; none beyond the first, or of tails."""
    count = len(simulated.steady_ohm)
    found: list[tuple[Found, ...]] = [()] * count
    if not resolved(simulated.truth):
        return found
    columns = simulated.columns(simulated.steady_ohm[:RESAMPLED_SWEEPS])
    settings = AnalysisSettings(relaxation=RelaxationSettings(resamples=RESAMPLES))
    (told,) = results(columns, settings, computed_before(warehouse, SWEEPS), ["relaxation"])
    for row in told.rows.to_pylist():
        if (row["way"], row["selected_by"]) == ("ridge", "fixed"):
            found[row["spectrum_count"] - 1] = found_of(row["relaxation_peak"], _INTERVAL)
    return found


def processes_scored(
    simulated: Simulated,
    linear: Sequence[tuple[Found, ...]],
    drawn: Sequence[tuple[Found, ...]],
) -> dict[str, int]:
    """Return the fields of Line that come of processes of every sweep.

    Args:
        simulated: what was drawn.
        linear: resistances and their errors by covariance.
        drawn: ends of their intervals by resamples.
    """
    if not resolved(simulated.truth):
        return {}
    true, ohm, error = _pairs(simulated, linear)
    held, low, high = _pairs(simulated, drawn)
    return {
        "processes": len(linear) * len(simulated.truth.arcs),
        "processes_matched": true.size,
        "process_intervals": int(np.isfinite(error).sum()),
        "process_covered": int((np.abs(ohm - true) <= NORMAL_95 * error).sum()),
        "resampled_intervals": int(np.isfinite(high - low).sum()),
        "resampled_covered": int(((low <= held) & (held <= high)).sum()),
    }


def _pairs(simulated: Simulated, found: Sequence[tuple[Found, ...]]) -> Any:  # noqa: ANN401 - arrays
    """Return true resistances (P,) and the two numbers found of each."""
    pairs = [pair for row, each in enumerate(found) for pair in matched(simulated, row, each)]
    return np.array(pairs).reshape(-1, 3).T


def matched(simulated: Simulated, row: int, found: Sequence[Found]) -> list[Found]:
    """Return the true resistance and what was found of arcs nearest in time, each once."""
    pairs = sorted(
        (abs(log(each[2] / term.tau[row])), place, other)
        for place, term in enumerate(simulated.truth.arcs)
        for other, each in enumerate(found)
        if each[2] > 0.0
    )
    taken: dict[int, int] = {}
    for apart, place, other in pairs:
        if apart <= _SAME_PROCESS and place not in taken and other not in taken.values():
            taken[place] = other
    return [
        (float(simulated.truth.arcs[place].ohm[row]), *found[other][:2])
        for place, other in taken.items()
    ]


def found_of(
    rows: Sequence[Mapping[str, Any]], names: tuple[str, str] = _RESISTANCE
) -> tuple[Found, ...]:
    """Return two numbers of arcs or processes with their time constants."""
    first, second = names
    return tuple(
        (number(row[first]), number(row[second]), number(row["time_constant_second"]))
        for row in rows
    )


def number(value: float | None) -> float:
    """Return what the store tells, nan where it is nothing."""
    return nan if value is None or abs(value) == inf else value
