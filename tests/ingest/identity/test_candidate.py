"""Tests that begin alike are looked at, and no others."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ingest.identity.like_mean import begin_alike
from ingest.identity.mean import Means, means


def of_volts(volt: list[float]) -> Means:
    return means({"voltage_volt": np.array(volt)})


@given(
    volt=st.lists(st.floats(2.0, 4.5), min_size=1, max_size=100),
    cut=st.integers(1, 100),
    decimals=st.integers(2, 6),
)
def test_a_part_of_a_measurement_written_with_fewer_digits_begins_like_it(
    volt: list[float], cut: int, decimals: int
) -> None:
    whole, part = of_volts(volt), of_volts([round(each, decimals) for each in volt[:cut]])
    longest = max(whole.keys() & part.keys())
    # by this one it is found
    if abs(whole[longest] - part[longest]) <= 5e-4 * abs(whole[longest]) + 1e-4:
        assert begin_alike(whole, part)
        assert begin_alike(part, whole)


def test_means_that_are_alike_by_chance_over_all_records_are_not_a_beginning() -> None:
    rising, falling = [3.0, 3.2, 3.4, 3.6], [3.6, 3.4, 3.2, 3.0]
    assert of_volts(rising)[4] == of_volts(falling)[4]
    assert not begin_alike(of_volts(rising), of_volts(falling))
