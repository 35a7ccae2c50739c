"""The lines a pattern was measured with, and what an angle means by them.

An angle is 2θ in degree, a spacing or a wavelength in ångström. What a file says of its wavelengths
comes before the table of anodes (anode.tsv).
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from schema.error import InvalidArgument

TUNGSTEN_ANGSTROM: Final = 1.47635
"""W Lα1: the filament evaporates onto the anode of an old tube."""
_USUAL_RATIO: Final = 0.5

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Radiation:
    """Wavelengths of a pattern; what is unknown is None.

    Attributes:
        alpha1_angstrom: Kα1, or the one line of a synchrotron.
        alpha2_angstrom: Kα2; None where it does not reach the sample.
        alpha2_ratio: area of a Kα2 line over that of its Kα1; 0 is monochromatic.
        beta_angstrom: Kβ; None where no anode is known.
        source: where the wavelengths come from.
    """

    alpha1_angstrom: float
    alpha2_angstrom: float | None
    alpha2_ratio: float
    beta_angstrom: float | None
    source: str

    @classmethod
    def stated(
        cls,
        *,
        anode: str | None = None,
        alpha1_angstrom: float | None = None,
        alpha2_angstrom: float | None = None,
        beta_angstrom: float | None = None,
        alpha2_ratio: float | None = None,
    ) -> Self:
        """Return what a file states, filled up from the table of its anode.

        Raises:
            InvalidArgument: when there is no wavelength in either.
        """
        known = anodes().get((anode or "").strip().capitalize())
        source = "file" if alpha1_angstrom else known.source if known else ""
        alpha1 = alpha1_angstrom or (known.alpha1_angstrom if known else None)
        if alpha1 is None:
            takes = f"a wavelength, or an anode among {', '.join(anodes())}"
            raise InvalidArgument("radiation", anode, takes)
        ratio = _USUAL_RATIO if alpha2_ratio is None else alpha2_ratio
        alpha2 = alpha2_angstrom or (known.alpha2_angstrom if known else None)
        single = ratio == 0.0 or alpha2 is None
        return cls(
            alpha1,
            None if single else alpha2,
            0.0 if single else ratio,
            beta_angstrom or (known.beta_angstrom if known else None),
            source,
        )

    @property
    def components(self) -> tuple[tuple[float, float], ...]:
        """Return wavelength over that of Kα1, and area over that of Kα1, of what makes a line."""
        if self.alpha2_angstrom is None:
            return ((1.0, 1.0),)
        return ((1.0, 1.0), (self.alpha2_angstrom / self.alpha1_angstrom, self.alpha2_ratio))


@dataclass(frozen=True, slots=True)
class Anode:
    """An anode and its lines."""

    alpha1_angstrom: float
    alpha2_angstrom: float
    beta_angstrom: float
    source: str


@cache
def anodes() -> Mapping[str, Anode]:
    """Return the anodes whose lines are known, by symbol."""
    with (Path(__file__).parent / "anode.tsv").open(encoding="utf-8", newline="") as file:
        return MappingProxyType(
            {
                row["anode"]: Anode(
                    float(row["alpha1_angstrom"]),
                    float(row["alpha2_angstrom"]),
                    float(row["beta_angstrom"]),
                    row["source"],
                )
                for row in csv.DictReader(file, delimiter="\t")
            }
        )


def spacing_angstrom(two_theta_degree: Any, wavelength_angstrom: float) -> Floats:  # noqa: ANN401 — a number or an array
    """Return d of an angle, in ångström."""
    half = np.radians(np.asarray(two_theta_degree, dtype=float)) / 2.0
    return np.asarray(wavelength_angstrom / (2.0 * np.sin(half)))


def two_theta_degree(spacing: Any, wavelength_angstrom: float) -> Floats:  # noqa: ANN401 — a number or an array
    """Return 2θ of a spacing in ångström, in degree; NaN where there is none."""
    sine = wavelength_angstrom / (2.0 * np.asarray(spacing, dtype=float))
    return np.degrees(2.0 * np.arcsin(np.where(sine <= 1.0, sine, np.nan)))


def of_other_wavelength(angle_degree: Any, ratio: float) -> Floats:  # noqa: ANN401 — a number or an array
    """Return 2θ at which a line comes by a wavelength so many times its own, in degree; or NaN."""
    sine = ratio * np.sin(np.radians(np.asarray(angle_degree, dtype=float)) / 2.0)
    return np.degrees(2.0 * np.arcsin(np.where(sine <= 1.0, sine, np.nan)))
