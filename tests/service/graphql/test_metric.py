"""Metrics over GraphQL: each is a field made from its file."""

import shutil
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.ipc
import pytest
from hypothesis import HealthCheck, given, strategies

from service.graphql.build.table import camel
from service.metric.library import FOLDER, read_metrics
from service.shown import shown
from tests.law import law

SUM = """-- Charge sum
--
-- All charge that passed in a cycle, whichever way.
--
-- grain:      test_id, cycle_count
-- column:     charge_sum_ah | A·h | charge and discharge together
-- column:     sum_error_ah | A·h | one per cent of it
-- column:     status | | ok
-- column:     reason | | null
-- main:       charge_sum_ah, error: sum_error_ah
-- takes:      times | number(0..10) | 1 | factor
-- takes:      way | text(both, charge-only) | both | which of them
-- needs:      cycle, discharge_capacity
-- reference:  nobody
SELECT
    cycle.test_id,
    cycle.cycle_count,
    $times * (
        cycle.charge_capacity_ah
        + CASE WHEN $way = 'both' THEN discharge_capacity.discharge_capacity_ah ELSE 0 END
    ) AS charge_sum_ah,
    0.01 * charge_sum_ah AS sum_error_ah,
    'ok' AS status, CAST(NULL AS VARCHAR) AS reason
FROM cycle
JOIN discharge_capacity
    ON discharge_capacity.test_id = cycle.test_id
    AND discharge_capacity.cycle_count = cycle.cycle_count;

-- example: one and two are three
WITH cycle(test_id, cycle_count, charge_capacity_ah, discharge_capacity_ah) AS (
    VALUES (1, 1, 1.0, 2.0)
)
SELECT charge_sum_ah = 3 FROM charge_sum;
"""
OF_ROWS = [each for each in shown(read_metrics()).values() if "test_id" in each.grain]
CAPACITY = "{ testId cycleCount dischargeCapacityAh specificDischargeCapacityMahPerG missing }"


def test_a_metric_answers_with_one_list_per_column(asker: Any) -> None:  # noqa: ANN401 # a fixture
    found = asker.data(f'{{ dischargeCapacity(tests: ["1"]) {CAPACITY} }}')["dischargeCapacity"]
    assert found["testId"] == ["1"] * 5
    assert found["cycleCount"] == [1, 2, 3, 4, 5]
    assert found["dischargeCapacityAh"] == pytest.approx([1e-3 * 0.98**n for n in range(5)])
    assert found["specificDischargeCapacityMahPerG"][0] == pytest.approx(100)
    assert found["missing"] == [None] * 5


def test_an_unknown_mass_makes_a_null_and_a_reason(asker: Any) -> None:  # noqa: ANN401 # a fixture
    found = asker.data(f'{{ dischargeCapacity(tests: ["2"]) {CAPACITY} }}')["dischargeCapacity"]
    assert found["specificDischargeCapacityMahPerG"] == [None] * 3
    assert all("mass" in reason for reason in found["missing"])


def test_tests_and_cells_are_asked_for_together_and_each_counts_once(asker: Any) -> None:  # noqa: ANN401 # a fixture
    found = asker.data(
        """
        {
          both: dischargeCapacity(tests: ["2", "1"], cells: ["1"]) { testId rowCount }
          cell: dischargeCapacity(cells: ["2"]) { testId }
          all: dischargeCapacity { testId }
          none: dischargeCapacity(tests: []) { testId rowCount }
        }
        """
    )
    assert found["both"] == {"testId": ["1"] * 5 + ["2"] * 3, "rowCount": 8}
    assert found["cell"]["testId"] == ["2"] * 3
    assert found["all"]["testId"] == found["both"]["testId"]
    assert found["none"] == {"testId": [], "rowCount": 0}


def test_a_test_or_cell_nobody_has_is_an_error(asker: Any) -> None:  # noqa: ANN401 # a fixture
    for scope in ('tests: ["99"]', 'cells: ["99"]', 'tests: ["x"]'):
        error = asker.error(f"{{ dischargeCapacity({scope}) {{ rowCount }} }}")
        assert error["extensions"]["code"] in {"UNKNOWN_NAME", "INVALID_ARGUMENT"}


def test_the_same_metric_hangs_on_test_and_on_cell(asker: Any) -> None:  # noqa: ANN401 # a fixture
    found = asker.data(
        f"{{ tests {{ nodes {{ dischargeCapacity {CAPACITY} }} }}"
        f"  cells {{ nodes {{ dischargeCapacity {CAPACITY} }} }}"
        f"  dischargeCapacity {CAPACITY} }}"
    )
    first, second, third = (node["dischargeCapacity"] for node in found["tests"]["nodes"])
    assert [each["dischargeCapacity"] for each in found["cells"]["nodes"]] == [first, second]
    whole = found["dischargeCapacity"]
    assert whole == {name: first[name] + second[name] for name in whole}
    assert third["testId"] == []


@pytest.mark.slow
def test_a_cell_without_a_test_has_the_columns_and_no_rows(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    warehouse.add_cell("new")
    found = asker.data(f'{{ cell(name: "new") {{ dischargeCapacity {CAPACITY} }} }}')
    assert set(map(len, found["cell"]["dischargeCapacity"].values())) == {0}


def test_many_tests_are_one_question(asker: Any) -> None:  # noqa: ANN401 # a fixture
    before = asker.number("leyden_questions_total")
    asker.data(
        """
        {
          tests {
            nodes {
              dischargeCapacity { cycleCount }
              again: dischargeCapacity { cycleCount trace { metric } }
              coulombicEfficiency { rowCount }
              other: coulombicEfficiency(order: DISCHARGE_OVER_CHARGE) { rowCount }
            }
          }
        }
        """
    )
    assert asker.number("leyden_questions_total") - before == 3


def test_whatever_a_document_asks_of_rows_it_has(asker: Any) -> None:  # noqa: ANN401 # a fixture
    """Only columns that are asked for are read; a column that was not would be a null."""
    (whole,) = asker.data(f'{{ dischargeCapacity(tests: ["1"]) {CAPACITY} }}').values()
    found = asker.data(
        """
        query ($yes: Boolean = true) {
          few: tests(first: 1) { nodes { ...F } }
          more: tests(first: 1) { nodes { ...F dischargeCapacity { dischargeCapacityAh } } }
          cell(id: "1") { ...G ... on Cell { own: dischargeCapacity { ... { testId } ...H } } }
        }
        fragment F on Test { dischargeCapacity { cycleCount ...H @include(if: $yes) } }
        fragment G on Cell { tests(first: 1) { dischargeCapacity { rowCount } } }
        fragment H on DischargeCapacity { missing specific: specificDischargeCapacityMahPerG }
        """
    )
    specific = {"missing": whole["missing"], "specific": whole["specificDischargeCapacityMahPerG"]}
    few = {"cycleCount": whole["cycleCount"], **specific}
    more = {**few, "dischargeCapacityAh": whole["dischargeCapacityAh"]}
    assert found["few"]["nodes"] == [{"dischargeCapacity": few}]
    assert found["more"]["nodes"] == [{"dischargeCapacity": more}]
    assert found["cell"]["own"] == {"testId": whole["testId"], **specific}
    assert found["cell"]["tests"] == [{"dischargeCapacity": {"rowCount": 5}}]


@pytest.mark.slow
@law(100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=strategies.data())
def test_some_columns_are_those_of_all(asker: Any, data: Any) -> None:  # noqa: ANN401 # fixtures
    metric = data.draw(strategies.sampled_from(OF_ROWS))
    names = [camel(each.name) for each in metric.answer]
    some = data.draw(strategies.lists(strategies.sampled_from(names), min_size=1, unique=True))
    field = camel(metric.name)
    answer = asker.data(
        f"""{{ root: {field} {{ {" ".join(names)} }}
            some: {field} {{ {" ".join(some)} }}
            tests {{ nodes {{ {field} {{ {" ".join(some)} }} }} }}
            cells {{ nodes {{ {field} {{ {" ".join(some)} }} }} }}
            of: {field}(cells: ["1", "2"]) {{ {" ".join(some)} }} }}"""
    )
    whole = {name: answer["root"][name] for name in some}
    assert answer["some"] == whole
    # a test of a pellet is of no cell
    for rows, wanted in (
        (answer["tests"]["nodes"], whole),
        (answer["cells"]["nodes"], answer["of"]),
    ):
        assert {name: [v for row in rows for v in row[field][name]] for name in some} == wanted


def test_what_is_amiss_with_a_field_is_told_of_each_row(asker: Any) -> None:  # noqa: ANN401 # a fixture
    answer = asker.answer("{ tests { nodes { id capacityRetention(reference: 0) { rowCount } } } }")
    assert [each["capacityRetention"] for each in answer["data"]["tests"]["nodes"]] == [None] * 3
    assert [each["path"] for each in answer["errors"]] == [
        ["tests", "nodes", place, "capacityRetention"] for place in range(3)
    ]
    assert "reference cannot be 0" in answer["errors"][0]["message"]


def test_an_argument_is_a_choice_and_the_trace_tells_it(asker: Any) -> None:  # noqa: ANN401 # a fixture
    query = """
    query ($order: CoulombicEfficiencyOrder!) {
      coulombicEfficiency(tests: ["2"], order: $order) {
        coulombicEfficiency
        trace { metric version arguments snapshot }
      }
    }
    """
    answers = {}
    for order in ("DISCHARGE_OVER_CHARGE", "CHARGE_OVER_DISCHARGE"):
        answers[order] = asker.data(query, order=order)["coulombicEfficiency"]
        assert answers[order]["trace"]["arguments"] == {"order": order.lower()}
    first, second = (each["coulombicEfficiency"] for each in answers.values())
    assert first == pytest.approx([1 / value for value in second])
    (catalog,) = asker.data('{ metrics(names: ["coulombic_efficiency"]) { version } }')["metrics"]
    trace = answers["DISCHARGE_OVER_CHARGE"]["trace"]
    assert (trace["metric"], trace["version"]) == ("coulombic_efficiency", catalog["version"])
    assert trace["snapshot"] == asker.get("/healthz").json()["snapshot"]


GIVEN = (
    ("coulombicEfficiency", "order: DISCHARGE_OVER_CHARGE"),
    ("capacityRetention", "reference: null"),
    ("capacityRetention", "reference: 2"),
    ("differentialCapacity", "cycles: [1, 2], voltageStepVolt: 0.01"),
    ("dcResistance", "afterSecond: 5"),
    ("cycleLife", "fraction: 0.9, quality: ANY"),
)


@pytest.mark.parametrize(
    ("field", "given"),
    [*((camel(each.name), "") for each in OF_ROWS), *GIVEN],
)
def test_a_field_of_a_row_understands_what_the_root_understands(
    asker: Any,  # noqa: ANN401 # a fixture
    field: str,
    given: str,
) -> None:
    wanted = "{ rowCount testId status trace { arguments } }"
    inside, beside = (f"({given})", f", {given}") if given else ("", "")
    answer = asker.data(
        f"""{{ root: {field}(tests: ["1"]{beside}) {wanted}
            test(id: "1") {{ own: {field}{inside} {wanted} }}
            cell(id: "1") {{ own: {field}{inside} {wanted} }} }}"""
    )
    assert answer["test"]["own"] == answer["cell"]["own"] == answer["root"]


def test_an_argument_left_out_has_its_default(asker: Any) -> None:  # noqa: ANN401 # a fixture
    found = asker.data(
        """
        {
          open: capacityRetention(tests: ["1"]) { trace { arguments } }
          null: capacityRetention(tests: ["1"], reference: null) { trace { arguments } }
          first: capacityRetention(tests: ["1"], reference: 1) { capacityRetention }
          list: differentialCapacity(tests: ["1"]) { trace { arguments } }
          lists: differentialCapacity(tests: ["1"], cycles: [2, 3]) { trace { arguments } }
        }
        """
    )
    assert found["open"]["trace"]["arguments"] == {"reference": None}
    assert found["null"] == found["open"]
    assert found["first"]["capacityRetention"][:2] == pytest.approx([1, 0.98])
    assert found["list"]["trace"]["arguments"]["cycles"] == [1]
    assert found["lists"]["trace"]["arguments"]["cycles"] == [2, 3]


def test_an_argument_out_of_its_range_is_told_so(asker: Any) -> None:  # noqa: ANN401 # a fixture
    error = asker.error('{ capacityRetention(tests: ["1"], reference: 0) { rowCount } }')
    assert error["message"] == "reference cannot be 0: it takes a whole number from 1, or null"


def test_the_metrics_tell_what_they_are(asker: Any) -> None:  # noqa: ANN401 # a fixture
    found = asker.data(
        """
        {
          metrics {
            name field title description grain main error low high needs reference sql version
            columns { name unit meaning kind }
            arguments { name takes default meaning }
          }
        }
        """
    )["metrics"]
    known = shown(read_metrics())
    assert [each["name"] for each in found] == sorted(known)
    for each in found:
        assert each["sql"] in read_metrics()[each["name"]].path.read_text(encoding="utf-8")
        assert each["columns"][0]["name"] == each["grain"][0]
        metric = known[each["name"]]
        beside = {word: each[word] for word in ("error", "low", "high") if each[word]}
        assert (each["main"], beside) == (metric.main, metric.beside)
    error = asker.error('{ metrics(names: ["discharge_capacty"]) { name } }')
    assert "did you mean discharge_capacity" in error["message"]


def test_what_only_serves_others_is_no_field_and_says_whom_it_serves(asker: Any) -> None:  # noqa: ANN401 # a fixture
    error = asker.error('{ metrics(names: ["claim_want"]) { name } }')
    assert error["extensions"]["code"] == "METRIC_NOT_SHOWN"
    assert error["message"].endswith("not shown; it serves claim_verdict")
    assert "Cannot query field" in asker.error("{ claimWant { want } }")["message"]


@pytest.mark.slow
def test_a_metric_is_one_file(tmp_path: Path, warehouse: Any, ask: Any) -> None:  # noqa: ANN401 # fixtures
    metrics = tmp_path / "metrics"
    shutil.copytree(FOLDER, metrics)
    (metrics / "charge_sum.sql").write_text(SUM, encoding="utf-8")
    asker = ask(warehouse.settings, metrics)
    sums = "{ testId cycleCount chargeSumAh }"
    found = asker.data(
        f'{{ chargeSum(tests: ["2"]) {sums} test(id: "2") {{ chargeSum {sums} }}'
        f'  cell(id: "2") {{ chargeSum {sums} }}'
        '   half: chargeSum(tests: ["2"], times: 0.5, way: CHARGE_ONLY) { chargeSumAh }'
        '   __type(name: "ChargeSum") { description fields { name description } }'
        '   metrics(names: ["charge_sum"]) { main error low high } }'
    )
    assert found["chargeSum"]["chargeSumAh"] == pytest.approx([0.0019] * 3)
    assert found["test"]["chargeSum"] == found["cell"]["chargeSum"] == found["chargeSum"]
    assert found["half"]["chargeSumAh"] == pytest.approx([0.00045] * 3)
    words = {each["name"]: each["description"] for each in found["__type"]["fields"]}
    assert words["chargeSumAh"] == "Charge and discharge together. In A·h."
    ending = "Its main column is chargeSumAh, its error sumErrorAh."
    assert found["__type"]["description"].endswith(ending)
    assert found["metrics"] == [
        {"main": "charge_sum_ah", "error": "sum_error_ah", "low": None, "high": None}
    ]
    streamed = asker.get("/arrow/metrics/charge_sum?test=2&times=0.5&way=charge-only").content
    table = pa.ipc.open_stream(BytesIO(streamed)).read_all()
    assert table.column_names[:4] == ["test_id", "cycle_count", "charge_sum_ah", "sum_error_ah"]
    assert table.schema.field("charge_sum_ah").metadata == {
        b"unit": "A·h".encode(),
        b"meaning": b"charge and discharge together",
        b"main": b"charge_sum",
        b"error": b"sum_error_ah",
    }
    assert b"main" not in table.schema.field("sum_error_ah").metadata
    assert table["charge_sum_ah"].to_pylist() == pytest.approx([0.00045] * 3)


@pytest.mark.parametrize(
    "field", ["survival", "fadeCurve", "replicateStatistic", "groupStatistics"]
)
def test_a_treatment_that_nothing_is_known_of_is_refused(asker: Any, field: str) -> None:  # noqa: ANN401 # a fixture
    error = asker.error(f'{{{field}(treatment: "nonsense") {{status}}}}')
    assert error["extensions"]["code"] == "UNKNOWN_NAME"
    assert "nonsense" in error["message"]
    name = "".join(f"_{each.lower()}" if each.isupper() else each for each in field)
    response = asker.get(f"/arrow/metrics/{name}?treatment=nonsense")
    assert (response.status_code, response.json()["code"]) == (404, "UNKNOWN_NAME")
    assert response.json()["error"] == error["message"]
