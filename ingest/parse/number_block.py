"""Lines of numbers below a line that promises how many there are."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest.reading import Export, Finding
from schema.error import EmptyExport, UnreadableExport


@dataclass(frozen=True, slots=True)
class NumberBlock:
    """Whole lines of numbers parted by blanks, as many a line as there are names."""

    columns: NDArray[np.float64]
    """One row of the array for each name."""
    findings: tuple[Finding, ...]


def number_block(
    export: Export,
    reader: str,
    body: str,
    *,
    first_line: int,
    names: Sequence[str],
    promised: int,
) -> NumberBlock:
    """Read the lines of a block; one that was cut is left out, and what is missing is reported.

    Args:
        export: the file, for messages.
        reader: the name of the reader, for messages.
        body: the text from the first of the lines on; empty lines count for nothing.
        first_line: where in the file that is, from 1.
        names: what stands in each line, in order.
        promised: how many lines the file says there are.

    Raises:
        EmptyExport: when no whole line is there.
        UnreadableExport: at the first line that is not that many numbers.
    """
    lines = pl.DataFrame({"text": body.split("\n")}, schema={"text": pl.String})
    lines = lines.with_row_index("line", offset=first_line)
    lines = lines.with_columns(pl.col("text").str.extract_all(r"\S+").alias("cells"))
    lines = lines.filter(pl.col("cells").list.len() > 0)
    findings: tuple[Finding, ...] = ()
    if not body.endswith("\n") and len(lines):
        lines, findings = _without_cut_line(lines, len(names))
    if lines.is_empty():
        raise EmptyExport(export.origin, reader)
    columns = _numbers(export, reader, lines, names)
    cut = sum(finding.kind == "truncated" for finding in findings)
    if len(lines) + cut != promised:
        kind = "truncated" if len(lines) < promised else "count_disagrees"
        detail = f"the file promises {promised} points; {len(lines)} whole ones are there"
        findings = (*findings, Finding(kind, detail, f"line {lines['line'][-1]}"))
    return NumberBlock(columns, findings)


def _without_cut_line(lines: pl.DataFrame, width: int) -> tuple[pl.DataFrame, tuple[Finding, ...]]:
    place = f"line {lines['line'][-1]}"
    numbers = lines["cells"][-1].cast(pl.Float64, strict=False)
    if len(numbers) < width or numbers.null_count():
        detail = f"the last line is cut short and left out: {lines['text'][-1][:80]}"
        return lines.head(-1), (Finding("truncated", detail, place),)
    detail = "the last line has no line end: it may be cut short"
    return lines, (Finding("unterminated", detail, place),)


def _numbers(
    export: Export, reader: str, lines: pl.DataFrame, names: Sequence[str]
) -> NDArray[np.float64]:
    wrong = (lines["cells"].list.len() != len(names)).arg_true()
    if len(wrong):
        row = int(wrong[0])
        reason = f"{len(lines['cells'][row])} fields where {len(names)} are expected"
        raise UnreadableExport(export.origin, reader, f"line {lines['line'][row]}", reason)
    columns = []
    for place, name in enumerate(names):
        texts = lines["cells"].list.get(place)
        numbers = texts.cast(pl.Float64, strict=False)
        if numbers.null_count():
            row = int(numbers.is_null().arg_true()[0])
            at = f"line {lines['line'][row]}, {name}"
            raise UnreadableExport(export.origin, reader, at, f"{texts[row]!r} is no number")
        columns.append(numbers.to_numpy())
    return np.array(columns, dtype=np.float64)
