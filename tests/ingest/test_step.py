"""Where a step begins."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from ingest.derive import Derived, derive
from ingest.series import Series
from ingest.step import marked_starts, marks_of


def series(**columns: Any) -> Series:  # noqa: ANN401 — anything array-like
    arrays = {
        name: values if isinstance(values, pa.Array) else np.asarray(values)
        for name, values in columns.items()
    }
    return Series(arrays, len(next(iter(arrays.values()))))


def starts(*declared: str, **columns: Any) -> list[int]:  # noqa: ANN401 — anything array-like
    given = series(**columns)
    return [int(row) for row in marked_starts(given, marks_of(given, declared), None)]


def run(current: list[float], *, technique: str | None = None, **columns: Any) -> Derived:  # noqa: ANN401 — anything array-like
    time = 60.0 * np.arange(len(current))
    volt = 3.0 + np.cumsum(current) * 1e-3
    return derive(
        series(
            test_time_second=time,
            voltage_volt=volt,
            current_ampere=np.array(current, dtype=np.float64),
            record_index=np.arange(1, time.size + 1),
            **columns,
        ),
        (),
        technique,
    )


def test_a_step_begins_where_the_instrument_marks_one() -> None:
    assert starts(step_id=[1, 1, 2, 2, 1]) == [0, 2, 4]


def test_a_declared_mark_is_taken_before_the_usual_ones() -> None:
    assert starts("half", step_id=[1, 2, 3], half=[1, 1, 2]) == [0, 2]


@pytest.mark.parametrize("dictionary", [True, False])
def test_a_change_of_step_type_begins_a_step(*, dictionary: bool) -> None:
    kinds = pa.array(["CC", "CC", None, "Rest"])
    assert starts(step_type=kinds.dictionary_encode() if dictionary else kinds) == [0, 2, 3]


def test_scans_begin_anew_with_each_loop_of_the_technique_and_no_charge_flows_between() -> None:
    scan = np.array([3.0, 3.1, 3.2, 3.1, 3.0])
    columns = {
        "test_time_second": np.append(np.arange(5.0), 1000.0 + np.arange(5.0)),
        "voltage_volt": np.tile(scan, 2),
        "current_ampere": np.tile([1.0, 1.0, 1.0, -1.0, -1.0], 2),
        "vendor_loop_count": np.repeat([0, 1], 5),
    }
    test = derive(series(**columns), ("vendor_loop_count",), "CV")
    assert test.starts.tolist() == [0, 5]
    assert test.steps["duration_second"].tolist() == [4.0, 4.0]


def test_a_cycle_number_alone_marks_no_step() -> None:
    assert starts(vendor_cycle_count=[1, 1, 2, 2]) == [0]


def test_a_flag_that_flips_inside_an_impedance_sweep_cuts_nothing() -> None:
    hertz = [np.nan, 1e3, 1e2, 1e1, 1.0, 1e3, 1e2, 1e1]
    assert starts(step_id=[1, 2, 3, 2, 3, 4, 4, 4], frequency_hertz=hertz) == [0, 1, 5]


def test_a_mark_where_the_frequency_turns_parts_two_sweeps() -> None:
    hertz = [10.0, 1e2, 1e3, 1e2, 1e1, 1.0, 0.1]
    assert starts("leg", leg=[1, 1, 2, 2, 2, 2, 2], frequency_hertz=hertz) == [0, 2]


def test_without_marks_the_charge_and_rests_cut_the_steps_and_a_finding_says_so() -> None:
    found = run([1.0] * 5 + [0.0] * 5 + [-1.0] * 5)
    assert found.starts.tolist() == [0, 5, 10]
    assert [finding.kind for finding in found.points.findings] == ["steps_from_current"]


def test_a_step_that_turns_inside_is_cut_there() -> None:
    found = run([1.0] * 5 + [-1.0] * 5, step_id=[1] * 10)
    assert found.starts.tolist() == [0, 5]
    assert found.steps["mode"].tolist() == ["charge", "discharge"]


def test_a_train_of_pulses_is_one_step() -> None:
    found = run([1.0, -0.2] * 8, step_type=pa.array(["Pulse"] * 16))
    assert found.starts.tolist() == [0]
    assert found.steps["both_ways"].tolist() == [True]
