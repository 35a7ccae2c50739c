"""dV/dQ against the charge of a half-cycle: charge above, discharge below, one color a cycle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.page.drawing import Drawing, Key
from service.page.figure.axis import Axis, finite, spanning
from service.page.figure.figure import WIDTHS, Figure
from service.page.figure.palette import ramp_class
from service.page.figure.panel import Panel
from service.page.status import counted
from service.page.table import Column, Table
from service.page.unit import prefixed, quantity

Floats = NDArray[np.float64]
MOST_ROWS: Final = 1_000
"""Rows of a table for people; files have all."""
_WITHIN: Final = 90
"""Percentile of the sizes that the scale reaches well beyond: at its ends a curve goes off it."""
_ROOM: Final = 1.5
_DOUBTFUL: Final = "8 2 2 2"


@dataclass(frozen=True, slots=True)
class Slopes:
    """dV/dQ of a half-cycle, by rising charge."""

    cycle: int
    mode: str
    ah: Floats
    volt_per_ah: Floats
    status: Sequence[str | None]
    reason: Sequence[str | None]


@dataclass(frozen=True, slots=True)
class SlopePeak:
    """A numbered peak of the smoothed curve of a half-cycle."""

    cycle: int
    mode: str
    number: int
    ah: float
    volt_per_ah: float
    status: str | None


def differential_voltage(
    curves: Sequence[Slopes],
    unit: str,
    factor: float,
    *,
    peaks: Sequence[SlopePeak] = (),
    notes: Sequence[str] = (),
    width: str = "half",
) -> Drawing:
    """Return the curves in a unit of charge, each way in a panel of its own."""
    with np.errstate(over="ignore"):
        scale, unit = prefixed(np.concatenate([each.ah for each in curves]) * factor, unit)
        factor *= scale
        scaled = [
            replace(each, ah=each.ah * factor, volt_per_ah=each.volt_per_ah / factor)
            for each in curves
        ]
    cycles = sorted({each.cycle for each in curves})
    looks = {each: ramp_class(place, len(cycles)) for place, each in enumerate(cycles)}
    figure = Figure(
        "differential_voltage",
        "Differential voltage",
        f"{len(cycles)} cycles: dV/dQ against charge, either way",
        WIDTHS[width],
    )
    across = spanning(quantity("Charge", unit), [each.ah for each in scaled], low=0)
    panels = []
    for mode in ("charge", "discharge"):
        of_mode = [each for each in scaled if each.mode == mode]
        seen = [each for each in peaks if each.mode == mode]
        if not of_mode:
            continue
        slopes = finite(np.concatenate([each.volt_per_ah for each in of_mode]))
        label = f"{mode}: dV/dQ / V/({unit})"
        panel = figure.panel(across, _upright(label, slopes, seen, factor), 190)
        panels.append((panel, of_mode, seen, slopes))
    off = 0
    for panel, of_mode, seen, slopes in panels:
        for curve in of_mode:
            _draw(panel, curve, looks[curve.cycle])
        _draw_peaks(panel, seen, factor, looks)
        off += int(((slopes > panel.y.high) | (slopes < panel.y.low)).sum())
    said = counted([status for each in curves for status in each.status])
    caption = [
        "Mean slope of the voltage over the charge of each bin, nothing smoothed.",
        *(["Marks: numbered peaks of the curve smoothed over seven bins."] if peaks else []),
        *([f"Of the values {said} (dash and dot)."] if said else []),
        *([f"{off} values lie off the scale, most at the ends."] if off else []),
        *notes,
    ]
    keys = [Key(looks[each], "line", f"cycle {each}") for each in cycles]
    return Drawing(figure, _table(curves, factor, unit), " ".join(caption), keys)


def _upright(label: str, slopes: Floats, peaks: Sequence[SlopePeak], factor: float) -> Axis:
    """Return the axis of slopes: what most of them and every peak need."""
    sizes = np.abs(slopes[np.isfinite(slopes)])
    high = float(np.percentile(sizes, _WITHIN)) * _ROOM if sizes.size else 1.0
    shown = np.clip(slopes, -0.1 * high, high)
    return spanning(label, [shown, np.array([each.volt_per_ah / factor for each in peaks])])


def _draw_peaks(
    panel: Panel, peaks: Sequence[SlopePeak], factor: float, looks: Mapping[int, str]
) -> None:
    labelled: set[int] = set()
    for peak in peaks:
        x, y = peak.ah * factor, peak.volt_per_ah / factor
        look = looks.get(peak.cycle, "muted")
        panel.marks([x], [y], look, "square", hollow=peak.status != "ok")
        if peak.number not in labelled:
            labelled.add(peak.number)
            panel.label(x, y, str(peak.number), across=5)


def _draw(panel: Panel, curve: Slopes, look: str) -> None:
    doubtful = any(each != "ok" for each in curve.status)
    x, y = curve.ah, curve.volt_per_ah
    panel.line(x, y, look, dash=_DOUBTFUL if doubtful else "", width=1.3)
    note = None
    if doubtful:
        note = [
            "" if status == "ok" else f"{status}: {reason}".replace("_", " ")
            for status, reason in zip(curve.status, curve.reason, strict=True)
        ]
    panel.read(f"cycle {curve.cycle}, {curve.mode}", x, y, look, note=note)


def _table(curves: Sequence[Slopes], factor: float, unit: str) -> Table:
    cycles = [each.cycle for each in curves for _ in each.ah]
    modes = [each.mode for each in curves for _ in each.ah]
    charge = np.concatenate([each.ah for each in curves])
    values = np.concatenate([each.volt_per_ah for each in curves])
    rows = min(len(cycles), MOST_ROWS)
    at = [f"{each * factor:.4g}" for each in charge[:rows].tolist()]
    slopes = [f"{each / factor:.4g}".replace("-", "−") for each in values[:rows].tolist()]
    return Table(
        (
            Column("cycle", "Cycle", cycles, cycles[:rows]),
            Column("way", "Way", modes, modes[:rows], numeric=False),
            Column("capacity_ah", quantity("Charge", unit), charge, at),
            Column(
                "differential_voltage_volt_per_ah", f"dV/dQ / V/({unit}) (no error)", values, slopes
            ),
            Column("status", "", [status for each in curves for status in each.status]),
            Column("reason", "", [reason for each in curves for reason in each.reason]),
        ),
        cut=rows < len(cycles),
    )
