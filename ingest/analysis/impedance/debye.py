"""Debye relaxations in series with a resistance, an inductance and a capacitance.

The Kramers-Kronig test and the distribution of relaxation times are linear in the same columns.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

CHUNK: Final = 512
"""Sweeps worked on together: few enough that what is computed of them stays cached."""
SHORTEST_SPAN_DECADES: Final = 1.0
"""Fewer decades of frequency than this tell nothing of a relaxation."""
LEAST_TAIL_SHARE: Final = 0.02
"""Part of |Z| that -Im(Z) holds in the lowest decade, at least, where a tail rises."""
LEAST_REACTANCE_SHARE: Final = 1e-9
"""Part of the largest |Z| that |Im(Z)| reaches somewhere, at least, in a sweep worth testing."""

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]


def columns(frequency_hertz: Floats, time_constant_second: Floats, *, capacitance: bool) -> Floats:
    """Return what R, L, 1/C where asked for, and every unit R/(1 + jωτ) add to Z, per unit.

    L counts per 1/ω_max and 1/C per ω_min, so that all columns are of one size.

    Args:
        frequency_hertz: (N,).
        time_constant_second: (T,).
        capacitance: whether there is a column for 1/C.

    Returns:
        (2N, K): real parts above imaginary parts; the last T columns are the units.
    """
    omega = 2.0 * np.pi * frequency_hertz
    series = [np.ones(omega.size, dtype=np.complex128), 1j * omega / omega.max()]
    if capacitance:
        series.append(omega.min() / (1j * omega))
    units = 1.0 / (1.0 + 1j * omega[:, None] * time_constant_second)
    return stacked(np.column_stack([*series, units]), axis=0)


def stacked(values: Complexes, axis: int) -> Floats:
    """Return real parts followed by imaginary parts."""
    return np.concatenate([values.real, values.imag], axis=axis)


def decades(frequency_hertz: Floats) -> float:
    """Return how many decades the frequencies (N,) span; 0 without any."""
    if frequency_hertz.size == 0:
        return 0.0
    return float(np.log10(frequency_hertz.max() / frequency_hertz.min()))


def tail_rises(
    frequency_hertz: Floats, impedance_ohm: Complexes, within_decades: float = 1.0
) -> NDArray[np.bool_]:
    """Return (B,) where -Im(Z) still rises as the frequency falls through the lowest decade.

    Then something relaxes more slowly than the sweep can see: an electrode that blocks, or
    diffusion. A series capacitance stands for it. The rise is the slope of the straight line
    through -Im(Z) over ln f, of at least three points; -Im(Z) must hold two percent of |Z| there.

    Args:
        frequency_hertz: (N,).
        impedance_ohm: (B, N).
        within_decades: how far from the lowest frequency.
    """
    lowest = frequency_hertz <= 10.0**within_decades * frequency_hertz.min()
    if np.unique(frequency_hertz[lowest]).size < 3:
        return np.zeros(len(impedance_ohm), dtype=bool)
    place = np.log(frequency_hertz[lowest])
    tail = impedance_ohm[:, lowest]
    falls = -tail.imag @ (place - place.mean()) < 0.0
    large = -tail.imag.sum(axis=1) > LEAST_TAIL_SHARE * np.abs(tail).sum(axis=1)
    return np.asarray(falls & large)


def fault_of_grid(frequency_hertz: Floats, fewest_points: int) -> str:
    """Return why nothing can be said at these frequencies (N,); empty where something can."""
    span, count = decades(frequency_hertz), np.unique(frequency_hertz).size
    there = f"usable frequencies: {count}, over {span:.2g} decades"
    if span < SHORTEST_SPAN_DECADES:
        return f"{there}; it takes {SHORTEST_SPAN_DECADES:g} decade at least"
    return f"{there}; it takes {fewest_points} at least" if count < fewest_points else ""


def has_reactance(impedance_ohm: Complexes) -> NDArray[np.bool_]:
    """Return (B,) where some point of the sweep (B, N) is not purely resistive."""
    largest = np.abs(impedance_ohm).max(axis=1)
    return np.asarray(np.abs(impedance_ohm.imag).max(axis=1) > LEAST_REACTANCE_SHARE * largest)


NO_REACTANCE: Final = "Im(Z) is zero at every frequency; there is nothing to compare Re(Z) with"
