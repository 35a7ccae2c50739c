"""What photoemission would see of the cycled interface: lines, how strong, and what is below.

The elements are those the study names: carbon, fluorine, lithium, nitrogen and oxygen, with LiF,
carbon fluorides and nitrogen of the ionic liquid. Iron and titanium are scanned and not there.
Energies, cross sections and widths are usual ones.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from demo.measurement import Counts, Numbers

PHOTON_EV: Final = 1486.6
CHARGE_EV: Final = 0.4
"""The sample is charged so far: all lines appear at higher binding energies."""
_RATE: Final = 1500.0
"""Counts a second times eV of C1s for each percent of carbon at a pass energy of 20 eV."""
_LEVEL: Final = 120.0
"""Counts a second below all lines at that pass energy."""
_STEP: Final = 0.012
"""What a line adds for each count of it to what lies above it, for each eV."""
_FADES_EV: Final = 250.0


@dataclass(frozen=True, slots=True)
class _Line:
    """A line: place, percent of the atoms, cross section over that of C1s, and width."""

    binding_ev: float
    percent: float
    cross_section: float
    width_ev: float


@dataclass(frozen=True, slots=True)
class Scan:
    """How a region is scanned."""

    name: str
    species: str
    transition: str
    highest_ev: float
    lowest_ev: float
    step_ev: float
    pass_energy_ev: float
    dwell_second: float
    sweeps: int

    @property
    def binding_ev(self) -> Numbers:
        """Return binding energies, falling as kinetic energies rise."""
        count = round((self.highest_ev - self.lowest_ev) / self.step_ev) + 1
        return self.highest_ev - self.step_ev * np.arange(count, dtype=np.float64)


_LINES: Final = (
    _Line(284.8, 27.0, 1.0, 1.3),
    _Line(286.4, 12.0, 1.0, 1.3),
    _Line(288.9, 6.0, 1.0, 1.3),
    _Line(292.9, 4.0, 1.0, 1.3),
    _Line(685.0, 12.0, 4.43, 1.6),
    _Line(688.8, 8.0, 4.43, 1.6),
    _Line(55.6, 12.0, 0.0568, 1.4),
    _Line(399.4, 2.5, 1.8, 1.5),
    _Line(401.9, 4.5, 1.8, 1.5),
    _Line(531.7, 8.0, 2.93, 1.7),
    _Line(533.2, 4.0, 2.93, 1.7),
)

SCANS: Final = (
    Scan("Survey", "Survey", "none", 1100.0, 0.0, 0.5, 160.0, 0.1, 2),
    Scan("C 1s", "C", "1s", 298.0, 278.0, 0.1, 20.0, 0.2, 10),
    Scan("O 1s", "O", "1s", 542.0, 524.0, 0.1, 20.0, 0.2, 10),
    Scan("N 1s", "N", "1s", 410.0, 392.0, 0.1, 20.0, 0.2, 20),
    Scan("F 1s", "F", "1s", 697.0, 677.0, 0.1, 20.0, 0.2, 10),
    Scan("Li 1s", "Li", "1s", 64.0, 48.0, 0.1, 20.0, 0.5, 200),
    Scan("Ti 2p", "Ti", "2p", 475.0, 448.0, 0.1, 20.0, 0.2, 20),
    Scan("Fe 2p", "Fe", "2p", 735.0, 700.0, 0.1, 20.0, 0.2, 20),
)


def transmission(binding_ev: Numbers) -> Numbers:
    """Return what share of electrons the analyzer lets through, over that at 1000 eV."""
    kinetic = np.maximum(PHOTON_EV - binding_ev, 50.0)
    return np.asarray((kinetic / 1000.0) ** -0.6)


def counts(scan: Scan, noise: np.random.Generator) -> Counts:
    """Return what a scan counts, with the noise of counts."""
    energy = scan.binding_ev
    wider = scan.pass_energy_ev / 20.0
    rate = np.full(energy.size, _LEVEL * wider)
    for line in _LINES:
        place = line.binding_ev + CHARGE_EV
        path = ((PHOTON_EV - line.binding_ev) / 1000.0) ** 0.75
        strength = _RATE * line.percent * line.cross_section * path * wider / 27.0
        width = np.hypot(line.width_ev, 0.011 * scan.pass_energy_ev)
        rate += strength * _shape(energy - place, float(width))
        above = np.maximum(energy - place, 0.0)
        rate += strength * _STEP * (1.0 - np.exp(-above / width)) * np.exp(-above / _FADES_EV)
    time = scan.dwell_second * scan.sweeps
    return np.asarray(noise.poisson(rate * transmission(energy) * time), dtype=np.int64)


def _shape(offset_ev: Numbers, width_ev: float) -> Numbers:
    """Return a line of area 1: four parts Gauss, one part Lorentz."""
    u = offset_ev / width_ev
    gauss = np.sqrt(4.0 * np.log(2.0) / np.pi) / width_ev * np.exp(-4.0 * np.log(2.0) * u**2)
    lorentz = 2.0 / (np.pi * width_ev) / (1.0 + 4.0 * u**2)
    return np.asarray(0.8 * gauss + 0.2 * lorentz)
