"""Cycling of a Li / LATP / LiFePO4 full cell: charge, rest, discharge, rest.

The voltage is an explicit curve U(x) over the depth of discharge, with a plateau at 3.4 V, and the
polarization J R on top of it; the capacity of each cycle is given, not computed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from demo.measurement import Cycling, Numbers

FIRST_COULOMBIC_EFFICIENCY: Final = 0.93
COULOMBIC_EFFICIENCY: Final = 0.99
POINTS_PER_HALF_CYCLE: Final = 60
REST_SECOND: Final = 600.0
POINTS_PER_REST: Final = 6
RELAXATION_SECOND: Final = 120.0
CURRENT_STEP_AMPERE_DIGITS: Final = 8
"""A cycler sets its current in steps of 10 nA."""


def phosphate_volt(depth: Numbers) -> Numbers:
    """Return the voltage of LFP at rest at these depths of discharge, 0 charged to 1 discharged."""
    plateau = 3.40 - 0.03 * (depth - 0.5)
    return plateau + 0.45 * np.exp(-depth / 0.012) - 0.85 * np.exp((depth - 1) / 0.025)


def fluoride_volt(depth: Numbers) -> Numbers:
    """Return the voltage of FeF3 at rest: insertion above 2.7 V, conversion below."""
    conversion = 1 / (1 + np.exp((0.45 - depth) / 0.06))
    slope = 3.25 - 0.6 * depth - 0.65 * conversion
    return slope + 0.7 * np.exp(-depth / 0.02) - 0.7 * np.exp((depth - 1) / 0.03)


@dataclass(frozen=True, slots=True)
class FullCell:
    """What a full cell is made of and how hard it is driven."""

    area_cm2: float
    loading_gram_per_cm2: float
    """Active mass of the cathode."""
    current_density_ma_per_cm2: float | Numbers
    """One for all cycles, or one for each, shape (cycles,)."""
    resistance_ohm_cm2: float
    coulombic_efficiency: float = COULOMBIC_EFFICIENCY
    """Of every cycle but the first."""
    open_circuit_volt: Callable[[Numbers], Numbers] = phosphate_volt


def cycle(cell: FullCell, discharge_capacity_mah_per_gram: Numbers) -> Cycling:
    """Return as many cycles as capacities are given; of the first charge 93 % returns.

    Args:
        cell: The cell and its current density.
        discharge_capacity_mah_per_gram: What each cycle gives back, shape (cycles,).
    """
    cycles = len(discharge_capacity_mah_per_gram)
    density = np.full(cycles, cell.current_density_ma_per_cm2) * 1e-3
    current = np.round(density * cell.area_cm2, CURRENT_STEP_AMPERE_DIGITS)
    polarization = (density * cell.resistance_ohm_cm2)[:, np.newaxis]
    efficiency = np.full(cycles, cell.coulombic_efficiency)
    efficiency[0] = FIRST_COULOMBIC_EFFICIENCY
    active_mass_gram = cell.loading_gram_per_cm2 * cell.area_cm2
    coulomb = discharge_capacity_mah_per_gram * active_mass_gram * 3.6
    rest = np.full(cycles, REST_SECOND)
    durations = np.column_stack([coulomb / efficiency / current, rest, coulomb / current, rest])

    fraction = np.linspace(0, 1, POINTS_PER_HALF_CYCLE)
    pause = np.linspace(0, 1, POINTS_PER_REST)
    relaxing = np.exp(-pause * REST_SECOND / RELAXATION_SECOND)
    progress = np.concatenate([fraction, pause, fraction, pause])
    step = np.repeat(np.arange(4), [len(fraction), len(pause)] * 2)
    depth = np.concatenate([1 - fraction, 0 * pause, fraction, 0 * pause + 1])
    driven = np.ones(len(fraction))
    sides = np.concatenate([driven, relaxing, -driven, -relaxing])
    voltage = cell.open_circuit_volt(depth) + polarization * sides

    starts = np.cumsum(durations).reshape(durations.shape) - durations
    step_time = durations[:, step] * progress
    cycle_index = np.arange(cycles)[:, np.newaxis]
    every = np.ones_like(step_time)
    return Cycling(
        test_time_second=(starts[:, step] + step_time).ravel(),
        current_ampere=(np.array([1.0, 0.0, -1.0, 0.0])[step] * current[:, np.newaxis]).ravel(),
        voltage_volt=voltage.ravel(),
        cycle_count=(every * (cycle_index + 1)).astype(np.int64).ravel(),
        step_count=(4 * cycle_index + step + 1).ravel(),
        step_id=(every * (step + 1)).astype(np.int64).ravel(),
    )
