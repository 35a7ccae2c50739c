"""What the energies of photoemission regions are referred to: a line whose level is known.

Charge moves all lines of a sample. C1s of adventitious carbon tells by how much, though its level
is none that is fixed (STRUCTURE S3.1): its 0.3 eV are in the error. A split or broad line tells
that parts of the sample are charged differently. Energies stay as they were measured.
"""

from dataclasses import dataclass
from math import hypot
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_LEVEL_EV: Final = 284.8
_LEVEL_ERROR_EV: Final = 0.3
_REACH_EV: Final = 6.0
"""Charge beyond that is looked for by nobody but a person."""
_MARGIN_EV: Final = 1.0
_FEWEST: Final = 12
_SURE: Final = 5.0
"""By how many standard deviations of its background a line must stand out."""
_BROAD_EV: Final = 2.0
_FINE_EV: Final = 0.35
"""With wider steps the width of a line is the analyzer's."""
_TOP: Final = 0.7
"""Points above that part of a line tell where it is."""

NO_LINE: Final = "no_reference_line"
CHARGING: Final = "differential_charging"


@dataclass(frozen=True, slots=True)
class EnergyReference:
    """What is to be added to binding energies, and how far that is to be relied on."""

    name: str
    shift_ev: float
    shift_error_ev: float | None
    width_ev: float | None
    doubt: str | None


NONE: Final = EnergyReference("none", 0.0, None, None, NO_LINE)


def carbon_reference(binding_ev: Floats, intensity: Floats) -> EnergyReference:
    """Return what a region tells by C1s; none where it has no such line.

    Args:
        binding_ev: (N,) in any order, as measured.
        intensity: (N,).
    """
    reach = np.abs(binding_ev - _LEVEL_EV) <= _REACH_EV
    order = np.argsort(binding_ev[reach], kind="stable")
    energy, y = binding_ev[reach][order], intensity[reach][order]
    if energy.size < _FEWEST or energy[-1] - energy[0] < _REACH_EV or not np.isfinite(y).all():
        return NONE
    ends = max(3, energy.size // 12)
    low, high = y[:ends].mean(), y[-ends:].mean()
    line = y - np.interp(energy, [energy[0], energy[-1]], [low, high])
    noise = np.median(np.abs(np.diff(y, 2))) / (0.6745 * np.sqrt(6.0))
    smooth = np.convolve(line, np.ones(3) / 3.0, mode="same")
    top = int(np.argmax(smooth))
    inside = energy[0] + _MARGIN_EV <= energy[top] <= energy[-1] - _MARGIN_EV
    if not inside or smooth[top] <= _SURE * noise / np.sqrt(3.0):
        return NONE
    width = _width(energy, smooth, top)
    fine = float(np.median(np.diff(energy))) <= _FINE_EV
    near = (smooth > _TOP * smooth[top]) & (np.abs(energy - energy[top]) <= _BROAD_EV)
    center, error = _center(energy[near], line[near], noise)
    return EnergyReference(
        "C1s",
        _LEVEL_EV - center,
        hypot(error, _LEVEL_ERROR_EV),
        width,
        CHARGING if fine and width > _BROAD_EV else None,
    )


def _width(energy: Floats, line: Floats, top: int) -> float:
    """Return between which energies a line is above half its height."""
    half = line[top] / 2.0
    above = np.flatnonzero(line > half)
    step = float(np.median(np.diff(energy)))
    # a line that is split falls below half in between and rises again: both parts count
    strong = above[(line[above] > half) & (np.abs(energy[above] - energy[top]) <= _REACH_EV / 2)]
    return float(energy[strong[-1]] - energy[strong[0]] + step)


def _center(energy: Floats, line: Floats, noise: float) -> tuple[float, float]:
    """Return the top of a parabola through the upper part of a line, and its error."""
    if energy.size < 4:
        weight = line / line.sum()
        return float((weight * energy).sum()), float(np.ptp(energy) / 2.0 or 0.1)
    middle = energy.mean()
    x = energy - middle
    design = np.vander(x, 3)
    inverse = np.linalg.pinv(design)
    a, b, _ = inverse @ line
    if not -a * float(np.ptp(x)) ** 2 > max(1e-6 * float(line.max()), 1e-30):  # it does not bend
        return float(energy[np.argmax(line)]), float(np.ptp(energy) / 2.0)
    slope = np.array([b / (2.0 * a * a), -1.0 / (2.0 * a), 0.0])
    error = noise * np.linalg.norm(slope @ inverse)
    return float(middle - b / (2.0 * a)), float(error)
