"""Diffusion coefficients against voltage, by current pulses and by potential steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.page.drawing import Drawing, Key
from service.page.figure.axis import finite, spanning
from service.page.figure.figure import WIDTHS, Figure
from service.page.status import counted, valued
from service.page.table import Column, Table
from service.page.unit import quantity

Floats = NDArray[np.float64]
LOOKS: Final = (
    ("pulse, charge", "s0", "circle"),
    ("pulse, discharge", "s1", "square"),
    ("potential step", "s2", "diamond"),
)


@dataclass(frozen=True, slots=True)
class Diffusions:
    """Per pulse or step: how it was measured, at which voltage, and what came of it."""

    way: Sequence[str]
    """One of LOOKS."""
    volt: Floats
    diffusion: Floats
    """cm²/s; NaN where there is none."""
    error: Floats
    reduced_time: Floats
    status: Sequence[str]
    reason: Sequence[str | None]
    test: Sequence[int]
    step: Sequence[int]


def diffusion(per: Diffusions, length: str, *, width: str = "half") -> Drawing:
    """Return them over voltage, by powers of ten; hollow marks are of low quality."""
    values, errors = finite(per.diffusion, 1e30), finite(per.error, 1e30)
    figure = Figure("diffusion", "Diffusion coefficient", _in_words(per, values), WIDTHS[width])
    spread = np.where(np.isfinite(errors), errors, 0.0)
    lowest = np.where(values > spread, values - spread, values)
    panel = figure.panel(
        spanning(quantity("E", "V"), [per.volt]),
        spanning(quantity("D", "cm² s⁻¹"), [lowest, values + spread], log=True),
        280,
    )
    doubtful = np.array([each != "ok" for each in per.status], bool)
    keys = []
    for name, look, shape in LOOKS:
        own = np.array([each == name for each in per.way], bool) & np.isfinite(values)
        if not own.any():
            continue
        for hollow in (False, True):
            seen = own & (doubtful == hollow)
            panel.marks(
                per.volt[seen], values[seen], look, shape, hollow=hollow, error=errors[seen]
            )
        panel.read(name, per.volt[own], values[own], look, error=errors[own])
        keys.append(Key(look, shape, f"{name}: {int(own.sum())}"))
    if (doubtful & np.isfinite(values)).any():
        keys.append(Key("muted", "circle", "hollow: low quality", hollow=True))
    return Drawing(figure, _table(per), _caption(per, length), keys)


def _caption(per: Diffusions, length: str) -> str:
    parts = [f"Chemical diffusion coefficient; {length}. Bars: one standard error."]
    if said := counted(per.status):
        parts.append(f"{said.capitalize()}.")
    return " ".join(parts)


def _in_words(per: Diffusions, values: Floats) -> str:
    there = values[np.isfinite(values)]
    text = f"{len(per.way)} pulses and steps"
    if not there.size:
        return f"{text}, none with a diffusion coefficient"
    said = counted(per.status)
    span = f"{text}, {there.min():.3g} to {there.max():.3g} cm²/s"
    return span + (f", {said}" if said else "")


def _table(per: Diffusions) -> Table:
    shown = [
        valued(_number(value), error=_number(error), status=status, reason=reason)
        for value, error, status, reason in zip(
            per.diffusion.tolist(), per.error.tolist(), per.status, per.reason, strict=True
        )
    ]
    return Table(
        (
            Column("way", "By", per.way, per.way, numeric=False),
            Column("voltage_volt", quantity("E", "V"), per.volt, _texts(per.volt, ".4f")),
            Column("diffusion_cm2_per_s", quantity("D", "cm² s⁻¹"), per.diffusion, shown),
            Column("error", "", per.error),
            Column("reduced_time", "D t/L²", per.reduced_time, _texts(per.reduced_time, ".2g")),
            Column("status", "", per.status),
            Column("reason", "", per.reason),
            Column("test_id", "", per.test),
            Column("step_count", "", per.step),
        )
    )


def _texts(values: Floats, form: str) -> list[str]:
    return [format(each, form) if np.isfinite(each) else "–" for each in values.tolist()]


def _number(value: float) -> float | None:
    return value if np.isfinite(value) else None
