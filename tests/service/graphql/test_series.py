"""Points over GraphQL: a stretch of them, thinned, column by column."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

SERIES = """
query ($window: Window, $most: Int! = 2000, $method: Sampling! = MINMAX) {
  test(id: "1") {
    series(window: $window, maxPoints: $most, method: $method) {
      recordIndex testTimeSecond voltageVolt currentAmpere cycleCount stepCount
      pointCount sampled rowCount columnNames
      download { arrow parquet csv }
    }
  }
}
"""


def step_of(point_count: int) -> SimpleNamespace:
    """Return a step that says it has so many points."""
    return SimpleNamespace(mode="rest", point_count=point_count, cycle_count=1)


def series(asker: Any, **variables: object) -> Any:  # noqa: ANN401 # a fixture, JSON
    """Return the series of the first test."""
    return asker.data(SERIES, **variables)["test"]["series"]


def test_all_points_come_when_there_is_room_for_them(asker: Any) -> None:  # noqa: ANN401 # a fixture
    found = series(asker, most=3780)
    assert found["recordIndex"] == list(range(1, 3781))
    assert (found["pointCount"], found["rowCount"], found["sampled"]) == (3780, 3780, False)
    assert len(found["voltageVolt"]) == len(found["cycleCount"]) == 3780


@pytest.mark.parametrize("method", ["MINMAX", "LTTB"])
@pytest.mark.parametrize("most", [1, 2, 7, 100, 2000])
def test_the_rows_kept_are_the_same_in_every_column(asker: Any, most: int, method: str) -> None:  # noqa: ANN401 # a fixture
    whole, thin = series(asker, most=3780), series(asker, most=most, method=method)
    assert 1 <= thin["rowCount"] <= most
    assert (thin["pointCount"], thin["sampled"]) == (3780, True)
    rows = [index - 1 for index in thin["recordIndex"]]
    for name in ("testTimeSecond", "voltageVolt", "currentAmpere", "cycleCount", "stepCount"):
        assert thin[name] == [whole[name][row] for row in rows]


def test_the_highest_and_lowest_voltage_are_kept(asker: Any) -> None:  # noqa: ANN401 # a fixture
    whole, thin = series(asker, most=3780), series(asker, most=50)
    assert max(thin["voltageVolt"]) == max(whole["voltageVolt"])
    assert min(thin["currentAmpere"]) == min(whole["currentAmpere"])


def test_a_window_holds_its_start_and_not_its_end(asker: Any) -> None:  # noqa: ANN401 # a fixture
    whole = series(asker, most=3780)
    start, end = whole["testTimeSecond"][10], whole["testTimeSecond"][20]
    found = series(asker, window={"startSecond": start, "endSecond": end})
    assert found["recordIndex"] == list(range(11, 21))
    assert found["pointCount"] == 10
    zero = series(asker, window={"startSecond": 0, "endSecond": 0})
    assert (zero["rowCount"], zero["voltageVolt"], zero["sampled"]) == (0, [], False)


def test_a_window_of_cycles_holds_these_alone(asker: Any) -> None:  # noqa: ANN401 # a fixture
    found = series(asker, window={"cycles": [2, 4]})
    assert set(found["cycleCount"]) == {2, 4}
    assert series(asker, window={"cycles": []})["rowCount"] == 0
    assert series(asker, window={"cycles": [99]})["rowCount"] == 0
    time = asker.data('{ test(id: "1") { series(window: { cycles: [3] }) { testTimeSecond } } }')
    assert len(time["test"]["series"]["testTimeSecond"]) == 756


def test_a_window_that_ends_before_it_starts_is_told_so(asker: Any) -> None:  # noqa: ANN401 # a fixture
    error = asker.error(SERIES, window={"startSecond": 10, "endSecond": 5})
    assert error["extensions"]["code"] == "INVALID_ARGUMENT"


@pytest.mark.parametrize("most", [0, -1, 5_000_001])
def test_too_few_and_too_many_points_are_refused(asker: Any, most: int) -> None:  # noqa: ANN401 # a fixture
    error = asker.error(SERIES, most=most)
    assert error["message"] == f"maxPoints cannot be {most}: it takes a number from 1 to 5000000"


def test_no_method_leaves_nothing_out_and_says_how_many_there_are(asker: Any) -> None:  # noqa: ANN401 # a fixture
    assert series(asker, method="NONE", most=3780)["rowCount"] == 3780
    error = asker.error(SERIES, method="NONE", most=3779)
    assert error["message"].endswith("it takes at least 3780 with the method NONE")


def test_a_column_the_export_does_not_have_is_null(asker: Any) -> None:  # noqa: ANN401 # a fixture
    query = '{ test(id: "1") { series { stepType frequencyHertz voltageVolt } } }'
    found = asker.data(query)["test"]["series"]
    assert (found["stepType"], found["frequencyHertz"]) == (None, None)
    assert found["voltageVolt"]


def test_only_what_is_not_a_column_may_be_asked_too(asker: Any) -> None:  # noqa: ANN401 # a fixture
    query = '{ test(id: "1") { series { pointCount sampled columnNames } } }'
    found = asker.data(query)["test"]["series"]
    assert (found["pointCount"], found["sampled"]) == (3780, True)
    assert "voltage_volt" in found["columnNames"]


@pytest.mark.slow
def test_a_column_of_the_export_itself_is_asked_for_by_its_name(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    count = 10_000
    spikes = np.zeros(count)
    spikes[[1234, 5678]] = 7.0
    points = pa.table(
        {
            "record_index": np.arange(1, count + 1),
            "test_time_second": np.arange(count) * 1.0,
            "voltage_volt": pa.array([None if n % 2 else 3.5 for n in range(count)]),
            "current_ampere": pa.nulls(count, pa.float64()),
            "cycle_count": np.ones(count, dtype=np.int64),
            "step_count": np.ones(count, dtype=np.int64),
            "(Q-Qo)/mA.h": spikes,
            "Ewe label": pa.array(["a"] * count),
        }
    )
    test = warehouse.add_test("vendor", [step_of(count)], points=points)
    query = """
    query ($id: ID!, $name: String!) {
      test(id: $id) {
        series(maxPoints: 100) {
          ...Columns
          columnNames
        }
      }
    }
    fragment Columns on Series {
      q: column(name: $name) voltageVolt currentAmpere
    }
    """
    found = asker.data(query, id=str(test), name="(Q-Qo)/mA.h")["test"]["series"]
    assert sorted(found["q"])[-2:] == [7.0, 7.0]
    assert "(Q-Qo)/mA.h" in found["columnNames"]
    assert set(found["voltageVolt"]) <= {None, 3.5}
    assert set(found["currentAmpere"]) == {None}
    unknown = asker.error(query, id=str(test), name='"; DROP TABLE x')
    assert unknown["extensions"]["code"] == "UNKNOWN_NAME"
    text = asker.error(query, id=str(test), name="Ewe label")
    assert "a column of numbers" in text["message"]


def test_the_links_lead_to_the_same_points(asker: Any) -> None:  # noqa: ANN401 # a fixture
    window = {"startSecond": 100.0, "endSecond": 5000.0}
    found = series(asker, window=window, most=5000)
    lines = asker.get(found["download"]["csv"]).text.splitlines()
    assert len(lines) == found["pointCount"] + 1
    whole = pa.ipc.open_stream(asker.get(found["download"]["arrow"]).content).read_all()
    assert whole["voltage_volt"].to_pylist() == found["voltageVolt"]


@pytest.mark.slow
def test_the_points_of_one_request_are_bounded(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    for number in range(6):
        warehouse.add_test(f"huge-{number}", [step_of(5_000_000)], points=small_points())
    answer = asker.answer("{ tests { nodes { series(maxPoints: 10) { pointCount } } } }")
    assert any("fewer tests in one request" in each["message"] for each in answer["errors"])


def small_points() -> pa.Table:
    """Return two points."""
    return pa.table(
        {
            "record_index": [1, 2],
            "test_time_second": [0.0, 1.0],
            "voltage_volt": [3.0, 3.1],
            "current_ampere": [0.0, 0.0],
            "cycle_count": [1, 1],
            "step_count": [1, 1],
        }
    )
