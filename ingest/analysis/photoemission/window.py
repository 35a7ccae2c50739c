"""Whether a line is there: counts of its window against the channels on either side.

L. A. Currie, Anal. Chem. 40 (1968) 586; STRUCTURE S3.5. What is expected, and so how sure one has
to be, is asked by whoever asks; here are the net counts, and their error if no line were there.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.photoemission.region import Region
from schema.photoemission.line import Line

Floats = NDArray[np.float64]

_HALF_WINDOW_EV: Final = 3.0
_HALF_WINDOW_WIDTHS: Final = 1.5
_FEWEST_SIDE: Final = 10
_SURE: Final = 3.0
"""By how many of its sd chi-square must be too large for the background to be called bent."""
_PER_WIDTH: Final = 3.0
"""Steps that the width of a line must have."""
ONCE_IN_TWENTY: Final = 1.6448536269514722
"""Standard deviations that noise exceeds so often."""
NOT_COVERED: Final = "not_covered"
TOO_COARSE: Final = "too_coarse"
NO_STATISTICS: Final = "no_counting_statistics"


@dataclass(frozen=True, slots=True)
class Window:
    """What was counted where a line would be.

    Attributes:
        line: looked for.
        lowest_ev: where its window begins.
        highest_ev: where it ends.
        channels: n in the window.
        sides: m on either side.
        net: counts above the background.
        blank: counts of the background in the window, b.
        net_error: of the net counts if no line were there, sd0.
        reason: why it was not scanned, "" where it was.
    """

    line: Line
    lowest_ev: float
    highest_ev: float
    channels: int = 0
    sides: int = 0
    net: float = float("nan")
    blank: float = float("nan")
    net_error: float = float("nan")
    reason: str = ""


def looked_for(region: Region, line: Line) -> Window | None:
    """Return what a region has where a line would be; None where it has nothing of that.

    Both parts of a doublet are in the window: the weaker one beside it would be background.
    """
    width = max(line.width_ev, region.seen_width_ev)
    half = max(_HALF_WINDOW_EV, _HALF_WINDOW_WIDTHS * width)
    low = line.binding_energy_ev - half
    high = line.binding_energy_ev + line.splitting_ev + half
    first, last = region.binding_ev[[0, -1]]
    if last < low or first > high:
        return None
    inside = region.within(low, high)
    channels = inside.stop - inside.start
    room = min(inside.start, region.binding_ev.size - inside.stop)
    if not region.covers(low, high) or room < _FEWEST_SIDE:
        return Window(line, low, high, reason=NOT_COVERED)
    if region.step_ev > width / _PER_WIDTH + 1e-9:
        return Window(line, low, high, reason=TOO_COARSE)
    if not region.gain > 0.0:
        return Window(line, low, high, reason=NO_STATISTICS)
    sides = min(max(_FEWEST_SIDE, channels // 4), room)
    counts = region.intensity / region.gain
    below = counts[inside.start - sides : inside.start]
    above = counts[inside.stop : inside.stop + sides]
    beside = float(below.sum() + above.sum())
    net, blank, error = net_counts(float(counts[inside].sum()), beside, channels, sides)
    error *= bent(below, above, channels)
    return Window(line, low, high, channels, sides, net, blank, error)


def bent(below: Floats, above: Floats, channels: int) -> float:
    """Return what the error grows by where the background is no straight line: 1 where it is.

    Args:
        below: (m,) counts of the channels before the window.
        above: (m,) behind it.
        channels: between them.
    """
    side = below.size
    place = np.concatenate([np.arange(side), np.arange(side) + side + channels]).astype(float)
    counts = np.concatenate([below, above])
    slope, level = np.polyfit(place, counts, 1)
    expected = np.maximum(level + slope * place, 1.0)
    freedom = 2 * side - 2
    reduced = float(((counts - expected) ** 2 / expected).sum()) / freedom
    return sqrt(reduced) if reduced > 1.0 + _SURE * sqrt(2.0 / freedom) else 1.0


def net_counts(
    inside: float, beside: float, channels: int, sides: int
) -> tuple[float, float, float]:
    """Return net counts, those of the background, and the error of the net if there were none.

    Args:
        inside: counts of all channels of the window.
        beside: counts of the channels on both sides together.
        channels: n in the window.
        sides: m on either side.
    """
    ratio = channels / (2.0 * sides)
    blank = ratio * beside
    return inside - blank, blank, sqrt(max(blank, 0.0) * (1.0 + ratio))


def decision_limit(net_error: float, k: float) -> float:
    """Return L_C: net counts above which a line is there."""
    return k * net_error


def detection_limit(net_error: float, k: float, missed: float = ONCE_IN_TWENTY) -> float:
    """Return L_D: net counts that are found but for one time in twenty.

    It solves L_D = L_C + 1.645 √(sd0² + L_D).
    """
    half = decision_limit(net_error, k) + missed**2 / 2.0
    return half + sqrt(half**2 - decision_limit(net_error, k) ** 2 + missed**2 * net_error**2)
