"""Stripping and plating in a symmetric lithium cell at 60 °C.

|U| = J [d/sigma + r(t) (1 + 0.06 (1 - exp(-th/0.15 h)) + 0.10 exp(-th/0.02 h))], where r is the
resistance of the interface, t the time of the test and th that of the half-cycle.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from demo.measurement import Cycling, Numbers

PELLET_OHM_CM2: Final = 0.1 / 7.34e-4
"""0.1 cm of LATP at 7.34e-4 S/cm."""
HALF_CYCLE_SECOND: Final = 3600.0
POINTS_PER_HALF_CYCLE: Final = 61
SWITCHING_SECOND: Final = 1e-3
"""Between the turn of the current and the first record after it."""
NOISE_VOLT: Final = 2e-4


@dataclass(frozen=True, slots=True)
class Interface:
    """An interface whose resistance grows as r = fresh (1 + (t/doubling)^exponent)."""

    fresh_ohm_cm2: float
    doubling_hour: float
    exponent: float

    def resistance_ohm_cm2(self, hour: Numbers) -> Numbers:
        """Return the resistance at these hours of the test."""
        return self.fresh_ohm_cm2 * (1 + (hour / self.doubling_hour) ** self.exponent)


BARE: Final = Interface(4500, 45, 1.6)
"""Li on LATP."""
WETTED: Final = Interface(700, 76, 2.9)
"""Ionic liquid between them."""
COATED: Final = Interface(1150, 1e4, 1.0)
"""Ionic liquid and Prussian blue between them."""


def strip_and_plate(
    interface: Interface,
    area_cm2: float,
    current_density_ma_per_cm2: float,
    half_cycles: int,
    noise: np.random.Generator,
) -> Cycling:
    """Return half-cycles of 1 h, a point a minute, the first of them positive."""
    half_cycle = np.arange(half_cycles)[:, np.newaxis]
    step_time = np.linspace(0, HALF_CYCLE_SECOND, POINTS_PER_HALF_CYCLE)
    step_time[0] = SWITCHING_SECOND
    time = half_cycle * HALF_CYCLE_SECOND + step_time
    hour = step_time / 3600
    shape = 1 + 0.06 * (1 - np.exp(-hour / 0.15)) + 0.10 * np.exp(-hour / 0.02)
    resistance = PELLET_OHM_CM2 + interface.resistance_ohm_cm2(time / 3600) * shape
    sign = np.where(half_cycle % 2 == 0, 1.0, -1.0)
    voltage = sign * current_density_ma_per_cm2 * 1e-3 * resistance
    voltage += noise.normal(0.0, NOISE_VOLT, voltage.shape)
    every = np.ones_like(time)
    return Cycling(
        test_time_second=time.ravel(),
        step_time_second=(every * step_time).ravel(),
        current_ampere=(every * sign * current_density_ma_per_cm2 * 1e-3 * area_cm2).ravel(),
        voltage_volt=voltage.ravel(),
        cycle_count=(every * (half_cycle // 2 + 1)).astype(np.int64).ravel(),
        step_count=(every * (half_cycle + 1)).astype(np.int64).ravel(),
        step_id=(every * (half_cycle % 2)).astype(np.int64).ravel(),
    )
