"""The points of a test as columns, a stretch of row groups at a time, pruned by their times."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from schema.error import LakeFileUnreadable, UnknownName
from schema.parquet import ROW_GROUP_ROWS
from service.page.point_cache import PointCache
from service.store.store import Store

TIME: Final = "test_time_second"
_GROUPS: Final = 8
"""Row groups read and cached together."""
STRETCH_ROWS: Final = _GROUPS * ROW_GROUP_ROWS
CACHE: Final = PointCache()
"""Of this process: files are named by their whole path."""
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some row groups of a file, with the least and the greatest time in them, in s."""

    path: str
    first: int
    last: int
    low: float
    high: float


class Points:
    """The points of one test.

    Raises:
        UnknownName: when it has none.
        LakeFileUnreadable: when a file of it cannot be read.
    """

    def __init__(self, store: Store, test: int) -> None:
        state = store.state
        _, *self.paths = store.points_files(state, [test])
        self._test = test
        if not self.paths:
            raise UnknownName("test with points", str(test), map(str, state.points))
        self._stretches = [each for path in self.paths for each in self._of_file(path)]
        times = [(each.low, each.high) for each in self._stretches if each.low <= each.high]
        self.start_second = min((low for low, _ in times), default=0.0)
        self.end_second = max((high for _, high in times), default=0.0)

    def stretches(
        self, columns: Sequence[str], low: float, high: float
    ) -> Iterator[tuple[Floats, list[Floats]]]:
        """Yield times and columns of the row groups that may hold a time from low to high, in s.

        Times rise within a stretch; records without a time are not in it, unknown values are NaN.
        """
        for each in self._stretches:
            if each.low <= high and each.high >= low:
                time, *values = self._decoded(each, (TIME, *columns))
                yield time, values

    def rows(self, columns: Sequence[str], which: pc.Expression) -> list[NDArray[Any]]:
        """Return columns of the records that meet a condition, in their order."""
        found = [self._read(path, columns, which) for path in self.paths]
        table = pa.concat_tables(found)
        return [_numbers(table[name]) for name in columns]

    def _of_file(self, path: str) -> list[Stretch]:
        key = (path, "stretches")
        if (known := CACHE.get(key)) is None:
            known = CACHE.put(key, self._spans(path))
        return [
            Stretch(path, number * _GROUPS, int(last), float(low), float(high))
            for number, (last, low, high) in enumerate(known)
        ]

    def _spans(self, path: str) -> Floats:
        """Return the last row group of each stretch, and least and greatest time in it."""
        try:
            about = pq.read_metadata(path)
        except (OSError, pa.ArrowException) as fault:
            raise LakeFileUnreadable(Path(path), _first_line(fault), self._test) from fault
        place = about.schema.to_arrow_schema().get_field_index(TIME)
        spans = []
        for group in range(about.num_row_groups):
            statistics = about.row_group(group).column(place).statistics if place >= 0 else None
            if statistics is not None and statistics.has_min_max:
                spans.append((statistics.min, statistics.max))
            else:  # no record of it has a time
                spans.append((np.inf, -np.inf))
        starts = range(0, about.num_row_groups, _GROUPS)
        parts = [spans[start : start + _GROUPS] for start in starts]
        return np.array(
            [
                (start + len(part), min(low for low, _ in part), max(high for _, high in part))
                for start, part in zip(starts, parts, strict=True)
            ],
            float,
        ).reshape(-1, 3)

    def _decoded(self, stretch: Stretch, columns: Sequence[str]) -> list[Floats]:
        keys = {name: (stretch.path, stretch.first, name) for name in columns}
        cached = {name: CACHE.get(key) for name, key in keys.items()}
        lacking = [name for name in columns if cached[name] is None]
        if lacking:
            wanted = list(dict.fromkeys((TIME, *lacking)))
            groups = list(range(stretch.first, stretch.last))
            try:
                with pq.ParquetFile(stretch.path, page_checksum_verification=True) as file:
                    table = file.read_row_groups(groups, columns=wanted)
            except (OSError, pa.ArrowException) as fault:
                path = Path(stretch.path)
                raise LakeFileUnreadable(path, _first_line(fault), self._test) from fault
            order = _order(_numbers(table[TIME]))
            for name in lacking:
                values = _numbers(table[name]) if name in table.column_names else None
                if values is None:  # another part of the test has it
                    values = np.full(table.num_rows, np.nan)
                cached[name] = CACHE.put(keys[name], values if order is None else values[order])
        return [each for name in columns if (each := cached[name]) is not None]

    def _read(self, path: str, columns: Sequence[str], which: pc.Expression) -> pa.Table:
        try:
            return pq.read_table(
                path, columns=list(columns), filters=which, page_checksum_verification=True
            )
        except (OSError, pa.ArrowException) as fault:
            raise LakeFileUnreadable(Path(path), _first_line(fault), self._test) from fault


def _numbers(column: pa.ChunkedArray) -> Floats:
    """Return a column as numbers, NaN for null."""
    if not pa.types.is_floating(column.type):
        column = column.cast(pa.float64())
    return np.asarray(column.to_numpy(), float)


def _order(time: Floats) -> NDArray[np.int64] | None:
    """Return the rows with a time as it rises, None where all have one and it does already."""
    if np.isfinite(time).all() and (time[1:] >= time[:-1]).all():
        return None
    order = np.argsort(time, kind="stable")
    return order[np.isfinite(time[order])]


def _first_line(fault: Exception) -> str:
    return str(fault).partition("\n")[0]
