"""Metrics kept from one publication to the next, as of one snapshot.

Kept is what other metrics are built on, and what hangs on everything (keeper.py). So no metric
computes once more what is below it, and no query is longer than its own file.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from hashlib import sha256
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa

from schema.analysis import LAYOUTS
from schema.relation import Column
from service.metric.file import Metric, MetricColumn
from service.metric.question import Question
from service.metric.scope import TESTS, answer, shadow, under, used
from service.publish.memory import Memory, OfAll, OfTests, place_of
from service.publish.star import PublishedTable
from service.store.relation import CYCLED, RELATIONS, column_named
from service.store.store import Held

_KINDS: Final = {
    "points": "points",
    **dict.fromkeys(("step", "cycle"), "steps"),
    **dict.fromkeys(("spectrum", "sweep"), "spectra"),
    **{each.name: way.kind for way in LAYOUTS.values() for each in (way.rows, *way.lists)},
}
"""Kind of the files that a test has where it has rows of a relation."""
OF_TESTS: Final = _KINDS.keys() - {"points", "sweep"}
"""Relations whose rows of a test are as its files are, and these as its fingerprint."""
HERE: Final = f"WHERE test_id IN (SELECT unnest(CAST(${TESTS} AS BIGINT[])))"
_STATE: Final = (
    "SELECT '{0}', concat(count(*), ' ', bit_xor(hash(t)), ' ', sum(hash(t))) FROM {1} AS t"
)


class Kept:
    """What is kept.

    Attributes:
        states: of relations and kept metrics, by name; what has the same state has the same rows.
            They begin with how many rows, or tests with rows, there are.
        of_tests, of_all: what kept metrics were computed of, by name.
    """

    def __init__(self, memory: Memory, held: Held, now: pa.Table) -> None:
        self.states: dict[str, str] = {}
        self.of_tests: dict[str, OfTests] = {}
        self.of_all: dict[str, OfAll] = {}
        self._memory, self._now = memory, now
        self._places: dict[str, str] = {}
        self._faults: dict[str, duckdb.Error] = {}
        self._filed = _filed(held)

    def __contains__(self, name: str) -> bool:
        """Return whether a metric is kept."""
        return name in self._places

    def question(self, table: PublishedTable, tests: Sequence[int] | None) -> Question:
        """Return the question for the rows of a metric, of these tests or all there are.

        Raises:
            duckdb.Error: when it was to be kept and could not be computed.
        """
        if table.name in self._faults:
            raise self._faults[table.name]
        if table.name in self:
            sql = self._stored(table.name, tests)
        else:
            sql = self._computed(table, tests)
        return _question(table, sql, tests)

    def _computed(self, table: PublishedTable, tests: Sequence[int] | None) -> str:
        metric = metric_of(table)
        parts = {
            name: source.sql
            if isinstance(source, Metric)
            else self._stored(name, tests)
            if name in self
            else shadow(name, whole=tests is None)
            for name, source in self.sources(metric).items()
        }
        return under(parts.items(), answer(metric.sql, metric.grain, whole=tests is None))

    def _stored(self, name: str, tests: Sequence[int] | None) -> str:
        here = "" if tests is None or name in self.of_all else HERE
        return f"SELECT * FROM {self._places[name]} {here}"

    def sources(self, metric: Metric) -> Mapping[str, Metric | None]:
        """Return what it is computed of: relations, what is kept, and metrics that are not."""
        below = {each.name: each for each in metric.below}
        given = metric.arguments({})
        found: dict[str, Metric | None] = {}

        def add(names: Sequence[str]) -> None:
            for name in names:
                if name in RELATIONS or (
                    name in self and below[name].arguments({}).items() <= given.items()
                ):
                    found[name] = None
                elif name not in found:  # unlike what is kept, if it is, by its arguments
                    add(below[name].needs)
                    found[name] = below[name]

        add(metric.needs)
        return found

    def is_barren(self, table: PublishedTable, tests: Sequence[int] | None) -> bool:
        """Return whether a metric can have no rows of these tests, or with None none at all.

        So it is where they have none in all that it reads, or in all that a number of its key comes
        of: of tests without sweeps there are none of sweeps.
        """
        metric = metric_of(table)
        below = {each.name: each.answer for each in metric.below}
        read = {need: below.get(need) or RELATIONS[need].columns for need in metric.needs}
        sources = [set(read)] if table.is_keyed else []
        for each in table.columns:
            known = column_named(each.name)
            if each.name in table.key and each.kind == "BIGINT" and each.name != "test_id":
                own = known is None or known.meaning != each.meaning
                names = {need for need, columns in read.items() if _has(columns, each.name)}
                names -= {"test"}  # how many it has, where others tell which of them
                sources += [] if own else [names]
        empty = {need for need in metric.needs if self._is_empty(need, tests)}
        return any(names and names <= empty for names in sources)

    def _is_empty(self, name: str, tests: Sequence[int] | None) -> bool:
        """Return whether something surely has no rows of these tests, or with None none at all."""
        filled = self._filled(name)
        if filled is not None:
            return not filled if tests is None else filled.isdisjoint(tests)
        return tests is None and self.states.get(name, "").startswith("0 ")

    def _filled(self, name: str) -> AbstractSet[int] | None:
        """Return all tests that something has rows of, where that is known."""
        if name in _KINDS:
            return self._filed[_KINDS[name]]
        return self.of_tests[name].filled if name in self.of_tests else None

    def state(self, name: str) -> str:
        """Return the state of a relation or of a kept metric; of others that they have none."""
        if name == CYCLED.name:
            return f"{self.state('step')}; {self.state('test')}"
        if name not in self.states and (name in OF_TESTS or name in self.of_tests):
            tests = np.fromiter(self._filled(name) or (), np.int64)
            rests = self._now.filter(np.isin(self._now["test_id"], tests))
            told = sha256(b"".join(column.to_numpy().tobytes() for column in rests.columns))
            self.states[name] = f"{rests.num_rows} {told.hexdigest()}"
        return self.states.get(name, "")

    def tell(self, tables: Mapping[str, pa.Table]) -> None:
        """Tell the state of tables that are not in the store."""
        with self._memory.store.cursor() as cursor:
            for name, rows in tables.items():
                cursor.register(name, rows)
            self.states |= states_of(cursor, {name: f'"{name}"' for name in tables})

    def same_rows(self, target: str, published_at: datetime | None) -> Mapping[str, int]:
        """Return the tables whose state was published there at this time; see moment.py."""
        at, told = self._memory.published.get(target, (None, {}))
        if at is None or at != published_at:
            return {}
        same = {name: state for name, state in told.items() if self.states.get(name) == state}
        return {name: int(state.partition(" ")[0]) for name, state in same.items()}

    def note_published(self, target: str, published_at: datetime, failed: AbstractSet[str]) -> None:
        """Remember the states that were published there; see moment.py."""
        states = {name: state for name, state in self.states.items() if name not in failed}
        self._memory.published[target] = published_at, states

    def note(self, table: PublishedTable, known: OfTests | OfAll) -> None:
        """Tell that a metric is kept."""
        self._places[table.name] = place_of(table)
        if isinstance(known, OfTests):
            self.of_tests[table.name] = known
        else:
            self.of_all[table.name] = known
            self.states[table.name] = known.state

    def forget(self, tables: Iterable[PublishedTable]) -> None:
        """Tell that metrics are not kept after all."""
        for table in tables:
            for told in (self._places, self.of_tests, self.of_all, self.states):
                told.pop(table.name, None)

    def remember(self, tables: Iterable[PublishedTable]) -> None:
        """Tell that what was noted of metrics stands."""
        for table in tables:
            place = self._places[table.name]
            if table.name in self.of_tests:
                self._memory.of_tests[place] = self.of_tests[table.name]
            else:
                self._memory.of_all[place] = self.of_all[table.name]

    def fail(self, table: PublishedTable, fault: duckdb.Error) -> None:
        """Tell that a metric could not be computed, to be raised when it is asked for."""
        self._faults[table.name] = fault


def states_of(cursor: duckdb.DuckDBPyConnection, places: Mapping[str, str]) -> dict[str, str]:
    """Return how many rows each has, and numbers that are others where any of them is."""
    each = (_STATE.format(name, place) for name, place in places.items())
    return dict(cursor.execute(" UNION ALL ".join(each)).fetchall()) if places else {}


def metric_of(table: PublishedTable) -> Metric:
    """Return the metric that a table is the answer of."""
    if not isinstance(table.source, Metric):
        message = f"{table.name} is no metric"
        raise TypeError(message)
    return table.source


def _filed(held: Held) -> Mapping[str, AbstractSet[int]]:
    """Return the tests that have files of a kind."""
    found: dict[str, set[int]] = {kind: set() for kind in _KINDS.values()}
    for kind, test, _ in held.files.values():
        found[kind].add(test)
    return found


def _has(columns: Collection[Column | MetricColumn], name: str) -> bool:
    return any(each.name == name for each in columns)


def _question(table: PublishedTable, sql: str, tests: Sequence[int] | None) -> Question:
    parameters: dict[str, object] = dict(metric_of(table).arguments({}))
    if tests is not None:
        parameters[TESTS] = list(tests)
    scope = None if tests is None else tuple(tests)
    return Question(sql, used(sql, parameters), table.columns, scope)
