"""A delimited text as a table of columns, every record with the line it stood on.

Nothing is guessed: a field that is no number where a number must be is refused with its line.
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from ingest.parse.clock_text import clock_second, usual_clock_second
from ingest.parse.run import runs
from ingest.reading import Finding
from schema.error import UnreadableExport

_SAMPLE: Final = 4096
"""Records whose digits are looked at."""
_LASTING: Final = 8
"""Records for which a text lasts in the mean, so that runs are looked at instead of them."""
_LONG: Final = 1 << 13
"""Numbers in a piece of a column from which NumPy puts the pieces together quicker than polars."""
NAMED: Final = r"^[-+]?0[0-9]"
"""Digits with a zero in front are a name, not a number."""
MISSING: Final = frozenset({"", "nan"})


@dataclass(frozen=True, slots=True)
class TextTable:
    """Columns of text under the names of the header."""

    origin: Path
    reader: str
    header: tuple[str, ...]
    frame: pl.DataFrame
    """Columns named 0, 1, 2 …: text, or numbers where all of one was read as such."""
    lines: NDArray[np.int64]
    """Line of each record in the file, from 1."""
    decimal: str = "."
    missing: Collection[str] = MISSING
    """Words for "no value", in lower case."""
    findings: tuple[Finding, ...] = ()
    written: tuple[int | None, ...] = ()
    """Digits of each column where texts are no more; see ``digits``."""

    def digits(self, place: int) -> int | None:
        """Return how many digits a column has behind its decimal mark; see ``digits_of``."""
        if self.frame[str(place)].dtype == pl.Float64:
            return self.written[place] if self.written else None
        texts = self.texts(place)
        few = texts.gather_every(1 + len(texts) // _SAMPLE)
        return digits_of(few.to_frame(), self.decimal)[0]

    def texts(self, place: int) -> pl.Series:
        """Return a column as stripped texts, null where a value is missing."""
        return self.stripped(self.frame[str(place)])

    def as_written(self, place: int) -> pl.Series:
        """Return a column of texts as they stand."""
        return self.frame[str(place)]

    def stripped(self, column: pl.Series) -> pl.Series:
        """Return texts stripped, null where a value is missing."""
        column = column.str.strip_chars()
        short = column.str.len_bytes() <= max(map(len, self.missing), default=0)
        if not short.any():
            return column  # nothing so short: no need to look at what it says
        return column.set(column.str.to_lowercase().is_in(list(self.missing)), None)

    def is_empty(self, place: int) -> bool:
        """Return whether a value is missing in every record of a column."""
        column = self.frame[str(place)]
        if column.dtype == pl.Float64:
            begins = column.head(1).fill_nan(None)
            return not begins.count() and column.fill_nan(None).null_count() == len(column)
        if self._first(column) not in self.missing:
            return False
        few = self.stripped(column.head(_SAMPLE))  # tell nearly always
        return few.null_count() == len(few) and self.texts(place).null_count() == len(column)

    def _first(self, column: pl.Series) -> str:
        """Return what stands in the first record, as words for "no value" are compared."""
        return (column[0] or "").strip().lower() if len(column) else ""

    def numbers(self, place: int) -> NDArray[np.float64]:
        """Return a column as numbers, NaN where missing.

        Raises:
            UnreadableExport: naming the line and the text of the first field that is no number.
        """
        if self.frame[str(place)].dtype == pl.Float64:
            return _array(self.frame[str(place)])
        texts = self.texts(place)
        return self._whole(place, texts, self._cast(texts))

    def seconds(self, place: int, scale: float | None) -> NDArray[np.float64]:
        """Return a column of times in seconds: clocks like ``1d 02:03:04.5``, or plain numbers.

        A plain number needs the scale of a unit; without one it is refused.
        """
        column = self.frame[str(place)]
        if column.dtype == pl.Float64 and scale is not None:
            with np.errstate(over="ignore"):  # what is infinite then is reported as such
                return _array(column) * scale
        if column.dtype == pl.Float64:
            known = column.drop_nulls()
            if not known.is_empty():
                reason = f"{known[0]:g} in column {self.header[place]!r} is in no unit of time"
                raise UnreadableExport(self.origin, self.reader, "header", reason)
            return _array(column)
        if (seconds := usual_clock_second(column)) is not None:
            return seconds  # digits between marks: there is nothing to strip
        texts = self.texts(place)
        times = clock_second(texts)
        if scale is not None and times.null_count():
            times = times.zip_with(times.is_not_null(), self._cast(texts) * scale)
        return self._whole(place, texts, times)

    def values(self, place: int) -> NDArray[np.float64] | pa.Array:
        """Return a column nobody declared: numbers if all of it is, else text, as 014 is."""
        numbers = self.all_numbers(place)
        return self.labels(place) if numbers is None else numbers

    def all_numbers(self, place: int) -> NDArray[np.float64] | None:
        """Return a column as numbers, NaN where missing, or None where any of it is no number."""
        column = self.frame[str(place)]
        if column.dtype == pl.Float64:
            return _array(column)
        # one that begins with words needs not be looked at to its end
        first = self._first(column)
        if first not in self.missing and not _may_be_number(first.replace(self.decimal, ".")):
            return None
        for part in (column.head(_SAMPLE), column):
            texts = self.stripped(part)
            numbers = self._cast(texts)
            if numbers.null_count() > texts.null_count() or texts.str.contains(NAMED).any():
                return None
        return _array(numbers)

    def labels(self, place: int) -> pa.Array:
        """Return a column of text as an Arrow dictionary."""
        written = _encoded(self.frame[str(place)])
        words = pl.Series(written.dictionary, dtype=pl.String)
        texts = self.stripped(words)
        if texts.null_count() or texts.n_unique() < len(texts):
            return _encoded(self.texts(place))
        dictionary = texts.to_arrow().cast(pa.string())
        return pa.DictionaryArray.from_arrays(written.indices, dictionary)

    def _cast(self, texts: pl.Series) -> pl.Series:
        if self.decimal != ".":
            # a point beside a decimal comma would part thousands: refuse to choose
            texts = texts.set(texts.str.contains(".", literal=True), "ambiguous")
            texts = texts.str.replace(self.decimal, ".", literal=True)
        return texts.str.strip_prefix("+").cast(pl.Float64, strict=False)

    def _whole(self, place: int, texts: pl.Series, numbers: pl.Series) -> NDArray[np.float64]:
        broken = (numbers.is_null() & texts.is_not_null()).arg_true()
        if len(broken):
            first = int(broken[0])
            raise UnreadableExport(
                self.origin,
                self.reader,
                f"line {self.lines[first]}",
                f"{texts[first]!r} in column {self.header[place]!r} cannot be read",
            )
        return _array(numbers)


def _may_be_number(text: str) -> bool:
    """Return False where polars takes a text for no number; Python takes more for one."""
    try:
        float(text.removeprefix("+"))
    except ValueError:
        return False
    return True


def _encoded(texts: pl.Series) -> pa.DictionaryArray:
    """Return texts as an Arrow dictionary; where they last, the first of each run is looked at."""
    if len(texts) and not texts.null_count() and (texts == texts[0]).all():  # a unit of each value
        return pa.DictionaryArray.from_arrays(
            np.zeros(len(texts), np.int32), pa.array(texts[:1], pa.string())
        )
    begins, lasting = runs(texts)
    if len(begins) * _LASTING > len(texts):
        return texts.to_arrow().cast(pa.string()).dictionary_encode()
    few = texts.gather(begins).to_arrow().cast(pa.string()).dictionary_encode()
    places = np.repeat(few.indices.fill_null(0).to_numpy(), lasting)
    if not few.indices.null_count:
        return pa.DictionaryArray.from_arrays(pa.array(places), few.dictionary)
    lost = np.repeat(few.indices.is_null().to_numpy(zero_copy_only=False), lasting)
    return pa.DictionaryArray.from_arrays(pa.array(places, mask=lost), few.dictionary)


def _array(numbers: pl.Series) -> NDArray[np.float64]:
    array: NDArray[Any]
    if numbers.n_chunks() > 1 and len(numbers) > _LONG * numbers.n_chunks():
        array = np.concatenate([piece.to_numpy() for piece in numbers.get_chunks()])
    else:
        array = numbers.to_numpy()
    return array.astype(np.float64, copy=False)


def digits_of(columns: pl.DataFrame, decimal: str) -> tuple[int | None, ...]:
    """Return how many digits numbers of each column have behind the mark, None where unknown.

    Who writes as many for all, zeros at the end among them (0.0000, 0.1500), rounds to these. Who
    leaves them out may mean 0.5 to the last bit.
    """
    digits = columns.select(pl.all().str.extract(f"[{decimal}]([0-9]+) *$"))
    counts = digits.select(pl.all().str.len_bytes())
    padded = digits.select(pl.all().str.contains(".0$").any())
    without = (columns.null_count(), digits.null_count(), counts.min(), counts.max(), padded)
    return tuple(
        most if missing == lost < len(columns) and least == most and pads else None
        for missing, lost, least, most, pads in zip(*(each.row(0) for each in without), strict=True)
    )
