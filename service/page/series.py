"""The series of a test: a window as numbers, as a picture, and where its points are taken from."""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

import numpy as np
import orjson
from anyio import to_thread
from numpy.typing import NDArray
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from schema.error import InvalidArgument, UnknownName
from service.page.address import Address, Field, amount, choice, listed, read_address, whole
from service.page.answer import FORMS, NotThere, formed
from service.page.ask import ask
from service.page.figures.series import series as drawn
from service.page.landmark import MODES, Landmarks, landmarks, pointed_at
from service.page.panel_choice import PanelQuantity, chosen, drawable
from service.page.points import Points
from service.page.unit import quantity
from service.page.window import MOST_PIXELS, Curve, Window, ends, window
from service.state import State
from service.store.points import points_columns

_USUAL_PIXELS: Final = 1_200
_HOUR: Final = "an hour of test time"
FIELDS: Final[Sequence[Field]] = (
    amount("from", _HOUR),
    amount("to", _HOUR),
    listed("panels", "quantities of the test, as voltage,current"),
    whole("pixels", default=_USUAL_PIXELS),
    choice("width", "wide", "narrow", "half"),
)
_STEP_PIXELS: Final = 8
"""How wide steps are, on average, from which they are shaded."""
_PIXEL_DIGITS: Final = 5
"""Digits to which least and greatest of pixels are rounded, of what all of them span."""
_EVERY_DIGITS: Final = 10
"""The same of every point, and of times: the errors of binary numbers are not stated."""
_ROOM: Final = 0.04


async def answer(request: Request) -> Response:
    """Answer with a window of a test as JSON or SVG, or lead to its points as CSV."""
    test, form = request.path_params["test"], request.path_params["form"]
    if form not in FORMS:
        raise NotThere(f"series as {form}")
    address = read_address(f"/tests/{test}/series.{form}", request.query_params, FIELDS)
    if not 1 <= address["pixels"] <= MOST_PIXELS:
        raise InvalidArgument("pixels", address["pixels"], f"a number from 1 to {MOST_PIXELS}")
    asked = await ask(request, "test_findings", id=test)
    if asked.data.get("test") is None:
        raise NotThere("test")
    points, known = await opened(request, test)
    quantities = chosen(known, address["panels"])
    between = ends(points, address["from"], address["to"])
    if form == "csv":
        return RedirectResponse(download(test, quantities, address), 303)
    marks = await landmarks(request, test, points)
    seen = await to_thread.run_sync(window, points, quantities, marks, between, address["pixels"])
    if form == "json":
        return Response(_json(test, seen, marks), media_type="application/json")
    findings = asked.data["test"]["findings"]
    spots = await to_thread.run_sync(pointed_at, findings, marks, points)
    drawing = drawn(seen, spots, address["width"])
    return formed(drawing, "svg", f"tests-{test}-series")


async def opened(request: Request, test: int) -> tuple[Points, dict[str, PanelQuantity]]:
    """Return the points of a test and what can be drawn of them.

    Raises:
        NotThere: when it has no points.
    """
    state: State = request.app.state.leyden

    def found() -> tuple[Points, dict[str, PanelQuantity]]:
        return Points(state.store, test), dict(drawable(points_columns(state.store, test)))

    try:
        return await to_thread.run_sync(found)
    except UnknownName as fault:
        raise NotThere("points of this test") from fault


def download(
    test: int, quantities: Sequence[PanelQuantity], address: Address, form: str = "csv"
) -> str:
    """Return where all points of a window are taken from, with every digit."""
    columns = ("record_index", "test_time_second", *(each.column for each in quantities))
    given = [("column", each) for each in columns]
    for name, field in (("start_second", "from"), ("end_second", "to")):
        if address[field] is not None:
            given.append((name, repr(address[field] * 3600.0)))
    return f"/arrow/points/{test}?{urlencode([*given, ('format', form)])}"


def _json(test: int, seen: Window, marks: Landmarks) -> bytes:
    span = seen.end_hour - seen.start_hour
    payload = {
        "test": test,
        "from": seen.start_hour,
        "to": seen.end_hour,
        "pixels": seen.pixels,
        "points": seen.count,
        "every": seen.every,
        "said": seen.said,
        "hour": _rounded(seen.hour, span, _EVERY_DIGITS if seen.every else _PIXEL_DIGITS + 2),
        "curves": [_curve(each, every=seen.every) for each in seen.curves],
        "steps": _steps(seen, marks),
    }
    return orjson.dumps(payload, option=orjson.OPT_SERIALIZE_NUMPY)


def _curve(curve: Curve, *, every: bool) -> dict[str, Any]:
    low, high = (each * curve.factor for each in curve.scale)
    span = high - low
    digits = _EVERY_DIGITS if every else _PIXEL_DIGITS
    least, greatest = (
        _rounded(each * curve.factor, span, digits) for each in (curve.low, curve.high)
    )
    return {
        "column": curve.quantity.column,
        "label": quantity(curve.quantity.label, curve.unit),
        "unit": curve.unit,
        "axis": _with_room(low, high),
        "low": least,
        "high": None if every else greatest,
    }


def _with_room(low: float, high: float) -> tuple[float, float]:
    """Return the ends of an axis over a scale, of one over nothing where there is none."""
    if not np.isfinite(low):
        return 0.0, 1.0
    room = (high - low) * _ROOM or abs(low) * _ROOM or 1.0
    return low - room, high + room


def _rounded(values: NDArray[np.float64], span: float, digits: int) -> NDArray[np.float64]:
    """Return values to so many digits of what they span: finer nobody can see."""
    if not (np.isfinite(span) and span > 0):
        return values
    return np.round(values, digits - int(np.floor(np.log10(span))))


def _steps(seen: Window, marks: Landmarks) -> list[list[Any]]:
    """Return number, start, end and mode of the steps in view, none where they are too narrow."""
    start, end = marks.steps["start"] / 3600.0, marks.steps["end"] / 3600.0
    within = np.flatnonzero((end >= seen.start_hour) & (start <= seen.end_hour))
    if within.size > seen.pixels / _STEP_PIXELS:
        return []
    return [
        [int(each) + 1, float(start[each]), float(end[each]), MODES[marks.steps["mode"][each]]]
        for each in within
    ]
