"""A figure: panels one below the other, as SVG that prints as it stands."""

from dataclasses import dataclass, field
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

import orjson

from service.page.figure.axis import Axis
from service.page.figure.panel import TEXT_PIXEL, Panel

WIDTHS: Final = {"narrow": 360, "half": 620, "wide": 1080}
"""How wide figures are drawn, in pixels."""
_BETWEEN: Final = 16
_BELOW: Final = 46
_ABOVE: Final = 12
_LETTER: Final = 6.8
_PIXELS_A_TICK: Final = {"x": 85, "y": 45}


@dataclass(slots=True)
class Figure:
    """A picture: a name of its own in a page, a title, a description made of its numbers."""

    name: str
    title: str
    description: str
    width: int = WIDTHS["half"]
    below: float = 0
    """Pixels kept free below the last axis, for what stands there."""
    panels: list[Panel] = field(default_factory=list)

    def panel(  # what a panel is
        self,
        x: Axis,
        y: Axis,
        height: float,
        *,
        right: Axis | None = None,
        above: Axis | None = None,
        square: bool = False,
        beside: float = 14,
    ) -> Panel:
        """Add a panel below the others; in a square one a unit is as long across as up.

        The axes of a square panel grow where that is needed. ``beside`` is kept free to its right.

        Raises:
            ValueError: when something is drawn already: a new panel may move the left edge of all.
        """
        if any(each.placed for each in self.panels):
            message = f"{self.name}: all panels are added before anything is drawn in one"
            raise ValueError(message)
        left = max([self._room(y, height), *(each.left for each in self.panels)])
        for each in self.panels:  # one left edge for all
            each.width -= left - each.left
            each.left = left
        margin = self._room(right, height) if right else beside
        width = self.width - left - margin
        last = self.panels[-1] if self.panels else None
        top = (last.top + last.height + _BETWEEN) if last else _ABOVE + (34 if above else 0)
        if last and last.x == x:
            last.x_labels = False
        elif last:
            top += _BELOW - _BETWEEN
        if square:
            x, y = _equal(x, y, width, height)
        name = f"{self.name}-{len(self.panels)}"
        added = Panel(x, y, left, top, width, height, name, right, above)
        self.panels.append(added)
        return added

    @property
    def height(self) -> float:
        """Return its height in pixels."""
        last = self.panels[-1]
        return last.top + last.height + _BELOW + self.below

    def svg(self, *, alone: bool = False) -> str:
        """Return the picture; ``alone`` for a file of its own."""
        namespace = ' xmlns="http://www.w3.org/2000/svg"' if alone else ""
        ground = '<rect width="100%" height="100%" fill="#fff"/>' if alone else ""
        inner = "".join(_drawn(each) for each in self.panels)
        return (
            f'<svg{namespace} class="figure" role="img" '
            f'viewBox="0 0 {self.width} {self.height:.0f}" '
            f'width="{self.width}" height="{self.height:.0f}" '
            f"aria-labelledby={quoteattr(f'{self.name}-title {self.name}-text')} "
            f'font-family="system-ui, sans-serif" font-size="{TEXT_PIXEL}">'
            f'<title id="{self.name}-title">{escape(self.title)}</title>'
            f'<desc id="{self.name}-text">{escape(self.description)}</desc>{ground}{inner}</svg>'
        )

    def readings(self) -> str:
        """Return what can be read off as JSON that may stand in a script element."""
        panels = [
            {
                "frame": [panel.left, panel.top, panel.width, panel.height],
                "x": _axis(panel.x),
                "y": _axis(panel.y),
                "right": _axis(panel.right) if panel.right else None,
                "series": panel.readings,
            }
            for panel in self.panels
            if panel.readings
        ]
        return orjson.dumps(panels).decode().replace("<", "\\u003c")

    @staticmethod
    def _room(axis: Axis, height: float) -> float:
        _, labels = axis.ticks(max(2, int(height / _PIXELS_A_TICK["y"])))
        return 34 + _LETTER * max(map(len, labels), default=1)


def _axis(axis: Axis) -> dict[str, Any]:
    return {"label": axis.label, "low": axis.low, "high": axis.high, "log": axis.log}


def _equal(x: Axis, y: Axis, width: float, height: float) -> tuple[Axis, Axis]:
    """Return axes of one scale: the shorter grows, the horizontal one at its high end."""
    across, up = (x.high - x.low) / width, (y.high - y.low) / height
    if across < up:
        return x.over(x.low, x.low + up * width), y
    return x, y.over(y.low, y.low + across * height)


def _drawn(panel: Panel) -> str:
    left, top, right, bottom = (
        panel.left,
        panel.top,
        panel.left + panel.width,
        panel.top + panel.height,
    )
    clip = (
        f'<clipPath id="{panel.name}-clip"><rect x="{left:.1f}" y="{top - 1:.1f}" '
        f'width="{panel.width:.1f}" height="{panel.height + 2:.1f}"/></clipPath>'
    )
    frame = (
        f'<rect class="frame" fill="none" stroke="#777" x="{left:.1f}" y="{top:.1f}" '
        f'width="{panel.width:.1f}" height="{panel.height:.1f}"/>'
    )
    parts = f'<g clip-path="url(#{panel.name}-clip)">{"".join(panel.parts)}</g>'
    scales = _below(panel, bottom) + _beside(panel, panel.y, left, -1)
    if panel.right:
        scales += _beside(panel, panel.right, right, 1)
    if panel.above:
        scales += _over(panel, panel.above)
    return clip + scales + parts + frame + "".join(panel.outside)


def _below(panel: Panel, bottom: float) -> str:
    ticks, labels = panel.x.ticks(max(2, int(panel.width / _PIXELS_A_TICK["x"])))
    drawn = []
    for place, label in zip(panel.across(ticks), labels, strict=True):
        drawn.append(_grid(f"M{place:.1f},{panel.top:.1f}V{bottom:.1f}"))
        if panel.x_labels:
            drawn.append(_tick(f"M{place:.1f},{bottom:.1f}v4"))
            drawn.append(_word(place, bottom + 17, label))
    if panel.x_labels:
        drawn.append(_word(panel.left + panel.width / 2, bottom + 37, panel.x.label, "quantity"))
    return "".join(drawn)


def _over(panel: Panel, axis: Axis) -> str:
    """Return the axis along the top; its values stand at the same places as those below."""
    ticks, labels = axis.ticks(max(2, int(panel.width / _PIXELS_A_TICK["x"])))
    places = panel.left + axis.fractions(ticks) * panel.width
    drawn = [
        _tick(f"M{place:.1f},{panel.top:.1f}v-4") + _word(place, panel.top - 7, label)
        for place, label in zip(places, labels, strict=True)
    ]
    middle = panel.left + panel.width / 2
    return "".join([*drawn, _word(middle, panel.top - 24, axis.label, "quantity")])


def _beside(panel: Panel, axis: Axis, edge: float, side: int) -> str:
    ticks, labels = axis.ticks(max(2, int(panel.height / _PIXELS_A_TICK["y"])))
    anchor = "end" if side < 0 else "start"
    drawn = []
    for place, label in zip(panel.up(ticks, axis), labels, strict=True):
        if side < 0:
            drawn.append(_grid(f"M{panel.left:.1f},{place:.1f}h{panel.width:.1f}"))
        drawn.append(_tick(f"M{edge:.1f},{place:.1f}h{4 * side}"))
        drawn.append(_word(edge + 7 * side, place + 4, label, anchor=anchor))
    widest = _LETTER * max(map(len, labels), default=1)
    across, up = edge + (widest + 20) * side, panel.top + panel.height / 2
    turned = f' transform="rotate(-90 {across:.1f} {up:.1f})"'
    return "".join([*drawn, _word(across, up, axis.label, "quantity", turned=turned)])


def _grid(data: str) -> str:
    return f'<path class="grid" stroke="#e4e7eb" fill="none" d="{data}"/>'


def _tick(data: str) -> str:
    return f'<path class="tick" stroke="#777" fill="none" d="{data}"/>'


def _word(
    left: float,
    top: float,
    text: str,
    kind: str = "number",
    *,
    anchor: str = "middle",
    turned: str = "",
) -> str:
    shade = "#222" if kind == "quantity" else "#5b6370"
    return (
        f'<text class="{kind}" fill="{shade}" text-anchor="{anchor}" '
        f'x="{left:.1f}" y="{top:.1f}"{turned}>{escape(text)}</text>'
    )
