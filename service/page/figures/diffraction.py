"""A diffraction pattern: intensity against 2θ, the lines found in it, and of which phase."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.page.drawing import Drawing, Key
from service.page.figure.axis import Axis, spanning
from service.page.figure.figure import WIDTHS, Figure
from service.page.figure.palette import series_class
from service.page.figure.panel import Panel
from service.page.table import Column, Table

Floats = NDArray[np.float64]
_HEIGHT: Final = 340
_ROW_PIXEL: Final = 20
_FOREIGN: Final = "s3"
_GHOST: Final = "muted"
_LOOKS: Final = {"ghost": (_GHOST, "square"), "foreign": (_FOREIGN, "diamond")}
_OWN: Final = ("s1", "triangle")


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines found in a scan, one place each in the lists."""

    two_theta: Floats
    kind: Sequence[str]
    """phase, ghost, foreign or unassigned."""
    phase: Sequence[str | None]
    hkl: Sequence[str | None]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A scan with the lines found in it."""

    two_theta: Floats
    intensity: Floats
    unit: str
    d: Floats
    lines: Lines


def diffraction(pattern: Pattern, phases: Sequence[str], *, scale: str = "square_root") -> Drawing:
    """Return the pattern; below it the lines of each phase that was found."""
    scaled, label = _scaled(pattern.intensity, pattern.unit, scale)
    figure = Figure("pattern", "Diffraction pattern", _in_words(pattern), WIDTHS["wide"])
    x = spanning("2θ / °", [pattern.two_theta], room=0.01)
    panel = figure.panel(x, spanning(label, [scaled], log=scale == "log"), _HEIGHT)
    below = _phase_panel(figure, x, phases) if phases else None
    panel.line(pattern.two_theta, scaled, "s0")
    panel.read("intensity", pattern.two_theta, scaled, "s0")
    keys = [Key("s0", "line", f"{len(pattern.two_theta)} points")]
    found, kinds = pattern.lines, np.array(pattern.lines.kind, dtype=object)
    tops = _tops(pattern, scaled, found.two_theta)
    for kind in ("phase", "unassigned", "ghost", "foreign"):
        seen = kinds == kind
        if seen.any():
            look, shape = _LOOKS.get(kind, _OWN)
            panel.marks(found.two_theta[seen], tops[seen], look, shape, hollow=kind != "phase")
            keys.append(Key(look, shape, f"{kind}: {int(seen.sum())} lines", kind != "phase"))
    if below:
        _phases(below, found, phases)
    caption = "Marks stand above the lines that were found; hollow ones are of no phase."
    return Drawing(figure, _table(pattern), caption, keys)


def _phase_panel(figure: Figure, x: Axis, phases: Sequence[str]) -> Panel:
    rows = Axis("", len(phases) - 0.5, -0.5, marked=tuple(enumerate(phases)))
    return figure.panel(x, rows, 12 + _ROW_PIXEL * len(phases))


def _phases(panel: Panel, found: Lines, phases: Sequence[str]) -> None:
    for place, phase in enumerate(phases):
        own = np.array([each == phase for each in found.phase], bool)
        half = np.full(int(own.sum()), 0.02)
        at = found.two_theta[own]
        row = np.full(at.size, float(place))
        panel.spans(at - half, at + half, row, series_class(place + 1), half_pixel=6)


def _scaled(intensity: Floats, unit: str, scale: str) -> tuple[Floats, str]:
    if scale == "square_root":
        return np.sqrt(np.maximum(intensity, 0.0)), f"√(intensity / {unit})"
    return intensity, f"Intensity / {unit}"


def _tops(pattern: Pattern, scaled: Floats, at: Floats) -> Floats:
    """Return how high the pattern stands around each line, and a little above that."""
    order = np.argsort(pattern.two_theta)
    x, y = pattern.two_theta[order], scaled[order]
    begins = np.clip(np.searchsorted(x, at - 0.15), 0, max(x.size - 1, 0))
    ends = np.clip(np.searchsorted(x, at + 0.15), 1, max(x.size, 1))
    tops = [float(np.nanmax(y[a : max(b, a + 1)])) for a, b in zip(begins, ends, strict=True)]
    return np.array(tops) + 0.02 * float(np.nanmax(scaled, initial=0.0))


def _table(pattern: Pattern) -> Table:
    return Table(
        (
            Column("two_theta_degree", "2θ / °", pattern.two_theta),
            Column("d_angstrom", "d / Å", pattern.d),
            Column("intensity", f"Intensity / {pattern.unit}", pattern.intensity),
        )
    )


def _in_words(pattern: Pattern) -> str:
    known = pattern.two_theta[np.isfinite(pattern.two_theta)]
    if not known.size:
        return "no point has an angle"
    lines = len(pattern.lines.two_theta)
    return f"{known.size} points from {known.min():.4g}° to {known.max():.4g}°, {lines} lines found"
