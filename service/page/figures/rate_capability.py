"""Discharge capacity against current: a mark a stretch of like cycles, in the order they came."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from service.page.drawing import Drawing, Key
from service.page.figure.axis import spanning
from service.page.figure.figure import WIDTHS, Figure
from service.page.status import Value, counted, valued
from service.page.table import Column, Table
from service.page.unit import prefixed, quantity

_LOG_ABOVE: Final = 10.0
"""Greatest current over the least from which the axis is logarithmic where nothing is chosen."""


def rate_capability(
    stretches: Sequence[Mapping[str, Any]],
    per: str,
    base: tuple[float, str],
    *,
    scale: str = "auto",
    width: str = "half",
) -> Drawing:
    """Return the medians in the unit of ``base``, which is what to multiply A·h by and the unit.

    A stretch that comes back to the kind of the first is a square, with what it recovered.
    """
    density = np.array([_float(each["currentDensityMaPerCm2"]) for each in stretches])
    ampere = np.abs([_float(each["currentAmpere"]) for each in stretches])
    by_area = bool(np.isfinite(density).all())
    current = density if by_area else ampere
    along, current_unit = (1.0, "mA cm⁻²") if by_area else prefixed(ampere, "A")
    capacity = np.array([_float(each["dischargeCapacityAh"]) for each in stretches]) * base[0]
    error = np.array([_float(each["dischargeErrorAh"]) for each in stretches]) * base[0]
    factor, unit = prefixed(capacity, base[1])
    current, capacity, error = current * along, capacity * factor, error * factor
    positive = current[current > 0]
    far = positive.size and float(positive.max() / positive.min()) > _LOG_ABOVE
    statuses = [each["status"] for each in stretches]
    figure = Figure("rates", "Rate capability", _in_words(stretches, unit), WIDTHS[width])
    panel = figure.panel(
        spanning(
            quantity("J" if by_area else "Current", current_unit),
            [current],
            log=scale == "log" or (scale == "auto" and bool(far)),
            low=None if scale == "log" or (scale == "auto" and far) else 0,
        ),
        spanning(quantity("Discharge capacity", unit), [capacity - error, capacity + error], low=0),
        260,
    )
    again = np.array([each["recovery"] is not None for each in stretches])
    doubtful = np.array([each != "ok" for each in statuses])
    for of, look, shape in ((~again, "s0", "circle"), (again, "s1", "square")):
        for hollow in (False, True):
            seen = of & (doubtful == hollow)
            panel.marks(
                current[seen], capacity[seen], look, shape, hollow=hollow, error=error[seen]
            )
        named = [each for each, is_in in zip(stretches, of, strict=True) if is_in]
        if named:
            panel.read(
                "back at the first current" if look == "s1" else "median",
                current[of],
                capacity[of],
                look,
                error=error[of],
                note=[f"{each['kind']}, cycles {_span(each)}" for each in named],
            )
    for place in np.flatnonzero(again).tolist():
        text = f"{100 * stretches[place]['recovery']:.1f} % come back"
        panel.label(current[place], capacity[place], text)
    keys = [Key("s0", "circle", "median of a stretch, its first cycle left out")]
    if again.any():
        keys.append(Key("s1", "square", "back at the first current"))
    said = counted(statuses)
    caption = "Bars: the most that one of the cycles may be off." + (
        f" {said.capitalize()}." if said else ""
    )
    if per == "area":
        caption += " The area counts as exact."
    elif per == "gram":
        caption += " The active mass counts as exact."
    shown = [
        valued(
            float(value) if np.isfinite(value) else None,
            error=float(off) if np.isfinite(off) else None,
            status=each["status"],
            reason=each["reason"],
        )
        for each, value, off in zip(stretches, capacity, error, strict=True)
    ]
    written = [f"{each:.4g}" for each in current.tolist()]
    table = _table(stretches, (panel.x.label, written), (quantity("Capacity", unit), shown))
    return Drawing(figure, table, caption, keys)


def _table(
    stretches: Sequence[Mapping[str, Any]],
    current: tuple[str, Sequence[str]],
    capacity: tuple[str, Sequence[Value]],
) -> Table:
    """Return the stretches; current and capacity as they are shown, each below its head."""

    def column(name: str) -> list[Any]:
        return [each[name] for each in stretches]

    def percent(name: str) -> list[Any]:
        return [None if each is None else f"{100 * each:.1f}" for each in column(name)]

    spans = [_span(each) for each in stretches]
    return Table(
        (
            Column("cycles", "Cycles", spans, spans, numeric=False),
            Column("kind", "Kind", column("kind"), column("kind"), numeric=False),
            Column("current_ampere", current[0], column("currentAmpere"), current[1]),
            Column(
                "discharge_capacity_ah", capacity[0], column("dischargeCapacityAh"), capacity[1]
            ),
            Column("error_ah", "", column("dischargeErrorAh")),
            Column("counted_cycles", "Counted", column("countedCycles"), column("countedCycles")),
            Column(
                "relative_capacity",
                "Of that at the lowest / % (no error)",
                column("relativeCapacity"),
                percent("relativeCapacity"),
            ),
            Column("recovery", "Recovery / % (no error)", column("recovery"), percent("recovery")),
            Column("status", "", column("status")),
            Column("reason", "", column("reason")),
        )
    )


def _span(stretch: Mapping[str, Any]) -> str:
    first, last = stretch["cellCycleCount"], stretch["lastCellCycleCount"]
    return f"{first}" if first == last else f"{first} to {last}"


def _float(value: float | None) -> float:
    return np.nan if value is None else float(value)


def _in_words(stretches: Sequence[Mapping[str, Any]], unit: str) -> str:
    return f"{len(stretches)} stretches of like cycles, capacity in {unit}"
