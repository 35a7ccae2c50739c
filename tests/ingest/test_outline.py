"""What is drawn of a test that is tried is what is in it, however many points it has."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.outline import PIXELS, outline
from ingest.series import Series
from tests.law import law


def series(count: int, seed: int = 0, **columns: list[float]) -> Series:
    """Return points at uneven times with voltages and currents that are drawn by chance."""
    chance = np.random.default_rng(seed)
    drawn = {
        "test_time_second": np.cumsum(chance.exponential(size=count)),
        "voltage_volt": chance.normal(3.5, 1.0, count),
        "current_ampere": chance.normal(0.0, 1e-3, count),
    }
    given_ = {name: np.array(values) for name, values in columns.items()}
    return Series(drawn | given_, count)


def test_few_points_are_all_drawn_as_they_are() -> None:
    points = series(50)
    found = outline(points)
    assert found is not None
    assert (found["count"], found["every"]) == (50, True)
    assert found["time"] == points.number("test_time_second").tolist()
    voltage, current = found["curves"]
    assert (voltage["name"], current["name"]) == ("voltage_volt", "current_ampere")
    assert voltage["low"] == voltage["high"] == points.number("voltage_volt").tolist()


@law(examples=20)
@given(count=st.integers(1_201, 20_000), seed=st.integers(0, 1_000))
def test_no_extreme_is_lost_of_many(count: int, seed: int) -> None:
    points = series(count, seed)
    found = outline(points)
    assert found is not None
    assert not found["every"]
    assert len(found["time"]) <= PIXELS
    assert found["time"] == sorted(found["time"])
    for curve in found["curves"]:
        values = points.number(curve["name"])
        assert min(curve["low"]) == values.min()
        assert max(curve["high"]) == values.max()
        assert all(low <= high for low, high in zip(curve["low"], curve["high"], strict=True))


def test_what_is_no_number_is_null_and_a_clock_that_ran_back_is_put_in_order() -> None:
    points = series(
        4,
        test_time_second=[2.0, 1.0, np.nan, 3.0],
        voltage_volt=[20.0, 10.0, 99.0, np.nan],
        current_ampere=[np.nan] * 4,
    )
    found = outline(points)
    assert found is not None
    assert found["time"] == [1.0, 2.0, 3.0]
    voltage, current = found["curves"]
    assert voltage["low"] == [10.0, 20.0, None]
    assert current["high"] == [None, None, None]


@pytest.mark.parametrize("count", [0, 3])
def test_without_time_there_is_nothing_to_draw(count: int) -> None:
    assert outline(series(count, test_time_second=[np.nan] * count)) is None
