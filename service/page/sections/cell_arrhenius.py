"""Arrhenius lines of a cell, or of whatever a series of sweeps was taken of."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from starlette.requests import Request

from service.page.address import Address, Field, choice
from service.page.ask import ask, floats
from service.page.figures.arrhenius import Sweeps, arrhenius
from service.page.figures.arrhenius_line import Line, lines_table
from service.page.section import Content, Section

FIELDS: Final[Sequence[Field]] = (choice("arrhenius", "sT", "s"),)
"""Which convention is drawn."""
_MENDED: Final = ("area", "thickness", "electrolyte", "symmetric")
"""Facts of cells and materials that a conductivity may lack."""


async def _show(request: Request, cell: int, address: Address) -> Content:
    return await drawn(request, address, cells=[cell])


async def drawn(
    request: Request,
    address: Address,
    *,
    cells: Sequence[int] | None = None,
    tests: Sequence[int] | None = None,
) -> Content:
    """Return the lines of cells, or of tests."""
    asked = await ask(request, "arrhenius", cells=cells, tests=tests)
    for name in ("arrhenius", "arrheniusSweep"):
        if fault := asked.fault(name):
            return Content(asked.query, fault=fault)
    per = asked.data["arrheniusSweep"]
    if not len(per["testId"]):
        return Content(asked.query, empty="No resistance of a sweep is known.")
    known = np.isfinite(floats(per["conductivity"])) & np.isfinite(
        floats(per["temperatureCelsius"])
    )
    if not known.any():
        return _nothing(asked.query, per)
    convention = address["arrhenius"]
    lines = _lines(asked.data["arrhenius"], convention)
    figure = arrhenius(lines, _sweeps(per), convention, width=address["width"] or "half")
    traces = [asked.data[name]["trace"] for name in ("arrhenius", "arrheniusSweep")]
    table = lines_table(lines, convention)
    return Content(asked.query, (figure,), table=table, traces=traces)


def _nothing(query: str, per: Mapping[str, Any]) -> Content:
    """Return which fact all sweeps lack, and where it is entered."""
    reasons = [each for each in dict.fromkeys(per["reason"]) if each]
    if not np.isfinite(floats(per["temperatureCelsius"])).any():
        reasons.append("no temperature was recorded")
    why = "; ".join(each.replace("_", " ") for each in reasons) or "nothing is known of them"
    cell = next((each for each in per["cellId"] if each is not None), None)
    material = next((each for each in per["materialId"] if each is not None), None)
    mend = None
    if any(word in why for word in _MENDED):
        mend = (
            ("Enter it", f"/cells/{cell}/edit#{'area' if 'area' in why else 'layers'}")
            if cell is not None
            else (
                "Enter it",
                f"/materials/{material}/edit#{'area' if 'area' in why else 'thickness'}",
            )
        )
    return Content(query, empty=f"No conductivity at a known temperature: {why}.", mend=mend)


def _lines(answer: Mapping[str, Any], convention: str) -> list[Line]:
    names = (
        *("object", "lineCount", "cyclingTimeHour", "activationEnergyEv", "standardErrorEv"),
        *("highEv", "lnPrefactor", "lnPrefactorError", "centerPerEv", "count", "status", "reason"),
    )
    columns = (_with_nulls(answer[name]) for name in ("convention", *names))
    return [Line(*row) for of, *row in zip(*columns, strict=True) if of == convention]


def _with_nulls(column: Any) -> list[Any]:  # noqa: ANN401 # as the answer has it
    """Return a column with null for what is no number."""
    listed = column.tolist() if isinstance(column, np.ndarray) else list(column)
    return [None if isinstance(each, float) and not np.isfinite(each) else each for each in listed]


def _sweeps(per: Mapping[str, Any]) -> Sweeps:
    return Sweeps(
        _with_nulls(per["testId"]),
        _with_nulls(per["spectrumCount"]),
        _with_nulls(per["object"]),
        _with_nulls(per["lineCount"]),
        floats(per["temperatureCelsius"]),
        floats(per["conductivity"]),
        floats(per["relativeError"]),
        np.array([bool(each) for each in per["isUsed"]], bool)
        & np.array([bool(each) for each in per["isLine"]], bool),
        _with_nulls(per["status"]),
        _with_nulls(per["reason"]),
    )


SECTION: Final = Section("arrhenius", "Arrhenius", _show, "section/arrhenius.html")
