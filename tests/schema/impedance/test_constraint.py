"""What may be given with a circuit, and that a fit keeps to it."""

import numpy as np
import pytest

from ingest.analysis.impedance.analysis import AnalysisSettings
from ingest.analysis.impedance.fit import fit
from ingest.analysis.impedance.fit_settings import FitSettings
from ingest.analysis.impedance.fitted import Fit
from ingest.analysis.impedance.solution import Weighting
from ingest.analysis.impedance.sweep import Sweeps
from schema.error import InvalidArgument
from schema.impedance.constraint import read_model

_FREQUENCY = np.logspace(5, -1, 50)
_S = 2j * np.pi * _FREQUENCY
_TWO = "R0-p(R1,CPE1)-p(R2,CPE2)"


def _fitted(text: str, weighting: Weighting = "modulus") -> Fit:
    impedance = 10.0 + 100.0 / (1.0 + (1e-4 * _S) ** 0.9) + 50.0 / (1.0 + (0.03 * _S) ** 0.85)
    noise = np.random.default_rng(5).normal(0.0, 0.002, (2, 20, 50))
    noisy = impedance * (1.0 + noise[0] + 1j * noise[1])
    count = np.repeat(np.arange(20), 50)
    sweeps = Sweeps.of(count, np.tile(_FREQUENCY, 20), noisy.real.ravel(), noisy.imag.ravel())
    return fit(sweeps, text, FitSettings(weighting=weighting))


def _value(found: Fit, element: str, letter: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return found.value[:, [name[:2] for name in found.names].index((element, letter))]


def test_a_value_that_is_held_is_that_value_without_an_error() -> None:
    found = _fitted(f"{_TWO} where R0 = 10; CPE1.n = 0.9")
    assert _value(found, "R0", "R") == pytest.approx(10.0)
    assert _value(found, "CPE1", "n") == pytest.approx(0.9)
    place = [name[:2] for name in found.names].index(("R0", "R"))
    assert (found.standard_error[:, place] == 0.0).all()
    assert (found.status == "ok").all()
    free = _fitted(_TWO)
    whole, error = found.whole
    assert np.median(error / free.whole[1]) < 1.0
    assert np.mean(np.abs(whole - 160.0) < 3.0 * error) > 0.9


def test_a_bound_that_stops_a_parameter_is_told() -> None:
    found = _fitted(f"{_TWO} where R1 < 90; R2 < 90")
    assert _value(found, "R1", "R").max() <= 90.0 * (1 + 1e-9)
    assert {*found.reason} <= {"R of R1 rests on its bound", "R of R2 rests on its bound"}
    assert (_fitted(f"{_TWO} where R1 = 90..110; R1 > 80").status == "ok").all()


def test_linked_parameters_move_together() -> None:
    found = _fitted(f"{_TWO} where R2 = 0.5*R1; CPE2.n = CPE1.n")
    assert _value(found, "R2", "R") == pytest.approx(0.5 * _value(found, "R1", "R"))
    assert _value(found, "CPE2", "n") == pytest.approx(_value(found, "CPE1", "n"))
    first, second = (
        found.standard_error[:, [name[0] for name in found.names].index(label)]
        for label in ("R1", "R2")
    )
    assert second == pytest.approx(0.5 * first)
    assert np.mean(np.abs(_value(found, "R1", "R") - 100.0) < 1.0) > 0.9


def test_time_constants_out_of_their_order_are_told() -> None:
    right = _fitted(f"{_TWO} where p(R1,CPE1).tau < p(R2,CPE2).tau")
    wrong = _fitted(f"{_TWO} where p(R1,CPE1).tau > p(R2,CPE2).tau")
    # like arcs change places where a further start finds them so
    for found, faster, slower in (
        (right, "p(R1,CPE1)", "p(R2,CPE2)"),
        (wrong, "p(R2,CPE2)", "p(R1,CPE1)"),
    ):
        ordered = _value(found, faster, "tau") < _value(found, slower, "tau")
        assert ((found.status == "ok") == ordered).all()
        assert {*found.reason[~ordered]} <= {f"tau of {faster} is not below tau of {slower}"}
    assert (wrong.status != "ok").any() or (right.status != "ok").any()


def test_an_exponent_may_be_held_at_one() -> None:
    found = _fitted(f"{_TWO} where CPE1.n = 1")
    assert _value(found, "CPE1", "n") == pytest.approx(1.0, abs=1e-5)


def test_a_circuit_given_twice_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="each circuit once"):
        AnalysisSettings.with_circuits((_TWO, f"{_TWO} where R0 = 5"))


@pytest.mark.parametrize("weighting", ["modulus", "admittance", "unit"])
def test_every_weighting_finds_the_circuit(weighting: Weighting) -> None:
    found = _fitted(_TWO, weighting)
    whole, error = found.whole
    assert np.abs(whole - 160.0).max() < 3.0
    assert found.rms_residual.max() < 0.02
    assert (error > 0.0).all()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("R9 = 5", "one of"),
        ("R0 5", "a parameter, one of = < >"),
        ("R0 = five..six", "one of"),
        ("R0 = -1", "numbers above 0"),
        ("CPE1.n = 1.2", "up to 1"),
        ("R0 > 5; R0 < 4", "leave something"),
        ("CPE1.Q = 1e-6", "hangs on these"),
        ("R1 = CPE1.n", "two parameters of one kind"),
        ("R1 = R1", "another parameter"),
        ("R2 = R1; R1 = R0", "one that is not linked"),
        ("R1 = R0; R2 = R1", "one that is not linked"),
        ("R2 = R1; R2 = R0", "one link"),
        ("R2 = 2*R1; R2 < 5", "no bounds"),
        ("R1 < R2", "two time constants"),
    ],
)
def test_what_cannot_be_given_is_refused_by_name(given: str, told: str) -> None:
    with pytest.raises(InvalidArgument, match=told):
        read_model(f"{_TWO} where {given}")
