"""Scans of voltammetry are cycles by the turn of the potential, whatever the current does."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ingest.laws.cycling import seeds
from tests.ingest.laws.program import Records, outcome


def voltammogram(
    scans: int, records: int, offset: float, noise: float, rng: np.random.Generator
) -> Records:
    """Return scans from one end of a window to the other and back, and their number."""
    phase = np.arange(scans * records) / records
    volt = 0.5 - np.abs((2.0 * phase) % 2.0 - 1.0) + noise * rng.standard_normal(phase.size)
    rising = (2.0 * phase) % 2.0 < 1.0
    current = 1e-5 * (np.where(rising, 1.0, -1.0) + offset)
    current *= 1.0 + np.exp(-(((volt - 0.1) / 0.05) ** 2)) * 20.0
    scan = np.floor(phase + 1e-9).astype(np.int64)
    blank = np.full(phase.size, "", dtype="U1")
    return Records(60.0 * phase, volt, current, blank, scan * 0 + 1, scan * 0)


@settings(deadline=None)
@given(
    st.integers(1, 12),
    st.integers(30, 300),
    st.floats(-3.0, 3.0),
    st.sampled_from((0.0, 1e-4)),
    st.booleans(),
    st.sampled_from(("CV", "CVA", "cv")),
    seeds,
)
def test_each_scan_is_a_cycle(
    scans: int,
    records: int,
    offset: float,
    noise: float,
    numbered: bool,
    technique: str,
    rng: np.random.Generator,
) -> None:
    given_records = voltammogram(scans, records, offset, noise, rng)
    number = np.repeat(np.arange(1, scans + 1), records)
    if numbered:
        given_records = given_records.adding(vendor_cycle_count=number)
    found = outcome(given_records, technique=technique)
    assert set(found.modes) == {"voltammetry"}
    cycle = found.derived.points.number("cycle_count")
    if numbered:
        np.testing.assert_array_equal(cycle, number)
    else:
        assert cycle[-1] == scans
        assert np.count_nonzero(cycle != number) <= 4 * scans


@pytest.mark.parametrize("technique", ["LSV", "lsv"])
def test_one_sweep_is_one_scan(technique: str) -> None:
    volt = np.linspace(0.0, 1.0, 101)
    blank = np.full(101, "", dtype="U1")
    one = np.ones(101, dtype=np.int64)
    records = Records(np.arange(101.0), volt, 1e-6 * np.exp(5.0 * volt), blank, one, one)
    found = outcome(records, technique=technique)
    assert found.modes == ["voltammetry"]
    assert found.cycle_count == 0


@pytest.mark.parametrize("scans", [1, 2, 5])
@pytest.mark.parametrize("part", [0.1, 0.25, 0.4])
def test_a_scan_that_begins_within_the_window_ends_where_it_began(scans: int, part: float) -> None:
    whole = voltammogram(scans + 1, 100, 0.0, 0.0, np.random.default_rng(1))
    rows = np.arange(round(100 * part), round(100 * part) + 100 * scans)
    found = outcome(whole.taken(rows), technique="CV")
    assert found.derived.points.number("cycle_count")[-1] == scans
