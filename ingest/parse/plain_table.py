"""A delimited text about which nothing is odd, read straight into numbers.

Most exports are plain: no quotes, no empty line, as many fields in every line as in the header, or
one empty one more, and a number wherever one must be. polars reads these in one go. Whatever is not
so is left to text_line.py, which says what is wrong and on which line; both give the same numbers.
"""

import codecs
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl

from ingest.growth.parsed import Parsed
from ingest.parse.letter import count, returns_are_paired
from ingest.parse.text_file import TextFile
from ingest.parse.text_line import BLANK, field_counts, names_of, read_table, without_cut_line
from ingest.parse.text_table import MISSING, NAMED, TextTable, digits_of
from ingest.reading import Finding

_SAMPLE_BYTES: Final = 1 << 15
"""Looked at, where the records begin."""
_PIECES: Final = 8
"""Looked at further on, spread evenly."""
_PIECE_BYTES: Final = 1 << 12
_SEPARATORS: Final = frozenset(",;\t|")
"""Of which no number has one, nor a word for "no value"."""


def table_in(
    file: TextFile,
    separator: str,
    *,
    numeric: Callable[[str], bool | None],
    header_line: int = 1,
    names: tuple[str, ...] | None = None,
    decimal: str = ".",
    missing: Collection[str] = MISSING,
) -> TextTable:
    """Return the lines below a header, in one go where nothing about them is odd.

    Args:
        file: which is read.
        separator: what parts two fields.
        numeric: says of a name in the header whether numbers stand below it; None: nobody knows,
            so that they are looked at.
        header_line: where the header stands in the text, from 1; where ``names`` are given, the
            records.
        names: of the columns, where no header names them.
        decimal: the decimal mark.
        missing: words for "no value", in lower case.

    Raises:
        EmptyExport: when no record follows the header.
        UnreadableExport: as ``read_table`` does.
    """
    plain = plain_table(
        file,
        separator,
        numeric=numeric,
        header_line=header_line,
        names=names,
        decimal=decimal,
        missing=missing,
    )
    return plain or read_table(
        *(file.export, file.reader, file.text, separator),
        header_line=header_line,
        names=names,
        decimal=decimal,
        missing=missing,
        above=file.above,
    )


def plain_table(
    file: TextFile,
    separator: str,
    *,
    numeric: Callable[[str], bool | None],
    header_line: int = 1,
    names: tuple[str, ...] | None = None,
    decimal: str = ".",
    missing: Collection[str] = MISSING,
) -> TextTable | None:
    """Return what ``table_in`` does, or None where anything is odd about the lines."""
    names, header_line = (names, header_line) if names else _named(file, separator, header_line)
    if len(names) < 2 or len({*names}) < len(names) or separator not in _SEPARATORS:
        return None
    content, start = file.in_utf8(header_line)
    above = file.above + header_line - 1
    content, findings = _whole_lines(content, start, above, separator, len(names))
    spelling = _Spelling(separator, decimal, missing)
    records = _Records(content, start, header_line - 1, spelling, file.export.parsed)
    frame, written = _frame(records, [*map(numeric, names)])
    if frame is None:
        return None
    return TextTable(
        *(file.export.origin, file.reader, names, frame),
        lines=np.arange(above + 1, above + frame.height + 1),
        decimal=decimal,
        missing=missing,
        findings=findings,
        written=written,
    )


@dataclass(frozen=True, slots=True)
class _Spelling:
    """How fields are written."""

    separator: str
    decimal: str
    missing: Collection[str]


@dataclass(frozen=True, slots=True)
class _Records:
    """Lines of records within a text."""

    content: bytes
    start: int
    above: int
    """Lines of the text above them."""
    spelling: _Spelling
    parsed: Parsed | None
    """What is known of them, where they are of an export that grows."""

    def read(self, spelling: _Spelling, kinds: Sequence[bool]) -> pl.DataFrame | None:
        """Return columns 0, 1, 2 …, numbers or text; None where something is not as it should."""
        if self.parsed is None:
            return _parsed(self.content, self.above, spelling, kinds)

        def parse(text: bytes, above: int) -> pl.DataFrame | None:
            # a line that lacks a field makes the whole text odd, wherever it stands
            separators = count(text, 0, spelling.separator)
            if not above and separators % max(1, count(text, 0, "\n")):
                return None
            return _parsed(text, above, spelling, kinds)

        words = (spelling.separator, spelling.decimal, sorted(spelling.missing), list(kinds))
        return self.parsed.frame(repr(words), self.content, self.start, self.above, parse)


def _named(file: TextFile, separator: str, header_line: int) -> tuple[tuple[str, ...], int]:
    """Return the names in a header, none where it is odd, and the line that follows it."""
    header = "".join(file.head.split("\n")[header_line - 1 : header_line])
    if '"' in header or not header.strip():
        return (), 0
    return names_of(header.removesuffix("\r").split(separator)), header_line + 1


def _frame(
    records: _Records, numeric: list[bool | None]
) -> tuple[pl.DataFrame | None, tuple[int | None, ...]]:
    """Return a column for each, and its digits; None where anything is odd."""
    content, start, spelling = records.content, records.start, records.spelling
    separator = spelling.separator
    sample = b"".join(_pieces(content, start))
    extra = sample.partition(b"\n")[0].count(separator.encode()) + 1 - len(numeric)
    if extra not in {0, 1} or _is_odd(content, start, spelling):
        return None, ()
    numeric = numeric + [False] * extra
    likely, written = _looked_at(numeric, sample, spelling)
    frame = _read(records, likely, [one is True for one in numeric])
    if frame.is_empty() or not returns_are_paired(content):
        return None, ()
    # a line that is too short lacks its last field
    might_lack = frame[:, -1].null_count() > 0
    if might_lack and count(content, start, separator) != frame.height * (len(numeric) - 1):
        return None, ()
    wanted, behind = frame[:, : len(numeric) - extra], frame[:, len(numeric) - extra :]
    if any(series.null_count() < len(series) for series in behind):
        return None, ()
    if _has_empty_line(wanted):  # as spreadsheets pad
        return None, ()
    return wanted, written[: wanted.width]


def _has_empty_line(frame: pl.DataFrame) -> bool:
    """Return whether some line holds nothing but blanks."""
    empty = pl.Series([True])
    for series in sorted(frame, key=lambda series: series.dtype == pl.String):  # these at last
        is_text = series.dtype == pl.String
        lacks = series.str.strip_chars(BLANK) == "" if is_text else series.is_null()
        empty &= lacks.fill_null(value=True)
        if not empty.any():
            return False
    return True


def _is_odd(content: bytes, start: int, spelling: _Spelling) -> bool:
    """Return whether quotes may hold separators, or points part thousands."""
    if content.find(b'"', start) >= 0 or content.startswith(codecs.BOM_UTF8, start):
        return True
    if content.endswith(spelling.separator.encode()):  # polars takes one field too many there
        return True
    return spelling.decimal != "." and content.find(b".", start) >= 0


def _whole_lines(
    content: bytes, start: int, above: int, separator: str, width: int
) -> tuple[bytes, tuple[Finding, ...]]:
    """Return the text without a last line that was cut, and what was found."""
    if not content[content.rfind(b"\n") + 1 :].strip(f"{separator}{BLANK}\r".encode()):
        content = content[: content.rfind(b"\n") + 1]
    if len(content) <= start or content.endswith(b"\n"):
        return content, ()
    end = above + count(content, start, "\n") + 1
    last = content[start:].rsplit(b"\n", 2)[-2:]
    below = pl.DataFrame(
        {
            "line": range(end - len(last) + 1, end + 1),
            "text": [line.decode(errors="replace").removesuffix("\r") for line in last],
        }
    )
    counts = field_counts(below["text"], separator)
    whole, _, findings = without_cut_line(below, counts, separator, width)
    if whole.height == below.height:
        return content, findings
    return content[: content.rfind(b"\n") + 1], findings


def _pieces(content: bytes, start: int) -> Iterator[bytes]:
    """Yield whole lines: the first, and some further on."""
    first = content[start : start + _SAMPLE_BYTES]
    if start + _SAMPLE_BYTES >= len(content):
        yield first
        return
    yield first[: first.rfind(b"\n") + 1]
    begin = start + _SAMPLE_BYTES
    for place in range(begin, len(content), 1 + (len(content) - begin) // _PIECES):
        piece = content[place : place + _PIECE_BYTES]
        yield piece[piece.find(b"\n") + 1 : piece.rfind(b"\n") + 1]


def _looked_at(
    numeric: list[bool | None], sample: bytes, spelling: _Spelling
) -> tuple[list[bool], tuple[int | None, ...]]:
    """Return which columns are numbers, as stated or by a sample, and the digits of each."""
    decimal = spelling.decimal
    texts = _parsed(sample, 0, replace(spelling, decimal="."), [False] * len(numeric))
    if texts is None:
        return [one is True for one in numeric], ()
    asked = [name for name, one in zip(texts.columns, numeric, strict=True) if one is None]
    looks = texts.select(_numbers_alone(name, decimal) for name in asked).to_dict(as_series=False)
    likely = [
        looks[name][0] if one is None else one
        for name, one in zip(texts.columns, numeric, strict=True)
    ]
    return likely, digits_of(texts, decimal)


def _numbers_alone(name: str, decimal: str) -> pl.Expr:
    """Return whether a column of text has nothing but numbers, and none that is a name."""
    stripped = pl.col(name).str.strip_chars()
    numbers = stripped.str.replace(decimal, ".", literal=True).cast(pl.Float64, strict=False)
    lost = numbers.null_count() != stripped.null_count()
    return (~lost & ~stripped.str.contains(NAMED).any()).alias(name)


def _read(records: _Records, likely: list[bool], sure: list[bool]) -> pl.DataFrame:
    """Return columns 0, 1, 2 …, numbers where they can be; none where something is odd."""
    spelling = records.spelling
    without = replace(spelling, missing=())
    # to look for words costs a quarter more, and where they matter it fails without
    for how, kinds in ((without, likely), (spelling, likely), (spelling, sure)):
        frame = records.read(how, kinds)
        if frame is not None:
            return frame
    return pl.DataFrame()


def _parsed(
    content: bytes, skipped: int, spelling: _Spelling, kinds: Sequence[bool]
) -> pl.DataFrame | None:
    """Return columns 0, 1, 2 …, numbers or text; None where something is not as it should be."""
    words = {word for each in spelling.missing for word in (each, each.upper(), each.title())}
    words |= {"NaN"} if "nan" in words else set()
    schema = {
        str(place): pl.Float64() if is_number else pl.String()
        for place, is_number in enumerate(kinds)
    }
    try:
        return pl.read_csv(
            content,
            has_header=False,
            skip_lines=skipped,
            separator=spelling.separator,
            decimal_comma=spelling.decimal == ",",
            schema=schema,
            null_values=sorted(words - {""}) or None,
            quote_char=None,
        )
    except pl.exceptions.PolarsError:
        return None
