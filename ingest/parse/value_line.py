"""A text of one value a line, taken line after line; numbers that are many are taken at once.

What is wanted beyond its end raises EOFError.
"""

from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from ingest.reading import Export
from schema.error import UnreadableExport

_LINE_FEED: Final = 10
_BOM: Final = b"\xef\xbb\xbf"
_MOST: Final = 1e9
"""No export has more of anything."""


@dataclass
class ValueLines:
    """The lines of a text, from the next on.

    Attributes:
        origin: where it came from.
        reader: who reads it.
        content: its bytes.
        starts: where its whole lines begin, and the end of the last.
        no_value: numbers from here on are none.
        place: the next line, from 0.
    """

    origin: Path
    reader: str
    content: bytes
    starts: NDArray[np.int64]
    no_value: float
    place: int = 0

    @classmethod
    def of(cls, export: Export, reader: str, no_value: float) -> Self:
        """Return the lines of an export; one without its end may be cut, and is none."""
        content = export.path.read_bytes().removeprefix(_BOM)
        feeds = np.flatnonzero(np.frombuffer(content, np.uint8) == _LINE_FEED)
        starts = np.concatenate([[0], feeds + 1]).astype(np.int64)
        return cls(export.origin, reader, content, starts, no_value)

    def text(self) -> str:
        """Return the next line: UTF-8, or Latin-1 where it is none."""
        if self.place + 1 >= self.starts.size:
            raise EOFError
        raw = self.content[self.starts[self.place] : self.starts[self.place + 1]].strip()
        self.place += 1
        try:
            return raw.decode()
        except UnicodeDecodeError:
            return raw.decode("latin-1")

    def number(self) -> float | None:
        """Return the number on the next line, None where it stands for none."""
        text = self.text()
        try:
            value = float(text)
        except ValueError:
            raise self.refusal(f"{text[:40]!r} is no number") from None
        return value if isfinite(value) and abs(value) < self.no_value else None

    def count(self) -> int:
        """Return the whole number on the next line, of what follows."""
        value = self.number()
        if value is None or not 0 <= value <= _MOST or value != int(value):
            raise self.refusal(f"{value} is no number of what follows")
        return int(value)

    def numbers(self, count: int) -> NDArray[np.float64]:
        """Return so many numbers, fewer where it ends before; what is none is NaN."""
        stop = min(self.place + count, self.starts.size - 1)
        begin, end = self.starts[self.place], self.starts[stop]
        words = self.content[begin:end].split()
        if len(words) != stop - self.place:
            raise self.refusal("a line here holds no number, or more than one")
        try:
            values = np.array(words, dtype="S").astype(np.float64) if words else np.empty(0)
        except ValueError as fault:
            raise self.refusal(f"within {len(words)} numbers from here: {fault}") from None
        self.place = stop
        values[~(np.abs(values) < self.no_value)] = np.nan
        return values

    def refusal(self, reason: str) -> UnreadableExport:
        """Return what refuses the export at the line read last."""
        return UnreadableExport(self.origin, self.reader, f"line {self.place}", reason)
