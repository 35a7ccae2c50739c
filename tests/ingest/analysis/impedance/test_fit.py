"""Circuits fitted to batches: known values recovered, laws held, garbage named."""

import re

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import least_squares

from ingest.analysis.impedance.fit import fit, fit_all
from ingest.analysis.impedance.fit_settings import FitSettings
from ingest.analysis.impedance.fitted import Fit
from ingest.analysis.impedance.sweep import Sweeps
from schema.impedance.circuit import read_circuit
from schema.impedance.element import Band, Complexes, Reals, exponent_place
from tests.law import law, thinned

_USUAL = "R0-p(R1,CPE1)-p(R2,CPE2)-W3"
_FREQUENCY = np.logspace(6.0, -1.0, 50)
_NOISE = 0.003
_TRIED = (
    _USUAL,
    "L0-R0-p(R1,CPE1)-W3",
    "R0-p(R1,CPE1)-CPE2",
    "R0-p(R1,C1)-p(R2,CPE2)",
    "R0-p(R1-W1,CPE1)",
    "R0-p(R1,CPE1)-Wo2",
    "R0-p(R1,CPE1)-Ws2",
    "R0-p(C1,R1-p(C2,R2))",
    "p(R1,CPE1)-C2",
)


def _sweeps(frequency: Reals, impedance: Complexes) -> Sweeps:
    size, points = impedance.shape
    return Sweeps.of(
        np.repeat(np.arange(1, size + 1), points),
        np.broadcast_to(frequency, impedance.shape).ravel(),
        impedance.real.ravel(),
        impedance.imag.ravel(),
    )


def _noisy(impedance: Complexes, noise: float, seed: int) -> Complexes:
    draw = np.random.default_rng(seed).normal(size=(2, *impedance.shape))
    return np.asarray(impedance + noise * np.abs(impedance) * (draw[0] + 1j * draw[1]))


def _usual(count: int, seed: int) -> tuple[Complexes, Reals]:
    """Return spectra of two arcs and a Warburg tail, and what a fit should report."""
    generator = np.random.default_rng(seed)

    def between(low: float, high: float) -> Reals:
        return generator.uniform(low, high, (count, 1))

    r0, r1, r2 = between(20.0, 200.0), between(50.0, 500.0), between(100.0, 2000.0)
    t1, t2 = 10.0 ** between(-5.0, -4.0), 10.0 ** between(-2.5, -1.0)
    n1, n2, tail = between(0.75, 1.0), between(0.7, 0.95), between(5.0, 100.0)
    s = 2j * np.pi * _FREQUENCY
    arcs = r1 / (1.0 + (s * t1) ** n1) + r2 / (1.0 + (s * t2) ** n2)
    impedance = r0 + arcs + tail * np.sqrt(2.0 / s)
    truth = np.hstack([r0, r1, t1**n1 / r1, n1, t1, r2, t2**n2 / r2, n2, t2, tail])
    return impedance, truth


def _drawn(text: str, count: int, seed: int) -> Complexes:
    """Return spectra of any circuit, its time constants within the band."""
    circuit = read_circuit(text)
    generator = np.random.default_rng(seed)
    theta = generator.uniform(-1.0, 1.0, (count, len(circuit.parameters)))
    for place, one in enumerate(circuit.parameters):
        theta[:, place] += {"tau": 6.0 * place / theta.shape[1] - 3.0, "n": 2.0}.get(
            one.letter, 0.0
        )
    slope = np.empty((*theta.shape, _FREQUENCY.size), dtype=np.complex128)
    band = Band.of(2.0 * np.pi * _FREQUENCY[None] / 2e3)
    return 100.0 * circuit.impedance(band, theta, slope)


def _ordinary(found: Fit) -> NDArray[np.bool_]:
    """Return which fits have no bound in play and every parameter well determined."""
    known = (found.standard_error < 0.3 * found.value).all(axis=1)
    return np.asarray(known & (found.status == "ok") & (found.greatest_correlation < 0.98))


def test_intervals_cover_the_truth_and_no_spectrum_is_misfitted() -> None:
    impedance, truth = _usual(1000, seed=0)
    found = fit(_sweeps(_FREQUENCY, _noisy(impedance, _NOISE, 1)), _USUAL, FitSettings())
    assert (found.chi_square < 2.0 * _NOISE**2).all()
    assert (found.status == "ok").mean() > 0.99
    assert (found.status[found.standard_error[:, -1] < found.value[:, -1]] == "ok").all()
    free = ~found.bound
    covered = (np.abs(found.value - truth) < 1.986 * found.standard_error) & free
    assert 0.93 < covered.sum() / free.sum() < 0.97
    assert ((covered.sum(axis=0) / free.sum(axis=0)) > 0.92).all()


def test_the_noise_of_a_sweep_is_found_without_a_circuit() -> None:
    impedance, _ = _usual(200, seed=2)
    found = fit(_sweeps(_FREQUENCY, _noisy(impedance, _NOISE, 3)), _USUAL, FitSettings())
    ratio = np.sqrt(found.noise_square) / _NOISE
    assert 0.95 < float(np.median(ratio)) < 1.05
    assert 0.7 < ratio.min() < ratio.max() < 1.4


def test_scipy_finds_the_same_minimum_and_the_same_covariance() -> None:
    impedance, truth = _usual(12, seed=4)
    noisy = _noisy(impedance, _NOISE, 5)
    found = fit(_sweeps(_FREQUENCY, noisy), _USUAL, FitSettings())
    s = 2j * np.pi * _FREQUENCY
    kept = np.array([0, 1, 4, 3, 5, 8, 7, 9])  # R0, R1, tau1, n1, R2, tau2, n2, A
    for row, one in enumerate(noisy):

        def residual(relative: Reals, one: Complexes = one, row: int = row) -> Reals:
            r0, r1, t1, n1, r2, t2, n2, tail = relative * truth[row, kept]
            arcs = r1 / (1.0 + (s * t1) ** n1) + r2 / (1.0 + (s * t2) ** n2)
            left = (one - r0 - arcs - tail * np.sqrt(2.0 / s)) / np.abs(one)
            return np.concatenate((left.real, left.imag))

        oracle = least_squares(
            residual, np.ones(8), jac="3-point", xtol=1e-15, ftol=1e-15, gtol=1e-15
        )
        expected = oracle.x * truth[row, kept]
        if found.bound[row].any() or expected[3] > 1.0:
            continue
        spread = 2.0 * oracle.cost / (100 - 8) * np.linalg.inv(oracle.jac.T @ oracle.jac)
        np.testing.assert_allclose(found.chi_square[row] * 92, 2.0 * oracle.cost, rtol=1e-9)
        np.testing.assert_allclose(found.value[row, kept], expected, rtol=1e-6)
        error = np.sqrt(np.diag(spread))
        np.testing.assert_allclose(
            found.standard_error[row, kept], error * truth[row, kept], rtol=1e-4
        )
        correlation = found.correlation[row][np.ix_(kept, kept)]
        np.testing.assert_allclose(correlation, spread / np.outer(error, error), atol=1e-4)


def test_a_flat_valley_is_followed_until_scipy_finds_nothing_lower() -> None:
    impedance, _ = _usual(8, seed=22)
    noisy = _noisy(impedance, _NOISE, 23)
    text = "L0-R0-p(R1,CPE1)-p(R2,CPE2)-W3"  # the sweeps do not tell of an inductance
    found = fit(_sweeps(_FREQUENCY, noisy), text, FitSettings())
    restarted = np.flatnonzero(found.restart_count)
    assert restarted.size > 4
    model = read_circuit(text)
    band = Band.of(2.0 * np.pi * _FREQUENCY[None])
    value = {name[:2]: found.value[:, place] for place, name in enumerate(found.names)}
    for row in restarted:

        def residual(theta: Reals, one: Complexes = noisy[row]) -> Reals:
            slope = np.empty((1, theta.size, _FREQUENCY.size), dtype=np.complex128)
            left = (one - model.impedance(band, theta[None], slope)[0]) / np.abs(one)
            return np.concatenate((left.real, left.imag))

        start = []
        for element in ("L0 L", "R0 R", "R1 R", "1 tau", "1 n", "R2 R", "2 tau", "2 n", "W3 A"):
            label, letter = element.split()
            name = {"tau": f"p(R{label},CPE{label})", "n": f"CPE{label}"}.get(letter, label)
            number = value[name, letter][row]
            bent = exponent_place(np.minimum(number, 1.0 - 4e-6))
            inner = bent if letter == "n" else np.log(number)
            start.append(float(inner))
        ours = np.sum(residual(np.array(start)) ** 2)
        np.testing.assert_allclose(ours, found.chi_square[row] * (100 - 9), rtol=1e-6)
        oracle = least_squares(residual, start, method="lm", xtol=1e-15, ftol=1e-15, gtol=1e-15)
        assert 2.0 * oracle.cost > ours * (1.0 - 1e-6)


def test_circuits_are_restarted_only_where_none_is_ok_at_the_noise() -> None:
    impedance, _ = _usual(4, seed=24)
    noisy = _noisy(impedance, _NOISE, 25)
    poor = "R0-p(R1,CPE1)-CPE2"
    alone = fit(_sweeps(_FREQUENCY, noisy), poor, FitSettings())
    assert (alone.restart_count == FitSettings().restarts).all()
    both = FitSettings(circuits=(poor, _USUAL), all_tried=True)
    _, usual = fit_all(_sweeps(_FREQUENCY, noisy), both)[0]
    assert (usual.restart_count == 0).all()


@pytest.mark.slow
@pytest.mark.parametrize("text", thinned(_TRIED, 3))
def test_a_circuit_is_found_again_in_its_own_spectra(text: str) -> None:
    noisy = _noisy(_drawn(text, 60, seed=6), 0.001, 7)
    found = fit(_sweeps(_FREQUENCY, noisy), text, FitSettings(largest_rms=1.0, restarts=8))
    assert (found.chi_square < 2.0 * 0.001**2).mean() > 0.98


@pytest.mark.slow
@law(40)
@given(st.sampled_from(_TRIED), st.floats(1e-6, 1e6), st.integers(0, 1000))
def test_a_scaled_spectrum_scales_what_has_ohms_and_leaves_the_rest(
    text: str, factor: float, seed: int
) -> None:
    noisy = _noisy(_drawn(text, 4, seed), 0.001, seed + 1)
    one = fit(_sweeps(_FREQUENCY, noisy), text, FitSettings())
    other = fit(_sweeps(_FREQUENCY, noisy * factor), text, FitSettings())
    power = np.array([{"R": 1, "A": 1, "L": 1, "C": -1, "Q": -1}.get(n[1], 0) for n in one.names])
    rows = _ordinary(one)
    np.testing.assert_allclose(other.value[rows], (one.value * factor**power)[rows], rtol=1e-6)
    np.testing.assert_allclose(
        other.standard_error[rows], (one.standard_error * factor**power)[rows], rtol=1e-5
    )
    np.testing.assert_allclose(other.chi_square, one.chi_square, rtol=1e-6)


@pytest.mark.slow
@law(25)
@given(st.sampled_from(_TRIED), st.integers(0, 1000), st.integers(1, 15), st.integers(1, 40))
@example(_USUAL, 0, 5, 100)
def test_other_spectra_in_the_batch_change_nothing(
    text: str, seed: int, first: int, more: int
) -> None:
    noisy = _noisy(_drawn(text, first, seed), 0.001, seed)
    rest = _noisy(_drawn(text, more, seed + 1), 0.001, seed)
    alone = fit(_sweeps(_FREQUENCY, noisy), text, FitSettings())
    together = fit(_sweeps(_FREQUENCY, np.vstack((noisy, rest))), text, FitSettings())
    rows = np.flatnonzero(_ordinary(alone))
    np.testing.assert_allclose(together.value[rows], alone.value[rows], rtol=1e-9)
    np.testing.assert_allclose(together.chi_square[:first], alone.chi_square, rtol=1e-9)


@pytest.mark.slow
@law(25)
@given(st.sampled_from(_TRIED), st.integers(0, 1000))
def test_the_order_of_frequencies_does_not_matter(text: str, seed: int) -> None:
    noisy = _noisy(_drawn(text, 3, seed), 0.001, seed)
    order = np.random.default_rng(seed).permutation(_FREQUENCY.size)
    one = fit(_sweeps(_FREQUENCY, noisy), text, FitSettings())
    other = fit(_sweeps(_FREQUENCY[order], noisy[:, order]), text, FitSettings())
    rows = _ordinary(one)
    np.testing.assert_allclose(other.value[rows], one.value[rows], rtol=1e-7)
    np.testing.assert_allclose(other.chi_square, one.chi_square, rtol=1e-7)


def test_spectra_of_different_grids_are_fitted_as_if_alone() -> None:
    impedance, _ = _usual(40, seed=8)
    noisy = _noisy(impedance, _NOISE, 9)
    frequency = np.tile(_FREQUENCY, (40, 1))
    real = noisy.real.copy()
    real[np.arange(20), np.arange(20)] = np.nan
    sweeps = Sweeps.of(
        np.repeat(np.arange(40), 50), frequency.ravel(), real.ravel(), noisy.imag.ravel()
    )
    together = fit(sweeps, _USUAL, FitSettings())
    assert (together.point_count[:20] == 49).all()
    for row in (0, 7, 19, 30):
        alone = fit(sweeps.take(np.array([row])), _USUAL, FitSettings())
        np.testing.assert_allclose(alone.value[0], together.value[row], rtol=1e-7)
        np.testing.assert_allclose(alone.standard_error[0], together.standard_error[row], rtol=1e-6)


def test_like_arcs_rise_in_their_time_constant() -> None:
    noisy = _noisy(_drawn("R0-p(R1,C1)-p(R2,CPE2)-p(R3,C3)", 25, seed=10), 0.001, 11)
    found = fit(_sweeps(_FREQUENCY, noisy), "R0-p(R1,C1)-p(R2,CPE2)-p(R3,C3)", FitSettings())
    tau = {name[0]: found.value[:, place] for place, name in enumerate(found.names)}
    assert (tau["p(R1,C1)"] <= tau["p(R3,C3)"]).all()


def test_inductive_points_are_left_out_for_want_of_an_inductance_and_recorded() -> None:
    impedance, _ = _usual(10, seed=12)
    led = _noisy(impedance + 2e-5j * 2.0 * np.pi * _FREQUENCY, 1e-4, 13)
    sweeps = _sweeps(_FREQUENCY, led)
    masked, whole = fit(sweeps, _USUAL, FitSettings()), fit(sweeps, f"L9-{_USUAL}", FitSettings())
    assert (masked.masked_count > 0).all()
    assert (masked.point_count + masked.masked_count == 50).all()
    lowest = np.where(led.imag > 0.0, _FREQUENCY, np.inf).min(axis=1)
    np.testing.assert_array_equal(masked.masked_from_hertz, lowest)
    assert (whole.masked_count == 0).all()
    assert np.isnan(whole.masked_from_hertz).all()
    np.testing.assert_allclose(whole.value[:, 0], 2e-5, rtol=0.02)


def _chosen(sweeps: Sweeps, settings: FitSettings) -> tuple[list[str], list[str]]:
    """Return the circuit chosen for each sweep, and its status."""
    circuits, statuses = [""] * len(sweeps), [""] * len(sweeps)
    for found, chosen in zip(*fit_all(sweeps, settings), strict=True):
        for row in np.flatnonzero(chosen):
            place = int(np.searchsorted(sweeps.spectrum_count, found.spectrum_count[row]))
            assert not circuits[place]
            circuits[place], statuses[place] = found.circuit, found.status[row]
    return circuits, statuses


_S = 2j * np.pi * _FREQUENCY
_TAILS = {
    "": 0.0 * _S,
    "-W2": 20.0 * (1.0 - 1.0j) / np.sqrt(_S.imag),
    "-CPE2": 50.0 / (0.1 * _S) ** 0.8,
    "-Wo2": 100.0 / np.tanh(np.sqrt(0.5 * _S)) / np.sqrt(0.5 * _S),
    "-Ws2": 100.0 * np.tanh(np.sqrt(0.1 * _S)) / np.sqrt(0.1 * _S),
    "-TLMQ2": 200.0 / np.tanh((0.5 * _S) ** 0.42) / (0.5 * _S) ** 0.42,
    "-G2": 100.0 / np.sqrt(1.0 + 0.05 * _S),
    "-p(R2,L2)": 20.0 * 0.3 * _S / (1.0 + 0.3 * _S),
    "-p(R2,CPE2)": 100.0 / (1.0 + (0.02 * _S) ** 0.9),
}


@pytest.mark.parametrize("lead", thinned(["", "L0-"], 2))
@pytest.mark.parametrize("tail", thinned(_TAILS, 3))
def test_the_circuit_that_drew_the_spectra_is_chosen(tail: str, lead: str) -> None:
    impedance = 10.0 + 100.0 / (1.0 + (3e-5 * _S) ** 0.85) + _TAILS[tail]
    impedance = impedance + (2e-6 * _S if lead else 0.0)
    sweeps = _sweeps(_FREQUENCY, _noisy(np.tile(impedance, (40, 1)), 0.002, 16))
    circuits, statuses = _chosen(sweeps, FitSettings())
    wanted = f"{lead}R0-p(R1,CPE1){tail}"
    assert np.mean([each == wanted for each in circuits]) >= 0.9
    assert np.mean([each == "ok" for each in statuses]) >= 0.9


def test_one_clean_arc_is_one_arc_without_noise_too() -> None:
    impedance = 10.0 + 100.0 / (1.0 + 1e-3 * _S)
    circuits, statuses = _chosen(
        _sweeps(_FREQUENCY, impedance[None].astype(np.complex128)), FitSettings()
    )
    assert circuits == ["R0-p(R1,CPE1)"]
    assert statuses == ["ok"]


@pytest.mark.slow
def test_a_circuit_that_fits_as_well_with_another_resistance_is_told() -> None:
    # a finite Warburg and a third arc at 2 % noise: nobody can tell which
    impedance = 10.0 + 100.0 / (1.0 + (3e-5 * _S) ** 0.8) + 60.0 / (1.0 + (0.03 * _S) ** 0.75)
    sweeps = _sweeps(_FREQUENCY, _noisy(np.tile(impedance, (20, 1)), 0.02, 18))
    reasons = [
        reason
        for found, chosen in zip(*fit_all(sweeps, FitSettings()), strict=True)
        for reason in found.reason[chosen & (found.status == "low_quality")]
    ]
    assert reasons
    told = re.compile(r"fits (as well|better), with [\d.e+]+ Ω in all instead of")
    assert all(told.search(reason) for reason in reasons)


@pytest.mark.slow
def test_what_is_chosen_does_not_depend_on_what_else_is_in_the_batch() -> None:
    sweeps = [_TAILS["-Ws2"], _TAILS["-W2"], _TAILS["-p(R2,CPE2)"]]
    impedance = np.array([10.0 + 100.0 / (1.0 + (3e-5 * _S) ** 0.85) + tail for tail in sweeps])
    noisy = _noisy(impedance, 0.005, 19)
    together, _ = _chosen(_sweeps(_FREQUENCY, noisy), FitSettings())
    for row, circuit in enumerate(together):
        assert _chosen(_sweeps(_FREQUENCY, noisy[row : row + 1]), FitSettings())[0] == [circuit]


@pytest.mark.slow
def test_an_inductive_spectrum_is_given_a_lead() -> None:
    impedance, _ = _usual(10, seed=17)
    led = _noisy(impedance + 2e-5j * 2.0 * np.pi * _FREQUENCY, _NOISE, 18)
    circuits, _ = _chosen(_sweeps(_FREQUENCY, led), FitSettings())
    assert all(circuit.startswith("L0-R0-") for circuit in circuits)


def test_fewer_than_two_points_a_parameter_are_too_few() -> None:
    impedance, _ = _usual(1, seed=30)
    few = slice(None, None, 7)
    found = fit(_sweeps(_FREQUENCY[few], impedance[:, few]), _USUAL, FitSettings())
    assert found.status[0] == "not_computable"
    assert "8 usable points, 16 are needed" in found.reason[0]


_CLEAN = _usual(1, seed=19)[0][0]
_GARBAGE = {
    "two points": (_FREQUENCY[:2], _CLEAN[:2]),
    "no point": (_FREQUENCY[:0], _CLEAN[:0]),
    "all NaN": (_FREQUENCY, np.full(50, np.nan + 0j)),
    "some NaN": (_FREQUENCY, np.where(np.arange(50) % 2, np.nan, _CLEAN)),
    "zero frequency": (np.zeros(50), _CLEAN),
    "negative frequency": (-_FREQUENCY, _CLEAN),
    "one frequency": (np.full(50, 1e3), _CLEAN),
    "constant": (_FREQUENCY, np.full(50, 100.0 - 10.0j)),
    "zero": (_FREQUENCY, np.zeros(50, dtype=np.complex128)),
    "real": (_FREQUENCY, np.linspace(10.0, 500.0, 50) + 0j),
    "outlier": (_FREQUENCY, np.where(np.arange(50) == 20, 1e9, _CLEAN)),
    "flipped": (_FREQUENCY, _CLEAN.conj()),
    "negative": (_FREQUENCY, -_CLEAN),
    "random": (_FREQUENCY, np.random.default_rng(20).normal(size=(50, 2)) @ np.array([1, 1j])),
    "huge": (_FREQUENCY, _CLEAN * 1e25),
    "infinite": (_FREQUENCY, np.full(50, np.inf + 0j)),
}


@pytest.mark.parametrize(
    "circuit", thinned(["R0-R1", "C1-C2", "p(L1,C1)", *_TRIED, *FitSettings().circuits], 6)
)
def test_garbage_gives_a_status_and_a_reason_and_never_an_exception(circuit: str) -> None:
    count = np.concatenate([np.full(f.size, i) for i, (f, _) in enumerate(_GARBAGE.values())])
    frequency = np.concatenate([f for f, _ in _GARBAGE.values()])
    impedance = np.concatenate([z for _, z in _GARBAGE.values()])
    sweeps = Sweeps.of(count, frequency, impedance.real, impedance.imag)
    found = fit(sweeps, circuit, FitSettings())
    bad = found.status != "ok"
    assert (found.reason[bad] != "").all()
    gone = found.status == "not_computable"
    assert np.isnan(found.value[gone]).all()
    assert np.isfinite(found.value[~gone]).all()
    assert np.isfinite(found.aicc[~gone]).all()
    assert (np.isnan(found.standard_error) <= (found.bound | gone[:, None])).all()


def test_garbage_is_not_called_ok() -> None:
    for name, (frequency, impedance) in _GARBAGE.items():
        if name in {"huge", "some NaN", "no point"}:
            continue
        found = fit(_sweeps(frequency, impedance[None]), _USUAL, FitSettings())
        assert found.status[0] != "ok", name


def test_no_sweeps_are_no_fits() -> None:
    none = Sweeps.of(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0), np.zeros(0))
    fits, chosen = fit_all(none, FitSettings())
    assert all(one.shape == (0,) for one in chosen)
    assert all(one.value.shape == (0, len(one.names)) for one in fits)
