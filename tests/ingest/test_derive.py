"""What points and steps of a test say of themselves, and parts of steps."""

import numpy as np
import pytest

from ingest.derive import derive
from ingest.series import Series
from ingest.signal import Signal


def test_a_test_without_current_has_no_charge_rather_than_zero() -> None:
    time = np.arange(3.0)
    silent = Series({"test_time_second": time, "voltage_volt": time, "record_index": time}, 3)
    steps = derive(silent, (), "OCV").steps
    assert np.isnan(steps["charge_capacity_ah"]).all()
    assert steps["mode"].tolist() == ["rest"]


def charge_of(vendor_cycle: list[int]) -> Series:
    size = len(vendor_cycle)
    return Series(
        {
            "test_time_second": 3600.0 * np.arange(size),
            "voltage_volt": 3.0 + 0.1 * np.arange(size),
            "current_ampere": np.ones(size),
            "record_index": np.arange(1, size + 1),
            "vendor_cycle_count": np.array(vendor_cycle),
            "step_id": np.ones(size, dtype=np.int64),
        },
        size,
    )


def test_a_step_inside_which_the_instrument_counts_on_has_parts_that_add_up_to_it() -> None:
    found = derive(charge_of([1, 1, 1, 2, 2, 2, 2]), (), None)
    assert found.parts is not None
    assert found.parts["part_count"].tolist() == [1, 2]
    assert found.parts["vendor_cycle_count"].tolist() == [1, 2]
    assert found.steps["charge_capacity_ah"].sum() == pytest.approx(6.0)
    assert found.parts["charge_capacity_ah"].sum() == pytest.approx(6.0)


def test_a_step_of_one_number_has_no_parts() -> None:
    assert derive(charge_of([4] * 5), (), None).parts is None


def test_the_intervals_of_points_are_those_that_were_integrated() -> None:
    found = derive(charge_of([1] * 5), (), None)
    interval = found.points.columns["interval_second"]
    assert isinstance(interval, np.ndarray)
    assert interval.tolist() == [0.0, 3600.0, 3600.0, 3600.0, 3600.0]


def test_a_record_that_does_not_count_lasts_no_time_so_those_beside_it_meet() -> None:
    whole = Signal(np.arange(4.0), np.arange(4.0), np.arange(4.0), None, None)
    bare = whole.without(np.array([2]))
    assert bare.time.tolist() == [0, 1, 1, 3]
    assert bare.current.tolist() == [0, 1, 1, 3]
    assert bare.measured is None, "its counters still count"
