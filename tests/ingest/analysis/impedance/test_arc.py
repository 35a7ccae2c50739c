"""Arcs and what their capacitance takes them for."""

from itertools import pairwise

import numpy as np
import pytest

from ingest.analysis.impedance.arc import arcs
from ingest.analysis.impedance.fit import fit
from ingest.analysis.impedance.fit_settings import FitSettings
from ingest.analysis.impedance.fitted import Fit
from ingest.analysis.impedance.sweep import Sweeps
from schema.impedance.element import Complexes, Reals

_FREQUENCY = np.logspace(7.0, -1.0, 80)
_SETTINGS = FitSettings()


def _fit(impedance: Complexes, circuit: str, frequency: Reals = _FREQUENCY) -> Fit:
    size = frequency.size
    draw = np.random.default_rng(0).normal(size=(2, size))
    noisy = impedance + 1e-3 * np.abs(impedance) * (draw[0] + 1j * draw[1])
    count = np.ones(size, dtype=np.int64)
    return fit(Sweeps.of(count, frequency, noisy.real, noisy.imag), circuit, _SETTINGS)


def _arc(resistance: float, capacitance: float, frequency: Reals = _FREQUENCY) -> Complexes:
    time = resistance * capacitance
    return np.asarray(resistance / (1.0 + (2j * np.pi * frequency * time) ** 0.9))


def test_a_pellet_shows_bulk_grain_boundary_and_interface() -> None:
    impedance = 5.0 + _arc(5e4, 3e-12) + _arc(2e4, 1e-9) + _arc(3e4, 2e-6)
    found = arcs(_fit(impedance, "R0-p(R1,CPE1)-p(R2,CPE2)-p(R3,CPE3)"))
    assert found.element == ("R1", "R2", "R3")
    assert found.assignment[0].tolist() == ["bulk", "grain_boundary", "interface"]
    np.testing.assert_allclose(found.resistance[0], [5e4, 2e4, 3e4], rtol=0.02)
    np.testing.assert_allclose(found.capacitance[0], [3e-12, 1e-9, 2e-6], rtol=0.05)
    np.testing.assert_allclose(found.exponent[0], 0.9, rtol=0.02)
    np.testing.assert_allclose(found.peak_hertz * found.time_constant * 2.0 * np.pi, 1.0)


@pytest.mark.parametrize(
    ("capacitance", "meaning"),
    [
        (10**-7.5, "mixed"),
        (2e-8, "grain_boundary"),
        (5e-8, "interface"),
        (1e-11, "mixed"),
        (2e-11, "grain_boundary"),
        (2e-12, "bulk"),
        (1e-3, "mixed"),
    ],
)
def test_a_capacitance_is_taken_for_what_its_range_says(capacitance: float, meaning: str) -> None:
    impedance = 5.0 + _arc(1e3 * 1e-8 / capacitance**0.9 / 1e-1, capacitance)
    found = arcs(_fit(impedance, "R0-p(R1,CPE1)"))
    assert found.assignment[0, 0] == meaning
    assert (meaning == "mixed") == (found.reason[0, 0] != "")


def test_an_arc_above_the_band_is_not_identifiable() -> None:
    frequency = np.logspace(5.0, -1.0, 60)
    impedance = _arc(1e3, 5e-10, frequency) + _arc(5e3, 2e-6, frequency)
    found = arcs(_fit(impedance, "p(R1,CPE1)-p(R2,CPE2)", frequency))
    assert found.assignment[0].tolist() == ["not_identifiable", "interface"]
    assert "above the band" in found.reason[0, 0]


def test_two_arcs_in_one_place_are_not_identifiable() -> None:
    impedance = 5.0 + _arc(1e4, 1e-9) + _arc(1.1e4, 1.05e-9)
    found = arcs(_fit(impedance, "R0-p(R1,CPE1)-p(R2,CPE2)"))
    assert (found.assignment[0] != "bulk").all()
    assert "not_identifiable" in found.assignment[0]


def test_a_fit_that_could_not_be_computed_has_arcs_of_nothing() -> None:
    short = _FREQUENCY[:2]
    found = arcs(_fit(_arc(1e3, 1e-9, short), "R0-p(R1,CPE1)", short))
    assert found.assignment[0, 0] == "not_identifiable"
    assert np.isnan(found.resistance).all()
    assert found.reason[0, 0] == "the fit was not computable"


def test_a_circuit_without_arcs_has_none() -> None:
    found = arcs(_fit(100.0 + _arc(1.0, 1.0), "R0-W1"))
    assert found.element == ()
    assert found.assignment.shape == (1, 0)


def test_the_error_of_a_capacitance_covers_it() -> None:
    truth = [(1e3, 1e-9), (5e3, 2e-7), (1e4, 5e-6)]
    impedance = 5.0 + sum(_arc(*one) for one in truth)
    found = arcs(_fit(np.asarray(impedance), "R0-p(R1,CPE1)-p(R2,CPE2)-p(R3,CPE3)"))
    expected = np.array([capacitance for _, capacitance in truth])
    assert (np.abs(found.capacitance[0] - expected) < 4.0 * found.capacitance_error[0]).all()
    assert (found.capacitance_error[0] < 0.05 * expected).all()
    assert all(one < other for one, other in pairwise(found.time_constant[0]))
