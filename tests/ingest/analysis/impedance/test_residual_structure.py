"""Noise, outliers and structure of residuals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ingest.analysis.impedance.residual_structure import (
    Structure,
    noise_of,
    outliers_of,
    roughness_left,
)

COUNT, POINTS, DECADES = 1000, 50, 5.0
PLACE = np.linspace(0.0, DECADES, POINTS)
Complexes = NDArray[np.complex128]


def white(noise: float, points: int = POINTS) -> Complexes:
    draw = np.random.default_rng(0).normal(size=(2, COUNT, points))
    return np.asarray(noise * (draw[0] + 1j * draw[1]))


def structure(residual: Complexes, noise: float) -> Structure:
    return Structure.of(
        residual,
        np.ones(residual.shape, dtype=bool),
        np.full(len(residual), noise),
        decades=DECADES,
        freedom=np.ones(len(residual)),
        significance=0.01,
    )


@pytest.mark.parametrize("course", [0.0, 0.05])
def test_noise_is_what_scatters_beside_a_smooth_course(course: float) -> None:
    residual = white(0.003) + course * np.sin(PLACE)
    assert np.median(noise_of(residual)) == pytest.approx(0.003, rel=0.05)


@given(st.floats(1e-6, 1e3))
def test_noise_and_structure_scale_with_the_residuals(factor: float) -> None:
    residual = white(0.003)[:5] + 0.005 * np.sin(PLACE)
    once, scaled = structure(residual, 0.003), structure(factor * residual, factor * 0.003)
    np.testing.assert_allclose(noise_of(factor * residual), factor * noise_of(residual))
    np.testing.assert_allclose(scaled.size, factor * once.size)
    np.testing.assert_array_equal(scaled.found, once.found)


def test_white_residuals_have_no_structure_but_a_few_in_a_hundred() -> None:
    # those that no fit has made anticorrelated: a sum of autocorrelations is skew
    found = structure(white(0.02), 0.02)
    assert (found.found | found.found_somewhere).mean() < 0.03


@pytest.mark.parametrize("part", [1.0, 1j])
def test_a_course_of_the_size_of_the_noise_is_found_and_measured(part: complex) -> None:
    found = structure(white(0.003) + part * 0.004 * np.sin(PLACE), 0.003)
    assert found.found.mean() > 0.95
    assert np.median(found.size) == pytest.approx(0.004 / np.sqrt(2), rel=0.1)


def test_a_decade_that_is_off_is_found_somewhere() -> None:
    off = np.abs(PLACE - 2.0) < 0.5
    found = structure(white(0.002) + 0.005j * off, 0.002)
    assert found.found_somewhere.mean() > 0.95
    assert np.median(found.mean) == pytest.approx(0.005, rel=0.1)


def test_of_neighbours_only_the_farther_is_an_outlier() -> None:
    residual = white(0.001)
    residual[:, 20] += 0.02
    least = np.full(COUNT, 0.005)
    found = outliers_of(residual, least, least)
    assert (np.argwhere(found)[:, 1] == 20).all()
    assert found.sum() == COUNT


def test_the_lowest_frequency_is_no_outlier_and_the_highest_has_its_own_limit() -> None:
    residual = white(0.001)
    residual[:, [0, -1]] += 0.02
    least = np.full(COUNT, 0.005)
    assert not outliers_of(residual, least, 10 * least).any()
    assert (outliers_of(residual, least, 2 * least).sum(axis=0)[-1]) == COUNT


def test_a_fit_leaves_less_of_the_second_differences_the_more_columns_it_has() -> None:
    draw = np.random.default_rng(1)
    whole = np.linalg.qr(draw.normal(size=(2 * POINTS, 2 * POINTS)))[0]
    left = [roughness_left(whole[:, :count]) for count in (1, 25, 50, 75)]
    assert left == sorted(left, reverse=True)
    assert left == pytest.approx(np.sqrt(1 - np.array([1, 25, 50, 75]) / (2 * POINTS)), abs=0.1)
    residual = white(1.0)
    both = np.concatenate([residual.real, residual.imag], axis=1)
    both -= both @ whole[:, :50] @ whole[:, :50].T
    rest = both[:, :POINTS] + 1j * both[:, POINTS:]
    assert np.median(noise_of(rest)) == pytest.approx(left[2], rel=0.05)
