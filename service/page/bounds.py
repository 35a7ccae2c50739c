"""From where to where a number may lie, as an address says it: ``0.5..1``, ``..2``, ``3..``."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Final

NOT_STATED: Final = "not-told"
"""In the place of bounds or of a choice: that nothing is stated."""
_BETWEEN: Final = ".."


@dataclass(frozen=True, slots=True)
class Bounds:
    """Both ends of a range, open where there is none, and of what it is where that is said."""

    low: float | None
    high: float | None
    of: str = ""

    def __str__(self) -> str:
        """Return it as an address says it."""
        return (f"{self.of}:" if self.of else "") + self.span

    @property
    def span(self) -> str:
        """Return it without of what it is."""
        if self.low is not None and self.low == self.high:
            return _written(self.low)
        return _BETWEEN.join("" if end is None else _written(end) for end in (self.low, self.high))

    @property
    def condition(self) -> Mapping[str, float]:
        """Return it as the API takes it."""
        ends = {"gte": self.low, "lte": self.high}
        return {name: end for name, end in ends.items() if end is not None}


def read_bounds(text: str) -> Bounds | str:
    """Return bounds, or that nothing is stated.

    Raises:
        ValueError: when it says neither.
    """
    return text if text == NOT_STATED else _bounds(text)


def read_bounds_of(text: str) -> Bounds | str:
    """Return bounds of something, ``PB:0.5..1``, or that nothing is stated.

    Raises:
        ValueError: when it says neither.
    """
    if text == NOT_STATED:
        return text
    of, colon, span = text.rpartition(":")
    if not (colon and of.strip()):
        raise ValueError(text)
    return _bounds(span.strip(), of.strip())


def _bounds(text: str, of: str = "") -> Bounds:
    first, between, last = text.partition(_BETWEEN)
    if not between:
        last = first
    low, high = (float(each) if each.strip() else None for each in (first, last))
    ends = [each for each in (low, high) if each is not None]
    if not ends or not all(map(isfinite, ends)) or ends != sorted(ends):
        raise ValueError(text)
    return Bounds(low, high, of)


def _written(end: float) -> str:
    return repr(end).removesuffix(".0")
