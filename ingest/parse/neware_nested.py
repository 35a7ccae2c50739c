"""Neware exports in three levels: a line for each cycle, each step in it, each record in that."""

from collections.abc import Callable, Collection, Sequence
from typing import Final

import polars as pl

from ingest.parse.text_line import field_counts, fields, lines_of, without_cut_line
from ingest.parse.text_table import TextTable
from ingest.reading import Export, Finding
from schema.error import EmptyExport, UnreadableExport

LEVELS: Final = ("vendor_cycle_count", "step_id", "record_index")
Meaning = Callable[[str], str | None]
"""What the heading of a column means."""


def tops(lines: Sequence[str], separator: str) -> list[list[str]]:
    """Return the cells of the first three lines."""
    return [[cell.strip(' "\t') for cell in line.split(separator)] for line in lines[:3]]


def is_nested(rows: Sequence[Sequence[str]], meaning: Meaning) -> bool:
    """Return whether the first three lines head a level each, further right than the one before."""
    return len(rows) >= len(LEVELS) and all(
        len(row) > level and not any(row[:level]) and meaning(row[level]) == LEVELS[level]
        for level, row in enumerate(rows[: len(LEVELS)])
    )


def nested_table(
    export: Export,
    reader: str,
    text: str,
    separator: str,
    *,
    meaning: Meaning,
    decimal: str,
    missing: Collection[str],
) -> TextTable:
    """Return records with the cycle and the step that each stands under.

    Raises:
        EmptyExport: when there is none.
        UnreadableExport: when a column is named twice, or at the first record with too few fields.
    """
    everything, ended = lines_of(text)
    heads = tops(everything["text"][: len(LEVELS)].to_list(), separator)
    everything = _unmerged(everything, len(_named(heads[0])), separator)
    names = _named(heads[2][2:])
    width = len(names) + 2
    counts = field_counts(everything["text"], separator)
    findings: tuple[Finding, ...] = ()
    if not ended and everything["text"][-1].startswith(2 * separator):
        everything, counts, findings = without_cut_line(everything, counts, separator, width)
    frame = fields(export, reader, everything["text"], separator, max(width, *counts.to_list()))
    frame = frame.with_columns(pl.all().str.strip_chars()).with_columns(
        pl.when(pl.all() != "").then(pl.all())
    )
    is_cycle = pl.col("0").is_not_null()
    is_step = ~is_cycle & pl.col("1").is_not_null()
    above = {heads[0][0]: pl.when(is_cycle).then(pl.col("0"))}
    above[heads[1][1]] = pl.when(is_step).then(pl.col("1"))
    for place, name in enumerate(heads[1]):
        if meaning(name) == "step_type":
            above[name] = pl.when(is_step).then(pl.col(str(place)))
    header = (*above, *names)
    repeated = {name for name in header if header.count(name) > 1}
    if repeated:
        reason = f"several columns are called {min(repeated)!r}"
        raise UnreadableExport(export.origin, reader, "line 3", reason)
    records = (
        frame.select(
            *(value.forward_fill().alias(name) for name, value in above.items()),
            *(pl.col(str(place)).alias(name) for place, name in enumerate(names, start=2)),
            is_record=~is_cycle & ~is_step,
        )
        .with_columns(everything["line"].alias("at line"), counts.alias("field count"))
        .slice(len(LEVELS))
        .filter("is_record")
    )
    if records.is_empty():
        raise EmptyExport(export.origin, reader)
    short = records.filter(pl.col("field count") < width)
    if not short.is_empty():
        reason = f"{short['field count'][0]} fields where the header has {width}"
        raise UnreadableExport(export.origin, reader, f"line {short['at line'][0]}", reason)
    texts = records.select(header)
    texts.columns = [str(place) for place in range(texts.width)]
    lines = records["at line"].to_numpy()
    return TextTable(export.origin, reader, header, texts, lines, decimal, missing, findings)


def _unmerged(everything: pl.DataFrame, width: int, separator: str) -> pl.DataFrame:
    """Part the lines on which the first step of a cycle stands behind the cycle itself."""
    below = pl.int_range(everything.height, eager=True) >= len(LEVELS)
    long = field_counts(everything["text"].str.strip_chars_end(separator), separator) > width
    merged = ~everything["text"].str.starts_with(separator) & long & below
    if not merged.any():
        return everything
    pattern = f"^((?:[^{separator}]*{separator}){{{width - 1}}}[^{separator}]*){separator}"
    parted = pl.when(merged).then(pl.col("text").str.replace(pattern, f"${{1}}\n{separator}"))
    return everything.with_columns(parted.otherwise(pl.col("text")).str.split("\n")).explode("text")


def _named(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the names of columns up to the last that has one."""
    last = max((place for place, cell in enumerate(cells, start=1) if cell), default=0)
    return tuple(cell or f"column {place + 2}" for place, cell in enumerate(cells[:last], start=1))
