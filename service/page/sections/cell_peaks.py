"""Peaks of dQ/dV followed over the life of a cell."""

from typing import Any, Final

import numpy as np
from starlette.requests import Request

from service.page.address import Address
from service.page.ask import ask, floats
from service.page.figures.peak_course import Peaks, peak_course
from service.page.section import Content, Section
from service.page.sections.cell_chosen import chosen
from service.page.sections.cell_differential import STEP, STEP_VOLT

_SPREAD: Final = 20
"""Cycles that are looked at where nobody chooses."""


async def _show(request: Request, cell: int, address: Address) -> Content:
    found = await chosen(request, cell, address, _SPREAD)
    if isinstance(found, Content):
        return found
    rows: list[tuple[Any, ...]] = []
    traces, query = [], found.query
    for test in dict.fromkeys(found.cycles.test):
        cycles = found.cycles.only(np.array([each == test for each in found.cycles.test], bool))
        asked = await ask(
            request,
            "cell_peaks",
            test=test,
            cycles=list(cycles.count),
            step=address[STEP] or STEP_VOLT,
        )
        query = asked.query
        if fault := asked.fault("test", "differentialCapacityPeak"):
            return Content(query, fault=fault)
        answer = asked.data["test"]["differentialCapacityPeak"]
        traces.append(answer["trace"])
        numbers = dict(zip(cycles.count, cycles.number.tolist(), strict=True))
        rows += zip(
            [int(numbers[int(each)]) for each in answer["cycleCount"]],
            answer["mode"],
            [int(each) for each in answer["peakCount"]],
            floats(answer["peakVolt"]).tolist(),
            floats(answer["peakErrorVolt"]).tolist(),
            floats(answer["areaAh"]).tolist(),
            answer["status"],
            answer["reason"],
            strict=True,
        )
    if not rows:
        listed = ", ".join(f"{each:.0f}" for each in found.cycles.number)
        return Content(query, empty=f"No peak of dQ/dV stands out in cycles {listed}.")
    cycle, mode, number, volt, error, ah, status, reason = zip(*rows, strict=True)
    notes = list(found.notes)
    if len(set(found.cycles.test)) > 1:
        notes.append("Peaks are numbered in each test by itself.")
    drawn = peak_course(
        Peaks(cycle, mode, number, np.array(volt), np.array(error), np.array(ah), status, reason),
        found.unit,
        found.factor,
        notes=notes,
        width=address["width"] or "half",
    )
    return Content(query, (drawn,), traces=traces)


SECTION: Final = Section("peaks", "Peaks of differential capacity", _show)
