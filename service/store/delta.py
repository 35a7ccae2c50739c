"""Rows of some cells in memory: loaded out of their files, their metrics computed beside.

Everything stands in the schema ``delta`` of a DuckDB; what is read of the catalog, and of cells
that are elsewhere, stands in ``store``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from schema.analysis import LAYOUTS
from schema.lake import Lake
from schema.relation import CYCLE, SPECTRUM, STEP
from schema.structure import DIFFRACTION, PHOTOEMISSION
from service.metric.composer import Rests, compose
from service.metric.metric import Metric
from service.metric.relation import RELATIONS, ROLLED, created
from service.metric.scope import TESTS, Scope, listed
from service.store.analysis import lay_out, lay_out_trials, let_choices_count
from service.store.cycle import make_cycles
from service.store.numbering import RENUMBERED
from service.store.state import LiveFile, StoreState

TESTS_AT_ONCE: Final = 512
"""All at once, a fleet would not fit into memory."""
_NATIVE: Final = {
    str(each.files): each.name for each in (STEP, SPECTRUM, DIFFRACTION, PHOTOEMISSION)
}


class Delta:
    """The tables of a DuckDB that hold the rows of some cells.

    Args:
        connection: whose tables they are.
        lake: where the files are.
        folder: for empty files that state the columns there are.
        metrics: what is computed.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        lake: Lake,
        folder: Path,
        metrics: Mapping[str, Metric],
    ) -> None:
        self.lake = lake
        self.metrics = {name: each for name, each in metrics.items() if each.is_materialized}
        self._filled: set[str] = set()
        """What has, or had, rows of cells: to look at the others takes time."""
        self.points_prototype = folder / "points.parquet"
        self.owners: Mapping[str, str] = dict.fromkeys(ROLLED, "test_id") | {
            name: f"{each.reach}_id" for name, each in self.metrics.items() if each.reach != "whole"
        }
        """Whose the rows of each table are that holds rows of cells: test_id or cell_id."""
        self._prototypes = {name: folder / f"{name}.parquet" for name in RELATIONS}
        self._layouts = {method: folder / f"{method}-result.parquet" for method in LAYOUTS}
        for method, layout in LAYOUTS.items():
            self._layouts[method].write_bytes(_without_rows(layout.arrow))
        connection.execute("CREATE SCHEMA delta")
        for name, relation in RELATIONS.items():
            self._prototypes[name].write_bytes(_without_rows(relation.arrow))
            connection.execute(created(f"delta.{name}", relation.columns))
        connection.execute(created("delta.part", STEP.columns))
        connection.execute(RENUMBERED)
        for name, metric in self.metrics.items():
            connection.execute(created(f"delta.{name}", metric.answer))

    def replace(self, cursor: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> None:
        """Put other rows in the place of all there are of a relation."""
        cursor.register("incoming", rows)
        cursor.execute(f"CREATE OR REPLACE TABLE delta.{name} AS SELECT * FROM incoming")
        cursor.unregister("incoming")

    def drop(self, cursor: duckdb.DuckDBPyConnection, scope: Scope | None) -> set[str]:
        """Drop the rows of some cells, of all with None; return what had any."""
        found = set()
        for name in sorted(self._filled):
            owner = self.owners[name]
            numbers = None if scope is None else _numbers(scope, owner)
            where = "" if numbers is None else f" WHERE {owner} IN {listed(TESTS)}"
            given = {} if numbers is None else {TESTS: numbers}
            if _counted(cursor.execute(f"DELETE FROM delta.{name}{where}", given)):
                found.add(name)
        return found

    def load(
        self,
        cursor: duckdb.DuckDBPyConnection,
        scope: Scope,
        files: Mapping[int, Sequence[LiveFile]],
    ) -> set[str]:
        """Load the rows of cells that are not there yet, out of the files of each test.

        Returns the relations that have rows of them.

        Raises:
            duckdb.Error: when a file cannot be read.
        """
        found = set()
        for kind, name in _NATIVE.items():
            paths = [str(path) for _, path in self._paths(files, kind, scope.together)]
            if paths and self._load(cursor, name, paths):
                found.add(name)
        for method, layout in LAYOUTS.items():
            if results := self._paths(files, layout.kind, scope.together):
                lay_out(cursor, layout, self._layouts[method], results)
                found |= {each.name for each in (layout.rows, *layout.lists)}
            if layout.trial_kind is None:
                continue
            if trials := self._paths(files, layout.trial_kind, scope.together):
                lay_out_trials(cursor, layout, self._layouts[method], trials)
                found |= {each.name for each in (layout.rows, *layout.lists)}
            let_choices_count(cursor, layout, scope.together)
        if STEP.name in found:
            make_cycles(cursor, scope.together)
            found.add(CYCLE.name)
            cursor.execute("DELETE FROM delta.part")
            cursor.execute("DELETE FROM delta.renumbered")
        self._filled |= found
        return found

    def compute(
        self, cursor: duckdb.DuckDBPyConnection, metric: Metric, scope: Scope | None, rests: Rests
    ) -> int:
        """Compute the rows of a metric that are not there yet; return how many there are."""
        query = compose(metric, {}, scope, lambda each: each is not metric and rests(each))
        sql = f"INSERT INTO delta.{metric.name} {query.sql}"
        count = _counted(cursor.execute(sql, query.parameters))
        if count and metric.reach != "whole":
            self._filled.add(metric.name)
        return count

    def _load(self, cursor: duckdb.DuckDBPyConnection, name: str, paths: Sequence[str]) -> int:
        """Load the rows of a relation; return how many there are."""
        columns = ", ".join(column.name for column in RELATIONS[name].columns)
        tables = {name: ""}
        if name == STEP.name:  # parts of steps lie behind the whole ones
            tables = {name: "WHERE part_count IS NULL", "part": "WHERE part_count IS NOT NULL"}
        count = 0
        for table, condition in tables.items():
            result = cursor.execute(
                f"INSERT INTO delta.{table} SELECT {columns} "
                f"FROM read_parquet($files, union_by_name => true) {condition} ORDER BY test_id",
                {"files": [str(self._prototypes[name]), *paths]},
            )
            count += _counted(result)
        return count

    def _paths(
        self, files: Mapping[int, Sequence[LiveFile]], kind: str, tests: Iterable[int]
    ) -> list[tuple[int, Path]]:
        """Return the files of a kind, each with its test, the oldest first."""
        chosen = (each for test in tests for each in files.get(test, ()) if each.kind == kind)
        ordered = sorted(chosen, key=lambda each: each.number)
        return [(each.test_id, self.lake.path(each.path)) for each in ordered]


@cache
def _without_rows(schema: pa.Schema) -> bytes:
    """Return a file of these columns; encoding them is a fifth of opening a store."""
    file = pa.BufferOutputStream()
    pq.write_table(schema.empty_table(), file)
    return bytes(file.getvalue().to_pybytes())


def groups(state: StoreState, subjects: Iterable[int]) -> Iterator[Scope]:
    """Yield the cells and tests of subjects, some at once."""
    some: list[int] = []
    tests = 0
    for subject in sorted(subjects):
        more = len(state.tests_of.get(subject, ()))
        if some and tests + more > TESTS_AT_ONCE:
            yield of_subjects(state, some)
            some, tests = [], 0
        some.append(subject)
        tests += more
    if some:
        yield of_subjects(state, some)


def of_subjects(state: StoreState, subjects: Iterable[int]) -> Scope:
    """Return the scope of subjects: all their tests, and the cells among them."""
    chosen = sorted(subjects)
    tests = state.tests(chosen)
    return Scope(tests, tests, [each for each in chosen if each > 0])


def _counted(result: duckdb.DuckDBPyConnection) -> int:
    """Return how many rows a statement inserted or deleted."""
    ((count,),) = result.fetchall()
    return int(count)


def _numbers(scope: Scope, owner: str) -> list[int]:
    return list(scope.cells if owner == "cell_id" else scope.together)
