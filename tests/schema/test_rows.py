"""Rows of which columns wait are what they would be in memory."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from schema.lake import Lake
from schema.parquet import ROW_GROUP_ROWS, Layout
from schema.relation import POINTS
from schema.rows import Rows, rows_of


class Squares:
    """A column that is computed when it is asked for; it remembers how long a part was."""

    def __init__(self) -> None:
        self.longest = 0

    def part(self, start: int, stop: int) -> NDArray[np.float64]:
        """Return squares of places."""
        self.longest = max(self.longest, stop - start)
        return np.arange(start, stop, dtype=float) ** 2


def rows(count: int, waiting: Squares) -> Rows:
    index = pa.chunked_array([np.arange(1, count + 1)])
    return Rows({"record_index": index, "square": waiting, "again": index}, count)


def test_a_slice_of_a_slice_is_in_its_place() -> None:
    part = rows(100, Squares()).slice(10, 50).slice(20, 99)
    assert part.num_rows == 30
    assert part.whole().column_names == ["record_index", "square", "again"]
    assert part.whole()["record_index"].to_pylist() == list(range(31, 61))
    assert part.whole()["square"].to_pylist() == [float(n * n) for n in range(30, 60)]
    assert part.slice(30, 5).whole().num_rows == 0


def test_a_table_is_rows_of_which_none_waits() -> None:
    table = pa.table({"a": [1, 2, 3], "b": ["x", "y", None]})
    assert rows_of(table).whole().equals(table)
    assert rows_of(table).slice(1, 9).whole().equals(table.slice(1))
    assert rows_of(rows_of(table)).num_rows == 3


def test_what_waits_is_written_some_row_groups_at_a_time(tmp_path: Path) -> None:
    count, waiting = 2_000_001, Squares()
    lake, layout = Lake(tmp_path), Layout(POINTS, "ab" * 32, "biologic_mpr", "1")
    parts = lake.write_parts("points/1", rows(count, waiting), layout)
    assert waiting.longest <= 4 * ROW_GROUP_ROWS
    back = pa.concat_tables(pq.read_table(lake.path(part.path)) for part in parts)
    assert not back.schema.field("square").nullable
    np.testing.assert_array_equal(back["square"], np.arange(count, dtype=float) ** 2)
    np.testing.assert_array_equal(back["again"], np.arange(1, count + 1))
