"""Capacity and Coulombic efficiency against cycle: kinds of cycle apart, errors as bars."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from service.page.drawing import Drawing, Key
from service.page.figure.axis import spanning
from service.page.figure.figure import WIDTHS, Figure
from service.page.figure.palette import SERIES, series_class
from service.page.figure.panel import Panel
from service.page.status import counted, valued
from service.page.table import Column, Table
from service.page.unit import prefixed, quantity

Floats = NDArray[np.float64]
_SHAPES: Final = ("circle", "square", "diamond", "triangle")
_EFFICIENCY_KIND: Final = "s2"
_WITHIN: Final = (10, 90)
"""Percentiles of the efficiencies that set their scale: what lies far off stands at its edge."""
_ROOM: Final = 3.0
"""Spans between these percentiles that the scale reaches beyond them."""


@dataclass(frozen=True, slots=True)
class Capacities:
    """Per cycle: capacity and efficiency with error and status, and which kind it is of."""

    cycle: Floats
    capacity: Floats
    error: Floats
    unit: str
    status: Sequence[str]
    reason: Sequence[str | None]
    kind: Sequence[str | None]
    efficiency: Floats
    efficiency_error: Floats
    efficiency_status: Sequence[str | None]
    efficiency_reason: Sequence[str | None]


def capacity(per: Capacities, *, width: str = "wide", from_zero: bool = False) -> Drawing:
    """Return both panels over cycles; hollow marks are of low quality, absent ones are counted."""
    factor, unit = prefixed(per.capacity, per.unit)
    values, errors = per.capacity * factor, per.error * factor
    label = quantity("Discharge capacity", unit)
    percent = per.efficiency * 100
    figure = Figure(
        "capacity", "Capacity and Coulombic efficiency", _in_words(values, unit, per), WIDTHS[width]
    )
    across = spanning("Cycle", [per.cycle], include=(0,))
    low, high = _efficiency_scale(percent)
    above = figure.panel(across, spanning("CE / %", [[low, high]]), 95)
    below = figure.panel(
        across,
        spanning(label, [values - errors, values + errors], low=0 if from_zero else None),
        240,
    )
    above.level(100, dashed=False)
    _draw_efficiency(above, per, percent)
    kinds = list(dict.fromkeys(per.kind))
    keys = []
    for number, kind in enumerate(kinds):
        chosen = np.array([each == kind for each in per.kind])
        look, shape = series_class(_color(number)), _SHAPES[number % len(_SHAPES)]
        for hollow in (False, True):
            seen = chosen & (np.array([each == "low_quality" for each in per.status]) == hollow)
            below.marks(
                per.cycle[seen], values[seen], look, shape, hollow=hollow, error=errors[seen]
            )
        name = kind or "kind not known"
        below.read(
            name,
            per.cycle[chosen],
            values[chosen],
            look,
            error=errors[chosen],
            note=_notes(per.status, per.reason, chosen),
        )
        keys.append(Key(look, shape, f"{name}: {int(chosen.sum())} cycles"))
    keys.append(Key("muted", "circle", "hollow: low quality", hollow=True))
    keys.append(Key(_EFFICIENCY_KIND, "diamond", "Coulombic efficiency; ▲ ▼ off the scale"))
    said = counted(per.status)
    caption = "Bars: the most that a capacity may be off." + (
        f" {said.capitalize()}." if said else ""
    )
    return Drawing(figure, _table(per, values, errors, unit), caption, keys)


def _color(number: int) -> int:
    """Return the color of a kind: that of the efficiencies is left to them."""
    others = [each for each in range(len(SERIES)) if series_class(each) != _EFFICIENCY_KIND]
    return others[number % len(others)]


def _efficiency_scale(percent: Floats) -> tuple[float, float]:
    numbers = percent[np.isfinite(percent)]
    if not numbers.size:
        return 90.0, 101.0
    low, high = np.percentile(numbers, _WITHIN)
    room = max(float(high - low) * _ROOM, 0.2)
    least, greatest = max(float(numbers.min()), low - room), min(float(numbers.max()), high + room)
    return min(float(least), 100 - room), max(float(greatest), 100.0)


def _draw_efficiency(panel: Panel, per: Capacities, percent: Floats) -> None:
    low, high = panel.y.low, panel.y.high
    hollow = np.array([each != "ok" for each in per.efficiency_status])
    within = (percent >= low) & (percent <= high)
    error = per.efficiency_error * 100
    for is_hollow in (False, True):
        seen = within & (hollow == is_hollow)
        panel.marks(
            per.cycle[seen],
            percent[seen],
            _EFFICIENCY_KIND,
            "diamond",
            hollow=is_hollow,
            error=error[seen],
        )
    inset = (high - low) * 0.06
    for off, shape, place in (
        (percent < low, "down", low + inset),
        (percent > high, "triangle", high - inset),
    ):
        panel.marks(per.cycle[off], np.full(int(off.sum()), place), _EFFICIENCY_KIND, shape)
    panel.read(
        "Coulombic efficiency",
        per.cycle,
        percent,
        _EFFICIENCY_KIND,
        error=error,
        note=_notes(per.efficiency_status, per.efficiency_reason, np.ones(len(percent), bool)),
    )


def _notes(
    statuses: Sequence[Any], reasons: Sequence[Any], chosen: NDArray[np.bool_]
) -> list[str] | None:
    notes = [
        "" if status == "ok" else f"{status}: {reason}".replace("_", " ")
        for status, reason, is_in in zip(statuses, reasons, chosen, strict=True)
        if is_in
    ]
    return notes if any(notes) else None


def _table(per: Capacities, values: Floats, errors: Floats, unit: str) -> Table:
    capacities = [
        valued(_number(value), error=_number(error), status=status, reason=reason)
        for value, error, status, reason in zip(values, errors, per.status, per.reason, strict=True)
    ]
    efficiencies = [
        valued(_number(value), error=_number(error), status=status, reason=reason, factor=100)
        for value, error, status, reason in zip(
            per.efficiency,
            per.efficiency_error,
            per.efficiency_status,
            per.efficiency_reason,
            strict=True,
        )
    ]
    cycles = [int(each) for each in per.cycle]
    plain = per.unit.replace("·", "").replace("/", "_per_").lower()
    return Table(
        (
            Column("cycle", "Cycle", cycles, cycles),
            Column("kind", "Kind", per.kind, per.kind, numeric=False),
            Column(
                f"discharge_capacity_{plain}", quantity("Discharge", unit), per.capacity, capacities
            ),
            Column("error", "", per.error),
            Column("status", "", per.status),
            Column("reason", "", per.reason),
            Column("coulombic_efficiency", "CE / %", per.efficiency, efficiencies),
            Column("coulombic_efficiency_error", "", per.efficiency_error),
            Column("coulombic_efficiency_status", "", per.efficiency_status),
            Column("coulombic_efficiency_reason", "", per.efficiency_reason),
        )
    )


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _in_words(values: Floats, unit: str, per: Capacities) -> str:
    numbers = values[np.isfinite(values)]
    if not numbers.size:
        return f"{len(values)} cycles, none with a capacity"
    said = counted(per.status)
    span = f"{numbers[0]:.4g} to {numbers[-1]:.4g} {unit}"
    return f"{len(values)} cycles, {span}" + (f", {said}" if said else "")
