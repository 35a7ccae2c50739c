"""Temperatures that no sensor read."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.sensor import sensed
from ingest.series import Series

NAMES = ("ambient_temperature_celsius", "surface_temperature_celsius", "temperature_t3_celsius")


@settings(deadline=None)  # tables of words are read once, by whichever test comes first
@given(
    st.sampled_from(NAMES),
    st.sampled_from(
        [0.0, -0.0, 6553.0, 6553.5, -273.15, 3276.7, -3276.8, 655.35, -2501.7, 0 - 160 / 9]
    ),
    st.integers(1, 50),
)
def test_what_an_open_input_says_throughout_is_no_temperature(
    name: str, celsius: float, count: int
) -> None:
    columns = {name: np.full(count, celsius), "voltage_volt": np.zeros(count)}
    found = sensed(Series(columns, count))
    assert name not in found.columns
    assert found.columns["voltage_volt"] is columns["voltage_volt"]
    assert [(note.kind, note.place) for note in found.findings] == [("sensor_absent", name)]


@settings(deadline=None)  # tables of words are read once, by whichever test comes first
@given(
    st.lists(st.floats(-80.0, 900.0), min_size=1, max_size=30),
    st.lists(st.sampled_from([6553.5, -273.15, -2501.7]), max_size=3),
)
def test_only_what_cannot_be_is_taken_out(right: list[float], broken: list[float]) -> None:
    celsius = np.array([25.0, *right, *broken])
    found = sensed(Series({"temperature_t1_celsius": celsius}, celsius.size))
    kept = found.number("temperature_t1_celsius")
    assert kept[: 1 + len(right)].tolist() == [25.0, *right]
    assert np.isnan(kept[1 + len(right) :]).all()
    assert [note.kind for note in found.findings] == ["sensor_absent"] * bool(broken)


@pytest.mark.parametrize(
    "celsius", [[25.0, 25.0], [0.0, 0.1], [np.nan, np.nan], [np.nan, 20.0], []]
)
def test_a_set_temperature_and_a_missing_one_stay(celsius: list[float]) -> None:
    series = Series({"temperature_t1_celsius": np.array(celsius)}, len(celsius))
    assert sensed(series) is series
