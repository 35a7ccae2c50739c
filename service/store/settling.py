"""Computing what lacks of a metric, into the delta, so that it rests from then on."""

from collections.abc import Sequence
from dataclasses import replace

import duckdb

from service.metric.metric import Metric
from service.metric.reported import CLAIM
from service.store.current import Current
from service.store.delta import Delta, groups
from service.store.following import content, turn
from service.store.state import NOBODY, StoreState


def settle(
    cursor: duckdb.DuckDBPyConnection,
    delta: Delta,
    current: Current,
    metric: Metric,
    asked: tuple[Sequence[int] | None, int],
) -> None:
    """Compute what lacks of a metric, of tests that are asked for and where it is not too much.

    ``asked`` is as ``lacks`` takes it: tests, and most cells.

    Raises:
        duckdb.Error: when it cannot be computed; what stood before stands.
    """
    if not lacks(current.state, metric, *asked):
        return
    with current.changing:
        if not lacks(current.state, metric, *asked):
            return  # somebody else has computed it meanwhile
        cursor.begin()
        try:
            after = settled(cursor, delta, current.state, metric)
            current.exchange(cursor, after, current.base)
        except BaseException:
            cursor.rollback()
            raise


def lacks(state: StoreState, metric: Metric, tests: Sequence[int] | None, most: int) -> bool:
    """Return whether something of a metric lacks that is to be computed now.

    Args:
        state: of the store.
        metric: those below it are there already, or are computed in passing.
        tests: that are asked for, all with None: what hangs on more than a cell rests as a whole.
        most: cells that are computed while somebody waits.
    """
    if not (metric.is_materialized and state.knows(metric)):
        return False
    if metric.reach == "whole":
        needed = [each for each in metric.below if each.is_materialized]
        return (
            tests is None
            and not state.rests(metric, None)
            and all(state.rests(each, None) for each in needed)
        )
    lacking = state.pending[metric.name]
    is_asked_for = tests is None or not lacking.isdisjoint(state.subjects(tests))
    return 0 < len(lacking) <= most and is_asked_for


def settled(
    cursor: duckdb.DuckDBPyConnection, delta: Delta, state: StoreState, metric: Metric
) -> StoreState:
    """Compute what lacks of a metric, and return the next state.

    The cursor has begun; whoever gave it commits.

    Raises:
        duckdb.Error: when it cannot be computed.
    """
    if metric.reach == "whole":
        return _of_everything(cursor, delta, state, metric)
    return _of_cells(cursor, delta, state, metric)


def _of_cells(
    cursor: duckdb.DuckDBPyConnection, delta: Delta, state: StoreState, metric: Metric
) -> StoreState:
    lacking = state.pending[metric.name]
    there = {each.name for each in metric.below if state.rests(each, state.tests(lacking))}
    generations, filled = {**state.generations}, {**state.filled}
    for scope in groups(state, (each for each in lacking if state.may_have_rows(metric, each))):
        if delta.compute(cursor, metric, scope, lambda each: each.name in there):
            generations[metric.name] = turn()
            of_group = filled.keys() & {*scope.cells, *state.subjects(scope.together)}
            filled |= {each: filled[each] | {metric.name} for each in of_group}
    pending = {**state.pending, metric.name: NOBODY}
    return replace(state, pending=pending, generations=generations, filled=filled)


def _of_everything(
    cursor: duckdb.DuckDBPyConnection, delta: Delta, state: StoreState, metric: Metric
) -> StoreState:
    cursor.execute(f"DELETE FROM delta.{metric.name}")
    if not _is_of_no_claim(cursor, metric):
        delta.compute(cursor, metric, None, lambda each: state.rests(each, None))
    generation = content(cursor, f"delta.{metric.name}")
    return replace(
        state,
        computed_of={**state.computed_of, metric.name: state.sources(metric)},
        generations={**state.generations, metric.name: generation},
    )


def _is_of_no_claim(cursor: duckdb.DuckDBPyConnection, metric: Metric) -> bool:
    """Return whether all its rows are of claims and there is none: nothing is read for them.

    DuckDB would read all cycles of a fleet to join them with no claim.
    """
    if not {*CLAIM.key} <= {*metric.grain}:
        return False
    return cursor.execute(f"SELECT 1 FROM store.{CLAIM.name} LIMIT 1").fetchone() is None
