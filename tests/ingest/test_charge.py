"""Charge and energy by trapezoid within a step: laws, and an independent computation."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from ingest.charge import Block, Integral, integrate

Floats = NDArray[np.float64]

currents = arrays(np.float64, st.integers(2, 60), elements=st.floats(-5, 5))


def block(time: Any, current: Any, voltage: Any = 1.0, *starts: int) -> Integral:  # noqa: ANN401 — anything array-like
    """Integrate steps of which nothing stands at their boundaries."""
    time = np.asarray(time, dtype=np.float64)
    current = np.broadcast_to(np.asarray(current, dtype=np.float64), time.shape)
    voltage = np.broadcast_to(np.asarray(voltage, dtype=np.float64), time.shape)
    at = np.array(starts or (0,))
    none = np.zeros(at.size)
    flows = np.ones(at.size, dtype=bool)
    block = Block(time, voltage, current, at, none, none, flows, 1e-6, None, 0.0)
    return integrate(block, np.empty(time.size))


def by_hand(time: Floats, current: Floats) -> tuple[float, float]:
    """Integrate the straight line between two currents, cut where it crosses zero."""
    charge = discharge = 0.0
    for at, until, before, after in zip(
        time[:-1], time[1:], current[:-1], current[1:], strict=True
    ):
        dt = until - at
        if before * after < 0:
            crossing = dt * before / (before - after)
            pieces = ((before, crossing), (after, dt - crossing))
        else:
            pieces = ((before, dt), (after, dt))
        for value, length in pieces:
            area = 0.5 * value * length / 3600
            charge, discharge = charge + max(area, 0), discharge + max(-area, 0)
    return charge, discharge


@given(currents)
def test_charge_equals_the_area_under_the_line_drawn_by_hand(current: Floats) -> None:
    time = np.cumsum(np.linspace(1, 3, current.size))
    found, (charge, discharge) = block(time, current), by_hand(time, current)
    np.testing.assert_allclose(found.charge_in, charge, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.charge_out, discharge, rtol=1e-9, atol=1e-12)


@given(currents)
def test_the_integral_lies_in_its_bracket_whatever_the_current_did(current: Floats) -> None:
    time = np.cumsum(np.linspace(1, 2, current.size))
    found = block(time, current)
    upper = np.sum(np.maximum(current[1:], current[:-1]) * np.diff(time)) / 3600
    net = found.charge_in - found.charge_out
    np.testing.assert_allclose(upper - net, found.bracket, rtol=1e-9, atol=1e-12)


def test_no_interval_is_integrated_across_a_step() -> None:
    np.testing.assert_allclose(block([0, 3600, 7200, 10800], 1.0, 1.0, 0, 2).charge_in, [1.0, 1.0])


def test_energy_of_a_constant_voltage_is_voltage_times_charge() -> None:
    found = block([0, 1800, 3600], -2.0, 3.5)
    np.testing.assert_allclose(found.energy_out, 7.0)
    np.testing.assert_allclose(found.energy_in, 0.0)


def test_a_step_back_of_less_than_a_beat_is_signed_and_summed() -> None:
    found = block([0, 100, 200, 150, 250, 350], 1.0)
    np.testing.assert_allclose(found.charge_in, 350 / 3600)
    assert found.gap_count.tolist() == [0]


def test_a_clock_set_back_by_more_than_a_beat_is_a_gap() -> None:
    found = block([0, 100, 200, 300, 50, 150], 1.0)
    np.testing.assert_allclose(found.charge_in, 400 / 3600)
    assert found.gap_count.tolist() == [1]


def test_one_missing_current_leaves_the_charge_of_its_step_unknown() -> None:
    found = block([0, 1, 2, 3], [1, np.nan, 1, 1], 1.0, 0, 2)
    assert np.isnan(found.charge_in[0])
    assert np.isnan(found.charge_out[0])
    assert found.charge_in[1] > 0


def test_a_long_interval_that_nothing_accounts_for_is_left_out() -> None:
    time = np.array([0, 1, 2, 3, 4, 20, 21], dtype=np.float64)
    found = block(time, 1.0)
    assert found.gap_count.tolist() == [1]
    assert found.gap_second.tolist() == [16.0]
    np.testing.assert_allclose(found.gap_charge, 16 / 3600)
    np.testing.assert_allclose(found.charge_in, 5 / 3600)


def test_a_long_interval_over_which_the_voltage_went_on_counts() -> None:
    time = np.array([0, 1, 2, 3, 4, 20, 21], dtype=np.float64)
    found = block(time, 1.0, 3.0 + 0.01 * time)
    assert found.gap_count.tolist() == [0]
    np.testing.assert_allclose(found.charge_in, 21 / 3600)
