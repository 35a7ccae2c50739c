"""Cycles in their order, and what is measured of each: what the figures over cycles share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.downsample import Method, chosen
from service.page.figure.panel import Panel

Floats = NDArray[np.float64]
Chosen = NDArray[np.bool_]
MOST_MARKS: Final = 2_000
"""Marks of one look; of more, the least and the greatest of each stretch are drawn."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A number for each cycle with its error and how sure it is; ``unit`` is that of both."""

    name: str
    """In files."""
    label: str
    unit: str
    value: Floats
    error: Floats
    status: Sequence[str | None]
    reason: Sequence[str | None]


@dataclass(frozen=True, slots=True)
class Course:
    """Cycles in their order: where they stand along the axis, their number, their kind."""

    along: Floats
    along_label: str
    number: Floats
    kind: Sequence[str | None]
    role: Sequence[str | None]
    level: tuple[float, str] | None = None
    """A value to compare with, in the unit of what is measured, and what it is."""
    picked: Sequence[int] = ()
    """Cycles that were chosen to be looked at."""
    from_first: bool = True
    """Whether it begins with the first cycle."""
    notes: Sequence[str] = ()
    """Sentences of the caption."""
    knee: tuple[float, float, float] | None = None
    """Where the fade gets faster along the axis, and the ends of its interval, NaN for open."""


def placed(statuses: Sequence[str | None]) -> Chosen:
    """Return which stand at their value: what cannot be compared or computed does not."""
    return np.array([each not in {"not_comparable", "not_computable"} for each in statuses], bool)


def few(seen: Chosen, values: Floats) -> NDArray[np.int64]:
    """Return places to draw a mark at: of many those of the least and greatest values."""
    places = np.flatnonzero(seen)
    thinned = chosen([values[places]], len(places), MOST_MARKS, Method.MINMAX)
    return places if thinned is None else places[thinned]


def at_bottom(panel: Panel, places: NDArray[np.int64]) -> Floats:
    """Return where marks stand that have no value: on the axis."""
    return np.full(len(places), panel.y.low)


def whole(numbers: Floats) -> list[int]:
    """Return numbers of cycles, 0 for one without."""
    return [int(each) if np.isfinite(each) else 0 for each in numbers.tolist()]


def notes(course: Course, measured: Measured, places: NDArray[np.int64]) -> list[str]:
    """Return what is written of each point beside its numbers: its cycle, and why it is not ok."""
    notes = []
    for place in places.tolist():
        number, status = course.number[place], measured.status[place]
        words = [] if course.along_label == "Cycle" else [f"cycle {number:.0f}"]
        if status != "ok":
            words.append(f"{status}: {measured.reason[place]}".replace("_", " "))
        notes.append(", ".join(words))
    return notes
