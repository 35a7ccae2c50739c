"""Voltages and currents of the windows of a step."""

import numpy as np

from ingest.window import currents, time_mean, voltages

START = np.array([0])


def test_windows_take_the_middle_fifth_and_the_last_fifth_of_the_duration() -> None:
    time = np.arange(101.0)
    found = voltages(time, time, np.ones(101), START)
    assert found["middle_voltage_volt"].tolist() == [50.0]
    assert found["end_voltage_volt"].tolist() == [90.0]


def test_the_second_half_gives_mean_and_deviation_and_the_first_tenth_its_peak() -> None:
    time = np.arange(101.0)
    volt = np.where(time < 5, -0.4, np.where(time % 2 == 0, 0.1, -0.3))
    found = voltages(volt, time, np.ones(101), START)
    np.testing.assert_allclose(found["peak_early_voltage_volt"], [0.4])
    late = np.abs(volt[50:])
    np.testing.assert_allclose(found["late_mean_voltage_volt"], [late.mean()])
    np.testing.assert_allclose(found["late_deviation_volt"], [late.std()])


def test_ends_and_the_median_are_of_each_step() -> None:
    found = currents(np.array([1.0, 2.0, 9.0, -1.0, -2.0]), np.ones(5), np.array([0, 3]))
    assert found["first_current_ampere"].tolist() == [1.0, -1.0]
    assert found["last_current_ampere"].tolist() == [9.0, -2.0]
    assert found["median_current_ampere"].tolist() == [2.0, -1.5]


def test_a_mean_is_over_time_and_a_step_without_time_has_its_first_value() -> None:
    interval = np.array([0.0, 1.0, 3.0, 0.0])
    mean = time_mean(interval, np.array([0.0, 2.0, 2.0, 7.0]), np.array([0, 3]))
    np.testing.assert_allclose(mean, [7.0 / 4.0, 7.0])
