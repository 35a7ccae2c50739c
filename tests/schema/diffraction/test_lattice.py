"""Cells: spacings and volumes, each by the metric tensor and by the closed form."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.catalog.reference_phase import CRYSTAL_SYSTEMS
from schema.diffraction.lattice import SYSTEMS, Lattice
from schema.diffraction.radiation import two_theta_degree
from tests.law import law

_LATP = Lattice.of("hexagonal", 8.5030, 20.8200)
_HKL = np.array([[1, 0, 4], [1, 1, 3], [0, 2, 4], [1, 1, 6], [3, 0, 0]])
_COVARIANCE = np.array([[4e-8, -0.5 * 2e-4 * 8e-4], [-0.5 * 2e-4 * 8e-4, 64e-8]])


def test_the_lines_of_latp_have_the_spacings_and_angles_of_the_closed_form() -> None:
    spacing = _LATP.spacing_angstrom(_HKL)
    assert spacing == pytest.approx([4.25041, 3.62531, 3.00588, 2.68826, 2.45460], abs=6e-6)
    angle = two_theta_degree(spacing, 1.5405929)
    assert angle == pytest.approx([20.8827, 24.5351, 29.6969, 33.3019, 36.5788], abs=6e-5)
    h, k, l = _HKL.T  # noqa: E741 — as the trade writes them
    closed = 4.0 / 3.0 * (h**2 + h * k + k**2) / 8.5030**2 + l**2 / 20.82**2
    assert _LATP.inverse_square(_HKL) == pytest.approx(closed, rel=1e-12)


def test_the_volume_of_latp_and_its_error() -> None:
    assert _LATP.volume_angstrom3 == pytest.approx(1303.63, abs=5e-3)
    assert _LATP.volume_error(_COVARIANCE) == pytest.approx(0.05655, abs=5e-6)
    relative = np.sqrt(
        4.0 * (2e-4 / 8.503) ** 2 + (8e-4 / 20.82) ** 2 - 4.0 * 0.5 * 2e-4 * 8e-4 / (8.503 * 20.82)
    )
    assert _LATP.volume_error(_COVARIANCE) / _LATP.volume_angstrom3 == pytest.approx(relative)


def test_the_error_of_the_volume_is_that_of_cells_drawn_with_the_covariance() -> None:
    draw = np.random.default_rng(8).multivariate_normal([8.503, 20.82], _COVARIANCE, 200_000)
    volume = 0.5 * np.sqrt(3.0) * draw[:, 0] ** 2 * draw[:, 1]
    assert _LATP.volume_error(_COVARIANCE) == pytest.approx(volume.std(), rel=0.01)


@law(60)
@given(st.sampled_from(sorted(SYSTEMS)), st.integers(0, 2**32 - 1))
def test_spacings_and_volumes_follow_what_is_free_as_differences_say(name: str, seed: int) -> None:
    system = SYSTEMS[name]
    drawn = np.random.default_rng(seed)
    six = np.concatenate([drawn.uniform(3.0, 15.0, 3), drawn.uniform(75.0, 105.0, 3)])
    lattice = Lattice(system, system.free_of(six))
    for place in range(len(system.free)):
        nudge = 1e-5 * np.eye(len(system.free))[place]
        above, below = (Lattice(system, lattice.free + sign * nudge) for sign in (1.0, -1.0))
        slope = (above.inverse_square(_HKL) - below.inverse_square(_HKL)) / 2e-5
        assert lattice.inverse_square_slope(_HKL)[:, place] == pytest.approx(slope, abs=1e-8)
        change = (above.volume_angstrom3 - below.volume_angstrom3) / 2e-5
        assert lattice.volume_slope[place] == pytest.approx(change, rel=1e-5, abs=1e-4)


@law(60)
@given(st.sampled_from(sorted(SYSTEMS)), st.integers(0, 2**32 - 1))
def test_reflections_of_one_signature_have_one_spacing_in_any_cell(name: str, seed: int) -> None:
    system = SYSTEMS[name]
    drawn = np.random.default_rng(seed)
    six = np.concatenate([drawn.uniform(3.0, 15.0, 3), drawn.uniform(80.0, 100.0, 3)])
    hkl = drawn.integers(-4, 5, (200, 3))
    hkl = hkl[(hkl != 0).any(axis=1)]
    _, group = np.unique(system.signature(hkl), axis=0, return_inverse=True)
    square = Lattice(system, system.free_of(six)).inverse_square(hkl)
    for one in range(int(group.max()) + 1):
        assert np.ptp(square[group.ravel() == one]) < 1e-12


def test_the_catalog_knows_every_crystal_system() -> None:
    assert tuple(SYSTEMS) == CRYSTAL_SYSTEMS
