"""The metrics of voltammetry, held against voltammograms that were simulated."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.law import law
from tests.service.metrics.voltammogram import (
    HALF_WAVE_VOLT,
    Floats,
    Wave,
    recorded,
    simulated,
)

Ask = Callable[..., list[dict[str, Any]]]
LAW = law(5)

REVERSIBLE = Wave()
IRREVERSIBLE = Wave(rate_constant_cm_per_second=1e-5, turn_volt=1.2)
WARM = Wave(kelvin=333.15)


@cache
def simulation(wave: Wave) -> tuple[Floats, Floats, Floats]:
    """Return a simulation, made once."""
    return simulated(wave)


@pytest.mark.parametrize("wave", [REVERSIBLE, IRREVERSIBLE, WARM])
@pytest.mark.parametrize("double_layer_farad", [0.0, 2e-4])
def test_the_peak_current_is_that_of_the_textbook_within_a_hundredth(
    wave: Wave, double_layer_farad: float, ask: Ask
) -> None:
    time, volt, current = simulation(wave)
    charging = double_layer_farad * np.gradient(volt, time)
    row = ask("voltammetry_peak", recorded(time, volt, current + charging))[0]
    assert row["peak_ampere"] == pytest.approx(wave.peak_ampere, rel=0.01)
    assert (row["mode"], row["method"], row["status"]) == ("anodic", "line", "ok")
    assert row["scan_rate_volt_per_second"] == pytest.approx(0.1, rel=1e-6)
    assert row["baseline_ampere"] == pytest.approx(double_layer_farad * 0.1, abs=3e-6)


@pytest.mark.parametrize(
    ("wave", "beyond_volt", "width_volt"),
    [(REVERSIBLE, 0.0284926, 0.0565844), (WARM, 0.0318373, 0.0632269)],  # V53 and V54
)
def test_a_reversible_couple_is_found_where_it_is(
    wave: Wave, beyond_volt: float, width_volt: float, ask: Ask
) -> None:
    rows = recorded(*simulation(wave), celsius=wave.kelvin - 273.15)
    there, back = ask("voltammetry_peak", rows)
    assert there["peak_volt"] - HALF_WAVE_VOLT == pytest.approx(beyond_volt, abs=2e-4)
    assert there["half_width_volt"] == pytest.approx(width_volt, abs=2e-4)
    assert (back["mode"], back["method"]) == ("cathodic", "decay")
    (couple,) = ask("voltammetry_couple", rows, electrons=1)
    assert couple["half_wave_volt"] == pytest.approx(HALF_WAVE_VOLT, abs=1e-3)
    separation = 2.218 * 8.617333262e-5 * wave.kelvin
    assert couple["reversible_separation_volt"] == pytest.approx(separation, rel=1e-6)
    assert couple["separation_volt"] == pytest.approx(separation, abs=1.5e-3)
    assert couple["current_ratio"] == pytest.approx(1, abs=0.03)
    assert couple["reversible"] is True
    assert couple["missing"] == "uncompensated_ohm"


def test_a_turn_close_behind_the_peak_leaves_nicholsons_formula(ask: Ask) -> None:
    rows = recorded(*simulation(Wave(turn_volt=0.39)))
    _, back = ask("voltammetry_peak", rows)
    assert (back["method"], back["status"]) == ("nicholson", "low_quality")
    assert back["reason"] == "by Nicholson's formula"
    (couple,) = ask("voltammetry_couple", rows)
    assert couple["current_ratio"] == pytest.approx(1, abs=0.02)
    assert couple["reversible"] is None  # nobody said how many electrons, how warm
    assert couple["missing"] == "electrons, temperature, uncompensated_ohm"


def test_a_resistance_that_shifts_a_peak_is_told_above_five_millivolts(ask: Ask) -> None:
    rows = recorded(*simulation(REVERSIBLE))
    (little,) = ask("voltammetry_couple", rows, uncompensated_ohm=10)
    assert little["ir_shift_volt"] == pytest.approx(10 * REVERSIBLE.peak_ampere, rel=0.01)
    assert little["status"] == "ok"
    (much,) = ask("voltammetry_couple", rows, uncompensated_ohm=100)
    assert (much["status"], much["reason"]) == ("low_quality", "iR shifts a peak by 26.9 mV")


def at_rates(waves: list[Wave], celsius: float | None) -> dict[str, list[dict[str, Any]]]:
    """Return a test for each wave, all of one cell of 1 cm²."""
    rows: dict[str, list[dict[str, Any]]] = {
        "step": [],
        "points": [],
        "test": [],
        "cell": [{"cell_id": 7, "area_cm2": 1.0}],
    }
    for test, wave in enumerate(waves, 1):
        one = recorded(*simulation(wave), test=test, celsius=celsius)
        rows["step"] += one["step"]
        rows["points"] += one["points"]
        rows["test"].append({"test_id": test, "cell_id": 7})
    return rows


RATES = (0.02, 0.05, 0.1, 0.5)


@pytest.mark.slow
def test_the_diffusion_coefficient_comes_back_within_three_hundredths(ask: Ask) -> None:
    for kelvin in (298.15, 333.15):
        waves = [Wave(rate_volt_per_second=rate, kelvin=kelvin, step_volt=2e-3) for rate in RATES]
        known = {"electrons": 1, "concentration_mol_per_l": 1e-3}
        (row,) = ask("randles_sevcik", at_rates(waves, kelvin - 273.15), **known)
        assert row["diffusion_cm2_per_s"] == pytest.approx(1e-5, rel=0.03)
        assert row["b_value"] == pytest.approx(0.5, abs=0.005)
        assert (row["cell_id"], row["test_id"], row["rate_count"]) == (7, None, 4)
        assert (row["status"], row["reason"]) == ("ok", None)


@pytest.mark.slow
def test_an_irreversible_wave_has_the_other_formula_and_its_transfer_coefficient(ask: Ask) -> None:
    waves = [
        Wave(
            rate_volt_per_second=rate,
            step_volt=2e-3,
            turn_volt=1.0,
            rate_constant_cm_per_second=1e-5,
        )
        for rate in RATES
    ]
    known = {"electrons": 1, "concentration_mol_per_l": 1e-3}
    (row,) = ask("randles_sevcik", at_rates(waves, 25.0), wave="irreversible", **known)
    assert row["diffusion_cm2_per_s"] == pytest.approx(1e-5, rel=0.03)
    assert row["transfer_coefficient"] == pytest.approx(0.5, abs=0.01)
    (other,) = ask("randles_sevcik", at_rates(waves, 25.0), **known)
    assert (other["status"], other["reason"]) == (
        "low_quality",
        "peaks are wider than reversible ones",
    )


def test_without_area_and_electrons_there_is_no_diffusion_coefficient(ask: Ask) -> None:
    waves = [Wave(rate_volt_per_second=rate, step_volt=2e-3) for rate in RATES]
    rows = at_rates(waves, None) | {"cell": [{"cell_id": 7}]}
    (row,) = ask("randles_sevcik", rows)
    assert row["diffusion_cm2_per_s"] is None
    assert row["missing"] == "area_cm2, electrons, concentration, temperature"
    assert row["status"] == "not_computable"
    assert row["b_value"] == pytest.approx(0.5, abs=0.005)
    three = {name: rows[name] for name in ("step", "points", "test")}
    three["points"] = [each for each in rows["points"] if each["test_id"] < 4]
    (few,) = ask("randles_sevcik", three)
    assert "fewer than 4 scan rates, rates span less than a factor of 10" in few["reason"]


@pytest.mark.slow
@LAW
@given(factor=st.floats(0.01, 100))
def test_double_the_current_is_double_the_peak_and_moves_nothing(factor: float, ask: Ask) -> None:
    time, volt, current = simulation(REVERSIBLE)
    one = ask("voltammetry_peak", recorded(time, volt, current))
    other = ask("voltammetry_peak", recorded(time, volt, factor * current))
    for name, scale in (("peak_ampere", factor), ("peak_volt", 1.0), ("onset_volt", 1.0)):
        expected = [row[name] * scale for row in one]
        assert [row[name] for row in other] == pytest.approx(expected, rel=1e-6)


@pytest.mark.slow
@LAW
@given(shift=st.floats(-3, 3))
def test_another_reference_shifts_every_potential_alike(shift: float, ask: Ask) -> None:
    time, volt, current = simulation(REVERSIBLE)
    one = ask("voltammetry_peak", recorded(time, volt, current))
    other = ask("voltammetry_peak", recorded(time, volt + shift, current))
    for name in ("peak_volt", "half_peak_volt", "onset_volt"):
        expected = [row[name] + shift for row in one]
        assert [row[name] for row in other] == pytest.approx(expected, abs=1e-6)
    expected = [row["peak_ampere"] for row in one]
    assert [row["peak_ampere"] for row in other] == pytest.approx(expected, rel=1e-6)


def test_a_reduction_first_is_the_mirror_of_an_oxidation_first(ask: Ask) -> None:
    time, volt, current = simulation(REVERSIBLE)
    one = ask("voltammetry_peak", recorded(time, volt, current))
    other = ask("voltammetry_peak", recorded(time, -volt, -current))
    assert [row["mode"] for row in other] == ["cathodic", "anodic"]
    for name in ("peak_volt", "half_peak_volt", "onset_volt", "peak_ampere"):
        expected = [-row[name] for row in one]
        assert [row[name] for row in other] == pytest.approx(expected, rel=1e-6)


@pytest.mark.slow
def test_noise_moves_the_peak_by_about_its_error(ask: Ask) -> None:
    rng = np.random.default_rng(6)
    time, volt, current = simulation(REVERSIBLE)
    sigma = 1e-3 * REVERSIBLE.peak_ampere
    rows: dict[str, list[dict[str, Any]]] = {"step": [], "points": []}
    for test in range(1, 41):
        one = recorded(time, volt, current + rng.normal(0, sigma, time.size), test=test)
        rows = {name: rows[name] + one[name] for name in rows}
    first = [row for row in ask("voltammetry_peak", rows) if row["segment_count"] == 1]
    assert len(first) == 40
    assert np.mean([row["noise_ampere"] for row in first]) == pytest.approx(sigma, rel=0.05)
    ok = [row for row in first if row["status"] == "ok"]
    assert len(ok) > 35
    off = [(r["peak_volt"] - HALF_WAVE_VOLT - 0.0284926) / r["peak_error_volt"] for r in ok]
    assert 0.5 < np.sqrt(np.mean(np.square(off))) < 2


@pytest.mark.parametrize(("kelvin", "factor"), [(298.15, 268645), (333.15, 254142)])  # V52
def test_the_factor_of_randles_and_sevcik_is_that_of_the_temperature(
    kelvin: float, factor: float, ask: Ask
) -> None:
    rates = (0.01, 0.04, 0.09, 0.16)
    peaks = [
        {
            "test_id": 1,
            "segment_count": number,
            "peak_count": 1,
            "mode": "anodic",
            "peak_ampere": factor * 1e-6 * np.sqrt(1e-5 * rate),
            "half_width_volt": 0.06,
            "scan_rate_volt_per_second": rate,
            "status": "ok",
        }
        for number, rate in enumerate(rates, 1)
    ]
    things = {"test": [{"test_id": 1, "cell_id": 1}], "cell": [{"cell_id": 1, "area_cm2": 1.0}]}
    (row,) = ask(
        "randles_sevcik",
        things | {"voltammetry_peak": peaks},
        electrons=1,
        concentration_mol_per_l=1e-3,
        temperature_celsius=kelvin - 273.15,
    )
    assert row["diffusion_cm2_per_s"] == pytest.approx(1e-5, rel=2 * 5 / factor)


def test_half_a_transfer_coefficient_is_118_millivolts_a_decade(ask: Ask) -> None:  # V55
    over = np.linspace(0.05, 0.5, 451)
    current = 1e-6 * np.exp(0.5 * 96485.33212 / (8.314462618 * 298.15) * over)
    known = {"equilibrium_volt": 0, "uncompensated_ohm": 0, "temperature_celsius": 25}
    (row,) = ask("tafel_slope", recorded(np.arange(451.0), over, current), **known)
    assert row["tafel_slope_volt_per_decade"] == pytest.approx(0.118319, abs=5e-7)


def test_each_turn_of_the_potential_begins_a_segment_whatever_the_scans(ask: Ask) -> None:
    _, volt, current = simulation(REVERSIBLE)
    twice = [np.concatenate([each, each[1:]]) for each in (volt, current)]
    rows = recorded(np.arange(twice[0].size) * 0.01, *twice)
    segments = ask("voltammetry_segment", rows)
    assert [row["mode"] for row in segments] == ["anodic", "cathodic", "anodic", "cathodic"]
    whole = np.trapezoid(np.maximum(twice[1], 0), dx=0.01 / 3600)
    assert sum(row["anodic_charge_ah"] for row in segments) == pytest.approx(whole, rel=1e-3)
    noisy = rows["points"]
    rng = np.random.default_rng(7)
    shaken = [e | {"voltage_volt": e["voltage_volt"] + rng.normal(0, 1e-3)} for e in noisy]
    assert len(ask("voltammetry_segment", rows | {"points": shaken})) == 4


def stationary(alpha: float, kelvin: float, ohm: float) -> dict[str, list[dict[str, Any]]]:
    """Return a slow segment of a Butler-Volmer reaction through a resistance, 1 µA exchanged."""
    per_volt = 96485.33212 / (8.314462618 * kelvin)
    over = np.linspace(-0.05, 0.45, 501)
    current = 1e-6 * (np.exp(alpha * per_volt * over) - np.exp(-(1 - alpha) * per_volt * over))
    return recorded(np.arange(501.0), 0.2 + over + ohm * current, current)


@pytest.mark.parametrize(
    ("alpha", "kelvin", "slope"), [(0.5, 298.15, 0.118319), (0.4, 333.15, 0.165261)]
)
def test_the_tafel_slope_is_that_of_the_transfer_coefficient(
    alpha: float, kelvin: float, slope: float, ask: Ask
) -> None:
    known = {"equilibrium_volt": 0.2, "temperature_celsius": kelvin - 273.15}
    rows = ask("tafel_slope", stationary(alpha, kelvin, 50.0), uncompensated_ohm=50, **known)
    row = next(row for row in rows if row["side"] == "anodic")
    assert row["tafel_slope_volt_per_decade"] == pytest.approx(slope, rel=0.015)
    assert row["exchange_current_ampere"] == pytest.approx(1e-6, rel=0.05)
    assert row["transfer_coefficient"] == pytest.approx(alpha, rel=0.015)
    assert row["status"] == "ok"


def test_below_a_decade_there_is_no_tafel_slope(ask: Ask) -> None:
    rows = stationary(0.5, 298.15, 0.0)
    known = {"equilibrium_volt": 0.2, "uncompensated_ohm": 0, "temperature_celsius": 25}
    answer = ask("tafel_slope", rows, limiting_ampere=2e-4, **known)
    row = next(row for row in answer if row["side"] == "anodic")
    assert row["tafel_slope_volt_per_decade"] is None
    assert row["reason"] == "the range spans less than a decade of current"
