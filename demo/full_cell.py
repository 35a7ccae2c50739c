"""Cycling of a Li / LATP / LiFePO4 full cell: charge, rest, discharge, rest.

The voltage is an explicit curve U(x) over the depth of discharge, with a plateau at 3.4 V, and the
polarization J R on top of it; the capacity of each cycle is given, not computed.
"""

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


@dataclass(frozen=True, slots=True)
class FullCell:
    """What a full cell is made of and how hard it is driven."""

    area_cm2: float
    loading_gram_per_cm2: float
    """Active mass of the cathode."""
    current_density_ma_per_cm2: float
    resistance_ohm_cm2: float


def coated_capacity_mah_per_gram(cycle: Numbers) -> Numbers:
    """Return the discharge capacity with Prussian blue: 199 mAh/g, hardly fading."""
    return 199 * (1 - 1.5e-4 * (cycle - 1) ** 0.9)


def wetted_capacity_mah_per_gram(cycle: Numbers) -> Numbers:
    """Return the discharge capacity with ionic liquid alone: 150 mAh/g, fading fast."""
    return 150 * np.exp(-(((cycle - 1) / 45) ** 1.4))


def open_circuit_volt(depth: Numbers) -> Numbers:
    """Return the voltage at rest at these depths of discharge, 0 charged to 1 discharged."""
    plateau = 3.40 - 0.03 * (depth - 0.5)
    return plateau + 0.45 * np.exp(-depth / 0.012) - 0.85 * np.exp((depth - 1) / 0.025)


def cycle(cell: FullCell, discharge_capacity_mah_per_gram: Numbers) -> Cycling:
    """Return as many cycles as capacities are given; 99 % of a charge returns, of the first 93 %.

    Args:
        cell: The cell and its current density.
        discharge_capacity_mah_per_gram: What each cycle gives back, shape (cycles,).
    """
    density = cell.current_density_ma_per_cm2 * 1e-3
    current = round(density * cell.area_cm2, CURRENT_STEP_AMPERE_DIGITS)
    polarization = density * cell.resistance_ohm_cm2
    cycles = len(discharge_capacity_mah_per_gram)
    efficiency = np.full(cycles, COULOMBIC_EFFICIENCY)
    efficiency[0] = FIRST_COULOMBIC_EFFICIENCY
    active_mass_gram = cell.loading_gram_per_cm2 * cell.area_cm2
    coulomb = discharge_capacity_mah_per_gram * active_mass_gram * 3.6
    rest = np.full(cycles, REST_SECOND)
    durations = np.column_stack([coulomb / efficiency / current, rest, coulomb / current, rest])

    fraction = np.linspace(0, 1, POINTS_PER_HALF_CYCLE)
    pause = np.linspace(0, 1, POINTS_PER_REST)
    relaxing = polarization * np.exp(-pause * REST_SECOND / RELAXATION_SECOND)
    progress = np.concatenate([fraction, pause, fraction, pause])
    step = np.repeat(np.arange(4), [len(fraction), len(pause)] * 2)
    depth = np.concatenate([1 - fraction, 0 * pause, fraction, 0 * pause + 1])
    driven = np.full(len(fraction), polarization)
    voltage = open_circuit_volt(depth) + np.concatenate([driven, relaxing, -driven, -relaxing])

    starts = np.cumsum(durations).reshape(durations.shape) - durations
    step_time = durations[:, step] * progress
    cycle_index = np.arange(cycles)[:, np.newaxis]
    every = np.ones_like(step_time)
    return Cycling(
        test_time_second=(starts[:, step] + step_time).ravel(),
        step_time_second=step_time.ravel(),
        current_ampere=(every * np.array([1.0, 0.0, -1.0, 0.0])[step] * current).ravel(),
        voltage_volt=(every * voltage).ravel(),
        cycle_count=(every * (cycle_index + 1)).astype(np.int64).ravel(),
        step_count=(4 * cycle_index + step + 1).ravel(),
        step_id=(every * (step + 1)).astype(np.int64).ravel(),
    )
