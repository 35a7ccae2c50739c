"""What a comparison is asked by: which cells, and what of them, out of an address."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from service.page import cell_facet
from service.page.address import Address, Field, choice, whole, word
from service.page.ask import floats
from service.page.cell_facet import Where, conditions
from service.page.compared import CHOICES, PER, Choice
from service.page.figures.band import Group
from service.page.treatment import Treatment, read_treatment

MOST_CELLS: Final = 50
MOST_GROUPS: Final = 12
FIELDS: Final[Sequence[Field]] = (
    *cell_facet.FIELDS,
    whole("cells", many=True, most=MOST_CELLS),
    word("group", "what cells are grouped by, as PB.thickness_um or configuration"),
    choice("show", "", *CHOICES),
    choice("per", *PER),
    choice("x", "cycle", "time", "throughput"),
    whole("at"),
    whole("capacity_retention.reference"),
    choice("width", "", "narrow", "half", "wide"),
)


def which(address: Address) -> Where | None:
    """Return the condition that the cells of an address meet."""
    narrowed = conditions(address)
    if not address["cells"]:
        return narrowed
    picked = {"id": {"in": [str(each) for each in address["cells"]]}}
    return {"and": [picked, narrowed]} if narrowed else picked


def treatment(address: Address) -> Treatment | None:
    """Return what the cells are grouped by, None where they stand each by itself."""
    return read_treatment(address["group"]) if address["group"] else None


def shown(address: Address, *, symmetric: bool) -> str:
    """Return what is shown: what is chosen, or what matters most for such cells."""
    return str(address["show"] or ("polarization" if symmetric else "retention"))


def quantity_of(what: Choice, per: str) -> str:
    """Return what group statistics call a choice."""
    return what.per[per][1] if per in what.per else what.groups


def groups_of(answer: Mapping[str, Any] | None, by: Treatment) -> tuple[list[Group], int]:
    """Return the groups that have most cells, in the order of their settings, and how many more.

    Numbers are those of the answer, shares as shares.
    """
    if not answer:
        return [], 0
    settings = list(answer["setting"])
    labels = [by.called(each) for each in settings]
    names = np.array(labels, object)
    sizes, counts = floats(answer["value"]), floats(answer["groupCellCount"])
    cycles = floats(answer["cellCycleCount"])
    found: list[tuple[float, str, Group]] = []
    for name in dict.fromkeys(labels):
        places = np.flatnonzero(names == name)
        places = places[np.argsort(cycles[places], kind="stable")]
        listed = places.tolist()

        def numbers(column: str, at: Any = places) -> Any:  # noqa: ANN401 # places and numbers
            return floats(answer[column])[at]

        order = sizes[places[0]] if settings[listed[0]] is not None else -np.inf
        group = Group(
            name,
            cycles[places],
            numbers("medianValue"),
            numbers("lowerDecile"),
            numbers("upperDecile"),
            numbers("cellCount"),
            numbers("aliveCount"),
            int(counts[places[0]]),
            [answer["leftOutReason"][each] for each in listed],
            [answer["status"][each] for each in listed],
            [answer["reason"][each] for each in listed],
        )
        found.append((float(order), name, group))
    largest = sorted(found, key=lambda each: -each[2].cells)[:MOST_GROUPS]
    largest.sort(key=lambda each: (np.isnan(each[0]), each[0], each[1]))
    return [group for _, _, group in largest], len(found) - len(largest)
