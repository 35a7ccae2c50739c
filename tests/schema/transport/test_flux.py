"""schema.transport.flux."""

from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.transport.flux import bernoulli, current_density, flux_between, reduced_potential
from tests.law import law


def told_by_decimals(u: float) -> float:
    """Return u/(e^u - 1) to 40 digits: of 60 that e^u has, at most 20 are those of 1."""
    if abs(u) < 1e-20:
        return 1.0
    with localcontext() as context:
        context.prec = 60
        exact = Decimal(u)
        return float(exact / (exact.exp() - 1))


@pytest.mark.parametrize(
    ("u", "value"),
    [
        (1e-12, 1 - 5e-13),
        (0.5, 0.770747),
        (-3.0, 3.157187),
        (1e-9, 0.9999999995),
        (30.0, 2.80729e-12),
    ],
)
def test_bernoulli_is_what_the_reference_says(u: float, value: float) -> None:
    assert float(bernoulli(u)) == pytest.approx(value, rel=1e-6)


def test_near_zero_no_digit_is_lost() -> None:
    assert float(bernoulli(1e-12)) == 1 - 5e-13


@law(200)
@given(st.floats(-700, 700))
def test_bernoulli_is_exact_to_5e_14(u: float) -> None:
    assert float(bernoulli(u)) == pytest.approx(told_by_decimals(u), rel=5e-14, abs=1e-300)


@law(50)
@given(st.floats(-1e6, 1e6))
def test_both_ways_differ_by_u_and_stay_finite(u: float) -> None:
    forth, back = float(bernoulli(u)), float(bernoulli(-u))
    assert np.isfinite([forth, back]).all()
    assert forth - back == pytest.approx(-u, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    ("u", "flux"), [(1.0, -2.09012e-8), (-2.0, 2.15652e-7), (40.0, -2.0e-6), (0.0, 5.0e-8)]
)
def test_a_flux_is_that_of_goldman(u: float, flux: float) -> None:
    assert float(flux_between(1e-8 / 1e-4, 1e-3, 5e-4, u)) == pytest.approx(flux, rel=5e-6)


def test_the_sign_of_the_study_is_another_flux() -> None:
    assert float(flux_between(1e-4, 1e-3, 5e-4, -1.0)) == pytest.approx(1.291e-7, rel=1e-3)


@law(50)
@given(st.floats(-100, 100))
def test_in_equilibrium_nothing_flows(u: float) -> None:
    far = 1e-3 * np.exp(-u)
    assert abs(float(flux_between(1e-4, 1e-3, far, u))) <= 1e-14 * 1e-4 * max(1e-3, far) * max(
        1, abs(u)
    )


def test_ten_millivolts_at_30_celsius_are_a_third_of_kt() -> None:
    assert float(reduced_potential(1, 0.010, 303.15)) == pytest.approx(0.382798, abs=5e-7)
    assert float(reduced_potential(-1, 0.010, 303.15)) == pytest.approx(-0.382798, abs=5e-7)


def test_electrons_and_ions_that_go_one_way_carry_against_each_other() -> None:
    assert current_density([1, -1], [1e-9, 1e-9]) == 0.0
    assert current_density([1, -1], [1e-9, -1e-9]) == pytest.approx(2 * 9.648533212e-5)
