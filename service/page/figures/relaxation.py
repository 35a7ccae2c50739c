"""Distribution of relaxation times: its scale is that of its peaks, not of what lies outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.page.drawing import Drawing, Key
from service.page.figure.axis import Axis, finite, spanning
from service.page.figure.figure import WIDTHS, Figure
from service.page.figure.label import Labels
from service.page.figure.tick import log_labels, log_ticks
from service.page.figures.nyquist import hertz
from service.page.number import number
from service.page.table import Column, Table
from service.page.unit import prefixed, quantity

Floats = NDArray[np.float64]
_ROOM: Final = 1.3
"""Over the highest peak, for its word."""
_MOST_TICKS: Final = 6


@dataclass(frozen=True, slots=True)
class Peak:
    """A process: its time constant in s, its resistance in Ω with one sigma."""

    second: float
    ohm: float
    error_ohm: float | None


@dataclass(frozen=True, slots=True)
class Relaxations:
    """A distribution with its peaks, and the band of frequencies that it was measured in."""

    second: Floats
    density_ohm: Floats
    peaks: Sequence[Peak]
    lowest_hertz: float
    highest_hertz: float
    regularization: float | None
    way: str
    tail: str | None
    status: str
    reason: str | None


def relaxation(per: Relaxations, *, width: str = "half") -> Drawing:
    """Return γ over τ, frequency along the top; what lies outside the band is shaded."""
    band = 1 / (2 * np.pi * per.highest_hertz), 1 / (2 * np.pi * per.lowest_hertz)
    top = _top(per, band)
    factor, unit = prefixed([top], "Ω")
    density = finite(per.density_ohm) * factor
    figure = Figure("relaxation", "Distribution of relaxation times", _in_words(per), WIDTHS[width])
    across = spanning("Time constant τ / s", [per.second], log=True, room=0.01)
    within = (per.second >= band[0]) & (per.second <= band[1])
    lowest = min(float(np.nanmin(density[within], initial=0.0)), 0.0)
    up = Axis(quantity("γ(ln τ)", unit), lowest - 0.04 * top * factor, top * factor * _ROOM)
    panel = figure.panel(across, up, 290, above=_hertz(across))
    panel.shade(across.low, band[0])
    panel.shade(band[1], across.high)
    panel.level(0, dashed=False)
    panel.line(per.second, density, "s0", dash="" if per.status == "ok" else "6 3")
    panel.read("γ", per.second, density, "s0", note=_frequencies(per.second))
    labels = Labels(panel, per.second, density)
    for peak in per.peaks:
        height = float(np.interp(peak.second, per.second, density))
        at = hertz(1 / (2 * np.pi * peak.second))
        panel.marks([peak.second], [height], "s1", radius=2.5)
        labels.put(peak.second, height, f"{at}, {number(peak.ohm, peak.error_ohm)} Ω")
    keys = [Key("s0", "line", "γ"), Key("s1", "circle", "peak: frequency, resistance")]
    return Drawing(figure, _table(per), _caption(per), keys)


def _top(per: Relaxations, band: tuple[float, float]) -> float:
    """Return the height of the highest peak in the band; without one, of all in it."""
    heights = [
        float(np.interp(peak.second, per.second, per.density_ohm))
        for peak in per.peaks
        if band[0] <= peak.second <= band[1]
    ]
    known = [each for each in heights if np.isfinite(each) and each > 0]
    if known:
        return max(known)
    within = per.density_ohm[(per.second >= band[0]) & (per.second <= band[1])]
    within = within[np.isfinite(within)]
    return float(within.max(initial=0.0)) or 1.0


def _hertz(across: Axis) -> Axis:
    """Return the same places as frequencies, powers of ten marked."""
    low, high = 1 / (2 * np.pi * across.high), 1 / (2 * np.pi * across.low)
    ticks = log_ticks(float(low), float(high), _MOST_TICKS)
    places = [1 / (2 * np.pi * each) for each in ticks]
    marked = tuple(zip(places, log_labels(ticks), strict=True))
    return Axis("Frequency / Hz", across.low, across.high, log=True, marked=marked)


def _frequencies(second: Floats) -> list[str]:
    with np.errstate(all="ignore"):
        found = 1 / (2 * np.pi * second)
    return [hertz(float(each)) if np.isfinite(each) else "" for each in found]


def _caption(per: Relaxations) -> str:
    weight = "λ not stated" if per.regularization is None else f"λ = {per.regularization:.3g}"
    tail = f"tail {per.tail} subtracted" if per.tail else "no tail subtracted"
    caption = f"{weight}, {per.way.replace('_', '-')}, {tail}. Grey: outside the measured band."
    if per.status != "ok":
        caption += (
            f" {per.status.replace('_', ' ').capitalize()}: {per.reason or 'no reason stated'}."
        )
    if not per.peaks:
        caption += " No peak stands within it."
    return caption


def _table(per: Relaxations) -> Table:
    return Table(
        (
            Column(
                "time_constant_second", "τ / s", per.second, [f"{each:.4g}" for each in per.second]
            ),
            Column(
                "density_ohm",
                "γ / Ω",
                per.density_ohm,
                [f"{each:.4g}".replace("-", "−") for each in per.density_ohm],
            ),
        )
    )


def _in_words(per: Relaxations) -> str:
    peaks = [
        f"{hertz(1 / (2 * np.pi * each.second))} with {number(each.ohm, each.error_ohm)} Ω"
        for each in per.peaks
    ]
    return (
        f"{len(peaks)} peaks: {'; '.join(peaks)}" if peaks else "no peak within the measured band"
    )
