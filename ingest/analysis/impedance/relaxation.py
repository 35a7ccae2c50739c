"""The distribution of relaxation times γ(ln τ) of a sweep, by ridge and without negative values.

The tail that the chosen circuit tells (tail.py) is subtracted; what is left is
taken for R0 + jωL + ∫ γ/(1 + jωτ) d ln τ. Where a tail rises that no circuit tells, 1/(jωC) stands
for it (debye.py). With γ in units of the upper quartile of |Z| that is left,
|dZ|²/|Z|² + λ ∫ (dγ/d ln τ)² d ln τ is made least, each point weighed by its measured |Z|, which
noise goes with, and γ falling to zero beyond its grid (Wan, Saccoccio, Chen, Ciucci, Electrochim.
Acta 184 (2015) 483). λ is fixed, and beside that chosen for every sweep by generalized
cross-validation (Golub, Heath, Wahba, Technometrics 21 (1979) 215). Distributions of different λ or
grid must not be compared.

Simulated, 1,000 sweeps each of 50 points from 1 MHz to 0.1 Hz: a ZARC of 100 ohm (n 0.8 to 1)
behind 1 to 300 ohm is one process, within 10 % of it, in 100 % at 0.2 % noise and 99 % at 1 %
(ridge; 100 and 98 % without negative values) by the fixed λ, in 90 and 99 % (87 and 97 %) by
cross-validation. Two arcs of 1:10 to 10:1, one to two and a half decades apart, are two processes
in 96 to 99 % (99 to 100 %) by the fixed λ at 0.2 to 1 % noise, in 88 to 91 % (85 to 94 %) by
cross-validation. So the fixed λ is shown unless another is asked for. Intervals of 95 % held the
resistance of one arc in 91 to 100 % (ridge) and in 78 to 88 % (non-negative): what regularization
does to it is known roughly. Resampled spectra tell other errors and intervals, on demand
(resample.py).
"""

from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.impedance import debye
from ingest.analysis.impedance.distribution import Distribution, Filling
from ingest.analysis.impedance.grid import Grid, RelaxationSettings, Weighed
from ingest.analysis.impedance.sweep import Sweeps
from ingest.analysis.impedance.tail import Tails

VERSION: Final = "3"
WAYS: Final = ("ridge", "non_negative")
SELECTIONS: Final = ("fixed", "cross_validation")

_FEWEST_POINTS: Final = 5
"""Frequencies that R0, L, C and one relaxation of two values need."""
_FEWEST_POINTS_PER_DECADE: Final = 2.0
"""With fewer, most of a distribution would be regularization."""
_CAPACITANCE: Final = "series capacitance"

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Relaxation:
    """Distributions of relaxation times of sweeps.

    Attributes:
        time_constant_second: (B, T) τ, NaN beyond the grid of the sweep.
        tail: (B,) what was subtracted or fitted beside, e.g. CPE2; empty where nothing was.
        tail_circuit: (B,) the chosen circuit that tells so; empty where none was.
        distributions: by every way, and λ fixed or cross-validated.
    """

    time_constant_second: Floats
    tail: NDArray[np.object_]
    tail_circuit: NDArray[np.object_]
    distributions: tuple[Distribution, ...]

    def by(self, way: str, selected_by: str = "fixed") -> Distribution:
        """Return the distributions of one way and choice of λ."""
        names = way, selected_by
        return next(each for each in self.distributions if (each.way, each.selected_by) == names)


def relaxation(
    sweeps: Sweeps, settings: RelaxationSettings | None = None, tails: Tails | None = None
) -> Relaxation:
    """Find the distributions of relaxation times of every sweep.

    Every sweep gets a status, and a reason where that is not ok; none raises.

    Args:
        sweeps: B of them.
        settings: how.
        tails: of these sweeps; where nothing is known of them a circuit is wanted for those that
            rise.
    """
    settings, tails = settings or RelaxationSettings(), tails or Tails.not_known(sweeps)
    reason = np.full(len(sweeps), "", dtype=object)
    tail, doubt = tails.name.copy(), reason.copy()
    grids: list[tuple[Rows, Rows, Grid]] = []
    for rows, group in sweeps.by_grid():
        shown = np.flatnonzero(group.counted[0])
        frequency = group.frequency_hertz[0, shown]
        fewest = ceil(_FEWEST_POINTS_PER_DECADE * debye.decades(frequency))
        fault = debye.fault_of_grid(frequency, max(_FEWEST_POINTS, fewest))
        if fault:
            reason[rows] = fault
            continue
        impedance = group.impedance_ohm[:, shown]
        reactive = debye.has_reactance(impedance)
        reason[rows[~reactive]] = debye.NO_REACTANCE
        lost = (tails.unknown[rows] != "") & reactive & debye.tail_rises(frequency, impedance)
        doubt[rows[lost]] = tails.unknown[rows[lost]]
        rising = lost & settings.tail_capacitance
        tail[rows[rising]] = _CAPACITANCE
        for capacitance in (False, True):
            alike = rows[reactive & (rising == capacitance)]
            if alike.size:
                grid = Grid.at(frequency, settings, capacitance=capacitance)
                grids.append((alike, shown, grid))
    shape = len(sweeps), max((grid.time_constant.size for *_, grid in grids), default=0)
    time_constant = np.full(shape, np.nan)
    found = [
        Filling.empty((way, selected_by), shape, (reason, doubt), settings)
        for way in WAYS
        for selected_by in SELECTIONS
    ]
    for rows, shown, grid in grids:
        time_constant[rows, : grid.time_constant.size] = grid.time_constant
        for first in range(0, rows.size, debye.CHUNK):
            part = rows[first : first + debye.CHUNK]
            place = np.ix_(part, shown)
            measured = sweeps.impedance_ohm[place]
            weighed = Weighed.of(grid, measured, measured - tails.impedance_ohm[place])
            for into, solution in zip(found, weighed.solutions(settings), strict=True):
                into.enter(part, weighed, solution)
    distributions = tuple(each.distribution() for each in found)
    return Relaxation(time_constant, tail, tails.circuit, distributions)
