"""Potentials held: electrons through a pellet of LATP, lithium through the ionic liquid."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from demo.measurement import Cycling, Numbers, Sweep

ELECTRONIC_S_PER_CM: Final = 2.2e-9
"""Of LATP in this demo; the study tells none."""
PELLET_SECOND: Final = 36000.0
PELLET_TIME_SECOND: Final = 3600.0
"""How fast the ions of the pellet come to rest."""
NOISE_AMPERE: Final = 2e-11

LIQUID_VOLT: Final = 0.010
LIQUID_SECOND: Final = 14400.0
LIQUID_TIME_SECOND: Final = 1500.0
RESISTANCE_OHM: Final = 30.0
"""Of the liquid itself, between two discs of lithium."""
TRANSFERENCE: Final = 0.18


@dataclass(frozen=True, slots=True)
class Interface:
    """The two interfaces of lithium and the liquid, in series."""

    resistance_ohm: float
    capacitance_farad: float = 2e-6


BEFORE: Final = Interface(50.0)
AFTER: Final = Interface(60.0)


def blocked(
    volts: Sequence[float], thickness_cm: float, area_cm2: float, noise: np.random.Generator
) -> Cycling:
    """Return steps of a held potential between electrodes that let no ion through."""
    time = np.linspace(30.0, PELLET_SECOND, 240)
    fading = np.exp(-time / PELLET_TIME_SECOND)
    steps = []
    for volt in volts:
        steady = ELECTRONIC_S_PER_CM * area_cm2 / thickness_cm * volt
        steps.append(steady + 20 * steady * fading + noise.normal(0, NOISE_AMPERE, len(time)))
    return _held(time, volts, steps)


def between_lithium(noise: np.random.Generator) -> Cycling:
    """Return a potential held over the liquid: at first all ions carry, in the end lithium."""
    time = np.concatenate([[0.02], np.linspace(1.0, np.sqrt(LIQUID_SECOND), 300) ** 2])
    first = LIQUID_VOLT / (RESISTANCE_OHM + BEFORE.resistance_ohm)
    share = TRANSFERENCE * first
    steady = (
        share
        * LIQUID_VOLT
        / (LIQUID_VOLT - first * BEFORE.resistance_ohm + share * AFTER.resistance_ohm)
    )
    current = steady + (first - steady) * np.exp(-time / LIQUID_TIME_SECOND)
    return _held(time, [LIQUID_VOLT], [current + noise.normal(0, 1e-9, len(time))])


def sweep(interface: Interface, noise: np.random.Generator) -> Sweep:
    """Return the impedance of the liquid between lithium, each part with 0.2 % of |Z| as noise."""
    frequency = np.logspace(6, 0, 49)
    jw = 2j * np.pi * frequency
    resistance = interface.resistance_ohm
    impedance = RESISTANCE_OHM + resistance / (1 + jw * resistance * interface.capacitance_farad)
    real, imaginary = noise.normal(0.0, 0.002, (2, len(frequency)))
    return Sweep(
        test_time_second=np.cumsum(2 / frequency + 0.3),
        frequency_hertz=frequency,
        impedance_ohm=impedance + np.abs(impedance) * (real + 1j * imaginary),
    )


def _held(time: Numbers, volts: Sequence[float], amperes: Sequence[Numbers]) -> Cycling:
    steps = np.repeat(np.arange(1, len(volts) + 1), len(time))
    return Cycling(
        test_time_second=np.concatenate([time + n * time[-1] for n in range(len(volts))]),
        current_ampere=np.concatenate(amperes),
        voltage_volt=np.repeat(np.asarray(volts, float), len(time)),
        cycle_count=np.ones(len(steps), np.int64),
        step_count=steps,
        step_id=steps,
    )
