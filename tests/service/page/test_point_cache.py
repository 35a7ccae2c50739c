"""Decoded parts are cached while there is room, and go when they were not asked for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.page.point_cache import PointCache
from tests.law import law


def part(size: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return an array of so many bytes."""
    return np.arange(size // 8, dtype=float)


def test_the_part_asked_for_longest_ago_goes_first() -> None:
    cache = PointCache(240)
    for name in ("a", "b"):
        cache.put(name, part(80))
    assert cache.get("a") is not None
    cache.put("c", part(160))
    assert [cache.get(name) is not None for name in ("a", "b", "c")] == [True, False, True]


@law(20)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 60)), max_size=40))
def test_it_never_holds_more_than_it_may(puts: list[tuple[int, int]]) -> None:
    cache = PointCache(200)
    for key, size in puts:
        array = cache.put(key, part(8 * size))
        assert array.nbytes == 8 * size
        assert cache.bytes <= 200


def test_what_is_held_cannot_be_changed() -> None:
    cache = PointCache()
    array = cache.put("a", part(80))
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 1.0
