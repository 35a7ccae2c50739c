"""One quantity of groups of cells: medians with bands, and a table of the groups at one cycle."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from starlette.requests import Request

from service.page.address import Address
from service.page.ask import Asked, ask
from service.page.compared import CHOICES, PER, Choice, in_files, unit_of
from service.page.comparison import groups_of, quantity_of, shown, treatment, which
from service.page.figures.band import FEWEST, Group, band
from service.page.figures.overlay import Compared
from service.page.section import Content, Section
from service.page.status import Value, valued
from service.page.table import Column, Table
from service.page.treatment import CONFIGURATION, Treatment
from service.page.unit import prefixed, quantity


async def _show(request: Request, _subject: int, address: Address) -> Content:
    by = treatment(address)
    assert by is not None  # noqa: S101 # the section is there where one is
    where = which(address)
    kinds = await ask(request, "cell_kinds", where={"or": [where]} if where else None)
    (facet,) = kinds.data["cellFacets"]
    counts = {each["value"]: each["count"] for each in facet["choices"]}
    name = shown(address, symmetric=counts.get("true", 0) > counts.get("false", 0))
    what, per = CHOICES[name], address["per"]
    asked = await ask(
        request,
        "compare_groups",
        where=by.without_unstated(where),
        untold={"and": [*([where] if where else []), by.unstated]},
        treatment=by.name,
        quantity=quantity_of(what, per),
        reference=address["capacity_retention.reference"],
    )
    if fault := asked.fault("groupStatistics"):
        return Content(asked.query, fault=fault)
    unstated = asked.data["untold"]
    context: dict[str, Any] = {
        "show": name,
        "choices": CHOICES,
        "per": PER,
        "grouped": True,
        "unstated": unstated["totalCount"],
        "unstated_cells": ",".join(each["id"] for each in unstated["nodes"]),
        "by": by,
    }
    groups, more = groups_of(asked.data["groupStatistics"], by)
    if not groups:
        why = f"None of these cells that states its {by.words} was cycled."
        return Content(asked.query, empty=why, context=context)
    unit = unit_of(what, per)
    factor = 100.0 if unit == "%" else 1.0
    scaled = [_scaled(each, factor) for each in groups]
    notes = _notes(asked, what, more)
    compared = Compared(in_files(name, unit), what.words, unit, "Cycle", notes)
    drawn = band(scaled, compared, width=address["width"] or "wide")
    at = address["at"] if address["at"] is not None else _usual(scaled)
    context |= {"at": at, "table": _table(scaled, at, compared)}
    return Content(asked.query, (drawn,), context)


def _scaled(group: Group, factor: float) -> Group:
    return Group(
        group.name,
        group.cycle,
        group.median * factor,
        group.low * factor,
        group.high * factor,
        group.count,
        group.alive,
        group.cells,
        group.left_out,
        group.status,
        group.reason,
    )


def _notes(asked: Asked, what: Choice, more: int) -> list[str]:
    notes = ["Cycles of the main kind."]
    if more:
        notes.append(f"{more} smaller groups are not drawn: at most 12 are.")
    if what.metric == "capacityRetention":
        kinds: Sequence[Mapping[str, Any]] = next(
            (
                each["choices"]
                for each in asked.data["kinds"] or ()
                if each["condition"].endswith("detail")
            ),
            (),
        )
        notes.append("100 % is the reference of each cell by itself.")
        if len(kinds) > 1:
            listed = ", ".join(f"{each['value']}: {each['count']}" for each in kinds[:4])
            notes.append(
                f"Unlike references: the main kind of cycle is not one for all ({listed})."
            )
    return notes


def _usual(groups: Sequence[Group]) -> int:
    """Return the last cycle at which half of every group is still alive."""
    lasts = [each.cycle[2 * each.alive >= each.cells] for each in groups]
    return int(min((float(each[-1]) for each in lasts if each.size), default=1))


def _table(groups: Sequence[Group], at: int, compared: Compared) -> Table:
    """Return the groups at a cycle: never a spread of fewer than three cells."""
    rows = [
        int(found[0]) if (found := np.flatnonzero(each.cycle == at)).size else None
        for each in groups
    ]
    medians = [
        np.nan if row is None else float(each.median[row])
        for each, row in zip(groups, rows, strict=True)
    ]
    factor, unit = prefixed(medians, compared.unit)
    values: list[Value] = []
    spreads: list[str | None] = []
    counted: list[int] = []
    left_out: list[str] = []
    alive = [
        0 if row is None else int(each.alive[row]) for each, row in zip(groups, rows, strict=True)
    ]
    for each, row, median in zip(groups, rows, medians, strict=True):
        if row is None:
            gone = f"none of its {each.cells} cells was cycled so far"
            values.append(Value("", "", "not_computable", gone))
            spreads.append(None)
            counted.append(0)
            left_out.append("")
            continue
        status, reason = each.status[row], each.reason[row]
        known = None if np.isnan(median) else median
        values.append(valued(known, status=status, reason=reason, factor=factor))
        has_band = each.count[row] >= FEWEST and np.isfinite(each.low[row])
        spreads.append(
            f"{each.low[row] * factor:.4g} to {each.high[row] * factor:.4g}"
            if has_band
            else f"of {each.count[row]:.0f}, none"
        )
        counted.append(int(each.count[row]))
        left_out.append((each.left_out[row] or "").replace("_", " "))
    names = [each.name for each in groups]
    cells = [each.cells for each in groups]
    return Table(
        (
            Column("group", "Group", names, names, numeric=False),
            Column("cells", "Cells cycled", cells, cells),
            Column("alive", f"Alive at cycle {at}", alive, alive),
            Column("counted", "Count", counted, counted),
            Column(compared.name, f"{quantity(compared.label, unit)}, median", medians, values),
            Column("spread", "10 to 90 %", spreads, spreads),
            Column("left_out", "Left out and why", left_out, left_out, numeric=False),
        )
    )


def survival_treatment(by: Treatment) -> str | None:
    """Return what survival is parted by too: by configuration it always is."""
    return None if by.name == CONFIGURATION else by.name


SECTION: Final = Section(
    "curves", "Groups", _show, "section/compare_curves.html", eager=True, width="whole"
)
