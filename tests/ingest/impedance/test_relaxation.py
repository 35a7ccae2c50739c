"""The distribution of relaxation times."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import nnls

from ingest.impedance.relaxation import (
    Distribution,
    Relaxation,
    RelaxationSettings,
    relaxation,
)
from ingest.impedance.sweep import Sweeps

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


def ways(result: Relaxation) -> tuple[Distribution, Distribution]:
    return result.ridge, result.non_negative


def areas(result: Relaxation, way: Distribution) -> Floats:
    spacing = np.log(result.time_constant_second[:, 1] / result.time_constant_second[:, 0])
    return np.asarray(np.nansum(way.density_ohm, axis=1) * spacing)


def system(impedance: Complexes, tau: Floats, *, tail: bool) -> tuple[Floats, Floats, Floats]:
    """Return matrix, target and units of the definition: misfit above roughness."""
    spacing = np.log(tau[1] / tau[0])
    series = [np.ones_like(JOMEGA), JOMEGA / 1e6, *([1.0 / JOMEGA] if tail else [])]
    matrix = np.array([*series, *(spacing / (1 + JOMEGA * each) for each in tau)]).T
    matrix = np.concatenate([matrix.real, matrix.imag])
    slope = (np.eye(tau.size + 1, tau.size) - np.eye(tau.size + 1, tau.size, -1)) / spacing
    rough = np.zeros((tau.size + 1, matrix.shape[1]))
    rough[:, len(series) :] = np.sqrt(1e-3 * spacing) * slope
    target = np.concatenate([impedance.real, impedance.imag]) / np.abs(impedance).max()
    unit = np.ones(matrix.shape[1])
    unit[1] = 1e-6
    return np.concatenate([matrix, rough]), np.append(target, np.zeros(tau.size + 1)), unit


@pytest.mark.parametrize("elastance", [0.0, 1e3])
def test_both_ways_find_the_least_of_the_definition(elastance: float) -> None:
    impedance = measured(40, elastance=elastance)
    result = relaxation(sweeps_of(impedance))
    ridge, non_negative = ways(result)
    assert (result.tail_capacitance == (elastance > 0)).all()
    for row, each in enumerate(impedance):
        tail = bool(result.tail_capacitance[row])
        tau, scale = result.time_constant_second[row], np.abs(each).max()
        matrix, target, unit = system(each, tau, tail=tail)
        for way, solved, tolerance in (
            (ridge, np.linalg.lstsq(matrix, target, rcond=None)[0], 1e-8),
            (non_negative, nnls(matrix, target)[0], NNLS_TOLERANCE),
        ):
            value = solved * unit * scale
            atol = tolerance * np.abs(value).max()
            np.testing.assert_allclose(way.density_ohm[row], value[-tau.size :], atol=atol)
            assert way.series_resistance_ohm[row] == pytest.approx(value[0], abs=atol)
            assert way.series_inductance_henry[row] == pytest.approx(value[1], abs=atol)
            if tail:
                assert 1 / way.series_capacitance_farad[row] == pytest.approx(value[2], rel=1e-5)


@pytest.mark.parametrize("regularization", [1e-4, 1e-1])
def test_other_regularizations_settle_too(regularization: float) -> None:
    weighed = RelaxationSettings(regularization=regularization)
    result = relaxation(sweeps_of(measured(20)), weighed)
    assert not any("settled" in reason for reason in result.non_negative.reason)


@settings(deadline=None, max_examples=30)
@given(st.floats(1, 1e5), st.floats(-4.5, -1.5), st.floats(0.7, 1.0))
def test_the_area_of_an_arc_is_its_resistance(
    resistance: float, decade: float, exponent: float
) -> None:
    result = relaxation(sweeps_of(zarc(resistance, 10**decade, exponent)))
    for way in ways(result):
        assert areas(result, way)[0] == pytest.approx(resistance, rel=0.03)


def test_peaks_have_the_values_of_their_arcs() -> None:
    two = zarc(100, 1e-4, 0.95) + 300 / (1 + (JOMEGA * 2e-2) ** 0.95)
    for way in ways(relaxation(sweeps_of(two))):
        large = way.peaks.resistance_ohm > 20
        assert way.peaks.resistance_ohm[large] == pytest.approx([100, 300], rel=0.05)
        assert way.peaks.time_constant_second[large] == pytest.approx([1e-4, 2e-2], rel=0.05)
        assert way.peaks.capacitance_farad[large] == pytest.approx([1e-6, 2e-2 / 300], rel=0.1)
        assert list(way.peaks.row[large]) == [0, 0]


def test_what_relaxes_beyond_the_sweep_has_no_peak() -> None:
    slowest = 1 / JOMEGA.imag.min()
    for way in ways(relaxation(sweeps_of(zarc(100, 2.5 * slowest, 1.0)))):
        assert (way.peaks.time_constant_second < slowest).all()
        assert way.peaks.resistance_ohm.sum() < 10


def test_nothing_of_the_non_negative_is_negative() -> None:
    result = relaxation(sweeps_of(measured(200, seed=3))).non_negative
    assert (result.density_ohm >= 0).all()
    assert (result.series_resistance_ohm >= 0).all()
    assert (result.series_inductance_henry >= 0).all()


def test_a_blocking_electrode_has_its_capacitance() -> None:
    for way in ways(relaxation(sweeps_of(zarc(100, 1e-4, 0.9) + 1 / (JOMEGA * 1e-3)))):
        assert way.series_capacitance_farad[0] == pytest.approx(1e-3, rel=0.02)


def test_a_sweep_that_ends_on_the_real_axis_has_none() -> None:
    for way in ways(relaxation(sweeps_of(zarc(100, 1e-4, 0.9)))):
        assert np.isnan(way.series_capacitance_farad[0])


@settings(deadline=None, max_examples=30)
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


@settings(deadline=None, max_examples=30)
@given(st.permutations(range(FREQUENCY.size)), st.integers(0, 99))
def test_the_order_of_frequencies_does_not_matter(order: list[int], seed: int) -> None:
    impedance = measured(3, seed=seed)
    once = relaxation(sweeps_of(impedance))
    shuffled = relaxation(sweeps_of(impedance[:, order], FREQUENCY[order]))
    for one, other in zip(ways(once), ways(shuffled), strict=True):
        atol = 1e-6 * np.abs(one.density_ohm).max()
        np.testing.assert_allclose(one.density_ohm, other.density_ohm, atol=atol)


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
    assert np.isnan(result.ridge.density_ohm[1, width:]).all()
    for one, other in zip(ways(result), ways(alone), strict=True):
        np.testing.assert_allclose(one.density_ohm[1, :width], other.density_ohm[0], rtol=1e-6)
        own = one.peaks.row == 1
        np.testing.assert_allclose(
            one.peaks.resistance_ohm[own], other.peaks.resistance_ohm, rtol=1e-6
        )


def test_what_has_not_settled_says_so() -> None:
    result = relaxation(sweeps_of(measured(2)), RelaxationSettings(most_iterations=1))
    assert list(result.ridge.status) == ["ok", "ok"]
    assert list(result.non_negative.status) == ["low_quality", "low_quality"]
    assert all("1 iteration" in reason for reason in result.non_negative.reason)


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
    assert result.ridge.status.size == 0
