"""A question put to the store: a metric or rows of a relation, scoped to the tests asked for."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb
import pyarrow as pa

from schema.error import UnknownName
from schema.relation import Column, Relation
from service.metric.composer import Query, compose
from service.metric.metric import Metric
from service.metric.relation import TREATMENT
from service.metric.scope import POINTS_FILES, TESTS, listed
from service.sql import identifier
from service.store.state import NOBODY, StoreState
from service.store.store import Store


@dataclass(frozen=True, slots=True)
class Question:
    """A query with its parameters, and the columns it will answer with."""

    sql: str
    parameters: Mapping[str, object]
    columns: tuple[Column, ...]
    tests: tuple[int, ...] | None = ()
    """The tests it is about, None for all."""

    def composed(self, _state: StoreState) -> Query:
        """Return the query for what the store holds."""
        return Query(self.sql, self.parameters)

    def settle(self, _store: Store, _cursor: duckdb.DuckDBPyConnection) -> None:
        """Do nothing: it reads what is there."""

    def remembered_by(self, _state: StoreState) -> Hashable | None:
        """Return nothing: it is asked again."""
        return None

    def admit(self, _cursor: duckdb.DuckDBPyConnection) -> None:
        """Do nothing: it names nothing that has to be known."""


@dataclass(frozen=True, slots=True)
class MetricQuestion:
    """A metric of some tests; how it is answered hangs on what the store holds then."""

    metric: Metric
    arguments: Mapping[str, object]
    tests: tuple[int, ...] | None
    columns: tuple[Column, ...]
    """The columns it will answer with."""
    cells: tuple[int, ...] = ()
    """Cells it is about even where nothing was tested of them."""

    def composed(self, state: StoreState) -> Query:
        """Return the query for what the store holds."""
        scope = state.scope(self.tests)
        if scope and self.cells:
            scope = replace(scope, cells=sorted({*scope.cells, *self.cells}))
        return compose(
            self.metric,
            self.arguments,
            scope,
            lambda each: self._rests(state, each),
            [identifier(each.name) for each in self.columns],
        )

    def _rests(self, state: StoreState, metric: Metric) -> bool:
        """Return whether all rows of a metric that it is about rest."""
        lacking = state.pending.get(metric.name, NOBODY) | state.absent
        return state.rests(metric, self.tests) and lacking.isdisjoint(self.cells)

    def settle(self, store: Store, cursor: duckdb.DuckDBPyConnection) -> None:
        """Compute first what lacks of what it reads, where that is little."""
        store.settle(cursor, self.metric, self.arguments, self.tests)

    def admit(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Refuse a treatment that nothing is known of: all cells would stand in one group.

        Raises:
            UnknownName: with the treatments that are known.
        """
        for argument in self.metric.takes:
            named = self.arguments.get(argument.name)
            if argument.kind != "treatment" or named is None or named in argument.choices:
                continue
            rows = cursor.sql(f"SELECT DISTINCT name FROM store.{TREATMENT.name} ORDER BY name")
            known = [str(name) for (name,) in rows.fetchall()]
            if named not in known:
                raise UnknownName("treatment", str(named), [*argument.choices, *known])

    def remembered_by(self, state: StoreState) -> Hashable | None:
        """Return all that the answer hangs on, None where few rows make it: these are quick."""
        metric = self.metric
        is_of_more = metric.reach == "whole" or (metric.reach == "cell" and self.tests is None)
        if not is_of_more or metric.reads_points:
            return None
        arguments = repr(sorted(metric.arguments(self.arguments).items()))
        columns = tuple(each.name for each in self.columns)
        asked = (self.tests, self.cells)
        return metric.name, metric.version, arguments, columns, asked, state.read_by(metric)


AnyQuestion = Question | MetricQuestion


def metric_question(
    metric: Metric,
    tests: Sequence[int] | None,
    arguments: Mapping[str, object] | None = None,
    columns: Collection[str] | None = None,
) -> MetricQuestion:
    """Return the question for a metric of some tests; None asks for the whole store.

    Of ``columns``, all with None, and of those that tell its rows apart, which always come with it.

    Raises:
        UnknownName: when the metric takes no argument of a name.
        InvalidArgument: when an argument does not take its value.
    """
    metric.arguments(arguments or {})  # refused now, while whoever asks can be answered
    chosen = tuple(
        each
        for each in metric.answer
        if columns is None or each.name in columns or each.name in metric.grain
    )
    return MetricQuestion(metric, arguments or {}, None if tests is None else tuple(tests), chosen)


def cells_question(metric: Metric, cells: Sequence[int], state: StoreState) -> MetricQuestion:
    """Return the question for a metric of some cells, those without any test among them."""
    tests = tuple(state.tests(cells))
    return MetricQuestion(metric, {}, tests, metric.answer, tuple(cells))


def rows_question(
    relation: Relation,
    tests: Sequence[int],
    columns: Collection[str],
    first: int | None = None,
    last: int | None = None,
) -> Question:
    """Return the question for rows that a relation numbers within a test: of some tests, by number.

    Of ``columns``, and of those that tell its rows apart, which always come with it. ``first`` and
    ``last`` are the numbers between which the rows lie, both among them; None bounds nothing.
    """
    _, number = relation.key
    chosen = tuple(each for each in relation.columns if each.name in {*columns, *relation.key})
    ends = {"first": first, "last": last}
    given = {name: end for name, end in ends.items() if end is not None}
    signs = {"first": ">=", "last": "<="}
    bounds = "".join(f" AND {number} {signs[name]} ${name}" for name in given)
    sql = (
        f"SELECT {', '.join(identifier(each.name) for each in chosen)} "
        f"FROM store.{relation.name} WHERE test_id IN {listed(TESTS)}{bounds} "
        f"ORDER BY test_id, {number}"
    )
    return Question(sql, {TESTS: list(tests), **given}, chosen, tuple(tests))


def relation_question(
    relation: Relation, owners: Sequence[int] | None, columns: Sequence[str] | None = None
) -> Question:
    """Return the question for rows of a relation, of its owners or of all with None, by its key.

    ``owners`` are tests, or cells where its rows are theirs. Of ``columns``, all with None, and of
    those that tell its rows apart, which always come with it.

    Raises:
        UnknownName: when it has no column of a name.
    """
    have = {each.name: each for each in relation.columns}
    for name in columns or ():
        if name not in have:
            raise UnknownName(f"column of {relation.name}", name, have)
    chosen = tuple(
        each
        for each in relation.columns
        if columns is None or each.name in columns or each.name in relation.key
    )
    where = "" if owners is None else f" WHERE {relation.owner} IN {listed('owners')}"
    sql = (
        f"SELECT {', '.join(identifier(each.name) for each in chosen)} "
        f"FROM store.{relation.name}{where} ORDER BY {', '.join(relation.key)}"
    )
    parameters = {} if owners is None else {"owners": list(owners)}
    if relation.files is None:
        return Question(sql, parameters, chosen)  # the catalog holds it: no file need be there
    return Question(sql, parameters, chosen, None if owners is None else tuple(owners))


def asked(
    store: Store, cursor: duckdb.DuckDBPyConnection, question: AnyQuestion
) -> duckdb.DuckDBPyRelation:
    """Return the answer to be; the cursor is fixed to the state of the store it comes from.

    Raises:
        StoreNotReady: when too much of it is still to be computed for the first time.
        LakeFileUnreadable: when a file of a test that is named cannot be read.
    """
    return asked_at(store, cursor, question)[0]


def asked_at(
    store: Store, cursor: duckdb.DuckDBPyConnection, question: AnyQuestion
) -> tuple[duckdb.DuckDBPyRelation, StoreState]:
    """Return the answer to be, and the state of the store it comes from: the cursor is fixed to it.

    Raises:
        StoreNotReady: when too much of it is still to be computed for the first time.
        LakeFileUnreadable: when a file of a test that is named cannot be read.
    """
    store.ready(question.tests)
    question.settle(store, cursor)
    state = store.begin(cursor)
    return answered(store, cursor, state, question), state


def table(store: Store, cursor: duckdb.DuckDBPyConnection, question: AnyQuestion) -> pa.Table:
    """Return the whole answer; one that rests on much is remembered until something changes.

    Raises:
        StoreNotReady: when too much of it is still to be computed for the first time.
        LakeFileUnreadable: when a file of a test that is named cannot be read.
    """
    store.ready(question.tests)
    question.settle(store, cursor)
    state = store.begin(cursor)
    key = question.remembered_by(state)
    if key is not None and (known := store.remembered.get(key)) is not None:
        return known
    answer = answered(store, cursor, state, question).to_arrow_table()
    if key is not None:
        store.remembered.put(key, answer)
    return answer


def answered(
    store: Store,
    cursor: duckdb.DuckDBPyConnection,
    state: StoreState,
    question: AnyQuestion,
) -> duckdb.DuckDBPyRelation:
    """Return the answer to be, from a cursor that is fixed to a state already.

    Raises:
        UnknownName: when it is to be parted by a treatment that the store knows nothing of.
    """
    question.admit(cursor)
    query = question.composed(state)
    parameters = dict(query.parameters)
    if f"${POINTS_FILES}" in query.sql:
        parameters[POINTS_FILES] = store.points_files(state, question.tests)
    return cursor.sql(query.sql, params=parameters)
