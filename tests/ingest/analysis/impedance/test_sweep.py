"""Sweeps laid out for batches."""

import numpy as np

from ingest.analysis.impedance.sweep import Sweeps

nan, inf = float("nan"), float("inf")


def _sweeps() -> Sweeps:
    return Sweeps.of(
        np.array([7, 7, 2, 2, 2, 7, 9]),
        np.array([1e3, 1e2, 1e3, 0.0, 1e1, nan, 1e3]),
        np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, inf]),
        np.array([-1.0, -2.0, -3.0, -4.0, -5.0, -6.0, -7.0]),
    )


def test_points_stand_in_the_row_of_their_sweep_in_the_order_measured() -> None:
    sweeps = _sweeps()
    assert sweeps.spectrum_count.tolist() == [2, 7, 9]
    assert sweeps.impedance_ohm[0, [0, 2]].tolist() == [3 - 3j, 5 - 5j]
    assert sweeps.impedance_ohm[1, :2].tolist() == [1 - 1j, 2 - 2j]


def test_padded_and_unusable_points_are_one_and_not_counted() -> None:
    sweeps = _sweeps()
    assert sweeps.counted.tolist() == [
        [True, False, True],
        [True, True, False],
        [False, False, False],
    ]
    assert (sweeps.frequency_hertz[~sweeps.counted] == 1.0).all()
    assert (sweeps.impedance_ohm[~sweeps.counted] == 1.0).all()


def test_a_point_without_impedance_is_not_counted() -> None:
    zero = np.zeros(1)
    assert not Sweeps.of(np.array([1]), np.ones(1), zero, zero).counted.any()


def test_no_points_are_no_sweeps() -> None:
    none = Sweeps.of(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0), np.zeros(0))
    assert len(none) == 0
    assert list(none.by_grid()) == []


def test_sweeps_of_one_grid_come_together_and_every_row_once() -> None:
    count = np.repeat(np.arange(1, 7), 4)
    frequency = np.where(count % 2, 1.0, 2.0) * np.tile([1e3, 1e2, 1e1, 1.0], 6)
    real = np.ones(24)
    real[3] = nan
    sweeps = Sweeps.of(count, frequency, real, -np.ones(24))
    groups = list(sweeps.by_grid())
    assert sorted(rows.tolist() for rows, _ in groups) == [[0], [1, 3, 5], [2, 4]]
    for rows, group in groups:
        assert (group.spectrum_count == sweeps.spectrum_count[rows]).all()
        assert (group.frequency_hertz == group.frequency_hertz[0]).all()
        assert (group.counted == group.counted[0]).all()
