"""What the Kramers-Kronig test says of sound sweeps of every shape, and of those that drift."""

import numpy as np
import pytest

from ingest.analysis.impedance.kramers_kronig import KramersKronig, few_outliers, kramers_kronig
from ingest.analysis.impedance.sweep import Sweeps
from tests.ingest.analysis.impedance.consistent import (
    CIRCUITS,
    Complexes,
    Floats,
    band,
    by_place,
    by_time,
    drawn,
    sweeps_of,
)
from tests.law import thinned

COUNT = 200
FREQUENCY = band(50, 5)


def valid(frequency: Floats, noise: float, growth: Floats | float = 0.0) -> dict[str, float]:
    """Return which part of the sweeps of each circuit is valid; tested at once, it takes less."""
    impedance = [drawn(name, frequency, COUNT, noise=noise, growth=growth) for name in CIRCUITS]
    verdict = kramers_kronig(sweeps_of(np.concatenate(impedance), frequency)).verdict
    shares = (verdict.reshape(len(CIRCUITS), COUNT) == "valid").mean(axis=1)
    return dict(zip(CIRCUITS, shares.tolist(), strict=True))


@pytest.mark.parametrize("decades", thinned([5, 3, 8], 3))
@pytest.mark.parametrize("points", thinned([50, 20, 100], 3))
@pytest.mark.parametrize("noise", [0.001, 0.003, 0.01, 0.02])
def test_white_noise_breaks_no_law(points: int, decades: int, noise: float) -> None:
    shares = valid(band(points, decades), noise)
    assert np.mean(list(shares.values())) > 0.95
    # so few sweeps tell the share of one circuit within three percent
    assert {name: share for name, share in shares.items() if share < 0.92} == {}


@pytest.mark.slow
@pytest.mark.parametrize("band_of", thinned([(50, 5), (20, 5), (50, 3), (50, 8), (100, 5)], 5))
def test_nor_does_none(band_of: tuple[int, int]) -> None:
    points, decades = band_of
    frequency = band(points, decades)
    shares = valid(frequency, 0.0)
    low = {name: share for name, share in shares.items() if share < 0.98}
    assert low.keys() <= {"resistor"}, low


@pytest.mark.parametrize("band_of", thinned([(50, 5), (50, 8), (100, 5), (100, 8)], 2))
def test_a_drift_of_five_percent_is_found(band_of: tuple[int, int]) -> None:
    points, decades = band_of
    frequency = band(points, decades)
    shares = valid(frequency, 0.003, 0.05 * by_place(frequency))
    assert {name: share for name, share in shares.items() if share > 0.1} == {}


@pytest.mark.parametrize("points", [50, 100])
def test_so_is_one_that_grows_by_the_clock(points: int) -> None:
    frequency = band(points, 5)
    shares = valid(frequency, 0.003, 0.05 * by_time(frequency))
    assert {name: share for name, share in shares.items() if share > 0.1} == {}


@pytest.mark.parametrize("noise", [0.0, 0.0003, 0.001])
@pytest.mark.parametrize("circuit", ["one arc", "two arcs", "blocking", "finite Warburg"])
def test_half_a_percent_off_over_a_decade_is_suspicious(circuit: str, noise: float) -> None:
    place = np.log10(FREQUENCY)
    off = 0.005j * np.exp(-0.5 * ((place - place.mean()) / 0.4) ** 2)
    impedance = drawn(circuit, FREQUENCY, COUNT, noise=noise) * (1 + off)
    found = kramers_kronig(sweeps_of(impedance, FREQUENCY))
    assert (found.verdict == "suspicious").mean() > 0.95


@pytest.mark.parametrize("noise", [0.001, 0.003, 0.01, 0.02])
@pytest.mark.parametrize("points", thinned([20, 50, 100], 2))
def test_the_noise_is_that_of_the_sweep(points: int, noise: float) -> None:
    frequency = band(points, 5)
    found = kramers_kronig(sweeps_of(drawn("two arcs", frequency, COUNT, noise=noise), frequency))
    assert np.median(found.noise) == pytest.approx(noise, rel=0.15)


def test_noise_beyond_a_twentieth_is_allowed_for_no_more() -> None:
    impedance = drawn("two arcs", FREQUENCY, COUNT, noise=0.3)
    found = kramers_kronig(sweeps_of(impedance, FREQUENCY))
    assert (found.verdict == "invalid").mean() > 0.95


def spoilt(at: int, factor: float) -> tuple[Complexes, KramersKronig]:
    impedance = drawn("two arcs", FREQUENCY, COUNT, noise=0.001)
    impedance[:, at] *= factor
    return impedance, kramers_kronig(sweeps_of(impedance, FREQUENCY))


@pytest.mark.parametrize("factor", [1.03, 0.95, 1.3])
def test_a_single_outlier_is_named_and_left_out_of_the_fit(factor: float) -> None:
    impedance, found = spoilt(23, factor)
    alone = found.outlier_count == 1
    assert (alone & found.outlier[:, 23]).mean() > 0.9
    assert (found.verdict[alone] == "valid").all()
    assert all(f"outliers at {FREQUENCY[23]:.4g} Hz" in reason for reason in found.reason[alone])
    rest = np.delete(np.arange(FREQUENCY.size), 23)
    without = kramers_kronig(sweeps_of(impedance[:, rest], FREQUENCY[rest]))
    same = alone & (without.unit_count == found.unit_count)
    assert same.mean() > 0.5
    np.testing.assert_allclose(
        found.real_residual[same][:, rest], without.real_residual[same], atol=1e-9
    )


def test_an_outlier_may_be_left_out_of_what_comes_after() -> None:
    impedance, found = spoilt(23, 1.3)
    sweeps = sweeps_of(impedance, FREQUENCY)
    left = sweeps.without(few_outliers(sweeps, 0.05))
    np.testing.assert_array_equal(left.counted, ~found.outlier)
    assert (left.impedance_ohm[found.outlier] == 1.0).all()


def test_the_lowest_frequency_is_no_outlier_for_there_a_drift_shows() -> None:
    _, found = spoilt(-1, 1.3)
    assert not found.outlier[:, -1].any()


def test_many_points_that_stand_off_are_no_single_ones() -> None:
    impedance = drawn("two arcs", FREQUENCY, COUNT, noise=0.001)
    impedance[:, 10:40:5] *= 1.2
    found = kramers_kronig(sweeps_of(impedance, FREQUENCY))
    assert (found.outlier_count <= 2).all()
    assert (found.verdict != "valid").mean() > 0.95


@pytest.mark.parametrize("growth", [0.0, 0.05])
def test_a_sweep_alone_is_told_what_it_is_told_among_others(growth: float) -> None:
    batches = [
        (band(points, decades), drawn(name, band(points, decades), 3, noise=0.003, growth=growth))
        for points, decades in ((20, 8), (50, 5), (100, 3))
        for name in CIRCUITS
    ]
    for _, impedance in batches:
        impedance[0, 7] *= 1.2
    sweeps = [(frequency, row) for frequency, impedance in batches for row in impedance]
    together = kramers_kronig(
        Sweeps.of(
            np.repeat(np.arange(len(sweeps)), [row.size for _, row in sweeps]),
            np.concatenate([frequency for frequency, _ in sweeps]),
            np.concatenate([row.real for _, row in sweeps]),
            np.concatenate([row.imag for _, row in sweeps]),
        )
    )
    for place, (frequency, row) in enumerate(sweeps):
        alone = kramers_kronig(sweeps_of(row[None], frequency))
        assert together.verdict[place] == alone.verdict[0]
        assert together.unit_count[place] == alone.unit_count[0]
        assert together.outlier_count[place] == alone.outlier_count[0]
        for name in ("noise", "structure", "rms_residual", "valid_share", "mu"):
            numbers = (getattr(of, name) for of in (together, alone))
            assert next(numbers)[place] == pytest.approx(next(numbers)[0], abs=1e-9)
        np.testing.assert_array_equal(together.outlier[place, : row.size], alone.outlier[0])
