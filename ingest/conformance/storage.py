"""What a reader gives is in the lake: no number is lost on the way, and it rests the same twice."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ingest.channel import by_channel
from ingest.draft import Draft, draft
from ingest.reading import RawColumn, Reading
from schema.lake import Lake, WrittenFile
from schema.parquet import Layout
from schema.quantity import quantities

_TEST_ID: Final = 1
_SIGN: Final = frozenset({"A", "W", "Ah", "Wh"})
_PUT_RIGHT: Final = {
    "sensor_absent": {"°C"},
    "current_sign_added": _SIGN,
    "current_sign_reversed": _SIGN,
    "time_of_single_records": {"s"},
    "time_unit_corrected": {"s"},
}
"""Units of what is put right, whoever read it, and is reported by such a finding."""


def storage_faults(readings: Sequence[Reading]) -> Iterator[str]:
    """Yield what of the readings is not in the lake, or not the same when it is written twice."""
    for reading in (test for each in readings for test in by_channel(each)):
        with TemporaryDirectory(prefix="leyden-storage-") as folder:
            lake, once, again = Lake(Path(folder)), draft(reading), draft(reading)
            written, twin = _written(lake, "once", once), _written(lake, "again", again)
            for kind, file in written.items():
                if file.sha256 != twin[kind].sha256:
                    yield f"its {kind} have another hash when they are written twice"
            yield from _lost(once, pq.read_table(lake.path(written["points"].path)))


def _written(lake: Lake, turn: str, one: Draft) -> dict[str, WrittenFile]:
    return {
        kind: lake.write(f"{turn}/{kind}.parquet", rows, Layout(relation, "", "", ""))
        for kind, (relation, rows) in one.tables(_TEST_ID).items()
    }


def _lost(one: Draft, points: pa.Table) -> Iterator[str]:
    """Yield numbers that are not among the points, in any order, and not reported as put right."""
    kinds = {found.kind for found in one.findings} - {found.kind for found in one.reading.findings}
    right = {unit for kind in kinds for unit in _PUT_RIGHT.get(kind, ())}
    for raw in one.reading.columns:
        known = quantities().get(raw.quantity or "")
        if isinstance(raw.values, pa.Array) or (known and known.unit in right):
            continue
        given = _sorted(np.asarray(raw.values, dtype=np.float64) * raw.scale)
        names = (raw.quantity, raw.name, f"{raw.name} (export)")
        there = [points[name] for name in names if name in points.column_names]
        if given.size and not any(np.array_equal(given, _numbers(column)) for column in there):
            yield f"{_called(raw)} is not among the points, or with other numbers"


def _numbers(column: pa.ChunkedArray) -> NDArray[np.float64]:
    """Return the numbers of a column, none where it holds something else."""
    if not (pa.types.is_floating(column.type) or pa.types.is_integer(column.type)):
        return np.array([])
    return _sorted(column.cast(pa.float64(), safe=False).to_numpy())


def _sorted(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.sort(values[np.isfinite(values)])


def _called(raw: RawColumn) -> str:
    return f"{raw.name} ({raw.quantity})" if raw.quantity else raw.name
