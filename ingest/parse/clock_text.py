"""Times written as clocks: ``02:03:04.5``, ``1d 02:03:04``, ``1-02:03:04``."""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest.parse.digit_field import TENS, digit_fields
from ingest.parse.run import runs

_HOUR: Final = r"^(?:(\d+)\s*(?:d\s*|-))?(\d+)$"
_MINUTES: Final = pl.Enum([*(f"{minute:02}" for minute in range(100)), *"0123456789"])
"""As they may be written: found among these in a third of the time of a regular expression."""
_MINUTE: Final = np.array([*range(100), *range(10)], np.float64)
"""What each of them says."""
_SECOND: Final = r"^\d{1,2}(?:\.\d*)?$"
_USUAL: Final = ("::", "::.", "-::", "-::.", "d ::", "d ::.")
"""What stands between the digits of most: all of these are clocks too."""
_EXACT: Final = 2.0**53
"""Whole numbers up to here are doubles."""


def clock_second(texts: pl.Series) -> pl.Series:
    """Return the seconds that clocks show, null where a text is none."""
    usual = usual_clock_second(texts)
    if usual is not None:
        return pl.Series(usual)
    parts = texts.str.splitn(":", 3).struct.unnest().get_columns()
    begins, lasting = runs(parts[0])
    groups = parts[0].gather(begins).str.extract_groups(_HOUR).struct.unnest()
    days, hours = groups.cast(pl.Float64, strict=False).get_columns()
    whole = days.fill_null(0) * 86400 + hours * 3600
    minutes = pl.Series(_MINUTE).gather(parts[1].cast(_MINUTES, strict=False).to_physical())
    seconds = parts[2].cast(pl.Float64, strict=False).set(~parts[2].str.contains(_SECOND), None)
    return whole.gather(np.repeat(np.arange(len(begins)), lasting)) + minutes * 60 + seconds


def usual_clock_second(texts: pl.Series) -> NDArray[np.float64] | None:
    """Return the seconds of clocks that are all written alike."""
    fields = digit_fields(texts)
    if fields is None or fields.marks not in _USUAL:
        return None
    hour, has_days = fields.marks.index(":"), fields.marks[0] != ":"
    if not (
        fields.has_widths(0, 1, 9)
        and fields.has_widths(hour, 1, 9)
        and all(fields.has_widths(place, 1, 2) for place in (hour + 1, hour + 2))
        and all(fields.has_widths(place, 0, 0) for place in range(1, hour))
    ):
        return None
    hours = fields.numbers[hour] + (24 * fields.numbers[0] if has_days else 0)
    whole = hours * 3600 + fields.numbers[hour + 1] * 60
    if not fields.marks.endswith("."):
        return np.asarray(whole + fields.numbers[hour + 2])
    tens = TENS[fields.widths[-1]]
    digits = fields.numbers[hour + 2] * tens + fields.numbers[-1]
    second: NDArray[np.float64] = whole + digits / tens
    return second if digits.max() < _EXACT else None
