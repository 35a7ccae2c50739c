"""Figures as they are committed: a .tsv, a row a figure."""

import csv
from collections.abc import Iterable
from dataclasses import fields
from math import isnan, nan
from pathlib import Path
from typing import Any, TypeVar

Row = TypeVar("Row")


def write(path: Path, kind: type[Row], rows: Iterable[Row]) -> None:
    """Write dataclasses of words, counts and numbers; of a number three digits, of nan nothing."""
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type] # a dataclass
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(names)
        for row in rows:
            writer.writerow(_written(getattr(row, name)) for name in names)


def read(path: Path, kind: type[Row]) -> list[Row]:
    """Return the rows that were written."""
    types: dict[str, Any] = {field.name: field.type for field in fields(kind)}  # type: ignore[arg-type] # a dataclass
    with path.open(encoding="utf-8", newline="") as file:
        return [
            kind(**{name: _read(types[name], text) for name, text in row.items()})
            for row in csv.DictReader(file, delimiter="\t")
        ]


def _written(value: str | float) -> str:
    if isinstance(value, float):
        return "" if isnan(value) else f"{value:.3g}"
    return str(value)


def _read(kind: object, text: str) -> Any:  # noqa: ANN401 - a word, count or number
    if kind is float:
        return float(text or nan)
    return int(text) if kind is int else text
