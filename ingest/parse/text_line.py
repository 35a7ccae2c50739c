"""The lines of a delimited text, parted into the fields of a table one by one.

A line with too few fields is refused with its number. The only line forgiven is the last one when
it has no line end: it was being written when the file was copied, and is left out with a finding.
"""

import io
import re
from collections.abc import Collection, Iterable
from typing import Final

import polars as pl

from ingest.parse.text_table import MISSING, TextTable
from ingest.reading import Export, Finding
from schema.error import EmptyExport, UnreadableExport

_BEGUN: Final = re.compile(r"[-+]?(?:[0-9]*[.,]?[0-9]*(?:[eE][-+]?)?|na?|in?)", re.IGNORECASE)
"""What is left of a number that was cut."""
BLANK: Final = " \t\v\f"
"""What may stand behind the last line's end: it is no line that was cut."""


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

    Lines of the file that stand ``above`` the text are counted in reports, and only there.

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
    return names_of(fields(export, reader, header, separator, count).row(0))


def names_of(cells: Iterable[str | None]) -> tuple[str, ...]:
    """Return the names in the fields of a header; a last empty one counts for none."""
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
