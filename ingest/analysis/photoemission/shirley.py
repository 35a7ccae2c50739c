"""The background that rises with what was counted above it, iterated (Shirley).

D. A. Shirley, Phys. Rev. B 5 (1972) 4709; STRUCTURE S3.2.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_ROUNDS: Final = 60
_SETTLED: Final = 1e-6
"""Part of the step that the last round may change."""
_FEWEST_ENDS: Final = 5
_ENDS_EV: Final = 0.5
NO_CONVERGENCE: Final = "shirley_no_convergence"
FALLS: Final = "background_falls"


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """What lies below a line.

    Attributes:
        values: (K, N) of each copy, by rising binding energy.
        gain: (K,) step times points over net counts: noise grows like a feedback; NaN for a line.
        reason: (K,) why it is a straight line, "" where it is none.
    """

    values: Floats
    gain: Floats
    reason: NDArray[np.object_]


def end_count(step_ev: float) -> int:
    """Return how many points at either end tell the level there."""
    return max(_FEWEST_ENDS, int(np.ceil(_ENDS_EV / step_ev - 1e-9)))


def shirley(binding_ev: Floats, intensity: Floats, ends: int) -> Background:
    """Return the background of spectra, by rising binding energy.

    Args:
        binding_ev: (N,) rising.
        intensity: (K, N): a spectrum, or copies of it.
        ends: points at either end whose mean is the level there.
    """
    count, points = intensity.shape
    low = intensity[:, :ends].mean(axis=1)
    high = intensity[:, -ends:].mean(axis=1)
    step = high - low
    straight = low[:, None] + step[:, None] * np.linspace(0.0, 1.0, points)
    values = straight.copy()
    reason = np.full(count, "", dtype=object)
    reason[step < 0.0] = FALLS
    width = np.diff(binding_ev)
    at_work = np.flatnonzero(step > 0.0)
    for _ in range(_ROUNDS):
        if not at_work.size:
            break
        net = intensity[at_work] - values[at_work]
        parts = 0.5 * (net[:, 1:] + net[:, :-1]) * width
        area = np.zeros_like(net)
        np.cumsum(parts, axis=1, out=area[:, 1:])
        whole = area[:, -1:]
        with np.errstate(divide="ignore", invalid="ignore"):
            share = area / whole
        new = low[at_work, None] + step[at_work, None] * share
        change = np.abs(new - values[at_work]).max(axis=1)
        lost = ~np.isfinite(change)
        values[at_work] = np.where(lost[:, None], straight[at_work], new)
        done = change < _SETTLED * step[at_work]
        reason[at_work[lost]] = NO_CONVERGENCE
        at_work = at_work[~(done | lost)]
    values[at_work] = straight[at_work]
    reason[at_work] = NO_CONVERGENCE
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = np.abs(step) * points / (intensity - values).sum(axis=1)
    gain[reason != ""] = np.nan
    return Background(values, gain, reason)
