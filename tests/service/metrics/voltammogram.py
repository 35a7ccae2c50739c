"""Voltammograms simulated by the semi-integral of the current, which no metric knows of.

Diffusion to a plane: the semi-integral m(t) = ∫ i(τ) / √(π(t - τ)) dτ is n F S √D (C - C₀),
whatever the potential does (Oldham). With the current straight between two times, each step is one
equation.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
FARADAY, GAS = 96485.33212, 8.314462618
HALF_WAVE_VOLT = 0.3


@dataclass(frozen=True)
class Wave:
    """One electron to a plane of 1 cm², 1 mmol/l: reversible, or of a rate that is not."""

    rate_volt_per_second: float = 0.1
    kelvin: float = 298.15
    turn_volt: float = 0.6
    step_volt: float = 1e-3
    diffusion_cm2_per_second: float = 1e-5
    rate_constant_cm_per_second: float | None = None
    """None where it is reversible; else forward alone, with a transfer coefficient of one half."""

    @property
    def factor(self) -> float:
        """Return n F S √D C."""
        return FARADAY * 1e-6 * float(np.sqrt(self.diffusion_cm2_per_second))

    @property
    def peak_ampere(self) -> float:
        """Return the peak current of the textbook."""
        per_volt = FARADAY / (GAS * self.kelvin)
        root = float(np.sqrt(per_volt * self.rate_volt_per_second))
        if self.rate_constant_cm_per_second is None:
            return 0.446294 * self.factor * root
        return 0.4958 * self.factor * root * float(np.sqrt(0.5))


def simulated(wave: Wave) -> tuple[Floats, Floats, Floats]:
    """Return time in s, potential in V and current in A, there and back."""
    rising = np.arange(0.0, wave.turn_volt + wave.step_volt / 2, wave.step_volt)
    volt = np.concatenate([rising, rising[-2::-1]])
    interval = wave.step_volt / wave.rate_volt_per_second
    per_volt = FARADAY / (GAS * wave.kelvin)
    unit = 4 / 3 * np.sqrt(interval / np.pi)
    apart = np.arange(1.0, volt.size)
    weight = np.concatenate([[1.0], (apart + 1) ** 1.5 - 2 * apart**1.5 + (apart - 1) ** 1.5])
    current = np.zeros(volt.size)
    for now in range(1, volt.size):
        first = 1.5 * now**0.5 - now**1.5 + (now - 1) ** 1.5
        past = unit * (weight[1:now][::-1] @ current[1:now] + first * current[0])
        if wave.rate_constant_cm_per_second is None:
            share = 1 / (1 + np.exp(-per_volt * (volt[now] - HALF_WAVE_VOLT)))
            current[now] = (wave.factor * share - past) / unit
        else:
            speed = np.exp(0.5 * per_volt * (volt[now] - HALF_WAVE_VOLT))
            forward = FARADAY * 1e-6 * wave.rate_constant_cm_per_second * speed
            current[now] = forward * (1 - past / wave.factor) / (1 + forward * unit / wave.factor)
    return np.arange(volt.size) * interval, volt, current


def recorded(
    time: Floats, volt: Floats, current: Floats, *, test: int = 1, celsius: float | None = None
) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of a test that is one scan."""
    step = {"test_id": test, "step_count": 1, "cycle_count": 1, "mode": "voltammetry"}
    return {
        "step": [step | {"mean_temperature_celsius": celsius}],
        "points": [
            {
                "test_id": test,
                "step_count": 1,
                "record_index": number,
                "test_time_second": float(second),
                "interval_second": float(interval),
                "voltage_volt": float(volts),
                "current_ampere": float(ampere),
            }
            for number, (second, interval, volts, ampere) in enumerate(
                zip(time, np.diff(time, prepend=0.0), volt, current, strict=True), 1
            )
        ],
    }
