"""The whole way on either catalog: exports in, cells entered, metrics out by GraphQL and Arrow."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from ingest.intake import take_in
from schema.settings import Settings
from schema.warehouse import open_warehouse

CREATE = """
mutation ($input: CellInput!) {
  createCell(input: $input) { __typename ... on Cell { id } ... on NameTaken { name } }
}"""
ASSIGN = """
mutation ($tests: [ID!]!, $cell: ID!) { assignTests(tests: $tests, cell: $cell) { __typename } }"""
FULL_CELL = {
    "name": "synthetic-lfp-rates",
    "configuration": "Li/IL@PB@LATP/LFP",
    "areaCm2": 0.7854,
}
ACTIVE_MASS_GRAM = 0.7854e-3
FULL_CELL_FILE = "synthetic-lfp-rates.csv"
FILES = (
    FULL_CELL_FILE,
    "synthetic-bare-50uA-0-impedance-000h.mpt",
    "synthetic-bare-50uA-1.bdf.csv",
    "synthetic-critical-current.csv",
    "synthetic-fef3-25uA.bdf.csv",
    "synthetic-pellet-1.mpt",
)
METRIC = """
query ($cells: [ID!]) {
  dischargeCapacity(cells: $cells) {
    rowCount testId cycleCount dischargeCapacityAh specificDischargeCapacityMahPerG missing
  }
}"""


@pytest.mark.slow
def test_exports_become_answers(
    nowhere: Settings,
    demo_study: Path,
    ask: Callable[..., Any],
) -> None:
    warehouse = open_warehouse(nowhere)
    outcomes = {name: take_in(warehouse, demo_study / "exports" / name) for name in FILES}
    assert {outcome.status for outcome in outcomes.values()} == {"ingested"}
    service = ask(nowhere)

    tests = service.data(
        "{ tests(first: 3, orderBy: [{field: NAME, direction: ASC}]) "
        "{ totalCount nodes { name technique pointCount files { name sha256 reader } cell { id } } "
        "pageInfo { hasNextPage endCursor } } }"
    )["tests"]
    assert tests["totalCount"] == len(outcomes)
    assert [node["name"] for node in tests["nodes"]] == [
        "synthetic-bare-50uA-0-impedance-000h",
        "synthetic-bare-50uA-1",
        "synthetic-critical-current",
    ]
    assert [node["files"][0]["reader"] for node in tests["nodes"]] == [
        "biologic_mpt",
        "battery_data_format",
        "neware_csv",
    ]
    after = tests["pageInfo"]["endCursor"]
    rest = service.data(
        "query ($after: String) { tests(after: $after, "
        "orderBy: [{field: NAME, direction: ASC}]) { nodes { name } } }",
        after=after,
    )["tests"]
    assert len(rest["nodes"]) == len(outcomes) - 3

    run = [str(outcomes[FULL_CELL_FILE].tests[0])]
    for name in ("Li", "IL", "PB", "LATP", "LFP"):
        service.data(
            "mutation ($name: String!) { createSubstance(input: {name: $name}) { __typename } }",
            name=name,
        )
    cell = service.data(CREATE, input=FULL_CELL)["createCell"]["id"]
    assert service.data(CREATE, input=FULL_CELL)["createCell"]["__typename"] == "NameTaken"
    service.data(ASSIGN, tests=run, cell=cell)

    unknown_mass = service.data(METRIC, cells=[cell])["dischargeCapacity"]
    assert set(unknown_mass["missing"]) == {"active_mass_gram"}
    assert set(unknown_mass["specificDischargeCapacityMahPerG"]) == {None}
    service.data(
        "mutation ($id: ID!, $mass: Float) "
        "{ updateCell(id: $id, input: {activeMassGram: $mass}) { __typename } }",
        id=cell,
        mass=ACTIVE_MASS_GRAM,
    )
    known = service.data(METRIC, cells=[cell])["dischargeCapacity"]
    assert set(known["missing"]) == {None}
    assert known["specificDischargeCapacityMahPerG"][0] == pytest.approx(199, rel=1e-3)
    found = service.data(
        "{ cells(where: {activeMassGram: {gte: 0.0001}}) { nodes { name tests { name } } } }"
    )
    assert [node["name"] for node in found["cells"]["nodes"]] == [FULL_CELL["name"]]

    response = service.get("/arrow/metrics/discharge_capacity", params={"test": run[0]})
    table = pa.ipc.open_stream(response.content).read_all()
    assert table["discharge_capacity_ah"].to_pylist() == known["dischargeCapacityAh"]
    points = pa.ipc.open_stream(service.get(f"/arrow/points/{run[0]}").content).read_all()
    assert points.num_rows == outcomes[FULL_CELL_FILE].points
    health = service.get("/healthz")
    assert health.status_code == 200
    warehouse.engine.dispose()
