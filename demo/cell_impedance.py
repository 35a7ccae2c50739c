"""Impedance of a symmetric cell after some hours of cycling, at several temperatures.

Z = R_bulk + ZARC of the grain boundaries + ZARC of the interface + Warburg, per 0.1 cm of LATP.
"""

from typing import Final

import numpy as np

from demo.aging import Aging
from demo.endurance import PELLET_THICKNESS_CM
from demo.measurement import Sweep
from demo.pellet import (
    BOUNDARY_CAPACITANCE_FARAD,
    BOUNDARY_EXPONENT,
    BULK_SHARE,
    RELATIVE_NOISE,
    resistance_ohm,
)

INTERFACE_CAPACITANCE_FARAD_PER_CM2: Final = 1e-7
INTERFACE_EXPONENT: Final = 0.9
WARBURG_OHM_CM2: Final = 2.0
"""Times (jw)^-1/2 with w in rad/s."""


def sweep(
    aging: Aging,
    area_cm2: float,
    cycled_hour: float,
    temperature_celsius: float,
    noise: np.random.Generator,
) -> Sweep:
    """Return 50 frequencies from 1 MHz to 0.1 Hz, each part with 0.2 % of |Z| as noise."""
    whole = resistance_ohm(PELLET_THICKNESS_CM, area_cm2, temperature_celsius)
    boundary = (1 - BULK_SHARE) * whole
    interface_ohm_cm2 = aging.resistance_ohm_cm2(
        np.array(cycled_hour), np.array(temperature_celsius)
    )
    frequency = np.logspace(6, -1, 50)
    jw = 2j * np.pi * frequency
    time_constant = interface_ohm_cm2 * INTERFACE_CAPACITANCE_FARAD_PER_CM2
    impedance = (
        BULK_SHARE * whole
        + boundary / (1 + (jw * boundary * BOUNDARY_CAPACITANCE_FARAD) ** BOUNDARY_EXPONENT)
        + interface_ohm_cm2 / area_cm2 / (1 + (jw * time_constant) ** INTERFACE_EXPONENT)
        + WARBURG_OHM_CM2 / area_cm2 / np.sqrt(jw)
    )
    real, imaginary = noise.normal(0.0, RELATIVE_NOISE, (2, len(frequency)))
    return Sweep(
        test_time_second=np.cumsum(2 / frequency + 0.3),
        frequency_hertz=frequency,
        impedance_ohm=impedance + np.abs(impedance) * (real + 1j * imaginary),
    )
