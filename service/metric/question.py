"""A question put to the store: a metric or a stretch of points, scoped to the tests asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import duckdb

from schema.error import InvalidArgument, UnknownName
from service.metric.file import Metric, MetricColumn, full
from service.metric.scope import POINTS_FILES, TESTS, THINGS, answer, shadow, under, used
from service.store.relation import CLAIM
from service.store.store import Held, Store

_CYCLE_OF_STEP: Final = """coalesce((
    SELECT list(cycle_count ORDER BY step_count) FROM store.step WHERE test_id = $test
)[step_count], cycle_count) AS cycle_count"""
"""The cycle of a point is that of its step now, whatever it was when its file was written."""


@dataclass(frozen=True, slots=True)
class Question:
    """A query with its parameters, and the columns it will answer with."""

    sql: str
    parameters: Mapping[str, object]
    columns: tuple[MetricColumn, ...]
    tests: tuple[int, ...] | None = None
    """The tests whose points it reads, None for all; files are bound when it is answered."""


def metric_question(
    _store: Store,
    metric: Metric,
    tests: Sequence[int] | None,
    arguments: Mapping[str, object] | None = None,
) -> Question:
    """Return the question for a metric of some tests; None asks for the whole store.

    Raises:
        UnknownName: when the metric takes no argument of a name.
        InvalidArgument: when an argument does not take its value.
    """
    parameters: dict[str, object] = dict(metric.arguments(arguments or {}))
    whole = tests is None
    if tests is not None:
        parameters[TESTS] = list(tests)
    # a claim may be about a substance or a material that no test was made of
    things = THINGS if CLAIM.name in metric.relations else frozenset()
    relations = [(name, shadow(name, whole=whole or name in things)) for name in metric.relations]
    sql = under(relations, answer(full(metric), metric.grain, whole=whole))
    scope = None if tests is None else tuple(tests)
    return Question(sql, used(sql, parameters), metric.answer, scope)


def points_question(
    store: Store,
    test_id: int,
    columns: Sequence[str] | None = None,
    start_second: float | None = None,
    end_second: float | None = None,
) -> Question:
    """Return the question for the points of one test, in the order they were recorded.

    ``columns`` defaults to all that the test has, its vendor's own included. The window holds its
    start and not its end, in seconds of test time.

    Raises:
        UnknownName: when the test has no points, or no column of a name.
        InvalidArgument: when the window ends before it starts.
    """
    have = store.points_columns(test_id)
    for name in columns or ():
        if name not in have:
            raise UnknownName(f"column of test {test_id}", name, have)
    chosen = [have[name] for name in (columns or have)]
    parameters: dict[str, object] = {}
    where = []
    if start_second is not None:
        where.append("test_time_second >= $start_second")
        parameters["start_second"] = start_second
    if end_second is not None:
        if start_second is not None and end_second < start_second:
            raise InvalidArgument("end_second", end_second, f"a time from {start_second:g} s on")
        where.append("test_time_second < $end_second")
        parameters["end_second"] = end_second
    names = ", ".join(
        _CYCLE_OF_STEP if column.name == "cycle_count" else _quoted(column.name)
        for column in chosen
    )
    if _CYCLE_OF_STEP in names:
        parameters["test"] = test_id
    condition = f" WHERE {' AND '.join(where)}" if where else ""
    sql = (
        f"SELECT {names} FROM read_parquet(${POINTS_FILES}, union_by_name => true)"
        f"{condition}"  # no ORDER BY: a file is written in the order of its records
    )
    return Question(sql, parameters, tuple(chosen), (test_id,))


def asked(
    cursor: duckdb.DuckDBPyConnection, held: Held, question: Question
) -> duckdb.DuckDBPyRelation:
    """Return the answer to be, from a cursor that the store has begun."""
    parameters = dict(question.parameters)
    if f"${POINTS_FILES}" in question.sql:
        parameters[POINTS_FILES] = held.points(question.tests)
    return cursor.sql(question.sql, params=parameters)


def _quoted(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'
