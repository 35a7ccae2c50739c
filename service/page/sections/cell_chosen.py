"""The cycles that curves of a cell are drawn of, and their capacities."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from starlette.requests import Request

from service.page.address import Address
from service.page.ask import ask
from service.page.cycles import BY_ITSELF, CellCycles, cell_cycles, spread
from service.page.entry.cell import entered_at
from service.page.section import Content

_PER: Final = {
    "plain": ("", "", "A·h"),
    "gram": ("activeMassGram", "active mass", "mA·h/g"),
    "area": ("areaCm2", "electrode area", "mA·h/cm²"),
}
_COLUMNS: Final = {
    "charge": ("chargeCapacityAh", "chargeErrorAh", "status", "reason"),
    "discharge": ("dischargeCapacityAh", "dischargeErrorAh", "status", "reason"),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """Chosen cycles, the answers with their capacities, and the unit charge is shown in."""

    cell: Mapping[str, Any]
    cycles: CellCycles
    given: Sequence[int]
    """Their numbers as they stand in the form."""
    factor: float
    """What to multiply A·h by."""
    unit: str
    notes: Sequence[str]
    query: str
    traces: Sequence[Mapping[str, Any]]

    @property
    def capacity(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the answer with the capacity of either way."""
        return {"charge": self.cell["chargeCapacity"], "discharge": self.cell["dischargeCapacity"]}

    @property
    def columns(self) -> Mapping[str, Sequence[str]]:
        """Return the columns of capacity, error, status and reason for either way."""
        return _COLUMNS


async def chosen(
    request: Request, cell: int, address: Address, by_itself: int = BY_ITSELF
) -> Chosen | Content:
    """Return the cycles that an address chooses, or why there is nothing to draw.

    Where it chooses none, so many spread over the life of the cell.
    """
    asked = await ask(request, "cell_voltage", id=cell)
    found = asked.data["cell"]
    for metric in ("capacityRetention", "dischargeCapacity", "chargeCapacity"):
        if fault := asked.fault("cell", metric):
            return Content(asked.query, fault=fault)
    size, words, unit = _PER[address["per"]]
    if size and not found[size]:
        missing = f"The {words} of this cell is not stated."
        return Content(asked.query, empty=missing, mend=("Enter it", entered_at(cell, size)))
    every = cell_cycles(found["capacityRetention"])
    if not len(every):
        return Content(asked.query, empty="No cycle of this cell is known.")
    column = every.column(found["capacityRetention"], "complete")
    complete = np.array([bool(each) for each in column])
    whole = every.number[complete]
    given = address["cycles"] or spread(whole if whole.size else every.number, by_itself)
    cycles = every.only(np.isin(every.number, given))
    absent = sorted(set(given) - set(cycles.number.tolist()))
    if not len(cycles):
        return Content(
            asked.query,
            empty=f"It has none of the cycles {', '.join(map(str, absent))}.",
            mend=("Show some that it has", address.link(cycles=None)),
        )
    notes = [f"It has no cycle {', '.join(map(str, absent))}."] if absent else []
    notes += [f"The {words} counts as exact."] if size else []
    return Chosen(
        found,
        cycles,
        given,
        1000 / found[size] if size else 1.0,
        unit,
        notes,
        asked.query,
        [found[each]["trace"] for each in ("dischargeCapacity", "chargeCapacity")],
    )
