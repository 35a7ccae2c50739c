"""The whole way on either catalog: exports in, cells entered, metrics out by GraphQL and Arrow."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from demo import CELLS, write_demo
from ingest.intake import take_in
from schema.settings import Settings
from schema.warehouse import open_warehouse

CREATE = """
mutation ($input: CellInput!) {
  createCell(input: $input) { __typename ... on Cell { id } ... on NameTaken { name } }
}"""
ASSIGN = """
mutation ($tests: [ID!]!, $cell: ID!) { assignTests(tests: $tests, cell: $cell) { __typename } }"""
METRIC = """
query ($cells: [ID!]) {
  dischargeCapacity(cells: $cells) {
    rowCount testId cycleCount dischargeCapacityAh specificDischargeCapacityMahPerG missing
  }
}"""


def test_exports_become_answers(
    settings: Settings,
    tmp_path: Path,
    ask: Callable[..., Any],
) -> None:
    warehouse = open_warehouse(settings)
    outcomes = {path.name: take_in(warehouse, path) for path in write_demo(tmp_path)}
    assert {outcome.status for outcome in outcomes.values()} == {"ingested"}
    service = ask(settings)

    tests = service.data(
        "{ tests(first: 3, orderBy: [{field: NAME, direction: ASC}]) "
        "{ totalCount nodes { name technique pointCount files { name sha256 reader } cell { id } } "
        "pageInfo { hasNextPage endCursor } } }"
    )["tests"]
    assert tests["totalCount"] == len(outcomes)
    assert [node["name"] for node in tests["nodes"]] == [
        "demo-lfp-01",
        "demo-lfp-02",
        "demo-pellet-30C",
    ]
    assert tests["nodes"][0]["files"][0]["reader"] == "neware_csv"
    after = tests["pageInfo"]["endCursor"]
    rest = service.data(
        "query ($after: String) { tests(after: $after, "
        "orderBy: [{field: NAME, direction: ASC}]) { nodes { name } } }",
        after=after,
    )["tests"]
    assert len(rest["nodes"]) == len(outcomes) - 3

    plan = next(cell for cell in CELLS if cell.active_mass_gram)
    run = [str(outcomes[file].tests[0]) for file in plan.files]
    given = {"name": plan.name, "configuration": plan.configuration, "areaCm2": plan.area_cm2}
    cell = service.data(CREATE, input=given)["createCell"]["id"]
    assert service.data(CREATE, input=given)["createCell"]["__typename"] == "NameTaken"
    service.data(ASSIGN, tests=run, cell=cell)

    unknown_mass = service.data(METRIC, cells=[cell])["dischargeCapacity"]
    assert set(unknown_mass["missing"]) == {"active_mass_gram"}
    assert set(unknown_mass["specificDischargeCapacityMahPerG"]) == {None}
    service.data(
        "mutation ($id: ID!, $mass: Float) "
        "{ updateCell(id: $id, input: {activeMassGram: $mass}) { __typename } }",
        id=cell,
        mass=plan.active_mass_gram,
    )
    known = service.data(METRIC, cells=[cell])["dischargeCapacity"]
    assert set(known["missing"]) == {None}
    assert known["specificDischargeCapacityMahPerG"][0] == pytest.approx(199, rel=1e-3)
    found = service.data(
        "{ cells(where: {activeMassGram: {gte: 0.0001}}) { nodes { name tests { name } } } }"
    )
    assert [node["name"] for node in found["cells"]["nodes"]] == [plan.name]

    response = service.get("/arrow/metrics/discharge_capacity", params={"test": run[0]})
    table = pa.ipc.open_stream(response.content).read_all()
    assert table["discharge_capacity_ah"].to_pylist() == known["dischargeCapacityAh"]
    points = pa.ipc.open_stream(service.get(f"/arrow/points/{run[0]}").content).read_all()
    assert points.num_rows == outcomes[plan.files[0]].points
    health = service.get("/healthz")
    assert health.status_code == 200
    warehouse.engine.dispose()
