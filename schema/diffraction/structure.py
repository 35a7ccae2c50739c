"""Crystal structures: all atoms of a cell, of a CIF or entered in structure.tsv and site.tsv.

A structure tells intensities only where it can be true: the atoms must come to whole formula units,
and the shortest bonds must be as long as such bonds are (bond.tsv). Public files with noise put
into the coordinates on purpose exist, and are refused by that.
"""

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

import gemmi
import numpy as np
from numpy.typing import NDArray

from schema.diffraction.lattice import SYSTEMS, Lattice
from schema.error import InvalidArgument
from schema.formula import atomic_masses, molar_mass_gram_per_mole

_HERE: Final = Path(__file__).parent
_WAYS_TO_SPACE_GROUP: Final = "S.H2"
"""Operations first, then names: by names alone (H) gemmi may find no group and say nothing."""
_MASS_TOLERANCE: Final = 0.02
"""Light atoms that are left out of a structure weigh less than that; a wrong setting halves it."""
_REACH: Final = 1
"""Cells around the one whose neighbors are sought."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """All atoms of a unit cell.

    Attributes:
        phase: what it is called.
        title: what it is; "" where nobody says.
        lattice: its lattice.
        space_group: its symbol, with the setting.
        formula: of the unit that is repeated; "" where nobody says.
        formula_units: how many of these a cell has; None where nobody says.
        element: (N,) symbol of each atom.
        position: (N, 3) fractions of the axes.
        occupancy: (N,) share of its place that is occupied.
        displacement_angstrom2: (N,) mean square displacement U.
        source: where it was published, or who entered it.
        content_hash: hash of what it was read from.
        doubt: why its intensities are doubtful; "" where they are not.
    """

    phase: str
    title: str
    lattice: Lattice
    space_group: str
    formula: str
    formula_units: int | None
    element: NDArray[np.str_]
    position: Floats
    occupancy: Floats
    displacement_angstrom2: Floats
    source: str
    content_hash: str
    doubt: str

    @property
    def mass_gram_per_mole(self) -> float:
        """Return the mass of a mole of cells, by their atoms."""
        masses = atomic_masses()
        return float(self.occupancy @ np.array([masses[one] for one in self.element.tolist()]))

    def shortest_bonds(self, element: str, partner: str) -> Floats:
        """Return the distance of each such atom to its nearest partner, in ångström."""
        around = np.arange(-_REACH, _REACH + 1)
        shift = np.stack(np.meshgrid(around, around, around), axis=-1).reshape(-1, 3)
        ours, theirs = (self.position[self.element == one] for one in (element, partner))
        apart = theirs[None, :, None] + shift - ours[:, None, None]
        metric = self.lattice.metric
        square = np.einsum("...i,ij,...j->...", apart, metric, apart)
        square = np.where(square > 0.01, square, np.inf)
        return np.asarray(np.sqrt(square.min(axis=(1, 2))))


def structure_of_cif(
    text: str,
    phase: str = "",
    *,
    title: str = "",
    source: str = "",
    formula: str = "",
    formula_units: int | None = None,
    doubt: str = "",
) -> Structure:
    """Return the structure of the first block of a CIF that has atoms.

    Args:
        text: of the file.
        phase: what to call it; the name in the file where nothing is said.
        title: what it is, in words.
        source: where it comes from; the DOI in the file where nothing is said.
        formula: of one formula unit; as the file says where nothing is said.
        formula_units: of a cell; as the file says where nothing is said.
        doubt: why its intensities are doubtful, if they are.

    Raises:
        InvalidArgument: when it has no atoms, no space group that is known, atoms that come to no
            whole formula units, or bonds that cannot be.
    """
    try:
        document = gemmi.cif.read_string(text)
    except (ValueError, RuntimeError) as error:
        raise InvalidArgument("cif", phase, f"a CIF: {error}") from None
    for block in document:
        small = gemmi.make_small_structure_from_block(block)
        if small.sites:
            break
    else:
        raise InvalidArgument("cif", phase, "a structure with atoms")
    small.determine_and_set_spacegroup(_WAYS_TO_SPACE_GROUP)
    if small.spacegroup is None:
        raise InvalidArgument("cif", phase, "a space group by operations or by its symbol")

    def said(tag: str) -> str:
        found = block.find_value(tag)
        return gemmi.cif.as_string(found).strip() if found and found not in "?." else ""

    units = said("_cell_formula_units_Z")
    atoms = small.get_all_unit_cell_sites()
    structure = Structure(
        phase=phase or small.name,
        title=title or said("_chemical_name_systematic"),
        lattice=_lattice(small),
        space_group=small.spacegroup.xhm(),
        formula=formula or said("_chemical_formula_sum").replace(" ", ""),
        formula_units=formula_units or (int(units) if units.isdigit() else None),
        element=np.array([atom.element.name for atom in atoms]),
        position=np.array([atom.fract.tolist() for atom in atoms]),
        occupancy=np.array([atom.occ for atom in atoms]),
        displacement_angstrom2=np.array([atom.u_iso for atom in atoms]),
        source=source or said("_journal_paper_doi"),
        content_hash=hashlib.sha256(text.encode()).hexdigest()[:16],
        doubt=doubt,
    )
    _held_against_formula(structure)
    _held_against_bonds(structure)
    return structure


@cache
def entered_structures() -> Mapping[str, Structure]:
    """Return the structures that are data of our own, by phase."""
    sites: dict[str, list[dict[str, str]]] = {}
    for site in _rows("site.tsv"):
        sites.setdefault(site["phase"], []).append(site)
    return MappingProxyType(
        {row["phase"]: _entered(row, sites[row["phase"]]) for row in _rows("structure.tsv")}
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (_HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", restval=""))


def _entered(row: dict[str, str], sites: list[dict[str, str]]) -> Structure:
    cell = "".join(
        f"_cell_{kind}_{axis.removesuffix('_' + unit)} {row[axis]}\n"
        for kind, unit in (("length", "angstrom"), ("angle", "degree"))
        for axis in row
        if axis.endswith(unit)
    )
    columns = {
        "label": "label",
        "type_symbol": "element",
        "fract_x": "x",
        "fract_y": "y",
        "fract_z": "z",
        "occupancy": "occupancy",
        "U_iso_or_equiv": "displacement_angstrom2",
    }
    head = "".join(f"_atom_site_{each}\n" for each in columns)
    atoms = "".join(" ".join(site[each] for each in columns.values()) + "\n" for site in sites)
    group = f"_space_group_name_H-M_alt '{row['space_group']}'\n"
    text = f"data_entered\n{cell}{group}loop_\n{head}{atoms}"
    return structure_of_cif(
        text,
        row["phase"],
        title=row["title"],
        source=row["source"],
        formula=row["formula"],
        formula_units=int(row["formula_units"]),
        doubt=row["doubt"],
    )


def _lattice(small: gemmi.SmallStructure) -> Lattice:
    cell, group = small.cell, small.spacegroup
    name = group.crystal_system_str()
    if name == "trigonal":
        name = "rhombohedral" if group.ext == "R" else "hexagonal"
    six = np.array(cell.parameters)
    if name == "monoclinic" and group.monoclinic_unique_axis() != "b":
        name = "triclinic"
    system = SYSTEMS[name]
    return Lattice(system, system.free_of(six))


def _held_against_formula(structure: Structure) -> None:
    """Raise where the atoms of a cell do not come to its formula units."""
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
    return tuple(
        _Bond(
            row["element"],
            row["partner"],
            float(row["least_angstrom"]),
            float(row["most_angstrom"]),
        )
        for row in _rows("bond.tsv")
    )


def _held_against_bonds(structure: Structure) -> None:
    """Raise where a shortest bond is none."""
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
