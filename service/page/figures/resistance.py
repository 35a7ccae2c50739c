"""Resistance of interfaces against cycling time, each followed at each temperature."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from service.page.drawing import Drawing, Key
from service.page.figure.axis import finite, spanning
from service.page.figure.figure import WIDTHS, Figure
from service.page.figure.palette import ramp_class, series_class
from service.page.number import entered, number
from service.page.status import counted, valued
from service.page.table import Column, Table
from service.page.unit import of_time, prefixed, quantity

Floats = NDArray[np.float64]
LOG_ABOVE: Final = 30.0
"""Greatest over least from which the axis is logarithmic."""
_SHAPES: Final = ("circle", "square", "diamond", "triangle")
_SAME_KELVIN: Final = 2.0


@dataclass(frozen=True, slots=True)
class Resistances:
    """Per arc of a sweep: its track, when it was seen, its resistance, and what it is taken for."""

    track: Sequence[int]
    hour: Floats
    celsius: Floats
    resistance: Floats
    error: Floats
    unit: str
    """Ω, or Ω·cm² by area."""
    assignment: Sequence[str]
    status: Sequence[str]
    reason: Sequence[str | None]
    test: Sequence[str]
    count: Sequence[int]
    element: Sequence[str]


def resistance(per: Resistances, *, convention: str = "", width: str = "half") -> Drawing:
    """Return the tracks over time; hollow marks are of low quality.

    ``convention`` says what an area counts for: per_interface or total.
    """
    factor, unit = prefixed(per.resistance, per.unit)
    values, errors = finite(per.resistance) * factor, finite(per.error) * factor
    hours, time_unit = of_time(per.hour)
    time = finite(per.hour) * hours
    figure = Figure(
        "resistance", "Resistance over cycling time", _in_words(values, unit, per), WIDTHS[width]
    )
    positive = values[np.isfinite(values) & (values > 0)]
    log = bool(positive.size) and float(positive.max() / positive.min()) > LOG_ABOVE
    spread = np.where(np.isfinite(errors), errors, 0.0)
    panel = figure.panel(
        spanning(quantity("Cycling time", time_unit), [time], include=(0,)),
        spanning(quantity("R", unit), [values - spread, values + spread], log=log),
        300,
    )
    low_quality = np.array([each != "ok" for each in per.status], bool)
    keys = []
    tracks = list(dict.fromkeys(per.track))
    degrees = [_middle(per, each) for each in tracks]
    tracks = [tracks[each] for each in np.argsort(degrees, kind="stable")]
    for track, (look, shape) in zip(tracks, _looks(per, tracks), strict=True):
        own = np.array([each == track for each in per.track], bool)
        order = np.flatnonzero(own)[np.argsort(time[own], kind="stable")]
        panel.line(time[order], values[order], look, width=0.8)
        for hollow in (False, True):
            seen = own & (low_quality == hollow)
            panel.marks(time[seen], values[seen], look, shape, hollow=hollow, error=errors[seen])
        name = _name(per, track)
        panel.read(name, time[own], values[own], look, error=errors[own], note=_notes(per, own))
        keys.append(Key(look, shape, f"{name}: {int(own.sum())} sweeps"))
    if low_quality.any():
        keys.append(Key("muted", "circle", "hollow: low quality", hollow=True))
    return Drawing(figure, _table(per, values, errors, unit), _caption(per, convention), keys)


def _looks(per: Resistances, tracks: Sequence[int]) -> list[tuple[str, str]]:
    """Return color and shape each: a ramp by temperature, shapes for objects at one of them."""
    degrees = [_middle(per, each) for each in tracks]
    kinds: list[float] = []
    for each in degrees:
        if not any(abs(each - other) < _SAME_KELVIN for other in kinds):
            kinds.append(each)
    if len(kinds) < 2:
        return [
            (series_class(number), _SHAPES[number % len(_SHAPES)]) for number in range(len(tracks))
        ]
    looks, seen = [], [0] * len(kinds)
    for each in degrees:
        place = int(np.argmin([abs(each - other) for other in kinds]))
        looks.append((ramp_class(place, len(kinds)), _SHAPES[seen[place] % len(_SHAPES)]))
        seen[place] += 1
    return looks


def _middle(per: Resistances, track: int) -> float:
    """Return the temperature of a track; where none is known, one far below all others."""
    own = per.celsius[np.array([each == track for each in per.track], bool)]
    own = own[np.isfinite(own)]
    return float(np.median(own)) if own.size else -1e9


def _name(per: Resistances, track: int) -> str:
    taken = [each for each, of in zip(per.assignment, per.track, strict=True) if of == track]
    thing = max(dict.fromkeys(taken), key=taken.count).replace("_", " ")
    degrees = _middle(per, track)
    at = f" at {entered(round(degrees, 1))} °C" if degrees > -1e9 else ""
    return f"{thing} {track}{at}"


def _caption(per: Resistances, convention: str) -> str:
    parts = ["Bars: one standard error of the fit. A number: which arc it is, followed."]
    if convention:
        of = {
            "per_interface": "times area, halved: of one of two alike (per_interface)",
            "total": "times area: of both sides together (total)",
        }
        parts.append(f"Resistance {of.get(convention, convention)}.")
    if said := counted(per.status):
        parts.append(f"{said.capitalize()}.")
    nowhere = int((~np.isfinite(per.hour)).sum())
    if nowhere:
        parts.append(f"{nowhere} whose time of cycling is not known are not drawn.")
    return " ".join(parts)


def _notes(per: Resistances, own: NDArray[np.bool_]) -> list[str] | None:
    notes = [
        "" if status == "ok" else f"{status}: {reason}".replace("_", " ")
        for status, reason, is_in in zip(per.status, per.reason, own, strict=True)
        if is_in
    ]
    return notes if any(notes) else None


def _table(per: Resistances, values: Floats, errors: Floats, unit: str) -> Table:
    shown = [
        valued(_number(value), error=_number(error), status=status, reason=reason)
        for value, error, status, reason in zip(values, errors, per.status, per.reason, strict=True)
    ]
    things = [each.replace("_", " ") for each in per.assignment]
    plain = "ohm" if per.unit == "Ω" else "ohm_cm2"
    return Table(
        (
            Column("track", "Arc", per.track, per.track),
            Column("assignment", "Taken for", per.assignment, things, numeric=False),
            Column("temperature_celsius", "T / °C", per.celsius, _texts(per.celsius)),
            Column("cycling_time_hour", "Cycled / h", per.hour, _texts(per.hour)),
            Column(f"resistance_{plain}", quantity("R", unit), per.resistance, shown),
            Column("error", "", per.error),
            Column("status", "", per.status),
            Column("reason", "", per.reason),
            Column("test_id", "", per.test),
            Column("spectrum_count", "", per.count),
            Column("element", "", per.element),
        )
    )


def _texts(values: Floats) -> list[str]:
    return [number(each) for each in values.tolist()]


def _number(value: Any) -> float | None:  # noqa: ANN401 # of an array
    return float(value) if np.isfinite(value) else None


def _in_words(values: Floats, unit: str, per: Resistances) -> str:
    numbers = values[np.isfinite(values)]
    if not numbers.size:
        return f"{len(values)} arcs, none with a resistance"
    said = counted(per.status)
    span = f"{numbers.min():.4g} to {numbers.max():.4g} {unit}"
    text = f"{len(set(per.track))} arcs followed over {len(values)} sweeps, {span}"
    return text + (f", {said}" if said else "")
