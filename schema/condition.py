"""A condition of a process as the catalog keeps it: in one unit, and between its bounds.

1173.15 K and 900 °C are one condition. A unit of no dimension declared in dimension.tsv stays as it
was written: turns a minute are no frequency, and wt% is not mol%.
"""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from schema.measure import Measure, known


@cache
def unit_of_dimension() -> Mapping[str, str]:
    """Return the unit that conditions are kept in, by the name of its dimension."""
    with (Path(__file__).parent / "dimension.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return MappingProxyType({row["dimension"]: row["unit"] for row in rows})


def in_one_unit(found: Measure) -> Measure:
    """Return a measure in the unit of its dimension, % as a part of 1, anything else as it is."""
    if found.unit is None:
        return found
    if found.unit == "%":
        return found.to("1")
    unit = _units().get(known(found.unit).dimensionality)
    return found if unit is None else found.to(unit)


@cache
def _units() -> Mapping[Any, str]:
    return {known(unit).dimensionality: unit for unit in unit_of_dimension().values()}


def condition(found: Measure, written: str) -> dict[str, Any]:
    """Return the columns of a process parameter that a measure becomes."""
    one = in_one_unit(found)
    lower, upper = one.bounds
    return {
        "value": one.value,
        "lower": lower,
        "upper": upper,
        "text": one.text,
        "unit": one.unit,
        "qualifier": one.qualifier,
        "written": written,
    }
