"""Peaks of dQ/dV over cycles: where each lies, and what passed in it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.page.drawing import Drawing, Key
from service.page.figure.axis import spanning
from service.page.figure.figure import WIDTHS, Figure
from service.page.figure.palette import series_class
from service.page.figures.course import MOST_MARKS
from service.page.status import counted, valued
from service.page.table import Column, Table
from service.page.unit import prefixed, quantity

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Peaks:
    """Peaks of many cycles in columns; the area has the sign of the current."""

    cycle: Sequence[int]
    mode: Sequence[str]
    number: Sequence[int]
    volt: Floats
    error_volt: Floats
    ah: Floats
    status: Sequence[str | None]
    reason: Sequence[str | None]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.cycle)


def peak_course(
    peaks: Peaks, unit: str, factor: float, *, notes: Sequence[str] = (), width: str = "half"
) -> Drawing:
    """Return where each peak lies over cycles, and below what passed in it, without its sign."""
    with np.errstate(over="ignore"):
        scale, unit = prefixed(peaks.ah * factor, unit)
        area = np.abs(peaks.ah) * factor * scale
        error = np.nan_to_num(peaks.error_volt, posinf=0.0, neginf=0.0)
        spread = [peaks.volt - error, peaks.volt + error]
    cycle = np.array(peaks.cycle, float)
    figure = Figure(
        "peaks",
        "Peaks of differential capacity",
        f"{len(peaks)} peaks of {len(set(peaks.cycle))} cycles",
        WIDTHS[width],
    )
    across = spanning("Cycle", [cycle], low=0)
    upper = figure.panel(across, spanning(quantity("Peak", "V"), spread), 200)
    lower = figure.panel(across, spanning(quantity("Area", unit), [area], low=0, room=0.1), 150)
    keys = []
    ok = np.array([each == "ok" for each in peaks.status], bool)
    tracks = sorted(set(zip(peaks.mode, peaks.number, strict=True)))
    for place, (mode, number) in enumerate(tracks):
        own = np.array(
            [each == (mode, number) for each in zip(peaks.mode, peaks.number, strict=True)], bool
        )
        seen = np.flatnonzero(own)[:MOST_MARKS]
        seen = seen[np.argsort(cycle[seen], kind="stable")]
        look = series_class(place)
        shape = "circle" if mode == "charge" else "square"
        for panel, values, bars in ((upper, peaks.volt, error), (lower, area, None)):
            panel.line(cycle[seen], values[seen], look, width=1.0)
            for hollow in (False, True):
                some = seen[ok[seen] != hollow]
                bar = None if bars is None else bars[some]
                panel.marks(cycle[some], values[some], look, shape, hollow=hollow, error=bar)
            note = [
                "" if peaks.status[each] == "ok" else f"{peaks.reason[each]}"
                for each in seen.tolist()
            ]
            panel.read(f"{mode} {number}", cycle[seen], values[seen], look, note=note)
        keys.append(Key(look, shape, f"{mode} {number}: {len(seen)} cycles"))
    said = counted(peaks.status)
    caption = [
        "Bars: half a bin and noise. The area is what passed between the lowest places beside it.",
        *([f"Of the peaks {said} (hollow)."] if said else []),
        *notes,
    ]
    return Drawing(figure, _table(peaks, area, unit), " ".join(caption), keys)


def _table(peaks: Peaks, area: Floats, unit: str) -> Table:
    columns = zip(peaks.volt.tolist(), peaks.error_volt.tolist(), strict=True)
    rows = zip(columns, peaks.status, peaks.reason, strict=True)
    shown = [
        valued(volt, error=error if np.isfinite(error) else None, status=status, reason=reason)
        for (volt, error), status, reason in rows
    ]
    return Table(
        (
            Column("cycle", "Cycle", peaks.cycle, peaks.cycle),
            Column("way", "Way", peaks.mode, peaks.mode, numeric=False),
            Column("peak", "Peak", peaks.number, peaks.number),
            Column("peak_volt", quantity("Peak", "V"), peaks.volt, shown),
            Column("peak_error_volt", "", peaks.error_volt),
            Column("area_ah", quantity("Area", unit), peaks.ah, [f"{each:.4g}" for each in area]),
            Column("status", "", peaks.status),
            Column("reason", "", peaks.reason),
        )
    )
