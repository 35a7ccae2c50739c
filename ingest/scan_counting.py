"""Whether scans are counts, and the errors that follow."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.count_scale import counting
from ingest.measurement import Measurements, Row

COUNTS = "counts"
"""What the unit of an intensity is called where the export says that it counted."""


def counted(found: Measurements) -> Measurements:
    """Return scans with their scale, their scatter and the error of every intensity.

    Errors that an export states are kept.
    """
    place = found.columns["scan_count"]
    intensity: NDArray[np.float64] = found.columns["intensity"]
    stated = found.columns.get("intensity_error")
    error = np.full(len(intensity), np.nan) if stated is None else np.array(stated, dtype=float)
    rows: list[Row] = []
    for row in found.rows:
        own = place == row["scan_count"]
        columns, scan_error = _scale_and_error(row, intensity[own], error[own])
        error[own] = scan_error
        rows.append({**row, **columns})
    return replace(found, rows=rows, columns={**found.columns, "intensity_error": error})


def _scale_and_error(
    row: Row, intensity: NDArray[np.float64], error: NDArray[np.float64]
) -> tuple[dict[str, Any], NDArray[np.float64]]:
    """Return scale and scatter of a scan, and the error of its intensities."""
    known = np.isfinite(intensity)
    has_error = bool(np.isfinite(error[known]).any())
    with np.errstate(over="ignore", invalid="ignore"):  # damage leaves any number
        how = counting(
            intensity[known],
            stated_as_counts=row.get("intensity_unit") == COUNTS,
            dwell_second=row.get("counting_time_second"),
            standard_deviation=np.nan_to_num(error[known]) if has_error else None,
        )
    columns = {
        "count_scale": how.scale,
        "scatter": how.scatter if np.isfinite(how.scatter) else None,
    }
    if has_error:
        return columns, error
    found = np.full(len(intensity), np.nan)
    with np.errstate(over="ignore", invalid="ignore"):
        found[known] = np.sqrt(how.variance(intensity[known]))
    return columns, found
