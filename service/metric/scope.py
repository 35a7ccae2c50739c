"""Scope by shadowing: the relations a metric names, holding only what was asked for.

A metric reads ``cycle``; the engine puts ``WITH cycle AS (...)`` before it. Put outside, the same
filter costs a hundred times more, and a metric could see what nobody asked for.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from schema.relation import CYCLE, POINTS
from service.metric.relation import RELATIONS
from service.metric.reported import CLAIM

TESTS: Final = "tests"
"""Parameter: the tests asked for."""
TOGETHER: Final = "together"
"""Parameter: all tests of the cells that these ran on, and these."""
CELLS: Final = "cells"
"""Parameter: those cells."""
POINTS_FILES: Final = "points_files"
"""Parameter: the Parquet files of the points of the tests asked for, an empty one first."""
PARAMETERS: Final = frozenset({TESTS, TOGETHER, CELLS, POINTS_FILES})

WRITTEN_OUT: Final = 256
"""Numbers that may stand in a query themselves."""

Width = Literal["tests", "together"]
_PARAMETER: Final = re.compile(r"\$(\w+)")


@dataclass(frozen=True, slots=True)
class Scope:
    """What is asked for.

    Attributes:
        tests: the tests.
        together: all tests of the cells that these ran on, and these: a cell's numbers are the
            cell's, whichever of its tests are asked for.
        cells: those cells.
    """

    tests: Sequence[int]
    together: Sequence[int]
    cells: Sequence[int]

    @property
    def parameters(self) -> Mapping[str, object]:
        """Return the parameters of a query of this scope."""
        named = {TESTS: self.tests, TOGETHER: self.together, CELLS: self.cells}
        return {name: list(values) for name, values in named.items()}


def listed(parameter: str) -> str:
    """Return the query for the numbers of a parameter."""
    return f"(SELECT unnest(CAST(${parameter} AS BIGINT[])))"


def written_out(sql: str, parameters: Mapping[str, object]) -> str:
    """Return a query in which few numbers stand themselves: DuckDB then reads only where they are.

    Of a parameter it knows nothing before it runs; to plan for that takes as long as all else. A
    stretch without gaps, as a page of new cells is, takes half as long as its numbers.
    """
    for name in (TESTS, TOGETHER, CELLS):
        numbers = parameters.get(name)
        if isinstance(numbers, list) and 0 < len(numbers) <= WRITTEN_OUT:
            few = sorted({*map(int, numbers)})
            if few[-1] - few[0] == len(few) - 1:
                sql = sql.replace(f"IN {listed(name)}", f"BETWEEN {few[0]} AND {few[-1]}")
            sql = sql.replace(listed(name), f"({', '.join(map(str, few))})")
    return sql


def whole(name: str) -> str:
    """Return the query that stands for all rows of a relation or a materialized metric."""
    if name == POINTS.name:
        columns = ", ".join(column.name for column in RELATIONS[name].columns)
        return f"SELECT {columns} FROM read_parquet(${POINTS_FILES}, union_by_name => true)"
    return f"SELECT * FROM store.{name}"


def narrowed(name: str, width: Width) -> str:
    """Return the query that stands for a relation narrowed to a scope.

    Where a metric hangs on all tests of a cell it sees them all (``together``); cycles always are
    those of the cell. Claims and properties are about more than tests and are never narrowed.
    """
    relation, stored = RELATIONS[name], whole(name)
    if name == POINTS.name:
        return stored  # its files are those of the tests
    if relation.owner == "test_id":
        tests = TOGETHER if width == "together" or name == CYCLE.name else TESTS
        return f"{stored} WHERE test_id IN {listed(tests)}"
    here = listed(CELLS)
    materials = (
        f"SELECT material_id FROM store.layer WHERE cell_id IN {here} "
        "UNION SELECT material_id FROM store.test "
        f"WHERE test_id IN {listed(TOGETHER if width == 'together' else TESTS)}"
    )
    if relation.owner == "cell_id":
        return f"{stored} WHERE cell_id IN {here}"
    if name == "substance":
        return (
            f"{stored} WHERE name IN (SELECT substance FROM store.layer WHERE cell_id IN {here}) "
            "OR substance_id IN (SELECT substance_id FROM store.material "
            f"WHERE material_id IN ({materials}))"
        )
    if name == "material":
        return f"{stored} WHERE material_id IN ({materials})"
    return stored


def is_about_things(relations: Iterable[str]) -> bool:
    """Return whether what reads these relations may be about things that nothing was tested of."""
    return CLAIM.name in relations


def under(queries: Iterable[tuple[str, str]], sql: str) -> str:
    """Return a query with named queries put before it, each seeing those that came earlier."""
    heads = ",\n".join(f"{name} AS (\n{query}\n)" for name, query in queries)
    return f"WITH {heads}\n{sql}" if heads else sql


def used(sql: str, parameters: Mapping[str, object]) -> dict[str, object]:
    """Return the parameters a query names: DuckDB refuses any more than these."""
    named = set(_PARAMETER.findall(sql))
    return {name: value for name, value in parameters.items() if name in named}
