"""Times of day as people write them: ``18:30``, ``10:05:00 AM``, ``11.59am``."""

from typing import Final

import polars as pl

_TIME: Final = (
    r"^([0-9]{1,2})[:.]([0-9]{2})(?:[:.]([0-9]{2})(?:[.,]([0-9]+))?)?(?: *([AaPp])\.? *[Mm]\.?)?$"
)
_NOON: Final = 12


def seconds_of_day(texts: pl.Series) -> pl.Series:
    """Return times of day in seconds since midnight, null where one cannot be read."""
    groups = texts.str.extract_groups(_TIME).struct.unnest()
    hour, minute, second = (groups[str(place)].cast(pl.Int64) for place in (1, 2, 3))
    part = ("0." + groups["4"].fill_null("0")).cast(pl.Float64)
    half = groups["5"].str.to_lowercase()
    times = pl.select(
        hour=pl.when(half == "p")
        .then(hour % _NOON + _NOON)
        .when(half == "a")
        .then(hour % _NOON)
        .otherwise(hour),
        is_one=(hour < 24)
        & (half.is_null() | hour.is_between(1, _NOON))
        & (minute < 60)
        & (second.fill_null(0) < 60),
    )
    total = times["hour"] * 3600.0 + minute * 60 + second.fill_null(0) + part
    return total.set(~times["is_one"].fill_null(value=False), None)
