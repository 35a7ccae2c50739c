"""Long stripping and plating of a symmetric cell, to its end or the clock's, with its accidents.

|U| = J [d/sigma(T) + r(t, T) (1 + 0.06 (1 - exp(-th/0.15 h)) + 0.10 exp(-th/0.02 h))]; past the
life of the cell |U| grows by e in 0.75 h until it meets the limit of the instrument.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from demo.aging import Aging
from demo.measurement import Cycling, Numbers
from demo.pellet import resistance_ohm

PELLET_THICKNESS_CM: Final = 0.1
LIMIT_VOLT: Final = 5.0
RUNAWAY_HOUR: Final = 0.75
NOISE_VOLT: Final = 2e-4
STEP_SECOND: Final = np.concatenate([[1.0], np.arange(60.0, 3601.0, 60.0)])
"""When a half-cycle of 1 h is recorded: 1 s after the turn of the current, then each minute."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Whole hours at one current density and temperature, a half-cycle each; 0 is a rest."""

    hours: int
    density_ma_per_cm2: float
    celsius: float = 60.0


@dataclass(frozen=True, slots=True)
class Accident:
    """A change of the whole resistance to a factor of itself, and the noise that comes with it."""

    at_hour: float
    factor: float
    ramp_hour: float = 1e-3
    until_hour: float = np.inf
    relative_noise: float = 0.0

    def factor_at(self, hour: Numbers) -> Numbers:
        """Return the factor at these hours: 1 before, and again once it is over."""
        share = np.clip((hour - self.at_hour) / self.ramp_hour, 0.0, 1.0)
        return np.where(hour < self.until_hour, 1 + share * (self.factor - 1), 1.0)

    def noise_at(self, hour: Numbers) -> Numbers:
        """Return the noise as a share of the voltage at these hours."""
        lasting = (hour >= self.at_hour) & (hour < self.until_hour)
        return np.where(lasting, self.relative_noise, 0.0)


NO_ACCIDENT: Final = Accident(np.inf, 1.0)


@dataclass(frozen=True, slots=True)
class Endurance:
    """A symmetric cell and all that is done to it."""

    aging: Aging
    area_cm2: float
    stages: tuple[Stage, ...]
    accident: Accident = NO_ACCIDENT
    life_hour: float = np.inf
    pace: float = 1.0
    """How many hours of the interface's clock pass in one of the wall's."""
    fresh_factor: float = 1.0
    """How this cell's interface compares with the one it is a replicate of."""


def strip_and_plate(cell: Endurance, noise: np.random.Generator) -> tuple[Cycling, Numbers]:
    """Return the points of a test, a point a minute, and the temperature of each in °C."""
    hours = [stage.hours for stage in cell.stages]
    density, celsius, pellet_ohm_cm2 = (
        np.repeat(values, hours)[:, np.newaxis]
        for values in zip(
            *(
                (
                    stage.density_ma_per_cm2 * 1e-3,
                    stage.celsius,
                    resistance_ohm(PELLET_THICKNESS_CM, 1.0, stage.celsius),
                )
                for stage in cell.stages
            ),
            strict=True,
        )
    )
    block = np.arange(len(density))[:, np.newaxis]
    seconds = block * 3600 + STEP_SECOND
    hour, step_hour = seconds / 3600, STEP_SECOND / 3600
    shape = 1 + 0.06 * (1 - np.exp(-step_hour / 0.15)) + 0.10 * np.exp(-step_hour / 0.02)
    interface = cell.aging.resistance_ohm_cm2(hour * cell.pace, celsius) * cell.fresh_factor
    driven = density > 0
    turn = np.cumsum(driven, axis=0) % 2
    sign = np.where(driven, 2.0 * turn - 1, 0.0)
    size = density * (pellet_ohm_cm2 + interface * shape) * cell.accident.factor_at(hour)
    size *= np.exp(np.clip((hour - cell.life_hour) / RUNAWAY_HOUR, 0.0, 50.0))
    relative, absolute = noise.normal(0.0, 1.0, (2, *size.shape))
    size *= 1 + cell.accident.noise_at(hour) * relative
    voltage = np.clip(sign * size + NOISE_VOLT * absolute, -LIMIT_VOLT, LIMIT_VOLT).ravel()

    at_limit = np.flatnonzero(np.abs(voltage) >= LIMIT_VOLT)
    kept = slice(0, at_limit[0] + 1 if len(at_limit) else len(voltage))
    every = np.ones_like(size)
    cycling = Cycling(
        test_time_second=seconds.ravel()[kept],
        current_ampere=(every * sign * density * cell.area_cm2).ravel()[kept],
        voltage_volt=voltage[kept],
        cycle_count=(every * (block // 2 + 1)).astype(np.int64).ravel()[kept],
        step_count=(every * (block + 1)).astype(np.int64).ravel()[kept],
        step_id=(every * np.where(driven, 1 - turn, 2)).astype(np.int64).ravel()[kept],
    )
    return cycling, (every * celsius).ravel()[kept]
