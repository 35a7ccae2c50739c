"""dV/dQ of a cell for chosen cycles."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from starlette.requests import Request

from service.page.address import Address
from service.page.ask import ask, floats
from service.page.figures.differential_voltage import SlopePeak, Slopes, differential_voltage
from service.page.section import Content, Section
from service.page.sections.cell_chosen import chosen


async def _show(request: Request, cell: int, address: Address) -> Content:
    found = await chosen(request, cell, address)
    if isinstance(found, Content):
        return found
    curves: list[Slopes] = []
    peaks: list[SlopePeak] = []
    traces, query = [], found.query
    for test in dict.fromkeys(found.cycles.test):
        cycles = found.cycles.only(np.array([each == test for each in found.cycles.test], bool))
        asked = await ask(
            request, "cell_differential_voltage", test=test, cycles=list(cycles.count)
        )
        query = asked.query
        for metric in ("differentialVoltage", "differentialVoltagePeak"):
            if fault := asked.fault("test", metric):
                return Content(query, fault=fault)
        numbers = dict(zip(cycles.count, cycles.number.tolist(), strict=True))
        answer = asked.data["test"]["differentialVoltage"]
        seen = asked.data["test"]["differentialVoltagePeak"]
        traces += [answer["trace"], seen["trace"]]
        curves += _curves(answer, numbers)
        peaks += _peaks(seen, numbers)
    if not curves:
        listed = ", ".join(f"{each:.0f}" for each in found.cycles.number)
        return Content(
            query, empty=f"No half-cycle with voltage and current is in cycles {listed}."
        )
    drawn = differential_voltage(
        curves,
        found.unit,
        found.factor,
        peaks=peaks,
        notes=found.notes,
        width=address["width"] or "half",
    )
    return Content(query, (drawn,), traces=traces)


def _curves(answer: Mapping[str, Any], numbers: Mapping[int, float]) -> list[Slopes]:
    """Return the half-cycles of an answer, each by rising charge."""
    cycle, charge = floats(answer["cycleCount"]), floats(answer["capacityAh"])
    value = floats(answer["differentialVoltageVoltPerAh"])
    mode = np.array(list(answer["mode"]), dtype=object)
    curves = []
    for count, number in numbers.items():
        for way in ("charge", "discharge"):
            places = np.flatnonzero((cycle == count) & (mode == way))
            places = places[np.argsort(charge[places], kind="stable")]
            if places.size:
                curves.append(
                    Slopes(
                        int(number),
                        way,
                        charge[places],
                        value[places],
                        [answer["status"][each] for each in places],
                        [answer["reason"][each] for each in places],
                    )
                )
    return curves


def _peaks(answer: Mapping[str, Any], numbers: Mapping[int, float]) -> list[SlopePeak]:
    columns = ("cycleCount", "mode", "peakCount", "peakAh", "heightVoltPerAh", "status")
    return [
        SlopePeak(int(numbers[int(cycle)]), mode, int(number), float(ah), float(height), status)
        for cycle, mode, number, ah, height, status in zip(
            *(list(answer[name]) for name in columns), strict=True
        )
    ]


SECTION: Final = Section("differential_voltage", "Differential voltage", _show)
