"""A reader with a fault, for the kit to find; a module of its own, for it travels to a process."""

import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from ingest.reading import Export, RawColumn, Reading
from schema.error import UnreadableExport


@dataclass
class Spoilt:
    """What reads as a reader does, with a fault."""

    read: Callable[[Export], list[Reading]]
    how: str
    calls: int = 0

    def __call__(self, export: Export) -> list[Reading]:
        """Read, with the fault."""
        (first, *others) = self.read(export)
        self.calls += 1
        match self.how:
            case "a fault":
                raise IndexError(self.how)
            case "a death":
                os.abort()
            case "a warning":
                warnings.warn(self.how, RuntimeWarning, stacklevel=1)
            case "no place":
                raise UnreadableExport(export.origin, "acme", "", "somewhere")
            case "nothing":
                return []
            case "more tests":
                others = [first] * self.calls
        return [replace(first, columns=(*first.columns[:-1], self.column(first))), *others]

    def column(self, first: Reading) -> RawColumn:
        """Return a column with a fault in place of the last; the last if it is elsewhere."""
        last, count = first.columns[-1], first.row_count
        columns: dict[str, Callable[[], RawColumn]] = {
            "a length": lambda: RawColumn("short", np.zeros(1)),
            "a quantity": lambda: replace(last, quantity="voltage_volts"),
            "a scale": lambda: replace(last, scale=0.0),
            "a name": lambda: replace(first.columns[0], quantity=None),
            "chance": lambda: RawColumn("chance", np.full(count, float(self.calls))),
            "words by chance": lambda: RawColumn("words", pa.array([str(self.calls)] * count)),
            "much": lambda: RawColumn("much", np.ones(40_000_000)[:count]),
        }
        return columns.get(self.how, lambda: last)()
