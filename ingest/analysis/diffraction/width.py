"""How wide lines are: by the strongest, before any are sought."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.diffraction.background import local_mean, snip
from ingest.analysis.diffraction.least_squares import solved
from ingest.analysis.diffraction.line_model import LineModel, Widths
from ingest.analysis.diffraction.own_place import OwnPlaces
from ingest.analysis.diffraction.pattern import Pattern

Floats = NDArray[np.float64]

_STRONGEST: Final = 5
_WIDEST_DEGREE: Final = 1.0
"""What is wider is background."""
_LEAST_SIGNAL: Final = 5.0
"""Standard deviations of its background by which the top of a strong line stands out."""
_MOST_SHARE: Final = 1.2
"""η from where a neighbor, and no Lorentzian, makes the tails."""
_WINDOW: Final = 6.0
"""In widths, on either side."""
_FEWEST_POINTS: Final = 9


def typical_width(pattern: Pattern, share: float) -> tuple[float, float] | None:
    """Return width in degree and η, the medians of the strongest lines; None where none stands out.

    Args:
        pattern: with errors.
        share: η to begin with.
    """
    found = [_fitted(pattern, top, width, share) for top, width in _tops(pattern)]
    known = [each for each in found if each is not None]
    if not known:
        return None
    width, fitted = np.median(np.array(known), axis=0)
    return float(width), float(np.clip(fitted, 0.0, 1.0))


def _tops(pattern: Pattern) -> list[tuple[int, float]]:
    """Return the points of the strongest lines and about their widths in degree."""
    step = pattern.step_degree
    smooth = local_mean(pattern.intensity, 1)
    level = snip(smooth, max(3, round(_WIDEST_DEGREE / step)))
    net = smooth - level
    deviation = np.sqrt(pattern.counting.variance(np.maximum(level, 0.0)))
    left = np.where(net > _LEAST_SIGNAL * deviation, net, -np.inf)
    tops: list[tuple[int, float]] = []
    while len(tops) < _STRONGEST:
        top = int(np.argmax(left))
        if not np.isfinite(left[top]):
            break
        low = np.flatnonzero(net[: top + 1] < 0.5 * net[top])
        high = np.flatnonzero(net[top:] < 0.5 * net[top])
        first = int(low[-1]) if len(low) else 0
        last = top + int(high[0]) if len(high) else len(net) - 1
        inside = len(low) > 0 and len(high) > 0
        reach = 2 * (last - first)
        left[max(0, top - reach) : top + reach + 1] = -np.inf
        if inside:
            tops.append((top, (last - first - 1) * step))
    return tops


def _fitted(pattern: Pattern, top: int, width: float, share: float) -> tuple[float, float] | None:
    """Return width and η of a line amid constant and slope."""
    centre = pattern.angle_degree[top]
    inside = np.abs(pattern.angle_degree - centre) < _WINDOW * width
    angle, intensity = pattern.angle_degree[inside], pattern.intensity[inside]
    if len(angle) < _FEWEST_POINTS or pattern.counting.stated_variance is not None:
        return width, share
    model = LineModel(
        angle,
        pattern.components,
        OwnPlaces(),
        1,
        Widths(np.ones(1, dtype=bool), 0, pattern.step_degree),
        np.ones((1, 1)),
        np.column_stack([np.ones_like(angle), angle - centre]),
    )
    start = np.array([centre, width, share, 0.0, 0.0, 0.0])
    found = solved(model, start, model.linear, intensity, pattern.counting)
    if found is None or not found.settled:
        return width, share
    good = 0.3 * width < found.theta[1] < 2.0 * width and 0.0 <= found.theta[2] <= _MOST_SHARE
    return (float(found.theta[1]), float(found.theta[2])) if good else (width, share)
