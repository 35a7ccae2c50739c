"""What a cell holds, cycle by cycle, and what comes back of it, over all its tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from starlette.requests import Request

from service.page.address import Address
from service.page.ask import Asked, ask, floats
from service.page.cycles import CellCycles, Floats, cell_cycles
from service.page.elapsed import along_the_axis
from service.page.entry.cell import entered_at
from service.page.figures.capacity import capacity
from service.page.figures.course import Course, Measured
from service.page.section import Content, Section

_PER: Final = {"plain": "A·h", "gram": "mA·h/g", "area": "mA·h/cm²"}
_NEEDED: Final = {"gram": ("activeMassGram", "active mass"), "area": ("areaCm2", "electrode area")}
_FADING: Final = frozenset({"capacity", "retention"})
_END: Final = 0.8
"""Part of the reference at which a life ends by default."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """A choice of what is drawn: the metric that has it, and where in its answer it stands."""

    words: str
    metric: str
    ask: str
    """Variable of the document that asks for it; empty where it is always asked."""
    column: str
    error: str
    unit: str
    name: str
    also: Mapping[str, str] | None = None
    """Columns of the same per gram and per area."""


SHOWN: Final[Mapping[str, _Shown]] = {
    "capacity": _Shown(
        "Discharge capacity",
        "dischargeCapacity",
        "discharge",
        "dischargeCapacityAh",
        "dischargeErrorAh",
        "A·h",
        "discharge_capacity_",
        {
            "gram": "specificDischargeCapacityMahPerG",
            "area": "arealDischargeCapacityMahPerCm2",
        },
    ),
    "charge": _Shown(
        "Charge capacity",
        "chargeCapacity",
        "charge",
        "chargeCapacityAh",
        "chargeErrorAh",
        "A·h",
        "charge_capacity_",
        {"gram": "specificChargeCapacityMahPerG", "area": "arealChargeCapacityMahPerCm2"},
    ),
    "retention": _Shown(
        "Capacity retention",
        "capacityRetention",
        "",
        "capacityRetention",
        "capacityRetentionError",
        "%",
        "capacity_retention",
    ),
    "energy_efficiency": _Shown(
        "Energy efficiency",
        "energyEfficiency",
        "energy",
        "energyEfficiency",
        "energyEfficiencyError",
        "%",
        "energy_efficiency",
    ),
    "hysteresis": _Shown(
        "Voltage hysteresis", "hysteresis", "hysteresis", "hysteresisVolt", "", "V", "hysteresis"
    ),
}


async def _show(request: Request, cell: int, address: Address) -> Content:
    shown, along = SHOWN[address["show"]], address["x"]
    variables: dict[str, Any] = {"reference": address["capacity_retention.reference"]}
    variables |= {shown.ask: True} if shown.ask else {}
    if along != "cycle":
        variables["elapsed"] = True
    if address["show"] in _FADING:
        variables["knee"] = True
    asked = await ask(request, "cell_capacity", id=cell, **variables)
    found = asked.data["cell"]
    for metric in dict.fromkeys(("capacityRetention", shown.metric, "coulombicEfficiency")):
        if fault := asked.fault("cell", metric):
            return Content(asked.query, fault=fault)
    per = address["per"] if shown.also else "plain"
    if per in _NEEDED and found[_NEEDED[per][0]] is None:
        missing = f"The {_NEEDED[per][1]} of this cell is not stated."
        return Content(
            asked.query, empty=missing, mend=("Enter it", entered_at(cell, _NEEDED[per][0]))
        )
    every = cell_cycles(found["capacityRetention"])
    within = every.within(address["from"], address["to"])
    if not within.any():
        why, mend = _nothing(every, address)
        return Content(asked.query, empty=why, mend=mend)
    placed = along_the_axis(found, every, along)
    if isinstance(placed, str):
        return Content(asked.query, empty=placed, mend=("Show cycles", address.link(x="cycle")))
    drawn = capacity(
        _course(found, every, placed, within, address),
        _measured(found, every.only(within), shown, per),
        _efficiency(found, every.only(within)),
        width=address["width"] or "wide",
        from_zero=address["zero"],
        loss=address["loss"],
    )
    context = {"per": per, "known": found, "shown": SHOWN, "scaled": bool(shown.also)}
    return Content(asked.query, (drawn,), context, traces=_traces(asked, shown))


def _nothing(every: CellCycles, address: Address) -> tuple[str, tuple[str, str] | None]:
    """Return why there is no cycle to draw, and where there are some."""
    known = every.number[np.isfinite(every.number)]
    if not len(every):
        return "No cycle of this cell is known.", None
    if not known.size:
        return "Its cycles have no number in the cell.", None
    why = f"No cycle is within these: its cycles are {known[0]:.0f} to {known[-1]:.0f}."
    return why, ("Show all", address.link(**{"from": None, "to": None}))


def _traces(asked: Asked, shown: _Shown) -> Sequence[Mapping[str, Any]]:
    """Return where the numbers come from, each metric once."""
    found = asked.data["cell"]
    names = dict.fromkeys((shown.metric, "coulombicEfficiency", "capacityRetention", "knee"))
    return [found[name]["trace"] for name in names if found.get(name)]


def _course(
    found: Mapping[str, Any],
    every: CellCycles,
    placed: tuple[Floats, str],
    within: np.ndarray[Any, np.dtype[np.bool_]],
    address: Address,
) -> Course:
    cycles, retention = every.only(within), found["capacityRetention"]
    notes = []
    left_out = int((~within & np.isfinite(every.number)).sum())
    if left_out:
        notes.append(f"{left_out} cycles are outside of the range.")
    unnumbered = int((~np.isfinite(every.number)).sum())
    if unnumbered:
        notes.append(f"{unnumbered} cycles have no number in the cell and are left out.")
    if not every.has_distinct_numbers:
        notes.append("Several tests count their cycles by themselves: numbers stand twice.")
    level, reference = _level(found, every, address)
    notes += reference
    knee, why = _knee(found, every, placed[0])
    notes += why
    if address["per"] in _NEEDED and SHOWN[address["show"]].also:
        notes.append(f"The {_NEEDED[address['per']][1]} counts as exact.")
    return Course(
        placed[0][within],
        placed[1],
        cycles.number,
        cycles.column(retention, "kind"),
        cycles.column(retention, "kindRole"),
        level,
        address["cycles"] or (),
        from_first=address["from"] is None,
        notes=notes,
        knee=knee,
    )


def _level(
    found: Mapping[str, Any], every: CellCycles, address: Address
) -> tuple[tuple[float, str] | None, list[str]]:
    """Return the end of life in the unit of what is drawn, and which reference it is of.

    There is none where the main kind of cycle has no reference, or what is drawn is no capacity.
    """
    retention = found["capacityRetention"]
    roles = every.column(retention, "kindRole")
    cycles = every.column(retention, "referenceCycles")
    capacities = every.numbers(retention, "referenceCapacityAh")
    declared = address["capacity_retention.reference"] is not None
    of_main = [
        place
        for place, role in enumerate(roles)
        if (declared or role == "main") and cycles[place] and capacities[place] > 0
    ]
    if not of_main or address["show"] not in _FADING:
        return None, []
    place = of_main[0]
    several = "," in cycles[place]
    which = f"{'the median of cycles' if several else 'cycle'} {cycles[place]}"
    if address["show"] == "retention":
        return (100 * _END, "80 %"), [f"100 % is {which}, each kind of cycle by its own reference."]
    factor, _ = _base(found, address["per"])
    return (_END * capacities[place] * factor, f"80 % of {which}"), []


def _knee(
    found: Mapping[str, Any], every: CellCycles, along: Floats
) -> tuple[tuple[float, float, float] | None, list[str]]:
    """Return where the knee lies along the axis with its interval, and what is to be said of it."""
    answer = found.get("knee")
    if not answer or not len(answer["status"]):
        return None, []
    number = [floats(answer[f"knee{each}Count"])[0] for each in ("", "Low", "High")]
    status, reason = answer["status"][0], answer["reason"][0]
    if not np.isfinite(number[0]):
        # of a cell of few cycles nobody asks for a knee
        return None, ["No knee so far."] if status == "censored" else []
    known = np.isfinite(every.number) & np.isfinite(along)
    at, low, high = np.interp(number, every.number[known], along[known])
    ends = [f"{each:.0f}" if np.isfinite(each) else "open" for each in number[1:]]
    text = f"Knee of {answer['kind'][0]}: cycle {number[0]:.0f}, 95 % from {ends[0]} to {ends[1]}"
    doubt = "" if status == "ok" else f" ({status}: {reason})".replace("_", " ")
    return (at, low, high), [f"{text}{doubt}."]


def _measured(found: Mapping[str, Any], cycles: CellCycles, shown: _Shown, per: str) -> Measured:
    answer = found[shown.metric]
    column = (shown.also or {}).get(per, shown.column)
    factor, unit = (100.0 if shown.unit == "%" else 1.0), shown.unit
    if shown.also:
        factor, unit = _base(found, per)
    in_unit = 1.0 if column != shown.column else factor
    error = cycles.numbers(answer, shown.error) if shown.error else np.full(len(cycles), np.nan)
    plain = unit.replace("·", "").replace("/", "_per_").replace("²", "2").lower()
    name = shown.name + plain if shown.also else shown.name
    status, reason = _sure(found, cycles, answer)
    value = cycles.numbers(answer, column)
    return Measured(name, shown.words, unit, value * in_unit, error * factor, status, reason)


def _base(found: Mapping[str, Any], per: str) -> tuple[float, str]:
    """Return what to multiply a charge by, and the unit it is shown in then."""
    if per == "plain":
        return 1.0, _PER[per]
    size = found[_NEEDED[per][0]]
    return (1000 / size if size else np.nan), _PER[per]


def _sure(
    found: Mapping[str, Any], cycles: CellCycles, answer: Mapping[str, Any]
) -> tuple[list[Any], list[Any]]:
    """Return how sure each is; of a cycle that is not complete it is not to be compared."""
    status, reason = cycles.column(answer, "status"), cycles.column(answer, "reason")
    complete = cycles.column(found["capacityRetention"], "complete")
    for place, is_whole in enumerate(complete):
        if is_whole is not None and not is_whole and status[place] in {"ok", "low_quality"}:
            status[place], reason[place] = "not_comparable", "incomplete"
    return status, reason


def _efficiency(found: Mapping[str, Any], cycles: CellCycles) -> Measured:
    answer = found["coulombicEfficiency"]
    return Measured(
        "coulombic_efficiency",
        "Coulombic efficiency",
        "1",
        cycles.numbers(answer, "coulombicEfficiency"),
        cycles.numbers(answer, "coulombicEfficiencyError"),
        cycles.column(answer, "status"),
        cycles.column(answer, "reason"),
    )


SECTION: Final = Section(
    "capacity",
    "Capacity and Coulombic efficiency",
    _show,
    "section/cell_capacity.html",
    eager=True,
    width="whole",
)
LATER: Final = replace(SECTION, eager=False)
"""The same where it is not what matters most."""
