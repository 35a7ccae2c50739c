"""A delimited text about which nothing is odd, read straight into numbers.

Most exports are plain: no quotes, no empty line, as many fields in every line as in the header, and
a number wherever one must be. polars reads these in one go. Whatever is not so is left to
text_table.py, which says what is wrong and on which line; both give the same numbers.
"""

from collections.abc import Callable, Collection
from typing import Final

import numpy as np
import polars as pl

from ingest.parse.text_table import (
    MISSING,
    NAMED,
    TextTable,
    digits_of,
    field_counts,
    without_cut_line,
)
from ingest.reading import Export, Finding

_SAMPLE_BYTES: Final = 1 << 15
"""Looked at where nobody knows what stands in a column."""
_BLOCK_BYTES: Final = 1 << 18
"""Bytes counted together: few enough that what is computed of them stays cached."""


def plain_table(
    export: Export,
    reader: str,
    content: bytes,
    separator: str,
    *,
    numeric: Callable[[str], bool | None],
    missing: Collection[str] = MISSING,
) -> TextTable | None:
    """Return the lines below a header, or None where anything about them is odd.

    Args:
        export: which is read.
        reader: who reads it.
        content: all of it, in UTF-8; its first line is the header.
        separator: one ASCII character between two fields.
        numeric: tells of a name in the header whether numbers stand below it; None: nobody knows,
            so that they are looked at.
        missing: words for "no value", in lower case.
    """
    start = content.find(b"\n") + 1
    names = tuple(name.strip() for name in content[:start].decode().split(separator))
    if len(names) < 2 or not all(names) or len({*names}) < len(names) or b'"' in content:
        return None
    content, lines, findings = _whole_lines(content, start, separator, len(names))
    if not _is_even(content, start, separator, len(names), lines):
        return None
    told = [numeric(name) for name in names]
    sample = content[start : start + _SAMPLE_BYTES]
    if start + _SAMPLE_BYTES < len(content):
        sample = sample.rpartition(b"\n")[0]
    likely, written = _looked_at(told, sample, separator, missing)
    # to look for words costs a quarter more, and where they matter it fails without
    for kinds, words in ((likely, ()), (likely, missing), ([one is True for one in told], missing)):
        frame = _parsed(content, 1, separator, kinds, words)
        if frame is not None and frame.height == lines:
            at = np.arange(2, lines + 2)
            return TextTable(
                export.origin, reader, names, frame, at, ".", missing, findings, written
            )
    return None


def _whole_lines(
    content: bytes, start: int, separator: str, width: int
) -> tuple[bytes, int, tuple[Finding, ...]]:
    """Return the text without a last line that was cut, how many are left, and what was found."""
    if not content[content.rfind(b"\n") + 1 :].strip():
        content = content[: content.rfind(b"\n") + 1]
    lines = _count(content, start, "\n")
    if len(content) == start or content.endswith(b"\n"):
        return content, lines, ()
    lines += 1
    last = content[start:].rsplit(b"\n", 2)[-2:]
    below = pl.DataFrame(
        {
            "line": range(lines + 2 - len(last), lines + 2),
            "text": [line.decode().removesuffix("\r") for line in last],
        }
    )
    counts = field_counts(below["text"], separator)
    kept, _, findings = without_cut_line(below, counts, separator, width)
    if kept.height == below.height:
        return content, lines, findings
    return content[: content.rfind(b"\n") + 1], lines - 1, findings


def _is_even(content: bytes, start: int, separator: str, width: int, lines: int) -> bool:
    """Return whether there are lines, with fields for all and not empty, ended in one way."""
    empty = b"\n" + separator.encode() * (width - 1)
    if any(empty + end in content for end in (b"\n", b"\r")) or content.endswith(empty):
        return False
    even = lines > 0 and _count(content, start, separator) == lines * (width - 1)
    return even and (b"\r" not in content or content.count(b"\r") == content.count(b"\r\n"))


def _count(content: bytes, start: int, character: str) -> int:
    letters = np.frombuffer(content, np.uint8)
    blocks = range(start, letters.size, _BLOCK_BYTES)
    return sum(
        int(np.count_nonzero(letters[block : block + _BLOCK_BYTES] == ord(character)))
        for block in blocks
    )


def _looked_at(
    told: list[bool | None], sample: bytes, separator: str, missing: Collection[str]
) -> tuple[list[bool], tuple[int | None, ...]]:
    """Return which columns are numbers, as told or by the first lines, and the digits of each."""
    texts = _parsed(sample, 0, separator, [False] * len(told), missing)
    if texts is None:
        return [one is True for one in told], ()
    numbers = texts.select(pl.all().str.strip_chars().cast(pl.Float64, strict=False))
    failed = [
        numbers[name].null_count() > texts[name].null_count()
        or bool(texts[name].str.strip_chars().str.contains(NAMED).any())
        for name in texts.columns
    ]
    likely = [not fails if one is None else one for one, fails in zip(told, failed, strict=True)]
    return likely, tuple(digits_of(texts[name], ".") for name in texts.columns)


def _parsed(
    content: bytes, skipped: int, separator: str, kinds: list[bool], missing: Collection[str]
) -> pl.DataFrame | None:
    """Return columns 0, 1, 2 …, numbers or text; None where something is not as it should be."""
    spelt = {word for each in missing for word in (each, each.upper(), each.title())}
    spelt |= {"NaN"} if "nan" in spelt else set()
    schema = {
        str(place): pl.Float64() if is_number else pl.String()
        for place, is_number in enumerate(kinds)
    }
    try:
        return pl.read_csv(
            content,
            has_header=False,
            skip_rows=skipped,
            separator=separator,
            schema=schema,
            null_values=sorted(spelt - {""}) or None,
            quote_char=None,
        )
    except pl.exceptions.PolarsError:
        return None
