"""Computing what lacks of a metric, into the delta, so that it rests from then on."""

from collections.abc import Sequence
from dataclasses import replace

import duckdb

from service.metric.file import Metric
from service.store.delta import Delta, groups
from service.store.following import content, turn
from service.store.state import NOBODY, StoreState


def settled(  # noqa: PLR0917 # what, of what, and how much
    cursor: duckdb.DuckDBPyConnection,
    delta: Delta,
    state: StoreState,
    metric: Metric,
    tests: Sequence[int] | None,
    most: int,
) -> StoreState:
    """Compute what lacks of a metric where it is of few cells; return the next state.

    Args:
        cursor: that has begun; whoever gave it commits.
        delta: whose table is written to.
        state: as it was; the same is returned where nothing lacks.
        metric: those below it are there already, or are computed in passing.
        tests: that are asked for, all with None: what hangs on more than a cell rests as a whole.
        most: cells.

    Raises:
        duckdb.Error: when it cannot be computed.
    """
    if not (metric.is_materialized and state.knows(metric)):
        return state
    if metric.reach != "whole":
        return _of_cells(cursor, delta, state, metric, tests, most)
    return _of_everything(cursor, delta, state, metric) if tests is None else state


def _of_cells(  # noqa: PLR0917 # as above
    cursor: duckdb.DuckDBPyConnection,
    delta: Delta,
    state: StoreState,
    metric: Metric,
    tests: Sequence[int] | None,
    most: int,
) -> StoreState:
    lacking = state.pending[metric.name]
    is_asked_for = tests is None or not lacking.isdisjoint(state.subjects(tests))
    if not lacking or len(lacking) > most or not is_asked_for:
        return state
    there = {each.name for each in metric.below if state.rests(each, state.tests(lacking))}
    counts = [
        delta.compute(cursor, metric, scope, lambda each: each.name in there)
        for scope in groups(state, lacking)
    ]
    generations = {**state.generations}
    if any(counts):
        generations[metric.name] = turn()
    pending = {**state.pending, metric.name: NOBODY}
    return replace(state, pending=pending, generations=generations)


def _of_everything(
    cursor: duckdb.DuckDBPyConnection, delta: Delta, state: StoreState, metric: Metric
) -> StoreState:
    needed = [each for each in metric.below if each.is_materialized]
    if state.rests(metric, None) or not all(state.rests(each, None) for each in needed):
        return state
    cursor.execute(f"DELETE FROM delta.{metric.name}")
    delta.compute(cursor, metric, None, lambda each: state.rests(each, None))
    told = content(cursor, f"delta.{metric.name}")
    return replace(
        state,
        computed_of={**state.computed_of, metric.name: state.sources(metric)},
        generations={**state.generations, metric.name: told},
    )
