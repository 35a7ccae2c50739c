"""Which tests are asked for at once: not too many, those of a cell together."""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import groupby
from operator import itemgetter
from typing import Final

import duckdb

_TESTS_AT_ONCE: Final = 1_024
_HEAVY: Final = 16
"""So many tests is one whose points are read."""
_SQL: Final = """
SELECT list(test_id ORDER BY test_id) FROM store.test
GROUP BY coalesce(cell_id, -test_id) ORDER BY min(test_id)
"""


class Cells:
    """The tests of every cell; one without a cell stands for itself."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cells: list[list[int]] = [tests for (tests,) in cursor.execute(_SQL).fetchall()]
        self._places = {test: n for n, tests in enumerate(self._cells) for test in tests}

    def groups(
        self, wanted: Iterable[int] | None, heavy: AbstractSet[int] = frozenset()
    ) -> Iterator[Sequence[int]]:
        """Yield these tests, with None all there are, few of the heavy ones at once."""
        group: list[int] = []
        weight = 0
        for some in self._cells if wanted is None else self._of_cells(wanted):
            more = sum(_HEAVY if test in heavy else 1 for test in some)
            if group and weight + more > _TESTS_AT_ONCE:
                yield group
                group, weight = [], 0
            group += some
            weight += more
        if group:
            yield group

    def _of_cells(self, wanted: Iterable[int]) -> Iterator[list[int]]:
        there = sorted((self._places[test], test) for test in wanted if test in self._places)
        for _, some in groupby(there, key=itemgetter(0)):
            yield [test for _, test in some]
