"""Titration of a film of Prussian blue, by current and by potential: diffusion through a plate.

Into a plate of thickness L, closed behind, a current of j lets the concentration at its face rise
by j L/(F D) [X + 1/3 - (2/pi^2) sum exp(-n^2 pi^2 X)/n^2], X = D t/L^2; at a face held from t = 0
on, the charge Q of the step flows as 2 Q D/L^2 sum exp(-(n + 1/2)^2 pi^2 X).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from demo.measurement import Cycling, Numbers

TERMS: Final = 400
PULSE_SECOND: Final = 600.0
REST_SECOND: Final = 14400.0
HOLD_SECOND: Final = 30000.0
SERIES_OHM: Final = 60.0
NOISE_VOLT: Final = 2e-5
NOISE_AMPERE: Final = 3e-10
LOWEST_VOLT: Final = 3.3
"""Of the film at rest, all its lithium in it."""
SPAN_VOLT: Final = 0.5
"""From there to the film without lithium, in a straight line."""


@dataclass(frozen=True, slots=True)
class Film:
    """A film between no lithium and all of it."""

    thickness_cm: float
    capacity_coulomb: float

    def diffusion_cm2_per_s(self, volt: float) -> float:
        """Return how fast lithium diffuses: least in the middle of the span."""
        share = (volt - LOWEST_VOLT) / SPAN_VOLT
        return float(1e-12 * 10 ** (2.4 * (share - 0.5) ** 2))


def galvanostatic(film: Film, pulses: int, noise: np.random.Generator) -> Cycling:
    """Return a rest, then so many pulses out of the empty film's first half, a rest after each."""
    ampere = film.capacity_coulomb * 0.9 / (pulses * PULSE_SECOND)
    change_volt = SPAN_VOLT * ampere * PULSE_SECOND / film.capacity_coulomb
    pulse, rest = _spaced(1.0, PULSE_SECOND, 60), _spaced(1.0, REST_SECOND, 80)
    volt = LOWEST_VOLT + 0.05 * SPAN_VOLT
    times, volts, amperes = [np.linspace(0.0, 600.0, 21)], [np.full(21, volt)], [np.zeros(21)]
    for _ in range(pulses):
        pace = film.diffusion_cm2_per_s(volt + change_volt / 2) / film.thickness_cm**2
        slope = change_volt / (pace * PULSE_SECOND)
        start = times[-1][-1]
        times += [start + pulse, start + PULSE_SECOND + rest]
        volts += [
            volt + slope * _risen(pace * pulse) + ampere * SERIES_OHM,
            volt + slope * (_risen(pace * (PULSE_SECOND + rest)) - _risen(pace * rest)),
        ]
        amperes += [np.full(len(pulse), ampere), np.zeros(len(rest))]
        volt += change_volt
    return _cycling(
        times, [each + noise.normal(0, NOISE_VOLT, len(each)) for each in volts], amperes
    )


def potentiostatic(film: Film, steps: int, noise: np.random.Generator) -> Cycling:
    """Return a rest, then so many steps of 20 mV, each held until the film follows."""
    change_volt = 0.02
    charge = film.capacity_coulomb * change_volt / SPAN_VOLT
    hold = _spaced(1.0, HOLD_SECOND, 200)
    volt = LOWEST_VOLT + 0.3 * SPAN_VOLT
    times, volts, amperes = [np.linspace(0.0, 600.0, 21)], [np.full(21, volt)], [np.zeros(21)]
    for _ in range(steps):
        pace = film.diffusion_cm2_per_s(volt + change_volt / 2) / film.thickness_cm**2
        volt += change_volt
        times.append(times[-1][-1] + hold)
        volts.append(np.full(len(hold), volt))
        current = charge * pace * _flowing(pace * hold)
        amperes.append(current + noise.normal(0, NOISE_AMPERE, len(hold)))
    return _cycling(times, volts, amperes)


def _risen(reduced_time: Numbers) -> Numbers:
    """Return how far the face of a plate has risen, by how fast it is filled."""
    n = np.arange(1, TERMS)[:, np.newaxis]
    fading = np.sum(np.exp(-((n * np.pi) ** 2) * reduced_time) / n**2, axis=0)
    return np.asarray(reduced_time + 1 / 3 - 2 / np.pi**2 * fading)


def _flowing(reduced_time: Numbers) -> Numbers:
    """Return what flows into a plate whose face is held, a share of its charge a unit of time."""
    n = np.arange(TERMS)[:, np.newaxis]
    return np.asarray(2 * np.sum(np.exp(-(((n + 0.5) * np.pi) ** 2) * reduced_time), axis=0))


def _spaced(first: float, last: float, count: int) -> Numbers:
    """Return times that grow as their square does, as many records at first as later."""
    return np.asarray(np.linspace(np.sqrt(first), np.sqrt(last), count) ** 2)


def _cycling(
    times: Sequence[Numbers], volts: Sequence[Numbers], amperes: Sequence[Numbers]
) -> Cycling:
    steps = np.repeat(np.arange(1, len(times) + 1), [len(each) for each in times])
    return Cycling(
        test_time_second=np.concatenate(times),
        current_ampere=np.concatenate(amperes),
        voltage_volt=np.concatenate(volts),
        cycle_count=np.ones(len(steps), np.int64),
        step_count=steps,
        step_id=steps,
    )
