"""The question for points of several tests, one test after the other."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from schema.error import InvalidArgument, UnknownName
from schema.relation import POINTS, Column
from service.metric.composer import Query
from service.sql import identifier
from service.store.question import CYCLE_OF_STEP, Question, points_columns, window
from service.store.state import StoreState
from service.store.store import Store

MOST_TESTS: Final = 100
"""Tests whose points one question may be about: each is planned by itself."""


@dataclass(frozen=True, slots=True)
class PointsQuestion(Question):
    """The points of tests, in the order in which they were asked for and recorded."""

    files: Callable[[StoreState, Sequence[int]], list[str]] = lambda _state, _tests: []
    """What finds the files of tests, an empty one first."""

    def composed(self, state: StoreState) -> Query:
        """Return the query for what the store holds."""
        files = {_files(test): self.files(state, [test]) for test in self.tests or ()}
        return Query(self.sql, {**self.parameters, **files})


def points_of_tests(
    store: Store,
    tests: Sequence[int],
    columns: Sequence[str] | None = None,
    start_second: float | None = None,
    end_second: float | None = None,
) -> PointsQuestion:
    """Return the question for the points of tests; each row has its ``test_id``.

    ``columns`` defaults to all that any of the tests has; what another has of them is null for a
    test that has not. The window is in seconds of the time of each test.

    Raises:
        UnknownName: when a test has no points, or none of them a column of a name.
        InvalidArgument: when they are too many, when the window ends before it starts, or when a
            column holds numbers in one test and text in another.
    """
    if len(tests) > MOST_TESTS:
        expected = f"at most {MOST_TESTS} where points are asked for"
        raise InvalidArgument("test", f"{len(tests)} of them", expected)
    have = {test: points_columns(store, test) for test in tests}
    known: dict[str, Column] = {}
    for test, own in have.items():
        for name, column in own.items():
            if known.setdefault(name, column).kind != column.kind and name in (columns or own):
                others = f"other columns: in test {test} it is {column.kind}, elsewhere not"
                raise InvalidArgument("column", name, others)
    for name in columns or ():
        if name not in known:
            raise UnknownName("column of these tests", name, known)
    first = POINTS["test_id"]
    chosen = (first, *(known[name] for name in columns or known if name != first.name))
    condition, parameters = window(start_second, end_second)
    sql = "\nUNION ALL\n".join(  # in this order: DuckDB keeps it
        f"SELECT {', '.join(_selected(column, test, own) for column in chosen)} "
        f"FROM read_parquet(${_files(test)}, union_by_name => true){condition}"
        for test, own in have.items()
    )
    return PointsQuestion(sql, parameters, chosen, tuple(have), store.points_files)


def _selected(column: Column, test: int, own: Mapping[str, Column]) -> str:
    """Return a column as it is selected of the files of a test."""
    if column.name == "test_id":
        return f"CAST({test} AS BIGINT) AS test_id"
    if column.name not in own:
        return f"NULL AS {identifier(column.name)}"
    if column.name == "cycle_count":
        return CYCLE_OF_STEP.replace("$test", str(test))
    return identifier(column.name)


def _files(test: int) -> str:
    return f"files_{test}"
