"""Intervals by profile likelihood, held against what is exact and against SciPy."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats
from scipy.optimize import least_squares

from ingest.analysis.impedance.attempt import Attempt
from ingest.analysis.impedance.fit import fit_all
from ingest.analysis.impedance.fit_settings import FitSettings
from ingest.analysis.impedance.noise import noise_of
from ingest.analysis.impedance.profile import limits, student
from ingest.analysis.impedance.solution import scaled_problem
from ingest.analysis.impedance.sweep import Sweeps
from schema.impedance.constraint import read_model
from schema.impedance.element import Band, exponent_place

_FREQUENCY = np.logspace(5, 0, 40)
_S = 2j * np.pi * _FREQUENCY
_OVERLAPPING = 10.0 + 100.0 / (1.0 + (1e-3 * _S) ** 0.85) + 80.0 / (1.0 + (4e-3 * _S) ** 0.9)


def _noisy(impedance: NDArray[np.complex128], noise: float, seed: int) -> NDArray[np.complex128]:
    draw = np.random.default_rng(seed).standard_normal((2, *impedance.shape))
    return np.asarray(impedance + noise * np.abs(impedance) * (draw[0] + 1j * draw[1]))


def _sweeps(impedance: NDArray[np.complex128]) -> Sweeps:
    count, size = impedance.shape
    number = np.repeat(np.arange(1, count + 1), size)
    flat = impedance.ravel()
    return Sweeps.of(number, np.tile(_FREQUENCY, count), flat.real.copy(), flat.imag.copy())


def _solved(impedance: NDArray[np.complex128], circuit: str) -> Attempt:
    sweeps = _sweeps(impedance)
    rows = np.arange(len(sweeps))
    one = Attempt.at(sweeps, read_model(circuit), rows, noise_of(sweeps), masks=False)
    every = np.ones(rows.size, dtype=bool)
    settings = FitSettings(all_tried=True)
    one.solve(every, 8, settings)
    one.solve(every, 0, settings, on=True)
    one.draw_intervals(every, settings)
    return one


@pytest.mark.parametrize("spare", [4, 5, 10, 33, 91, 1000])
def test_the_quantile_is_that_of_student(spare: int) -> None:
    exact = stats.t.ppf(0.975, spare)
    assert student(np.array([spare]))[0] == pytest.approx(exact, rel=0.003)


def test_the_profile_of_a_resistance_alone_is_that_of_its_mean() -> None:
    impedance = _noisy(np.full((3, 40), 50.0 + 0j), 0.01, 1)
    one = _solved(impedance, "R0")
    problem, ohm, _ = scaled_problem(one.used, one.model, np.full(3, np.inf))
    low, high = limits(problem, one.theta, np.full(3, 79), np.ones((3, 1), dtype=bool))
    value = np.exp(one.theta[:, 0])
    weight = np.abs(impedance / ohm[:, None]) ** -2.0
    error = np.sqrt(one.square_sum / 79 / weight.sum(axis=1))
    reach = stats.t.ppf(0.975, 79) * error
    np.testing.assert_allclose(low * value, value - reach, rtol=1e-4)
    np.testing.assert_allclose(high * value, value + reach, rtol=1e-4)


def test_at_the_ends_of_an_interval_the_least_sum_of_squares_is_higher_by_t_squared() -> None:
    circuit = "R0-p(R1,CPE1)-p(R2,CPE2)"
    impedance = _noisy(np.tile(_OVERLAPPING, (2, 1)), 0.003, 3)
    one = _solved(impedance, circuit)
    found, model = one.found, read_model(circuit).circuit
    band = Band.of(2.0 * np.pi * _FREQUENCY[None])
    spare = 80 - one.size
    for row, measured in enumerate(impedance):
        start = _theta(found.value[row])

        def residual(inner: NDArray[np.float64], measured: NDArray[np.complex128]) -> object:
            slope = np.empty((1, inner.size, 40), dtype=np.complex128)
            left = (measured - model.impedance(band, inner[None], slope)[0]) / np.abs(measured)
            return np.concatenate((left.real, left.imag))

        hill = found.chi_square[row] * stats.t.ppf(0.975, spare) ** 2
        for end in (found.whole_low_ohm[row], found.whole_high_ohm[row]):

            def held(
                rest: NDArray[np.float64], end: float, measured: NDArray[np.complex128]
            ) -> object:
                """The first resistance is what the others leave of the whole."""
                first = np.log(end - np.exp(rest[0]) - np.exp(rest[3]))
                return residual(np.concatenate(([first], rest)), measured)

            oracle = least_squares(held, start[1:], args=(end, measured), method="lm", xtol=1e-12)
            height = 2.0 * oracle.cost - one.square_sum[row]
            assert np.sqrt(height / hill) == pytest.approx(1.0, abs=0.03)


def _theta(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return θ of R0, then R, tau and n of two arcs, as the circuit has them."""
    ohm, arcs = value[0], (value[1:5], value[5:9])
    inner = [np.log(ohm)]
    for resistance, _, exponent, time in arcs:
        inner += [np.log(resistance), np.log(time), float(exponent_place(exponent))]
    return np.array(inner)


@pytest.mark.slow
def test_intervals_of_what_correlates_are_by_profile_and_those_of_the_rest_linear() -> None:
    fits, chosen = fit_all(_sweeps(_noisy(np.tile(_OVERLAPPING, (5, 1)), 0.003, 4)), FitSettings())
    (found,) = [one for one, takes in zip(fits, chosen, strict=True) if takes.sum() == 5]
    assert found.circuit == "R0-p(R1,CPE1)-p(R2,CPE2)"
    place = {name[:2]: column for column, name in enumerate(found.names)}
    assert found.profiled[:, [place["R1", "R"], place["R2", "R"]]].all()
    assert found.whole_profiled.all()
    linear = ~found.profiled
    reach = stats.t.ppf(0.975, 2 * 40 - 7) * found.standard_error
    np.testing.assert_allclose(
        found.high[linear],
        np.where(
            np.array([name[1] == "n" for name in found.names]),
            np.minimum(found.value + reach, 1.0),
            found.value + reach,
        )[linear],
        rtol=1e-3,
    )
    assert (found.low <= found.value).all()
    assert (found.value <= found.high).all()


@pytest.mark.slow
def test_what_is_not_chosen_has_no_interval() -> None:
    fits, chosen = fit_all(_sweeps(_noisy(np.tile(_OVERLAPPING, (5, 1)), 0.003, 4)), FitSettings())
    for one, takes in zip(fits, chosen, strict=True):
        assert np.isnan(one.low[~takes]).all()
        assert np.isnan(one.whole_high_ohm[~takes]).all()
