"""Shapes of marks, as path data: all marks of a series are one path."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

SHAPES: Final = ("circle", "square", "diamond", "triangle", "down", "plus", "right", "bar")
_PATHS: Final = {
    "circle": "m-{r},0a{r},{r} 0 1,0 {d},0a{r},{r} 0 1,0 -{d},0",
    "square": "m-{r},-{r}h{d}v{d}h-{d}z",
    "diamond": "m0,-{s}l{s},{s}l-{s},{s}l-{s},-{s}z",
    "triangle": "m0,-{s}l{s},{d}h-{t}z",
    "down": "m0,{s}l{s},-{d}h-{t}z",
    "right": "m{s},0l-{d},{s}v-{t}z",
    "plus": "m-{s},0h{t}m-{s},-{s}v{t}",
    "bar": "m0,-{s}v{t}",
}


def marks(shape: str, x: NDArray[np.float64], y: NDArray[np.float64], radius: float = 3.0) -> str:
    """Return the path of marks at places; a place that is none has no mark."""
    outline = _PATHS[shape].format(
        r=_short(radius), d=_short(2 * radius), s=_short(1.3 * radius), t=_short(2.6 * radius)
    )
    seen = np.isfinite(x) & np.isfinite(y)
    return "".join(f"M{place}{outline}" for place in places(x[seen], y[seen]))


def polyline(x: NDArray[np.float64], y: NDArray[np.float64]) -> str:
    """Return the path through places; it is broken where a place is none."""
    seen = np.isfinite(x) & np.isfinite(y)
    if not seen.any():
        return ""
    starts = (seen & ~np.concatenate([[False], seen[:-1]]))[seen]
    # from one place to the next, in whole tenths, which add up without a rest: half as long
    tenths = np.rint(np.column_stack([x[seen], y[seen]]).round(1) * 10).astype(int)
    texts = _steps(np.diff(tenths, axis=0, prepend=0))
    for first in np.flatnonzero(starts).tolist():
        across, down = tenths[first].tolist()
        texts[first] = f"M{_short(across / 10)},{_short(down / 10)}l"
    return "".join(texts).replace("lM", "M").removesuffix("l")


def band(x: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]) -> str:
    """Return the outline between two lines, in pieces where either is broken."""
    seen = np.isfinite(x) & np.isfinite(low) & np.isfinite(high)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], seen.astype(int), [0]])))
    pieces = []
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        there = places(x[first:last], high[first:last])
        back = places(x[first:last][::-1], low[first:last][::-1])
        pieces.append("M" + "L".join([*there, *back]) + "z")
    return "".join(pieces)


def bars(x: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]) -> str:
    """Return upright error bars with caps."""
    seen = np.isfinite(x) & np.isfinite(low) & np.isfinite(high)
    lower, upper = places(x[seen], low[seen]), places(x[seen], high[seen])
    return "".join(
        f"M{start}L{end}M{start}m-2,0h4M{end}m-2,0h4"
        for start, end in zip(lower, upper, strict=True)
    )


def places(x: NDArray[np.float64], y: NDArray[np.float64]) -> Sequence[str]:
    """Return places as text, to a tenth of a pixel."""
    pairs = zip(np.round(x, 1).tolist(), np.round(y, 1).tolist(), strict=True)
    return [f"{_short(across)},{_short(down)}" for across, down in pairs]


def _steps(tenths: NDArray[np.int64]) -> list[str]:
    """Return ways across and down as text, each number parted by its sign or a space."""
    known, place = np.unique(tenths, return_inverse=True)
    words = [_signed(each / 10) for each in known.tolist()]
    across, down = np.array(words, object)[place.reshape(tenths.shape)].T
    return list(across + down)


def _signed(number: float) -> str:
    size = _short(abs(number))
    return ("-" if number < 0 else " ") + (size.removeprefix("0") if number else size)


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
