"""Charge and energy by trapezoid within a step: laws, and an independent computation."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from ingest.reading import RawColumn, Reading
from ingest.rollup import roll_up, vendor_capacity
from ingest.series import Series

Floats = NDArray[np.float64]


def series(time: Any, current: Any, voltage: Any = 1.0, **columns: Any) -> Series:  # noqa: ANN401 — anything array-like
    time = np.asarray(time, dtype=np.float64)
    measured = {
        "test_time_second": time,
        "current_ampere": np.broadcast_to(np.asarray(current, dtype=np.float64), time.shape),
        "voltage_volt": np.broadcast_to(np.asarray(voltage, dtype=np.float64), time.shape),
        "record_index": np.arange(1, time.size + 1),
    }
    return Series({**measured, **columns}, time.size)


def rolled(given_series: Series, *starts: int) -> dict[str, Any]:
    return roll_up(given_series, np.array(starts or (0,)), None)


currents = arrays(np.float64, st.integers(2, 60), elements=st.floats(-5, 5))


def refined(time: Floats, current: Floats) -> tuple[float, float]:
    """Integrate by hand: the straight line between two currents, cut where it crosses zero."""
    charge = discharge = 0.0
    for at, until, before, after in zip(
        time[:-1], time[1:], current[:-1], current[1:], strict=True
    ):
        dt = until - at
        if before * after < 0:
            crossing = dt * before / (before - after)
            pieces = ((before, crossing), (after, dt - crossing))
        else:
            pieces = ((before, dt / 1), (after, dt / 1))
        for value, length in pieces:
            area = 0.5 * value * length / 3600
            charge, discharge = charge + max(area, 0), discharge + max(-area, 0)
    return charge, discharge


@given(currents)
def test_charge_equals_the_area_under_the_line_drawn_by_hand(current: Floats) -> None:
    time = np.cumsum(np.linspace(1, 3, current.size))
    steps = rolled(series(time, current))
    charge, discharge = refined(time, current)
    np.testing.assert_allclose(steps["charge_capacity_ah"], charge, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(steps["discharge_capacity_ah"], discharge, rtol=1e-9, atol=1e-12)


@given(currents, st.floats(0.1, 10))
def test_a_times_the_current_is_a_times_the_charge(current: Floats, factor: float) -> None:
    time = np.arange(current.size, dtype=np.float64)
    once, scaled = rolled(series(time, current)), rolled(series(time, current * factor))
    for name in ("charge_capacity_ah", "discharge_capacity_ah", "charge_energy_wh"):
        np.testing.assert_allclose(scaled[name], once[name] * factor, rtol=1e-9, atol=1e-12)


@given(currents)
def test_turning_the_sign_of_the_current_swaps_charge_and_discharge(current: Floats) -> None:
    time = np.arange(current.size, dtype=np.float64)
    one, other = rolled(series(time, current)), rolled(series(time, -current))
    np.testing.assert_allclose(one["charge_capacity_ah"], other["discharge_capacity_ah"])
    np.testing.assert_allclose(one["charge_energy_wh"], -np.negative(other["discharge_energy_wh"]))


@given(currents)
def test_the_net_charge_is_the_plain_trapezoid(current: Floats) -> None:
    time = np.cumsum(np.linspace(1, 2, current.size))
    steps = rolled(series(time, current))
    net = steps["charge_capacity_ah"] - steps["discharge_capacity_ah"]
    plain = np.trapezoid(current, time) / 3600
    np.testing.assert_allclose(net, plain, rtol=1e-9, atol=1e-12)


def test_no_interval_is_integrated_across_a_step() -> None:
    steps = rolled(series([0, 3600, 7200, 10800], 1.0), 0, 2)
    np.testing.assert_allclose(steps["charge_capacity_ah"], [1.0, 1.0])


def test_energy_of_a_constant_voltage_is_voltage_times_charge() -> None:
    steps = rolled(series([0, 1800, 3600], -2.0, 3.5))
    np.testing.assert_allclose(steps["discharge_energy_wh"], 7.0)
    np.testing.assert_allclose(steps["charge_energy_wh"], 0.0)


def test_time_that_runs_back_is_not_integrated() -> None:
    steps = rolled(series([0, 3600, 1800, 5400], 1.0))
    np.testing.assert_allclose(steps["charge_capacity_ah"], 2.0)


def test_one_missing_current_leaves_the_charge_of_its_step_unknown() -> None:
    steps = rolled(series([0, 1, 2, 3], [1, np.nan, 1, 1]), 0, 2)
    assert np.isnan(steps["charge_capacity_ah"][0])
    assert np.isnan(steps["discharge_capacity_ah"][0])
    assert steps["charge_capacity_ah"][1] > 0


def test_a_gap_is_ten_times_the_usual_interval() -> None:
    time = np.array([0, 1, 2, 3, 4, 20, 21], dtype=np.float64)
    steps = rolled(series(time, 1.0))
    assert steps["gap_count"].tolist() == [1]
    assert steps["longest_gap_second"].tolist() == [16.0]


def test_windows_take_the_middle_fifth_and_the_last_fifth_of_the_duration() -> None:
    time = np.arange(101, dtype=np.float64)
    steps = rolled(series(time, 1.0, time))
    assert steps["middle_voltage_volt"].tolist() == [50.0]
    assert steps["end_voltage_volt"].tolist() == [90.0]


def test_the_second_half_gives_mean_and_deviation_and_the_first_tenth_its_peak() -> None:
    time = np.arange(101, dtype=np.float64)
    voltage = np.where(time < 5, -0.4, np.where(time % 2 == 0, 0.1, -0.3))
    steps = rolled(series(time, 1.0, voltage))
    np.testing.assert_allclose(steps["peak_early_voltage_volt"], [0.4])
    late = np.abs(voltage[50:])
    np.testing.assert_allclose(steps["late_mean_voltage_volt"], [late.mean()])
    np.testing.assert_allclose(steps["late_deviation_volt"], [late.std()])


def test_a_step_is_charge_discharge_rest_or_both_ways() -> None:
    time = np.arange(12, dtype=np.float64)
    current = [1, 1, 1, 0, 0, 0, -1, -1, -1, 1, 0, -1]
    steps = rolled(series(time, current), 0, 3, 6, 9)
    assert steps["mode"].tolist() == ["charge", "rest", "discharge", "sweep"]


def test_a_test_without_current_has_no_charge_rather_than_zero() -> None:
    time = np.arange(3, dtype=np.float64)
    silent = Series({"test_time_second": time, "voltage_volt": time, "record_index": time}, 3)
    steps = roll_up(silent, np.array([0]), "OCV")
    assert np.isnan(steps["charge_capacity_ah"]).all()
    assert steps["mode"].tolist() == ["rest"]


def test_a_counter_that_resets_each_step_gives_its_last_value() -> None:
    counter = np.array([0.0, 1.0, 2.0, 0.0, 3.0])
    given_series = series(np.arange(5.0), 1.0, step_charging_capacity_ah=counter)
    found = vendor_capacity(given_series, np.array([0, 3]))
    assert found["vendor_charge_capacity_ah"].tolist() == [2.0, 3.0]


def test_a_running_counter_gives_its_rise_over_the_step() -> None:
    counter = np.array([0.0, 1.0, 2.0, 2.0, 3.5])
    given_series = series(np.arange(5.0), 1.0, charging_capacity_ah=counter)
    found = vendor_capacity(given_series, np.array([0, 3]))
    assert found["vendor_charge_capacity_ah"].tolist() == [2.0, 1.5]


def test_a_net_counter_counts_for_the_side_it_moved_to() -> None:
    counter = np.array([0.0, 1.0, 2.0, 1.0, 0.5])
    given_series = series(np.arange(5.0), 1.0, net_capacity_ah=counter)
    found = vendor_capacity(given_series, np.array([0, 3]))
    assert found["vendor_charge_capacity_ah"].tolist() == [2.0, 0.0]
    assert found["vendor_discharge_capacity_ah"].tolist() == [0.0, 1.5]


def test_a_reading_keeps_its_row_count() -> None:
    assert Reading((RawColumn("a", np.zeros(3)),)).row_count == 3
