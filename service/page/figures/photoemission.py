"""A photoemission region: counts, what lies below its lines, and components; energy falls."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.page.drawing import Drawing, Key
from service.page.figure.axis import Axis, spanning
from service.page.figure.figure import WIDTHS, Figure
from service.page.figure.tick import linear_labels, linear_ticks
from service.page.table import Column, Table
from service.page.unit import prefixed, quantity

Floats = NDArray[np.float64]

_TICKS: Final = 9
_FEW: Final = 400
"""Points up to which each is a mark of its own; more are a line."""


@dataclass(frozen=True, slots=True)
class Below:
    """A background of a line, by rising binding energy, with all components where there are any."""

    line: str
    background: str
    energy_ev: Floats
    level: Floats
    model: Floats
    chosen: bool


@dataclass(frozen=True, slots=True)
class RegionSpectrum:
    """A region as measured, and what was made of it."""

    label: str
    energy_ev: Floats
    intensity: Floats
    unit: str
    shift_ev: float
    below: Sequence[Below] = field(default_factory=tuple)
    components: Sequence[tuple[str, float]] = field(default_factory=tuple)
    """Line and place, as referred, of each."""


def photoemission(per: RegionSpectrum, *, width: str = "half") -> Drawing:
    """Return intensity over binding energy as referred, which falls to the right."""
    energy = per.energy_ev + per.shift_ev
    factor, prefix = prefixed(per.intensity, per.unit)
    intensity = per.intensity * factor
    levels = [each.level * factor for each in per.below]
    figure = Figure("photoemission", f"Region {per.label}", _in_words(per), WIDTHS[width])
    across, up = falling(energy), spanning(quantity("Intensity", prefix), [intensity, *levels])
    panel = figure.panel(across, up, 300)
    if energy.size > _FEW:
        panel.line(energy, intensity, "s0", width=1)
    else:
        panel.marks(energy, intensity, "s0", radius=1.6)
    panel.read("counted", energy, intensity, "s0")
    keys = [Key("s0", "line" if energy.size > _FEW else "circle", "counted")]
    for each, level in zip(per.below, levels, strict=True):
        place = each.energy_ev + per.shift_ev
        panel.line(place, level, "s1", dash="" if each.chosen else "6 3")
        panel.line(place, each.model * factor, "s2")
    if per.below:
        keys.append(Key("s1", "line", "background: full where its area is taken"))
    if any(np.isfinite(each.model).any() for each in per.below):
        keys.append(Key("s2", "line", "background and components"))
    for line, at in per.components:
        panel.upright(at, f"{line} {at:.2f}")
    return Drawing(figure, _table(per), _caption(per), keys)


def falling(energy: Floats) -> Axis:
    """Return an axis of binding energies that falls to the right, marked at round ones."""
    rising = spanning("Binding energy / eV", [energy], room=0.0)
    ticks = linear_ticks(rising.low, rising.high, _TICKS)
    marked = tuple(zip(ticks, linear_labels(ticks), strict=True))
    return Axis(rising.label, rising.high, rising.low, marked=marked)


def _caption(per: RegionSpectrum) -> str:
    moved = f"{per.shift_ev:+.2f}".replace("-", "−")
    caption = f"Binding energies as referred: {moved} eV on what was measured."
    if not per.below:
        caption += " No line of it has an area."
    return caption


def _in_words(per: RegionSpectrum) -> str:
    lines = ", ".join(dict.fromkeys(each.line for each in per.below)) or "no line"
    return f"{per.energy_ev.size} energies; {lines}"


def _table(per: RegionSpectrum) -> Table:
    columns = [
        Column("binding_energy_ev", "Binding energy / eV", per.energy_ev),
        Column("intensity", f"Intensity / {per.unit}", per.intensity),
    ]
    for each in per.below:
        level = np.interp(
            per.energy_ev, each.energy_ev, each.level, left=float("nan"), right=float("nan")
        )
        name = f"{each.background}_of_{each.line}"
        columns.append(Column(name, f"{each.background.capitalize()}, {each.line}", level))
    return Table(columns)
