"""Lines of other wavelengths than Kα: Kβ of the anode, and W Lα of the filament upon it."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.diffraction.peak import Peaks
from ingest.analysis.diffraction.settings import GhostSettings
from schema.diffraction.radiation import TUNGSTEN_ANGSTROM, Radiation, of_other_wavelength

Floats = NDArray[np.float64]

VERSION: Final = "1"

BETA: Final = "k_beta"
TUNGSTEN: Final = "w_l_alpha"
_NEAR_DEGREE: Final = 0.03
_NEAR_WIDTH: Final = 0.25
_NEAR_ERROR: Final = 3.0


def tolerance_degree(error: Floats, width: Floats) -> Floats:
    """Return how far a line may lie from where it is expected: 3 sd, width/4, or 0.03 degree."""
    return np.maximum(np.maximum(_NEAR_ERROR * error, _NEAR_WIDTH * width), _NEAR_DEGREE)


def ghost_degree(angle: Floats, radiation: Radiation) -> dict[str, Floats]:
    """Return where the ghosts of lines are, in degree, by what makes them."""
    found = {}
    if radiation.beta_angstrom:
        ratio = radiation.beta_angstrom / radiation.alpha1_angstrom
        found[BETA] = of_other_wavelength(angle, ratio)
    if radiation.alpha2_ratio or radiation.beta_angstrom:  # a tube, and no synchrotron
        ratio = TUNGSTEN_ANGSTROM / radiation.alpha1_angstrom
        found[TUNGSTEN] = of_other_wavelength(angle, ratio)
    return found


def ghosts(
    found: Peaks, radiation: Radiation, settings: GhostSettings | None = None
) -> NDArray[np.object_]:
    """Return what each line may be a ghost by (K,), "" where it is none."""
    settings = settings or GhostSettings()
    named = np.full(len(found), "", dtype=object)
    if not len(found):
        return named
    parent = found.area >= settings.least_parent * found.area.max()
    near = tolerance_degree(found.position_error_degree, found.width_degree)
    for name, place in ghost_degree(found.position_degree, radiation).items():
        close = np.abs(found.position_degree[:, None] - place) <= near[:, None]
        weaker = found.area[:, None] <= settings.largest_share * found.area
        is_ghost = (close & weaker & parent).any(axis=1)
        named[is_ghost & (named == "")] = name
    return named
