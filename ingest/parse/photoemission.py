"""What readers of photoemission share: regions put together to a test, and the line of a name."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from ingest.reading import Fact, Measurement, RawColumn, Reading
from schema.formula import atomic_masses

TECHNIQUE: Final = "XPS"
_LINE: Final = re.compile(
    r"([A-Z][a-z]?)[\s_-]*([1-7][spdf])\s*(?:([1357])(?:/2)?)?(?![0-9A-Za-z])"
)
"""``C1s``, ``O 1s/6``, ``Ti 2p3/2``; PHI writes ``Sn3d5`` for 5/2."""


@dataclass(frozen=True, slots=True)
class Region:
    """A region as a reader found it.

    Attributes:
        how: it was taken: columns of its table in schema/catalog/structure.py.
        columns: of its energies, all of one length; in one scale throughout an export.
    """

    how: dict[str, Fact]
    columns: tuple[RawColumn, ...]

    @property
    def row_count(self) -> int:
        """Return the number of its energies."""
        return len(self.columns[0].values)


def reading_of(regions: Sequence[Region], **more: Any) -> Reading:  # noqa: ANN401 # of a Reading
    """Return regions as a test, one after another; what a region lacks is missing there."""
    named: dict[str, RawColumn] = {}
    for region in regions:
        for raw in region.columns:
            named.setdefault(raw.quantity or raw.name, raw)
    columns: list[RawColumn] = []
    for key, first in named.items():
        called = sum(raw.name == first.name for raw in named.values())
        name = first.name if called == 1 else f"{first.name} ({len(columns) + 1})"
        parts = []
        for region in regions:
            own = (raw.values for raw in region.columns if (raw.quantity or raw.name) == key)
            parts.append(next(own, np.full(region.row_count, np.nan)))
        values = np.concatenate([np.asarray(part, dtype=np.float64) for part in parts])
        columns.append(RawColumn(name, values, first.quantity, first.scale))
    return Reading(
        tuple(columns),
        technique=TECHNIQUE,
        measured="photoemission",
        measurements=tuple(Measurement(region.how, region.row_count) for region in regions),
        **more,
    )


def line_of(*names: str) -> tuple[str | None, str | None]:
    """Return element and transition that the first name with a line tells, None where none does.

    A name that is no element is none: instruments call a survey ``Su1s``.
    """
    for name in names:
        for found in _LINE.finditer(name):
            if found[1] in atomic_masses():
                half = f"{found[3]}/2" if found[3] else ""
                return found[1], f"{found[2]}{half}"
    return None, None


def shared_facts(parts: Iterable[dict[str, Fact]], noun: str = "region") -> dict[str, Fact]:
    """Return what several parts state: once where all say the same, else by the place of each."""
    listed = list(parts)
    facts: dict[str, Fact] = {}
    for name in dict.fromkeys(name for part in listed for name in part):
        values = [part.get(name) for part in listed]
        if all(value == values[0] for value in values):
            facts[name] = values[0]
        else:
            facts |= {
                f"{name} ({noun} {place})": value
                for place, value in enumerate(values, start=1)
                if value is not None
            }
    return facts
