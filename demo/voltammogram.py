"""Potential scanned over Prussian blue: what diffuses to a plane, turned over at equilibrium.

The share that is oxidized at the face follows Nernst at once; the current is n F S c √D times the
half derivative of that share in time, summed by Grünwald's weights.
"""

from typing import Final

import numpy as np

from demo.measurement import Cycling, Numbers

MIDDLE_VOLT: Final = 3.07
"""Where half of it is oxidized, by the study's redox potential of Prussian blue."""
DIFFUSION_CM2_PER_S: Final = 2e-12
CONCENTRATION_MOL_PER_CM3: Final = 6.6e-3
_REACH_VOLT: Final = 0.4
_STEP_VOLT: Final = 0.002
_SCANS: Final = 2
_NOISE_SHARE: Final = 5e-4
"""Of the highest current."""
_FARADAY: Final = 96485.33212
_GAS: Final = 8.314462618


def scanned(
    rate_volt_per_second: float, area_cm2: float, celsius: float, noise: np.random.Generator
) -> Cycling:
    """Return two scans up and down again."""
    steps = round(2 * _REACH_VOLT / _STEP_VOLT)
    ramp = MIDDLE_VOLT - _REACH_VOLT + _STEP_VOLT * np.arange(steps)
    once = np.concatenate([ramp, ramp[::-1] + _STEP_VOLT])
    volt = np.tile(once, _SCANS)
    second = np.arange(1.0, volt.size + 1.0) * (_STEP_VOLT / rate_volt_per_second)
    reduced = _FARADAY / (_GAS * (celsius + 273.15)) * (volt - MIDDLE_VOLT)
    oxidized = 1.0 / (1.0 + np.exp(-reduced))
    charge = _FARADAY * area_cm2 * CONCENTRATION_MOL_PER_CM3 * np.sqrt(DIFFUSION_CM2_PER_S)
    clean: Numbers = charge * _half_derivative(oxidized, float(second[0]))
    ampere = clean + noise.normal(0.0, _NOISE_SHARE * float(np.max(clean)), clean.size)
    scan = np.repeat(np.arange(1, _SCANS + 1), once.size)
    return Cycling(second, np.asarray(ampere), volt, scan, np.ones_like(scan), np.ones_like(scan))


def _half_derivative(value: Numbers, step: float) -> Numbers:
    """Return the derivative of order one half of evenly spaced values that began at the first."""
    number = np.arange(1, value.size)
    weights = np.concatenate([[1.0], np.cumprod(1.0 - 1.5 / number)])
    summed = np.convolve(value - value[0], weights)[: value.size]
    return np.asarray(summed / np.sqrt(step), dtype=np.float64)
