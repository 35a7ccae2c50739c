"""Columns that nobody computes with: they wait where they are until they are written."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


class Later(ABC):
    """A column of finite numbers that is not in memory; NumPy gets all of it where it asks."""

    @property
    @abstractmethod
    def dtype(self) -> np.dtype[Any]:
        """Return the type of its values."""

    @abstractmethod
    def __len__(self) -> int:
        """Return the number of records."""

    @abstractmethod
    def part(self, start: int, stop: int) -> NDArray[Any]:
        """Return the values of some records, in one piece of memory."""

    def at(self, rows: NDArray[np.int64]) -> NDArray[Any]:
        """Return the values of these records."""
        return np.asarray(self)[rows]

    def tolist(self) -> list[Any]:
        """Return all values as Python has them, as other columns do."""
        values: list[Any] = np.asarray(self).tolist()
        return values

    def __array__(
        self, dtype: DTypeLike | None = None, *, copy: bool | None = None
    ) -> NDArray[Any]:
        """Return all values."""
        if copy is False:
            message = "the values are not in memory"
            raise ValueError(message)
        return self.part(0, len(self)).astype(dtype or self.dtype, copy=False)


@dataclass(frozen=True, slots=True)
class Ordinals(Later):
    """The place of every record, from 1."""

    count: int

    @property
    def dtype(self) -> np.dtype[Any]:
        """Return the type of places."""
        return np.dtype(np.int64)

    def __len__(self) -> int:
        """Return the number of records."""
        return self.count

    def part(self, start: int, stop: int) -> NDArray[Any]:
        """Return the places of some records."""
        return np.arange(start + 1, stop + 1)

    def at(self, rows: NDArray[np.int64]) -> NDArray[Any]:
        """Return the places of these records."""
        return rows + 1
