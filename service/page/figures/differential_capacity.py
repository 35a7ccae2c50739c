"""dQ/dV against voltage: charge above zero, discharge below, one color a cycle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.page.drawing import Drawing, Key
from service.page.figure.axis import spanning
from service.page.figure.figure import WIDTHS, Figure
from service.page.figure.palette import ramp_class
from service.page.figure.panel import Panel
from service.page.status import counted
from service.page.table import Column, Table
from service.page.unit import prefixed, quantity

Floats = NDArray[np.float64]
MOST_ROWS: Final = 1_000
"""Rows of a table for people; files have all."""
_FAR: Final = 2.0
"""How many times above all others a single bin is, that does not set the scale."""
_ROOM: Final = 1.15
_DOUBTFUL: Final = "8 2 2 2"
_INSET: Final = 0.03


@dataclass(frozen=True, slots=True)
class Differential:
    """dQ/dV of a half-cycle on a uniform grid, by rising voltage."""

    cycle: int
    mode: str
    volt: Floats
    ah_per_volt: Floats
    status: Sequence[str | None]
    reason: Sequence[str | None]


@dataclass(frozen=True, slots=True)
class Peak:
    """A numbered peak of the smoothed curve of a half-cycle."""

    cycle: int
    mode: str
    number: int
    volt: float
    status: str | None


def differential_capacity(
    curves: Sequence[Differential],
    unit: str,
    factor: float,
    step_volt: float,
    *,
    peaks: Sequence[Peak] = (),
    notes: Sequence[str] = (),
    width: str = "half",
) -> Drawing:
    """Return the curves in a unit; what lies off the scale stands at its edge and is counted.

    A peak has its number at the cycle that shows it first.
    """
    every = np.concatenate([each.ah_per_volt for each in curves]) * factor
    scale, unit = prefixed(every, unit)
    factor, every = factor * scale, every * scale
    limit = _limit([each.ah_per_volt * factor for each in curves])
    off = int((np.abs(every) > limit).sum())
    cycles = sorted({each.cycle for each in curves})
    looks = {each: ramp_class(place, len(cycles)) for place, each in enumerate(cycles)}
    figure = Figure(
        "differential",
        "Differential capacity",
        f"{len(cycles)} cycles; {np.nanmin(every):.4g} to {np.nanmax(every):.4g} {unit}",
        WIDTHS[width],
    )
    panel = figure.panel(
        spanning(quantity("Voltage", "V"), [each.volt for each in curves]),
        spanning(quantity("dQ/dV", unit), [np.clip(every, -limit, limit)], room=0.06, include=(0,)),
        330,
    )
    panel.level(0, dashed=False)
    for curve in curves:
        _draw(panel, curve, curve.ah_per_volt * factor, looks[curve.cycle], step_volt)
    _draw_peaks(panel, peaks, curves, factor, looks)
    statuses = [status for each in curves for status in each.status]
    caption = [
        f"Charge above zero, discharge below. Grid {step_volt * 1000:g} mV, nothing smoothed:",
        "each value is the charge that passed within its bin over the width of the bin.",
    ]
    if said := counted(statuses):
        caption.append(f"Of the values {said} (dash and dot).")
    if peaks:
        caption.append("Marks: numbered peaks of the curve smoothed over seven bins.")
    if off:
        caption.append(f"{off} beyond the scale stand at its edge: single bins far above the next.")
    caption += notes
    keys = [Key(looks[each], "line", f"cycle {each}") for each in cycles]
    return Drawing(figure, _table(curves, factor, unit), " ".join(caption), keys)


def _limit(curves: Sequence[Floats]) -> float:
    """Return the size that the scale reaches to.

    A bin far above both beside it, as that of a held voltage, does not set the scale.
    """
    greatest, shared = 0.0, 0.0
    for curve in curves:
        size = np.nan_to_num(np.abs(curve))
        beside = np.maximum(np.append(size[1:], 0.0), np.append(0.0, size[:-1]))
        greatest = max(greatest, float(size.max(initial=0.0)))
        shared = max(shared, float(np.minimum(size, beside).max(initial=0.0)))
    return shared * _ROOM if shared and greatest > _FAR * shared else greatest or 1.0


def _draw(panel: Panel, curve: Differential, values: Floats, look: str, step_volt: float) -> None:
    doubtful = any(each != "ok" for each in curve.status)
    # where a bin is empty nothing passed there: the line ends
    apart = np.flatnonzero(np.diff(curve.volt) > 1.5 * step_volt) + 1
    volt, drawn = np.insert(curve.volt, apart, np.nan), np.insert(values, apart, np.nan)
    panel.line(volt, drawn, look, dash=_DOUBTFUL if doubtful else "", width=1.3)
    inset = (panel.y.high - panel.y.low) * _INSET
    for off, shape, place in (
        (values > panel.y.high, "triangle", panel.y.high - inset),
        (values < panel.y.low, "down", panel.y.low + inset),
    ):
        panel.marks(curve.volt[off], np.full(int(off.sum()), place), look, shape)
    note = None
    if doubtful:
        note = [
            "" if status == "ok" else f"{status}: {reason}".replace("_", " ")
            for status, reason in zip(curve.status, curve.reason, strict=True)
        ]
    panel.read(f"cycle {curve.cycle}, {curve.mode}", curve.volt, values, look, note=note)


def _draw_peaks(
    panel: Panel,
    peaks: Sequence[Peak],
    curves: Sequence[Differential],
    factor: float,
    looks: Mapping[int, str],
) -> None:
    """Mark peaks on their curves, within the frame."""
    drawn = {(each.cycle, each.mode): each for each in curves}
    labelled: set[tuple[str, int]] = set()
    for peak in peaks:
        curve = drawn.get((peak.cycle, peak.mode))
        if curve is None or not np.isfinite(peak.volt):
            continue
        nearest = np.argmin(np.abs(curve.volt - peak.volt))
        height = np.clip(curve.ah_per_volt[nearest] * factor, panel.y.low, panel.y.high)
        look = looks[peak.cycle]
        panel.marks([peak.volt], [height], look, "square", hollow=peak.status != "ok")
        if (peak.mode, peak.number) not in labelled:
            labelled.add((peak.mode, peak.number))
            up = 7 if height > 0 else -15
            panel.label(peak.volt, float(height), str(peak.number), across=5, up=up)


def _table(curves: Sequence[Differential], factor: float, unit: str) -> Table:
    cycles = [each.cycle for each in curves for _ in each.volt]
    modes = [each.mode for each in curves for _ in each.volt]
    volts = np.concatenate([each.volt for each in curves])
    values = np.concatenate([each.ah_per_volt for each in curves])
    rows = min(len(cycles), MOST_ROWS)
    shown = [f"{each * factor:.4g}".replace("-", "−") for each in values[:rows].tolist()]
    return Table(
        (
            Column("cycle", "Cycle", cycles, cycles[:rows]),
            Column("way", "Way", modes, modes[:rows], numeric=False),
            Column("voltage_volt", "Voltage / V", volts, [f"{each:.4f}" for each in volts[:rows]]),
            Column(
                "differential_capacity_ah_per_volt",
                f"{quantity('dQ/dV', unit)} (no error)",
                values,
                shown,
            ),
            Column("status", "", [status for each in curves for status in each.status]),
            Column("reason", "", [reason for each in curves for reason in each.reason]),
        ),
        cut=rows < len(cycles),
    )
