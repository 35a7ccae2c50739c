"""Lists of lines say of a pattern what the structure says that they are of."""

import numpy as np
import pytest

from schema.diffraction.line import lines_of
from schema.diffraction.line_list import LineList
from schema.diffraction.own_structure import own_structures
from schema.diffraction.radiation import Radiation
from schema.diffraction.structure import Structure

_COPPER = Radiation.stated(anode="Cu")
_COBALT = Radiation.stated(alpha1_angstrom=1.788965, alpha2_ratio=0.0)
_RUTILE = own_structures()["rutile"]


def listed(
    structure: Structure,
    *,
    radiation: Radiation = _COPPER,
    cell: bool = True,
    ratio: float | None = None,
    told: bool = True,
) -> LineList:
    """Return the list that somebody would publish of a structure, in any order."""
    lines = lines_of(structure, radiation, 120.0)
    order = np.random.default_rng(1).permutation(len(lines.hkl))
    strength = lines.strength(radiation)
    return LineList(
        structure.phase,
        "",
        structure.lattice if cell else None,
        structure.formula,
        structure.formula_units,
        lines.hkl[order] if cell else 0 * lines.hkl,
        lines.spacing_angstrom[order],
        (100.0 * strength / strength.max())[order],
        radiation.alpha1_angstrom if told else None,
        ratio,
        "a list",
        "hash",
        "",
    )


@pytest.mark.parametrize("cell", [True, False])
@pytest.mark.parametrize("radiation", [_COPPER, _COBALT])
def test_a_list_has_the_lines_of_its_structure_by_whatever_radiation(
    radiation: Radiation, *, cell: bool
) -> None:
    ours = lines_of(_RUTILE, radiation, 80.0)
    theirs = listed(_RUTILE, cell=cell).lines(radiation, 80.0)
    assert theirs.spacing_angstrom == pytest.approx(ours.spacing_angstrom, rel=1e-12)
    relative = ours.strength(radiation) / ours.strength(radiation).max()
    assert theirs.strength(radiation) / theirs.strength(radiation).max() == pytest.approx(relative)
    assert theirs.name(0) == ("1 1 0" if cell else "")
    assert (theirs.lattice is not None) == cell


def test_its_ratio_to_corundum_tells_what_a_gram_scatters() -> None:
    power = lines_of(_RUTILE, _COPPER).power(_COPPER).max()
    corundum = lines_of(own_structures()["corundum"], _COPPER)
    (standard,) = np.flatnonzero((corundum.hkl == (1, 1, 3)).all(axis=1))
    ratio = float(power / corundum.power(_COPPER)[standard])
    assert ratio == pytest.approx(3.68, rel=0.03)  # STRUCTURE S2.11
    made = listed(_RUTILE, ratio=ratio).lines(_COPPER, 80.0)
    assert made.power(_COPPER).max() == pytest.approx(power)
    # what a gram scatters by another radiation follows
    by_cobalt = lines_of(_RUTILE, _COBALT, 80.0).power(_COBALT)
    found = listed(_RUTILE, ratio=ratio).lines(_COBALT, 80.0).power(_COBALT)
    assert found == pytest.approx(by_cobalt)


def test_without_the_ratio_nobody_knows_what_a_gram_scatters() -> None:
    assert np.isnan(listed(_RUTILE).lines(_COPPER, 80.0).power(_COPPER)).all()


def test_intensities_of_an_untold_radiation_are_taken_as_they_are() -> None:
    made = listed(_RUTILE, radiation=_COBALT, told=False).lines(_COPPER, 80.0)
    as_listed = lines_of(_RUTILE, _COBALT, 120.0)
    seen = as_listed.two_theta_degree(_COPPER) <= 80.0
    assert made.strength(_COPPER) / made.strength(_COPPER).max() == pytest.approx(
        as_listed.strength(_COBALT)[seen] / as_listed.strength(_COBALT).max()
    )


def test_lines_that_its_own_radiation_cannot_reach_are_left_out() -> None:
    short = Radiation.stated(alpha1_angstrom=0.7093, alpha2_ratio=0.0)
    whole = listed(_RUTILE, radiation=_COBALT).lines(short, 80.0)
    assert whole.spacing_angstrom.min() > _COBALT.alpha1_angstrom / 2.0
