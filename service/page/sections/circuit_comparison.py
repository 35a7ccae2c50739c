"""Two fits of a sweep side by side: their curves, how well they draw it, their parameters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from service.page.ask import floats
from service.page.drawing import Drawing
from service.page.figures.nyquist import Curve, Trace, nyquist
from service.page.number import count, number
from service.page.sections.sweep_figure import whole_of
from service.page.status import Value, valued
from service.page.table import Column, Table

Answer = Mapping[str, Any]
_ROWS: Final = (
    ("χ²", "chiSquare"),
    ("leaves / %", "rmsResidual"),
    ("AICc", "aicc"),
    ("Greatest correlation", "greatestCorrelation"),
)
_COUNTS: Final = (
    ("Points fitted", "pointCount"),
    ("Outliers left out", "outlierCount"),
    ("Inductive points left out", "maskedCount"),
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The fit that counts beside another; either may lack."""

    drawing: Drawing
    quality: Table
    parameters: Table
    doubts: Sequence[str]
    """What makes the two not comparable."""
    counting: Answer | None
    other: Answer | None


def compared(sweep: Answer, other: Answer | None) -> Comparison:
    """Return the fit of a sweep that counts beside another."""
    counting = sweep["fit"]
    if other is not None and counting is not None and other["analysis"] == counting["analysis"]:
        other = None
    fits = [(role, fit) for role, fit in (("counts", counting), ("tried", other)) if fit]
    return Comparison(
        _nyquist(sweep, counting, other),
        _quality(fits),
        _parameters(fits),
        [*_doubts(counting, other)] if counting and other else [],
        counting,
        other,
    )


def _nyquist(sweep: Answer, counting: Answer | None, other: Answer | None) -> Drawing:
    frequency = floats(sweep["frequencyHertz"])
    doubtful = np.zeros(len(frequency), bool)
    if test := sweep["kramersKronig"]:
        doubtful |= np.isin(frequency, floats(test["outlierHertz"]))
        if test["lowestInvalidHertz"] is not None and test["highestInvalidHertz"] is not None:
            low, high = test["lowestInvalidHertz"], test["highestInvalidHertz"]
            doubtful |= (frequency >= low) & (frequency <= high)
    first, second = (_curve(fit) for fit in (counting, other))
    wholes = [each for each in map(whole_of, (counting, other)) if each is not None]
    trace = Trace(
        "sweep",
        frequency,
        floats(sweep["realImpedanceOhm"]),
        floats(sweep["imaginaryImpedanceOhm"]),
        fit_real=first.real if first else None,
        fit_imaginary=first.imaginary if first else None,
        circuit=f"{first.name}, which counts" if first else "",
        whole=max(wholes, default=None),
        doubtful=doubtful,
        sweep=int(sweep["id"]),
        beside=second,
    )
    return nyquist([trace], width="wide").drawing


def _curve(fit: Answer | None) -> Curve | None:
    curve = fit and fit["curve"]
    if not fit or not curve:
        return None
    return Curve(
        fit["circuit"], floats(curve["realImpedanceOhm"]), floats(curve["imaginaryImpedanceOhm"])
    )


def _doubts(counting: Answer, other: Answer) -> list[str]:
    found = []
    if (counting["pointCount"], counting["maskedCount"], counting["outlierCount"]) != (
        other["pointCount"],
        other["maskedCount"],
        other["outlierCount"],
    ):
        found.append("They are fitted to other points: AICc of the two cannot be compared")
    weightings = [_weighting(each) for each in (counting, other)]
    if weightings[0] != weightings[1]:
        found.append(
            f"One is weighted by {weightings[0]}, the other by {weightings[1]}: "
            "AICc of the two cannot be compared"
        )
    return found


def _weighting(fit: Answer) -> str:
    return str((fit["settings"] or {}).get("weighting", "not stated"))


def _head(role: str, fit: Answer) -> str:
    return f"{fit['circuit']} ({role})"


def _quality(fits: Sequence[tuple[str, Answer]]) -> Table:
    """Return how well each draws the sweep."""
    heads = [head for head, _ in (*_ROWS, *_COUNTS)]
    columns = [Column("quantity", "Quantity", heads, heads, numeric=False)]
    for role, fit in fits:
        values = [_value(fit, name) for _, name in _ROWS]
        counts = [fit[name] for _, name in _COUNTS]
        shown = [*map(number, values), *map(count, counts)]
        columns.append(Column(role, _head(role, fit), [*values, *counts], shown))
    return Table(tuple(columns))


def _value(fit: Answer, name: str) -> float | None:
    value: float | None = fit[name]
    return value * 100 if name == "rmsResidual" and value is not None else value


def _parameters(fits: Sequence[tuple[str, Answer]]) -> Table:
    """Return the parameters of each by their names, with their errors."""
    by_name = [
        {(each["element"], each["parameter"]): each for each in fit["parameters"]}
        for _, fit in fits
    ]
    names = list(dict.fromkeys(name for each in by_name for name in each))
    units = [next(each[name]["unit"] for each in by_name if name in each) or "1" for name in names]
    words = [f"{element}, {letter}" for element, letter in names]
    columns = [
        Column("parameter", "Parameter", words, words, numeric=False),
        Column("unit", "Unit", units, units, numeric=False),
    ]
    for (role, fit), known in zip(fits, by_name, strict=True):
        values = [known.get(name, {}).get("value") for name in names]
        errors = [known.get(name, {}).get("standardError") for name in names]
        shown = [_shown(known.get(name), fit) for name in names]
        columns += [
            Column(role, f"{_head(role, fit)}, ± one sigma", values, shown),
            Column(f"{role}_error", "", errors),
        ]
    return Table(tuple(columns))


def _shown(parameter: Answer | None, fit: Answer) -> Value | str:
    if parameter is None:
        return ""
    doubt = "at its bound" if parameter["atBound"] else ""
    ok = fit["status"] == "ok" and not doubt
    return valued(
        parameter["value"],
        error=parameter["standardError"],
        status="ok" if ok else "low_quality",
        reason=doubt,
    )
