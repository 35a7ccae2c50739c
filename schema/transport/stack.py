"""One carrier through a stack of layers, field-resolved: finite volumes of exponential fluxes.

Between neighboring nodes the flux is that of a constant field (Scharfetter, Gummel, IEEE Trans.
Electron Devices 16 (1969) 64): exact on any grid where the field is constant, and no
concentration falls below zero. What leaves one volume enters the next, so nothing is lost. Both
ends keep their concentrations; where layers meet the concentration is one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_banded

from schema.error import InvalidArgument
from schema.transport.flux import Reals, bernoulli, flux_between


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer as one carrier meets it."""

    thickness_cm: float
    diffusion_cm2_per_s: float
    reduced_potential: float = 0.0
    """u over the layer, far side less near side; it falls in a straight line."""
    interval_count: int = 200


@dataclass(frozen=True, slots=True)
class Grid:
    """A stack cut into intervals: arrays of one length, their nodes one more."""

    width_cm: Reals
    conductance_cm_per_s: Reals
    """D over the width of each interval."""
    forth: Reals
    """B(du) of each interval."""
    back: Reals
    """B(-du)."""
    du: Reals

    @property
    def position_cm(self) -> Reals:
        """Return where the nodes are."""
        return np.concatenate([[0.0], np.cumsum(self.width_cm)])

    @property
    def volume_cm(self) -> Reals:
        """Return the width that each inner node stands for."""
        return np.asarray((self.width_cm[:-1] + self.width_cm[1:]) / 2.0)

    def fluxes(self, concentration: Reals) -> Reals:
        """Return J through each interval, mol/(cm²·s), of concentrations at the nodes."""
        return flux_between(
            self.conductance_cm_per_s, concentration[:-1], concentration[1:], self.du
        )


def grid_of(layers: Sequence[Layer]) -> Grid:
    """Return a stack cut into the intervals of its layers.

    Raises:
        InvalidArgument: when there is no layer, or one has no thickness, diffusion or 2 intervals.
    """
    if not layers:
        raise InvalidArgument("layers", layers, "at least one layer")
    for each in layers:
        if not (each.thickness_cm > 0 and each.diffusion_cm2_per_s > 0 and each.interval_count > 1):
            takes = "layers of a thickness and a diffusion above 0, cut into 2 intervals or more"
            raise InvalidArgument("layers", each, takes)
    counts = [each.interval_count for each in layers]
    width = np.repeat([each.thickness_cm / each.interval_count for each in layers], counts)
    diffusion = np.repeat([each.diffusion_cm2_per_s for each in layers], counts)
    du = np.repeat([each.reduced_potential / each.interval_count for each in layers], counts)
    return Grid(width, diffusion / width, bernoulli(du), bernoulli(-du), du)


def steady(grid: Grid, near: float, far: float) -> Reals:
    """Return the concentrations at the nodes, mol/cm³, at which nothing changes any more."""
    still = np.zeros(grid.volume_cm.size)
    return _solved(grid, still, still, near, far)


def advanced(grid: Grid, concentration: Reals, second: float) -> Reals:
    """Return the concentrations after a step of time, implicitly: stable however long it is.

    What the inner volumes gain is the step times the first flux less the last one, of the answer.

    Raises:
        InvalidArgument: when the step is not above zero.
    """
    if not second > 0.0:
        raise InvalidArgument("second", second, "a step of time above 0")
    store = grid.volume_cm / second
    amount = store * concentration[1:-1]
    return _solved(grid, store, amount, float(concentration[0]), float(concentration[-1]))


def _solved(grid: Grid, store: Reals, amount: Reals, near: float, far: float) -> Reals:
    """Return nodes of which store·C + J(out) - J(in) = amount in every inner volume."""
    forth = grid.conductance_cm_per_s * grid.forth
    back = grid.conductance_cm_per_s * grid.back
    bands = np.zeros((3, store.size))
    bands[0, 1:], bands[1], bands[2, :-1] = -back[1:-1], store + forth[1:] + back[:-1], -forth[1:-1]
    right = amount.copy()
    right[0] += forth[0] * near
    right[-1] += back[-1] * far
    inner = solve_banded((1, 1), bands, right)
    return np.concatenate([[near], inner, [far]])
