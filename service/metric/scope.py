"""Scope by shadowing: the relations a metric names, holding only the tests that were asked for.

A metric reads ``cycle``; the engine puts ``WITH cycle AS (...)`` before it. Put outside, the same
filter costs a hundred times more, and a metric could see what nobody asked for. Only cycles are
those of all tests of a cell: what it retains is told by the others too. So the answer is narrowed
once more, where its rows are of tests.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from service.store.relation import RELATIONS

TESTS = "tests"
"""Parameter: the tests asked for."""
POINTS_FILES = "points_files"
"""Parameter: the Parquet files of their points, an empty prototype first."""

THINGS = frozenset({"cell", "layer", "treatment", "substance", "material"})
"""Relations of what is tested; narrowed to what the tests asked for ran on."""

_ASKED_FOR = f"(SELECT unnest(CAST(${TESTS} AS BIGINT[])))"
_OF_CELLS = (
    "(SELECT test_id FROM store.test WHERE coalesce(cell_id, -test_id) IN "
    f"(SELECT coalesce(cell_id, -test_id) FROM store.test WHERE test_id IN {_ASKED_FOR}))"
)
_PARAMETER = re.compile(r"\$(\w+)")


def shadow(name: str, *, whole: bool) -> str:
    """Return the query that stands for a relation: whole, or narrowed to ``$tests``."""
    if name == "points":
        columns = ", ".join(column.name for column in RELATIONS[name].columns)
        return f"SELECT {columns} FROM read_parquet(${POINTS_FILES}, union_by_name => true)"
    stored = f"SELECT * FROM store.{name}"
    if whole or name in {"claim", "property"}:  # these are about more than tests
        return stored
    tested = f"(SELECT cell_id FROM store.test WHERE test_id IN {_ASKED_FOR})"
    if name in {"cell", "layer", "treatment", "cycled"}:
        return f"{stored} WHERE cell_id IN {tested}"
    if name == "substance":
        return (
            f"{stored} WHERE name IN (SELECT substance FROM store.layer WHERE cell_id IN {tested})"
        )
    if name == "material":
        return (
            f"{stored} WHERE material_id IN (SELECT material_id FROM store.layer WHERE cell_id IN "
            f"{tested} UNION SELECT material_id FROM store.test WHERE test_id IN {_ASKED_FOR})"
        )
    return f"{stored} WHERE test_id IN {_OF_CELLS if name == 'cycle' else _ASKED_FOR}"


def answer(sql: str, grain: Sequence[str], *, whole: bool) -> str:
    """Return the query for an answer in its order, of the tests asked for where it is of tests."""
    narrowed = not whole and "test_id" in grain
    where = f" WHERE test_id IN {_ASKED_FOR}" if narrowed else ""
    return f"SELECT * FROM (\n{sql}\n){where} ORDER BY {', '.join(grain)}"


def under(relations: Iterable[tuple[str, str]], sql: str) -> str:
    """Return a query with named queries put before it, each seeing those that came earlier."""
    heads = ",\n".join(f"{name} AS (\n{query}\n)" for name, query in relations)
    return f"WITH {heads}\n{sql}" if heads else sql


def used(sql: str, parameters: Mapping[str, object]) -> dict[str, object]:
    """Return the parameters a query names: DuckDB refuses any more than these."""
    named = set(_PARAMETER.findall(sql))
    return {name: value for name, value in parameters.items() if name in named}
