"""Impedance sweeps found among the points of a test."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.series import Series

_NEEDS = ("frequency_hertz", "real_impedance_ohm", "imaginary_impedance_ohm")
_TEMPERATURES = (
    "surface_temperature_celsius",
    "temperature_t1_celsius",
    "ambient_temperature_celsius",
)


def find_spectra(series: Series, starts: NDArray[np.int64]) -> dict[str, Any] | None:
    """Return the columns of schema.relation.SPECTRUM, but for test_id, or None without a sweep.

    A new sweep begins at a step, at a new vendor cycle, after points without impedance, and where
    the frequency jumps back against the way the sweep runs.

    Args:
        series: canonical columns of one test.
        starts: first row of every step.
    """
    if any(name not in series.columns for name in _NEEDS):
        return None
    frequency, real, imaginary = (series.number(name) for name in _NEEDS)
    rows = np.flatnonzero((frequency > 0.0) & np.isfinite(real) & np.isfinite(imaginary))
    if rows.size == 0:
        return None
    step = np.searchsorted(starts, rows, side="right")
    cycle = series.number("vendor_cycle_count")[rows]
    begins = np.ones(rows.size, dtype=bool)
    begins[1:] = (
        (np.diff(step) != 0)
        | (np.nan_to_num(np.diff(cycle)) != 0)
        | (np.diff(rows) > 1)
        | turns_back(np.diff(np.log(frequency[rows])))
    )
    temperature = next((name for name in _TEMPERATURES if name in series.columns), "")
    return {
        "spectrum_count": np.cumsum(begins),
        "record_index": series.number("record_index")[rows].astype(np.int64),
        "frequency_hertz": frequency[rows],
        "real_impedance_ohm": real[rows],
        "imaginary_impedance_ohm": imaginary[rows],
        "test_time_second": series.number("test_time_second")[rows],
        "voltage_volt": series.number("voltage_volt")[rows],
        "current_ampere": series.number("current_ampere")[rows],
        "temperature_celsius": series.number(temperature)[rows],
        "state_of_charge": series.number("state_of_charge")[rows],
    }


def describe_sweeps(spectra: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return how each sweep was taken: the columns of schema.catalog.Sweep but keys and hash."""
    starts = np.flatnonzero(np.diff(spectra["spectrum_count"], prepend=0))
    size = np.diff(starts, append=len(spectra["spectrum_count"]))
    frequency, celsius = spectra["frequency_hertz"], spectra["temperature_celsius"]
    columns = {
        "spectrum_count": spectra["spectrum_count"][starts],
        "point_count": size,
        "lowest_frequency_hertz": np.minimum.reduceat(frequency, starts),
        "highest_frequency_hertz": np.maximum.reduceat(frequency, starts),
        "start_time_second": np.fmin.reduceat(spectra["test_time_second"], starts),
        "voltage_volt": np.add.reduceat(spectra["voltage_volt"], starts) / size,
        "current_ampere": np.add.reduceat(spectra["current_ampere"], starts) / size,
        "temperature_celsius": np.add.reduceat(celsius, starts) / size,
        "temperature_drift_kelvin": np.maximum.reduceat(celsius, starts)
        - np.minimum.reduceat(celsius, starts),
        "state_of_charge": np.add.reduceat(spectra["state_of_charge"], starts) / size,
    }
    lists = ([_known(value) for value in values.tolist()] for values in columns.values())
    return [dict(zip(columns, row, strict=True)) for row in zip(*lists, strict=True)]


def _known(value: float) -> float | None:
    """Return a number, None for one that is none."""
    return value if isfinite(value) else None


def turns_back(change: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return where a change of log frequency turns back by more than one and a half usual ones."""
    if change.size == 0:
        return np.zeros(0, dtype=bool)
    usual = float(np.median(change))
    return np.asarray(change * -np.sign(usual) > 1.5 * abs(usual))
