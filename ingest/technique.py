"""One vocabulary of techniques, beside the instrument's own word, read from technique.tsv."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

EIS: Final = "EIS"
_OPEN_CIRCUIT: Final = "OCV"
_SEQUEL: Final = re.compile(r"\d+$")


@dataclass(frozen=True, slots=True)
class Technique:
    """A technique.

    Attributes:
        name: its abbreviation; "" for a word that tells a mode and no technique.
        title: written out.
        mode: of all its steps: rest, voltammetry, or "" where each is judged by itself.
    """

    name: str
    title: str
    mode: str


@cache
def techniques() -> Mapping[str, Technique]:
    """Return each technique by the words that instruments have for it, without letter case."""
    with Path(__file__).with_suffix(".tsv").open(encoding="utf-8", newline="") as file:
        return MappingProxyType(
            {
                word.casefold(): Technique(row["technique"], row["title"], row["mode"])
                for row in csv.DictReader(file, delimiter="\t")
                for word in row["words"].split("|")
            }
        )


def technique_of(label: str | None) -> Technique | None:
    """Return what an instrument's word means, None where it is unknown or means several.

    GCPL2 is a GCPL. Of several in a row, as ``Open Circuit, Potentiostatic EIS``, a rest at the
    beginning is no technique of its own.
    """
    whole = (label or "").strip().casefold()
    if found := techniques().get(whole) or techniques().get(_SEQUEL.sub("", whole)):
        return found
    parts = {techniques().get(part.strip()) for part in whole.split(",")}
    others = {part for part in parts if part is None or part.name != _OPEN_CIRCUIT}
    return others.pop() if len(others) == 1 else None
