"""The distribution of relaxation times."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import nnls

from ingest.analysis.impedance.distribution import Distribution
from ingest.analysis.impedance.fit_settings import FitSettings
from ingest.analysis.impedance.grid import SCALE, RelaxationSettings
from ingest.analysis.impedance.relaxation import WAYS, Relaxation, relaxation
from ingest.analysis.impedance.rows import fit_rows
from ingest.analysis.impedance.sweep import Sweeps
from ingest.analysis.impedance.tail import Tails
from tests.law import law

FREQUENCY = np.logspace(6, -1, 50)
JOMEGA = 2j * np.pi * FREQUENCY
Complexes = NDArray[np.complex128]
Floats = NDArray[np.float64]
NNLS_TOLERANCE = 1e-5
"""Of the greatest value of a solution."""


def sweeps_of(impedance: Complexes, frequency: Floats = FREQUENCY) -> Sweeps:
    count, points = impedance.shape
    return Sweeps.of(
        np.repeat(np.arange(1, count + 1), points),
        np.tile(frequency, count),
        impedance.real.ravel(),
        impedance.imag.ravel(),
    )


def measured(count: int, *, elastance: float = 0.0, seed: int = 0) -> Complexes:
    """Return R-ZARC-ZARC(-C) sweeps, 1/C the elastance, with 0.3 % noise."""
    draw = np.random.default_rng(seed)

    def uniform(low: float, high: float) -> Floats:
        return draw.uniform(low, high, (count, 1))

    impedance = (
        uniform(20, 200)
        + uniform(50, 500) / (1 + (JOMEGA * 10 ** uniform(-5, -4)) ** uniform(0.75, 1))
        + uniform(100, 2000) / (1 + (JOMEGA * 10 ** uniform(-2.5, -1)) ** uniform(0.7, 0.95))
        + elastance / JOMEGA
    )
    error = draw.normal(size=impedance.shape) + 1j * draw.normal(size=impedance.shape)
    return np.asarray(impedance * (1 + 0.003 * error))


def zarc(resistance: float, time_constant: float, exponent: float) -> Complexes:
    return np.asarray(10 + resistance / (1 + (JOMEGA * time_constant) ** exponent))[None]


def ways(result: Relaxation) -> tuple[Distribution, ...]:
    return result.distributions


def noisy(impedance: Complexes, noise: float, seed: int = 0) -> Complexes:
    draw = np.random.default_rng(seed)
    error = draw.normal(size=impedance.shape) + 1j * draw.normal(size=impedance.shape)
    return np.asarray(impedance * (1 + noise * error))


def closed(impedance: Complexes, tail: Complexes | float = 0.0) -> tuple[Sweeps, Tails]:
    """Return sweeps of which a circuit was chosen that has this tail."""
    sweeps = sweeps_of(impedance)
    tails = Tails.not_known(sweeps)
    tails.impedance_ohm[:] = tail
    tails.unknown[:] = ""
    return sweeps, tails


def processes(one: Distribution, row: int) -> list[tuple[float, float, float]]:
    """Return (s, Ω, Ω) time constants, resistances and their errors of one sweep."""
    peaks = one.peaks
    own = peaks.row == row
    columns = peaks.time_constant_second, peaks.resistance_ohm, peaks.resistance_error_ohm
    return list(zip(*(each[own].tolist() for each in columns), strict=True))


def areas(result: Relaxation, way: Distribution) -> Floats:
    spacing = np.log(result.time_constant_second[:, 1] / result.time_constant_second[:, 0])
    return np.asarray(np.nansum(way.density_ohm, axis=1) * spacing)


def system(impedance: Complexes, tau: Floats, *, tail: bool) -> tuple[Floats, Floats, Floats]:
    """Return matrix, target and units of the definition: weighed misfit above roughness."""
    spacing = np.log(tau[1] / tau[0])
    series = [np.ones_like(JOMEGA), JOMEGA / 1e6, *([1.0 / JOMEGA] if tail else [])]
    matrix = np.array([*series, *(spacing / (1 + JOMEGA * each) for each in tau)]).T
    matrix = np.concatenate([matrix.real, matrix.imag])
    slope = (np.eye(tau.size + 1, tau.size) - np.eye(tau.size + 1, tau.size, -1)) / spacing
    rough = np.zeros((tau.size + 1, matrix.shape[1]))
    rough[:, len(series) :] = np.sqrt(RelaxationSettings().regularization * spacing) * slope
    weight = 1 / np.tile(np.abs(impedance), 2)
    target = np.concatenate([impedance.real, impedance.imag]) * weight
    matrix *= weight[:, None] * np.quantile(np.abs(impedance), SCALE)
    unit = np.ones(matrix.shape[1])
    unit[1] = 1e-6
    return np.concatenate([matrix, rough]), np.append(target, np.zeros(tau.size + 1)), unit


@pytest.mark.parametrize("elastance", [0.0, 1e3])
def test_both_ways_find_the_least_of_the_definition(elastance: float) -> None:
    impedance = measured(40, elastance=elastance)
    result = relaxation(sweeps_of(impedance))
    ridge, non_negative = (result.by(way) for way in WAYS)
    assert set(result.tail.tolist()) == {"series capacitance" if elastance else ""}
    for row, each in enumerate(impedance):
        tau, scale = result.time_constant_second[row], np.quantile(np.abs(each), SCALE)
        matrix, target, unit = system(each, tau, tail=elastance > 0)
        for way, solved, tolerance in (
            (ridge, np.linalg.lstsq(matrix, target, rcond=None)[0], 1e-8),
            (non_negative, nnls(matrix, target)[0], NNLS_TOLERANCE),
        ):
            value = solved * unit * scale
            atol = tolerance * np.abs(value).max()
            np.testing.assert_allclose(way.density_ohm[row], value[-tau.size :], atol=atol)
            assert way.series_resistance_ohm[row] == pytest.approx(value[0], abs=atol)
            assert way.series_inductance_henry[row] == pytest.approx(value[1], abs=atol)
            if elastance:
                assert 1 / way.series_capacitance_farad[row] == pytest.approx(value[2], rel=1e-5)


@pytest.mark.parametrize("regularization", [1e-4, 1e-1])
def test_other_regularizations_settle_too(regularization: float) -> None:
    weighed = RelaxationSettings(regularization=regularization)
    result = relaxation(sweeps_of(measured(20)), weighed)
    assert not any("was found" in reason for reason in result.by("non_negative").reason)


@law(30)
@given(st.floats(1, 1e5), st.floats(-4.5, -1.5), st.floats(0.7, 1.0))
def test_the_area_of_an_arc_is_its_resistance(
    resistance: float, decade: float, exponent: float
) -> None:
    result = relaxation(sweeps_of(zarc(resistance, 10**decade, exponent)))
    for way in ways(result):
        assert areas(result, way)[0] == pytest.approx(resistance, rel=0.05)


def test_peaks_have_the_values_of_their_arcs() -> None:
    two = zarc(100, 1e-4, 0.95) + 300 / (1 + (JOMEGA * 2e-2) ** 0.95)
    for way in ways(relaxation(sweeps_of(two))):
        assert way.peaks.resistance_ohm == pytest.approx([100, 300], rel=0.05)
        assert way.peaks.time_constant_second == pytest.approx([1e-4, 2e-2], rel=0.05)
        assert way.peaks.capacitance_farad == pytest.approx([1e-6, 2e-2 / 300], rel=0.1)
        assert list(way.peaks.row) == [0, 0]


@pytest.mark.parametrize("noise", [0.002, 0.01])
def test_one_depressed_arc_is_one_process(noise: float) -> None:
    draw = np.random.default_rng(1)
    series, decade, exponent = (
        draw.uniform(low, high, (100, 1)) for low, high in ((0, 2.5), (-5, -1.5), (0.8, 1))
    )
    arc = 10**series + 100 / (1 + (JOMEGA * 10**decade) ** exponent)
    sweeps, tails = closed(noisy(arc, noise))
    result = relaxation(sweeps, tails=tails)
    for way in WAYS:
        found = [processes(result.by(way), row) for row in range(100)]
        right = [len(each) == 1 and abs(each[0][1] - 100) < 10 for each in found]
        assert sum(right) >= (98 if noise < 0.01 else 92)


def test_two_arcs_a_decade_apart_are_two_processes() -> None:
    draw = np.random.default_rng(2)
    decade, apart, ratio = (
        draw.uniform(low, high, (100, 1)) for low, high in ((-5, -3), (1, 2.5), (-1, 1))
    )
    one, other = draw.uniform(0.85, 1, (2, 100, 1))
    impedance = (
        30
        + 100 / (1 + (JOMEGA * 10**decade) ** one)
        + 100 * 10**ratio / (1 + (JOMEGA * 10 ** (decade + apart)) ** other)
    )
    sweeps, tails = closed(noisy(impedance, 0.003))
    result = relaxation(sweeps, tails=tails)
    for way in WAYS:
        counts = np.bincount(result.by(way).peaks.row, minlength=100)
        assert (counts == 2).sum() >= 96


@pytest.mark.slow
def test_an_arc_is_there_beside_a_tail_of_ten_kiloohm() -> None:
    frequency = np.logspace(7, -1, 65)
    omega = 2j * np.pi * frequency
    tail = 1e4 * (0.1 * 2 * np.pi / omega * 1j) ** 0.9 * np.exp(-0.45j * np.pi)
    impedance = 100 + 230 / (1 + (omega * 7e-7) ** 0.9) + 1e-8 * omega + tail
    sweeps = sweeps_of(noisy(np.tile(impedance, (30, 1)), 0.003), frequency)
    tails = Tails.of(fit_rows(sweeps, FitSettings()), sweeps)
    result = relaxation(sweeps, tails=tails)
    assert set(result.tail.tolist()) == {"CPE2"}
    for one in ways(result):
        for row in range(30):
            near = [each for each in processes(one, row) if 4e-7 < each[0] < 1.2e-6]
            assert [each[1] for each in near] == [pytest.approx(230, rel=0.15)]
    assert (result.by("ridge").status == "ok").all()


def test_a_tail_that_no_circuit_tells_is_doubtful() -> None:
    result = relaxation(sweeps_of(zarc(100, 1e-4, 0.9) + 1 / (JOMEGA * 1e-3)))
    assert list(result.tail) == ["series capacitance"]
    for one in ways(result):
        assert list(one.status) == ["low_quality"]
        assert list(one.reason) == ["tail not known: no circuit fits"]
    tail = np.asarray(1 / (JOMEGA * 1e-3))
    sweeps, tails = closed(zarc(100, 1e-4, 0.9) + tail, tail)
    for one in ways(relaxation(sweeps, tails=tails)):
        assert list(one.status) == ["ok"]
        assert np.isnan(one.series_capacitance_farad[0])


def test_the_least_of_generalized_cross_validation_is_chosen() -> None:
    impedance, choices = measured(10), RelaxationSettings().choices
    result = relaxation(sweeps_of(impedance)).by("ridge", "cross_validation")
    tau = relaxation(sweeps_of(impedance)).time_constant_second[0]
    for row, each in enumerate(impedance):
        matrix, target, _ = system(each, tau, tail=False)
        points = 2 * FREQUENCY.size
        score = []
        for choice in choices:
            matrix_of = matrix.copy()
            matrix_of[points:] *= np.sqrt(choice / RelaxationSettings().regularization)
            hat = matrix_of[:points] @ np.linalg.pinv(matrix_of)[:, :points]
            left = target[:points] - hat @ target[:points]
            score.append(left @ left / (points - 1.4 * np.trace(hat)) ** 2)
        assert result.regularization[row] == pytest.approx(choices[np.argmin(score)])


def test_errors_cover_what_noise_and_smoothing_do() -> None:
    draw = np.random.default_rng(3)
    decade, exponent = (draw.uniform(low, high, (200, 1)) for low, high in ((-5, -1.5), (0.8, 1)))
    arc = 30 + 100 / (1 + (JOMEGA * 10**decade) ** exponent)
    sweeps, tails = closed(noisy(np.asarray(arc), 0.005))
    result = relaxation(sweeps, tails=tails)
    for way, least in (("ridge", 0.9), ("non_negative", 0.75)):
        peaks = result.by(way).peaks
        within = np.abs(peaks.resistance_ohm - 100) < 1.96 * peaks.resistance_error_ohm
        assert least <= within.mean()
        assert (peaks.resistance_error_ohm < 10).all()


def test_what_relaxes_beyond_the_sweep_has_no_peak() -> None:
    slowest = 1 / JOMEGA.imag.min()
    sweeps, tails = closed(zarc(100, 2.5 * slowest, 1.0))
    for way in ways(relaxation(sweeps, tails=tails)):
        assert (way.peaks.time_constant_second < slowest).all()
        assert way.peaks.resistance_ohm.sum() < 10


def test_nothing_of_the_non_negative_is_negative() -> None:
    result = relaxation(sweeps_of(measured(200, seed=3))).by("non_negative")
    assert (result.density_ohm >= 0).all()
    assert (result.series_resistance_ohm >= 0).all()
    assert (result.series_inductance_henry >= 0).all()


def test_a_blocking_electrode_has_its_capacitance() -> None:
    for way in ways(relaxation(sweeps_of(zarc(100, 1e-4, 0.9) + 1 / (JOMEGA * 1e-3)))):
        assert way.series_capacitance_farad[0] == pytest.approx(1e-3, rel=0.02)


def test_a_sweep_that_ends_on_the_real_axis_has_none() -> None:
    for way in ways(relaxation(sweeps_of(zarc(100, 1e-4, 0.9)))):
        assert np.isnan(way.series_capacitance_farad[0])


@law(30)
@given(st.floats(-9, 9), st.integers(0, 99))
def test_scaling_a_sweep_scales_densities_and_resistances(exponent: float, seed: int) -> None:
    impedance, factor = measured(3, seed=seed), 10.0**exponent
    once, scaled = relaxation(sweeps_of(impedance)), relaxation(sweeps_of(impedance * factor))
    for one, other in zip(ways(once), ways(scaled), strict=True):
        atol = 1e-6 * factor * np.abs(one.density_ohm).max()
        np.testing.assert_allclose(other.density_ohm, factor * one.density_ohm, atol=atol)
        np.testing.assert_allclose(
            other.series_resistance_ohm, factor * one.series_resistance_ohm, atol=atol
        )
        np.testing.assert_allclose(other.rms_residual, one.rms_residual, rtol=1e-5)


@law(30)
@given(st.permutations(range(FREQUENCY.size)), st.integers(0, 99))
def test_the_order_of_frequencies_does_not_matter(order: list[int], seed: int) -> None:
    impedance = measured(3, seed=seed)
    once = relaxation(sweeps_of(impedance))
    shuffled = relaxation(sweeps_of(impedance[:, order], FREQUENCY[order]))
    for one, other in zip(ways(once), ways(shuffled), strict=True):
        atol = 1e-6 * np.abs(one.density_ohm).max()
        np.testing.assert_allclose(one.density_ohm, other.density_ohm, atol=atol)


@cache
def batch() -> tuple[Complexes, Relaxation]:
    """Return sweeps with and without a tail, and what is said of them together: solved once."""
    impedance = np.concatenate([measured(30), measured(30, elastance=1e3, seed=1)])
    return impedance, relaxation(sweeps_of(impedance))


@law(20)
@given(st.lists(st.integers(0, 59), min_size=1, max_size=12, unique=True))
def test_nothing_hangs_on_what_else_is_in_the_batch(rows: list[int]) -> None:
    impedance, together = batch()
    alone = relaxation(sweeps_of(impedance[rows]))
    for whole, one in zip(ways(together), ways(alone), strict=True):
        np.testing.assert_array_equal(one.regularization, whole.regularization[rows])
        np.testing.assert_array_equal(one.status, whole.status[rows])
        np.testing.assert_allclose(one.density_ohm, whole.density_ohm[rows], rtol=1e-9, atol=1e-9)
        for place, row in enumerate(rows):
            np.testing.assert_allclose(processes(one, place), processes(whole, row), rtol=1e-9)


@pytest.mark.slow
def test_batches_say_what_their_sweeps_say_alone() -> None:
    impedance = np.concatenate([measured(300), measured(300, elastance=1e3, seed=1)])
    together = relaxation(sweeps_of(impedance))
    first, second = (relaxation(sweeps_of(part)) for part in (impedance[:37], impedance[37:]))
    for whole, one, other in zip(ways(together), ways(first), ways(second), strict=True):
        parts = np.concatenate([one.density_ohm, other.density_ohm])
        np.testing.assert_allclose(whole.density_ohm, parts, atol=1e-6 * np.abs(parts).max())
        assert whole.peaks.row.size == one.peaks.row.size + other.peaks.row.size
        assert (np.diff(whole.peaks.row) >= 0).all()


def test_sweeps_of_different_grids_stand_side_by_side() -> None:
    long, short = measured(2)[0], measured(2)[1, 10:]
    result = relaxation(
        Sweeps.of(
            np.repeat([1, 2], [50, 40]),
            np.concatenate([FREQUENCY, FREQUENCY[10:]]),
            np.concatenate([long.real, short.real]),
            np.concatenate([long.imag, short.imag]),
        )
    )
    alone = relaxation(sweeps_of(short[None], FREQUENCY[10:]))
    width = alone.time_constant_second.shape[1]
    assert np.isnan(result.time_constant_second[1, width:]).all()
    assert np.isnan(result.by("ridge").density_ohm[1, width:]).all()
    for one, other in zip(ways(result), ways(alone), strict=True):
        np.testing.assert_allclose(one.density_ohm[1, :width], other.density_ohm[0], rtol=1e-6)
        own = one.peaks.row == 1
        np.testing.assert_allclose(
            one.peaks.resistance_ohm[own], other.peaks.resistance_ohm, rtol=1e-6
        )


@pytest.mark.parametrize(
    ("frequency", "impedance"),
    [
        (FREQUENCY[[0, 30]], measured(1)[0, [0, 30]]),
        (FREQUENCY, np.full(50, np.nan + 0j)),
        (0.0 * FREQUENCY, measured(1)[0]),
        (-FREQUENCY, measured(1)[0]),
        (FREQUENCY, np.full(50, 7.0 + 0j)),
        (FREQUENCY, measured(1)[0].real + 0j),
        (FREQUENCY, np.zeros(50, dtype=complex)),
        (np.full(50, 10.0), measured(1)[0]),
    ],
    ids=[
        "two points",
        "nan",
        "frequency zero",
        "frequency negative",
        "constant",
        "real only",
        "zero",
        "one frequency",
    ],
)
def test_what_has_no_distribution_says_why(frequency: Floats, impedance: Complexes) -> None:
    result = relaxation(sweeps_of(impedance[None], frequency))
    for way in ways(result):
        assert list(way.status) == ["not_computable"]
        assert way.reason[0]
        assert np.isnan([way.series_resistance_ohm[0], way.rms_residual[0]]).all()
        assert np.isnan(way.density_ohm).all()
        assert way.peaks.row.size == 0


@pytest.mark.parametrize("wild", [1e-25, 1e-9, 1e9, 1e25])
@pytest.mark.parametrize("place", [0, 20, 49])
def test_a_wild_point_is_of_low_quality(wild: float, place: int) -> None:
    impedance = measured(1)
    impedance[0, place] *= wild
    for way in ways(relaxation(sweeps_of(impedance))):
        assert list(way.status) == ["low_quality"]
        assert way.reason[0]


def test_no_sweeps_have_no_distributions() -> None:
    none = np.zeros(0)
    result = relaxation(Sweeps.of(none.astype(np.int64), none, none, none))
    assert all(each.status.size == 0 for each in ways(result))
