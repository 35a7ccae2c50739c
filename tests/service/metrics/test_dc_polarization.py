"""dc_polarization and held_current: what a held potential leaves of the current."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.law import law
from tests.service.metrics.titration import Reals, Rows, recorded

Ask = Callable[..., list[dict[str, Any]]]
STEADY_AMPERE = 5e-9
HELD_SECOND = 36000.0


def held(
    volts: list[float],
    current: Callable[[Reals], Reals],
    *,
    second: float = HELD_SECOND,
    count: int = 240,
    siemens: float = STEADY_AMPERE / 0.2,
) -> Rows:
    """Return potentials held over a pellet; ``current`` says how much above steady, of time."""
    time = np.linspace(second / count, second, count)
    test_time = np.concatenate([time + n * second for n in range(len(volts))])
    step = np.repeat(np.arange(1, len(volts) + 1), count)
    ampere = np.concatenate([siemens * volt * current(time) for volt in volts])
    modes = ["charge" if volt > 0 else "discharge" for volt in volts]
    rows = recorded(test_time, np.repeat(volts, count), ampere, step, modes, control="CV")
    rows["test"] = [{"test_id": 1, "material_id": 7}]
    rows["material"] = [{"material_id": 7, "thickness_um": 1000.0, "area_cm2": 1.131}]
    rows["property"] = [
        {"property_id": 1, "name": "electrodes", "material_id": 7, "text": "blocking"}
    ]
    del rows["cell"]
    return rows


def one(tau: float, height: float = 10.0) -> Callable[[Reals], Reals]:
    return lambda time: 1 + height * np.exp(-time / tau)


def test_one_exponential_leaves_the_electrons(ask: Ask) -> None:
    rows = ask("dc_polarization", held([0.1, 0.2], one(HELD_SECOND / 8)))
    for row in rows:
        assert row["electronic_conductivity_s_per_cm"] == pytest.approx(2.21043e-9, rel=1e-3)
        assert row["lowest_s_per_cm"] < 2.2105e-9
        assert row["highest_s_per_cm"] > 2.2103e-9
        assert row["time_constant_second"] == pytest.approx(HELD_SECOND / 8, rel=0.02)
        assert (row["status"], row["reason"]) == ("ok", None)
    assert rows[0]["intercept_ampere"] == pytest.approx(0.0, abs=1e-3 * STEADY_AMPERE)


@pytest.mark.parametrize("lasting", [2.0, 3.0, 4.0])
def test_two_exponentials_left_too_early_tell_a_bound(lasting: float, ask: Ask) -> None:
    slow = HELD_SECOND / lasting
    rows = held([0.1, 0.2], lambda t: 1 + 8 * np.exp(-t / slow) + 20 * np.exp(-10 * t / slow))
    for row in ask("dc_polarization", rows):
        assert row["electronic_conductivity_s_per_cm"] is None
        assert row["status"] == "censored"
        assert row["highest_s_per_cm"] > 2.21043e-9


def test_two_exponentials_held_long_enough_tell_the_electrons(ask: Ask) -> None:
    slow = HELD_SECOND / 8
    rows = held([0.1, 0.2], lambda t: 1 + 8 * np.exp(-t / slow) + 20 * np.exp(-10 * t / slow))
    for row in ask("dc_polarization", rows):
        assert row["electronic_conductivity_s_per_cm"] == pytest.approx(2.21043e-9, rel=5e-3)
        assert row["status"] == "ok"


def test_one_percent_an_hour_is_no_steady_current(ask: Ask) -> None:
    """With a time constant of 10 h it is 10 % off, and the old rule would have passed it."""
    rows = held([0.1, 0.2], one(36000.0, 0.1), second=4 * 3600.0)
    assert {row["status"] for row in ask("dc_polarization", rows)} == {"censored"}


@law(20)
@given(
    thickness=st.floats(0.1, 10),
    area=st.floats(0.1, 10),
    siemens=st.floats(1e-12, 1e-3),
    longer=st.floats(0.01, 100),
    sign=st.sampled_from([-1, 1]),
)
def test_it_scales_with_thickness_area_and_time_and_has_no_sign(
    thickness: float, area: float, siemens: float, longer: float, sign: int, ask: Ask
) -> None:
    second = HELD_SECOND * longer
    rows = held([sign * 0.1, sign * 0.2], one(second / 8), second=second, siemens=siemens)
    rows["material"] = [{"material_id": 7, "thickness_um": 1e3 * thickness, "area_cm2": area}]
    expected = siemens * 0.1 * thickness / area
    for row in ask("dc_polarization", rows):
        assert row["electronic_conductivity_s_per_cm"] == pytest.approx(expected, rel=1e-3)
        assert row["status"] == "ok"


def test_currents_out_of_proportion_are_doubted(ask: Ask) -> None:
    rows = held([0.1, 0.2], one(HELD_SECOND / 8))
    for point in rows["points"]:
        point["current_ampere"] += 2e-9
    assert {row["reason"] for row in ask("dc_polarization", rows)} == {
        "currents are not in proportion to potentials"
    }


@pytest.mark.slow
def test_noise_widens_the_interval_and_does_not_leave_it(ask: Ask) -> None:
    inside = 0
    for seed in range(20):
        rows = held([0.1, 0.2], one(HELD_SECOND / 8))
        noise = np.random.default_rng(seed).normal(0, 2e-11, len(rows["points"]))
        for point, more in zip(rows["points"], noise, strict=True):
            point["current_ampere"] += float(more)
        for row in ask("dc_polarization", rows):
            assert row["status"] == "ok"
            inside += row["lowest_s_per_cm"] <= 2.21043e-9 <= row["highest_s_per_cm"]
    assert inside >= 36


def test_a_current_that_noise_hides_is_a_bound(ask: Ask) -> None:
    rows = held([0.1, 0.2], one(HELD_SECOND / 20))
    noise = np.random.default_rng(1).normal(0, 2e-7, len(rows["points"]))
    for point, more in zip(rows["points"], noise, strict=True):
        point["current_ampere"] += float(more)
    for row in ask("dc_polarization", rows):
        assert row["electronic_conductivity_s_per_cm"] is None
        assert row["status"] == "censored"
        assert row["highest_s_per_cm"] > 2.21043e-9


def test_more_than_half_a_volt_is_doubted(ask: Ask) -> None:
    rows = ask("dc_polarization", held([0.3, 0.6], one(HELD_SECOND / 8)))
    assert [row["status"] for row in rows] == ["ok", "low_quality"]


def test_the_share_of_electrons_is_theirs_of_both(climb: Callable[..., Any]) -> None:
    rows = held([0.1, 0.2], one(HELD_SECOND / 8))
    for step in rows["step"]:
        step["mean_temperature_celsius"] = 30.0
    ionic = {"test_id": 2, "spectrum_count": 1, "object": "total", "material_id": 7}
    rows["ionic_conductivity"] = [
        ionic | {"temperature_celsius": 30.5, "conductivity_s_per_cm": 1e-4, "status": "ok"}
    ]
    (row,) = climb(rows, "dc_polarization", "electronic_transference")["electronic_transference"]
    assert row["electronic_transference"] == pytest.approx(2.21043e-5, rel=2e-3)
    assert row["lowest"] <= row["electronic_transference"] <= row["highest"]
    assert row["status"] == "ok"
