"""How the interface of lithium and electrolyte ages with cycling, and what heat makes of it.

r(t, T) = r60(t) T/333.15 K exp[Ea(t)/k (1/T - 1/333.15 K)], both faces of the cell together.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from demo.measurement import Numbers
from demo.pellet import BOLTZMANN_EV_PER_KELVIN, ZERO_CELSIUS_KELVIN

REFERENCE_KELVIN: Final = 333.15


@dataclass(frozen=True, slots=True)
class Interface:
    """An interface whose resistance grows as r60 = fresh (1 + (t/doubling)^exponent)."""

    fresh_ohm_cm2: float
    doubling_hour: float
    exponent: float

    def resistance_ohm_cm2(self, hour: Numbers) -> Numbers:
        """Return the resistance at these hours of the test."""
        return self.fresh_ohm_cm2 * (1 + (hour / self.doubling_hour) ** self.exponent)


@dataclass(frozen=True, slots=True)
class Aging:
    """An interface at 60 °C, and its activation energy while it is cycled."""

    interface: Interface
    fresh_activation_energy_ev: float
    drift_ev_per_hour: float

    def resistance_ohm_cm2(self, hour: Numbers, celsius: Numbers) -> Numbers:
        """Return the resistance after these hours of cycling at these temperatures."""
        kelvin = celsius + ZERO_CELSIUS_KELVIN
        barrier_ev = self.fresh_activation_energy_ev + self.drift_ev_per_hour * hour
        inverse = 1 / kelvin - 1 / REFERENCE_KELVIN
        heat = kelvin / REFERENCE_KELVIN * np.exp(barrier_ev / BOLTZMANN_EV_PER_KELVIN * inverse)
        return np.asarray(self.interface.resistance_ohm_cm2(hour) * heat)


BARE_AGING: Final = Aging(Interface(4500, 45, 1.6), 0.411, (0.311 - 0.411) / 150)
"""Li on LATP."""
WETTED_AGING: Final = Aging(Interface(700, 76, 2.9), 0.33, (0.45 - 0.33) / 350)
"""Ionic liquid between them."""
COATED_AGING: Final = Aging(Interface(1150, 1e4, 1.0), 0.35, 0.0)
"""Ionic liquid and Prussian blue between them."""
STEADY_AGING: Final = Aging(Interface(1150, 1e5, 1.0), 0.35, 0.0)
"""An interface that does not age: what happens to its cell is an event."""
