"""Nernst-Planck between two places, the field between them constant.

J = -D (dC/dx + z F/(RT) C dφ/dx); with u = z F (φ(L) - φ(0))/(RT) a steady flux is
J = D/L (C0 B(u) - CL B(-u)), B(u) = u/(e^u - 1). The founding study's plus before the migration is
u turned over.
"""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

FARADAY_COULOMB_PER_MOLE: Final = 96485.33212
GAS_JOULE_PER_MOLE_KELVIN: Final = 8.314462618
_SMALL: Final = 1e-3
_LARGE: Final = 700.0

Reals = NDArray[np.float64]


def bernoulli(u: ArrayLike) -> Reals:
    """Return u/(e^u - 1) of each u, to 5e-14 of itself and finite for all of them."""
    given = np.asarray(u, dtype=np.float64)
    safe = np.clip(np.where(np.abs(given) < _SMALL, 1.0, given), -_LARGE, _LARGE)
    size = np.abs(safe)
    # of u > 0 by e^-u, which does not overflow; of u < 0 as it stands
    falling = size * np.exp(-size) / -np.expm1(-size)
    rising = size / -np.expm1(-size)
    whole = np.where(safe > 0.0, falling, rising)
    beyond = np.where(given > 0.0, 0.0, np.abs(given))
    series = 1.0 - given / 2.0 + given * given / 12.0
    inside = np.where(np.abs(given) < _SMALL, series, whole)
    return np.asarray(np.where(np.abs(given) > _LARGE, beyond, inside))


def reduced_potential(
    charge_number: ArrayLike, potential_volt: ArrayLike, temperature_kelvin: ArrayLike
) -> Reals:
    """Return u of potential differences, far side less near side."""
    per_volt = FARADAY_COULOMB_PER_MOLE / (
        GAS_JOULE_PER_MOLE_KELVIN * np.asarray(temperature_kelvin, dtype=np.float64)
    )
    return np.asarray(np.asarray(charge_number) * np.asarray(potential_volt) * per_volt)


def flux_between(
    conductance_cm_per_s: ArrayLike, near: ArrayLike, far: ArrayLike, u: ArrayLike
) -> Reals:
    """Return J in mol/(cm²·s), above zero towards the far side.

    Args:
        conductance_cm_per_s: D over the distance.
        near: concentration on the near side, mol/cm³.
        far: that of the far side.
        u: reduced potential of the far side less the near one.
    """
    given = np.asarray(u, dtype=np.float64)
    forth = np.asarray(near) * bernoulli(given)
    back = np.asarray(far) * bernoulli(-given)
    return np.asarray(np.asarray(conductance_cm_per_s) * (forth - back))


def current_density(charge_numbers: ArrayLike, fluxes: ArrayLike) -> float:
    """Return i = F Σ z J in A/cm²; electrons have z = -1."""
    carried = np.asarray(charge_numbers, dtype=np.float64) * np.asarray(fluxes, dtype=np.float64)
    return float(FARADAY_COULOMB_PER_MOLE * np.sum(carried))
