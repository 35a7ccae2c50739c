"""gitt_diffusion, against diffusion that was worked out step by step."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.law import law
from tests.service.metrics.titration import Body, Reals, Rows, depth, pulsed

Ask = Callable[..., list[dict[str, Any]]]
PLATE, SPHERE = Body("plate"), Body("sphere")
UNIT_SECOND = 1e-8 / 1e-12
"""size²/D of both bodies."""


def told(ask: Ask, body: Body, rows: Rows, **arguments: object) -> dict[str, Any]:
    (row,) = ask("gitt_diffusion", rows | depth(body), **arguments)
    return row


@pytest.mark.parametrize("share", [0.005, 0.02, 0.1, 0.2])
def test_a_plate_has_its_diffusion_within_ten_percent(share: float, ask: Ask) -> None:
    row = told(ask, PLATE, pulsed(PLATE, share * UNIT_SECOND, 1.2 * UNIT_SECOND))
    assert row["diffusion_cm2_per_s"] == pytest.approx(1e-12, rel=0.05)
    assert row["simple_diffusion_cm2_per_s"] == pytest.approx(1e-12, rel=0.05)
    assert row["rest_change_volt"] == pytest.approx(0.01, rel=0.005)
    assert (row["status"], row["reason"]) == ("ok", None)


@pytest.mark.parametrize("share", [0.001, 0.005, 0.01, 0.025])
def test_a_sphere_has_its_diffusion_within_ten_percent(share: float, ask: Ask) -> None:
    row = told(ask, SPHERE, pulsed(SPHERE, share * UNIT_SECOND, 0.5 * UNIT_SECOND))
    assert row["diffusion_cm2_per_s"] == pytest.approx(1e-12, rel=0.05)
    assert (row["status"], row["length_basis"]) == ("ok", "sphere")


def test_the_resistance_is_left_out_of_it(ask: Ask) -> None:
    rows = [pulsed(PLATE, 600.0, 12000.0, ohm_volt=volt) for volt in (0.0, 0.5)]
    without, much = (told(ask, PLATE, each)["diffusion_cm2_per_s"] for each in rows)
    assert much == pytest.approx(without, rel=1e-6)


@pytest.mark.parametrize(
    ("body", "pulse_share", "rest_share", "why"),
    [
        (PLATE, 1.0, 1.2, "the pulse ran too deep"),
        (PLATE, 4.0, 1.2, "the pulse ran too deep"),
        (SPHERE, 0.1, 0.6, "the pulse ran too deep"),
        (PLATE, 0.05, 0.1, "a rest still drifts"),
        (PLATE, 0.002, 0.2, "a rest was too short"),
        (SPHERE, 0.0005, 0.05, "a rest was too short"),
    ],
)
def test_a_pulse_that_tells_another_diffusion_is_refused(
    body: Body, pulse_share: float, rest_share: float, why: str, ask: Ask
) -> None:
    row = told(ask, body, pulsed(body, pulse_share * UNIT_SECOND, rest_share * UNIT_SECOND))
    assert row["diffusion_cm2_per_s"] is None
    assert row["status"] == "not_computable"
    assert row["reason"].startswith(why)


def test_a_straight_line_against_the_root_of_time_is_no_test(ask: Ask) -> None:
    """A plate that was filled right through looks straight, and tells a third less."""
    row = told(ask, PLATE, pulsed(PLATE, UNIT_SECOND, 1.2 * UNIT_SECOND))
    assert row["fit_r2"] > 0.99
    assert row["reduced_time"] > 0.25


@pytest.mark.slow
@law(20)
@given(longer=st.floats(0.1, 10), slower=st.floats(0.01, 100), higher=st.floats(0.5, 20))
def test_units_scale_and_the_sign_is_one_of_two(
    longer: float, slower: float, higher: float, ask: Ask
) -> None:
    """A size k times larger is k² times faster, a time k times longer k times slower."""
    told_here = told(ask, PLATE, pulsed(PLATE, 500.0, 12000.0))["diffusion_cm2_per_s"]
    body = Body("plate", size_cm=1e-4 * longer, diffusion=1e-12 * longer**2 / slower)
    rows = pulsed(body, 500.0 * slower, 12000.0 * slower, sign=-1, volt_per_pulse=0.01 * higher)
    # the record of a rest that ends 600 s before is as it was
    row = told(ask, body, rows)
    assert row["mode"] == "discharge"
    assert row["current_ampere"] == pytest.approx(-1)
    assert row["rest_change_volt"] < 0
    assert row["diffusion_cm2_per_s"] == pytest.approx(told_here * longer**2 / slower, rel=0.02)


@pytest.mark.parametrize("seed", range(3))
def test_noise_is_in_its_error(seed: int, ask: Ask) -> None:
    noise: Reals = np.random.default_rng(seed).normal(0, 2e-5, 171)
    row = told(ask, PLATE, pulsed(PLATE, 600.0, 12000.0, noise=noise))
    error = row["diffusion_error_cm2_per_s"]
    assert row["status"] in {"ok", "low_quality"}
    assert 1e-15 < error < 1e-13
    assert abs(row["diffusion_cm2_per_s"] - 1e-12) < 4 * error + 2e-14


def test_noise_that_hides_the_end_of_a_rest_is_told(ask: Ask) -> None:
    noise: Reals = np.random.default_rng(5).normal(0, 2e-3, 171)
    row = told(ask, PLATE, pulsed(PLATE, 600.0, 12000.0, noise=noise))
    assert row["status"] != "ok"


def test_without_a_cell_it_is_told_that_the_cell_is_missing(ask: Ask) -> None:
    rows = pulsed(PLATE, 600.0, 12000.0)
    rows["test"] = [{"test_id": 1, "technique": "GITT"}]
    row = told(ask, PLATE, rows)
    assert (row["missing"], row["status"]) == ("cell", "not_computable")
