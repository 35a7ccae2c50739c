"""Metrics and points as Arrow, Parquet and CSV."""

from io import BytesIO
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest


def read(content: bytes, form: str) -> pa.Table:
    """Return the table that was taken in a form."""
    if form == "csv":
        return pa.csv.read_csv(BytesIO(content))
    return pq.read_table(BytesIO(content)) if form == "parquet" else stream(content).read_all()


def stream(content: bytes) -> pa.RecordBatchReader:
    """Return the batches of an Arrow stream."""
    return pa.ipc.open_stream(BytesIO(content))


@pytest.mark.parametrize("form", ["arrow", "parquet", "csv"])
def test_points_are_the_same_in_every_form(asker: Any, form: str) -> None:  # noqa: ANN401 # a fixture
    response = asker.get("/arrow/points/1", params={"format": form})
    assert response.status_code == 200
    assert response.headers["content-disposition"] == f'attachment; filename="test-1.{form}"'
    table = read(response.content, form)
    assert table.num_rows == 3780
    assert table["record_index"].to_pylist() == list(range(1, 3781))
    assert table["voltage_volt"][0].as_py() == 3.4


@pytest.mark.parametrize("form", ["arrow", "parquet", "csv"])
def test_a_metric_is_the_same_in_every_form(asker: Any, form: str) -> None:  # noqa: ANN401 # a fixture
    response = asker.get("/arrow/metrics/discharge_capacity", params={"test": 1, "format": form})
    table = read(response.content, form)
    assert table.column_names[:3] == ["test_id", "cycle_count", "discharge_capacity_ah"]
    told = asker.data('{ dischargeCapacity(tests: ["1"]) { dischargeCapacityAh } }')
    expected = told["dischargeCapacity"]["dischargeCapacityAh"]
    assert table["discharge_capacity_ah"].to_pylist() == pytest.approx(expected)


@pytest.mark.parametrize("form", ["arrow", "parquet", "csv"])
def test_an_answer_of_no_row_still_has_its_columns(asker: Any, form: str) -> None:  # noqa: ANN401 # a fixture
    params = {"test": 3, "format": form}
    response = asker.get("/arrow/metrics/discharge_capacity", params=params)
    table = read(response.content, form)
    assert table.num_rows == 0
    assert "discharge_capacity_ah" in table.column_names


def test_points_are_streamed_batch_by_batch(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    count = 300_000
    points = pa.table(
        {
            "record_index": np.arange(1, count + 1),
            "test_time_second": np.arange(count) * 1.0,
            "voltage_volt": np.full(count, 3.5),
            "current_ampere": np.zeros(count),
            "cycle_count": np.ones(count, dtype=np.int64),
            "step_count": np.ones(count, dtype=np.int64),
        }
    )
    step = type("Step", (), {"mode": "rest", "point_count": count, "cycle_count": 1})
    test = warehouse.add_test("long", [step()], points=points)
    response = asker.get(f"/arrow/points/{test}")
    assert "content-length" not in response.headers
    batches = list(stream(response.content))
    assert len(batches) > 3
    assert sum(batch.num_rows for batch in batches) == count
    table = pa.Table.from_batches(batches)
    assert table["record_index"].to_numpy().tolist() == list(range(1, count + 1))


def test_a_window_and_columns_are_chosen(asker: Any) -> None:  # noqa: ANN401 # a fixture
    path = (
        "/arrow/points/1?column=voltage_volt&column=test_time_second&start_second=0&end_second=99"
    )
    table = stream(asker.get(path).content).read_all()
    assert table.column_names == ["voltage_volt", "test_time_second"]
    assert max(table["test_time_second"].to_pylist()) < 99


def test_tests_and_cells_are_asked_for_together(asker: Any) -> None:  # noqa: ANN401 # a fixture
    def tests(query: str) -> list[int]:
        content = asker.get(f"/arrow/metrics/discharge_capacity{query}").content
        return list(dict.fromkeys(stream(content).read_all()["test_id"].to_pylist()))

    assert tests("?test=2") == [2]
    assert tests("?test=2&test=1") == [1, 2]
    assert tests("?test=1&cell=2") == [1, 2]
    assert tests("?cell=1") == [1]
    assert tests("") == [1, 2]


def test_an_argument_is_given_by_its_name(asker: Any) -> None:  # noqa: ANN401 # a fixture
    path = "/arrow/metrics/coulombic_efficiency?test=2&order={}"
    one, other = (
        stream(asker.get(path.format(order)).content).read_all()["coulombic_efficiency"].to_pylist()
        for order in ("discharge_over_charge", "charge_over_discharge")
    )
    assert one == pytest.approx([1 / value for value in other])
    several = asker.get(
        "/arrow/metrics/differential_capacity?test=1&cycles=2,3&voltage_step_volt=0.05"
    )
    assert set(stream(several.content).read_all()["cycle_count"].to_pylist()) == {2, 3}


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/arrow/metrics/discharge_capacty", 404, "did you mean discharge_capacity"),
        ("/arrow/metrics/claim_want", 404, "it serves claim_verdict"),
        ("/arrow/metrics/discharge_capacity?test=99", 404, "known: 1, 2, 3"),
        ("/arrow/metrics/discharge_capacity?cell=99", 404, "known: 1, 2"),
        ("/arrow/metrics/discharge_capacity?test=x", 400, "a whole number"),
        ("/arrow/metrics/discharge_capacity?tests=1", 400, "test, cell, format"),
        ("/arrow/metrics/discharge_capacity?format=xlsx", 404, "arrow, csv, parquet"),
        ("/arrow/metrics/coulombic_efficiency?order=up", 400, "discharge_over_charge"),
        ("/arrow/metrics/capacity_retention?reference=0", 400, "from 1"),
        ("/arrow/points/99", 404, "known: 1, 2"),
        ("/arrow/points/3", 404, "known: 1, 2"),
        ("/arrow/points/one", 400, "a whole number"),
        ("/arrow/points/1?column=volts", 404, "voltage_volt"),
        ("/arrow/points/1?start_second=soon", 400, "a number of seconds"),
        ("/arrow/points/1?start_second=9&end_second=1", 400, "from 9 s on"),
        ("/arrow/points/1?start=1", 400, "start_second"),
    ],
)
def test_what_is_not_known_is_told_in_json(asker: Any, path: str, status: int, told: str) -> None:  # noqa: ANN401 # a fixture
    response = asker.get(path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/json"
    assert told in response.json()["error"]
