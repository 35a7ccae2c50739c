"""One carrier through a stack in time, from what is stated of it: what is kept as a run.

Steps of time are implicit and all alike: of the first order in their length, and what the stack
gains in a step is the step times the flux in less the flux out, whatever the length.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from schema.transport.flux import Reals, reduced_potential
from schema.transport.stack import Layer, advanced, grid_of, steady

VERSION: Final = "1"
"""Raised whenever its numbers could change."""
_UM_PER_CM: Final = 1e4
_KELVIN: Final = 273.15


@dataclass(frozen=True, slots=True)
class StatedLayer:
    """A layer as it is stated; the potential difference is its positive side less its negative."""

    thickness_um: float
    diffusion_cm2_per_s: float
    potential_difference_volt: float


@dataclass(frozen=True, slots=True)
class Stated:
    """All that a run rests on; concentrations in mol/cm³, layers from the negative side."""

    charge_number: int
    temperature_celsius: float
    negative_concentration: float
    positive_concentration: float
    initial_concentration: float
    layers: Sequence[StatedLayer]
    duration_second: float
    step_count: int
    interval_count: int


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment of a run: concentrations at the places, fluxes from each to the next."""

    time_second: float | None
    """None when nothing changes any more."""
    position_um: Reals
    concentration_mol_per_cm3: Reals
    flux_mol_per_cm2_second: Reals


def instants(stated: Stated) -> Iterator[Instant]:
    """Yield the start, the end of each step of time, and the steady state.

    Raises:
        InvalidArgument: when a layer has no thickness, diffusion or 2 intervals, or a step no time.
    """
    grid = grid_of([_layer(stated, each) for each in stated.layers])
    position_um = grid.position_cm * _UM_PER_CM
    near, far = stated.negative_concentration, stated.positive_concentration
    inside = np.full(grid.volume_cm.size, stated.initial_concentration)
    concentration = np.concatenate([[near], inside, [far]])
    step = stated.duration_second / stated.step_count
    yield Instant(0.0, position_um, concentration, grid.fluxes(concentration))
    for count in range(1, stated.step_count + 1):
        concentration = advanced(grid, concentration, step)
        yield Instant(count * step, position_um, concentration, grid.fluxes(concentration))
    concentration = steady(grid, near, far)
    yield Instant(None, position_um, concentration, grid.fluxes(concentration))


def _layer(stated: Stated, layer: StatedLayer) -> Layer:
    kelvin = stated.temperature_celsius + _KELVIN
    u = reduced_potential(stated.charge_number, layer.potential_difference_volt, kelvin)
    return Layer(
        layer.thickness_um / _UM_PER_CM,
        layer.diffusion_cm2_per_s,
        float(u),
        stated.interval_count,
    )
