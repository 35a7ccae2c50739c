"""An axis: from values to places along it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from service.page.figure.tick import linear_labels, linear_ticks, log_labels, log_ticks

_AROUND_NOTHING: Final = 0.05
"""Half the span about a single value, as a share of it."""
_LARGEST: Final = 1e100
"""What is larger has no place, what is smaller than its inverse is nothing."""
_TELLABLE: Final = 1e-12
"""The least span, as a share of the values, over which an axis tells them apart."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A span of values, what they are, and whether it is logarithmic.

    ``label`` is written as ``Quantity / unit``.
    """

    label: str
    low: float
    high: float
    log: bool = False
    marked: Sequence[tuple[float, str]] | None = None
    """Where it is marked and what stands there: an axis of things, or of places of another axis."""

    def fractions(self, values: ArrayLike) -> NDArray[np.float64]:
        """Return where values lie, 0 at the low end, 1 at the high; NaN where they have none."""
        numbers = finite(values)
        if not self.log:
            return (numbers - self.low) / (self.high - self.low)
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.where(numbers > 0, np.log10(numbers), np.nan)
        ends = np.log10([self.low, self.high])
        return np.asarray((logs - ends[0]) / (ends[1] - ends[0]))

    def ticks(self, most: int) -> tuple[NDArray[np.float64], list[str]]:
        """Return at most about so many ticks and what is written beside them."""
        if self.marked is not None:
            low, high = sorted((self.low, self.high))
            within = [each for each in self.marked if low <= each[0] <= high]
            return np.array([place for place, _ in within]), [label for _, label in within]
        if self.log:
            marked = log_ticks(self.low, self.high, most)
            return np.array(marked), log_labels(marked)
        marked = linear_ticks(self.low, self.high, most)
        return np.array(marked), linear_labels(marked)

    def over(self, low: float, high: float) -> "Axis":
        """Return the same axis over another span."""
        return replace(self, low=low, high=high)


def finite(values: ArrayLike, largest: float = _LARGEST) -> NDArray[np.float64]:
    """Return values with NaN for what is too large to be drawn, and 0 for what is too small."""
    numbers = np.asarray(values, float)
    size = np.abs(numbers)
    return np.where(size < largest, np.where(size > 1 / largest, numbers, 0.0), np.nan)


def spanning(
    label: str,
    values: Iterable[ArrayLike],
    *,
    log: bool = False,
    room: float = 0.04,
    include: Iterable[float] = (),
    low: float | None = None,
    high: float | None = None,
) -> Axis:
    """Return an axis that all finite values lie on, with some room at either end.

    ``include`` are values that must lie on it too; ``low`` and ``high`` fix an end.
    """
    parts = [np.ravel(np.asarray(each, float)) for each in values]
    numbers = (
        np.concatenate([*parts, np.array(list(include), float)])
        if parts or include
        else np.empty(0)
    )
    numbers = finite(numbers, _LARGEST**0.9)  # room and ticks have a place too
    numbers = numbers[np.isfinite(numbers)]
    if log:
        return _log_axis(label, numbers, room, low, high)
    least, greatest = (float(numbers.min()), float(numbers.max())) if numbers.size else (0.0, 1.0)
    least, greatest = low if low is not None else least, high if high is not None else greatest
    if not greatest - least > _TELLABLE * max(abs(least), abs(greatest)):
        half = abs(least) * _AROUND_NOTHING or 1.0
        return Axis(label, least - (0 if low is not None else half), greatest + half)
    gap = greatest * room - least * room
    start = least if low is not None else least - gap
    return Axis(label, start, greatest if high is not None else greatest + gap)


def _log_axis(
    label: str, numbers: NDArray[np.float64], room: float, low: float | None, high: float | None
) -> Axis:
    positive = numbers[numbers > 0]
    least, greatest = (positive.min(), positive.max()) if positive.size else (1.0, 10.0)
    least, greatest = low or least, high or greatest
    if not greatest - least > _TELLABLE * greatest:
        least, greatest = least / 2, greatest * 2
    ends = np.log10([least, greatest])
    gap = (ends[1] - ends[0]) * room
    return Axis(
        label,
        float(least if low else 10 ** (ends[0] - gap)),
        float(greatest if high else 10 ** (ends[1] + gap)),
        log=True,
    )
