"""Test time where an export tells only the time within each step, and when a test began."""

from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.parse.date import timestamp


def test_time_second(
    step_time_second: NDArray[np.float64], step: NDArray[Any]
) -> NDArray[np.float64]:
    """Lay the steps end to end: each starts at the longest times of those before it.

    Both arrays have one entry a record, in order; a change in ``step`` starts a new one.
    """
    starts = np.concatenate(([0], np.flatnonzero(step[1:] != step[:-1]) + 1))
    longest = np.fmax.reduceat(step_time_second, starts)
    before = np.concatenate(([0.0], np.nancumsum(longest)[:-1]))
    lengths = np.diff([*starts, step_time_second.size])
    total: NDArray[np.float64] = step_time_second + np.repeat(before, lengths)
    return np.round(total, 6)


def started_at(
    local_second: NDArray[np.float64], elapsed_second: NDArray[np.float64]
) -> datetime | None:
    """Return when a test began by a wall clock without a zone, None where no record tells.

    Args:
        local_second: of each record, since 1970 by that clock; NaN where it is missing.
        elapsed_second: test time of each record.
    """
    known = np.flatnonzero(np.isfinite(local_second) & np.isfinite(elapsed_second))
    if not known.size:
        return None
    began = timestamp(float(local_second[known[0]] - elapsed_second[known[0]]))
    return began and began.replace(tzinfo=None)
