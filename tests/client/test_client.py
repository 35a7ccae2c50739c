"""What is asked through the client is what the service answers."""

from collections.abc import Callable
from typing import Any

import httpx
import leyden_client
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from leyden_client import Client, LeydenError, Refused, Table, Unsuitable

FULL_CELL = "synthetic-lfp-25uA"


def test_cells_are_all_or_those_that_meet_conditions(client: Client) -> None:
    every = client.cells()
    names = every["cell_name"].to_pylist()
    document = "query($where: CellWhere) { cells(where: $where, first: 500) { nodes { name } } }"
    assert names == _names(client.query(document, where={}))
    where = {"layers": {"some": {"substance": {"eq": "PB"}, "thickness_um": {"lt": 2}}}}
    of_graphql = {"layers": {"some": {"substance": {"eq": "PB"}, "thicknessUm": {"lt": 2}}}}
    some = client.cells(where=where, columns=["cell_name", "area_cm2"])
    assert some.columns == ["cell_id", "cell_name", "area_cm2"]
    assert 0 < len(some) < len(every)
    assert some["cell_name"].to_pylist() == _names(client.query(document, where=of_graphql))


def _names(answer: dict[str, Any]) -> list[str]:
    return [node["name"] for node in answer["cells"]["nodes"]]


def test_what_nothing_meets_is_no_row_and_not_all(client: Client) -> None:
    none = client.cells(where={"area_cm2": {"gt": 1e9}})
    assert len(none) == 0
    assert none.columns == client.cells().columns
    assert len(client.tests(where={"name": {"eq": "nobody"}})) == 0


def test_what_names_nothing_is_declined_and_never_all(client: Client) -> None:
    asks: list[Callable[[], Table]] = [
        lambda: client.cycles([]),
        lambda: client.steps(cell=()),
        lambda: client.points([]),
        lambda: client.metric("discharge_capacity", cells=[]),
        lambda: client.cells(columns=[]),
    ]
    for ask in asks:
        with pytest.raises(Unsuitable, match="None for all"):
            ask()


def test_a_test_is_named_by_its_id_or_its_name(client: Client) -> None:
    tests = client.tests(where={"name": {"starts_with": FULL_CELL}})
    (identity,) = tests["test_id"].to_pylist()
    for kind in (client.steps, client.cycles):
        assert kind(identity).arrow.equals(kind(FULL_CELL).arrow)
    assert client.points(identity).arrow.equals(client.points(FULL_CELL).arrow)


def test_cycles_are_those_that_graphql_tells(client: Client) -> None:
    (identity,) = client.tests(where={"name": {"eq": FULL_CELL}})["test_id"].to_pylist()
    document = "query($id: ID!) { test(id: $id) { cycles { cycleCount dischargeCapacityAh } } }"
    answer = client.query(document, id=str(identity))["test"]["cycles"]
    cycles = client.cycles(FULL_CELL)
    assert cycles["cycle_count"].to_pylist() == answer["cycleCount"]
    assert cycles["discharge_capacity_ah"].to_pylist() == answer["dischargeCapacityAh"]


def test_points_of_a_window_are_a_part_of_all_of_them(client: Client) -> None:
    every = client.points(FULL_CELL, columns=["test_time_second", "voltage_volt"])
    time = every["test_time_second"].to_numpy()
    part = client.points(FULL_CELL, every.columns, start_second=7e4, end_second=1e5 + 0.125)
    inside = (time >= 7e4) & (time < 1e5 + 0.125)
    assert 0 < len(part) < len(every)
    assert np.array_equal(part["voltage_volt"], every["voltage_volt"].to_numpy()[inside])


def test_spectra_are_of_a_cell_or_of_a_test(client: Client) -> None:
    tests = client.tests(where={"technique": {"eq": "EIS"}, "cell_id": {"is_null": False}})
    cell = tests["cell_id"][0].as_py()
    of_cell = client.spectra(cell=cell)
    own = tests.arrow.filter(pc.equal(tests["cell_id"], cell))["test_id"].to_pylist()
    assert of_cell.arrow.equals(client.spectra(own).arrow)
    assert set(of_cell["test_id"].to_pylist()) == set(own)


def test_a_metric_takes_its_arguments_as_python_has_them(client: Client) -> None:
    name = "differential_capacity"
    asked: dict[str, Any] = {"cycles": np.array([2, 3]), "voltage_step_volt": np.float64(0.05)}
    table = client.metric(name, tests=[FULL_CELL], **asked)
    assert set(table["cycle_count"].to_pylist()) == {2, 3}
    assert table.told["arguments"]["cycles"] == [2, 3]
    assert table.told["arguments"]["voltage_step_volt"] == 0.05
    assert table.told["relation"] == name
    default = client.metric(name, tests=[FULL_CELL], columns="cycle_count", cycles=[1])
    assert default.columns[:2] == ["test_id", "cycle_count"]
    order = client.metric("coulombic_efficiency", tests=FULL_CELL, order="discharge_over_charge")
    assert order.told["arguments"]["order"] == "discharge_over_charge"


def test_a_metric_of_cells_is_that_of_graphql(client: Client) -> None:
    cells = client.cells(where={"configuration": {"eq": "Li/IL@PB@LATP/Li"}}, columns="cell_id")
    ids = cells["cell_id"].to_pylist()
    table = client.metric("time_to_failure", cells=ids)
    document = "query($cells: [ID!]) { timeToFailure(cells: $cells) { testId timeHour status } }"
    answer = client.query(document, cells=[str(each) for each in ids])["timeToFailure"]
    assert [str(each) for each in table["test_id"].to_pylist()] == answer["testId"]
    assert table["time_hour"].to_pylist() == answer["timeHour"]
    assert table["status"].to_pylist() == answer["status"]


def test_metrics_tell_what_there_is_and_what_each_takes(client: Client) -> None:
    metrics = {row["name"]: row for row in client.metrics().arrow.to_pylist()}
    answer = client.query("{ metrics { name main } }")["metrics"]
    assert {name: row["main"] for name, row in metrics.items()} == {
        m["name"]: m["main"] for m in answer
    }
    assert metrics["arrhenius"]["unit"] == "eV"
    assert "weighting: one of errors, none" in metrics["arrhenius"]["takes"]


def test_files_that_rest_are_scanned_where_they_are(client: Client) -> None:
    files = client.files(FULL_CELL)
    (path,) = (row["path"] for row in files.arrow.to_pylist() if row["kind"] == "points")
    scanned = pl.scan_parquet(client.url + path).select("voltage_volt").collect()
    points = client.points(FULL_CELL, columns=["voltage_volt"])
    assert scanned["voltage_volt"].to_list() == points["voltage_volt"].to_pylist()


def test_every_column_tells_its_unit_and_meaning(client: Client) -> None:
    for table in (client.cycles(FULL_CELL), client.cells(), client.metric("arrhenius")):
        assert set(table.units) == set(table.meanings) == set(table.columns)
        assert all(table.meanings.values())
    assert client.cycles(FULL_CELL).units["discharge_capacity_ah"] == "A·h"


def test_a_refusal_has_the_sentence_and_the_code_of_the_service(client: Client) -> None:
    path = "/arrow/steps?test=synthetic-lfp-25uB"
    body = httpx.get(client.url + path).json()
    with pytest.raises(Refused) as refused:
        client.steps("synthetic-lfp-25uB")
    assert (str(refused.value), refused.value.code) == (body["error"], "UNKNOWN_NAME")
    assert refused.value.status == 404
    assert FULL_CELL in refused.value.known
    with pytest.raises(Refused, match="Cannot query field") as refused:
        client.query("{ nothing }")
    assert (refused.value.code, refused.value.data) == ("BAD_REQUEST", None)
    with pytest.raises(Refused) as refused:
        client.metric("a/b?c#d")
    assert refused.value.status == 404


def test_every_error_is_a_leyden_error_with_a_code() -> None:
    errors = [getattr(leyden_client, name) for name in leyden_client.__all__]
    kinds = [each for each in errors if isinstance(each, type) and issubclass(each, Exception)]
    raised = [each for each in kinds if not issubclass(each, Warning)]
    assert len(raised) == 9
    assert all(issubclass(each, LeydenError) for each in raised)


def test_a_table_is_shown_with_its_units(client: Client) -> None:
    table = client.points(FULL_CELL, columns=["test_time_second", "voltage_volt"])
    shown = repr(table)
    assert shown.startswith(f"points · {len(table):,} rows · snapshot ")
    assert "voltage_volt [V]" in shown
    page = table._repr_html_()
    assert "<th" in page
    assert "<small>V</small>" in page


def test_a_table_is_one_call_away_from_what_people_compute_with(client: Client) -> None:
    table = client.cycles(FULL_CELL)
    capacity = table["discharge_capacity_ah"].to_pylist()
    assert table.polars()["discharge_capacity_ah"].to_list() == capacity
    assert pl.DataFrame(table)["discharge_capacity_ah"].to_list() == capacity
    assert pa.table(table).equals(table.arrow)
    frame = table.pandas()
    assert frame["discharge_capacity_ah"].tolist() == capacity
    assert frame.attrs["units"]["discharge_capacity_ah"] == "A·h"
    assert table.numpy()["discharge_capacity_ah"].tolist() == capacity
    missing = Table(pa.table({"whole": pa.array([1, None], pa.int64())}))
    assert np.isnan(missing.numpy()["whole"][1])
