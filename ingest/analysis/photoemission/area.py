"""The area of a line above its background, with an error by copies of the spectrum."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.photoemission.region import Region
from ingest.analysis.photoemission.shirley import end_count, shirley
from ingest.analysis.photoemission.tougaard import TOO_SHORT, reaches, tougaard
from schema.photoemission.line import Line

Floats = NDArray[np.float64]

COPIES: Final = 200
SEED: Final = 1972
_MOST_GAIN: Final = 1.0
_MOST_COUNTS: Final = 1e15
"""No detector counts as many in a point."""
SHIRLEY: Final = "shirley"
TOUGAARD: Final = "tougaard"
NO_STATISTICS: Final = "no_counting_statistics"
ESTIMATED: Final = "count_scale_estimated"
FEEDBACK: Final = "shirley_gain_above_1"
OTHER_LINES: Final = "survey_has_other_lines"


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """What a line has above a background.

    Attributes:
        line: it is of.
        background: shirley or tougaard.
        points: of the region it was taken of.
        value: in intensity x eV; NaN where it cannot be had.
        error: one sigma; NaN where nothing is known of the noise.
        gain: of Shirley's background; NaN for others.
        level: of the background at these points; empty where there is none.
        status: ok, low_quality or not_computable.
        reason: why the status is not ok.
    """

    line: Line
    background: str
    points: slice
    value: float
    error: float
    gain: float
    level: Floats
    status: str
    reason: str


def areas(region: Region, line: Line, *, whole: bool) -> list[Area]:
    """Return the area of a line by each background.

    Args:
        region: it is in.
        line: of an element.
        whole: whether the region was taken for it, and so all of it is its window.
    """
    near = region.within(line.lowest_ev, line.highest_ev)
    long = reaches(region.binding_ev, line.binding_energy_ev)
    found = [_shirley(region, line, slice(None) if whole and not long else near)]
    if whole and long:
        found.append(_tougaard(region, line))
    else:
        reason = TOO_SHORT if whole else OTHER_LINES
        nothing = float("nan"), float("nan"), float("nan"), np.empty(0)
        found.append(Area(line, TOUGAARD, near, *nothing, "not_computable", reason))
    return found


def _shirley(region: Region, line: Line, points: slice) -> Area:
    energy, intensity = region.binding_ev[points], region.intensity[points]
    ends = min(end_count(region.step_ev), max(1, energy.size // 4))
    found = shirley(energy, intensity[None], ends)
    doubts = [str(found.reason[0])] if found.reason[0] else []
    if found.gain[0] > _MOST_GAIN:
        doubts.append(FEEDBACK)

    def net(spectra: Floats) -> Floats:
        return np.asarray(spectra - shirley(energy, spectra, ends).values)

    value, error = _summed(region, intensity, net)
    gain, level = float(found.gain[0]), found.values[0]
    return Area(line, SHIRLEY, points, value, error, gain, level, *_judged(region, doubts))


def _tougaard(region: Region, line: Line) -> Area:
    energy, ends = region.binding_ev, end_count(region.step_ev)
    own = (energy >= line.lowest_ev) & (energy <= line.highest_ev)

    def net(spectra: Floats) -> Floats:
        below = tougaard(energy, spectra, line.binding_energy_ev, ends)
        # further up the background of losses meets other lines
        return np.asarray((spectra - below)[:, own])

    value, error = _summed(region, region.intensity, net)
    level = tougaard(energy, region.intensity[None], line.binding_energy_ev, ends)[0]
    whole, nan = slice(None), float("nan")
    return Area(line, TOUGAARD, whole, value, error, nan, level, *_judged(region, []))


def _summed(
    region: Region, intensity: Floats, net: Callable[[Floats], Floats]
) -> tuple[float, float]:
    """Return the area, and its error by copies; NaN where nothing is known of the noise."""
    value = float(net(intensity[None]).sum() * region.step_ev)
    if not region.gain > 0.0:
        return value, float("nan")
    rng = np.random.default_rng(SEED)
    counts = np.maximum(intensity / region.gain, 0.0)
    if not counts.max(initial=0.0) < _MOST_COUNTS:
        return value, float("nan")
    drawn = rng.poisson(counts, (COPIES, counts.size)).astype(np.float64)
    copies = np.asarray(drawn * region.gain, dtype=np.float64)
    return value, float((net(copies).sum(axis=1) * region.step_ev).std(ddof=1))


def _judged(region: Region, doubts: list[str]) -> tuple[str, str]:
    if not region.gain > 0.0:
        doubts = [*doubts, NO_STATISTICS]
    if region.count_scale == "estimated":
        doubts = [*doubts, ESTIMATED]
    return ("low_quality" if doubts else "ok"), "; ".join(doubts)
