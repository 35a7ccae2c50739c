"""Texts that are digits between marks which are the same in all of them, parted in one go.

Clocks and dates of an export nearly always are: ``144:02:18``, ``1/3/2019 9:33:48 AM``. Many that
follow each other have their marks in the same places too, so that they are rows of a matrix: that
takes a tenth of the time of a regular expression.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

_ROWS: Final = 1 << 13
"""Texts looked at together: few enough that what is computed of them stays cached."""
_FEWEST: Final = 64
"""Texts with marks in the same places, in the mean; of fewer it would take longer."""
_WIDEST: Final = 64
"""Letters of a clock or date."""
_MOST_DIGITS: Final = 15
"""Of a field: a double holds as many."""
_SINGLE_DIGITS: Final = 7
"""Of which a float of single precision holds as many."""
TENS: Final = np.array([10.0**place for place in range(_MOST_DIGITS + 1)])
"""Powers of ten, each exact."""


@dataclass(frozen=True, slots=True)
class DigitFields:
    """What stands between the marks of each text, in rows of a field."""

    marks: str
    """One character each; ``A`` for P too, as AM and PM have them."""
    numbers: NDArray[np.float64]
    """The digits of each field as a whole number, 0 where it has none."""
    widths: NDArray[np.int8]
    """How many digits it has."""
    is_late: NDArray[np.bool_]
    """Whether a text has P where ``marks`` has an A."""

    def has_widths(self, place: int, least: int, most: int) -> bool:
        """Return whether a field has so many digits in all texts."""
        widths = self.widths[place]
        return bool(widths.min() >= least and widths.max() <= most)

    def decimals(self, place: int) -> NDArray[np.float64]:
        """Return a field as the digits behind a decimal point, each to the last bit."""
        decimals: NDArray[np.float64] = self.numbers[place] / TENS[self.widths[place]]
        return decimals


def digit_fields(texts: pl.Series) -> DigitFields | None:
    """Return the fields of texts, or None where their marks differ, or one of them is missing."""
    if texts.is_empty() or texts.null_count():
        return None
    array = texts.to_arrow()
    _, places, content = array.buffers()
    bounds = np.frombuffer(places, np.int64)[array.offset : array.offset + len(array) + 1]
    lengths = np.diff(bounds)
    if not lengths.all() or lengths.max() > _WIDEST:
        return None
    letters = np.frombuffer(content, np.uint8)
    turns = np.append(np.flatnonzero(lengths[1:] != lengths[:-1]) + 1, len(array))
    patience = len(array) // _FEWEST + len(array) // _ROWS + 4
    found = _empty(letters[bounds[0] : bounds[1]], len(array))
    begin = 0
    while begin < len(array):
        end = min(int(turns[np.searchsorted(turns, begin, "right")]), begin + _ROWS)
        rows = letters[bounds[begin] : bounds[end]].reshape(end - begin, -1)
        count = _part(rows, found, begin)
        begin, patience = begin + count, patience - 1
        if not count or not patience:
            return None
    return found if found.widths.max() <= _MOST_DIGITS else None


def _empty(letters: NDArray[np.uint8], count: int) -> DigitFields:
    """Return room for the fields of so many texts like the first one."""
    marks = letters[_are_marks(letters)].tobytes().decode("latin-1").replace("P", "A")
    shape = len(marks) + 1, count
    return DigitFields(marks, np.zeros(shape), np.empty(shape, np.int8), np.zeros(count, np.bool_))


def _part(rows: NDArray[np.uint8], into: DigitFields, begin: int) -> int:
    """Part the texts that have marks where the first of them has; return how many they are."""
    count: int = rows.shape[0]
    width = rows.shape[1]
    places = np.flatnonzero(_are_marks(rows[0])).tolist()
    if len(places) != len(into.marks):
        return 0
    layout = _layout(into.marks, (*places,), width)
    if "A" in into.marks:
        half = places[into.marks.index("A")]
        rows = rows.copy()
        is_late = rows[:, half] == ord("P")
        into.is_late[begin : begin + count] = is_late
        rows[is_late, half] = ord("A")
    digits = rows.ravel() ^ layout.alike[: rows.size]
    differs = digits > layout.most[: rows.size]
    if differs.any():
        count = int(differs.argmax()) // width
    here = slice(begin, begin + count)
    digits = digits[: count * width].reshape(count, width)
    weights = layout.weights
    into.numbers[: weights.shape[1], here] = (digits.astype(weights.dtype) @ weights).T
    into.widths[:, here] = layout.widths
    return count


@dataclass(frozen=True, slots=True)
class _Layout:
    """What texts have in common that have the same marks in the same places."""

    alike: NDArray[np.uint8]
    """Marks, and 0 for digits, of as many texts as are looked at together."""
    most: NDArray[np.uint8]
    """How much a letter differs at most: the digit, and marks not at all."""
    weights: NDArray[np.floating]
    """What a letter counts in each field but the last ones if these have no digits.

    Of single precision where that is exact, for it takes half the time.
    """
    widths: NDArray[np.int8]


@lru_cache(maxsize=64)
def _layout(marks: str, places: tuple[int, ...], width: int) -> _Layout:
    """Return the layout of texts so wide with marks in these places."""
    alike, most = np.full(width, ord("0"), np.uint8), np.full(width, 9, np.uint8)
    alike[[*places]], most[[*places]] = [*marks.encode("latin-1")], 0
    fields = [*pairwise([-1, *places, width])]
    most_digits = max(behind - before - 1 for before, behind in fields)
    kind = np.float32 if most_digits <= _SINGLE_DIGITS else np.float64
    weights = np.zeros((width, len(fields)), kind)
    for field, (before, behind) in enumerate(fields):
        weights[before + 1 : behind, field] = 10.0 ** np.arange(behind - before - 2, -1, -1)
    weights = weights[:, : np.flatnonzero(weights.any(axis=0)).max(initial=-1) + 1]
    widths = np.array([[behind - before - 1] for before, behind in fields], np.int8)
    return _Layout(np.tile(alike, _ROWS), np.tile(most, _ROWS), weights, widths)


def _are_marks(letters: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return letters ^ np.uint8(ord("0")) > np.uint8(9)
