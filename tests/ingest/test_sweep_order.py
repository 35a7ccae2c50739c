"""Which points are one sweep: runs of every kind that instruments write."""

import numpy as np
import pytest

from ingest.sweep_order import sweep_starts

DOWN = np.geomspace(1e5, 0.1, 31)
OTHER = np.geomspace(1e6, 1.0, 25)
SINES = np.array([1e5, 1e4, 1e3, 1e2, 10.0, 1, 2, 3, 5, 7, 9, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9])
"""One frequency after the other down to 10 Hz, then two sets measured at once, each rising."""


def starts(
    frequency: object, marks: tuple[int, ...] = (), loop: tuple[float, ...] | None = None
) -> list[int]:
    hertz = np.asarray(frequency, dtype=np.float64)
    loops = np.full(hertz.size, np.nan) if loop is None else np.array(loop)
    marked = np.isin(np.arange(hertz.size), marks)
    return [int(row) for row in np.flatnonzero(sweep_starts(hertz, loops, marked))]


@pytest.mark.parametrize(
    ("frequency", "expected"),
    [
        ([1000, 100, 10, 1000, 100, 10], [0, 3]),
        ([1000, 100, 10, 1000, 100, 1000, 100, 10], [0, 3, 5]),
        (np.concatenate([DOWN[:9], DOWN, DOWN[:20], DOWN[:3]]), [0, 9, 40, 60]),
        (np.concatenate([DOWN, OTHER, DOWN[::-1], DOWN[:9]]), [0, 31, 56, 87]),
        (np.concatenate([DOWN[::-1][:12], DOWN]), [0, 12]),
    ],
    ids=["one grid", "one of them cut short", "cut short", "other grids", "begun upward"],
)
def test_a_frequency_that_jumps_back_begins_a_sweep(frequency: object, expected: list[int]) -> None:
    assert starts(frequency) == expected


def test_a_sweep_down_and_up_again_is_two_and_each_has_its_own_turning_point() -> None:
    assert starts(np.concatenate([DOWN, DOWN[::-1]])) == [0, 31]
    assert starts(np.concatenate([DOWN, DOWN[::-1][:9]])) == [0, 31]


def test_a_turning_point_measured_once_belongs_to_the_sweep_before() -> None:
    assert starts([10, 100, 1000, 100, 10]) == [0, 3]


def test_a_mark_at_the_turning_point_gives_it_to_the_sweep_after() -> None:
    assert starts([10, 100, 1000, 100, 10, 1], marks=(2,)) == [0, 2]
    assert starts([10, 100, 1000, 100, 10, 1], marks=(1, 4)) == [0, 3]


def test_frequencies_measured_twice_in_a_row_are_one_sweep() -> None:
    assert starts(np.repeat(DOWN, 2)) == [0]
    assert starts([1000, 100, 10, 10]) == [0]
    assert starts(np.tile(np.repeat(DOWN, 2), 3)) == [0, 62, 124]


def test_sets_of_a_multi_sine_are_one_sweep() -> None:
    assert starts(SINES) == [0]
    assert starts(np.concatenate([SINES, SINES, SINES[:14]])) == [0, 17, 34]
    odd_and_even = np.concatenate([DOWN[::-2], DOWN[-2::-2]])
    assert starts(odd_and_even) == [0]


def test_rows_of_two_sweeps_in_any_order_cannot_be_told_apart() -> None:
    mixed = np.random.default_rng(0).permutation(np.concatenate([DOWN, DOWN]))
    assert starts(mixed) == [0]


def test_uneven_frequencies_in_any_order_are_one_sweep() -> None:
    linear = np.linspace(10.0, 1000.0, 60)
    assert starts(np.random.default_rng(0).permutation(linear)) == [0]


def test_only_a_mark_parts_points_at_one_frequency() -> None:
    assert starts([5, 5, 5, 5]) == [0]
    assert starts([5, 5, 5, 5], marks=(0, 2)) == [0, 2]


def test_a_loop_and_points_without_impedance_part_sweeps() -> None:
    assert starts([100, 10, 1, 0.1], loop=(1, 1, 2, 2)) == [0, 2]
    assert starts([100, 10, np.nan, 1, 0, 0.1]) == [0, 3, 5]


def test_frequencies_that_an_instrument_rounds_are_the_same() -> None:
    measured = np.tile(DOWN, 3) * np.random.default_rng(0).normal(1.0, 1e-3, 93)
    assert starts(measured) == [0, 31, 62]


def test_frequencies_near_each_other_around_a_resonance_are_a_sweep() -> None:
    assert starts(np.tile(np.linspace(4.99e6, 5.01e6, 201), 2)) == [0, 201]
