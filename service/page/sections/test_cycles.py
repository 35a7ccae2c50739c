"""The cycles of a test: charge either way with its error, and of which kind they are."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from starlette.requests import Request

from service.page.address import Address
from service.page.answer import NotThere
from service.page.ask import ask, floats
from service.page.number import number
from service.page.section import Content, Section
from service.page.status import Value, counted, valued
from service.page.table import Column, Table
from service.page.unit import of_time, prefixed, quantity, time_text

ROWS: Final = 200
_FILE: Final = {
    "cycleCount": "cycle_count",
    "cellCycleCount": "cell_cycle_count",
    "firstMode": "first_mode",
    "complete": "complete",
    "startTimeSecond": "start_time_second",
    "durationSecond": "duration_second",
    "chargeCapacityAh": "charge_capacity_ah",
    "chargeErrorAh": "charge_error_ah",
    "dischargeCapacityAh": "discharge_capacity_ah",
    "dischargeErrorAh": "discharge_error_ah",
    "meanTemperatureCelsius": "mean_temperature_celsius",
    "kind": "kind",
    "kindRole": "kind_role",
    "status": "status",
    "reason": "reason",
}


async def _show(request: Request, test: int, address: Address) -> Content:
    asked = await ask(request, "test_cycles", id=test)
    if fault := asked.fault("test", "cycles"):
        return Content(asked.query, fault=fault)
    found = (asked.data["test"] or {}).get("cycles")
    if not found or not len(found["cycleCount"]):
        return Content(asked.query, empty="The charge does not turn in this test: it has no cycle.")
    return Content(asked.query, context=_context(found, address))


async def table(request: Request, test: int) -> Table:
    """Return all cycles of a test, as a file has them."""
    asked = await ask(request, "test_cycles", id=test)
    found = (asked.data["test"] or {}).get("cycles")
    if not found or not len(found["cycleCount"]):
        raise NotThere("table cycles")
    return Table([Column(name, "", found[field]) for field, name in _FILE.items()])


def _context(found: Mapping[str, Any], address: Address) -> dict[str, Any]:
    count = len(found["cycleCount"])
    first = min(max(address["cycle"], 1), count)
    seen = slice(first - 1, first - 1 + ROWS)
    start, length = floats(found["startTimeSecond"]) / 3600, floats(found["durationSecond"]) / 3600
    per_hour, time_unit = of_time([0, float(np.nanmax(start + length, initial=0.0))])
    charge, discharge = floats(found["chargeCapacityAh"]), floats(found["dischargeCapacityAh"])
    factor, unit = prefixed(np.concatenate([charge, discharge]), "A·h")
    warm = floats(found["meanTemperatureCelsius"])
    columns = [
        list(found["cycleCount"])[seen],
        list(found["kind"])[seen],
        ["" if each else "not whole" for each in list(found["complete"])[seen]],
        [time_text(each, time_unit) for each in (start[seen] * per_hour).tolist()],
        [number(each) for each in (length[seen] * per_hour).tolist()],
        _charges(found, "charge", seen, factor),
        _charges(found, "discharge", seen, factor),
        [number(each) for each in warm[seen].tolist()],
        _windows(start, address, seen),
    ]
    return {
        "rows": list(zip(*columns, strict=True)),
        "heads": {
            "time": time_unit,
            "charge": quantity("Charge", unit),
            "discharge": quantity("Discharge", unit),
        },
        "count": count,
        "first": first,
        "last": min(first - 1 + ROWS, count),
        "earlier": address.link(f"{address.path}/cycles", cycle=max(first - ROWS, 1)),
        "later": address.link(f"{address.path}/cycles", cycle=first + ROWS),
        "said": counted(list(found["status"])),
    }


def _charges(found: Mapping[str, Any], way: str, seen: slice, factor: float) -> list[Value]:
    columns = (f"{way}CapacityAh", f"{way}ErrorAh", "status", "reason")
    return [
        valued(value, error=error, status=status, reason=reason, factor=factor)
        for value, error, status, reason in zip(
            *(list(found[name])[seen] for name in columns), strict=True
        )
    ]


def _windows(start: Any, address: Address, seen: slice) -> list[str]:  # noqa: ANN401 # numbers
    """Return the addresses at which cycles are seen: each until the next begins."""
    starts = start.tolist()
    until = [*starts[1:], None]
    pairs = list(zip(starts, until, strict=True))[seen]
    return [
        f"{address.but(**{'from': low, 'to': high}).link()}#series" if np.isfinite(low) else ""
        for low, high in pairs
    ]


SECTION: Final = Section("cycles", "Cycles", _show, "section/test_cycles.html", width="whole")
