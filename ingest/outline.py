"""What is drawn of a test that is tried: all points, or the least and greatest of pixels."""

from typing import Any, Final

import numpy as np

from ingest.series import Series

PIXELS: Final = 400
_EVERY: Final = 3 * PIXELS
"""Points up to which every one is drawn."""
_QUANTITIES: Final = ("voltage_volt", "current_ampere")


def outline(points: Series) -> dict[str, Any] | None:
    """Return voltage and current against time as JSON has them, None where time is not known.

    ``time`` is in s, ``low`` and ``high`` of each quantity in V or A; a value that is none is null.
    """
    time = points.number("test_time_second")
    known = np.isfinite(time)
    if not known.any():
        return None
    order = np.flatnonzero(known)[np.argsort(time[known], kind="stable")]  # a clock may run back
    time, every = time[order], order.size <= _EVERY
    places, first = np.arange(order.size), np.arange(order.size)
    if not every:
        edges = np.linspace(time[0], time[-1], PIXELS + 1)[1:-1]
        places, first = np.unique(np.searchsorted(edges, time, side="right"), return_index=True)
    curves = []
    for name in _QUANTITIES:
        if name in points.columns:
            values = points.number(name)[order]
            # of a pixel without any value both stay at the end they begin with
            low = np.minimum.reduceat(np.where(np.isfinite(values), values, np.inf), first)
            high = np.maximum.reduceat(np.where(np.isfinite(values), values, -np.inf), first)
            curves.append({"name": name, "low": _plain(low), "high": _plain(high)})
    middle = time if every else time[0] + (places + 0.5) * (time[-1] - time[0]) / PIXELS
    return {
        "count": int(order.size),
        "every": bool(every),
        "time": _plain(middle),
        "curves": curves,
    }


def _plain(values: Any) -> list[float | None]:  # noqa: ANN401 # an array
    return [value if np.isfinite(value) else None for value in values.tolist()]
