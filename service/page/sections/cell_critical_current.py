"""The current density at which a symmetric cell fails, where its current rises step by step."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request

from service.page.address import Address
from service.page.ask import ask, floats
from service.page.entry.cell import entered_at
from service.page.figures.critical_current import Staircase, critical_current
from service.page.headline import critical_current as critical_interval
from service.page.headline import rows
from service.page.number import number
from service.page.section import Content, Section


async def _show(request: Request, cell: int, address: Address) -> Content:
    asked = await ask(request, "cell_critical_current", id=cell)
    found = asked.data["cell"]
    for metric in ("criticalCurrentDensity", "halfCyclePolarization"):
        if fault := asked.fault("cell", metric):
            return Content(asked.query, fault=fault)
    critical, per = rows(found["criticalCurrentDensity"]), found["halfCyclePolarization"]
    if not critical:
        least = found["criticalCurrentDensity"]["trace"]["arguments"]["least_step_count"]
        return Content(
            asked.query, empty=f"Its current does not rise over {least} steps: no staircase."
        )
    row = critical[0]
    if row["missing"]:
        column = "symmetric" if "symmetric" in row["missing"] else "areaCm2"
        missing = f"Not stated: {row['missing'].replace('_', ' ')}."
        return Content(asked.query, empty=missing, mend=("Enter it", entered_at(cell, column)))
    stairs = Staircase(
        floats(per["currentDensityMaPerCm2"]),
        floats(per["endVolt"]),
        list(per["mode"]),
        list(per["status"]),
        list(per["reason"]),
        row["lastBorneMaPerCm2"],
        row["firstFailingMaPerCm2"],
        row["cause"],
    )
    drawn = critical_current(
        stairs, _protocol(row), scale=address["scale"], width=address["width"] or "half"
    )
    context = {"row": row, "interval": critical_interval(row)}
    traces = [found[name]["trace"] for name in ("criticalCurrentDensity", "halfCyclePolarization")]
    return Content(asked.query, (drawn,), context, traces=traces)


def _protocol(row: Mapping[str, Any]) -> list[str]:
    """Return the protocol that the number depends on, in words."""
    parts = [
        f"{row['stepTotal']} steps",
        *_with(row["stepSizeMaPerCm2"], "the last of {} mA cm⁻²"),
        *_with(row["halfCycleHour"], "half-cycles of {} h"),
        *_with(row["chargePassedMahPerCm2"], "{} mA·h cm⁻² each"),
    ]
    temperature = row["temperatureCelsius"]
    at = "temperature not recorded" if temperature is None else f"at {number(temperature)} °C"
    return [f"By this protocol alone: {', '.join([*parts, at])}."]


def _with(value: float | None, words: str) -> list[str]:
    return [] if value is None else [words.format(number(value))]


SECTION: Final = Section(
    "critical", "Critical current density", _show, "section/cell_critical_current.html"
)
