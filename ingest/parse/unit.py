"""Units a text export may declare, read from unit.tsv: how each becomes the unit we store."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from schema.error import UnknownUnit
from schema.quantity import quantities


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit by its spelling: stored value = value x scale + offset, in the unit ``of``."""

    name: str
    of: str
    scale: float
    offset: float


@cache
def units() -> Mapping[str, Unit]:
    """Return every known unit by spelling."""
    with (Path(__file__).parent / "unit.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return MappingProxyType(
            {
                row["unit"]: Unit(row["unit"], row["of"], float(row["scale"]), float(row["offset"]))
                for row in rows
            }
        )


def unit_for(spelling: str, quantity: str) -> Unit:
    """Return the unit of that spelling, which must measure the canonical quantity.

    Raises:
        UnknownUnit: when nobody declared the spelling, or it measures something else; a count has
            no shares.
    """
    known = quantities()[quantity]
    fitting = {
        unit.name: unit
        for unit in units().values()
        if unit.of == (known.unit or "1") and (known.kind == "number" or unit.scale == 1.0)
    }
    found = fitting.get(_usual(spelling))
    if found is None:
        raise UnknownUnit(spelling, fitting)
    return found


def unit_in(spelling: str, of: str) -> Unit | None:
    """Return the unit of that spelling, None where it is unknown or measures something else."""
    found = units().get(_usual(spelling))
    return found if found is not None and found.of == of else None


def _usual(spelling: str) -> str:
    return spelling.replace("\N{GREEK SMALL LETTER MU}", "µ").replace("℃", "°C")


def stored(values: NDArray[np.float64], unit: Unit) -> tuple[NDArray[np.float64], float]:
    """Return values and the scale that makes them canonical; an offset is applied here."""
    if not unit.offset:
        return values, unit.scale
    with np.errstate(over="ignore"):  # what is infinite then is reported as such
        return values * unit.scale + unit.offset, 1.0
