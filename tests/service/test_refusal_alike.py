"""What GraphQL refuses, /arrow refuses: with the same code, in the same sentence.

What a document cannot even say, a choice that is none or a text for a number, GraphQL refuses by
its own rules before anything is asked.
"""

from typing import Any

import pytest
from sqlalchemy import update

from schema.catalog import Test
from schema.catalog.connection import change

CASES = [
    # what is asked of a metric, as GraphQL has it and as an address has it
    ("dischargeCapacity", '(tests: ["99"])', "discharge_capacity", "test=99"),
    ("dischargeCapacity", '(cells: ["99"])', "discharge_capacity", "cell=99"),
    ("dischargeCapacity", '(tests: ["0"])', "discharge_capacity", "test=0"),
    ("dischargeCapacity", '(tests: ["1", "98", "99"])', "discharge_capacity", "test=1&test=98"),
    ("dischargeCapacity", '(cells: ["LFP-1"])', "discharge_capacity", "cell=LFP-1"),
    ("dischargeCapacity", '(tests: ["none"])', "discharge_capacity", "test=none"),
    ("capacityRetention", "(reference: 0)", "capacity_retention", "reference=0"),
    ("replicateStatistic", "(whisker: -1)", "replicate_statistic", "whisker=-1"),
    ("replicateStatistic", "(confidence: 2.5)", "replicate_statistic", "confidence=2.5"),
    ("cellPolarization", "(cycles: [0])", "cell_polarization", "cycles=0"),
]


@pytest.mark.parametrize(("name", "arguments", "path", "query"), CASES)
def test_they_are_refused_alike(
    asker: Any,  # noqa: ANN401 # a fixture
    *,
    name: str,
    arguments: str,
    path: str,
    query: str,
) -> None:
    error = asker.error(f"{{ {name}{arguments} {{ rowCount }} }}")
    refused = asker.get(f"/arrow/metrics/{path}?{query}").json()
    assert (error["extensions"]["code"], error["message"]) == (refused["code"], refused["error"])


def test_a_metric_that_is_none_is_refused_alike(asker: Any) -> None:  # noqa: ANN401 # a fixture
    for name in ("discharge_capacty", "half_cycle_run"):
        error = asker.error("query ($n: [String!]) { metrics(names: $n) { name } }", n=[name])
        refused = asker.get(f"/arrow/metrics/{name}").json()
        refused_by_graphql = (error["extensions"]["code"], error["message"])
        assert refused_by_graphql == (refused["code"], refused["error"])


@pytest.mark.slow
def test_a_name_that_several_have_is_refused_alike(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    with change(warehouse.engine, "rename") as (session, _):
        session.execute(update(Test).where(Test.id.in_([1, 2])).values(name="twin"))
    error = asker.error('{ dischargeCapacity(tests: ["twin"]) { rowCount } }')
    refused = asker.get("/arrow/metrics/discharge_capacity?test=twin").json()
    assert (error["extensions"]["code"], error["message"]) == (refused["code"], refused["error"])
    assert refused["code"] == "AMBIGUOUS_NAME"


def test_a_file_that_cannot_be_read_is_told_alike(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    warehouse.supersede(1, warehouse.stretches(2))
    for path in warehouse.lake.path("step").glob("1-*.parquet"):
        path.chmod(0o644)
        path.write_bytes(b"damaged")
    error = asker.error('{ dischargeCapacity(tests: ["1"]) { rowCount } }')
    refused = asker.get("/arrow/metrics/discharge_capacity?test=1").json()
    assert (error["extensions"]["code"], error["message"]) == (refused["code"], refused["error"])
    assert refused["code"] == "LAKE_FILE_UNREADABLE"
