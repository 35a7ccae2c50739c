"""Metrics and points as Arrow, Parquet and CSV."""

import json
import re
from io import BytesIO
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest
from sqlalchemy import select, update

from schema.catalog import LakeFile, Test
from schema.catalog.connection import change, look


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
    answer = asker.data('{ dischargeCapacity(tests: ["1"]) { dischargeCapacityAh } }')
    expected = answer["dischargeCapacity"]["dischargeCapacityAh"]
    assert table["discharge_capacity_ah"].to_pylist() == pytest.approx(expected)


@pytest.mark.parametrize("form", ["arrow", "parquet", "csv"])
def test_an_answer_of_no_row_still_has_its_columns(asker: Any, form: str) -> None:  # noqa: ANN401 # a fixture
    params = {"test": 3, "format": form}
    response = asker.get("/arrow/metrics/discharge_capacity", params=params)
    table = read(response.content, form)
    assert table.num_rows == 0
    assert "discharge_capacity_ah" in table.column_names


@pytest.mark.slow
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


def test_every_kind_of_row_is_had_by_id_and_by_name(asker: Any) -> None:  # noqa: ANN401 # a fixture
    for kind, rows in (("steps", 20), ("cycles", 5), ("tests", 1), ("points", 3780)):
        by_id, by_name, by_cell = (
            stream(asker.get(f"/arrow/{kind}?{named}").content).read_all()
            for named in ("test=1", "test=gcpl.mpr", "cell=LFP-01")
        )
        assert by_id.num_rows == rows
        assert by_id.equals(by_name)
        assert by_id.equals(by_cell)
    spectra = stream(asker.get("/arrow/spectra?test=peis.mpr").content).read_all()
    assert spectra["spectrum_count"].to_pylist() == [1] * 31 + [2] * 31
    cells = stream(asker.get("/arrow/cells").content).read_all()
    assert cells["cell_name"].to_pylist() == ["LFP-01", "LiS-02"]


def test_rows_are_those_that_graphql_tells(asker: Any) -> None:  # noqa: ANN401 # a fixture
    found = asker.data(
        '{ test(id: "1") { cycles { cycleCount dischargeCapacityAh } steps { mode } } }'
    )["test"]
    cycles = stream(asker.get("/arrow/cycles?test=1").content).read_all()
    capacity = found["cycles"]["dischargeCapacityAh"]
    assert cycles["discharge_capacity_ah"].to_pylist() == pytest.approx(capacity)
    steps = stream(asker.get("/arrow/steps?test=1").content).read_all()
    assert steps["mode"].to_pylist() == found["steps"]["mode"]


def test_cells_are_those_that_tests_ran_on(asker: Any) -> None:  # noqa: ANN401 # a fixture
    def names(query: str) -> list[str]:
        content = asker.get(f"/arrow/cells{query}").content
        return list(stream(content).read_all()["cell_name"].to_pylist())

    assert names("?test=rate.nda") == ["LiS-02"]
    assert names("?test=rate.nda&cell=LFP-01") == ["LFP-01", "LiS-02"]
    assert names("?test=peis.mpr") == []


@pytest.mark.slow
def test_a_name_may_hold_what_parts_other_addresses(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    name = "a,b & c=d/#1.mpr"
    warehouse.add_test(name, warehouse.stretches(1))
    response = asker.get("/arrow/tests", params={"test": [name, "gcpl.mpr"]})
    assert stream(response.content).read_all()["test_name"].to_pylist() == ["gcpl.mpr", name]


@pytest.mark.slow
def test_a_name_that_two_tests_have_is_declined_with_their_ids(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    again = warehouse.add_test("elsewhere", warehouse.stretches(1))
    with change(warehouse.engine, "renamed") as (session, _):
        session.execute(update(Test).where(Test.id == again).values(name="gcpl.mpr"))
    response = asker.get("/arrow/steps?test=gcpl.mpr")
    assert (response.status_code, response.json()["code"]) == (400, "AMBIGUOUS_NAME")
    assert response.json()["known"] == ["1", str(again)]
    assert asker.get(f"/arrow/steps?test={again}").status_code == 200


@pytest.mark.slow
def test_a_test_that_was_removed_is_named_by_nobody(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    warehouse.remove(2)
    for named in ("2", "rate.nda"):
        assert asker.get(f"/arrow/steps?test={named}").status_code == 404
    assert stream(asker.get("/arrow/steps?cell=LiS-02").content).read_all().num_rows == 0


def test_points_of_several_tests_follow_each_other_as_they_were_asked_for(asker: Any) -> None:  # noqa: ANN401 # a fixture
    one, two = (
        stream(asker.get(f"/arrow/points/{test}").content).read_all().drop(["test_id"])
        for test in (1, 2)
    )
    both = stream(asker.get("/arrow/points?test=rate.nda&test=1").content).read_all()
    assert both["test_id"].to_pylist() == [2] * two.num_rows + [1] * one.num_rows
    rows = both.drop(["test_id"]).select(one.column_names)
    assert rows.slice(0, two.num_rows).to_pylist() == two.to_pylist()
    assert rows.slice(two.num_rows).to_pylist() == one.to_pylist()


@pytest.mark.slow
def test_points_tell_the_cycle_that_their_step_is_in_now(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    stretches = warehouse.stretches(2)
    points = warehouse.points(stretches)
    before = points.set_column(
        points.column_names.index("cycle_count"),
        "cycle_count",
        pa.array([7] * points.num_rows, pa.int64()),
    )
    test = warehouse.add_test("recounted", stretches, points=before)
    steps = stream(asker.get(f"/arrow/steps?test={test}").content).read_all()
    now = dict(zip(steps["step_count"].to_pylist(), steps["cycle_count"].to_pylist(), strict=True))
    path = f"/arrow/points?test={test}&column=step_count&column=cycle_count"
    table = stream(asker.get(path).content).read_all()
    assert table.column_names == ["test_id", "step_count", "cycle_count"]
    one = stream(asker.get(f"/arrow/points/{test}?column=cycle_count").content).read_all()
    assert table["cycle_count"].to_pylist() == one["cycle_count"].to_pylist()
    assert table["cycle_count"].to_pylist() == [now[n] for n in table["step_count"].to_pylist()]


@pytest.mark.slow
def test_a_column_that_one_test_lacks_is_null_in_it(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    stretches = warehouse.stretches(1)
    points = warehouse.points(stretches)
    own = points.append_column("Range", pa.array(["10 mA"] * points.num_rows))
    test = warehouse.add_test("ranged", stretches, points=own)
    table = stream(asker.get(f"/arrow/points?test=2&test={test}&column=Range").content).read_all()
    assert table["Range"].to_pylist() == [None] * 150 + ["10 mA"] * points.num_rows
    other = points.append_column("Range", pa.array([1.5] * points.num_rows))
    number = warehouse.add_test("numbered", stretches, points=other)
    refused = asker.get(f"/arrow/points?test={test}&test={number}")
    assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_ARGUMENT")
    apart = asker.get(f"/arrow/points?test={test}&test={number}&column=voltage_volt")
    assert apart.status_code == 200


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/arrow/points/1", {"leyden.relation": "points"}),
        ("/arrow/points?test=1", {"leyden.relation": "points"}),
        ("/arrow/cells?cell=1", {"leyden.relation": "cell"}),
        (
            "/arrow/metrics/coulombic_efficiency?order=charge_over_discharge",
            {"leyden.relation": "coulombic_efficiency"},
        ),
    ],
)
def test_rows_tell_what_they_are_and_of_which_snapshot(
    asker: Any,  # noqa: ANN401 # a fixture
    path: str,
    words: dict[str, str],
) -> None:
    schema = stream(asker.get(path).content).schema
    metadata = {name.decode(): value.decode() for name, value in schema.metadata.items()}
    assert words.items() <= metadata.items()
    assert metadata["leyden.meaning"]
    assert int(metadata["leyden.snapshot"]) == asker.get("/healthz").json()["snapshot"]
    if "metrics" in path:
        assert re.fullmatch("[0-9a-f]{12}", metadata["leyden.metric_version"])
        assert json.loads(metadata["leyden.arguments"])["order"] == "charge_over_discharge"
    for field in schema:
        assert {b"unit", b"meaning"} <= field.metadata.keys()
    parquet = asker.get(f"{path}{'&' if '?' in path else '?'}format=parquet")
    assert b"leyden.snapshot" in pq.read_schema(BytesIO(parquet.content)).metadata


@pytest.mark.slow
def test_a_damaged_file_is_told_with_answers_about_everything(warehouse: Any, ask: Any) -> None:  # noqa: ANN401 # fixtures
    with look(warehouse.engine) as session:
        lost = select(LakeFile.path).where(LakeFile.test_id == 2, LakeFile.kind == "steps")
        path = warehouse.lake.path(session.scalar(lost))
    path.chmod(0o644)
    path.write_bytes(b"no Parquet")
    asker = ask(warehouse.settings)
    table = stream(asker.get("/arrow/steps").content).read_all()
    assert set(table["test_id"].to_pylist()) == {1}
    assert json.loads(table.schema.metadata[b"leyden.left_out"]) == [2]
    named = asker.get("/arrow/steps?test=2")
    assert (named.status_code, named.json()["code"]) == (503, "LAKE_FILE_UNREADABLE")


def test_what_there_is_can_be_looked_up_before_it_is_asked_for(asker: Any) -> None:  # noqa: ANN401 # a fixture
    index = asker.get("/arrow").json()
    assert (index["program"], index["interface"]) == ("leyden", 1)
    for each in index["rows"]:
        query = "?test=1" if each["name"] == "points" else ""
        schema = stream(asker.get(each["path"] + query).content).schema
        assert set(schema.names) <= {column["name"] for column in each["columns"]}
    efficiency = next(m for m in index["metrics"] if m["name"] == "coulombic_efficiency")
    schema = stream(asker.get(efficiency["path"]).content).schema
    assert schema.names == [column["name"] for column in efficiency["columns"]]
    assert "order" in [each["name"] for each in efficiency["arguments"]]


def test_who_asks_for_the_headers_alone_costs_no_question(asker: Any) -> None:  # noqa: ANN401 # a fixture
    before = asker.number("leyden_questions_total")
    response = asker.request("HEAD", "/arrow/points?test=1&format=parquet")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/vnd.apache.parquet"
    assert response.headers["accept-ranges"] == "none"
    assert asker.number("leyden_questions_total") == before


def test_a_column_is_told_once_however_often_it_is_asked_for(asker: Any) -> None:  # noqa: ANN401 # a fixture
    many = "&".join(["column=voltage_volt"] * 2_800)
    for path in ("/arrow/points/1?", "/arrow/points?test=1&", "/arrow/steps?"):
        response = asker.get(path + many)
        assert (response.status_code, response.json()["code"]) == (400, "INVALID_ARGUMENT")
        assert "each column once" in response.json()["error"]


def test_graphql_and_arrow_decline_in_the_same_words(asker: Any) -> None:  # noqa: ANN401 # a fixture
    cases = (
        ('{ test(id: "1") { series { column(name: "volts") } } }', "/arrow/points/1?column=volts"),
        (
            "{ capacityRetention(reference: 0) { testId } }",
            "/arrow/metrics/capacity_retention?reference=0",
        ),
        (
            '{ test(id: "1") { series(window: {startSecond: 9, endSecond: 1}) { voltageVolt } } }',
            "/arrow/points/1?start_second=9&end_second=1",
        ),
    )
    for query, path in cases:
        error, refusal = asker.error(query), asker.get(path).json()
        assert (error["message"], error["extensions"]["code"]) == (
            refusal["error"],
            refusal["code"],
        )


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("/arrow/metrics/discharge_capacty", 404, "did you mean discharge_capacity"),
        ("/arrow/metrics/claim_want", 404, "it serves claim_verdict"),
        ("/arrow/metrics/discharge_capacity?test=99", 404, "known: 1, 2, 3"),
        ("/arrow/metrics/discharge_capacity?cell=99", 404, "known: 1, 2"),
        ("/arrow/metrics/discharge_capacity?test=x", 404, "known: gcpl.mpr"),
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
        ("/arrow/points/1?start_second=nan", 400, "a number of seconds"),
        ("/arrow/points/1?start_second=1&start_second=2", 400, "give it once"),
        ("/arrow/points/gcpl.mpr", 400, "/arrow/points?test= takes names"),
        ("/arrow/points", 400, "an id or a name"),
        ("/arrow/points?test=3", 404, "known: 1, 2"),
        ("/arrow/points?test=1&test=2&column=volts", 404, "voltage_volt"),
        ("/arrow/steps?test=gcpl", 404, "did you mean gcpl.mpr"),
        ("/arrow/steps?cell=LFP-1", 404, "did you mean LFP-01"),
        ("/arrow/steps?column=modes", 404, "did you mean mode"),
        ("/arrow/steps?test=" + "9" * 19, 404, "no test is called"),
        ("/arrow/steps?test=%00", 404, "known: gcpl.mpr"),
        ("/arrow/steps?format=csv&format=arrow", 400, "give it once"),
        ("/arrow/metrics/discharge_capacity?column=volts", 404, "column of discharge_capacity"),
    ],
)
def test_what_is_not_known_is_told_in_json(
    asker: Any,  # noqa: ANN401 # a fixture
    path: str,
    status: int,
    message: str,
) -> None:
    response = asker.get(path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/json"
    assert message in response.json()["error"]
