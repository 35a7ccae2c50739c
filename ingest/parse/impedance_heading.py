"""What the heading of an impedance table says, and where it stands.

Every name must be one of impedance_table.tsv beside the reader. Three columns of numbers without a
heading are one only if they are an even sweep.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final
from unicodedata import normalize

import numpy as np

from ingest.parse.frequency import is_even_sweep

_TABLE: Final = Path(__file__).parents[1] / "readers" / "impedance_table.tsv"
FREQUENCY, REAL, IMAGINARY = (
    "frequency_hertz",
    "real_impedance_ohm",
    "imaginary_impedance_ohm",
)
_BARE: Final = (FREQUENCY, REAL, IMAGINARY)
MODULUS, PHASE = "absolute_impedance_ohm", "phase_degree"
_SEPARATORS: Final = ("\t", ";", ",", " ")
_UNIT: Final = re.compile(
    r"(?P<name>.+?)(?:/(?P<after>[^/()\[\]]+)|[\[(](?P<within>[^()\[\]]*)[\])])"
)
COMMENT: Final = re.compile(r"\s*[#%!]+\s*")
RELAXIS: Final = re.compile(r"RelaxIS (\S+) Spectrum export")
NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True)
class Heading:
    """What one cell of the heading says."""

    text: str
    quantity: str | None
    unit: str | None
    negated: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the heading stands and what it says; ``line`` is 0 where there is none."""

    line: int
    separator: str
    headings: tuple[Heading, ...]


@cache
def _names() -> Mapping[str, str | None]:
    with _TABLE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return MappingProxyType({row["name"]: row["quantity"] or None for row in rows})


def _heading(cell: str) -> Heading | None:
    """Return what a cell says, or None where it is no heading of such a table."""
    text = normalize("NFKC", cell).translate(str.maketrans("′’−", "''-"))
    negated = text.startswith("-")
    bare = re.sub(r"\s+", "", text.removeprefix("-"))
    name, unit = bare, None
    if name.casefold() not in _names() and (match := _UNIT.fullmatch(bare)):
        name, unit = match["name"], (match["after"] or match["within"])
    if name.casefold() not in _names():
        return None
    return Heading(cell, _names()[name.casefold()], unit or None, negated)


def layout(lines: Sequence[str]) -> Layout | None:
    """Find the heading below comments, or below the preamble of RelaxIS; else a bare table."""
    relaxis = bool(lines) and RELAXIS.match(lines[0]) is not None
    for place, line in enumerate(lines):
        uncommented = COMMENT.sub("", line, count=1) if COMMENT.match(line) else line
        uncommented = uncommented.replace('"', "''") if uncommented.count('"') == 1 else uncommented
        for separator in _SEPARATORS:
            if headings := _headings(uncommented, separator):
                return Layout(place + 1, separator, headings)
        if line.strip() and not relaxis and uncommented is line:
            break
    return _bare(lines)


def _headings(line: str, separator: str) -> tuple[Heading, ...]:
    """Return the headings of a line, none where it is not one of an impedance table."""
    cells = line.split() if separator == " " else line.rstrip(separator).split(separator)
    cells = [cell.strip().strip('"').strip().removeprefix("Data: ") for cell in cells]
    found = [_heading(cell) for cell in cells]
    headings = tuple(heading for heading in found if heading)
    meant = {heading.quantity for heading in headings}
    whole = {FREQUENCY, REAL, IMAGINARY} <= meant or {FREQUENCY, MODULUS, PHASE} <= meant
    # tabs and freq/Hz are EC-Lab's own export without its header
    other = "\t" in line and any(heading.text == "freq/Hz" for heading in headings)
    return headings if whole and not other and len(headings) == len(cells) else ()


def _bare(lines: Sequence[str]) -> Layout | None:
    rows = [line for line in lines if line.strip()]
    for separator in _SEPARATORS:
        cells = [row.split() if separator == " " else row.split(separator) for row in rows]
        if not all(
            len(row) == 3 and all(NUMBER.fullmatch(cell.strip(" ")) for cell in row)
            for row in cells
        ):
            continue
        numbers = np.array(cells, dtype=np.float64).reshape(-1, 3)
        if is_even_sweep(numbers[:, 0]) and (numbers[:, 1] >= 0.0).all() and numbers[:, 2].any():
            inferred = zip(("frequency", "real", "imaginary"), _BARE, strict=True)
            named = tuple(
                Heading(name, quantity, None, negated=False) for name, quantity in inferred
            )
            return Layout(0, separator, named)
    return None
