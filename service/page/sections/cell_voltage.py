"""Voltage of a cell against the charge of its half-cycles, for chosen cycles."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from starlette.requests import Request

from service.page.address import Address
from service.page.ask import ask, floats
from service.page.cycles import CellCycles
from service.page.figures.voltage_capacity import Curve, voltage_capacity
from service.page.half_cycle_charge import Points, Steps, half_cycles
from service.page.section import Content, Section
from service.page.sections.cell_chosen import Chosen, chosen

_ELECTRODES: Final = {"working": "workingPotentialVolt", "counter": "counterPotentialVolt"}
_RECORDED: Final = ("working_potential_volt", "counter_potential_volt")


async def _show(request: Request, cell: int, address: Address) -> Content:
    found = await chosen(request, cell, address)
    if isinstance(found, Content):
        return found
    curves: list[Curve] = []
    recorded, query = False, found.query
    for test in dict.fromkeys(found.cycles.test):
        cycles = _of_test(found.cycles, test)
        asked = await ask(
            request,
            "cell_voltage_points",
            test=test,
            cycles=list(cycles.count),
            electrodes=address["electrodes"],
        )
        query = asked.query
        if fault := asked.fault("test", "series") or asked.fault("test", "steps"):
            return Content(query, fault=fault)
        series = asked.data["test"]["series"]
        if not series:
            continue
        recorded |= bool(set(_RECORDED) & set(series["columnNames"]))
        curves += _curves(asked.data["test"], cycles, found)
    if not curves:
        listed = ", ".join(f"{each:.0f}" for each in found.cycles.number)
        return Content(
            query, empty=f"No half-cycle with voltage and current is in cycles {listed}."
        )
    drawn = voltage_capacity(
        curves, found.unit, found.factor, notes=found.notes, width=address["width"] or "half"
    )
    shown = {"known": found.cell, "recorded": recorded, "given": found.given}
    return Content(query, (drawn,), shown, traces=found.traces)


def _of_test(cycles: CellCycles, test: str) -> CellCycles:
    return cycles.only(np.array([each == test for each in cycles.test], bool))


def _curves(test: Mapping[str, Any], cycles: CellCycles, found: Chosen) -> list[Curve]:
    """Return the half-cycles of chosen cycles of a test, each beside its capacity."""
    series, steps = test["series"], test["steps"]
    points = Points(
        np.asarray(series["stepCount"], np.int64),
        floats(series["intervalSecond"] if series["intervalSecond"] is not None else ()),
        floats(series["voltageVolt"] if series["voltageVolt"] is not None else ()),
        floats(series["currentAmpere"] if series["currentAmpere"] is not None else ()),
    )
    if len({len(each) for each in (points.step, points.voltage_volt, points.current_ampere)}) > 1:
        return []
    also = {
        name: floats(series[column])
        for name, column in _ELECTRODES.items()
        if series.get(column) is not None
    }
    numbers = dict(zip(cycles.count, cycles.number.tolist(), strict=True))
    curves = []
    for half in half_cycles(points, _steps(steps, set(numbers))):
        row = cycles.only(np.array([each == half.cycle for each in cycles.count], bool))
        capacity, error, status, reason = (
            row.column(found.capacity[half.mode], name)[0] for name in found.columns[half.mode]
        )
        curves.append(
            Curve(
                int(numbers[half.cycle]),
                half.mode,
                half.charge_ah,
                points.voltage_volt[half.place],
                np.nan if capacity is None else float(capacity),
                np.nan if error is None else float(error),
                status,
                reason,
                {name: values[half.place] for name, values in also.items()},
            )
        )
    return curves


def _steps(steps: Mapping[str, Any], wanted: set[int]) -> Steps:
    """Return the steps that half-cycles of some cycles are made of."""
    half, cycle = floats(steps["halfCycleCount"]), floats(steps["cycleCount"])
    counted = np.array([each not in {"rest", "impedance", "voltammetry"} for each in steps["mode"]])
    used = np.isfinite(half) & np.isin(cycle, list(wanted)) & counted
    return Steps(
        floats(steps["stepCount"])[used].astype(np.int64),
        half[used].astype(np.int64),
        cycle[used].astype(np.int64),
        floats(steps["netChargeAh"])[used],
    )


SECTION: Final = Section("voltage", "Voltage against capacity", _show, "section/cell_voltage.html")
