"""Structures of CIFs: what is read, and what is refused, whatever becomes of the file."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.diffraction.cif import UNDAMPED, structure_of_cif
from schema.diffraction.line import lines_of
from schema.diffraction.own_structure import own_structures
from schema.diffraction.radiation import Radiation
from schema.error import InvalidArgument
from tests.law import law

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


def _damaged(text: str, change: tuple[str, int, str]) -> str:
    how, place, letters = change
    place %= len(text) + 1
    if how == "cut":
        return text[:place]
    if how == "insert":
        return text[:place] + letters + text[place:]
    if how == "replace":
        return text[:place] + letters + text[place + len(letters) :]
    lines = text.splitlines()
    del lines[place % len(lines)]
    return "\n".join(lines)


_CHANGE = st.tuples(
    st.sampled_from(["cut", "insert", "replace", "line"]),
    st.integers(0, 10_000),
    st.text(st.sampled_from("0123456789.?-'\";()_ \n\tabeloTX\u00e9"), min_size=1, max_size=6),
)


@law(150)
@given(st.lists(_CHANGE, min_size=1, max_size=4))
def test_a_damaged_cif_is_a_structure_that_can_be_or_is_refused(
    changes: list[tuple[str, int, str]],
) -> None:
    text = _RUTILE.format(group=_GROUP, x="0.3053")
    for change in changes:
        text = _damaged(text, change)
    try:
        found = structure_of_cif(text, "X")
    except InvalidArgument:
        return
    assert np.isfinite(found.lattice.six).all()
    assert np.isfinite(found.position).all()
    assert 0.0 < found.mass_gram_per_mole < 1e6
    lines = lines_of(found, Radiation.stated(anode="Cu"), 40.0)
    assert np.isfinite(lines.squared_factor).all()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("U_iso_or_equiv\nTi1 0 0 0 0.006", "U_iso_or_equiv\nTi1 0 0 0", "line 12, column"),
        ("4.5937(1)\n_cell_length_b", "?\n_cell_length_b", "three lengths above 1 Å"),
        ("_cell_length_b 4.5937(1)", "_cell_length_b 4.7", "a cell that is tetragonal"),
        ("alpha 90", "alpha 200", "angles that a cell can have"),
        ("_cell_length_c 2.9587(1)", "_cell_length_c 29587", "40,000 Å³ at most"),
        ("Ti1 0 0 0 0.006", "Ti1 ? 0 0 0.006", "atom Ti1 coordinates"),
        ("Ti1 0 0 0 0.006", "Xx1 0 0 0 0.006", "atom Xx1 an element"),
        ("Ti1 0 0 0 0.006", "Ti1 0 0 0 -0.006", "displacement from 0 up"),
        ("'O2 Ti'", "'O2 Tj'", "formula"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place_or_reason(old: str, new: str, told: str) -> None:
    text = _RUTILE.format(group=_GROUP, x="0.3053")
    assert old in text
    with pytest.raises(InvalidArgument, match=re.escape(told)):
        structure_of_cif(text.replace(old, new))


def test_a_cif_without_displacements_is_doubtful() -> None:
    text = _RUTILE.format(group=_GROUP, x="0.3053")
    bare = text.replace("_atom_site_U_iso_or_equiv\n", "").replace(" 0.006", "")
    assert structure_of_cif(bare).doubt == UNDAMPED
    assert structure_of_cif(text).doubt == ""


def test_a_cif_is_cited_as_it_cites_itself() -> None:
    cited = """_cod_database_code 9015662
_journal_name_full 'Journal of Examples'
_journal_volume 7
_journal_year 2026
_journal_page_first 12
loop_
_publ_author_name
'Doe, J.'
'Roe, R.'
'Poe, E.'
'Coe, C.'
_cell_length_a"""
    text = _RUTILE.format(group=_GROUP, x="0.3053").replace("_cell_length_a", cited)
    assert structure_of_cif(text).source == (
        "Doe, J.; Roe, R.; Poe, E. et al., Journal of Examples 7 (2026) 12, 10.1063/1.1676569, "
        "COD 9015662"
    )
