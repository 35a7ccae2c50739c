"""Spectra that obey Kramers-Kronig, of every shape a cell shows, with noise or drift added."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.impedance.sweep import Sweeps

Complexes = NDArray[np.complex128]
Floats = NDArray[np.float64]


class Draw:
    """Parameters drawn for a batch of sweeps; time constants lie within the band."""

    def __init__(self, frequency: Floats, count: int, seed: int) -> None:
        """Start a batch of so many sweeps at these frequencies."""
        self.random = np.random.default_rng(seed)
        self.s = 2j * np.pi * frequency
        self.count = count
        self.slowest, self.fastest = 1 / self.s.imag.min(), 1 / self.s.imag.max()

    def even(self, low: float, high: float) -> Floats:
        """Return values (B, 1) spread evenly."""
        return self.random.uniform(low, high, (self.count, 1))

    def tau(self, low: float = 0.0, high: float = 1.0) -> Floats:
        """Return times between these parts of the band, from its fast end; even in ln τ."""
        return np.asarray(self.fastest * (self.slowest / self.fastest) ** self.even(low, high))

    def arc(self, resistance: Floats, tau: Floats) -> Complexes:
        """Return a depressed arc."""
        return np.asarray(resistance / (1 + (self.s * tau) ** self.even(0.75, 1.0)))


def _arcs(draw: Draw, count: int) -> Complexes:
    total = draw.even(5, 50) + 0j * draw.s
    for place in range(count):
        tau = draw.tau(place / count, (place + 1) / count)
        total = total + draw.arc(draw.even(20, 200), tau)
    return np.asarray(total)


def _overlapping(draw: Draw) -> Complexes:
    first = draw.tau(0.2, 0.6)
    second = first * 10 ** draw.even(0.3, 0.8)
    return np.asarray(
        draw.even(5, 50)
        + draw.arc(draw.even(20, 200), first)
        + draw.arc(draw.even(20, 200), second)
    )


def _warburg(draw: Draw) -> Complexes:
    # its tail is as large as the arc somewhere in the slow half of the band
    tail = draw.even(20, 100) / np.sqrt(draw.s * draw.tau(0.5, 1.0))
    return np.asarray(_arcs_fast(draw) + tail)


def _blocking(draw: Draw) -> Complexes:
    tail = draw.even(20, 100) / (draw.s * draw.tau(0.5, 1.0)) ** draw.even(0.8, 1.0)
    return np.asarray(_arcs_fast(draw) + tail)


def _arcs_fast(draw: Draw) -> Complexes:
    return np.asarray(draw.even(5, 50) + draw.arc(draw.even(20, 200), draw.tau(0.0, 0.5)))


def _finite(draw: Draw) -> Complexes:
    root = np.sqrt(draw.s * draw.tau(0.5, 0.95))
    return np.asarray(_arcs_fast(draw) + draw.even(20, 200) * np.tanh(root) / root)


def _gerischer(draw: Draw) -> Complexes:
    return np.asarray(draw.even(5, 50) + draw.even(20, 200) / np.sqrt(1 + draw.s * draw.tau()))


def _pores(draw: Draw) -> Complexes:
    root = np.sqrt((draw.s * draw.tau(0.3, 0.8)) ** draw.even(0.85, 1.0))
    return np.asarray(draw.even(5, 50) + draw.even(20, 200) / (root * np.tanh(root)))


def _leads(draw: Draw) -> Complexes:
    drop = draw.even(5, 100) * draw.s / draw.s.imag.max()
    return np.asarray(_arcs(draw, 1) + drop)


def _loop(draw: Draw) -> Complexes:
    back = draw.even(5, 18) / (1 + draw.s * draw.tau(0.7, 0.95))
    return np.asarray(_arcs_fast(draw) - back)


def _slow(draw: Draw) -> Complexes:
    # its top lies up to a decade below the band
    return np.asarray(_arcs_fast(draw) + draw.arc(draw.even(50, 1000), draw.tau(1.0, 1.2)))


def _resistor(draw: Draw) -> Complexes:
    return np.asarray(draw.even(5, 50) + 0j * draw.s)


CIRCUITS: Final[Mapping[str, Callable[[Draw], Complexes]]] = {
    "resistor": _resistor,
    "one arc": lambda draw: _arcs(draw, 1),
    "two arcs": lambda draw: _arcs(draw, 2),
    "three arcs": lambda draw: _arcs(draw, 3),
    "overlapping arcs": _overlapping,
    "Warburg": _warburg,
    "blocking": _blocking,
    "finite Warburg": _finite,
    "Gerischer": _gerischer,
    "transmission line": _pores,
    "lead inductance": _leads,
    "inductive loop": _loop,
    "arc below the band": _slow,
}


def band(points: int, decades: int) -> Floats:
    """Return frequencies from high to low, as they are measured."""
    highest = {3: 5.0, 5: 5.0, 8: 6.0}[decades]
    return np.logspace(highest, highest - decades, points)


def by_place(frequency: Floats) -> Floats:
    """Return how far the sweep has come at every point, each taking as long as the others."""
    return np.linspace(0.0, 1.0, frequency.size)


def by_time(frequency: Floats) -> Floats:
    """Return the same where a point takes three periods and a fifth of a second."""
    time = np.cumsum(3.0 / frequency + 0.2)
    return np.asarray(time / time[-1])


def drawn(
    circuit: str,
    frequency: Floats,
    count: int,
    *,
    noise: float,
    growth: Floats | float = 0.0,
    seed: int = 0,
) -> Complexes:
    """Return sweeps (B, N) whose |Z| has grown by parts (N,) of itself."""
    draw = Draw(frequency, count, seed)
    impedance = CIRCUITS[circuit](draw) * (1 + growth)
    off = draw.random.normal(size=(2, *impedance.shape))
    return np.asarray(impedance + noise * np.abs(impedance) * (off[0] + 1j * off[1]))


def sweeps_of(impedance: Complexes, frequency: Floats) -> Sweeps:
    """Return the sweeps (B, N) as those of one test."""
    count, points = impedance.shape
    return Sweeps.of(
        np.repeat(np.arange(1, count + 1), points),
        np.tile(frequency, count),
        impedance.real.ravel(),
        impedance.imag.ravel(),
    )
