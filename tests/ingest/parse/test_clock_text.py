"""Clocks however they are written: what one pattern finds in each of them."""

import re

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.parse.clock_text import clock_second
from tests.law import law

CLOCK = re.compile(r"(?:([0-9]+) *(?:d *|-))?([0-9]+):([0-9]{1,2}):([0-9]{1,2}(?:\.[0-9]*)?)")


def by_pattern(text: str) -> float:
    """Return the seconds of a clock, NaN where it is none."""
    found = CLOCK.fullmatch(text)
    if found is None:
        return np.nan
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return days * 86400 + hours * 3600 + minutes * 60 + seconds


@pytest.mark.slow
@given(
    st.lists(
        st.from_regex(CLOCK, fullmatch=True)
        | st.text("0123456789:. d-+e", max_size=16)
        | st.sampled_from(["0d 00:00:0.0500000007450581", "0d 00:00:5", "1:2:3:4", "1:2"]),
        min_size=1,
    )
)
@law(200)
def test_clocks_are_what_one_pattern_finds(texts: list[str]) -> None:
    seconds = clock_second(pl.Series(texts)).cast(pl.Float64).fill_null(np.nan)
    np.testing.assert_array_equal(seconds.to_numpy(), [by_pattern(text) for text in texts])


@pytest.mark.parametrize("text", ["1:2:", "1::3", ":2:3", "1:2:3d", "1:+2:3", "1:2:1e1", "٣:04:05"])
def test_what_is_no_clock_has_no_seconds(text: str) -> None:
    seconds = clock_second(pl.Series([text, "0:00:05", None]))
    assert [None if value is None or np.isnan(value) else value for value in seconds] == [
        *(None, 5.0, None)
    ]
