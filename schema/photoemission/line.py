"""Lines of elements, how strong they are, and the lines of others that could be taken for them.

Energies are usual ones of textbooks, for finding lines and never for naming states; sensitivities
are calculated cross sections as a set with its source. A lab enters sets of its own.
"""

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

_FOLDER: Final = Path(__file__).parent
_NUMBERS: Final = (
    *("binding_energy_ev", "lowest_ev", "highest_ev"),
    *("splitting_ev", "minor_ratio", "width_ev"),
)
SCOFIELD: Final = "scofield"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an element.

    Attributes:
        name: e.g. Ti2p.
        element: it is of.
        transition: e.g. 2p.
        binding_energy_ev: of its stronger part.
        lowest_ev: where its area begins, in any state of the element.
        highest_ev: where its area ends, the weaker part of a doublet within.
        splitting_ev: from the stronger part to the weaker; 0 where it is single or not resolved.
        minor_ratio: area of the weaker part over that of the stronger.
        width_ev: full width at half maximum, as usual analyzers see it.
        overlapped_by: elements whose lines could be taken for it.
    """

    name: str
    element: str
    transition: str
    binding_energy_ev: float
    lowest_ev: float
    highest_ev: float
    splitting_ev: float
    minor_ratio: float
    width_ev: float
    overlapped_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How strong lines are in a set, relative to C1s or any line of it.

    Attributes:
        name: of the set.
        excitation_energy_ev: photons it holds for.
        background: it was made for; any, for calculated cross sections.
        includes: what factors hold beside the cross section: nothing, path, or path and
            transmission.
        source: where it comes from.
        content_hash: hash of what somebody entered; "" of a set of our own, told by its factors.
        factors: by line.
    """

    name: str
    excitation_energy_ev: float
    background: str
    includes: str
    source: str
    content_hash: str
    factors: Mapping[str, float]


@cache
def lines() -> tuple[Line, ...]:
    """Return the lines that are known, as the table has them."""
    hiding: dict[str, list[str]] = defaultdict(list)
    for row in _rows("overlap.tsv"):
        hiding[row["line"]].append(row["element"])
    return tuple(
        Line(
            name=row["line"],
            element=row["element"],
            transition=row["transition"],
            overlapped_by=tuple(hiding[row["line"]]),
            **{name: float(row[name]) for name in _NUMBERS},
        )
        for row in _rows("line.tsv")
    )


def line_for(element: str | None, transition: str | None) -> Line | None:
    """Return the line a region was taken for, None where nobody says or knows it.

    A region of one part of a doublet, 2p3/2, is of the line 2p.
    """
    if element is None or transition is None:
        return None
    shell = transition.partition("/")[0][:2]
    return next((x for x in lines() if x.element == element and x.transition[:2] == shell), None)


@cache
def sensitivities() -> Mapping[str, Sensitivity]:
    """Return the sets of sensitivity factors by name."""
    by_set: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in _rows("sensitivity.tsv"):
        by_set[row["set"]].append(row)
    return MappingProxyType(
        {
            name: Sensitivity(
                name,
                float(rows[0]["excitation_energy_ev"]),
                rows[0]["background"],
                "nothing",
                rows[0]["source"],
                "",
                MappingProxyType({row["line"]: float(row["sensitivity"]) for row in rows}),
            )
            for name, rows in by_set.items()
        }
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))
