"""Wavelengths: what a file says comes first, and what an angle means by them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.diffraction.radiation import (
    TUNGSTEN_ANGSTROM,
    Radiation,
    of_other_wavelength,
    spacing_angstrom,
    two_theta_degree,
)
from schema.error import InvalidArgument

_COPPER = Radiation.stated(anode="Cu")


def test_an_angle_of_24_5_degree_is_a_spacing_of_3_63043() -> None:
    assert spacing_angstrom(24.5, 1.5405929) == pytest.approx(3.63043, abs=5e-6)


def test_the_second_line_of_24_5_degree_is_at_24_5619() -> None:
    assert of_other_wavelength(24.5, _COPPER.components[1][0]) == pytest.approx(24.5619, abs=5e-5)


def test_ghosts_of_the_line_at_27_436_are_at_24_7497_and_26_2710() -> None:
    assert _COPPER.beta_angstrom is not None
    beta = of_other_wavelength(27.436, _COPPER.beta_angstrom / _COPPER.alpha1_angstrom)
    tungsten = of_other_wavelength(27.436, TUNGSTEN_ANGSTROM / _COPPER.alpha1_angstrom)
    assert beta == pytest.approx(24.7497, abs=5e-5)
    assert tungsten == pytest.approx(26.2710, abs=5e-5)


def test_the_wavelengths_of_a_file_come_before_the_table() -> None:
    bruker = Radiation.stated(anode="Cu", alpha1_angstrom=1.5406, beta_angstrom=1.39222)
    assert bruker.source == "file"
    assert bruker.beta_angstrom is not None
    beta = of_other_wavelength(36.0798, bruker.beta_angstrom / bruker.alpha1_angstrom)
    assert beta == pytest.approx(32.5029, abs=5e-5)


def test_a_ratio_of_nothing_is_one_wavelength_though_a_second_is_given() -> None:
    stated = Radiation.stated(anode="Cu", alpha2_angstrom=1.5444, alpha2_ratio=0.0)
    assert stated.alpha2_angstrom is None
    assert stated.components == ((1.0, 1.0),)


def test_a_wavelength_alone_has_neither_a_second_line_nor_ghosts() -> None:
    synchrotron = Radiation.stated(alpha1_angstrom=0.414581)
    assert synchrotron.components == ((1.0, 1.0),)
    assert synchrotron.beta_angstrom is None


def test_without_wavelength_and_anode_nothing_is_guessed() -> None:
    with pytest.raises(InvalidArgument, match="a wavelength, or an anode among Cu"):
        Radiation.stated(anode="Unobtainium")


@given(st.floats(2.0, 170.0))
def test_angle_and_spacing_are_one_another(angle: float) -> None:
    assert two_theta_degree(spacing_angstrom(angle, 1.5406), 1.5406) == pytest.approx(angle)
