"""What an area says of an amount: sensitivity, transmission, path and angle (STRUCTURE S3.4)."""

from dataclasses import dataclass
from math import hypot, isfinite, radians, sin
from typing import Final

import numpy as np

from ingest.analysis.photoemission.region import Region
from schema.photoemission.line import Line, Sensitivity

_OF_EACH: Final = 0.10
_NO_TRANSMISSION: Final = 0.20
_NO_ASYMMETRY: Final = 0.15
_MAGIC_DEGREE: Final = 54.7
_NEAR_DEGREE: Final = 1.0
_EXPONENT: Final = 0.75
_SAME_PHOTON_EV: Final = 1.0
PATH: Final = "kinetic_energy^0.75"
WITHIN: Final = "in the sensitivity factor"
NO_PHOTON: Final = "no_excitation_energy"
NO_SENSITIVITY: Final = "no_sensitivity_factor"
OTHER_PHOTON: Final = "sensitivity_for_another_excitation_energy"
OTHER_BACKGROUND: Final = "sensitivity_for_another_background"


@dataclass(frozen=True, slots=True)
class Strength:
    """By what the area of a line is divided to be an amount.

    Attributes:
        sensitivity: of the line, C1s is 1; NaN where the set has none.
        transmission: of the analyzer; 1 where the factor has it, or no export states it.
        transmission_told: whether either does.
        path_model: by what the path is known.
        path: inelastic mean free path over that at 1000 eV; 1 where the factor holds it.
        angular_factor: W; 1 where nothing states the asymmetry.
        counting_time_second: by which counts become rates; 1 for rates, NaN where nobody says.
        systematic: relative error of the amount that is not of counting.
        reason: why there is none, "" where there is.
    """

    sensitivity: float
    transmission: float
    transmission_told: bool
    path_model: str
    path: float
    angular_factor: float
    counting_time_second: float
    systematic: float
    reason: str

    @property
    def divisor(self) -> float:
        """Return the product of all; NaN where there is none."""
        if self.reason:
            return float("nan")
        time = self.counting_time_second if isfinite(self.counting_time_second) else 1.0
        return self.sensitivity * self.transmission * self.path * self.angular_factor * time


def strength(region: Region, line: Line, known: Sensitivity) -> Strength:
    """Return by what the area of a line of a region is divided."""
    factor = known.factors.get(line.name, float("nan"))
    kinetic = region.photon_ev - line.binding_energy_ev
    transmission, transmission_told = _transmission(region, line)
    angular, asymmetry = _angular(line, region.source_angle_degree)
    path = (kinetic / 1000.0) ** _EXPONENT if kinetic > 0.0 else float("nan")
    if known.includes != "nothing":
        path = 1.0
    if known.includes == "path and transmission":  # as measured, at its angles
        transmission, transmission_told, angular, asymmetry = 1.0, True, 1.0, 0.0
    return Strength(
        factor,
        transmission,
        transmission_told,
        PATH if known.includes == "nothing" else WITHIN,
        path,
        angular,
        region.counting_time_second,
        hypot(_OF_EACH, 0.0 if transmission_told else _NO_TRANSMISSION, asymmetry),
        _reason(factor, kinetic, region.photon_ev, known),
    )


def _transmission(region: Region, line: Line) -> tuple[float, bool]:
    """Return what the export states of the analyzer near a line, and whether it does."""
    near = region.transmission[region.within(line.lowest_ev, line.highest_ev)]
    known = bool(near.size and np.isfinite(near).all() and (near > 0.0).all())
    return float(near.mean()) if known else 1.0, known


def _reason(factor: float, kinetic: float, photon_ev: float, known: Sensitivity) -> str:
    if not isfinite(factor):
        return NO_SENSITIVITY
    if not isfinite(photon_ev) or kinetic <= 0.0:
        return NO_PHOTON
    if abs(photon_ev - known.excitation_energy_ev) > _SAME_PHOTON_EV:
        return OTHER_PHOTON
    return ""


def _angular(line: Line, angle_degree: float) -> tuple[float, float]:
    """Return W and its relative error: β is 2 for s, and known to nobody here for others."""
    if abs(angle_degree - _MAGIC_DEGREE) <= _NEAR_DEGREE:
        return 1.0, 0.0
    if line.transition[1:2] == "s" and isfinite(angle_degree):
        gamma = radians(angle_degree)
        return 1.0 + (1.5 * sin(gamma) ** 2 - 1.0), 0.0
    return 1.0, _NO_ASYMMETRY
