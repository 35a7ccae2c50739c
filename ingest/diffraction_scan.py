"""Diffraction scans out of the records of an export."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ingest.measurement import Measurements, even_step, places
from ingest.reading import Measurement
from ingest.series import Series
from ingest.subject import SCANS

_EVEN_DEGREE: Final = 2e-3
"""Angles are printed with three digits or more: steps that differ by less are even."""


def scans(series: Series, measured: Sequence[Measurement]) -> Measurements:
    """Return the scans of a test, their records one after another."""
    place = places(each.row_count for each in measured)
    two_theta = series.number("two_theta_degree")
    wavelength = np.array([each.how.get("wavelength_angstrom") or np.nan for each in measured])
    columns = {
        "scan_count": place,
        "record_index": series.number("record_index").astype(np.int64),
        "two_theta_degree": two_theta,
        "d_angstrom": spacing(two_theta, wavelength.astype(np.float64)[place - 1]),
        "intensity": series.number("intensity"),
        "intensity_error": series.number("intensity_error"),
    }
    rows = []
    for count, each in enumerate(measured, start=1):
        angles = two_theta[place == count]
        known = angles[np.isfinite(angles)]
        row: dict[str, Any] = {
            "scan_count": count,
            "point_count": each.row_count,
            "lowest_two_theta_degree": float(known.min()) if known.size else None,
            "highest_two_theta_degree": float(known.max()) if known.size else None,
            "step_degree": even_step(angles, _EVEN_DEGREE),
            **each.how,
        }
        rows.append(row)
    return Measurements(SCANS, rows, columns)


def spacing(
    two_theta_degree: NDArray[np.float64], wavelength_angstrom: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return λ/(2 sin θ), in Å; NaN at no angle, and without a wavelength."""
    sine = np.sin(np.radians(two_theta_degree) / 2.0)
    d: NDArray[np.float64] = np.full(sine.shape, np.nan)
    with np.errstate(over="ignore"):  # of an angle of next to nothing
        return np.divide(wavelength_angstrom, 2.0 * sine, out=d, where=sine > 0.0)
