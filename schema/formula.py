"""Molar masses, atoms and theoretical capacities from chemical formulas.

Masses are the abridged standard atomic weights of 2021 (IUPAC Commission on Isotopic Abundances and
Atomic Weights), in atomic_mass.tsv; elements without one are left out.
"""

import csv
import math
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final
from unicodedata import normalize

from schema.error import InvalidArgument

FARADAY_COULOMB_PER_MOLE: Final = 96485.33212

_TAKES: Final = "a formula such as Li1.3Al0.3Ti1.7(PO4)3 or Na4Fe(CN)6·10H2O"
_DOTS: Final = re.compile("[·⋅•∙*]")
_COUNT: Final = r"(\d+(?:\.\d+)?)?"
_TERM: Final = re.compile(
    rf"(?P<element>[A-Z][a-z]?){_COUNT}|(?P<open>[(\[{{])|(?P<close>[)\]}}]){_COUNT}"
)
_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}


@cache
def atomic_masses() -> Mapping[str, float]:
    """Return the mass of one mole of each element, in gram."""
    with (Path(__file__).parent / "atomic_mass.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return MappingProxyType({row["element"]: float(row["mass_gram_per_mole"]) for row in rows})


@cache
def molar_mass_gram_per_mole(formula: str) -> float:
    """Return the mass of one mole of formula units, in gram.

    Raises:
        InvalidArgument: when it is no formula; it names the place.
    """
    atoms = atom_counts(formula)
    return sum(count * atomic_masses()[element] for element, count in atoms.items())


@cache
def atom_counts(formula: str) -> Mapping[str, float]:
    """Return how many atoms of each element a formula unit has, in the order of the formula.

    Raises:
        InvalidArgument: when it is no formula; it names the place.
    """
    plain = normalize("NFKC", formula).strip()
    atoms: dict[str, float] = {}
    place = 0
    for part in _DOTS.split(plain):
        many = re.match(_COUNT, part)
        skipped = many.end() if many else 0
        factor = float(part[:skipped] or 1)
        _add(atoms, _atoms(part[skipped:], formula, place + skipped), factor)
        place += len(part) + 1
    total = sum(atoms.values())
    if not (total > 0 and math.isfinite(total)):
        raise InvalidArgument("formula", formula, _TAKES)
    return MappingProxyType(atoms)


def theoretical_capacity_mah_per_gram(formula: str, electrons: float) -> float:
    """Return the charge of so many electrons per formula unit, in mAh/g.

    Raises:
        InvalidArgument: when it is no formula, or no positive number of electrons.
    """
    if not (electrons > 0 and math.isfinite(electrons)):
        raise InvalidArgument("electrons", electrons, "a positive number per formula unit")
    return electrons * FARADAY_COULOMB_PER_MOLE / (3.6 * molar_mass_gram_per_mole(formula))


def _atoms(part: str, formula: str, offset: int) -> dict[str, float]:
    """Return the atoms of a formula without water that begins at that offset of the whole."""
    wet = re.search(r"\.\d*H2O", part)
    if wet:  # Na4Fe(CN)6.10H2O is read as 6.10 by one and as 6 with ten waters by another
        raise _refused(formula, offset + wet.start(), "water after ·, as in ·10H2O")
    groups: list[dict[str, float]] = [{}]
    brackets: list[tuple[str, int]] = []
    place = 0
    while place < len(part):
        term = _TERM.match(part, place)
        if term is None:
            raise _refused(formula, offset + place, _TAKES)
        if term["open"]:
            brackets.append((term["open"], place))
            groups.append({})
        elif term["close"]:
            if not brackets or _CLOSING[brackets.pop()[0]] != term["close"]:
                raise _refused(formula, offset + place, "a bracket for each that closes")
            group = groups.pop()
            _add(groups[-1], group, float(term[5] or 1))
        else:
            element = term["element"]
            if element not in atomic_masses():
                raise _refused(formula, offset + place, "elements with a standard atomic weight")
            _add(groups[-1], {element: float(term[2] or 1)})
        place = term.end()
    if brackets:
        raise _refused(formula, offset + brackets[-1][1], "brackets that are closed")
    if not part:
        raise _refused(formula, offset, _TAKES)
    return groups[0]


def _add(atoms: dict[str, float], more: Mapping[str, float], times: float = 1.0) -> None:
    for element, count in more.items():
        atoms[element] = atoms.get(element, 0.0) + times * count


def _refused(formula: str, place: int, takes: str) -> InvalidArgument:
    return InvalidArgument("formula", formula, f"{takes}; look at character {place + 1}")
