"""What was computed of sweeps, out of its files into the delta: lists become relations."""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from schema.analysis.layout import Layout


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
        columns = [column.name for column in relation.columns]
        if relation is not layout.rows:
            own = {column.name for column in layout.own(relation).columns}
            columns = [name for name in columns if name not in own]
            columns.append(f"unnest({relation.name}, recursive := true)")
        for paths, latest in ((older, False), (list(newest.values()), True)):
            if paths:
                cursor.execute(
                    f"INSERT INTO delta.{relation.name} BY NAME "
                    f"SELECT {', '.join(columns)}, {latest} AS latest "
                    "FROM read_parquet($files, union_by_name => true) ORDER BY test_id",
                    {"files": [str(prototype), *paths]},
                )
