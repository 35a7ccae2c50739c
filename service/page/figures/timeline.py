"""Tests in time: a lane a technique, a bar from its start for as long as it took."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.page.drawing import Drawing, Key
from service.page.figure.axis import Axis, spanning
from service.page.figure.figure import WIDTHS, Figure
from service.page.figure.palette import series_class
from service.page.number import number
from service.page.table import Column, Table
from service.page.unit import of_time, quantity

Floats = NDArray[np.float64]
_LANE_PIXEL: Final = 34
_IDLE: Final = "no test"
_GAP_SHARE: Final = 0.01
"""Part of the whole time from which nothing between tests is a gap."""


@dataclass(frozen=True, slots=True)
class Run:
    """A test with a start: what it is, when it began by its own clock, how long it took."""

    name: str
    technique: str
    start: datetime
    hour: float
    """NaN where nobody states how long."""
    zone: str | None
    findings: int


def timeline(runs: Sequence[Run], *, width: str = "wide", notes: Sequence[str] = ()) -> Drawing:
    """Return the lanes; a flag counts the findings of a test, gaps have a lane of their own."""
    first = min(each.start for each in runs)
    begin = np.array([(each.start - first).total_seconds() / 3600 for each in runs])
    length = np.array([each.hour for each in runs])
    end = begin + np.nan_to_num(length)
    gaps = _gaps(begin, end)
    factor, unit = of_time([0.0, float(end.max())])
    lanes = list(dict.fromkeys(each.technique for each in runs))
    words = [*lanes, *([_IDLE] if gaps else [])]
    figure = Figure(
        "tests",
        "Tests in time",
        f"{len(runs)} tests within {end.max() * factor:.4g} {unit}, {len(gaps)} gaps",
        WIDTHS[width],
    )
    since = f"Time since {first:%Y-%m-%d %H:%M}"
    panel = figure.panel(
        spanning(quantity(since, unit), [[0.0], end * factor], low=0),
        Axis("", len(words) - 0.5, -0.5, marked=tuple(enumerate(words))),
        max(_LANE_PIXEL * len(words), 60),
    )
    for place, lane in enumerate(lanes):
        here = np.array([each.technique == lane for each in runs])
        look = series_class(place)
        panel.spans(begin[here] * factor, end[here] * factor, np.full(here.sum(), place), look)
        panel.read(
            lane,
            begin[here] * factor,
            np.full(here.sum(), place),
            look,
            note=[_note(each) for each in runs if each.technique == lane],
        )
        for each, at in zip(runs, begin, strict=True):
            if each.technique == lane and each.findings:
                panel.label(at * factor, place, f"⚑{each.findings}", across=2, up=8)
    if gaps:
        starts, ends = (np.array(each) * factor for each in zip(*gaps, strict=True))
        panel.spans(starts, ends, np.full(len(gaps), len(lanes)), "muted", 3)
    return Drawing(figure, _table(runs, begin), _caption(runs, gaps, notes), _keys(runs, gaps))


def _gaps(begin: Floats, end: Floats) -> list[tuple[float, float]]:
    """Return from when to when no test ran, in hours."""
    order = np.argsort(begin, kind="stable")
    reached = np.maximum.accumulate(end[order])[:-1]
    later = begin[order][1:]
    least = _GAP_SHARE * float(end.max())
    return [
        (float(start), float(stop))
        for start, stop in zip(reached, later, strict=True)
        if stop - start > least
    ]


def _note(run: Run) -> str:
    length = "length not stated" if np.isnan(run.hour) else f"for {number(run.hour)} h"
    found = f", {run.findings} findings" if run.findings else ""
    return f"{run.name}, {length}{found}"


def _caption(runs: Sequence[Run], gaps: Sequence[tuple[float, float]], notes: Sequence[str]) -> str:
    zones = {each.zone for each in runs}
    sentences = ["By the clocks of the instruments."]
    if len(zones) > 1:
        named = ", ".join(sorted(each or "not stated" for each in zones))
        sentences = [f"By the clocks of the instruments, as they wrote it, in zones: {named}."]
    elif None in zones:
        sentences = ["By the clocks of the instruments; in which zone is not stated."]
    unknown = sum(np.isnan(each.hour) for each in runs)
    if unknown:
        sentences.append(f"Of {unknown} tests the length is not stated.")
    if gaps:
        longest = max(stop - start for start, stop in gaps)
        several = f"{len(gaps)} gaps" if len(gaps) > 1 else "one gap"
        sentences.append(f"Between tests {several}, the longest {number(longest)} h.")
    return " ".join([*sentences, *notes])


def _keys(runs: Sequence[Run], gaps: Sequence[tuple[float, float]]) -> list[Key]:
    lanes = list(dict.fromkeys(each.technique for each in runs))
    keys = [
        Key(series_class(place), "square", f"{lane}: {sum(r.technique == lane for r in runs)}")
        for place, lane in enumerate(lanes)
    ]
    if any(each.findings for each in runs):
        keys.append(Key("muted", "plus", "⚑ findings of a test"))
    return [*keys, Key("muted", "square", "no test ran")] if gaps else keys


def _table(runs: Sequence[Run], begin: Floats) -> Table:
    return Table(
        (
            Column("test", "", [each.name for each in runs]),
            Column("technique", "", [each.technique for each in runs]),
            Column("started_at", "", [each.start.isoformat() for each in runs]),
            Column("time_zone", "", [each.zone for each in runs]),
            Column("start_hour", "", begin),
            Column("duration_hour", "", [each.hour for each in runs]),
            Column("findings", "", [each.findings for each in runs]),
        )
    )
