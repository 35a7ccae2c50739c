"""Is it counts? By their scatter, and by what a file says."""

import numpy as np
import pytest

from ingest.count_scale import counting, scatter
from tests.ingest.analysis.diffraction.simulated import counted, smooth

_LEVEL = np.full(4000, 120.0)


@pytest.mark.parametrize("level", [5.0, 30.0, 1000.0])
def test_counts_scatter_as_counts_do(level: float) -> None:
    assert scatter(counted(np.full(8000, level), 1)) == pytest.approx(1.0, abs=0.15)


def test_sharp_lines_hardly_move_the_median() -> None:
    lines = counted(30.0 + 3000.0 * smooth("LATP"), 2)
    assert scatter(lines) == pytest.approx(1.0, abs=0.45)


def test_whole_numbers_that_scatter_so_are_counts() -> None:
    found = counting(counted(_LEVEL, 3), stated_as_counts=True)
    assert (found.scale, found.gain, found.reason) == ("counts", 1.0, "")
    assert found.variance(_LEVEL) == pytest.approx(_LEVEL)


def test_a_rate_whose_product_with_the_dwell_is_whole_is_scaled() -> None:
    rate = counted(_LEVEL, 4) / 0.12
    found = counting(
        rate.astype(np.float32).astype(float), stated_as_counts=False, dwell_second=0.12
    )
    assert found.scale == "scaled"
    assert found.variance(_LEVEL) == pytest.approx(_LEVEL / 0.12)


def test_of_an_unknown_factor_the_scatter_tells_the_variance_and_that_is_said() -> None:
    found = counting(0.5 * counted(_LEVEL, 5), stated_as_counts=True)
    assert (found.scale, found.reason) == ("estimated", "count_scale_estimated")
    assert found.gain == pytest.approx(0.5, rel=0.1)


def test_a_smoothed_pattern_has_no_errors() -> None:
    smoothed = np.convolve(counted(_LEVEL, 6), np.full(25, 0.04), "same")
    found = counting(smoothed, stated_as_counts=False)
    assert (found.scale, found.reason) == ("none", "no_counting_statistics")
    assert not found.known
    assert np.isnan(found.variance(_LEVEL)).all()


def test_standard_deviations_of_the_file_come_first() -> None:
    stated = np.full(4000, 3.0)
    found = counting(counted(_LEVEL, 7), stated_as_counts=True, standard_deviation=stated)
    assert found.scale == "stated"
    assert found.variance(_LEVEL) == pytest.approx(np.full(4000, 9.0))


def test_nothing_but_zeros_has_no_scatter_and_no_errors() -> None:
    found = counting(np.zeros(50), stated_as_counts=True)
    assert np.isnan(found.scatter)
    assert found.scale == "none"
