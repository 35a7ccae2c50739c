"""Reference patterns: our own sum against gemmi's, and against lines that others computed."""

import gemmi
import numpy as np
import pytest

from schema.diffraction.line import Lines, density_gram_per_cm3, lines_of
from schema.diffraction.own_structure import own_structures
from schema.diffraction.radiation import Radiation
from schema.diffraction.structure import Structure
from schema.diffraction.structure_factor import squared_structure_factors

_COPPER = Radiation.stated(anode="Cu")
_NORM = """012 14.699 21.3 | 104 20.840 37.7 | 110 20.851 21.8 | 113 24.496 100 | 006 25.588 4.5 |
024 29.647 28.1 | 211 32.386 16.5 | 116 33.235 24.8 | 214 36.525 8.6 | 300 36.532 12.6 |
119 44.453 5.2 | 128 47.715 13.4 | 226 50.212 8.9 | 042 50.222 4.8"""


def _lines(phase: str) -> Lines:
    return lines_of(own_structures()[phase], _COPPER, 80.0)


def _place(lines: Lines, hkl: str) -> int:
    wanted = [int(one) for one in hkl]
    return int(np.flatnonzero((lines.hkl == wanted).all(axis=1))[0])


def test_squared_structure_factors_of_lithium_titanium_phosphate() -> None:
    lines = _lines("LiTi2(PO4)3")
    found = [lines.squared_factor[_place(lines, hkl)] for hkl in ("012", "104", "113", "110")]
    assert found == pytest.approx([11926.2, 43239.6, 80463.8, 25037.5], abs=0.06)


def test_lines_of_lithium_titanium_phosphate_are_where_and_as_strong_as_others_have_them() -> None:
    lines = _lines("LiTi2(PO4)3")
    strength = lines.strength(_COPPER)
    angle = lines.two_theta_degree(_COPPER)
    for row in _NORM.split("|"):
        hkl, where, strong = row.split()
        one = _place(lines, hkl)
        assert angle[one] == pytest.approx(float(where), abs=6e-4)
        assert 100.0 * strength[one] / strength.max() == pytest.approx(float(strong), abs=0.11)


@pytest.mark.parametrize("phase", sorted(own_structures()))
def test_our_sum_is_that_of_gemmi(phase: str) -> None:
    structure = own_structures()[phase]
    hkl = lines_of(structure, _COPPER, 60.0).hkl
    small = _for_gemmi(structure)
    calculator = gemmi.StructureFactorCalculatorX(small.cell)
    theirs = [
        abs(calculator.calculate_sf_from_small_structure(small, each)) ** 2 for each in hkl.tolist()
    ]
    ours = squared_structure_factors(structure, hkl)
    assert ours == pytest.approx(theirs, rel=1e-6, abs=1e-3)  # it counts in single precision


def _for_gemmi(structure: Structure) -> gemmi.SmallStructure:
    """Return all atoms of a cell without symmetry, so that only the sum is compared."""
    small = gemmi.SmallStructure()
    small.cell = gemmi.UnitCell(*structure.lattice.six)
    small.spacegroup_hm = "P 1"
    small.determine_and_set_spacegroup("H")
    for place, element in enumerate(structure.element.tolist()):
        site = gemmi.SmallStructure.Site()
        site.label = f"{element}{place}"
        site.type_symbol = element
        site.element = gemmi.Element(element)
        site.fract = gemmi.Fractional(*structure.position[place])
        site.occ = structure.occupancy[place]
        site.u_iso = structure.displacement_angstrom2[place]
        small.add_site(site)
    small.setup_cell_images()
    return small


def test_lines_of_a_cubic_cell_at_one_spacing_are_one() -> None:
    lines = lines_of(own_structures()["Si"], _COPPER, 100.0)
    names = ["".join(map(str, each)) for each in lines.hkl.tolist()]
    assert names == ["111", "220", "311", "400", "331", "422", "511"]
    assert lines.multiplicity.tolist() == [8, 12, 24, 6, 24, 24, 32]


@pytest.mark.parametrize(
    ("phase", "hkl", "ratio"),
    [("rutile", "110", 1.39), ("anatase", "101", 1.91), ("berlinite", "102", 1.62)],
)
def test_what_a_gram_scatters_against_latp(phase: str, hkl: str, ratio: float) -> None:
    main, other = _lines("LATP"), _lines(phase)
    power = other.power(_COPPER)[_place(other, hkl)] / main.power(_COPPER)[_place(main, "113")]
    assert power == pytest.approx(ratio, rel=0.01)


def test_intensities_against_corundum_are_those_of_reference_intensity_ratios() -> None:
    corundum = _lines("corundum")
    standard = corundum.power(_COPPER)[_place(corundum, "113")]
    for phase, ratio in (("rutile", 3.68), ("anatase", 5.06), ("berlinite", 4.29)):
        assert _lines(phase).power(_COPPER).max() / standard == pytest.approx(ratio, rel=0.03)


def test_a_monochromator_weakens_lines_by_its_own_polarization() -> None:
    lines = _lines("rutile")
    bent = lines.strength(_COPPER, 26.6) / lines.strength(_COPPER)
    cosine = np.cos(np.radians(lines.two_theta_degree(_COPPER))) ** 2
    through = np.cos(np.radians(26.6)) ** 2
    assert bent == pytest.approx((1.0 + through * cosine) / (1.0 + cosine))


def test_the_density_of_latp() -> None:
    volume = own_structures()["LATP"].lattice.volume_angstrom3
    assert density_gram_per_cm3(6 * 383.3996, volume) == pytest.approx(2.93019, abs=5e-6)
