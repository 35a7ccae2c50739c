"""The steps of a test: what was done, what passed, and what is wrong with it."""

from collections.abc import Mapping, Sequence
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
    "stepCount": "step_count",
    "cycleCount": "cycle_count",
    "mode": "mode",
    "judgedBy": "judged_by",
    "control": "control",
    "controlValue": "control_value",
    "stepId": "step_id",
    "stepType": "step_type",
    "startTimeSecond": "start_time_second",
    "durationSecond": "duration_second",
    "pointCount": "point_count",
    "netChargeAh": "net_charge_ah",
    "chargeErrorAh": "charge_error_ah",
    "chargeSource": "charge_source",
    "firstVoltageVolt": "first_voltage_volt",
    "lastVoltageVolt": "last_voltage_volt",
    "minimumVoltageVolt": "minimum_voltage_volt",
    "maximumVoltageVolt": "maximum_voltage_volt",
    "gapCount": "gap_count",
    "outlierCount": "outlier_count",
    "status": "status",
    "reason": "reason",
}


async def _show(request: Request, test: int, address: Address) -> Content:
    known = await ask(request, "test", id=test)
    count = known.data["test"]["stepCount"]
    first = min(max(address["step"], 1), max(count, 1))
    asked = await ask(request, "test_steps", id=test, first=first, last=first + ROWS - 1)
    if fault := asked.fault("test", "steps") or asked.fault("test", "all"):
        return Content(asked.query, fault=fault)
    found = asked.data["test"] or {}
    if not found.get("all") or not found["all"]["rowCount"]:
        return Content(asked.query, empty="No step of this test is known.")
    return Content(asked.query, context=_context(found["steps"], found["all"], first, address))


async def table(request: Request, test: int) -> Table:
    """Return all steps of a test, as a file has them."""
    asked = await ask(request, "test_steps_file", id=test)
    found = (asked.data["test"] or {}).get("steps")
    if not found or not len(found["stepCount"]):
        raise NotThere("table steps")
    return Table([Column(name, "", found[field]) for field, name in _FILE.items()])


def _context(
    found: Mapping[str, Any], every: Mapping[str, Any], first: int, address: Address
) -> dict[str, Any]:
    """Return what is shown of some steps, in units that suit all of them."""
    count = every["rowCount"]
    ends = (floats(every["startTimeSecond"]) + floats(every["durationSecond"])) / 3600
    per_hour, time_unit = of_time([0, float(np.nanmax(ends, initial=0.0))])
    factor, unit = prefixed(floats(every["netChargeAh"]), "A·h")
    start, length = floats(found["startTimeSecond"]) / 3600, floats(found["durationSecond"]) / 3600
    charges = [
        _charge(*each, factor)
        for each in zip(
            floats(found["netChargeAh"]).tolist(),
            floats(found["chargeErrorAh"]).tolist(),
            found["status"],
            found["reason"],
            strict=True,
        )
    ]
    columns = [
        *(found[name] for name in ("stepCount", "mode", "stepType", "stepId")),
        _controls(found),
        [time_text(each, time_unit) for each in (start * per_hour).tolist()],
        _texts(length * per_hour),
        charges,
        _texts(floats(found["firstVoltageVolt"])),
        _texts(floats(found["lastVoltageVolt"])),
        _windows(start, length, address),
    ]
    return {
        "rows": list(zip(*columns, strict=True)),
        "heads": {"time": time_unit, "charge": quantity("Net charge", unit)},
        "count": count,
        "first": first,
        "last": min(first - 1 + ROWS, count),
        "earlier": address.link(f"{address.path}/steps", step=max(first - ROWS, 1)),
        "later": address.link(f"{address.path}/steps", step=first + ROWS),
        "said": counted(every["status"]),
    }


def _charge(value: float, error: float, status: str, reason: str | None, factor: float) -> Value:
    known = np.isfinite(value)
    return valued(
        value if known else None,
        error=error if np.isfinite(error) else None,
        status=status,
        reason=reason,
        factor=factor,
    )


def _controls(found: Mapping[str, Any]) -> list[str]:
    values = floats(found["controlValue"]).tolist()
    units = {"CC": "A", "CCCV": "A", "CV": "V", "CP": "W", "CR": "Ω"}

    def written(control: str | None, value: float) -> str:
        if not control:
            return ""
        factor, unit = prefixed([value], units.get(control, ""))
        return f"{control} {number(value * factor)} {unit}" if np.isfinite(value) else control

    return [written(*each) for each in zip(found["control"], values, strict=True)]


def _texts(values: Any) -> list[str]:  # noqa: ANN401 # numbers
    return [number(each if np.isfinite(each) else None) for each in values.tolist()]


def _windows(start: Any, length: Any, address: Address) -> Sequence[str]:  # noqa: ANN401 # numbers
    """Return the addresses at which steps are seen, with a little around each."""
    room = np.maximum(length * 0.05, 1 / 3600)
    pairs = zip((start - room).tolist(), (start + length + room).tolist(), strict=True)
    return [
        f"{address.but(**{'from': low, 'to': high}).link()}#series" if np.isfinite(low) else ""
        for low, high in pairs
    ]


SECTION: Final = Section("steps", "Steps", _show, "section/test_steps.html", width="whole")
