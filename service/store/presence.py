"""Which tests may have rows of a metric that does not rest: most have none of most of them."""

from collections.abc import Iterable, Sequence

import duckdb

from schema.relation import POINTS
from service.metric.condition import Condition
from service.metric.metric import Metric
from service.metric.relation import RELATIONS
from service.metric.scope import TESTS, listed
from service.store.state import StoreState


def possible_tests(
    cursor: duckdb.DuckDBPyConnection, state: StoreState, metric: Metric, tests: Iterable[int]
) -> list[int]:
    """Return those of these tests that may have rows of a metric, rising."""
    below = {each.name: each for each in metric.below}
    left = sorted(tests)
    for each in metric.only:
        if not left:
            return []
        left = (
            possible_tests(cursor, state, below[each.name], left)
            if each.name in below
            else _meeting(cursor, state, each, left)
        )
    if metric.only or not metric.sources or any(name in RELATIONS for name in metric.sources):
        return left
    found: set[int] = set()
    for name in metric.sources:
        found.update(possible_tests(cursor, state, below[name], left))
    return sorted(found)


def _meeting(
    cursor: duckdb.DuckDBPyConnection, state: StoreState, condition: Condition, tests: Sequence[int]
) -> list[int]:
    if condition.name == POINTS.name:
        return [each for each in tests if each in state.points]
    sql = f"SELECT DISTINCT test_id FROM store.{condition.name} WHERE test_id IN {listed(TESTS)}"
    if condition.where:
        sql = f"{sql} AND ({condition.where})"
    return sorted(test for (test,) in cursor.execute(sql, {TESTS: list(tests)}).fetchall())
