"""What a vendor's plain tables look like, in one small .toml.

A file in ingest/readers/ that ends in .toml is a reader. It says how its exports begin, which names
stand in their header, and what each column holds; what is odd about a vendor is the only code, in a
.py instead.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ingest.parse.date import First
from ingest.parse.heading import parted, unit_of
from ingest.parse.unit import Unit, unit_for, unit_in
from ingest.statement import NUMBERS, WORDS
from schema.error import InvalidReader, UnknownName, UnknownUnit
from schema.quantity import quantities

DATE: Final = "date"
"""What a column of dates holds."""


class Declaration(BaseModel):
    """What a vendor's exports look like."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field(description="Name of the format, for people.")
    version: str = Field(description="Raise it whenever the numbers it gives could change.")
    about: str = Field(description="What is to be known of it, for people.")
    counters: str = Field("", description="What the counters of charge and energy count over.")
    known_gaps: tuple[str, ...] = Field((), description="What is not read, or not for certain.")
    real_files: int = Field(0, description="How many files of instruments the tests read with it.")
    tested_against: str = Field("", description="What its numbers are held against.")
    instrument: str = Field(description="Who made the instrument.")
    suffixes: tuple[str, ...] = Field(description="Ends of the file names.")
    order: int = Field(0, description="Those that could be somebody else's ask last.")
    begins: re.Pattern[str] | None = Field(None, description="How a file begins.")
    header: tuple[str, ...] = Field(
        min_length=1,
        description="Names that stand in the header; the first line that has them all is it.",
    )
    lead: str = Field("", description="What stands before the header, as ~ does.")
    units_below: bool = Field(
        default=False, description="Whether the line below the header has the units, as [V]."
    )
    anew: str | None = Field(
        None, description="How a line begins with which another test begins in the same file."
    )
    fact: re.Pattern[str] | None = Field(
        None, description="A line above the header that tells a fact: groups name and value."
    )
    states: Mapping[str, str] = Field(
        default_factory=dict,
        description="Which fact is which column of a test: `Mass (g)` = `stated_mass_gram`.",
    )
    missing: tuple[str, ...] = Field((), description="Words for a missing value.")
    dates: First = Field("month", description="What stands first where either could be the day.")
    columns: Mapping[str, str] = Field(
        min_length=1,
        description="What a column holds, by its name without a unit: a quantity, `date`, or "
        "`quantity / unit` where the header tells no unit, with a minus before it where it is "
        "negated, as -Im(Z). Several names of one: `a | b`.",
    )

    @model_validator(mode="after")
    def _means_something(self) -> Self:
        for meaning in self.columns.values():
            quantity, _, unit = meaning.removeprefix("-").partition(" / ")
            if quantity != DATE and quantity not in quantities():
                raise ValueError(str(UnknownName("quantity", quantity, quantities())))
            if unit:
                _checked(unit, quantity)
        return self

    @model_validator(mode="after")
    def _states_something(self) -> Self:
        for statement in self.states.values():
            column, _, unit = statement.partition(" / ")
            if column not in (*NUMBERS, *WORDS):
                raise ValueError(str(UnknownName("statement", column, (*NUMBERS, *WORDS))))
            if unit and unit_in(unit, NUMBERS.get(column, "")) is None:
                message = f"{column}: unit {unit!r} is unknown"
                raise ValueError(message)
        return self

    @cached_property
    def meanings(self) -> Mapping[str, str]:
        """Return what each name means, names as they are compared."""
        return {
            plain(name): meaning
            for names, meaning in self.columns.items()
            for name in names.split(" | ")
        }

    def meaning(self, heading: str) -> tuple[str | None, Unit | None]:
        """Return what a column of this heading holds, and its unit where it has one.

        Raises:
            UnknownUnit: when it is in a unit nobody declared.
        """
        whole = self.meanings.get(plain(heading))
        name, spelling = (heading, None) if whole else parted(heading)
        meaning = whole or self.meanings.get(plain(name))
        if meaning is None:
            return None, None
        quantity, _, declared = meaning.removeprefix("-").partition(" / ")
        if quantity == DATE:
            return DATE, None
        unit = unit_of(spelling, quantity) or (unit_for(declared, quantity) if declared else None)
        negated = meaning.startswith("-") and unit is not None
        return quantity, replace(unit, scale=-unit.scale) if unit and negated else unit

    @property
    def page(self) -> str:
        """Return what the page of readers says: about it, and what its columns are taken for."""
        rows = "\n".join(
            f"| {' or '.join(f'`{name}`' for name in names.split(' | '))} | {meaning} |"
            for names, meaning in self.columns.items()
        )
        return f"{self.about.strip()}\n\n| column | taken for |\n|---|---|\n{rows}"

    def lacking(self, cells: Sequence[str]) -> tuple[str, ...]:
        """Return which names of the header are not in the cells of a line."""
        names = {plain(cell) for cell in cells} | {plain(parted(cell)[0]) for cell in cells}
        return tuple(each for each in self.header if plain(each) not in names)

    def doubled(self, cells: Sequence[str]) -> bool:
        """Return whether cells have a name of the header twice, with a unit and without."""
        whole, bare = ([plain(name) for name in names] for names in (cells, _bare(cells)))
        header = {plain(each) for each in self.header}
        return any(name in whole and bare.count(name) > 1 for name in header)


def _bare(cells: Sequence[str]) -> list[str]:
    return [parted(cell)[0] for cell in cells]


def plain(name: str) -> str:
    """Return a name as it is compared: letter case, underscores and spaces do not tell apart."""
    return " ".join(name.replace("_", " ").casefold().split())


def _checked(unit: str, quantity: str) -> None:
    try:
        unit_for(unit, quantity)
    except UnknownUnit as fault:
        raise ValueError(str(fault)) from fault


def declaration(path: Path) -> Declaration:
    """Return what a file declares.

    Raises:
        InvalidReader: naming the file, the key and what is legal there.
    """
    try:
        return Declaration.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise InvalidReader(path, str(fault)) from fault
    except ValidationError as fault:
        first = fault.errors()[0]
        key = ".".join(map(str, first["loc"]))
        reason = first["msg"].removeprefix("Value error, ")
        raise InvalidReader(path, f"{key}: {reason}" if key else reason) from fault
