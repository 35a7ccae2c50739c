"""Resistance of a cell's interfaces over its cycling time."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from starlette.requests import Request

from service.page.address import Address, Field, switch
from service.page.ask import ask, floats
from service.page.figures.resistance import Resistances, resistance
from service.page.section import Content, Section

FIELDS: Final[Sequence[Field]] = (switch("by_area"),)
"""Whether a resistance is shown times area."""


async def _show(request: Request, cell: int, address: Address) -> Content:
    return await drawn(request, address, cells=[cell])


async def drawn(
    request: Request,
    address: Address,
    *,
    cells: Sequence[int] | None = None,
    tests: Sequence[int] | None = None,
) -> Content:
    """Return the interfaces of cells, or of what tests were run on, as they were followed."""
    asked = await ask(request, "resistance", cells=cells, tests=tests)
    if fault := asked.fault("interfaceEvolution"):
        return Content(asked.query, fault=fault)
    per = asked.data["interfaceEvolution"]
    if not len(per["testId"]):
        return Content(asked.query, empty="No arc of a cell's sweeps is taken for an interface.")
    by_area = address["by_area"]
    specific = floats(per["areaSpecificResistanceOhmCm2"])
    if by_area and not np.isfinite(specific).any():
        cell = next(each for each in per["cellId"] if each is not None)
        mend = ("Enter it", f"/cells/{cell}/edit#area")
        return Content(asked.query, empty="The electrode area is not stated.", mend=mend)
    hour = floats(per["cyclingTimeHour"])
    if not np.isfinite(hour).any():
        reasons = "; ".join(dict.fromkeys(str(each) for each in per["reason"] if each))
        missing = f"When its sweeps were taken is not known: {reasons or 'no clock is stated'}."
        return Content(asked.query, empty=missing)
    columns = Resistances(
        [int(each) for each in per["trackCount"]],
        hour,
        floats(per["temperatureCelsius"]),
        specific if by_area else floats(per["resistanceOhm"]),
        floats(per["areaSpecificErrorOhmCm2" if by_area else "resistanceErrorOhm"]),
        "Ω·cm²" if by_area else "Ω",
        [str(each) for each in per["assignment"]],
        list(per["status"]),
        list(per["reason"]),
        list(per["testId"]),
        [int(each) for each in per["spectrumCount"]],
        list(per["element"]),
    )
    kinds = dict.fromkeys(str(each) for each in per["convention"] if each)
    convention = " and ".join(kinds) if by_area else ""
    figure = resistance(columns, convention=convention, width=address["width"] or "half")
    known = {"has_area": bool(np.isfinite(specific).any())}
    return Content(asked.query, (figure,), known, traces=[per["trace"]])


SECTION: Final = Section(
    "resistance", "Resistance over cycling time", _show, "section/resistance.html"
)
