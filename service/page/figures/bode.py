"""Bode plot: magnitude and phase against frequency, the one plot with two value axes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.page.drawing import Drawing, Key
from service.page.figure.axis import finite, spanning
from service.page.figure.figure import WIDTHS, Figure
from service.page.figures.nyquist import hertz
from service.page.table import Column, Table
from service.page.unit import quantity

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bode:
    """A sweep by frequency, with the curve of its fit and where it is not valid."""

    frequency: Floats
    magnitude: Floats
    phase: Floats
    """In degrees; negative when capacitive."""
    fit_frequency: Floats | None = None
    fit_magnitude: Floats | None = None
    fit_phase: Floats | None = None
    circuit: str = ""
    invalid: tuple[float, float] | None = None
    """Lowest and highest frequency beyond what the Kramers-Kronig test allows."""


def bode(per: Bode, *, factor: float = 1.0, unit: str = "Ω", width: str = "half") -> Drawing:
    """Return both over frequency; ``factor`` makes ohms into what ``unit`` says."""
    figure = Figure("bode", "Bode plot", _in_words(per, factor, unit), WIDTHS[width])
    right = spanning("−phase / °", [-per.phase], include=(0,))
    magnitude = finite(per.magnitude) * factor
    panel = figure.panel(
        spanning("Frequency / Hz", [per.frequency], log=True),
        spanning(quantity("|Z|", unit), [magnitude], log=True),
        350,
        right=right,
    )
    if per.invalid:
        panel.shade(*per.invalid)
    if per.fit_frequency is not None and per.fit_magnitude is not None:
        panel.line(per.fit_frequency, finite(per.fit_magnitude) * factor, "s0")
    if per.fit_frequency is not None and per.fit_phase is not None:
        panel.line(per.fit_frequency, -per.fit_phase, "s1", axis=right, dash="4 3")
    panel.marks(per.frequency, magnitude, "s0", hollow=True)
    panel.marks(per.frequency, -per.phase, "s1", "square", hollow=True, axis=right)
    panel.read("|Z|", per.frequency, magnitude, "s0")
    panel.read("−phase", per.frequency, -per.phase, "s1", axis=right)
    keys = [
        Key("s0", "circle", "|Z|, left", hollow=True),
        Key("s1", "square", "−phase, right", hollow=True),
    ]
    if per.fit_frequency is not None:
        keys.append(Key("muted", "line", f"lines: fit of {per.circuit}"))
    return Drawing(figure, _table(per, magnitude, unit), _caption(per), keys)


def _caption(per: Bode) -> str:
    if not per.invalid:
        return ""
    low, high = map(hertz, per.invalid)
    return f"Grey: not valid by Kramers-Kronig, {low} to {high}."


def _table(per: Bode, magnitude: Floats, unit: str) -> Table:
    plain = "ohm" if unit == "Ω" else "ohm_cm2"
    return Table(
        (
            Column("frequency_hertz", "f / Hz", per.frequency, _texts(per.frequency)),
            Column(
                f"impedance_magnitude_{plain}", quantity("|Z|", unit), magnitude, _texts(magnitude)
            ),
            Column("impedance_phase_degree", "−phase / °", per.phase, _texts(-per.phase)),
        )
    )


def _texts(values: Floats) -> list[str]:
    return [f"{each:.5g}".replace("-", "−") for each in values]


def _in_words(per: Bode, factor: float, unit: str) -> str:
    known = finite(per.magnitude[np.isfinite(per.magnitude)]) * factor
    known = known[np.isfinite(known)]
    if not known.size:
        return "no point has a magnitude"
    return f"{len(per.magnitude)} points, |Z| {known.min():.4g} to {known.max():.4g} {unit}"
