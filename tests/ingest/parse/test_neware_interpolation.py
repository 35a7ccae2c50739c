"""What stands between the records of a .ndax that carry a time is fastnda's, to the last bit."""

from typing import Any

import numpy as np
import polars as pl
from fastnda import ndax
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.parse.neware_interpolation import interpolated, summed
from ingest.readers import neware_nda

assert neware_nda.READER  # whose import puts ours in the place of theirs
FASTNDA = ndax._data_interpolation.keywords["otherwise"]  # noqa: SLF001 — the oracle
CARRIED = {
    "step_time_s": pl.Float64,
    "charge_capacity_mAh": pl.Float32,
    "discharge_capacity_mAh": pl.Float32,
    "charge_energy_mWh": pl.Float32,
    "discharge_energy_mWh": pl.Float32,
    "dt": pl.Float64,
    "unix_time_s": pl.Float64,
    "step_count": pl.UInt32,
}


def untaken(_records: pl.DataFrame) -> pl.DataFrame:
    raise AssertionError("left to fastnda")


def drawn(has_time: np.ndarray[Any, np.dtype[np.bool_]], seed: int) -> pl.DataFrame:
    """Return records of any numbers, those of which carry a time that are told."""
    random = np.random.default_rng(seed)
    size = has_time.size
    columns = {
        "voltage_V": pl.Series(random.uniform(0, 5, size), dtype=pl.Float32),
        "current_mA": pl.Series(random.normal(0, 100, size), dtype=pl.Float32),
        "index": pl.Series(np.arange(1, size + 1), dtype=pl.Int32),
    }
    for name, kind in CARRIED.items():
        values = random.uniform(-3, 1000, size) if kind != pl.UInt32 else np.arange(size)
        column = pl.Series(values.tolist()).cast(kind)
        columns[name] = column.set(pl.Series(~has_time), None)
    return pl.DataFrame(columns)


def same(one: pl.DataFrame, other: pl.DataFrame) -> None:
    assert one.schema == other.schema
    for name in one.columns:
        ours, theirs = one[name], other[name]
        assert ours.is_null().equals(theirs.is_null())
        np.testing.assert_array_equal(ours.to_numpy(), theirs.to_numpy(), name)


@given(st.lists(st.integers(0, 70), min_size=1, max_size=30), st.integers(0, 2**32))
@settings(deadline=None)
def test_what_lies_between_is_that_of_fastnda(between: list[int], seed: int) -> None:
    has_time = np.concatenate([np.arange(count + 1) == 0 for count in between])
    records = drawn(has_time, seed)
    same(interpolated(records, untaken), FASTNDA(records))


@given(st.lists(st.booleans(), min_size=1, max_size=30), st.integers(0, 2**32))
@settings(deadline=None)
def test_what_is_not_plain_is_left_to_fastnda(has_time: list[bool], seed: int) -> None:
    records = drawn(np.array(has_time), seed)
    holed = records.with_columns(dt=pl.when(pl.col("index") > 3).then("dt"))
    endless = records.with_columns(current_mA=pl.lit(float("inf"), pl.Float32))
    for each in (records, holed, endless, records.head(0)):
        same(interpolated(each, FASTNDA), FASTNDA(each))


@given(st.lists(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=20), min_size=1))
@settings(deadline=None)
def test_a_stretch_is_summed_by_itself(stretches: list[list[float]]) -> None:
    starts = np.cumsum([0, *map(len, stretches)])[:-1]
    expected = np.concatenate([np.cumsum(each) for each in stretches])
    np.testing.assert_array_equal(summed(np.concatenate(stretches), starts), expected)
