"""Polarization of half-cycles against time: both ways, plateaus of current, where it failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.page.drawing import Drawing, Key
from service.page.figure.axis import spanning
from service.page.figure.figure import WIDTHS, Figure
from service.page.status import counted, valued
from service.page.table import Column, Table
from service.page.unit import of_time, prefixed, quantity

Floats = NDArray[np.float64]
_WAYS: Final = (("charge", "s0", "circle"), ("discharge", "s1", "square"))
_LOG_ABOVE: Final = 30.0
"""Greatest over least from which the axis is logarithmic where nothing is chosen."""


@dataclass(frozen=True, slots=True)
class Polarizations:
    """Per half-cycle: when it starts, which way it goes, its polarization; and where it failed."""

    hour: Floats
    volt: Floats
    mode: Sequence[str]
    status: Sequence[str]
    reason: Sequence[str | None]
    density: Floats
    failures: Sequence[tuple[float, str]] = ()
    """Hour and cause of each event."""


def polarization(
    per: Polarizations, convention: str, *, scale: str = "auto", width: str = "half"
) -> Drawing:
    """Return the magnitudes over time; hollow marks are of low quality."""
    factor, unit = prefixed(per.volt, "V")
    values = np.abs(per.volt) * factor
    hours, time_unit = of_time(per.hour)
    time = per.hour * hours
    positive = values[values > 0]
    spread = positive.size and float(positive.max() / positive.min()) > _LOG_ABOVE
    figure = Figure(
        "polarization", "Polarization of half-cycles", _in_words(values, unit, per), WIDTHS[width]
    )
    panel = figure.panel(
        spanning(quantity("Time", time_unit), [time], low=0),
        spanning(
            quantity("|V|", unit),
            [values],
            log=scale == "log" or (scale == "auto" and bool(spread)),
        ),
        260,
    )
    low_quality = np.array([each == "low_quality" for each in per.status], bool)
    keys = []
    for mode, look, shape in _WAYS:
        way = np.array([each == mode for each in per.mode], bool)
        if not way.any():
            continue
        for hollow in (False, True):
            seen = way & (low_quality == hollow)
            panel.marks(time[seen], values[seen], look, shape, hollow=hollow, radius=2)
        panel.read(mode, time[way], values[way], look)
        keys.append(Key(look, shape, f"{mode}: {int(way.sum())} half-cycles"))
    for start, density in _plateaus(per):
        panel.label(
            start * hours, values.min() if values.size else 0, f"{density:.3g} mA/cm²", across=2
        )
    for hour, cause in per.failures:
        panel.upright(hour * hours, cause.replace("_", " "))
    of = "one direction" if convention == "half" else "both directions added (gap)"
    said = counted(per.status)
    caption = f"Median of the last 20 % of each half-cycle, {of}." + (
        f" {said.capitalize()}." if said else ""
    )
    return Drawing(figure, _table(per, values, unit), caption, keys)


def _plateaus(per: Polarizations) -> Sequence[tuple[float, float]]:
    """Return when the current density changes, and to what; nothing where it never does."""
    known = np.flatnonzero(np.isfinite(per.density) & np.isfinite(per.hour))
    if not known.size:
        return []
    density = per.density[known]
    turns = np.flatnonzero(np.abs(np.diff(density)) > 0.05 * np.abs(density[:-1])) + 1
    starts = np.concatenate([[0], turns])
    if not 1 < len(starts) <= 12:
        return []
    return [(float(per.hour[known[each]]), float(density[each])) for each in starts]


def _table(per: Polarizations, values: Floats, unit: str) -> Table:
    shown = [
        valued(float(value) if np.isfinite(value) else None, status=status, reason=reason)
        for value, status, reason in zip(values, per.status, per.reason, strict=True)
    ]
    return Table(
        (
            Column("start_hour", "Start / h", per.hour, [f"{each:.2f}" for each in per.hour]),
            Column("mode", "Way", per.mode, per.mode, numeric=False),
            Column("current_density_ma_per_cm2", "", per.density),
            Column("end_volt", f"{quantity('|V|', unit)} (no error)", per.volt, shown),
            Column("status", "", per.status),
            Column("reason", "", per.reason),
        )
    )


def _in_words(values: Floats, unit: str, per: Polarizations) -> str:
    numbers = values[np.isfinite(values)]
    if not numbers.size:
        return f"{len(values)} half-cycles, none with a polarization"
    failed = "; ".join(f"{cause.replace('_', ' ')} at {hour:.4g} h" for hour, cause in per.failures)
    span = f"{len(values)} half-cycles, {numbers.min():.4g} to {numbers.max():.4g} {unit}"
    return f"{span}; {failed}" if failed else span
