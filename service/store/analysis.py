"""What was computed of sweeps, out of its files into the delta: lists become relations."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import duckdb

from schema.analysis.layout import Layout
from schema.relation import Relation
from service.metric.scope import TESTS, listed

_OF_SWEEP: Final = "test_id, spectrum_count, input_hash"
_ANALYSIS: Final = f"{_OF_SWEEP}, version, parameter_hash"


def lay_out(
    cursor: duckdb.DuckDBPyConnection,
    layout: Layout,
    prototype: Path,
    files: Sequence[tuple[int, Path]],
) -> None:
    """Load the results of a method for tests out of their files, the oldest first.

    The prototype is an empty file of the layout: what an older version did not write is null.
    """
    newest = {test: str(path) for test, path in files}
    older = [str(path) for test, path in files if newest[test] != str(path)]
    for relation in (layout.rows, *layout.lists):
        for paths, latest in ((older, False), (list(newest.values()), True)):
            if paths:
                _load(cursor, layout, relation, [str(prototype), *paths], latest=latest)


def lay_out_trials(
    cursor: duckdb.DuckDBPyConnection,
    layout: Layout,
    prototype: Path,
    files: Sequence[tuple[int, Path]],
) -> None:
    """Load what was tried on single sweeps, behind the results of their whole tests.

    Of a sweep that has other points by now nothing counts, nor what its whole test has as well.
    """
    among = (
        f"SEMI JOIN store.sweep USING ({_OF_SWEEP}) "
        f"ANTI JOIN delta.{layout.rows.name} USING ({_ANALYSIS})"
    )
    paths = [str(prototype), *(str(path) for _, path in files)]
    for relation in (*layout.lists, layout.rows):
        _load(cursor, layout, relation, paths, latest=False, among=among)


def let_choices_count(
    cursor: duckdb.DuckDBPyConnection, layout: Layout, tests: Sequence[int]
) -> None:
    """Let the fits that people chose count for their sweeps, in place of the latest of a test.

    A choice of what is there no more changes nothing: the automatic fit counts.
    """
    rows = layout.rows.name
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE choice AS SELECT {_ANALYSIS} FROM store.fit_choice "
        f"SEMI JOIN (SELECT * FROM delta.{rows} WHERE chosen) USING ({_ANALYSIS}, circuit) "
        f"WHERE test_id IN {listed(TESTS)}",
        {TESTS: list(tests)},
    )
    ((count,),) = cursor.execute("SELECT count(*) FROM choice").fetchall()
    for relation in (layout.rows, *layout.lists) if count else ():
        cursor.execute(
            f"UPDATE delta.{relation.name} AS fitted SET latest = "
            "fitted.version = choice.version AND fitted.parameter_hash = choice.parameter_hash "
            "FROM choice WHERE fitted.test_id = choice.test_id "
            "AND fitted.spectrum_count = choice.spectrum_count"
        )
    cursor.execute("DROP TABLE choice")


def _load(
    cursor: duckdb.DuckDBPyConnection,
    layout: Layout,
    relation: Relation,
    paths: Sequence[str],
    *,
    latest: bool,
    among: str = "",
) -> None:
    columns = [column.name for column in relation.columns]
    if relation is not layout.rows:
        own = {column.name for column in layout.own(relation).columns}
        columns = [name for name in columns if name not in own]
        columns.append(f"unnest({relation.name}, recursive := true)")
    cursor.execute(
        f"INSERT INTO delta.{relation.name} BY NAME "
        f"SELECT {', '.join(columns)}, {latest} AS latest "
        f"FROM read_parquet($files, union_by_name => true) AS result {among} ORDER BY test_id",
        {"files": paths},
    )
