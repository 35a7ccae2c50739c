"""Polarization against current density, and the interval that the critical one lies in."""

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
from service.page.unit import prefixed, quantity

Floats = NDArray[np.float64]
_WAYS: Final = (("charge", "s0", "circle"), ("discharge", "s1", "square"))
_WHERE: Final = "s3"


@dataclass(frozen=True, slots=True)
class Staircase:
    """Per half-cycle: its current density and polarization; and between what the cell failed."""

    density: Floats
    volt: Floats
    mode: Sequence[str]
    status: Sequence[str]
    reason: Sequence[str | None]
    borne: float | None
    failing: float | None
    """None where it never failed."""
    cause: str | None


def critical_current(
    stairs: Staircase, protocol: Sequence[str], *, scale: str = "auto", width: str = "half"
) -> Drawing:
    """Return the half-cycles by their current, the critical interval shaded."""
    factor, unit = prefixed(stairs.volt, "V")
    values = np.abs(stairs.volt) * factor
    low = stairs.borne or 0.0
    failing = stairs.failing
    figure = Figure("critical", "Critical current density", " ".join(protocol), WIDTHS[width])
    ends = [low, *([failing] if failing is not None else [])]
    panel = figure.panel(
        spanning(quantity("J", "mA cm⁻²"), [stairs.density], low=0, include=ends),
        spanning(quantity("|V|", unit), [values], log=scale == "log"),
        260,
    )
    high = panel.x.high if failing is None else failing
    across = np.array([low, high])
    panel.band(across, np.full(2, panel.y.low), np.full(2, panel.y.high), _WHERE)
    if failing is not None:
        panel.upright(failing, (stairs.cause or "failed").replace("_", " "))
    doubtful = np.array([each != "ok" for each in stairs.status], bool)
    keys = []
    for mode, look, shape in _WAYS:
        way = np.array([each == mode for each in stairs.mode], bool)
        if not way.any():
            continue
        for hollow in (False, True):
            seen = way & (doubtful == hollow)
            panel.marks(stairs.density[seen], values[seen], look, shape, hollow=hollow, radius=2.5)
        panel.read(mode, stairs.density[way], values[way], look)
        keys.append(Key(look, shape, f"{mode}: {int(way.sum())} half-cycles"))
    keys.append(Key(_WHERE, "square", "where the critical one lies"))
    said = counted(stairs.status)
    caption = " ".join([*protocol, *([f"{said.capitalize()}."] if said else [])])
    return Drawing(figure, _table(stairs, values, unit), caption, keys)


def _table(stairs: Staircase, values: Floats, unit: str) -> Table:
    shown = [
        valued(float(value) if np.isfinite(value) else None, status=status, reason=reason)
        for value, status, reason in zip(values, stairs.status, stairs.reason, strict=True)
    ]
    density = [f"{each:.4g}" for each in stairs.density.tolist()]
    return Table(
        (
            Column("current_density_ma_per_cm2", "J / mA cm⁻²", stairs.density, density),
            Column("way", "Way", stairs.mode, stairs.mode, numeric=False),
            Column("end_volt", f"{quantity('|V|', unit)} (no error)", stairs.volt, shown),
            Column("status", "", stairs.status),
            Column("reason", "", stairs.reason),
        )
    )
