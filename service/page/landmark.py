"""What stands along the time of a test: its steps, gaps and outliers, and where findings point."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow.compute as pc
from anyio import to_thread
from numpy.typing import NDArray
from starlette.exceptions import HTTPException
from starlette.requests import Request

from service.page.ask import ask, floats
from service.page.points import CACHE, TIME, Points

MODES: Final = ("unknown", "charge", "discharge", "rest", "voltammetry", "impedance")
_STEP: Final = np.dtype([("start", "f8"), ("end", "f8"), ("mode", "u1")])
_GAP: Final = np.dtype([("start", "f8"), ("end", "f8"), ("step", "f8")])
_OUTLIER: Final = np.dtype([("time", "f8"), ("step", "f8")])
_PLACE: Final = re.compile(r"(record|step) (\d{1,15})$")
Rows = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Landmarks:
    """Times in s: of steps with their mode, gaps, and records that are outliers."""

    steps: Rows
    gaps: Rows
    outliers: Rows

    def step(self, count: int) -> float | None:
        """Return when a step starts, None where there is none of that number."""
        return float(self.steps["start"][count - 1]) if 0 < count <= self.steps.size else None


async def landmarks(request: Request, test: int, points: Points) -> Landmarks:
    """Return the landmarks of a test; they are cached as long as its points are.

    Gaps and outliers are those that were found when it was ingested: no time counts to a record
    behind a gap (``interval_second`` is 0 though time went on), none is known of an outlier.
    """
    key = tuple(points.paths)
    cached = [CACHE.get((key, name)) for name in ("steps", "gaps", "outliers")]
    known = [each for each in cached if each is not None]
    if len(known) == len(cached):
        return Landmarks(*known)
    asked = await ask(request, "test_landmarks", id=test)
    found = (asked.data.get("test") or {}).get("steps")
    if found is None:
        reason = asked.fault("test", "steps") or "the steps of this test are not there"
        raise HTTPException(503, reason)
    computed = await to_thread.run_sync(_landmarks_of, points, found)
    return Landmarks(
        CACHE.put((key, "steps"), computed.steps),
        CACHE.put((key, "gaps"), computed.gaps),
        CACHE.put((key, "outliers"), computed.outliers),
    )


def times_of(places: Sequence[str | None], marks: Landmarks, points: Points) -> list[float | None]:
    """Return the test times, in s, that places such as ``record 812`` and ``step 3`` stand for.

    A place in the export, a line or a byte, is at no time.
    """
    read = [_PLACE.match(place or "") for place in places]
    records = {int(each[2]) for each in read if each and each[1] == "record"}
    at: dict[int, float] = {}
    if records:
        index, time = points.rows(
            ("record_index", TIME), pc.field("record_index").isin(sorted(records))
        )
        at = dict(zip(index.astype(int).tolist(), time.tolist(), strict=True))

    def of(place: re.Match[str] | None) -> float | None:
        if place is None:
            return None
        time = at.get(int(place[2])) if place[1] == "record" else marks.step(int(place[2]))
        return time if time is not None and np.isfinite(time) else None

    return [of(each) for each in read]


def pointed_at(
    findings: Sequence[Mapping[str, Any]], marks: Landmarks, points: Points
) -> list[tuple[float, float] | None]:
    """Return from when to when each finding is, in s; None where it is at no time.

    A gap is from its last record before to the first behind, in the step that the finding names;
    an outlier is the first of its step.
    """
    times = times_of([each["place"] for each in findings], marks, points)
    return [_spot(each, time, marks) for each, time in zip(findings, times, strict=True)]


def _spot(
    finding: Mapping[str, Any], time: float | None, marks: Landmarks
) -> tuple[float, float] | None:
    if time is None:
        return None
    place = _PLACE.match(finding["place"])
    step = int(place[2]) if place and place[1] == "step" else 0
    gaps = marks.gaps[marks.gaps["step"] == step]
    if finding["kind"] == "time_gap" and gaps.size:
        longest = gaps[int(np.argmax(gaps["end"] - gaps["start"]))]
        return float(longest["start"]), float(longest["end"])
    outliers = marks.outliers[marks.outliers["step"] == step]
    if finding["kind"] == "outlier" and outliers.size:
        time = float(outliers["time"][0])
    return time, time


def _landmarks_of(points: Points, found: Mapping[str, Any]) -> Landmarks:
    start = floats(found["startTimeSecond"])
    steps = np.zeros(start.size, _STEP)
    steps["start"], steps["end"] = start, start + np.nan_to_num(floats(found["durationSecond"]))
    codes = {mode: code for code, mode in enumerate(MODES)}
    steps["mode"] = [codes.get(mode, 0) for mode in found["mode"]]
    lacking = floats(found["gapCount"]) > 0
    outlying = floats(found["outlierCount"]) > 0
    if not (lacking | outlying).any():
        return Landmarks(steps, np.zeros(0, _GAP), np.zeros(0, _OUTLIER))
    which = (1 + np.flatnonzero(lacking | outlying)).tolist()
    time, interval, step = points.rows(
        (TIME, "interval_second", "step_count"), pc.field("step_count").isin(which)
    )
    place = step.astype(int) - 1
    before = np.concatenate([[np.nan], time[:-1]])
    inside = step == np.concatenate([[0], step[:-1]])
    went_on = inside & (time > before)
    gap = np.flatnonzero(went_on & (interval == 0) & lacking[place])
    outlier = np.flatnonzero(went_on & np.isnan(interval) & outlying[place])
    gaps, outliers = np.zeros(gap.size, _GAP), np.zeros(outlier.size, _OUTLIER)
    gaps["start"], gaps["end"], gaps["step"] = before[gap], time[gap], step[gap]
    outliers["time"], outliers["step"] = time[outlier], step[outlier]
    return Landmarks(steps, gaps, outliers)
