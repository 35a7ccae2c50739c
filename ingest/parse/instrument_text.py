"""What the text exports of instruments share: an encoding, tables amid other lines, named columns.

A reader keeps its column names in a ``.tsv`` beside it: ``name``, ``quantity``, ``scale``.
"""

import csv
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np

from ingest.parse.decoding import decode
from ingest.parse.text_line import read_table
from ingest.parse.text_table import TextTable
from ingest.reading import Export, Fact, Finding, RawColumn, Reading, column
from schema.error import UnreadableExport

_NUMBER: Final = re.compile(r"[+-]?(?:(?:0|[1-9]\d*)(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?")
"""A zero in front is part of a name: serial number 0012."""
_MOST_DIGITS: Final = 15
_EXACT: Final = 2.0**53
_THOUSANDS: Final = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
"""Thousands in one country, thousandths in another."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column becomes: canonical value = value in the file x scale."""

    quantity: str
    scale: float = 1.0


Vocabulary = Mapping[str, Meaning]


@cache
def vocabulary(reader_file: str) -> Vocabulary:
    """Return what the column names of a format mean, by the table beside its reader."""
    with Path(reader_file).with_suffix(".tsv").open(encoding="utf-8", newline="") as file:
        return MappingProxyType(
            {
                row["name"]: Meaning(row["quantity"], float(row["scale"]))
                for row in csv.DictReader(file, delimiter="\t")
            }
        )


def text_lines(export: Export, reader: str) -> list[str]:
    """Return the lines of a UTF-8 or Latin-1 text; the last is empty if the text ends its lines."""
    try:
        text = decode(export, reader)
    except UnreadableExport:
        text = decode(export, reader, "latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def table_within(
    export: Export,
    reader: str,
    records: Sequence[str],
    first_line: int,
    *,
    names: tuple[str, ...],
    separator: str,
    decimal: str = ".",
) -> TextTable:
    """Return some lines of a file as a table; faults name their line in the file.

    Args:
        export: the file.
        reader: name of the reader.
        records: the lines; an empty one at last says that the one before has an end.
        first_line: line of the first in the file, from 1.
        names: a name for each column.
        separator: what parts the fields.
        decimal: the decimal mark.
    """
    text = "\n".join(records)
    return read_table(
        *(export, reader, text, separator), names=names, decimal=decimal, above=first_line - 1
    )


def columns_of(table: TextTable, words: Vocabulary) -> list[RawColumn]:
    """Return every column: the known ones as numbers of a quantity, the others as they are."""
    return [
        RawColumn(name, table.numbers(place), words[name].quantity, words[name].scale)
        if name in words
        else RawColumn(name, table.values(place))
        for place, name in enumerate(table.header)
    ]


def only_in_sweeps(columns: Sequence[RawColumn], names: Collection[str]) -> list[RawColumn]:
    """Return the columns with the named ones missing in records that have no frequency."""
    frequency = column(Reading(tuple(columns)), "frequency_hertz")
    if frequency is None:
        return [*columns]
    return [
        replace(raw, values=np.where(frequency > 0.0, raw.values, np.nan))
        if raw.name in names and isinstance(raw.values, np.ndarray)
        else raw
        for raw in columns
    ]


def count_of(text: str) -> int | None:
    """Return the count that a text tells, None where it is none that any file could hold."""
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else None


def announced(expected: int | None, found: int, place: str) -> tuple[Finding, ...]:
    """Return a finding where the file announces more records than it holds."""
    if expected is None or found >= expected:
        return ()
    detail = f"the file announces {expected} records and holds {found}"
    return (Finding("truncated", detail, place),)


def fact_of(text: str) -> Fact:
    """Return a number where a text surely is one, whatever its decimal mark, else the text."""
    stripped = text.strip()
    if not _NUMBER.fullmatch(stripped) or _THOUSANDS.fullmatch(stripped):
        return stripped
    number = float(stripped.replace(",", "."))
    # a barcode of twenty digits would lose the last of them
    return number if abs(number) < _EXACT else stripped


def number_of(fact: Fact) -> float | None:
    """Return a fact as a number; None where it is none, or no finite one."""
    try:
        number = float(str(fact))
    except ValueError:
        return None
    return number if np.isfinite(number) else None
