"""What an export states of its instrument and specimen, under the names of the catalog.

A reader says which of its facts is which: ``{"Mass (g)": "stated_mass_gram"}``, with the unit where
neither the name nor the value tells it: ``{"MASS": "stated_mass_gram / g"}``. Facts stay as they
are, whatever is understood of them.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from math import isfinite
from types import MappingProxyType
from typing import Final

from ingest.parse.heading import parted
from ingest.parse.unit import unit_in
from ingest.reading import Fact

NUMBERS: Final = MappingProxyType(
    {"stated_mass_gram": "g", "stated_area_cm2": "cm²", "stated_capacity_ah": "A·h"}
)
"""Columns of a test that hold a number, and its unit."""
WORDS: Final = (
    *("instrument_serial", "firmware", "program_name"),
    *("operator", "specimen", "comment"),
)
"""Columns of a test that hold words."""
_NEVER_ENTERED: Final = frozenset({0.0, 0.001, 1.0})
"""Masses and areas that instruments write, in units of their own, where nobody entered one."""
_NUMBER: Final = re.compile(r"([-+0-9.eE]+)\s*(\D\S*)?")
_NOTHING: Final = frozenset({"none", "nan", "unspecified", "n/a"})


def stated(states: Mapping[str, str], facts: Mapping[str, Fact]) -> dict[str, str | float]:
    """Return what the facts of an export state, by column of the test.

    Args:
        states: which fact is which column; of several for one column the first that states
            something counts, comments are joined.
        facts: as the export has them; their names may end in a unit.
    """
    found: dict[str, str | float] = {}
    for fact, meaning in states.items():
        column, _, unit = meaning.partition(" / ")
        for value, written in _values_of(facts, fact):
            if column in NUMBERS:
                number = _number(column, value, unit or written)
                if number is not None:
                    found.setdefault(column, number)
            elif words := _words(value):
                known = found.get(column)
                joins = column == "comment" and known is not None and words not in str(known)
                found[column] = f"{known}\n{words}" if joins else known or words
    return found


def _values_of(facts: Mapping[str, Fact], name: str) -> Iterator[tuple[Fact, str | None]]:
    """Yield the values of a fact, and the unit that its name ends in."""
    if name in facts:
        yield facts[name], parted(name)[1]
    for longer, value in facts.items():
        if longer != name and longer.startswith(name) and parted(longer)[0] == name:
            yield value, parted(longer)[1]


def _number(column: str, value: Fact, unit: str | None) -> float | None:
    """Return a value in the unit of the column, None where none was entered or its unit is odd."""
    parts = _NUMBER.fullmatch(str(value).strip())
    try:
        number = float(parts[1]) if parts else float("nan")
    except ValueError:
        return None
    known = unit_in((parts and parts[2]) or unit or "", NUMBERS[column])
    entered = number > 0.0 and (column == "stated_capacity_ah" or number not in _NEVER_ENTERED)
    if known is None or not isfinite(number) or not entered:
        return None
    return float(Decimal(repr(number)) * Decimal(repr(known.scale)))  # 95 mm² are 0.95 cm²


def _words(value: Fact) -> str | None:
    """Return what words say, None where that is nothing, as in ``<NONE>`` and ``****``."""
    if value is None or isinstance(value, bool):
        return None
    whole = isinstance(value, float) and value.is_integer()
    words = (str(int(value)) if whole else str(value)).strip()
    bare = words.strip("*<>()[]-. ")
    return words if bare and bare.casefold() not in _NOTHING else None
