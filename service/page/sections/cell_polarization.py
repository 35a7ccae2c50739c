"""Polarization of a symmetric cell over its time, and where it failed."""

from dataclasses import replace
from typing import Final

from starlette.requests import Request

from service.page.address import Address
from service.page.ask import ask, floats
from service.page.figures.polarization import Polarizations, polarization
from service.page.section import Content, Section


async def _show(request: Request, cell: int, address: Address) -> Content:
    convention = address["convention"]
    asked = await ask(request, "cell_polarization", id=cell, convention=convention.upper())
    found = asked.data["cell"]
    if fault := asked.fault("cell", "halfCyclePolarization"):
        return Content(asked.query, fault=fault)
    per = found["halfCyclePolarization"]
    if not per or not len(per["testId"]):
        return Content(asked.query, empty="No half-cycle of a symmetric cell is known.")
    event = found["failureEvent"] or {"failureHour": (), "cause": ()}
    failures = [
        (float(hour), str(cause))
        for hour, cause in zip(event["failureHour"], event["cause"], strict=True)
        if hour is not None and hour == hour and cause  # noqa: PLR0124 # not a number
    ]
    drawn = polarization(
        Polarizations(
            floats(per["startHour"]),
            floats(per["endVolt"]),
            list(per["mode"]),
            list(per["status"]),
            list(per["reason"]),
            floats(per["currentDensityMaPerCm2"]),
            failures,
        ),
        convention,
        scale=address["scale"],
        width=address["width"] or "wide",
    )
    metrics = ("halfCyclePolarization", "failureEvent")
    traces = [found[name]["trace"] for name in metrics if found[name]]
    return Content(asked.query, (drawn,), traces=traces)


SECTION: Final = Section(
    "polarization",
    "Polarization",
    _show,
    "section/cell_polarization.html",
    eager=True,
    width="whole",
)
LATER: Final = replace(SECTION, eager=False)
"""The same of a cell of which nobody states whether it is symmetric."""
