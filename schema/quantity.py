"""The canonical quantities of a point, read from quantity.tsv: name, unit, meaning.

Names, labels and meanings follow the Battery Data Format ontology 1.3.0
(https://w3id.org/battery-data-alliance/ontology/battery-data-format); the rows marked ``leyden``
are ours.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Quantity:
    """A canonical column of points."""

    name: str
    label: str
    unit: str
    kind: str
    """number, count or text."""
    source: str
    """bdf or leyden."""
    meaning: str


@cache
def quantities() -> Mapping[str, Quantity]:
    """Return every canonical quantity by name."""
    with (Path(__file__).parent / "quantity.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return MappingProxyType({row["name"]: Quantity(**row) for row in rows})
