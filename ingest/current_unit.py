"""Whether the current is in amperes, as its heading says.

Another column of the same export may hold the same current a thousand times, and tell no unit; the
instrument's own counter may count a thousand times what the current carries. Which of two is right
nobody can tell, so both are kept and the charge is doubted.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ingest.reading import Finding
from ingest.series import Series
from schema.cycle import FLOWING
from schema.quantity import quantities

KIND: Final = "current_unit_doubtful"
_FACTORS: Final = np.array([1e6, 1e3, 1e-3, 1e-6])
_CURRENT: Final = re.compile(r"(?:.*[ _.])?(?:current|strom|courant|电流|i)", re.IGNORECASE)
"""A name of a current that states no unit: neither ``Current/mA`` nor ``Current_mA``."""
_SAME: Final = 1e-3
"""Columns of one current are nearer to each other than this part of its largest."""
_LEAST_RECORDS: Final = 3
_NEAR: Final = 0.05
"""A counter is a thousand times the charge within this part."""

Floats = NDArray[np.float64]


def in_amperes(series: Series) -> Series:
    """Return the series, doubted where a current without a unit is another than the current."""
    if "current_ampere" not in series.columns:
        return series
    current = series.number("current_ampere")
    for name, values in series.columns.items():
        if name in quantities() or not _CURRENT.fullmatch(name.strip()):
            continue
        if not isinstance(values, np.ndarray) or values.dtype.kind not in "fiu":
            continue
        if factor := _factor(np.asarray(values, dtype=np.float64), current):
            detail = (
                f"{name} is {factor:g} times what is taken for the current in A: one of them is in "
                "another unit than its name says"
            )
            return series.noting(Finding(KIND, detail, name)).doubting(KIND)
    return series


def _factor(values: Floats, current: Floats) -> float | None:
    """Return how many times the current a column is throughout, None where it is no such number."""
    known = np.isfinite(values) & np.isfinite(current)
    values, current = values[known], current[known]
    largest = float(np.abs(current).max(initial=0.0))
    if np.count_nonzero(current) < _LEAST_RECORDS:
        return None
    for factor in _FACTORS:
        if np.abs(values - factor * current).max() <= _SAME * factor * largest:
            return float(factor)
    return None


def against_counters(steps: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield a finding where the counters of a test count a thousand times what its current carries.

    Args:
        steps: columns of schema.relation.STEP.
    """
    counted = [steps[f"vendor_{side}_capacity_ah"] for side in ("charge", "discharge")]
    known = [np.nan_to_num(each) for each in counted if each is not None]
    flows = np.isin(steps["mode"], FLOWING)
    if not known or not flows.any() or np.any(steps["charge_source"][flows] == "counter"):
        return
    carried = np.abs(steps["net_charge_ah"])[flows].sum()
    gained = np.sum(known, axis=0)[flows].sum()
    if not carried > 0.0:
        return
    near = np.abs(gained / carried / _FACTORS - 1.0) <= _NEAR
    if near.any():
        detail = (
            f"the instrument's counter counts {float(_FACTORS[near][0]):g} times what the current "
            "carries: one of them is in another unit than its name says"
        )
        yield Finding(KIND, detail)
