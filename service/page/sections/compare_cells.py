"""One quantity of up to fifty cells, over each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from starlette.requests import Request

from service.page.address import Address
from service.page.ask import ask, floats
from service.page.compared import CHOICES, PER, Choice, in_files, unit_of
from service.page.comparison import shown, which
from service.page.cycles import CellCycles, Floats, cell_cycles
from service.page.elapsed import along_the_axis
from service.page.figures.overlay import Compared, Curve, overlay
from service.page.section import Content, Section

_ALONG: Final = {"cycle": "Cycle", "time": "Time since the first test / h", "throughput": ""}
_MOST_TESTS: Final = 300
"""Tests of a cell that are asked for."""
_SIZE: Final = {"gram": ("activeMassGram", "active mass"), "area": ("areaCm2", "electrode area")}


async def _show(request: Request, _subject: int, address: Address) -> Content:
    kinds = await ask(request, "cell_kinds", where={"or": [which(address)]})
    (facet,) = kinds.data["cellFacets"]
    counts = {each["value"]: each["count"] for each in facet["choices"]}
    name = shown(address, symmetric=counts.get("true", 0) > counts.get("false", 0))
    what = CHOICES[name]
    asked = await ask(
        request,
        "compare_cells",
        where=which(address),
        reference=address["capacity_retention.reference"],
        elapsed=address["x"] != "cycle" and name != "polarization",
        **({what.metric: True} if what.metric != "capacityRetention" else {}),
    )
    for metric in dict.fromkeys(("cells", "capacityRetention", what.metric)):
        if fault := asked.fault(metric):
            return Content(asked.query, fault=fault)
    cells = asked.data["cells"]["nodes"]
    if not cells:
        return Content(
            asked.query, empty="None of these cells is here.", mend=("Pick cells", "/cells")
        )
    context = {"show": name, "choices": CHOICES, "per": PER, "cells": cells, "grouped": False}
    if name == "polarization":
        curves, notes = _polarizations(asked.data, cells, address)
        along = "Time since the start of the cell / h" if address["x"] == "time" else "Half-cycle"
    else:
        curves, notes = _curves(asked.data, cells, what, address)
        along = _label(address["x"], notes)
    if not curves:
        context["why"] = notes
        return Content(
            asked.query, empty=" ".join(notes) or "None of these cells was cycled.", context=context
        )
    missing = len(set(address["cells"])) - len(cells)
    if missing > 0:
        notes.append(f"{missing} of the cells that are asked for are not here.")
    unit = unit_of(what, address["per"])
    compared = Compared(in_files(name, unit), what.words, unit, along, notes)
    return Content(
        asked.query, (overlay(curves, compared, width=address["width"] or "wide"),), context
    )


def _label(along: str, notes: list[str]) -> str:
    if along == "throughput":
        return notes.pop(0) if notes else "Charge passed either way"
    return _ALONG[along]


@dataclass(slots=True)
class _Remarks:
    """What is to be said of the cells beside their lines."""

    along: str = ""
    others: int = 0
    sizeless: list[str] = field(default_factory=list)
    unplaced: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    kinds: dict[str, None] = field(default_factory=dict)
    references: dict[str, None] = field(default_factory=dict)


def _curves(
    data: Mapping[str, Any], cells: Sequence[Mapping[str, Any]], what: Choice, address: Address
) -> tuple[list[Curve], list[str]]:
    """Return a line a cell, of its main kind of cycle, and what is to be said of them."""
    of_test = {test["id"]: place for place, each in enumerate(cells) for test in each["tests"]}
    retention = {name: _array(data["capacityRetention"][name]) for name in _USED}
    owner = np.array([of_test.get(each, -1) for each in retention["testId"]], int)
    per = address["per"] if what.per else "plain"
    numbers = _Numbers(data[what.metric], what, per)
    remarks, curves = _Remarks(), []
    for place, cell in enumerate(cells):
        of_cell = owner == place
        part = {name: column[of_cell] for name, column in retention.items()}
        if per in _SIZE and cell[_SIZE[per][0]] is None:
            remarks.sizeless.append(cell["name"])
        elif curve := _curve(cell, part, numbers, address["x"], remarks):
            curves.append(curve)
    notes = [remarks.along] if address["x"] == "throughput" and remarks.along else []
    left = f"; {remarks.others} others are left out" if remarks.others else ""
    notes.append(f"Cycles of the main kind of each cell{left}.")
    if what.metric == "capacityRetention":
        notes += _unlike(list(remarks.kinds), list(remarks.references))
    if remarks.sizeless:
        notes.append(f"No {_SIZE[per][1]} is stated of {_few(remarks.sizeless)}: left out.")
    if remarks.unplaced:
        notes.append(f"Left out, without a place in time: {_few(remarks.unplaced)}.")
    if remarks.bare:
        notes.append(f"Without such a cycle: {_few(remarks.bare)}.")
    if crowded := [each["name"] for each in cells if len(each["tests"]) >= _MOST_TESTS]:
        notes.append(f"Only the first {_MOST_TESTS} tests of {_few(crowded)}.")
    return curves, notes


def _curve(
    cell: Mapping[str, Any],
    part: Mapping[str, Any],
    numbers: "_Numbers",
    along: str,
    remarks: _Remarks,
) -> Curve | None:
    """Return the line of a cell, None where it has none; why not goes to the remarks."""
    every = cell_cycles(part)
    of_main = np.asarray(part["kindRole"] == "main", bool)[every.row]
    remarks.others += int(len(of_main) - of_main.sum())
    if not of_main.any():
        remarks.bare.append(cell["name"])
        return None
    placed = along_the_axis(cell, every, along)
    if isinstance(placed, str):
        remarks.unplaced.append(f"{cell['name']}: {placed}")
        return None
    remarks.along = placed[1]
    cycles = every.only(of_main)
    remarks.kinds |= dict.fromkeys(each for each in part["kind"][cycles.row] if each)
    remarks.references |= dict.fromkeys(
        each for each in part["referenceCycles"][cycles.row] if each
    )
    complete = part["complete"][cycles.row].tolist()
    return numbers.curve(cell, cycles, placed[0][of_main], complete)


class _Numbers:
    """The numbers of a metric by test and cycle, in the unit that is drawn."""

    def __init__(self, answer: Mapping[str, Any], what: Choice, per: str) -> None:
        self._answer, self._per = answer, per
        column = what.per[per][0] if per in what.per else what.column
        factor = 100.0 if what.unit == "%" else 1.0
        self._values = floats(answer[column]) * factor
        self._errors = np.full(len(self._values), np.nan)
        if what.error:
            self._errors = floats(answer[what.error]) * factor
        counts = _listed(answer["cycleCount"])
        pairs = zip(answer["testId"], counts, strict=True)
        self._rows = {pair: row for row, pair in enumerate(pairs)}

    def curve(
        self, cell: Mapping[str, Any], cycles: CellCycles, along: Floats, complete: Sequence[Any]
    ) -> Curve:
        """Return the line of a cell over some of its cycles."""
        pairs = zip(cycles.test, cycles.count, strict=True)
        rows = [self._rows.get(pair) for pair in pairs]
        at = np.array([-1 if each is None else each for each in rows], int)
        known = at >= 0
        # the error is stated for the charge: it goes along with it to any other base
        scale = 1000 / cell[_SIZE[self._per][0]] if self._per in _SIZE else 1.0
        status, reason = self._sure(rows, complete)
        return Curve(
            cell["name"],
            along,
            np.where(known, self._values[at], np.nan) if len(self._values) else along * np.nan,
            np.where(known, self._errors[at], np.nan) * scale
            if len(self._values)
            else along * np.nan,
            status,
            reason,
        )

    def _sure(
        self, rows: Sequence[int | None], complete: Sequence[Any]
    ) -> tuple[list[Any], list[Any]]:
        """Return how sure each is; of a cycle that is not complete it is not to be compared."""
        statuses, reasons = self._answer["status"], self._answer["reason"]
        pairs = []
        for row, whole in zip(rows, complete, strict=True):
            status, reason = (None, None) if row is None else (statuses[row], reasons[row])
            if whole is not None and not whole and status in {"ok", "low_quality"}:
                status, reason = "not_comparable", "incomplete"
            pairs.append((status, reason))
        return [each for each, _ in pairs], [each for _, each in pairs]


_USED: Final = frozenset(
    ("testId", "cycleCount", "cellCycleCount", "kind", "kindRole", "complete", "referenceCycles")
)


def _array(column: Any) -> NDArray[Any]:  # noqa: ANN401 # a column of an answer
    return column if isinstance(column, np.ndarray) else np.array(list(column), object)


def _listed(column: Any) -> list[Any]:  # noqa: ANN401 # as the answer has it
    return column.tolist() if isinstance(column, np.ndarray) else list(column)


def _unlike(kinds: Sequence[str], cites: Sequence[str]) -> list[str]:
    """Return what 100 % is, and that references are unlike where they are."""
    notes = [f"100 % is {_of_cycles(cites[0])} of each cell."] if len(cites) == 1 else []
    if len(kinds) > 1:
        notes.append(f"Unlike references: the main kind of cycle is {_few(kinds)}.")
    if len(cites) > 1:
        notes.append(f"Unlike references: 100 % is {_few([_of_cycles(each) for each in cites])}.")
    return notes


def _of_cycles(cite: str) -> str:
    return f"{'the median of cycles' if ',' in cite else 'cycle'} {cite}"


def _few(names: Sequence[str], most: int = 4) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _polarizations(
    data: Mapping[str, Any], cells: Sequence[Mapping[str, Any]], address: Address
) -> tuple[list[Curve], list[str]]:
    """Return a line a cell over its half-cycles, in their order or in time."""
    of_test = {test["id"]: each["id"] for each in cells for test in each["tests"]}
    answer = data["halfCyclePolarization"]
    owner = np.array([of_test.get(each) for each in answer["testId"]], object)
    hour, volt, spread = (
        floats(answer[name]) for name in ("startHour", "endVolt", "endSpreadVolt")
    )
    curves, bare = [], []
    for cell in cells:
        places = np.flatnonzero(owner == cell["id"])
        if not places.size:
            bare.append(cell["name"])
            continue
        places = places[np.argsort(hour[places], kind="stable")]
        along = hour[places] if address["x"] == "time" else np.arange(1.0, places.size + 1)
        curves.append(
            Curve(
                cell["name"],
                along,
                np.abs(volt[places]),
                spread[places],
                [answer["status"][each] for each in places.tolist()],
                [answer["reason"][each] for each in places.tolist()],
            )
        )
    notes = ["End of each half-cycle, one direction (half)."]
    if address["x"] == "throughput":
        notes.append("Polarization is not drawn over charge: half-cycles in their order.")
    if bare:
        notes.append(f"Without a half-cycle of a symmetric cell: {_few(bare)}.")
    return curves, notes


SECTION: Final = Section(
    "curves",
    "Cells over each other",
    _show,
    "section/compare_curves.html",
    eager=True,
    width="whole",
)
