"""Capacity and Coulombic efficiency of a cell, over all its tests."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from starlette.requests import Request

from service.page.address import Address
from service.page.ask import ask, floats
from service.page.figures.capacity import Capacities, capacity
from service.page.section import Content, Section

_COLUMNS: Final = {
    "plain": ("dischargeCapacityAh", "A·h"),
    "gram": ("specificDischargeCapacityMahPerG", "mA·h/g"),
    "area": ("arealDischargeCapacityMahPerCm2", "mA·h/cm²"),
}
_NEEDED: Final = {"gram": ("activeMassGram", "active mass"), "area": ("areaCm2", "electrode area")}


async def _show(request: Request, cell: int, address: Address) -> Content:
    asked = await ask(request, "cell_capacity", id=cell)
    found = asked.data["cell"]
    if fault := asked.fault("cell", "dischargeCapacity"):
        return Content(asked.query, fault=fault)
    per = address["per"]
    if per in _NEEDED and found[_NEEDED[per][0]] is None:
        missing = f"The {_NEEDED[per][1]} of this cell is not told."
        return Content(asked.query, empty=missing, mend=("Enter it", f"/cells/{cell}/edit"))
    if not found["dischargeCapacity"] or not len(found["dischargeCapacity"]["testId"]):
        return Content(asked.query, empty="No cycle of this cell is known.")
    drawn = capacity(
        _capacities(found, per), width=address["width"] or "wide", from_zero=address["zero"]
    )
    return Content(asked.query, (drawn,), {"per": per, "known": found})


def _capacities(found: Mapping[str, Any], per: str) -> Capacities:
    """Return the columns of a cell's cycles, side by side and in the order it went through them."""
    discharge, kinds = found["dischargeCapacity"], found["capacityRetention"] or {}
    efficiency = found["coulombicEfficiency"] or {}
    column, unit = _COLUMNS[per]
    rows = list(zip(discharge["testId"], discharge["cycleCount"], strict=True))
    of_kind, of_efficiency = _placed(rows, kinds), _placed(rows, efficiency)
    count = _picked(kinds, "cellCycleCount", of_kind)
    cycle = np.array([np.nan if each is None else each for each in count], float)
    order = np.argsort(np.where(np.isfinite(cycle), cycle, np.inf), kind="stable")
    if not np.isfinite(cycle).all():
        cycle[order] = np.arange(1, len(order) + 1)
    factor = 1.0
    error = floats(discharge["dischargeErrorAh"])
    if per != "plain":
        # the error is told for the charge: it goes along with it to any other base
        with np.errstate(divide="ignore", invalid="ignore"):
            factors = floats(discharge[column]) / floats(discharge["dischargeCapacityAh"])
        known = factors[np.isfinite(factors)]
        factor = float(known[0]) if known.size else np.nan

    def sorted_texts(texts: list[Any]) -> list[Any]:
        return [texts[each] for each in order]

    return Capacities(
        cycle[order],
        floats(discharge[column])[order],
        (error * factor)[order],
        unit,
        sorted_texts(list(discharge["status"])),
        sorted_texts(list(discharge["reason"])),
        sorted_texts(_picked(kinds, "kind", of_kind)),
        floats(_picked(efficiency, "coulombicEfficiency", of_efficiency))[order],
        floats(_picked(efficiency, "coulombicEfficiencyError", of_efficiency))[order],
        sorted_texts(_picked(efficiency, "status", of_efficiency)),
        sorted_texts(_picked(efficiency, "reason", of_efficiency)),
    )


def _placed(rows: list[tuple[Any, Any]], answer: Mapping[str, Any]) -> list[int | None]:
    """Return where in an answer the row of each test and cycle stands."""
    if not answer:
        return [None] * len(rows)
    pairs = zip(answer["testId"], answer["cycleCount"], strict=True)
    at = {pair: number for number, pair in enumerate(pairs)}
    return [at.get(row) for row in rows]


def _picked(answer: Mapping[str, Any], name: str, places: list[int | None]) -> list[Any]:
    values = list(answer[name]) if answer else []
    return [None if place is None else values[place] for place in places]


SECTION: Final = Section(
    "capacity",
    "Capacity and Coulombic efficiency",
    _show,
    "section/cell_capacity.html",
    eager=True,
    width="whole",
)
