"""What holds for every metric file there is."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from service.metric.composer import Rests, compose
from service.metric.example import untrue
from service.metric.library import read_metrics
from service.metric.metric import Metric
from service.metric.relation import RELATIONS
from service.metric.scope import POINTS_FILES, used
from service.shown import shown
from service.store.question import asked, metric_question
from service.store.store import Store
from tests.law import sparser
from tests.service.metrics.sweeps import is_silent, tells_of_sweeps

Ask = Callable[..., list[dict[str, Any]]]
STATUSES = {"ok", "low_quality", "censored", "not_comparable", "not_computable"}
METRICS = read_metrics()
every_metric = pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS.keys())


@every_metric
def test_its_examples_hold(metric: Metric) -> None:
    assert list(untrue(metric, is_silent)) == []


@pytest.mark.parametrize("metric", shown(METRICS).values(), ids=shown(METRICS).keys())
def test_it_says_by_which_formula(metric: Metric) -> None:
    assert len(metric.formula) > 10
    assert not metric.formula.endswith(".")


@every_metric
def test_its_file_is_narrow_enough_to_read(metric: Metric) -> None:
    lines = metric.path.read_text(encoding="utf-8").splitlines()
    assert max(map(len, lines)) <= 100


@every_metric
def test_it_keeps_to_sql_that_other_engines_know(metric: Metric) -> None:
    words = set(re.findall(r"[a-z_]+", metric.sql.lower()))
    refused = {"qualify", "asof", "time_bucket", "quantile", "percentile_cont"}
    assert not words & refused


@every_metric
def test_every_divisor_is_kept_from_zero(metric: Metric) -> None:
    divisors = re.findall(r"/\s*(\w+\(?|\$\w+)", re.sub(r"'[^']*'", "''", metric.sql))
    constants = {"2", "3600", "$voltage_step_volt"}  # the last one is refused below 0.0001
    assert set(divisors) <= {"nullif(", *constants}


@every_metric
def test_it_says_what_it_needs(metric: Metric) -> None:
    assert set(metric.needs) <= {*RELATIONS, *METRICS}
    assert all(re.search(rf"\b{name}\b", metric.sql) for name in metric.needs)


@every_metric
def test_every_row_of_the_demo_says_how_far_it_is_to_be_trusted(
    metric: Metric, demo_store: Store
) -> None:
    with demo_store.cursor() as cursor:
        rows = asked(demo_store, cursor, metric_question(metric, None)).to_arrow_table()
    assert rows.num_rows > 0
    for status, reason, main in zip(
        *(rows[name].to_pylist() for name in ("status", "reason", metric.main)), strict=True
    ):
        assert status in STATUSES
        assert (status == "ok") == (reason is None)
        assert main is not None or status != "ok"


@every_metric
def test_what_reads_points_or_is_not_kept_says_why(metric: Metric) -> None:
    assert metric.is_materialized == (metric.unmaterialized is None)
    assert metric.is_materialized or len(metric.unmaterialized or "") > 20


PLACE = {name: place for place, name in enumerate(METRICS)}
OF_CELLS = {name: each for name, each in METRICS.items() if each.reach != "whole"}


def held_alone(metric: Metric, store: Store, rests: Rests) -> None:
    """Hold what every seventh test is asked against what the whole store says of it.

    On every change fewer are asked. No two metrics next to each other ask the same ones.
    """
    owner = f"{metric.reach}_id"
    with store.cursor() as cursor:
        whole = asked(store, cursor, metric_question(metric, None)).to_arrow_table()
    every = sparser(7)
    for test in list(store.state.subject_of)[PLACE[metric.name] % every :: every]:
        scope = store.state.scope([test])
        assert scope is not None
        query = compose(metric, {}, scope, rests)
        files = {POINTS_FILES: store.points_files(store.state, [test])}
        parameters = used(query.sql, {**query.parameters, **files})
        with store.cursor() as cursor:
            alone = cursor.sql(query.sql, params=parameters).to_arrow_table()
        owners = {"test_id": [test], "cell_id": list(scope.cells)}[owner]
        same = whole.filter(pc.is_in(whole[owner], pa.array(owners, pa.int64())))
        for one, other in zip(alone.to_pylist(), same.to_pylist(), strict=True):
            for name, value in one.items():
                if isinstance(value, float):
                    assert value == pytest.approx(other[name], rel=1e-9, abs=1e-12, nan_ok=True)
                else:
                    assert value == other[name]


of_cells = pytest.mark.parametrize("metric", OF_CELLS.values(), ids=OF_CELLS.keys())


@of_cells
def test_what_one_test_is_asked_is_what_the_whole_store_says_of_it(
    metric: Metric, demo_store: Store
) -> None:
    """Computed of what rests below it, which is held itself: so all that stands on it is held."""

    def rests(each: Metric) -> bool:
        assert demo_store.state.rests(each, None) == each.is_materialized
        return each is not metric and each.is_materialized

    held_alone(metric, demo_store, rests)


@pytest.mark.slow
@of_cells
def test_so_it_is_when_nothing_below_it_rests(metric: Metric, demo_store: Store) -> None:
    held_alone(metric, demo_store, lambda _: False)


SILENT = [name for name, each in METRICS.items() if tells_of_sweeps(each)]


@pytest.mark.parametrize("name", SILENT)
def test_where_nothing_was_swept_nothing_is_told_of_sweeps(name: str, ask: Ask) -> None:
    """Which is why neither ``ask`` nor an example need compute it."""
    things: dict[str, list[dict[str, Any]]] = {
        "test": [{"test_id": 1, "cell_id": 1}, {"test_id": 2, "material_id": 3}],
        "cell": [{"cell_id": 1, "symmetric": True, "area_cm2": 2.0}],
        "material": [{"material_id": 3, "thickness_um": 1000.0, "area_cm2": 2.0}],
        "layer": [{"cell_id": 1, "position": 1, "material_id": 3, "role": "electrolyte"}],
        "cycled": [
            {"cell_id": 1, "test_id": 1, "started_at": datetime(2026, 2, 16, 9, tzinfo=UTC)}
            | {"duration_second": 3600.0, "step_count": 1, "start_time_second": 0.0}
        ],
    }
    assert ask(name, things) == []
