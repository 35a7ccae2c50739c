"""Impedance sweeps found among the points of a test."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.measurement import Measurements, known_rows
from ingest.series import Series
from ingest.subject import SWEEPS
from ingest.sweep_order import sweep_starts

_NEEDS = ("frequency_hertz", "real_impedance_ohm", "imaginary_impedance_ohm")
_TEMPERATURES = (
    "surface_temperature_celsius",
    "temperature_t1_celsius",
    "ambient_temperature_celsius",
)


def sweeps(series: Series, starts: NDArray[np.int64]) -> Measurements | None:
    """Return the impedance sweeps of a test, None where it has none; see find_spectra."""
    spectra = find_spectra(series, starts)
    return None if spectra is None else Measurements(SWEEPS, describe_sweeps(spectra), spectra)


def find_spectra(series: Series, starts: NDArray[np.int64]) -> dict[str, Any] | None:
    """Return the columns of schema.relation.SPECTRUM, but for test_id, or None without a sweep.

    Sweeps are those of ingest.sweep_order; points keep the order in which they were measured, and
    one whose impedance is missing is left out of its sweep.

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
    marks = np.zeros(frequency.size, dtype=bool)
    marks[starts] = True
    begins = sweep_starts(frequency, series.number("vendor_cycle_count"), marks)
    _, count = np.unique(np.cumsum(begins)[rows], return_inverse=True)
    temperature = next((name for name in _TEMPERATURES if name in series.columns), "")
    return {
        "spectrum_count": count + 1,
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
    return known_rows(columns)
