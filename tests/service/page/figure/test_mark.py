"""Lines as path data: each place is where it was, to a tenth of a pixel."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from service.page.figure.mark import polyline
from tests.service.page.path_data import stretches

PIXELS = st.floats(-20_000, 20_000)
PLACES = st.lists(st.tuples(PIXELS, PIXELS) | st.none(), max_size=40)


@given(PLACES)
def test_a_line_goes_through_its_places_and_is_broken_where_there_is_none(
    places: list[tuple[float, float] | None],
) -> None:
    x, y = (
        np.array([np.nan if each is None else each[axis] for each in places], float)
        for axis in (0, 1)
    )
    unbroken: list[list[tuple[float, float]]] = [[]]
    for each in places:
        if each is None:
            unbroken.append([])
        else:
            unbroken[-1].append(each)
    drawn = list(stretches(polyline(x, y)))
    expected = [np.round(each, 1) for each in unbroken if each]
    assert [len(each) for each in drawn] == [len(each) for each in expected]
    for there, wanted in zip(drawn, expected, strict=True):
        np.testing.assert_allclose(there, wanted, atol=1e-6)


def test_a_line_is_told_by_the_ways_between_its_places() -> None:
    x = np.array([1.0, 2.0, np.nan, 4.0, 5.04, 5.1, -10.26])
    y = np.array([0.0, 10.55, 3.0, 4.0, -105.0, 4.0, 4.0])
    assert polyline(x, y) == "M1,0l 1 10.6M4,4l 1-109 .1 109-15.4 0"
