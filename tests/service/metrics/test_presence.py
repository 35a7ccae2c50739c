"""Where a metric has no rows: nothing is computed there, so it must be true of every metric."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from schema.relation import Column
from service.metric.composer import compose
from service.metric.condition import Condition
from service.metric.library import read_metrics
from service.metric.metric import Metric
from service.metric.relation import RELATIONS
from service.metric.scope import POINTS_FILES, under, used, whole
from service.store.presence import possible_tests
from service.store.store import Store

METRICS = read_metrics()
OF_TESTS_OR_CELLS = [each for each in METRICS.values() if each.reach != "whole" and each.sources]
CONDITIONS = [(metric, each) for metric in METRICS.values() for each in metric.only]
Query = tuple[str, dict[str, Any]]
Count = Callable[[str, dict[str, Any]], int]


@pytest.fixture
def count(demo_store: Store) -> Iterator[Count]:
    """Return how many rows a query on the demo has."""

    def counted(sql: str, parameters: dict[str, Any]) -> int:
        ((rows,),) = cursor.execute(f"SELECT count(*) FROM ({sql})", parameters).fetchall()
        return int(rows)

    with demo_store.cursor() as cursor:
        demo_store.begin(cursor)
        yield counted


def without_rows(columns: Sequence[Column]) -> str:
    """Return the query for these columns that answers no row."""
    named = ", ".join(f'CAST(NULL AS {each.kind}) AS "{each.name}"' for each in columns)
    return f"SELECT {named} LIMIT 0"


@pytest.mark.parametrize("metric", OF_TESTS_OR_CELLS, ids=lambda metric: metric.name)
def test_it_has_no_rows_where_nothing_that_it_needs_of_measurements_has_any(
    metric: Metric, count: Count
) -> None:
    without = {each.name: without_rows(each.answer) for each in metric.below}
    without |= {
        name: without_rows(RELATIONS[name].columns)
        for name in metric.needs
        if name in metric.sources or name == "cycled"
        if name in RELATIONS
    }
    needed = [(name, without.get(name) or whole(name)) for name in metric.needs]
    sql = under(needed, f"SELECT * FROM ({metric.sql})")
    assert count(sql, used(sql, metric.arguments({}))) == 0


@pytest.mark.parametrize(
    ("metric", "condition"),
    CONDITIONS,
    ids=[f"{metric.name}-{each.name}" for metric, each in CONDITIONS],
)
def test_it_has_no_rows_where_there_is_none_that_it_is_said_to_be_of_only(
    metric: Metric, condition: Condition, demo_store: Store, count: Count
) -> None:
    below = tuple(
        replace(each, sql=f"SELECT * FROM ({each.sql}) WHERE false")
        if each.name == condition.name
        else each
        for each in metric.below
    )
    assert count(*composed(metric, demo_store, None)) > 0
    tests: list[int] | None = [] if condition.name == "points" else None
    sql, parameters = composed(replace(metric, below=below), demo_store, tests)
    others = f"FROM (SELECT * FROM store.{condition.name} "
    others += f"WHERE NOT coalesce({condition.where or 'true'}, false)) AS {condition.name}"
    sql = re.sub(rf"FROM store\.{condition.name}\b", others, sql)
    assert count(sql, parameters) == 0


def composed(metric: Metric, store: Store, tests: Sequence[int] | None) -> Query:
    """Return the query for a metric of everything, with the points of some tests or of all."""
    query = compose(metric, {}, None, lambda each: store.state.rests(each, None))
    parameters = dict(query.parameters)
    if f"${POINTS_FILES}" in query.sql:
        parameters[POINTS_FILES] = store.points_files(store.state, tests)
    return query.sql, parameters


def test_voltammetry_is_looked_for_in_tests_of_voltammetry_alone(demo_store: Store) -> None:
    state = demo_store.state
    with demo_store.cursor() as cursor:
        demo_store.begin(cursor)
        swept = cursor.execute(
            "SELECT DISTINCT test_id FROM store.step WHERE mode = 'voltammetry' ORDER BY test_id"
        ).fetchall()
        known = possible_tests(cursor, state, METRICS["voltammetry_peak"], state.subject_of)
    assert 0 < len(known) < len(state.subject_of)
    assert known == [test for (test,) in swept]
