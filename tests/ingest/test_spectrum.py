"""Impedance sweeps among the points."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.check import check
from ingest.series import Series
from ingest.spectrum import describe_sweeps, find_spectra


def sweep(*frequencies: float) -> Series:
    frequency = np.array(frequencies)
    return Series(
        {
            "record_index": np.arange(1, frequency.size + 1),
            "frequency_hertz": frequency,
            "real_impedance_ohm": np.ones(frequency.size),
            "imaginary_impedance_ohm": -np.ones(frequency.size),
        },
        frequency.size,
    )


def counted(series: Series) -> list[int]:
    spectra = find_spectra(series, np.array([0]))
    assert spectra is not None
    return list(spectra["spectrum_count"])


def test_points_without_frequency_hold_no_sweep() -> None:
    assert find_spectra(Series({"voltage_volt": np.ones(3)}, 3), np.array([0])) is None


def test_a_frequency_of_zero_is_no_impedance() -> None:
    assert find_spectra(sweep(0.0, 0.0), np.array([0])) is None


def test_a_jump_back_to_the_first_frequency_begins_a_sweep() -> None:
    assert counted(sweep(1000, 100, 10, 1000, 100, 10)) == [1, 1, 1, 2, 2, 2]


def test_a_sweep_has_the_mean_state_of_charge_of_its_points_and_none_where_one_is_unknown() -> None:
    series = sweep(0, 100, 10, 1, 100, 10, 1)
    share = np.array([0.0, 0.4, 0.5, 0.9, 0.4, np.nan, 0.4])
    spectra = find_spectra(series.adding({"state_of_charge": share}), np.array([0]))
    assert spectra is not None
    np.testing.assert_array_equal(spectra["state_of_charge"], share[1:])
    told = [each["state_of_charge"] for each in describe_sweeps(spectra)]
    assert told == [pytest.approx(0.6), None]


def test_a_state_of_charge_that_no_export_tells_is_unknown() -> None:
    spectra = find_spectra(sweep(100, 10), np.array([0]))
    assert spectra is not None
    assert np.isnan(spectra["state_of_charge"]).all()
    assert [each["state_of_charge"] for each in describe_sweeps(spectra)] == [None]


def test_a_state_of_charge_that_is_no_share_is_found() -> None:
    series = sweep(100, 10, 1).adding({"state_of_charge": np.array([0.5, 50.0, 60.0])})
    spectra = find_spectra(series, np.array([0]))
    assert spectra is not None
    no_steps = {
        name: np.zeros(0)
        for name in (
            *("charge_capacity_ah", "discharge_capacity_ah", "median_current_ampere"),
            *("vendor_charge_capacity_ah", "vendor_discharge_capacity_ah", "net_charge_ah"),
            *("mode", "gap_count", "longest_gap_second", "charge_source"),
        )
    }
    (found,) = check(no_steps, spectra)
    assert found.kind == "state_of_charge_beyond"
    assert found.place == "record 2"
    assert "50 in the first of 2 points" in found.detail


def test_a_point_whose_impedance_is_missing_is_left_out_and_cuts_nothing() -> None:
    series = sweep(1000, 100, 10, 1)
    series = series.adding({"real_impedance_ohm": np.array([1.0, np.nan, 1.0, 1.0])})
    spectra = find_spectra(series, np.array([0]))
    assert spectra is not None
    assert spectra["spectrum_count"].tolist() == [1, 1, 1]
    assert spectra["record_index"].tolist() == [1, 3, 4]


def test_a_sweep_whose_points_are_all_missing_takes_no_number() -> None:
    series = sweep(0, 10, 1, 0, 10, 1)
    series = series.adding({"real_impedance_ohm": np.array([1, np.nan, np.nan, 1, 1, 1])})
    assert counted(series) == [1, 1]


def test_a_step_cut_by_charge_inside_a_sweep_does_not_cut_the_sweep() -> None:
    spectra = find_spectra(sweep(1000, 100, 10, 1), np.array([0, 2]))
    assert spectra is not None
    assert set(spectra["spectrum_count"]) == {1}


@given(st.integers(2, 40), st.booleans())
def test_one_sweep_in_either_order_is_one_spectrum(points: int, rising: bool) -> None:
    frequency = np.geomspace(1e6, 0.1, points)
    assert set(counted(sweep(*(frequency[::-1] if rising else frequency)))) == {1}
