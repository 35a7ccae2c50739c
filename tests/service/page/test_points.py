"""Points are read a stretch at a time, in the order of their times, and only where they are."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from schema.error import LakeFileUnreadable, UnknownName
from schema.lake import Lake
from schema.parquet import Layout
from schema.relation import POINTS
from service.page.points import CACHE, STRETCH_ROWS, Points

ROWS = STRETCH_ROWS + 1_000


class Store:
    """A store that holds these files of test 1."""

    def __init__(self, *paths: Path) -> None:
        self.state = SimpleNamespace(points={1: ()})
        self._paths = [str(path) for path in paths]

    def points_files(self, _state: object, tests: list[int]) -> list[str]:
        """Return an empty file and those of the test."""
        return ["empty", *(self._paths if tests == [1] else ())]


def written(folder: Path, name: str, **columns: Any) -> Path:  # noqa: ANN401 # arrays
    """Write points into a lake; return where they are."""
    layout = Layout(POINTS, "0" * 64, "test", "1")
    file = Lake(folder).write(f"{name}.parquet", pa.table(columns), layout)
    return folder / file.path


def of(*paths: Path) -> Points:
    """Return the points of these files."""
    store: Any = Store(*paths)
    return Points(store, 1)


def test_columns_come_as_they_are_with_nothing_for_null(tmp_path: Path) -> None:
    volt = [1.0, None, 3.0]
    path = written(tmp_path, "a", test_time_second=[0.0, 1.0, 2.0], voltage_volt=volt)
    ((time, (values,)),) = of(path).stretches(["voltage_volt"], 0, 9)
    assert time.tolist() == [0.0, 1.0, 2.0]
    np.testing.assert_equal(values, [1.0, np.nan, 3.0])


def test_times_that_ran_back_are_put_in_order_and_records_without_one_left_out(
    tmp_path: Path,
) -> None:
    path = written(
        tmp_path,
        "a",
        test_time_second=[2.0, None, 0.0, 1.0],
        voltage_volt=[12.0, 99.0, 10.0, 11.0],
    )
    there = of(path)
    ((time, (values,)),) = there.stretches(["voltage_volt"], 0, 9)
    assert time.tolist() == [0.0, 1.0, 2.0]
    assert values.tolist() == [10.0, 11.0, 12.0]
    assert (there.start_second, there.end_second) == (0.0, 2.0)


def test_only_stretches_that_may_hold_the_window_are_read(tmp_path: Path) -> None:
    time = np.arange(ROWS, dtype=float)
    path = written(tmp_path, "a", test_time_second=time, voltage_volt=time)
    late = ROWS - 10.0

    def cached() -> list[bool]:
        return [CACHE.get((str(path), first, "voltage_volt")) is not None for first in (0, 8)]

    ((got, _),) = of(path).stretches(["voltage_volt"], late, late + 5)
    assert got[0] == STRETCH_ROWS
    assert cached() == [False, True]
    assert sum(time.size for time, _ in of(path).stretches(["voltage_volt"], 0, ROWS)) == ROWS
    assert cached() == [True, True]


def test_a_column_that_a_part_lacks_is_unknown_there(tmp_path: Path) -> None:
    first = written(tmp_path, "a", test_time_second=[0.0], own=[5.0])
    second = written(tmp_path, "b", test_time_second=[1.0])
    (_, (there,)), (_, (lacking,)) = of(first, second).stretches(["own"], 0, 9)
    assert there.tolist() == [5.0]
    assert np.isnan(lacking).all()


def test_a_test_without_points_and_a_file_that_is_gone_are_told(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="test with points"):
        of()
    with pytest.raises(LakeFileUnreadable, match="gone"):
        of(tmp_path / "gone.parquet")


def test_a_test_that_tells_no_time_spans_none(tmp_path: Path) -> None:
    there = of(written(tmp_path, "a", voltage_volt=[1.0, 2.0]))
    assert list(there.stretches(["voltage_volt"], -1e9, 1e9)) == []
