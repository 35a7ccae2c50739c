"""The least and the greatest of pixels are those of the points in them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from service.page.extent import Extent
from tests.law import law

_TIMES = st.lists(st.floats(-10, 110, width=32), max_size=60).map(sorted)
_VALUES = st.floats(allow_nan=True, allow_infinity=True)


@law(60)
@given(_TIMES, st.integers(1, 30), st.integers(0, 60), st.data())
def test_each_pixel_has_the_least_and_the_greatest_of_its_points(
    times: list[float], pixels: int, cut: int, data: st.DataObject
) -> None:
    time = np.array(times)
    values = data.draw(arrays.arrays(float, time.size, elements=_VALUES))
    edges = np.linspace(0, 100, pixels + 1)
    extent = Extent(edges, 1)
    for part in (slice(0, cut), slice(cut, None)):
        extent.add(time[part], [values[part]])
    for pixel in range(pixels):
        within = values[(time >= edges[pixel]) & (time < edges[pixel + 1])]
        known = within[~np.isnan(within)]
        assert extent.count[pixel] == within.size
        expected = (known.min(), known.max()) if known.size else (np.nan, np.nan)
        np.testing.assert_equal((extent.low[0, pixel], extent.high[0, pixel]), expected)


def test_a_point_on_an_edge_is_of_the_pixel_that_begins_there() -> None:
    extent = Extent(np.array([0.0, 1.0, 2.0]), 1)
    extent.add(np.array([0.0, 1.0, 2.0]), [np.array([5.0, 6.0, 7.0])])
    assert extent.count.tolist() == [1, 1]
    assert extent.high[0].tolist() == [5.0, 6.0]
    assert extent.filled.tolist() == [0, 1]
