"""Structures of CIFs: what is read, and what is refused."""

import numpy as np
import pytest

from schema.diffraction.cif import structure_of_cif
from schema.diffraction.own_structure import own_structures
from schema.error import InvalidArgument

_RUTILE = """data_rutile
_journal_paper_doi 10.1063/1.1676569
_chemical_formula_sum 'O2 Ti'
_cell_formula_units_Z 2
_cell_length_a 4.5937(1)
_cell_length_b 4.5937(1)
_cell_length_c 2.9587(1)
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
{group}
loop_
_atom_site_label
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_U_iso_or_equiv
Ti1 0 0 0 0.006
O1 {x} {x} 0 0.006
"""
_GROUP = "_symmetry_space_group_name_H-M 'P 42/m n m'"


def test_a_cif_tells_its_structure_and_where_it_comes_from() -> None:
    found = structure_of_cif(_RUTILE.format(group=_GROUP, x="0.3053"))
    assert found.phase == "rutile"
    assert found.space_group == "P 42/m n m"
    assert sorted(found.element.tolist()) == ["O"] * 4 + ["Ti"] * 2
    assert (found.formula, found.formula_units) == ("O2Ti", 2)
    assert found.source == "10.1063/1.1676569"
    assert found.lattice.system.name == "tetragonal"


def test_the_setting_h_of_r_3c_has_all_108_atoms() -> None:
    assert len(own_structures()["LiTi2(PO4)3"].element) == 108


def test_other_coordinates_are_another_hash() -> None:
    one, other = (_RUTILE.format(group=_GROUP, x=x) for x in ("0.3053", "0.3054"))
    assert structure_of_cif(one).content_hash != structure_of_cif(other).content_hash
    assert structure_of_cif(one).content_hash == structure_of_cif(one).content_hash


def test_bonds_with_noise_put_in_are_refused() -> None:
    with pytest.raises(InvalidArgument, match="Ti-O bonds"):
        structure_of_cif(_RUTILE.format(group=_GROUP, x="0.25"))


def test_atoms_that_do_not_come_to_the_formula_are_refused() -> None:
    lone = "_symmetry_space_group_name_H-M 'P 1'"
    with pytest.raises(InvalidArgument, match="come to 2 O2Ti a cell"):
        structure_of_cif(_RUTILE.format(group=lone, x="0.3053"))


def test_a_space_group_that_is_not_known_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="space group"):
        structure_of_cif(_RUTILE.format(group="_symmetry_space_group_name_H-M 'Q 9'", x="0.3053"))


@pytest.mark.parametrize("text", ["", "data_x\n_cell_length_a 4\n", "no cif at all", "loop_"])
def test_what_has_no_atoms_is_refused(text: str) -> None:
    with pytest.raises(InvalidArgument, match="cif"):
        structure_of_cif(text)


def test_bonds_of_what_was_entered_are_as_long_as_such_bonds_are() -> None:
    found = own_structures()["LiTi2(PO4)3"]
    phosphate = np.unique(found.shortest_bonds("P", "O").round(3))
    assert phosphate.tolist() == [1.528]
    assert np.unique(found.shortest_bonds("Ti", "O").round(3)).tolist() == [1.886]
    assert np.unique(found.shortest_bonds("Li", "O").round(3)).tolist() == [2.271]


def test_structures_entered_from_memory_say_so() -> None:
    doubtful = [phase for phase, each in own_structures().items() if each.doubt]
    assert doubtful == ["LATP", "LiTi2(PO4)3"]
