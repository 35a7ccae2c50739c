"""A delimited text file as a table of texts, every record with the line it stood on.

Nothing is guessed: a field that is no number where a number must be is refused with its line, and
a line with too few fields too. The only line forgiven is the last one when it has no line end: it
was being written when the file was copied, and is left out with a finding.
"""

import io
import re
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
from ingest.reading import Export, Finding
from schema.error import EmptyExport, UnreadableExport

_SAMPLE: Final = 4096
"""Records whose digits are looked at."""
_LASTING: Final = 8
"""Records for which a text lasts in the mean, so that runs are looked at instead of them."""
_LONG: Final = 1 << 13
"""Numbers in a piece of a column from which NumPy puts the pieces together quicker than polars."""
NAMED: Final = r"^[-+]?0[0-9]"
"""Digits with a zero in front are a name, not a number."""
MISSING: Final = frozenset({"", "nan"})
_BEGUN: Final = re.compile(r"[-+]?(?:[0-9]*[.,]?[0-9]*(?:[eE][-+]?)?|na?|in?)", re.IGNORECASE)
"""What is left of a number that was cut."""
BLANK: Final = " \t\v\f"
"""What may stand behind the last line's end: it is no line that was cut."""


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
            with np.errstate(over="ignore"):  # what is infinite then is told as such
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
        told = texts.to_arrow().cast(pa.string())
        return pa.DictionaryArray.from_arrays(written.indices, told)

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


def lines_of(text: str, above: int = 0) -> tuple[pl.DataFrame, bool]:
    """Return lines that hold anything, as columns ``line`` and ``text``, and whether all ended.

    Lines are counted from 1, behind those that stand ``above`` the text.
    """
    frame = pl.DataFrame({"text": text.replace("\r\n", "\n").replace("\r", "\n").split("\n")})
    frame = frame.with_row_index("line", offset=above + 1).with_columns(
        pl.col("line").cast(pl.Int64)
    )
    ended = text.rstrip(BLANK).endswith(("\n", "\r"))
    return frame.filter(pl.col("text").str.strip_chars() != ""), ended


def fields(
    export: Export, reader: str, texts: pl.Series, separator: str, width: int
) -> pl.DataFrame:
    """Split lines into ``width`` columns of text named 0, 1, 2 …; quotes are honored.

    Raises:
        UnreadableExport: when a quote is not closed.
    """
    try:
        frame = pl.read_csv(
            io.BytesIO("\n".join(texts).encode()),
            has_header=False,
            separator=separator,
            schema={str(place): pl.String for place in range(width)},
            quote_char='"',
            truncate_ragged_lines=True,
            missing_columns="insert",
        )
    except pl.exceptions.PolarsError as fault:
        reason = str(fault).splitlines()[0]
        raise UnreadableExport(export.origin, reader, "text", reason) from fault
    if frame.height != len(texts):
        reason = f"{len(texts)} lines make {frame.height} records: a quote is not closed"
        raise UnreadableExport(export.origin, reader, "text", reason)
    return frame


def field_counts(texts: pl.Series, separator: str) -> pl.Series:
    """Return how many fields each line has, separators within quotes not counted."""
    bare = texts.str.replace_all('"[^"]*"', "")
    return bare.str.count_matches(separator, literal=True).cast(pl.Int64) + 1


def read_table(
    export: Export,
    reader: str,
    text: str,
    separator: str,
    *,
    header_line: int = 1,
    names: tuple[str, ...] | None = None,
    decimal: str = ".",
    missing: Collection[str] = MISSING,
    above: int = 0,
) -> TextTable:
    """Read the lines below a header, which begin in ``header_line`` where ``names`` are given.

    Lines of the file that stand ``above`` the text are counted in what is told, and only there.

    Raises:
        EmptyExport: when no record follows the header.
        UnreadableExport: when the header is missing or names a column twice, or at the first line
            with more or fewer fields than the header.
    """
    everything, ended = lines_of(text, above)
    header_line += above
    below = everything.filter(
        (pl.col("line") >= header_line + (names is None))
        & (pl.col("text").str.strip_chars(f"{separator}{BLANK}") != "")  # as spreadsheets pad
    )
    if names is None:
        top = everything.filter(pl.col("line") == header_line)
        if top.is_empty():
            raise UnreadableExport(export.origin, reader, f"line {header_line}", "no header there")
        names = names_in(export, reader, top["text"], separator)
    repeated = {name for name in names if names.count(name) > 1}
    if repeated:
        reason = f"several columns are called {min(repeated)!r}"
        raise UnreadableExport(export.origin, reader, f"line {header_line}", reason)

    counts = field_counts(below["text"], separator)
    findings: tuple[Finding, ...] = ()
    if not ended and len(below) and below["line"][-1] == everything["line"][-1]:
        below, counts, findings = without_cut_line(below, counts, separator, len(names))
    wrong = ((counts != len(names)) & (counts != len(names) + 1)).arg_true()
    if len(wrong):
        line, content = below.row(int(wrong[0]))
        reason = f"{counts[int(wrong[0])]} fields where the header has {len(names)}: {content[:80]}"
        raise UnreadableExport(export.origin, reader, f"line {line}", reason)
    if below.is_empty():
        raise EmptyExport(export.origin, reader)
    frame = fields(export, reader, below["text"], separator, len(names) + 1)
    extra = (frame[str(len(names))].fill_null("").str.strip_chars() != "").arg_true()
    if len(extra):
        place = f"line {below['line'][int(extra[0])]}"
        reason = "more fields than the header"
        raise UnreadableExport(export.origin, reader, place, reason)
    lines = below["line"].to_numpy()
    return TextTable(export.origin, reader, names, frame, lines, decimal, missing, findings)


def names_in(export: Export, reader: str, header: pl.Series, separator: str) -> tuple[str, ...]:
    """Return the names of columns in the one line of a header; a last empty one counts for none.

    Raises:
        UnreadableExport: when a quote is not closed.
    """
    count = int(field_counts(header, separator)[0])
    cells = fields(export, reader, header, separator, count).row(0)
    names = tuple((cell or "").strip() for cell in cells)
    names = names if names[-1] else names[:-1]
    return tuple(name or f"column {place}" for place, name in enumerate(names, start=1))


def without_cut_line(
    below: pl.DataFrame, counts: pl.Series, separator: str, width: int
) -> tuple[pl.DataFrame, pl.Series, tuple[Finding, ...]]:
    """Leave out the last line if it was cut; say that it may have been if one cannot know."""
    line, content = below.row(-1)
    place = f"line {line}"
    last = [text.rsplit(separator, 1)[-1].strip() for text in below["text"].tail(2)]
    numeric = pl.Series(last).cast(pl.Float64, strict=False).is_not_null()
    begun = len(last) == 2 and numeric[0] and not numeric[1] and _BEGUN.fullmatch(last[1])
    if counts[-1] < width or begun:
        note = Finding(
            "truncated", f"the last line is cut short and left out: {content[:80]}", place
        )
        return below.head(-1), counts.head(-1), (note,)
    note = Finding("unterminated", "the last line has no line end: it may be cut short", place)
    return below, counts, (note,)
