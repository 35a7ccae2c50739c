"""Errors and intervals of processes by resampled spectra."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ingest.analysis.impedance import debye
from ingest.analysis.impedance.distribution import Distribution
from ingest.analysis.impedance.grid import FEWEST_RESAMPLES, MOST_RESAMPLES, RelaxationSettings
from ingest.analysis.impedance.peak import Peaks, tops
from ingest.analysis.impedance.relaxation import WAYS, Relaxation, relaxation
from ingest.analysis.impedance.resample import Scatter
from ingest.analysis.impedance.sweep import Sweeps
from ingest.analysis.impedance.tail import Tails
from schema.error import InvalidArgument
from tests.law import law

FREQUENCY = np.logspace(6, -1, 50)
JOMEGA = 2j * np.pi * FREQUENCY
FEW = RelaxationSettings(resamples=FEWEST_RESAMPLES)
Complexes = NDArray[np.complex128]
Floats = NDArray[np.float64]


def arc(resistance: float, time_constant: float, exponent: float) -> Complexes:
    return np.asarray(resistance / (1 + (JOMEGA * time_constant) ** exponent))


def noisy(impedance: Complexes, count: int, noise: float, seed: int) -> Complexes:
    draw = np.random.default_rng(seed)
    error = draw.normal(size=(2, count, impedance.size))
    return np.asarray(impedance * (1 + noise * (error[0] + 1j * error[1])))


def solved(
    impedance: Complexes,
    how: RelaxationSettings | None = None,
    frequency: Floats = FREQUENCY,
) -> Relaxation:
    """Return distributions of sweeps without a tail."""
    count, points = impedance.shape
    sweeps = Sweeps.of(
        np.repeat(np.arange(1, count + 1), points),
        np.tile(frequency, count),
        impedance.real.ravel(),
        impedance.imag.ravel(),
    )
    tails = Tails.not_known(sweeps)
    tails.unknown[:] = ""
    return relaxation(sweeps, how, tails)


def pairs(count: int, seed: int = 0) -> Complexes:
    """Return sweeps of two arcs with 0.3 % noise."""
    two = 20 + arc(100, 1e-4, 0.9) + arc(300, 1e-2, 0.85)
    return noisy(two, count, 0.003, seed)


@cache
def resampled_pairs(count: int) -> Relaxation:
    """Return what a few resamples tell of them: to be held against it they are solved once."""
    return solved(pairs(count), FEW)


def intervals(one: Distribution, row: int) -> Floats:
    """Return errors and both ends of the intervals of a sweep, (3, P)."""
    peaks, own = one.peaks, one.peaks.row == row
    columns = peaks.resistance_error_ohm, peaks.resistance_low_ohm, peaks.resistance_high_ohm
    return np.array([each[own] for each in columns])


def _without_bias(scatter: Scatter, peaks: Peaks, unit: Floats) -> Peaks:
    """Return peaks with the deviation alone for an error."""
    return replace(peaks, resistance_error_ohm=unit * scatter.deviation)


@pytest.mark.slow
@law(8)
@given(
    st.floats(0.8, 0.9),
    st.floats(0.002, 0.01),
    st.floats(-4.5, -1.5),
    st.integers(0, 99),
)
def test_errors_are_the_scatter_of_the_sweep_measured_again(
    exponent: float, noise: float, decade: float, seed: int
) -> None:
    """Of its area between the valleys that one measurement has: these are held too."""
    impedance = noisy(10 + arc(100, 10**decade, exponent), 300, noise, seed)
    measured = solved(impedance)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Scatter, "with_errors", _without_bias)
        resampled = solved(impedance[:25], RelaxationSettings(resamples=100))
    tau = measured.time_constant_second[0]
    for way in WAYS:
        again, told = measured.by(way).density_ohm, resampled.by(way)
        found, spacing = tops(again[:25], tau), np.log(tau[1] / tau[0])
        largest = np.nanargmax(
            np.where(np.isnan(found.time_constant_second), -1, found.area), axis=1
        )
        ratio = [
            intervals(told, row)[0, told.peaks.resistance_ohm[told.peaks.row == row].argmax()]
            / np.std(again @ found.member[row, :, largest[row]] * spacing)
            for row in range(25)
        ]
        assert np.median(ratio) == pytest.approx(1.0, abs=0.25), way


def test_without_resamples_errors_are_by_covariance_and_there_are_no_intervals() -> None:
    impedance = pairs(5)
    plain, told = solved(impedance), solved(impedance, FEW)
    for one, other in zip(plain.distributions, told.distributions, strict=True):
        np.testing.assert_array_equal(one.density_ohm, other.density_ohm)
        np.testing.assert_array_equal(one.peaks.resistance_ohm, other.peaks.resistance_ohm)
        np.testing.assert_array_equal(one.peaks.row, other.peaks.row)
        np.testing.assert_array_equal(one.status, other.status)
        assert np.isnan(one.peaks.resistance_low_ohm).all()
        assert np.isnan(one.peaks.resistance_high_ohm).all()
        assert set(one.resample_count.tolist()) == {0}
        assert set(other.resample_count.tolist()) == {FEWEST_RESAMPLES}
        assert (other.peaks.resistance_error_ohm != one.peaks.resistance_error_ohm).all()
        half = (other.peaks.resistance_high_ohm - other.peaks.resistance_low_ohm) / 2
        assert (half >= 1.959 * other.peaks.resistance_error_ohm).all()
        middle = (other.peaks.resistance_high_ohm + other.peaks.resistance_low_ohm) / 2
        np.testing.assert_allclose(middle, other.peaks.resistance_ohm)


@law(10)
@given(st.lists(st.integers(0, 19), min_size=1, max_size=6, unique=True))
def test_nothing_hangs_on_what_else_is_in_the_batch(rows: list[int]) -> None:
    together, alone = resampled_pairs(20), solved(pairs(20)[rows], FEW)
    for whole, one in zip(together.distributions, alone.distributions, strict=True):
        for place, row in enumerate(rows):
            np.testing.assert_allclose(intervals(one, place), intervals(whole, row), rtol=1e-6)


@pytest.mark.parametrize("chunk", [7, 60])
def test_nothing_hangs_on_how_many_are_solved_at_once(
    monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    whole = resampled_pairs(9)
    monkeypatch.setattr(debye, "CHUNK", chunk)
    for one, other in zip(whole.distributions, solved(pairs(9), FEW).distributions, strict=True):
        for row in range(9):
            np.testing.assert_allclose(intervals(one, row), intervals(other, row), rtol=1e-6)


@law(10)
@given(st.permutations(range(FREQUENCY.size)))
def test_the_order_of_frequencies_does_not_matter(order: list[int]) -> None:
    once, shuffled = resampled_pairs(2), solved(pairs(2)[:, order], FEW, FREQUENCY[order])
    for one, other in zip(once.distributions, shuffled.distributions, strict=True):
        for row in range(2):
            np.testing.assert_allclose(intervals(one, row), intervals(other, row), rtol=1e-4)


@pytest.mark.parametrize("way", WAYS)
def test_intervals_of_overlapping_arcs_hold_them_more_often_than_those_by_covariance(
    way: str,
) -> None:
    impedance = pairs(60)
    plain, told = solved(impedance).by(way).peaks, solved(impedance, FEW).by(way).peaks
    slow = plain.time_constant_second > 1e-3
    off = np.abs(plain.resistance_ohm - 300)[slow]
    by_covariance = (off <= 1.96 * plain.resistance_error_ohm[slow]).sum()
    low, high = told.resistance_low_ohm[slow], told.resistance_high_ohm[slow]
    assert ((low <= 300) & (high >= 300)).sum() >= by_covariance


def test_what_is_not_computable_is_not_resampled() -> None:
    told = solved(np.full((1, 50), 7.0 + 0j), FEW)
    for one in told.distributions:
        assert list(one.status) == ["not_computable"]
        assert list(one.resample_count) == [0]


@pytest.mark.parametrize("wild", [1e-9, 1e9])
def test_a_wild_point_leaves_numbers(wild: float) -> None:
    impedance = pairs(1)
    impedance[0, 20] *= wild
    for one in solved(impedance, FEW).distributions:
        assert np.isfinite(intervals(one, 0)).all()


@pytest.mark.parametrize("resamples", [-1, 1, FEWEST_RESAMPLES - 1, MOST_RESAMPLES + 1])
def test_too_few_or_too_many_are_refused(resamples: int) -> None:
    with pytest.raises(InvalidArgument, match="0, or 25 to 2000"):
        RelaxationSettings(resamples=resamples)
