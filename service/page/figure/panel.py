"""One pair of axes and what is drawn on them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import ArrayLike, NDArray

from service.page.figure import mark
from service.page.figure.axis import Axis, finite
from service.page.figure.palette import color

TEXT_PIXEL: Final = 12
"""Size of letters."""
LETTER_PIXEL: Final = 6.8
"""Width of a letter of that size, about."""
_FAR: Final = 1e5
"""Pixels beyond which nothing is drawn: a path with huge numbers is drawn by no browser alike."""


@dataclass(slots=True)
class Panel:
    """A frame in a figure, in pixels, its axes, and what is drawn."""

    x: Axis
    y: Axis
    left: float
    top: float
    width: float
    height: float
    name: str
    """Part of the ids in it, one of its own in a page."""
    right: Axis | None = None
    """A second value axis, where custom has one."""
    above: Axis | None = None
    """The same places in another quantity, along the top."""
    x_labels: bool = True
    """Whether numbers stand below: of panels that share an axis only the last has them."""
    parts: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    readings: list[dict[str, Any]] = field(default_factory=list)
    """What is read off by pointer and key: a series with its values."""
    placed: bool = False
    """Whether something stands at its place across: from then on its left edge cannot move."""

    def across(self, values: ArrayLike) -> NDArray[np.float64]:
        """Return the pixels of values along the horizontal axis."""
        self.placed = True
        return _near(self.left + self.x.fractions(values) * self.width)

    def up(self, values: ArrayLike, axis: Axis | None = None) -> NDArray[np.float64]:
        """Return the pixels of values along the upright axis."""
        fractions = (axis or self.y).fractions(values)
        return _near(self.top + (1 - fractions) * self.height)

    def line(self, x: ArrayLike, y: ArrayLike, kind: str, **style: Any) -> None:  # noqa: ANN401 # see _path
        """Draw a line of a color class."""
        axis = style.pop("axis", None)
        self._path(mark.polyline(self.across(x), self.up(y, axis)), kind, **style)

    def steps(self, x: ArrayLike, y: ArrayLike, kind: str, **style: Any) -> None:  # noqa: ANN401 # see _path
        """Draw a line that stays until the next value."""
        across, up = np.asarray(x, float), np.asarray(y, float)
        self.line(np.repeat(across, 2)[1:], np.repeat(up, 2)[:-1], kind, **style)

    def band(self, x: ArrayLike, low: ArrayLike, high: ArrayLike, kind: str) -> None:
        """Shade between two lines."""
        outline = mark.band(self.across(x), self.up(low), self.up(high))
        if outline:
            shade = f'fill="{color(kind)}" fill-opacity=".18" stroke="none"'
            self.parts.append(f'<path class="{kind} band" {shade} d="{outline}"/>')

    def shade(self, low: float, high: float) -> None:
        """Grey the ground between two values across."""
        start, end = np.clip(self.across([low, high]), self.left, self.left + self.width)
        if end > start:
            self.parts.append(
                f'<rect class="shade" fill="#777" fill-opacity=".14" x="{start:.1f}" '
                f'y="{self.top:.1f}" width="{end - start:.1f}" height="{self.height:.1f}"/>'
            )

    def marks(  # how a mark looks
        self,
        x: ArrayLike,
        y: ArrayLike,
        kind: str,
        shape: str = "circle",
        *,
        hollow: bool = False,
        error: ArrayLike | None = None,
        axis: Axis | None = None,
        radius: float = 3.0,
    ) -> None:
        """Draw marks, with upright bars of half the length of ``error`` either way."""
        across, up = self.across(x), self.up(y, axis)
        if error is not None:
            half, middle = finite(error), finite(y)
            bars = mark.bars(across, self.up(middle - half, axis), self.up(middle + half, axis))
            self._path(bars, kind, "error", width=1)
        drawn = mark.marks(shape, across, up, radius)
        if drawn:
            fill = "none" if hollow else color(kind)
            look = f'fill="{fill}" stroke="{color(kind)}" stroke-width="1.3"'
            self.parts.append(
                f'<path class="{kind} {"hollow" if hollow else "mark"}" {look} d="{drawn}"/>'
            )

    def spans(
        self, starts: ArrayLike, ends: ArrayLike, y: ArrayLike, kind: str, half_pixel: float = 7
    ) -> None:
        """Draw bars along the horizontal axis, each at a value of the upright one."""
        left, right = self.across(starts), self.across(ends)
        middle = self.up(y)
        seen = np.isfinite(left) & np.isfinite(right) & np.isfinite(middle)
        upper = mark.places(left[seen], middle[seen] - half_pixel)
        widths = np.maximum(right[seen] - left[seen], 1.5).tolist()
        drawn = "".join(
            f"M{corner}h{width:.1f}v{2 * half_pixel:g}h-{width:.1f}z"
            for corner, width in zip(upper, widths, strict=True)
        )
        if drawn:
            look = f'fill="{color(kind)}" stroke="{color(kind)}" stroke-width="0.5"'
            self.parts.append(f'<path class="{kind} mark" {look} d="{drawn}"/>')

    def level(self, y: float, text: str = "", *, dashed: bool = True) -> None:
        """Draw a line across at a value, with a word at its right end."""
        (place,) = self.up([y])
        if not (np.isfinite(place) and self.top <= place <= self.top + self.height):
            return
        right = self.left + self.width
        dash = ' stroke-dasharray="6 3"' if dashed else ""
        self._rule(f"M{self.left:.1f},{place:.1f}H{right:.1f}", dash)
        if text:
            self.text(right - 5, place - 5, text, anchor="end")

    def upright(self, x: float, text: str = "") -> None:
        """Draw a line upright at a value, with a word at its upper end."""
        (place,) = self.across([x])
        if not (np.isfinite(place) and self.left <= place <= self.left + self.width):
            return
        bottom = self.top + self.height
        self._rule(f"M{place:.1f},{self.top:.1f}V{bottom:.1f}", ' stroke-dasharray="6 3"')
        if text and place + 4 + len(text) * LETTER_PIXEL > self.left + self.width:
            self.text(place - 4, self.top + TEXT_PIXEL, text, anchor="end")
        elif text:
            self.text(place + 4, self.top + TEXT_PIXEL, text)

    def label(self, x: float, y: float, text: str, *, across: float = 7, up: float = 7) -> None:
        """Write a word beside a value, so many pixels to the right of it and above."""
        (left,), (top,) = self.across([x]), self.up([y])
        if np.isfinite(left) and np.isfinite(top):
            self.text(left + across, top - up, text)

    def text(
        self, left: float, top: float, text: str, *, anchor: str = "start", kind: str = "muted"
    ) -> None:
        """Write a word at a place in pixels, kept within the frame."""
        width = len(text) * LETTER_PIXEL
        ends = {"start": (left, left + width), "middle": (left - width / 2, left + width / 2)}
        start, end = ends.get(anchor, (left - width, left))
        left += max(self.left + 2 - start, 0) - max(end - (self.left + self.width - 2), 0)
        top = min(max(top, self.top + TEXT_PIXEL), self.top + self.height - 3)
        self.parts.append(
            f'<text class="{kind}" fill="{color(kind)}" x="{left:.1f}" y="{top:.1f}" '
            f'text-anchor="{anchor}">{escape(text)}</text>'
        )

    def read(  # what can be read of a series
        self,
        name: str,
        x: ArrayLike,
        y: ArrayLike,
        kind: str = "",
        *,
        error: ArrayLike | None = None,
        note: list[str] | None = None,
        axis: Axis | None = None,
        pick: Sequence[int] | None = None,
    ) -> None:
        """Let a series be read off: its name and values, a note to each point.

        ``pick`` are numbers that pressing a point chooses, as the cycles of a plot.
        """
        self.readings.append(
            {
                "name": name,
                "kind": kind,
                "x": _listed(x),
                "y": _listed(y),
                "error": None if error is None else _listed(error),
                "note": note,
                "right": axis is not None,
            }
            | ({"pick": list(pick)} if pick is not None else {})
        )

    def _path(
        self, data: str, kind: str, also: str = "", *, width: float = 1.6, dash: str = ""
    ) -> None:
        if data:
            dashed = f' stroke-dasharray="{dash}"' if dash else ""
            look = f'fill="none" stroke="{color(kind)}" stroke-width="{width}"{dashed}'
            classes = f"{kind} line {also}".strip()
            self.parts.append(f'<path class="{classes}" {look} d="{data}"/>')

    def _rule(self, data: str, dash: str) -> None:
        self.parts.append(f'<path class="rule" stroke="#777" fill="none"{dash} d="{data}"/>')


def _near(pixels: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.clip(pixels, -_FAR, _FAR)


def _listed(values: ArrayLike) -> list[float | None]:
    """Return values to five digits as JSON has them: null for what is no number."""
    numbers = np.asarray(values, float)
    return [float(f"{each:.5g}") if np.isfinite(each) else None for each in numbers.tolist()]
