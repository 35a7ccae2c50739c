"""Questions for points: of one test, or of several one test after the other."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from schema.error import InvalidArgument, UnknownName
from schema.relation import POINTS, Column, Kind
from service.metric.composer import Query
from service.metric.relation import RELATIONS
from service.metric.scope import POINTS_FILES
from service.sql import identifier
from service.store.question import Question
from service.store.state import StoreState
from service.store.store import Store

_CYCLE_OF_STEP: Final = """coalesce((
    SELECT list(cycle_count ORDER BY step_count) FROM store.step WHERE test_id = $test
)[step_count], cycle_count) AS cycle_count"""
"""The cycle of a point is that of its step now, whatever it was when its file was written."""
MOST_TESTS: Final = 100
"""Tests whose points one question may be about: each is planned by itself."""


def points_columns(store: Store, test_id: int) -> Mapping[str, Column]:
    """Return the columns that the points of a test have.

    Raises:
        UnknownName: when no points of the test are stored.
    """
    store.refresh()
    state = store.state
    _, *paths = store.points_files(state, [test_id])
    if not paths:
        raise UnknownName("test with points", str(test_id), map(str, state.points))
    found: dict[str, Column] = {}
    canonical = {column.name: column for column in RELATIONS[POINTS.name].columns}
    for path in paths:
        for field in pq.read_schema(path):
            same = canonical.get(field.name)
            unit, meaning = (same.unit, same.meaning) if same else ("", "The export's own.")
            found[field.name] = Column(field.name, _kind(field.type), unit, meaning)
    return found


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
    have = points_columns(store, test_id)
    for name in columns or ():
        if name not in have:
            raise UnknownName(f"column of test {test_id}", name, have)
    chosen = [have[name] for name in (columns or have)]
    condition, parameters = _window(start_second, end_second)
    names = ", ".join(
        _CYCLE_OF_STEP if column.name == "cycle_count" else identifier(column.name)
        for column in chosen
    )
    if _CYCLE_OF_STEP in names:
        parameters["test"] = test_id
    sql = (
        f"SELECT {names} FROM read_parquet(${POINTS_FILES}, union_by_name => true)"
        f"{condition}"  # no ORDER BY: a file is written in the order of its records
    )
    return Question(sql, parameters, tuple(chosen), (test_id,))


def _window(start_second: float | None, end_second: float | None) -> tuple[str, dict[str, object]]:
    """Return the condition on points of a window, its start in it and its end not, and its values.

    Raises:
        InvalidArgument: when the window ends before it starts.
    """
    ends = {"start_second": start_second, "end_second": end_second}
    given: dict[str, object] = {name: end for name, end in ends.items() if end is not None}
    if start_second is not None and end_second is not None and end_second < start_second:
        raise InvalidArgument("end_second", end_second, f"a time from {start_second:g} s on")
    bounds = {"start_second": ">=", "end_second": "<"}
    where = " AND ".join(f"test_time_second {bounds[name]} ${name}" for name in given)
    return f" WHERE {where}" if where else "", given


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
    condition, parameters = _window(start_second, end_second)
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
        return _CYCLE_OF_STEP.replace("$test", str(test))
    return identifier(column.name)


def _files(test: int) -> str:
    return f"files_{test}"


def _kind(kind: pa.DataType) -> Kind:
    if pa.types.is_floating(kind):
        return "DOUBLE"
    if pa.types.is_integer(kind):
        return "BIGINT"
    if pa.types.is_boolean(kind):
        return "BOOLEAN"
    return "TIMESTAMP" if pa.types.is_timestamp(kind) else "VARCHAR"
