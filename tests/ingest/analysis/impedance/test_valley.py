"""Long flat valleys are followed to their end, and what is reported is what was reached."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import least_squares

from ingest.analysis.impedance.fit import fit, fit_all
from ingest.analysis.impedance.fit_settings import FitSettings
from ingest.analysis.impedance.fitted import Fit
from ingest.analysis.impedance.sweep import Sweeps
from schema.impedance.constraint import read_model
from schema.impedance.element import Band, Complexes, Reals
from schema.impedance.parameter import theta_of

_FREQUENCY = np.logspace(6.0, 3.0, 31)
_S = 2j * np.pi * _FREQUENCY
_VALLEY = "L0-R0-p(R1,CPE1)-G2"


def _noisy(impedance: NDArray[np.complexfloating], count: int, noise: float) -> Complexes:
    draw = np.random.default_rng(1).normal(size=(2, count, impedance.size))
    return np.asarray(impedance + noise * np.abs(impedance) * (draw[0] + 1j * draw[1]))


def _sweeps(impedance: Complexes) -> Sweeps:
    return Sweeps.of(
        np.repeat(np.arange(1, len(impedance) + 1), impedance.shape[1]),
        np.tile(_FREQUENCY, len(impedance)),
        impedance.real.ravel(),
        impedance.imag.ravel(),
    )


def _drawn(found: Fit) -> Complexes:
    circuit = read_model(found.circuit).circuit
    theta = theta_of(circuit, found.value)
    slope = np.empty((*theta.shape, _FREQUENCY.size), dtype=np.complex128)
    band = Band.of(2.0 * np.pi * _FREQUENCY[None])
    return np.array(circuit.impedance(band, theta, slope))


def _faint(count: int) -> Complexes:
    """Return spectra of a lead, an arc and a fast Gerischer, whose R0 a sweep does not tell."""
    arc, tail = 504.0 / (1.0 + (_S * 1.565e-5) ** 0.985), 150.0 / np.sqrt(1.0 + _S * 1.2e-7)
    return _noisy(_S * 1.17e-5 + arc + tail, count, 0.001)


@pytest.mark.slow
def test_values_leave_the_residual_that_is_reported_of_them() -> None:
    # of two arcs where there is one: an undamped step runs far along what is not told
    impedance = _noisy(50.0 + 300.0 / (1.0 + _S * 1e-4), 64, 0.003)
    found = fit(_sweeps(impedance), "R0-p(R1,CPE1)-p(R2,CPE2)", FitSettings())
    left = np.sqrt(np.mean(np.abs((impedance - _drawn(found)) / impedance) ** 2, axis=1))
    assert np.allclose(left, found.rms_residual, rtol=1e-4)


def test_a_named_circuit_is_fitted_to_the_end_of_its_valley() -> None:
    impedance = _faint(8)
    found = fit(_sweeps(impedance), _VALLEY, FitSettings())
    kept = [place for place, name in enumerate(found.names) if name[1] != "Q"]
    for measured, value, rms in zip(impedance, found.value, found.rms_residual, strict=True):
        assert rms**2 <= 1.001 * _onward(measured, value[kept])


def _onward(measured: Complexes, end: Reals) -> float:
    """Return the mean square that SciPy finds from an end: L, R0, R1, n, τ, R and τ themselves."""

    def left(ratio: Reals) -> Reals:
        lead, series, resistance, exponent, time, tail, reach = ratio * end
        drawn = _S * lead + series + resistance / (1.0 + (_S * time) ** exponent)
        gap = (measured - drawn - tail / np.sqrt(1.0 + _S * reach)) / np.abs(measured)
        return np.concatenate((gap.real, gap.imag))

    lowest, highest = np.zeros(7), np.full(7, np.inf)
    lowest[1], highest[3] = 1e-6 * np.abs(measured).min() / end[1], (1.0 - 4.3e-6) / end[3]
    begin = np.clip(np.ones(7), lowest + 1e-9, highest - 1e-9)
    tight = {"xtol": 1e-14, "ftol": 1e-14, "gtol": 1e-14}
    found = least_squares(left, begin, bounds=(lowest, highest), x_scale="jac", **tight)
    return float(2.0 * found.cost / measured.size)


def test_what_is_chosen_out_of_a_valley_was_restarted() -> None:
    settings = FitSettings(circuits=("L0-R0-p(R1,CPE1)", _VALLEY))
    fits, chosen = fit_all(_sweeps(_faint(8)), settings)
    for one, takes in zip(fits, chosen, strict=True):
        flat = takes & (one.greatest_correlation > 0.99)
        assert (one.restart_count[flat] == settings.restarts).all()
        assert (one.status[takes] != "not_computable").all()
