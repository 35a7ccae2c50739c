"""pitt_diffusion, against the series of a plate and of a sphere, summed here another way."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.law import law
from tests.service.metrics.titration import Body, Reals, Rows, depth, recorded, spaced

Ask = Callable[..., list[dict[str, Any]]]
PLATE, SPHERE = Body("plate"), Body("sphere")


def flow(body: Body, reduced_time: Reals) -> Reals:
    """Return i L/(F S D dC) at D t/L² of a plate, at D t/R² of a sphere with R for L."""
    n = np.arange(3000)[:, np.newaxis]
    if body.shape == "plate":
        return np.asarray(2 * np.sum(np.exp(-(((n + 0.5) * np.pi) ** 2) * reduced_time), axis=0))
    return np.asarray(6 * np.sum(np.exp(-(((n + 1) * np.pi) ** 2) * reduced_time), axis=0))


def held(
    body: Body,
    second: float,
    *,
    count: int = 300,
    sign: int = 1,
    coulomb: float = 0.02,
    leak: float = 0.0,
    flat_second: float = 0.0,
) -> Rows:
    """Return a rest and a potential held: all its charge goes in, and a leak stays."""
    time = spaced(second, count)
    unit = body.size_cm**2 / body.diffusion
    current = coulomb / unit * flow(body, (time + flat_second) / unit) + leak
    test_time = np.r_[np.linspace(0, 600, 21), 600 + time]
    volt = np.r_[np.full(21, 3.5), np.full(count, 3.5 + 0.02 * sign)]
    step = np.r_[np.full(21, 1), np.full(count, 2)]
    mode = "charge" if sign > 0 else "discharge"
    ampere = np.r_[np.zeros(21), sign * current]
    rows = recorded(test_time, volt, ampere, step, ["rest", mode], control="CV")
    rows["test"] = [{"test_id": 1, "cell_id": 7, "technique": "PITT"}]
    return rows


def told(ask: Ask, body: Body, rows: Rows) -> dict[str, Any]:
    (row,) = ask("pitt_diffusion", rows | depth(body))
    return row


@pytest.mark.parametrize(("reduced_time", "flux"), [(0.05, 2.52313), (0.5, 0.582456)])
def test_the_series_is_that_of_the_reference(reduced_time: float, flux: float) -> None:
    assert flow(PLATE, np.array([reduced_time]))[0] == pytest.approx(flux, rel=2e-6)


def test_a_plate_has_its_diffusion_by_short_times_long_times_and_the_series(ask: Ask) -> None:
    row = told(ask, PLATE, held(PLATE, 3e4))
    assert row["diffusion_cm2_per_s"] == pytest.approx(1e-12, rel=0.02)
    assert row["short_diffusion_cm2_per_s"] == pytest.approx(1e-12, rel=0.03)
    assert row["long_diffusion_cm2_per_s"] == pytest.approx(1e-12, rel=0.03)
    assert row["start_exponent"] == pytest.approx(-0.5, abs=0.02)
    assert (row["status"], row["reason"]) == ("ok", None)


def test_a_sphere_has_its_diffusion_by_short_times(ask: Ask) -> None:
    row = told(ask, SPHERE, held(SPHERE, 8e3, count=600))
    assert row["diffusion_cm2_per_s"] == pytest.approx(1e-12, rel=0.1)
    assert row["long_diffusion_cm2_per_s"] == pytest.approx(1e-12, rel=0.1)
    assert row["series_diffusion_cm2_per_s"] is None
    assert row["status"] == "ok"


def test_a_leak_is_taken_off(ask: Ask) -> None:
    row = told(ask, PLATE, held(PLATE, 3e4, leak=2e-7))
    assert row["diffusion_cm2_per_s"] == pytest.approx(1e-12, rel=0.02)
    assert row["last_current_ampere"] == pytest.approx(2e-7, rel=0.05)


@pytest.mark.slow
@law(20)
@given(
    longer=st.floats(0.1, 10),
    slower=st.floats(0.01, 100),
    coulomb=st.floats(1e-6, 1e3),
    sign=st.sampled_from([-1, 1]),
)
def test_units_scale_and_the_sign_is_one_of_two(
    longer: float, slower: float, coulomb: float, sign: int, ask: Ask
) -> None:
    body = Body("plate", size_cm=1e-4 * longer, diffusion=1e-12 * longer**2 / slower)
    row = told(ask, body, held(body, 3e4 * slower, coulomb=coulomb, sign=sign))
    assert row["diffusion_cm2_per_s"] == pytest.approx(1e-12 * longer**2 / slower, rel=0.02)
    assert row["charge_coulomb"] == pytest.approx(coulomb, rel=0.02)
    assert row["held_volt"] == pytest.approx(3.5 + 0.02 * sign)


def test_a_step_that_is_left_early_is_refused_or_doubted(ask: Ask) -> None:
    early = told(ask, PLATE, held(PLATE, 1e3))
    assert early["status"] != "ok"
    late = told(ask, PLATE, held(PLATE, 1.2e4))
    assert late["status"] == "low_quality"
    assert "not all of its charge had passed" in late["reason"]


def test_a_start_that_a_resistance_flattens_is_told(ask: Ask) -> None:
    row = told(ask, PLATE, held(PLATE, 3e4, flat_second=800.0))
    assert row["start_exponent"] > -0.4
    assert row["status"] == "low_quality"
    assert "limited by a resistance" in row["reason"]


def test_a_current_that_does_not_fade_has_none(ask: Ask) -> None:
    rows = held(PLATE, 3e4)
    for point in rows["points"]:
        point["current_ampere"] = 1e-6
    row = told(ask, PLATE, rows)
    assert row["diffusion_cm2_per_s"] is None
    assert row["status"] == "not_computable"
