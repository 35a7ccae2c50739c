"""The plot of what was tried: voltage and current against time, of what its job returned."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from schema.quantity import quantities
from schema.relation import Column
from service.page.ask import floats
from service.page.drawing import Drawing
from service.page.figures.series import series
from service.page.panel_choice import drawable
from service.page.unit import prefixed
from service.page.window import Curve, Window

_HOUR_SECOND: Final = 3_600.0


def drawn(outline: Mapping[str, Any], number: int) -> Drawing | None:
    """Return the plot of a test that was tried, None where neither voltage nor current is in it.

    ``number`` tells it from the plots of other tests of the file.
    """
    hour = floats(outline["time"]) / _HOUR_SECOND
    curves = [_curve(each) for each in outline["curves"]]
    if not curves:
        return None
    seen = Window(
        float(hour[0]),
        float(hour[-1]),
        len(hour),
        outline["count"],
        outline["every"],
        hour,
        curves,
        0,
    )
    return series(seen, (), name=f"trial-{number}")


def _curve(said: Mapping[str, Any]) -> Curve:
    name = said["name"]
    column = Column(name, "DOUBLE", quantities()[name].unit, "")
    (quantity,) = drawable({name: column}).values()
    low, high = floats(said["low"]), floats(said["high"])
    known = np.concatenate([low[np.isfinite(low)], high[np.isfinite(high)]])
    scale = (float(known.min()), float(known.max())) if known.size else (np.nan, np.nan)
    factor, unit = prefixed(known, quantity.unit)
    return Curve(quantity, low, high, scale, factor, unit, 0)
