"""What the Kramers-Kronig test and the fit leave of a sweep, in percent of its magnitude."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.page.drawing import Drawing, Key
from service.page.figure.axis import Axis, finite, spanning
from service.page.figure.figure import WIDTHS, Figure
from service.page.figure.panel import Panel
from service.page.table import Column, Table

Floats = NDArray[np.float64]
ALLOWED_PERCENT: Final = 1.0
"""Residual up to which a point is valid whatever its noise."""
_NOISES: Final = 3.0
"""Times the noise up to which a point is valid."""
_PARTS: Final = (("real", False), ("imaginary", True))


@dataclass(frozen=True, slots=True)
class Residuals:
    """Shares of |Z| that something leaves of a sweep."""

    what: str
    frequency: Floats
    real: Floats
    imaginary: Floats
    noise: float | None = None
    """Standard deviation of a part that is noise, where it is known."""


def residual(
    per: list[Residuals], *, invalid: tuple[float, float] | None = None, width: str = "half"
) -> Drawing:
    """Return a panel each, one below the other; real parts filled, imaginary ones hollow."""
    figure = Figure("residuals", "Residuals", _in_words(per), WIDTHS[width])
    across = spanning("Frequency / Hz", [each.frequency for each in per], log=True)
    panels = [figure.panel(across, _axis(each), 170) for each in per]
    for panel, each in zip(panels, per, strict=True):
        _draw(panel, each, invalid)
    keys = [
        Key("s0", "circle", "real part"),
        Key("s1", "square", "imaginary part", hollow=True),
    ]
    caption = "Measured less " + " and ".join(f"{each.what}" for each in per)
    caption += f"; band: ± {ALLOWED_PERCENT:g} %."
    if any(each.noise for each in per):
        caption += f" Dashed: {_NOISES:g} × the noise of the sweep."
    if invalid:
        caption += " Grey: not valid."
    return Drawing(figure, _table(per), caption, keys)


def _axis(per: Residuals) -> Axis:
    label = f"{per.what[:1].upper()}{per.what[1:]} / % of |Z|"
    return spanning(
        label,
        [finite(per.real) * 100, finite(per.imaginary) * 100],
        include=(-ALLOWED_PERCENT, ALLOWED_PERCENT),
    )


def _draw(panel: Panel, per: Residuals, invalid: tuple[float, float] | None) -> None:
    if invalid:
        panel.shade(*invalid)
    ends = np.array([panel.x.low, panel.x.high])
    panel.band(ends, np.full(2, -ALLOWED_PERCENT), np.full(2, ALLOWED_PERCENT), "s2")
    panel.level(0, dashed=False)
    if per.noise:
        for side in (-1, 1):
            panel.level(side * _NOISES * per.noise * 100)
    for (name, hollow), values, kind in zip(
        _PARTS, (finite(per.real), finite(per.imaginary)), ("s0", "s1"), strict=True
    ):
        shape = "square" if hollow else "circle"
        panel.marks(per.frequency, values * 100, kind, shape, hollow=hollow, radius=2.6)
        panel.read(f"{name} part", per.frequency, values * 100, kind)


def _table(per: list[Residuals]) -> Table:
    of = [each.what for each in per for _ in each.frequency]
    nothing: Floats = np.empty(0)
    frequency = np.concatenate([each.frequency for each in per] or [nothing])
    real = np.concatenate([each.real for each in per] or [nothing])
    imaginary = np.concatenate([each.imaginary for each in per] or [nothing])
    return Table(
        (
            Column("of", "Less", of, of, numeric=False),
            Column("frequency_hertz", "f / Hz", frequency, [f"{each:.5g}" for each in frequency]),
            Column("real_residual", "Real / %", real, _percent(real)),
            Column("imaginary_residual", "Imaginary / %", imaginary, _percent(imaginary)),
        )
    )


def _percent(values: Floats) -> list[str]:
    return [f"{each * 100:.3f}".replace("-", "−") for each in values]


def _in_words(per: list[Residuals]) -> str:
    texts = []
    for each in per:
        size = np.hypot(finite(each.real), finite(each.imaginary)) * 100
        known = size[np.isfinite(size)]
        most = f"at most {known.max():.3g} % of |Z|" if known.size else "none known"
        texts.append(f"{each.what}: {len(size)} points, {most}")
    return "; ".join(texts) or "nothing was computed"
