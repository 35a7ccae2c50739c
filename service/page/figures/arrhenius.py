"""Logarithms of conductivities against inverse temperature, with the lines through them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.page.drawing import Drawing, Key
from service.page.figure.axis import Axis, finite, spanning
from service.page.figure.figure import WIDTHS, Figure
from service.page.figure.palette import ramp_class, series_class
from service.page.figure.panel import Panel
from service.page.figure.tick import linear_labels, linear_ticks
from service.page.figures.arrhenius_line import LEAST_FOR_A_BAND, Line
from service.page.number import number
from service.page.status import SIGNS, counted, valued
from service.page.table import Column, Table

Floats = NDArray[np.float64]
ZERO_CELSIUS: Final = 273.15
_EV_PER_KELVIN: Final = 8.617333262e-5
"""Boltzmann's constant, as the metric takes it."""
_SHAPES: Final = ("circle", "square", "diamond", "triangle")
_MOST_TICKS: Final = 7
_PLACES: Final = 60
"""Places at which a band is drawn."""


@dataclass(frozen=True, slots=True)
class Sweeps:
    """Per sweep and object: what its conductivity was at which temperature, and on which line."""

    test: Sequence[str]
    count: Sequence[int]
    thing: Sequence[str]
    place: Sequence[int]
    celsius: Floats
    conductivity: Floats
    relative_error: Floats
    used: NDArray[np.bool_]
    status: Sequence[str]
    reason: Sequence[str | None]


def arrhenius(
    lines: Sequence[Line], per: Sweeps, convention: str, *, width: str = "half"
) -> Drawing:
    """Return the lines with their sweeps; hollow marks are on none of them.

    ``convention`` is sT, the logarithm of conductivity times temperature, or s, of itself.
    """
    kelvin = finite(per.celsius) + ZERO_CELSIUS
    with np.errstate(all="ignore"):
        kelvin = np.where(kelvin > 0, kelvin, np.nan)
        inverse = 1000 / kelvin
        logarithm = np.log(per.conductivity * (kelvin if convention == "sT" else 1.0))
    logarithm = np.where(np.isfinite(logarithm), logarithm, np.nan)
    label = _label(per.thing, convention)
    figure = Figure("arrhenius", "Arrhenius plot", _in_words(lines, convention), WIDTHS[width])
    across = spanning("1000 K / T", [inverse])
    spread = np.nan_to_num(finite(per.relative_error))
    up = spanning(label, [logarithm - spread, logarithm + spread])
    panel = figure.panel(across, up, 330, above=_celsius(across))
    things = list(dict.fromkeys(each.thing for each in lines)) or list(dict.fromkeys(per.thing))
    keys = []
    for each, look in zip(lines, _looks(lines), strict=True):
        shape = _SHAPES[things.index(each.thing) % len(_SHAPES)]
        own = np.array(
            [(thing, place) == (each.thing, each.place) for thing, place in _pairs(per)], bool
        )
        _draw_line(panel, each, inverse[own & per.used], look)
        for hollow in (False, True):
            seen = own & (per.used != hollow)
            panel.marks(
                inverse[seen],
                logarithm[seen],
                look,
                shape,
                hollow=hollow,
                error=per.relative_error[seen],
            )
        panel.read(
            each.name, inverse[own], logarithm[own], look, error=spread[own], note=_notes(per, own)
        )
        keys.append(Key(look, shape, f"{each.name}: {_energy(each)}"))
    left_out = int((~per.used).sum())
    if left_out:
        keys.append(Key("muted", "circle", "hollow: left out of its line", hollow=True))
    return Drawing(figure, _table(per, inverse, logarithm), _caption(lines, per, convention), keys)


def _draw_line(panel: Panel, line: Line, inverse: Floats, look: str) -> None:
    known = inverse[np.isfinite(inverse)]
    if not known.size or line.energy_ev is None:
        return
    places = np.linspace(known.min(), known.max(), _PLACES)
    per_ev = places / (1000 * _EV_PER_KELVIN)
    middle = line.through(per_ev)
    reach = line.reach(per_ev)
    if reach is not None:
        panel.band(places, middle - reach, middle + reach, look)
    panel.line(places, middle, look, dash="" if line.status == "ok" else "6 3")


def _celsius(across: Axis) -> Axis:
    """Return the same places as temperatures, round ones marked."""
    low = 1000 / across.high - ZERO_CELSIUS if across.high > 0 else 0.0
    high = 1000 / across.low - ZERO_CELSIUS if across.low > 0 else low + 1
    ticks = [each for each in linear_ticks(low, high, _MOST_TICKS) if each > -ZERO_CELSIUS]
    places = [1000 / (each + ZERO_CELSIUS) for each in ticks]
    marked = tuple(zip(places, linear_labels(ticks), strict=True))
    return Axis("Temperature / °C", across.low, across.high, marked=marked)


def _looks(lines: Sequence[Line]) -> list[str]:
    """Return a color each: a ramp where one object has several ages, else one an object."""
    things = [each.thing for each in lines]
    if len(set(things)) == len(things):
        return [series_class(number) for number in range(len(lines))]
    ages = sorted({each.place for each in lines})
    return [ramp_class(ages.index(each.place), len(ages)) for each in lines]


def _pairs(per: Sweeps) -> list[tuple[str, int]]:
    return list(zip(per.thing, per.place, strict=True))


def _energy(line: Line) -> str:
    if line.energy_ev is None:
        return f"no line, {line.reason or line.status}"
    sign = SIGNS.get(line.status, "")
    error = "" if line.error_ev is not None else ", no error"
    doubt = f" ({line.reason})" if line.status != "ok" and line.reason else ""
    return f"{sign} {number(line.energy_ev, line.error_ev)} eV{error}{doubt}".strip()


def _label(things: Sequence[str], convention: str) -> str:
    unit = "S/cm²" if set(things) == {"interface"} else "S/cm"
    if "interface" in things and len(set(things)) > 1:
        unit = "S/cm, of interfaces S/cm²"
    return f"ln(σT in K·{unit})" if convention == "sT" else f"ln(σ in {unit})"


def _caption(lines: Sequence[Line], per: Sweeps, convention: str) -> str:
    of = (
        "ln(σT), as in ln(T/R)"
        if convention == "sT"
        else "ln σ, whose energies are lower by about kT"
    )
    parts = [f"Convention {convention}: {of}. Bars: one standard error of the resistance."]
    if any(each.temperature_count >= LEAST_FOR_A_BAND for each in lines):
        parts.append("Bands: 95 % of the line.")
    if any(each.status == "low_quality" for each in lines):
        parts.append("Dashed: a line of low quality.")
    nowhere = int((~(np.isfinite(per.celsius) & np.isfinite(per.conductivity))).sum())
    left_out = int((~per.used).sum()) - nowhere
    if left_out > 0:
        parts.append(f"{left_out} left out of the lines; why stands in the table.")
    if nowhere:
        parts.append(f"{nowhere} without temperature or conductivity are not drawn.")
    return " ".join(parts)


def _notes(per: Sweeps, own: NDArray[np.bool_]) -> list[str] | None:
    notes = [
        "" if used else f"left out: {reason or status}".replace("_", " ")
        for used, reason, status, is_in in zip(per.used, per.reason, per.status, own, strict=True)
        if is_in
    ]
    return notes if any(notes) else None


def _table(per: Sweeps, inverse: Floats, logarithm: Floats) -> Table:
    errors = finite(per.relative_error) * finite(per.conductivity)
    shown = [
        valued(
            float(value) if np.isfinite(value) else None,
            error=float(error) if np.isfinite(error) else None,
            status=status,
            reason=reason,
        )
        for value, error, status, reason in zip(
            per.conductivity, errors, per.status, per.reason, strict=True
        )
    ]
    head = "σ / S cm⁻² " if set(per.thing) == {"interface"} else "σ / S cm⁻¹"
    things = [each.replace("_", " ") for each in per.thing]
    return Table(
        (
            Column("object", "Object", per.thing, things, numeric=False),
            Column("line", "Line", per.place, per.place),
            Column("temperature_celsius", "T / °C", per.celsius, [number(t) for t in per.celsius]),
            Column("conductivity", head.strip(), per.conductivity, shown),
            Column("relative_error", "", per.relative_error),
            Column("thousand_kelvin_over_temperature", "", inverse),
            Column("logarithm", "", logarithm),
            Column(
                "used",
                "On the line",
                per.used,
                ["yes" if each else "no" for each in per.used],
                numeric=False,
            ),
            Column("test_id", "", per.test),
            Column("spectrum_count", "", per.count),
            Column("status", "", per.status),
            Column("reason", "", per.reason),
        )
    )


def _in_words(lines: Sequence[Line], convention: str) -> str:
    known = [each.energy_ev for each in lines if each.energy_ev is not None]
    if not known:
        return f"{len(lines)} objects, none with a line"
    said = counted([each.status for each in lines])
    span = f"{min(known):.4g} to {max(known):.4g} eV" if len(known) > 1 else f"{known[0]:.4g} eV"
    text = f"{len(known)} lines by convention {convention}, activation energy {span}"
    return text + (f", {said}" if said else "")
