"""dQ/dV of a cell for chosen cycles."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from starlette.requests import Request

from service.page.address import Address
from service.page.ask import ask, floats
from service.page.figures.differential_capacity import (
    Differential,
    Peak,
    differential_capacity,
)
from service.page.section import Content, Section
from service.page.sections.cell_chosen import chosen

STEP: Final = "differential_capacity.voltage_step_volt"
STEP_VOLT: Final = 0.005
_UNITS: Final = {"plain": "A·h/V", "gram": "mA·h/(g·V)", "area": "mA·h/(cm²·V)"}


async def _show(request: Request, cell: int, address: Address) -> Content:
    found = await chosen(request, cell, address)
    if isinstance(found, Content):
        return found
    step = address[STEP] or STEP_VOLT
    curves: list[Differential] = []
    peaks: list[Peak] = []
    traces, query = [], found.query
    for test in dict.fromkeys(found.cycles.test):
        cycles = found.cycles.only(np.array([each == test for each in found.cycles.test], bool))
        asked = await ask(
            request, "cell_differential", test=test, cycles=list(cycles.count), step=step
        )
        query = asked.query
        for metric in ("differentialCapacity", "differentialCapacityPeak"):
            if fault := asked.fault("test", metric):
                return Content(query, fault=fault)
        numbers = dict(zip(cycles.count, cycles.number.tolist(), strict=True))
        answer = asked.data["test"]["differentialCapacity"]
        seen = asked.data["test"]["differentialCapacityPeak"]
        traces += [answer["trace"], seen["trace"]]
        curves += _curves(answer, numbers)
        peaks += _peaks(seen, numbers)
    if not curves:
        listed = ", ".join(f"{each:.0f}" for each in found.cycles.number)
        return Content(
            query, empty=f"No half-cycle with voltage and current is in cycles {listed}."
        )
    drawn = differential_capacity(
        curves,
        _UNITS[address["per"]],
        found.factor,
        step,
        peaks=peaks,
        notes=found.notes,
        width=address["width"] or "half",
    )
    shown = {"known": found.cell, "given": found.given, "step": step}
    return Content(query, (drawn,), shown, traces=traces)


def _curves(answer: Mapping[str, Any], numbers: Mapping[int, float]) -> list[Differential]:
    """Return the half-cycles of an answer, each by rising voltage."""
    cycle, volt = floats(answer["cycleCount"]), floats(answer["voltageVolt"])
    value = floats(answer["differentialCapacityAhPerVolt"])
    mode = np.array(list(answer["mode"]), dtype=object)
    curves = []
    for count, number in numbers.items():
        for way in ("charge", "discharge"):
            places = np.flatnonzero((cycle == count) & (mode == way))
            places = places[np.argsort(volt[places], kind="stable")]
            if places.size:
                curves.append(
                    Differential(
                        int(number),
                        way,
                        volt[places],
                        value[places],
                        [answer["status"][each] for each in places],
                        [answer["reason"][each] for each in places],
                    )
                )
    return curves


def _peaks(answer: Mapping[str, Any], numbers: Mapping[int, float]) -> list[Peak]:
    columns = ("cycleCount", "mode", "peakCount", "peakVolt", "status")
    return [
        Peak(int(numbers[int(cycle)]), mode, int(number), float(volt), status)
        for cycle, mode, number, volt, status in zip(
            *(list(answer[name]) for name in columns), strict=True
        )
    ]


SECTION: Final = Section(
    "differential", "Differential capacity", _show, "section/cell_differential.html"
)
