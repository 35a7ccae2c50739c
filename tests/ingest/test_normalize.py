"""Canonical columns out of what a reader gives."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.normalize import normalize
from ingest.reading import RawColumn, Reading

TIME = RawColumn("t", np.arange(3.0), "test_time_second")


def test_what_nothing_measures_is_missing_and_told() -> None:
    values = np.array([3.0, 1e200, np.inf])
    columns = (TIME, RawColumn("U", values, "voltage_volt"), RawColumn("own", values))
    series = normalize(Reading(columns))
    np.testing.assert_array_equal(series.columns["voltage_volt"], [3.0, np.nan, np.nan])
    np.testing.assert_array_equal(series.columns["own"], [3.0, 1e200, np.nan])
    assert [(each.kind, each.detail) for each in series.findings] == [
        (
            "infinite_value",
            "voltage_volt is infinite or beyond 1e+100 in 2 records and stored as missing",
        ),
        ("infinite_value", "own is infinite in 1 records and stored as missing"),
    ]


def counted(values: Any, name: str = "Cycle") -> Any:  # noqa: ANN401
    return normalize(Reading((TIME, RawColumn(name, np.array(values), "vendor_cycle_count"))))


@pytest.mark.parametrize(
    "values", [[1, 2, 2.7], [2 * np.pi] * 3, [1, 2, 1e308], [1, 2, 2.0**53], [1, np.nan, 0.5]]
)
def test_what_is_no_whole_number_counts_nothing(values: list[float]) -> None:
    series = counted(values)
    assert "vendor_cycle_count" not in series.columns
    np.testing.assert_array_equal(series.columns["Cycle"], values)
    assert [(note.kind, note.place) for note in series.findings] == [("no_count", "Cycle")]


def test_a_refused_count_does_not_pass_for_one_by_its_name() -> None:
    series = counted([1, 2, 2.7], "vendor_cycle_count")
    assert "vendor_cycle_count" not in series.columns
    assert series.columns["vendor_cycle_count (export)"].tolist() == [1, 2, 2.7]


@settings(deadline=None)  # tables of words are read once, by whichever test comes first
@given(st.lists(st.none() | st.integers(-5, 2**53 - 1), min_size=3, max_size=3))
def test_whole_numbers_are_counts_and_missing_ones_stay_missing(values: list[int | None]) -> None:
    series = counted([np.nan if value is None else float(value) for value in values])
    assert pa.array(series.columns["vendor_cycle_count"]).to_pylist() == values
    assert series.findings == ()


def test_a_refused_index_puts_no_record_in_another_order() -> None:
    index = RawColumn("n", np.array([3.5, 2.5, 1.5]), "record_index")
    series = normalize(Reading((TIME, index)))
    assert series.columns["record_index"].tolist() == [1, 2, 3]
    assert series.columns["n"].tolist() == [3.5, 2.5, 1.5]
