"""Temperatures that no sensor can have read."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.reading import Finding
from ingest.series import Series
from schema.quantity import quantities

_ABSOLUTE_ZERO_CELSIUS: Final = -273.15
_HOTTEST_CELSIUS: Final = 2000.0
_NOWHERE_CELSIUS: Final = (0.0, 327.6, 327.67, 655.3, 655.35, 999.9, -160 / 9)
"""What an open input reads throughout: zero (of °C or °F), or the end of its range."""


def sensed(series: Series) -> Series:
    """Return the series without temperatures that no sensor read; each is a finding.

    A temperature beyond what can be is missing; a column that says throughout what an open input
    says goes whole, so that another sensor stands in for it.
    """
    for name in [n for n in series.columns if n in quantities() and quantities()[n].unit == "°C"]:
        celsius = series.number(name)
        lowest, highest = (part.reduce(celsius, initial=np.nan) for part in (np.fmin, np.fmax))
        if lowest == highest and np.isclose(lowest, _NOWHERE_CELSIUS, rtol=0, atol=1e-6).any():
            series = _without(series, name, f"it says {lowest:g} °C throughout")
        elif lowest <= _ABSOLUTE_ZERO_CELSIUS or highest > _HOTTEST_CELSIUS:
            series = _bounded(series, name, celsius)
    return series


def _bounded(series: Series, name: str, celsius: NDArray[np.float64]) -> Series:
    absent = (celsius <= _ABSOLUTE_ZERO_CELSIUS) | (celsius > _HOTTEST_CELSIUS)
    left = np.where(absent, np.nan, celsius)
    detail = f"it says {celsius[absent][0]:g} °C in {np.count_nonzero(absent)} records"
    if np.isnan(left).all():
        return _without(series, name, detail)
    return series.adding({name: left}).noting(
        Finding("sensor_absent", f"no sensor: {detail}", name)
    )


def _without(series: Series, name: str, detail: str) -> Series:
    columns = {column: values for column, values in series.columns.items() if column != name}
    note = Finding("sensor_absent", f"no sensor: {detail}", name)
    return series.having(columns).noting(note)
