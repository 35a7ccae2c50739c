"""Structures out of CIFs, and where these say they come from.

What a CIF says is refused with its place where it is damaged, and with a reason where it cannot be
true (plausible.py): intensities of a structure that cannot be would look like any others.
"""

import hashlib
import re
from typing import Final

import gemmi
import numpy as np

from schema.diffraction.lattice import SYSTEMS, Lattice
from schema.diffraction.plausible import (
    hold_against_bonds,
    hold_against_formula,
    hold_atoms,
    hold_cell,
)
from schema.diffraction.structure import Structure
from schema.error import InvalidArgument

_WAYS_TO_SPACE_GROUP: Final = "S.H2"
"""Operations first, then names: by names alone (H) gemmi may find no group and say nothing."""
_LONGEST: Final = 1_000_000
"""Characters: what is longer holds measured reflections, too."""
_FAULT: Final = re.compile(r"^data:(\d+):(\d+)\(\d+\): ")
_FORMULA_UNITS: Final = 10_000
"""More are in no cell whose lines could be separated."""
UNDAMPED: Final = "the CIF tells no displacements of atoms: they are taken to be at rest"
_DISPLACEMENTS: Final = ("U_iso_or_equiv", "B_iso_or_equiv")


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
        source: where it comes from; what the file cites where nothing is said.
        formula: of one formula unit; as the file says where nothing is said.
        formula_units: of a cell; as the file says where nothing is said.
        doubt: why its intensities are doubtful, if they are.

    Raises:
        InvalidArgument: when it is damaged, which tells the line, has no atoms, no space group that
            is known, a cell that is none, atoms that come to no whole formula units, or bonds that
            cannot be.
    """
    if len(text) > _LONGEST:
        takes = f"{_LONGEST} characters: the structure without measured reflections"
        raise InvalidArgument("cif", phase, takes)
    try:
        document = gemmi.cif.read_string(text.encode())
        for block in document:
            small = gemmi.make_small_structure_from_block(block)
            if small.sites:
                break
        else:
            raise InvalidArgument("cif", phase, "a structure with atoms")
        hold_cell(phase, small.cell.parameters)
        small.determine_and_set_spacegroup(_WAYS_TO_SPACE_GROUP)
    except (ValueError, RuntimeError) as error:
        message = _FAULT.sub(r"line \1, column \2: ", str(error))
        raise InvalidArgument("cif", phase, f"a CIF without fault: {message}") from None
    if small.spacegroup is None:
        raise InvalidArgument("cif", phase, "a space group by operations or by its symbol")
    hold_atoms(phase, list(small.sites))
    units = _said(block, "_cell_formula_units_Z")
    atoms = small.get_all_unit_cell_sites()
    doubts = [doubt, "" if _has_displacements(block) else UNDAMPED]
    structure = Structure(
        phase=phase or small.name,
        title=title or _said(block, "_chemical_name_systematic"),
        lattice=_lattice(phase, small),
        space_group=small.spacegroup.xhm(),
        formula=formula or _said(block, "_chemical_formula_sum").replace(" ", ""),
        formula_units=formula_units or (int(units) if _is_count(units) else None),
        element=np.array([atom.element.name for atom in atoms]),
        position=np.array([atom.fract.tolist() for atom in atoms]),
        occupancy=np.array([atom.occ for atom in atoms]),
        displacement_angstrom2=np.array([atom.u_iso for atom in atoms]),
        source=source or _citation(block),
        content_hash=hashlib.sha256(text.encode()).hexdigest()[:16],
        doubt="; ".join(each for each in doubts if each),
    )
    hold_against_formula(structure)
    hold_against_bonds(structure)
    return structure


def _said(block: gemmi.cif.Block, tag: str) -> str:
    found = block.find_value(tag)
    text = gemmi.cif.as_string(found) if found and found not in "?." else ""
    return " ".join(text.split())


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 6 and 0 < int(text) <= _FORMULA_UNITS


def _has_displacements(block: gemmi.cif.Block) -> bool:
    """Return whether displacements of the atoms are stated at all."""
    return any(block.find_values(f"_atom_site_{each}") for each in _DISPLACEMENTS)


def _citation(block: gemmi.cif.Block) -> str:
    """Return what a CIF says of where it was published and where it is kept."""
    authors = [gemmi.cif.as_string(one) for one in block.find_values("_publ_author_name")]
    journal, volume, year, page = (
        _said(block, f"_journal_{each}") for each in ("name_full", "volume", "year", "page_first")
    )
    printed = " ".join(each for each in (journal, volume, year and f"({year})", page) if each)
    cod = _said(block, "_cod_database_code")
    parts = [
        "; ".join(authors[:3]) + (" et al." if len(authors) > 3 else ""),
        printed,
        _said(block, "_journal_paper_doi"),
        cod and f"COD {cod}",
    ]
    return ", ".join(each for each in parts if each)


def _lattice(phase: str, small: gemmi.SmallStructure) -> Lattice:
    cell, group = small.cell, small.spacegroup
    name = group.crystal_system_str()
    if name == "trigonal":
        name = "rhombohedral" if group.ext == "R" else "hexagonal"
    six = np.array(cell.parameters)
    if name == "monoclinic" and group.monoclinic_unique_axis() != "b":
        name = "triclinic"
    system = SYSTEMS[name]
    hold_cell(phase, cell.parameters, system)
    return Lattice(system, system.free_of(six))
