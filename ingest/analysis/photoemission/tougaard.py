"""The background of electrons that lost energy on their way (Tougaard).

B(E) = λ ∫ K(E - E') y(E') dE' over E' < E, with K(T) = T/(C + T²)² (U2) or T/((C - T²)² + D T²)
(U3); λ is what lets B meet the spectrum 30 to 50 eV above the line.

S. Tougaard, Surf. Interface Anal. 25 (1997) 137; STRUCTURE S3.2.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_MEETS_EV: Final = (30.0, 50.0)
TOO_SHORT: Final = "less_than_50_ev_above"


@dataclass(frozen=True, slots=True)
class CrossSection:
    """How likely an electron loses so much energy, but for a factor.

    Attributes:
        name: of it.
        c_ev2: C.
        d_ev2: D; None for the two-parameter form.
    """

    name: str
    c_ev2: float
    d_ev2: float | None = None

    def of(self, loss_ev: Floats) -> Floats:
        """Return it at losses of energy; 0 where energy would be gained."""
        loss = np.maximum(loss_ev, 0.0)
        square = loss**2
        if self.d_ev2 is None:
            return np.asarray(loss / (self.c_ev2 + square) ** 2)
        return np.asarray(loss / ((self.c_ev2 - square) ** 2 + self.d_ev2 * square))


UNIVERSAL: Final = CrossSection("U2", 1643.0)
POLYMER: Final = CrossSection("polymer", 551.0, 436.0)
SILICA: Final = CrossSection("SiO2", 542.0, 275.0)
ALUMINUM: Final = CrossSection("Al", 230.0, 4.5)


def reaches(binding_ev: Floats, line_ev: float) -> bool:
    """Return whether energies go on 50 eV above a line."""
    return bool(binding_ev[-1] >= line_ev + _MEETS_EV[1])


def tougaard(
    binding_ev: Floats,
    intensity: Floats,
    line_ev: float,
    ends: int,
    cross_section: CrossSection = UNIVERSAL,
) -> Floats:
    """Return (K, N) backgrounds of spectra; their level at low energy lies below it.

    Args:
        binding_ev: (N,) rising.
        intensity: (K, N): a spectrum, or copies of it.
        line_ev: where the line is; energies go on 50 eV above it.
        ends: points at low energy whose mean is the level there.
        cross_section: for losses.
    """
    level = intensity[:, :ends].mean(axis=1, keepdims=True)
    weight = np.abs(np.gradient(binding_ev))
    kernel = cross_section.of(binding_ev[:, None] - binding_ev[None, :]) * weight[None, :]
    lost = (intensity - level) @ kernel.T
    low, high = (line_ev + each for each in _MEETS_EV)
    meets = (binding_ev >= low) & (binding_ev <= high)
    wanted = (intensity - level)[:, meets].sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = wanted / lost[:, meets].sum(axis=1, keepdims=True)
    return np.asarray(level + np.where(np.isfinite(factor), factor, 0.0) * lost)
