"""Whether a structure can be true: its cell, its atoms, its formula units and its bonds.

The atoms must come to whole formula units, and the shortest bonds must be as long as such bonds are
(bond.tsv). Public files with noise put into the coordinates on purpose exist, and are refused by
that.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Final

import gemmi
import numpy as np

from schema.diffraction.lattice import System
from schema.diffraction.structure import Structure
from schema.error import InvalidArgument
from schema.formula import atomic_masses, molar_mass_gram_per_mole

_MASS_TOLERANCE: Final = 0.02
"""Light atoms that are left out of a structure weigh less than that; a wrong setting halves it."""
_LARGEST_BOX_ANGSTROM3: Final = 40_000.0
"""a b c of a cell: of larger ones there are more lines than a pattern can tell apart."""
_MOST_SITES: Final = 2_000
"""Atoms that no symmetry makes of others."""
_SYSTEM_TOLERANCE: Final = 2e-3
"""Relative, by which a cell may be off its crystal system: as far as it is rounded."""
_FULL: Final = 1.001
"""A place is occupied once at most, but for rounding."""


def hold_cell(phase: str, six: Sequence[float], system: System | None = None) -> None:
    """Raise where six numbers are no cell, or none of a crystal system.

    Args:
        phase: whose.
        six: a, b, c in ångström and alpha, beta, gamma in degree.
        system: it should have, where that is known.

    Raises:
        InvalidArgument: why.
    """
    parameters = " ".join(f"{each:g}" for each in six)
    length, angle = six[:3], six[3:]
    if not all(isfinite(each) for each in six) or min(length) <= 1.0:
        raise InvalidArgument(
            "cif", phase, f"three lengths above 1 Å and three angles, not {parameters}"
        )
    bend = np.cos(np.radians(angle))
    whole = 1.0 - float(bend @ bend) + 2.0 * float(bend.prod())
    if not (min(angle) > 0.0 and max(angle) < 180.0 and whole > 1e-4):
        raise InvalidArgument("cif", phase, f"angles that a cell can have, not {parameters}")
    if float(np.prod(length)) > _LARGEST_BOX_ANGSTROM3:
        raise InvalidArgument("cif", phase, f"a cell of 40,000 Å³ at most, not {parameters}")
    if system is None:
        return
    should = system.six(system.free_of(np.array(six)))
    if (np.abs(should / np.array(six) - 1.0) > _SYSTEM_TOLERANCE).any():
        raise InvalidArgument("cif", phase, f"a cell that is {system.name}, not {parameters}")


def hold_atoms(phase: str, sites: Sequence[gemmi.SmallStructure.Site]) -> None:
    """Raise where an atom has no place, is of no element, or there are too many.

    Raises:
        InvalidArgument: with its label.
    """
    for site in sites:
        fault = None
        if site.element.name not in atomic_masses():
            fault = "an element that has a mass"
        elif not all(isfinite(each) and abs(each) < 100.0 for each in site.fract.tolist()):
            fault = "coordinates, fractions of the axes"
        elif not 0.0 < site.occ <= _FULL:
            fault = f"an occupancy above 0 and up to 1, not {site.occ:g}"
        elif not 0.0 <= site.u_iso < 10.0:
            fault = f"a mean square displacement from 0 up, in Å², not {site.u_iso:g}"
        if fault:
            raise InvalidArgument("cif", phase, f"for atom {site.label} {fault}")
    if len(sites) > _MOST_SITES:
        raise InvalidArgument("cif", phase, f"{_MOST_SITES} atoms at most, not {len(sites)}")


def hold_against_formula(structure: Structure) -> None:
    """Raise where the atoms of a cell do not come to its formula units.

    Raises:
        InvalidArgument: with both masses.
    """
    if not (structure.formula and structure.formula_units):
        return
    wanted = structure.formula_units * molar_mass_gram_per_mole(structure.formula)
    if abs(structure.mass_gram_per_mole / wanted - 1.0) > _MASS_TOLERANCE:
        takes = (
            f"atoms that come to {structure.formula_units} {structure.formula} a cell: these "
            f"{len(structure.element)} weigh {structure.mass_gram_per_mole:.5g} g/mol and not "
            f"{wanted:.5g} g/mol"
        )
        raise InvalidArgument("cif", structure.phase, takes)


@dataclass(frozen=True, slots=True)
class _Bond:
    element: str
    partner: str
    least: float
    most: float


@cache
def _bonds() -> tuple[_Bond, ...]:
    table = Path(__file__).with_name("bond.tsv")
    with table.open(encoding="utf-8", newline="") as file:
        return tuple(
            _Bond(
                row["element"],
                row["partner"],
                float(row["least_angstrom"]),
                float(row["most_angstrom"]),
            )
            for row in csv.DictReader(file, delimiter="\t")
        )


def hold_against_bonds(structure: Structure) -> None:
    """Raise where a shortest bond is none.

    Raises:
        InvalidArgument: with its length.
    """
    there = {*structure.element.tolist()}
    for bond in _bonds():
        if {bond.element, bond.partner} <= there:
            shortest = structure.shortest_bonds(bond.element, bond.partner)
            wrong = (shortest < bond.least) | (shortest > bond.most)
            if wrong.any():
                takes = (
                    f"a structure with {bond.element}-{bond.partner} bonds of {bond.least:g} to "
                    f"{bond.most:g} Å, and one of its is {shortest[wrong][0]:.3f} Å"
                )
                raise InvalidArgument("cif", structure.phase, takes)
