"""Size and strain by widths, and where widths tell neither."""

import numpy as np
import pytest

from ingest.analysis.diffraction.crystallite import (
    LineWidths,
    broadening,
    by_scherrer,
    by_williamson_hall,
    scherrer_nm,
    williamson_hall,
)
from ingest.analysis.diffraction.profile import caglioti_terms, parts, together
from ingest.analysis.diffraction.settings import CrystalliteSettings

_ANGLE = np.array([20.0, 30.0, 40.0, 55.0, 70.0])
_WAVELENGTH = 1.5405929
_TERMS = (0.002, -0.002, 0.0072)
_KNOWN = CrystalliteSettings(instrument_terms=_TERMS, instrument_share=0.5)


def _lines(size_nm: float, strain: float, error: float = 1e-4) -> LineWidths:
    """Return lines of an instrument widened by a specimen, of Lorentz."""
    theta = np.radians(_ANGLE) / 2.0
    added = np.degrees(
        (0.09 * _WAVELENGTH / size_nm + 4.0 * strain * np.sin(theta)) / np.cos(theta)
    )
    gauss, lorentz = parts(np.sqrt(caglioti_terms(_ANGLE) @ np.array(_TERMS)), np.full(5, 0.5))
    width, share = together(gauss, lorentz + added)
    covariance = np.diag(np.concatenate([np.full(5, error), np.full(5, 10 * error)]) ** 2)
    return LineWidths(_ANGLE, width, share, covariance, np.array([5.0, 3.0, 1.0, 1.0, 1.0]))


def test_a_broadening_of_0_15_degree_is_54_nanometers() -> None:
    found = scherrer_nm(np.array([0.15]), np.array([24.5]), _WAVELENGTH, 0.9)
    assert found[0] == pytest.approx(54.196, abs=5e-4)


def test_grains_of_micrometers_widen_a_line_by_thousandths_of_a_degree() -> None:
    found = scherrer_nm(np.array([0.0027098]), np.array([24.5]), _WAVELENGTH, 0.9)
    assert found[0] == pytest.approx(3000.0, rel=2e-5)


def test_widths_made_of_size_and_strain_tell_both() -> None:
    theta = np.radians(_ANGLE) / 2.0
    made = np.degrees((0.9 * 0.15405929 / 40.0 + 4.0 * 0.001 * np.sin(theta)) / np.cos(theta))
    intercept, strain = williamson_hall(_ANGLE, made, np.ones(5))
    assert 0.9 * 0.15405929 / intercept == pytest.approx(40.000, abs=5e-4)
    assert strain == pytest.approx(0.0010000, abs=5e-8)


def test_the_instrument_is_taken_off() -> None:
    own = np.sqrt(caglioti_terms(_ANGLE) @ np.array(_TERMS))
    assert broadening(own, np.full(5, 0.5), own, 0.5) == pytest.approx(np.zeros(5), abs=1e-9)
    found = by_williamson_hall(_lines(40.0, 0.001), _WAVELENGTH, _KNOWN)
    assert found.status == "ok"
    # width and η of a pseudo-Voigt give back its parts to a percent
    assert found.size_nm == pytest.approx(40.0, rel=0.06)
    assert found.strain == pytest.approx(0.001, rel=0.06)
    assert 0.0 < found.size_error_nm < 2.0


def test_errors_are_those_of_widths_drawn_with_theirs() -> None:
    lines = _lines(40.0, 0.001, error=5e-4)
    random = np.random.default_rng(3)
    own = np.sqrt(caglioti_terms(_ANGLE) @ np.array(_TERMS))
    middle = np.concatenate([lines.width_degree, lines.share])
    sizes = []
    for drawn in random.multivariate_normal(middle, lines.covariance, 400):
        wide = broadening(drawn[:5], drawn[5:], own, 0.5)
        sizes.append(0.09 * _WAVELENGTH / williamson_hall(_ANGLE, wide, np.ones(5))[0])
    found = by_williamson_hall(lines, _WAVELENGTH, _KNOWN)
    assert found.size_error_nm == pytest.approx(np.std(sizes), rel=0.25)


def test_lines_hardly_wider_than_the_instrument_give_a_bound() -> None:
    found = by_scherrer(_lines(3000.0, 0.0), _WAVELENGTH, _KNOWN)
    assert found.status == "censored"
    assert found.reason == "broadening_below_instrument"
    assert found.size_nm < 3000.0


def test_without_an_instrument_there_is_a_lower_bound_only() -> None:
    lines = _lines(40.0, 0.0)
    found = by_scherrer(lines, _WAVELENGTH, CrystalliteSettings())
    assert (found.status, found.reason) == ("censored", "instrument_width_unknown")
    assert found.size_nm < 40.0
    line = by_williamson_hall(lines, _WAVELENGTH, CrystalliteSettings())
    assert line.status == "not_computable"


def test_four_lines_make_no_line_after_williamson_and_hall() -> None:
    lines = _lines(40.0, 0.0)
    few = np.arange(4)
    some = LineWidths(
        lines.angle_degree[few],
        lines.width_degree[few],
        lines.share[few],
        lines.covariance[np.ix_(np.arange(8), np.arange(8))],
        lines.area[few],
    )
    assert by_williamson_hall(some, _WAVELENGTH, _KNOWN).reason == "too_few_lines"
