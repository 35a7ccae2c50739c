"""Current against potential, one color a scan, with the peaks that were found in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.page.drawing import Drawing, Key
from service.page.figure.axis import spanning
from service.page.figure.figure import WIDTHS, Figure
from service.page.figure.palette import ramp_class
from service.page.status import Value, valued
from service.page.table import Column, Table
from service.page.unit import prefixed, quantity

Floats = NDArray[np.float64]
MOST_ROWS: Final = 1_000
"""Rows of a table for people; files have all."""
_MOST_POINTS: Final = 4_000
"""Points that a line is made of; of more every so many is drawn."""
_MOST_KEYS: Final = 12
"""Scans that the legend names."""


@dataclass(frozen=True, slots=True)
class Scans:
    """The points of the scans of a test, in the order they were recorded."""

    scan: NDArray[np.int64]
    volt: Floats
    ampere: Floats


@dataclass(frozen=True, slots=True)
class Found:
    """A peak that was found, numbered as in the table of them."""

    number: int
    scan: int
    volt: float
    top_ampere: float
    baseline_ampere: float
    status: str | None


def voltammogram(
    scans: Scans, peaks: Sequence[Found], *, notes: Sequence[str] = (), width: str = "wide"
) -> Drawing:
    """Return the voltammogram; a peak is marked where it lies, and measured from its baseline."""
    factor, unit = prefixed(scans.ampere, "A")
    with np.errstate(over="ignore"):
        current = scans.ampere * factor
    numbers = np.unique(scans.scan).tolist()
    looks = {each: ramp_class(place, len(numbers)) for place, each in enumerate(numbers)}
    figure = Figure(
        "voltammogram",
        "Voltammogram",
        f"{len(numbers)} scans, {len(peaks)} peaks found",
        WIDTHS[width],
    )
    panel = figure.panel(
        spanning(quantity("Potential", "V"), [scans.volt]),
        spanning(quantity("Current", unit), [current], include=(0,)),
        360,
    )
    panel.level(0, dashed=False)
    stride = max(1, -(-len(current) // _MOST_POINTS))
    for number in numbers:
        places = np.flatnonzero(scans.scan == number)[::stride]
        volt, ampere = scans.volt[places], current[places]
        panel.line(volt, ampere, looks[number], width=1.3)
        panel.read(f"scan {number}", volt, ampere, looks[number])
    for peak in peaks:
        look, top = looks.get(peak.scan, "muted"), peak.top_ampere * factor
        base = peak.baseline_ampere * factor
        if np.isfinite(base):
            panel.line([peak.volt, peak.volt], [base, top], "muted", dash="2 2", width=1.0)
        panel.marks([peak.volt], [top], look, "square", hollow=peak.status != "ok")
        panel.label(peak.volt, top, str(peak.number), across=6, up=7 if top > 0 else -15)
    caption = [
        "Squares: peaks, numbered as in the table; the dotted line leads to the baseline.",
        *(["Hollow: low quality, reason in the table."] if _any_doubt(peaks) else []),
        *([f"One point of {stride} is drawn; the files have all."] if stride > 1 else []),
        *notes,
    ]
    keys = [Key(looks[each], "line", f"scan {each}") for each in numbers[:_MOST_KEYS]]
    if len(numbers) > _MOST_KEYS:
        keys.append(Key("muted", "line", f"and {len(numbers) - _MOST_KEYS} scans more"))
    return Drawing(figure, _table(scans, current, unit), " ".join(caption), keys)


def _any_doubt(peaks: Sequence[Found]) -> bool:
    return any(each.status != "ok" for each in peaks)


def _table(scans: Scans, current: Floats, unit: str) -> Table:
    rows = min(len(current), MOST_ROWS)
    shown: list[Value] = [valued(each) for each in current[:rows].tolist()]
    return Table(
        (
            Column("scan", "Scan", scans.scan, scans.scan[:rows].tolist()),
            Column(
                "potential_volt",
                quantity("Potential", "V"),
                scans.volt,
                [f"{each:.4f}" for each in scans.volt[:rows].tolist()],
            ),
            Column("current_ampere", quantity("Current", unit), scans.ampere, shown),
        ),
        cut=rows < len(current),
    )
