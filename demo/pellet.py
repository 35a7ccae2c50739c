"""Impedance of a sintered LATP pellet between blocking electrodes.

Z = jwL + R_bulk + R_gb / (1 + (jw R_gb C_gb)^n) + 1 / (Q (jw)^m); both resistances follow
R(T) = R(303.15 K) T/303.15 K exp[Ea/k (1/T - 1/303.15 K)].
"""

from typing import Final

import numpy as np

from demo.measurement import Numbers, Sweep

BOLTZMANN_EV_PER_KELVIN: Final = 8.617333262e-5
ZERO_CELSIUS_KELVIN: Final = 273.15
REFERENCE_KELVIN: Final = 303.15
CONDUCTIVITY_303_SIEMENS_PER_CM: Final = 1.12e-4
ACTIVATION_ENERGY_EV: Final = 0.5728
"""The one that joins 1.12e-4 S/cm at 30 °C with 7.34e-4 S/cm at 60 °C."""
BULK_SHARE: Final = 0.30
"""Share of the bulk in the whole resistance."""
INDUCTANCE_HENRY: Final = 2e-7
BOUNDARY_CAPACITANCE_FARAD: Final = 3e-9
BOUNDARY_EXPONENT: Final = 0.95
ELECTRODE_ADMITTANCE: Final = 4e-6
"""Q of the blocking electrodes, S·s^m."""
ELECTRODE_EXPONENT: Final = 0.92
RELATIVE_NOISE: Final = 0.002


def resistance_ohm(thickness_cm: float, area_cm2: float, temperature_celsius: float) -> float:
    """Return the resistance of bulk and grain boundaries together."""
    kelvin = temperature_celsius + ZERO_CELSIUS_KELVIN
    at_reference = thickness_cm / (CONDUCTIVITY_303_SIEMENS_PER_CM * area_cm2)
    barrier = ACTIVATION_ENERGY_EV / BOLTZMANN_EV_PER_KELVIN
    heat = barrier * (1 / kelvin - 1 / REFERENCE_KELVIN)
    return float(at_reference * kelvin / REFERENCE_KELVIN * np.exp(heat))


def frequencies_hertz() -> Numbers:
    """Return 10 MHz to 0.1 Hz, 8 a decade, 65 in all, falling."""
    return np.logspace(7, -1, 65)


def sweep(
    thickness_cm: float, area_cm2: float, temperature_celsius: float, noise: np.random.Generator
) -> Sweep:
    """Return an impedance sweep at one temperature, each part with 0.2 % of |Z| as noise."""
    whole = resistance_ohm(thickness_cm, area_cm2, temperature_celsius)
    bulk, boundary = BULK_SHARE * whole, (1 - BULK_SHARE) * whole
    frequency = frequencies_hertz()
    jw = 2j * np.pi * frequency
    impedance = (
        jw * INDUCTANCE_HENRY
        + bulk
        + boundary / (1 + (jw * boundary * BOUNDARY_CAPACITANCE_FARAD) ** BOUNDARY_EXPONENT)
        + 1 / (ELECTRODE_ADMITTANCE * jw**ELECTRODE_EXPONENT)
    )
    real, imaginary = noise.normal(0.0, RELATIVE_NOISE, (2, len(frequency)))
    return Sweep(
        test_time_second=np.cumsum(2 / frequency + 0.3),
        frequency_hertz=frequency,
        impedance_ohm=impedance + np.abs(impedance) * (real + 1j * imaginary),
    )
