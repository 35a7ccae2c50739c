"""What a test consists of that is known by a hash: its sweeps, scans, regions or images."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.subject import Subject

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Measurements:
    """The measurements of a test, all of one kind.

    Attributes:
        subject: what they are.
        rows: how each was taken: the columns of its table but keys and hash.
        columns: of their points, of its relation but the test; none where pixels rest in exports.
        hashes: of what each is made of; those of the points where they are not given.
    """

    subject: Subject
    rows: list[Row]
    columns: Mapping[str, Any] = field(default_factory=dict)
    hashes: tuple[str, ...] = ()

    @property
    def hashed_rows(self) -> list[Row]:
        """Return how each was taken, with its hash."""
        hashes = self.hashes or self.subject.hashes(self.columns, self.rows)
        return [{**row, "input_hash": each} for row, each in zip(self.rows, hashes, strict=True)]


def known_rows(columns: Mapping[str, NDArray[Any]]) -> list[Row]:
    """Return rows of columns: a number that is none is unknown."""
    lists = ([_known(value) for value in values.tolist()] for values in columns.values())
    return [dict(zip(columns, row, strict=True)) for row in zip(*lists, strict=True)]


def places(row_counts: Iterable[int]) -> NDArray[np.int64]:
    """Return the number of its measurement for each record, from 1."""
    counts = np.fromiter(row_counts, dtype=np.int64)
    return np.repeat(np.arange(1, counts.size + 1), counts)


def even_step(values: NDArray[np.float64], tolerance: float) -> float | None:
    """Return what neighbors differ by, None where that is uneven by more than the tolerance."""
    if values.size < 2:
        return None
    with np.errstate(over="ignore", invalid="ignore"):  # of damaged numbers
        step = (values[-1] - values[0]) / (values.size - 1)
        even = bool(np.all(np.abs(np.diff(values) - step) <= tolerance))
    return float(abs(step)) if even else None


def _known(value: Any) -> Any:  # noqa: ANN401 # of any column
    return None if isinstance(value, float) and not isfinite(value) else value
