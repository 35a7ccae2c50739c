"""The steps of a test: what was done, what passed, and what is wrong with it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from starlette.requests import Request

from service.page.address import Address
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
    asked = await ask(request, "test_steps", id=test)
    if fault := asked.fault("test", "steps"):
        return Content(asked.query, fault=fault)
    found = (asked.data["test"] or {}).get("steps")
    if not found or not len(found["stepCount"]):
        return Content(asked.query, empty="No step of this test is known.")
    return Content(asked.query, told=_told(found, address))


def _told(found: Mapping[str, Any], address: Address) -> dict[str, Any]:
    count = len(found["stepCount"])
    first = min(max(address["step"], 1), count)
    seen = slice(first - 1, first - 1 + ROWS)
    start, length = floats(found["startTimeSecond"]) / 3600, floats(found["durationSecond"]) / 3600
    per_hour, time_unit = of_time([0, float(np.nanmax(start + length, initial=0.0))])
    charge, error = floats(found["netChargeAh"]), floats(found["chargeErrorAh"])
    factor, unit = prefixed(charge, "A·h")
    shown = {name: list(found[name])[seen] for name in ("stepCount", "mode", "stepType", "stepId")}
    charges = [
        _charge(*each, factor)
        for each in zip(
            charge[seen].tolist(),
            error[seen].tolist(),
            list(found["status"])[seen],
            list(found["reason"])[seen],
            strict=True,
        )
    ]
    columns = [
        *shown.values(),
        _controls(found, seen),
        [time_text(each, time_unit) for each in (start[seen] * per_hour).tolist()],
        _texts(length[seen] * per_hour),
        charges,
        _texts(floats(found["firstVoltageVolt"])[seen]),
        _texts(floats(found["lastVoltageVolt"])[seen]),
        _windows(start[seen], length[seen], address),
    ]
    return {
        "rows": list(zip(*columns, strict=True)),
        "heads": {"time": time_unit, "charge": quantity("Net charge", unit)},
        "count": count,
        "first": first,
        "last": min(first - 1 + ROWS, count),
        "earlier": address.link(f"{address.path}/steps", step=max(first - ROWS, 1)),
        "later": address.link(f"{address.path}/steps", step=first + ROWS),
        "said": counted(list(found["status"])),
        "table": Table([Column(name, "", found[field]) for field, name in _FILE.items()]),
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


def _controls(found: Mapping[str, Any], seen: slice) -> list[str]:
    values = floats(found["controlValue"])[seen].tolist()
    units = {"CC": "A", "CCCV": "A", "CV": "V", "CP": "W", "CR": "Ω"}

    def told(control: str | None, value: float) -> str:
        if not control:
            return ""
        factor, unit = prefixed([value], units.get(control, ""))
        return f"{control} {number(value * factor)} {unit}" if np.isfinite(value) else control

    return [told(*each) for each in zip(list(found["control"])[seen], values, strict=True)]


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
