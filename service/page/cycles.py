"""The cycles of a cell, in the order it went through them, and columns that go along with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from service.page.ask import floats

Floats = NDArray[np.float64]
BY_ITSELF: Final = 6
"""Cycles that are chosen where nobody chooses."""


@dataclass(frozen=True, slots=True)
class CellCycles:
    """Per cycle: its test, its number there, and its number in the cell, NaN where it has none.

    ``row`` is where the answer about them has it.
    """

    test: Sequence[str]
    count: Sequence[int]
    number: Floats
    row: NDArray[np.int64]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.test)

    @property
    def has_distinct_numbers(self) -> bool:
        """Return whether no two have the same number."""
        known = self.number[np.isfinite(self.number)]
        return len(np.unique(known)) == len(known)

    def within(self, first: int | None, last: int | None) -> NDArray[np.bool_]:
        """Return which have a number, from the first to the last."""
        low = -np.inf if first is None else first
        high = np.inf if last is None else last
        return np.asarray((self.number >= low) & (self.number <= high))

    def only(self, chosen: NDArray[np.bool_]) -> "CellCycles":
        """Return some of them."""
        places = np.flatnonzero(chosen).tolist()
        return CellCycles(
            [self.test[each] for each in places],
            [self.count[each] for each in places],
            self.number[places],
            self.row[places],
        )

    def numbers(self, answer: Mapping[str, Any] | None, name: str) -> Floats:
        """Return a column of a metric's answer, NaN where it has nothing of a cycle."""
        return floats(self.column(answer, name))

    def column(self, answer: Mapping[str, Any] | None, name: str) -> list[Any]:
        """Return a column of a metric's answer, None where it has nothing of a cycle."""
        if not answer:
            return [None] * len(self)
        pairs = zip(answer["testId"], _listed(answer["cycleCount"]), strict=True)
        places = {pair: number for number, pair in enumerate(pairs)}
        values = _listed(answer[name])
        found = (places.get(pair) for pair in zip(self.test, self.count, strict=True))
        return [None if place is None else values[place] for place in found]


def cell_cycles(answer: Mapping[str, Any] | None) -> CellCycles:
    """Return the cycles of an answer, by number; those without one come last."""
    if not answer:
        return CellCycles((), (), np.empty(0), np.empty(0, np.int64))
    number = floats(answer["cellCycleCount"])
    tests, counts = list(answer["testId"]), _listed(answer["cycleCount"])
    order = np.argsort(number, kind="stable")
    places = order.tolist()
    return CellCycles(
        [tests[each] for each in places], [counts[each] for each in places], number[order], order
    )


def spread(numbers: Floats, count: int = BY_ITSELF) -> tuple[int, ...]:
    """Return the first, some in between and the last, so many in all."""
    known = np.unique(numbers[np.isfinite(numbers)])
    places = np.unique(np.linspace(0, len(known) - 1, count).round().astype(int))
    return tuple(int(known[each]) for each in places) if known.size else ()


def _listed(column: Any) -> list[Any]:  # noqa: ANN401 # as the answer has it
    return column.tolist() if isinstance(column, np.ndarray) else list(column)
