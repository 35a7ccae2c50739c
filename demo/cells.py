"""The cells and pellets of the demo, as plain data, and which files hold their tests."""

from dataclasses import dataclass
from typing import Final

from demo.measurement import LABEL

AREA_CM2: Final = 0.7854
"""A disc of 10 mm."""
LFP_LOADING_GRAM_PER_CM2: Final = 1.0e-3
"""Assumed: the study does not tell it."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A synthetic cell."""

    name: str
    configuration: str
    symmetric: bool
    area_cm2: float
    active_mass_gram: float | None
    mass_basis: str | None
    note: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pellet:
    """A synthetic pellet of solid electrolyte."""

    name: str
    substance: str
    thickness_um: float
    area_cm2: float
    note: str
    files: tuple[str, ...]


def _full_cell(number: int, configuration: str, file: str, run: str) -> Cell:
    return Cell(
        name=f"demo-lfp-{number:02}",
        configuration=configuration,
        symmetric=False,
        area_cm2=AREA_CM2,
        active_mass_gram=AREA_CM2 * LFP_LOADING_GRAM_PER_CM2,
        mass_basis="cathode active material",
        note=f"{LABEL}; {run} at 60 °C; a loading of 1.0 mg/cm² is assumed",
        files=(file,),
    )


def _symmetric_cell(number: int, configuration: str) -> Cell:
    name = f"demo-symmetric-{number:02}"
    return Cell(
        name=name,
        configuration=configuration,
        symmetric=True,
        area_cm2=AREA_CM2,
        active_mass_gram=None,
        mass_basis=None,
        note=f"{LABEL}; 0.05 mA/cm² at 60 °C",
        files=(f"{name}.mpt",),
    )


FULL_COATED: Final = _full_cell(1, "Li/IL@PB@LATP/LFP", "demo-lfp-01.csv", "0.025 mA/cm²")
FULL_WETTED: Final = _full_cell(2, "Li/IL@LATP/LFP", "demo-lfp-02.bdf.csv", "0.1 mA/cm²")
SYMMETRIC_BARE: Final = _symmetric_cell(1, "Li/LATP/Li")
SYMMETRIC_WETTED: Final = _symmetric_cell(2, "Li/IL@LATP/Li")
SYMMETRIC_COATED: Final = _symmetric_cell(3, "Li/IL@PB@LATP/Li")
CELLS: Final = (FULL_COATED, FULL_WETTED, SYMMETRIC_BARE, SYMMETRIC_WETTED, SYMMETRIC_COATED)

PELLET: Final = Pellet(
    name="demo-pellet",
    substance="LATP",
    thickness_um=1000.0,
    area_cm2=1.131,
    note=f"{LABEL}; thickness 0.1 cm, blocking electrodes",
    files=("demo-pellet-30C.mpt", "demo-pellet-60C.mpt"),
)
PELLETS: Final = (PELLET,)
