"""Questions: what they see of the store, and what they refuse."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from schema.analysis import STORED
from schema.error import InvalidArgument, UnknownName
from schema.settings import Settings
from schema.warehouse import open_warehouse
from service.metric.library import FOLDER, read_metrics
from service.metric.metric import Metric
from service.store.points import points_question
from service.store.question import AnyQuestion, asked, metric_question
from service.store.store import Store
from tests.law import thinned

Bench = Any
METRICS = read_metrics()

CENSUS = """\
-- Census
--
-- What a metric can see.
--
-- grain:      mode
-- column:     row_count | 1 | rows
-- column:     status | | ok
-- column:     reason | | null
-- main:       row_count
-- needs:      cycle, step, points, spectrum, test, cell
-- reference:  nobody
SELECT *, 'ok' AS status, CAST(NULL AS VARCHAR) AS reason
FROM (
    SELECT 'cycle' AS mode, count(*) AS row_count FROM cycle
    UNION ALL SELECT 'step', count(*) FROM step
    UNION ALL SELECT 'points', count(*) FROM points
    UNION ALL SELECT 'spectrum', count(*) FROM spectrum
    UNION ALL SELECT 'test', count(*) FROM test
    UNION ALL SELECT 'cell', count(*) FROM cell
);

-- example: a cell
WITH cell(cell_id) AS (VALUES (1))
SELECT row_count = 1 FROM census WHERE mode = 'cell';
"""


@pytest.fixture(scope="module")
def store(filled_home: Path) -> Iterator[Store]:
    """Return the store of three tests, for reading only."""
    warehouse = open_warehouse(Settings(home=filled_home))
    store = Store(warehouse.engine, warehouse.lake)
    store.refresh()
    yield store
    store.close()
    warehouse.engine.dispose()


@pytest.fixture
def own_store(warehouse: Bench) -> Iterator[Store]:
    """Return the store of a warehouse that the test changes."""
    store = Store(warehouse.engine, warehouse.lake)
    store.refresh()
    yield store
    store.close()


@pytest.fixture(scope="module")
def census(tmp_path_factory: pytest.TempPathFactory) -> Metric:
    folder = tmp_path_factory.mktemp("census") / "metrics"
    shutil.copytree(FOLDER, folder)
    (folder / "census.sql").write_text(CENSUS, encoding="utf-8")
    return read_metrics(folder)["census"]


def answer(store: Store, question: AnyQuestion) -> pa.Table:
    """Return the answer, asked without a pool."""
    with store.cursor() as cursor:
        return asked(store, cursor, question).to_arrow_table()


@pytest.mark.parametrize(
    ("tests", "seen"),
    [
        ([1], {"cycle": 5, "step": 20, "points": 3780, "spectrum": 0, "test": 1, "cell": 1}),
        ([2, 3], {"cycle": 3, "step": 6, "points": 150, "spectrum": 62, "test": 2, "cell": 1}),
        ([3], {"cycle": 0, "step": 0, "points": 0, "spectrum": 62, "test": 1, "cell": 0}),
        ([1, 1], {"cycle": 5, "step": 20, "points": 3780, "spectrum": 0, "test": 1, "cell": 1}),
        ([], dict.fromkeys(("cycle", "step", "points", "spectrum", "test", "cell"), 0)),
        ([99], dict.fromkeys(("cycle", "step", "points", "spectrum", "test", "cell"), 0)),
        (None, {"cycle": 8, "step": 26, "points": 3930, "spectrum": 62, "test": 3, "cell": 2}),
    ],
)
def test_a_metric_sees_what_was_asked_for_and_nothing_else(
    store: Store, census: Metric, tests: list[int] | None, seen: dict[str, int]
) -> None:
    rows = answer(store, metric_question(census, tests)).to_pylist()
    assert {row["mode"]: row["row_count"] for row in rows} == seen


def test_one_new_file_is_asked_and_answers(store: Store, census: Metric) -> None:
    question = metric_question(census, [1])
    table = answer(store, question)
    assert table.column_names == [column.name for column in question.columns]
    assert table.schema.field("row_count").type == pa.int64()


def _of_one_test(metric: Metric) -> bool:
    """Return whether a row speaks of one test, not of all tests of a symmetric cell or a group.

    Those have laws of their own in tests/service/metrics; what needs more of a sweep than its
    points, which nothing was computed of here, in tests/service/test_conductivity.py.
    """
    names = {metric.name, *(below.name for below in metric.below)}
    computed = {"sweep", *(each.name for each in STORED)} & set(metric.relations)
    points = {"spectrum", "real_axis_intercept", "real_axis_resistance"}
    bare = not computed or bool(points & {metric.name, *metric.needs})
    return metric.grain[0] == "test_id" and "half_cycle_run" not in names and bare


SILENT = {"voltammetry", "structure"}
"""Folders of metrics whose measurements none of the three tests holds."""
UNSEEN = {
    *("differential_curve_peak", "differential_capacity_peak", "differential_voltage_peak"),
    *("dc_polarization", "held_current", "gitt_diffusion", "pitt_diffusion"),
}
"""What is found in curves that have peaks, where a voltage is held, in pulses: none of them is."""
PER_TEST = {name: metric for name, metric in METRICS.items() if _of_one_test(metric)}


@pytest.mark.parametrize("metric", thinned(PER_TEST.values(), 4, ids=[*PER_TEST]))
def test_the_order_of_the_tests_asked_for_changes_nothing(store: Store, metric: Metric) -> None:
    one = answer(store, metric_question(metric, [1, 2, 3]))
    other = answer(store, metric_question(metric, [3, 2, 1, 1]))
    assert one.equals(other)
    silent = metric.path.parent.name in SILENT or metric.name in UNSEEN
    assert (one.num_rows > 0) != silent
    apart = [answer(store, metric_question(metric, [test])) for test in (1, 2, 3)]
    assert pa.concat_tables(apart).to_pylist() == one.to_pylist()


@pytest.mark.parametrize("metric", thinned(METRICS.values(), 3, ids=[*METRICS]))
def test_the_types_are_those_that_were_declared(store: Store, metric: Metric) -> None:
    types = {"BIGINT": "int64", "DOUBLE": "double", "VARCHAR": "string", "BOOLEAN": "bool"}
    table = answer(store, metric_question(metric, [1]))
    declared = [(column.name, types[column.kind]) for column in metric.answer]
    assert [(field.name, str(field.type)) for field in table.schema] == declared


def test_the_capacity_of_known_cycles_is_the_charge_that_was_passed(store: Store) -> None:
    table = answer(store, metric_question(METRICS["discharge_capacity"], [1]))
    expected = [0.98**cycle * 0.001 for cycle in range(5)]
    assert table["discharge_capacity_ah"].to_pylist() == pytest.approx(expected)
    assert table["specific_discharge_capacity_mah_per_g"][0].as_py() == pytest.approx(100)
    assert table["areal_discharge_capacity_mah_per_cm2"][0].as_py() == pytest.approx(0.5)


def test_arguments_are_bound_and_never_spliced(store: Store) -> None:
    metric = METRICS["coulombic_efficiency"]
    evil = "x' OR 1=1; DROP TABLE store.cycle; --"
    with pytest.raises(InvalidArgument, match="it takes one of discharge_over_charge"):
        metric_question(metric, [1], {"order": evil})
    with pytest.raises(UnknownName, match="no argument of coulombic_efficiency"):
        metric_question(metric, [1], {evil: 1})
    question = metric_question(metric, [1], {"order": "charge_over_discharge"})
    query = question.composed(store.state)
    assert "$order" in query.sql
    assert query.parameters["order"] == "charge_over_discharge"


@pytest.mark.slow
def test_points_come_with_their_own_columns_in_their_own_order(
    warehouse: Bench, own_store: Store
) -> None:
    stretches = warehouse.stretches(1)
    points = warehouse.points(stretches)
    odd = 'say "hi"; --'
    count = points.num_rows
    points = points.append_column(odd, pa.array([f"{n}" for n in range(count)]))
    test_id = warehouse.add_test("odd.mpr", stretches, points=points)
    question = points_question(own_store, test_id)
    table = answer(own_store, question)
    assert table.column_names == [column.name for column in question.columns]
    assert table[odd].to_pylist() == [f"{n}" for n in range(count)]
    assert table["record_index"].to_pylist() == list(range(1, count + 1))
    assert {column.name: column.unit for column in question.columns}["voltage_volt"] == "V"
    (only,) = answer(own_store, points_question(own_store, test_id, [odd])).column_names
    assert only == odd


def test_a_window_holds_its_start_and_not_its_end(store: Store) -> None:
    times = answer(store, points_question(store, 1, ["test_time_second"]))[0].to_pylist()
    start, end = times[100], times[200]
    window = answer(store, points_question(store, 1, ["test_time_second"], start, end))
    assert window[0].to_pylist() == times[100:200]


def test_points_that_are_not_there_are_told(store: Store) -> None:
    with pytest.raises(UnknownName, match="did you mean voltage_volt"):
        points_question(store, 1, ["voltage_vol"])
    with pytest.raises(UnknownName, match="no test with points is called '77'"):
        points_question(store, 77)
    with pytest.raises(InvalidArgument, match="a time from 5 s on"):
        points_question(store, 1, None, 5, 4)


@pytest.mark.slow
def test_a_test_of_vendor_columns_does_not_disturb_a_metric_of_all(
    warehouse: Bench, own_store: Store
) -> None:
    stretches = warehouse.stretches(1)
    points = warehouse.points(stretches)
    text = pa.array(["x"] * points.num_rows)
    warehouse.add_test("a.mpr", stretches, points=points.append_column("flag", text))
    number = pa.array([1.5] * points.num_rows)
    warehouse.add_test("b.mpr", stretches, points=points.append_column("flag", number))
    own_store.refresh()
    table = answer(own_store, metric_question(METRICS["differential_capacity"], None))
    assert len(table["test_id"].unique()) == 4
