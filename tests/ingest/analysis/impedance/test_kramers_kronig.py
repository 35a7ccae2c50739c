"""The linear Kramers-Kronig test."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ingest.analysis.impedance.kramers_kronig import KramersKronig, kramers_kronig
from ingest.analysis.impedance.kramers_kronig_settings import PLAIN, KramersKronigSettings
from ingest.analysis.impedance.sweep import Sweeps
from tests.law import law

FREQUENCY = np.logspace(6, -1, 50)
JOMEGA = 2j * np.pi * FREQUENCY
Complexes = NDArray[np.complex128]
Floats = NDArray[np.float64]


def sweeps_of(impedance: Complexes, frequency: Floats = FREQUENCY) -> Sweeps:
    count, points = impedance.shape
    return Sweeps.of(
        np.repeat(np.arange(1, count + 1), points),
        np.tile(frequency, count),
        impedance.real.ravel(),
        impedance.imag.ravel(),
    )


def sound(
    count: int, *, warburg: bool = True, noise: float = 0.003, growth: float = 0.0, seed: int = 0
) -> Complexes:
    """Return R-ZARC-ZARC(-W) sweeps whose resistances grow as time goes by.

    A point takes three periods and a fifth of a second, from high frequency to low.
    """
    draw = np.random.default_rng(seed)

    def uniform(low: float, high: float) -> Floats:
        return draw.uniform(low, high, (count, 1))

    series, first, second = uniform(20, 200), uniform(50, 500), uniform(100, 2000)
    fast, slow = 10 ** uniform(-5, -4), 10 ** uniform(-2.5, -1)
    time = np.cumsum(3.0 / FREQUENCY + 0.2)
    impedance = (
        series
        + first / (1 + (JOMEGA * fast) ** uniform(0.75, 1))
        + second / (1 + (JOMEGA * slow) ** uniform(0.7, 0.95))
    )
    diffusion = uniform(5, 100)
    if warburg:
        impedance = impedance + diffusion * np.sqrt(2) / np.sqrt(JOMEGA)
    impedance = impedance * (1 + growth * time / time[-1])
    error = draw.normal(size=impedance.shape) + 1j * draw.normal(size=impedance.shape)
    return np.asarray(impedance * (1 + noise * error))


def straightforward(impedance: Complexes, count: int, *, tail: bool) -> tuple[Floats, Complexes]:
    """Return resistances and residuals of one sweep by NumPy's lstsq on the definition."""
    omega, size = JOMEGA.imag, np.abs(impedance)
    tau = 10 ** np.linspace(-np.log10(omega.max()), -np.log10(omega.min()), count)
    if count == 1:
        tau = 1.0 / omega.min(keepdims=True)
    series = [np.ones_like(JOMEGA), JOMEGA, *([1.0 / JOMEGA] if tail else [])]
    if tail:  # half a decade slower than the sweep
        series.append(1.0 / (1.0 + JOMEGA * np.sqrt(10.0) / omega.min()))
    units = [1.0 / (1.0 + JOMEGA * each) for each in tau]
    matrix = np.array([*series, *units]).T / size[:, None]
    real = np.concatenate([matrix.real, matrix.imag])
    length = np.linalg.norm(real, axis=0)
    target = np.concatenate([impedance.real / size, impedance.imag / size])
    value = np.linalg.lstsq(real / length, target, rcond=None)[0] / length
    rest = target - real @ value
    return value[len(series) :], rest[: size.size] + 1j * rest[size.size :]


def residual(result: KramersKronig) -> Complexes:
    return np.asarray(result.real_residual + 1j * result.imaginary_residual)


@pytest.mark.parametrize("noise", [0.001, 0.003])
@pytest.mark.parametrize("warburg", [True, False])
def test_a_thousand_sound_sweeps_are_never_called_invalid(noise: float, *, warburg: bool) -> None:
    result = kramers_kronig(sweeps_of(sound(1000, warburg=warburg, noise=noise)))
    assert (result.verdict != "invalid").all()
    assert (result.verdict == "valid").mean() > 0.985


def test_without_the_floor_hundreds_of_sound_sweeps_look_invalid() -> None:
    result = kramers_kronig(sweeps_of(sound(1000, warburg=False)), PLAIN)
    assert (result.verdict == "invalid").mean() > 0.2
    assert result.unit_count[result.verdict == "invalid"].max() < 21


@pytest.mark.parametrize(
    "rule", [KramersKronigSettings(leave_out=False), PLAIN], ids=["floor", "plain"]
)
def test_units_and_residuals_are_those_of_one_least_squares_after_the_other(
    rule: KramersKronigSettings,
) -> None:
    impedance = np.concatenate(
        [
            sound(40),
            sound(40, warburg=False, seed=1),
            sound(20, seed=2) + 1 / (JOMEGA * 1e-6),  # |Z| wide enough for the other way to solve
        ]
    )
    result = kramers_kronig(sweeps_of(impedance), rule)
    floor = 21 if rule is not PLAIN else 1
    for row, measured in enumerate(impedance):
        tail = bool(result.tail_capacitance[row])
        for count in range(floor, 51):
            value, rest = straightforward(measured, count, tail=tail)
            mu = 1 - np.abs(value[value < 0]).sum() / value[value >= 0].sum()
            if mu <= 0.85:
                break
        assert result.unit_count[row] == count
        assert result.mu[row] == pytest.approx(mu, abs=1e-6)
        np.testing.assert_allclose(residual(result)[row], rest, atol=1e-10)
    assert (result.tail_capacitance.sum() > 20) == (rule is not PLAIN)


def test_a_tenth_more_resistance_during_the_sweep_is_noticed() -> None:
    result = kramers_kronig(sweeps_of(sound(200, growth=0.1)))
    assert (result.verdict != "valid").mean() > 0.98


def test_half_as_much_resistance_again_during_the_sweep_is_invalid() -> None:
    result = kramers_kronig(sweeps_of(sound(200, growth=0.5)))
    assert (result.verdict != "valid").all()
    assert (result.verdict == "invalid").mean() > 0.9
    assert (result.lowest_invalid_hertz < 1.0).all()


def test_a_twentieth_more_resistance_shows_in_the_residual() -> None:
    still, drifting = (
        kramers_kronig(sweeps_of(sound(200, growth=growth, noise=0.001))) for growth in (0.0, 0.05)
    )
    assert np.median(drifting.rms_residual) > 2 * np.median(still.rms_residual)


def test_an_effect_before_its_cause_is_invalid() -> None:
    result = kramers_kronig(sweeps_of(np.conj(sound(50, warburg=False))))
    assert (result.verdict == "invalid").all()


def test_a_blocking_electrode_is_valid_with_its_capacitance_and_not_without() -> None:
    blocking = sweeps_of(sound(50, warburg=False, noise=0.001) + 1 / (JOMEGA * 1e-5))
    result = kramers_kronig(blocking)
    assert (result.verdict == "valid").all()
    assert result.tail_capacitance.all()
    without = kramers_kronig(blocking, KramersKronigSettings(tail_capacitance=False))
    assert (without.verdict == "invalid").all()


@law(30)
@given(st.floats(-9, 9), st.integers(0, 99))
def test_scaling_a_sweep_leaves_its_residuals(exponent: float, seed: int) -> None:
    impedance = sound(3, seed=seed)
    once, scaled = (
        kramers_kronig(sweeps_of(impedance * factor)) for factor in (1.0, 10.0**exponent)
    )
    np.testing.assert_array_equal(once.unit_count, scaled.unit_count)
    np.testing.assert_allclose(residual(once), residual(scaled), atol=1e-10)
    assert list(once.verdict) == list(scaled.verdict)


@law(30)
@given(st.permutations(range(FREQUENCY.size)), st.integers(0, 99))
def test_the_order_of_frequencies_does_not_matter(order: list[int], seed: int) -> None:
    impedance = sound(3, seed=seed)
    once = kramers_kronig(sweeps_of(impedance))
    shuffled = kramers_kronig(sweeps_of(impedance[:, order], FREQUENCY[order]))
    np.testing.assert_array_equal(once.unit_count, shuffled.unit_count)
    np.testing.assert_allclose(residual(once)[:, order], residual(shuffled), atol=1e-10)


def test_batches_say_what_their_sweeps_say_alone() -> None:
    impedance = np.concatenate([sound(300), sound(300, growth=0.3, seed=1)])
    together = kramers_kronig(sweeps_of(impedance))
    parts = [kramers_kronig(sweeps_of(part)) for part in (impedance[:37], impedance[37:])]
    np.testing.assert_array_equal(
        together.unit_count, np.concatenate([part.unit_count for part in parts])
    )
    np.testing.assert_allclose(
        residual(together), np.concatenate([residual(part) for part in parts]), atol=1e-10
    )


def test_sweeps_of_different_grids_are_tested_together() -> None:
    long, short = sound(1)[0], sound(1, seed=1)[0, 5:]
    result = kramers_kronig(
        Sweeps.of(
            np.repeat([1, 2], [50, 45]),
            np.concatenate([FREQUENCY, FREQUENCY[5:]]),
            np.concatenate([long.real, short.real]),
            np.concatenate([long.imag, short.imag]),
        )
    )
    assert list(result.verdict) == ["valid", "valid"]
    assert np.isnan(result.real_residual).sum() == 5
    alone = kramers_kronig(sweeps_of(short[None], FREQUENCY[5:]))
    np.testing.assert_allclose(residual(result)[1, :45], residual(alone)[0], atol=1e-12)


def test_one_wild_point_is_named() -> None:
    impedance = sound(1)
    impedance[0, 20] *= 1e9
    result = kramers_kronig(sweeps_of(impedance))
    assert result.valid_share[0] < 1.0
    assert f"{FREQUENCY[20]:.4g} Hz" in result.reason[0]


@pytest.mark.parametrize(
    ("frequency", "impedance"),
    [
        (FREQUENCY[[0, 30]], sound(1)[0, [0, 30]]),
        (FREQUENCY, np.full(50, np.nan + 0j)),
        (0.0 * FREQUENCY, sound(1)[0]),
        (-FREQUENCY, sound(1)[0]),
        (FREQUENCY, np.full(50, 7.0 + 0j)),
        (FREQUENCY, sound(1)[0].real + 0j),
        (FREQUENCY, np.zeros(50, dtype=complex)),
        (np.full(50, 10.0), sound(1)[0]),
        (np.linspace(10.0, 11.0, 50), sound(1)[0]),
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
        "narrow",
    ],
)
def test_what_cannot_be_tested_says_why(frequency: Floats, impedance: Complexes) -> None:
    result = kramers_kronig(sweeps_of(impedance[None], frequency))
    assert list(result.verdict) == ["not_computable"]
    assert result.reason[0]
    assert result.unit_count[0] == 0
    assert np.isnan([result.mu[0], result.rms_residual[0], result.valid_share[0]]).all()


@pytest.mark.parametrize("wild", [1e-25, 1e-9, 1e9, 1e25])
@pytest.mark.parametrize("place", [0, 20, 49])
def test_a_wild_point_never_raises(wild: float, place: int) -> None:
    impedance = sound(1)
    impedance[0, place] *= wild
    result = kramers_kronig(sweeps_of(impedance))
    assert result.verdict[0] in {"valid", "suspicious", "invalid"}
    assert np.isfinite([result.rms_residual[0], result.valid_share[0]]).all()
    assert result.reason[0]


def test_no_sweeps_give_no_verdicts() -> None:
    none = np.zeros(0)
    assert kramers_kronig(Sweeps.of(none.astype(np.int64), none, none, none)).verdict.size == 0
