"""Canonical names, SI units and one order of time."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ingest.direction import signed
from ingest.reading import Finding, RawColumn, Reading
from ingest.series import Series, Values
from schema.quantity import quantities


def normalize(reading: Reading) -> Series:
    """Return the reading under canonical names in SI units, in the order it was recorded.

    Numbers become float64 and counts int64; a vendor column with no canonical name keeps its own
    name, unit and values. Records are put in order of their index where the export has one; time
    is never sorted, because a clock that runs backwards is a finding and not an order.
    """
    columns: dict[str, Values] = {}
    for raw in reading.columns:
        name = raw.quantity if raw.quantity and raw.quantity not in columns else raw.name
        columns[name] = _canonical(raw) if raw.quantity else _plain(raw.values)
    return signed(_timed(_ordered(_finite(Series(columns, reading.row_count, reading.findings)))))


def _canonical(raw: RawColumn) -> Values:
    if isinstance(raw.values, pa.Array):
        return raw.values
    kind = quantities()[raw.quantity or ""].kind
    if kind == "count":
        return _count(raw.values)
    if raw.scale == 1.0:
        return np.ascontiguousarray(raw.values, dtype=np.float64)
    return np.multiply(raw.values, raw.scale, dtype=np.float64)


def _count(values: NDArray[Any]) -> Values:
    if values.dtype.kind in "iub":
        return values.astype(np.int64, copy=False)
    missing = ~np.isfinite(values)
    if not missing.any():
        return values.astype(np.int64)
    return pa.array(np.where(missing, 0, values).astype(np.int64), mask=missing)


def _plain(values: Values) -> Values:
    if isinstance(values, pa.Array):
        return values
    kind = np.float64 if values.dtype.kind == "f" else values.dtype
    return np.ascontiguousarray(values, dtype=kind)


def _finite(series: Series) -> Series:
    """Turn infinite numbers into missing ones, and say so."""
    for name, values in series.columns.items():
        if isinstance(values, np.ndarray) and values.dtype.kind == "f":
            if values.size == 0 or (np.isfinite(values.min()) and np.isfinite(values.max())):
                continue  # neither missing nor infinite: the common case, seen without a mask
            infinite = np.isinf(values)
            if infinite.any():
                series = series.adding({name: np.where(infinite, np.nan, values)})
                note = Finding(
                    "infinite_value",
                    f"{name} is infinite in {infinite.sum()} records and stored as missing",
                    f"record {int(np.argmax(infinite)) + 1}",
                )
                series = series.noting(note)
    return series


def _ordered(series: Series) -> Series:
    """Put records in order of their index; number them where the export does not."""
    index = series.columns.get("record_index")
    if not isinstance(index, np.ndarray):
        return series.adding({"record_index": np.arange(1, series.row_count + 1)})
    disordered = int(np.count_nonzero(index[1:] < index[:-1]))
    if not disordered:
        return series
    order = np.argsort(index, kind="stable")
    sorted_columns: dict[str, Values] = {
        name: values[order] if isinstance(values, np.ndarray) else pc.take(values, order)
        for name, values in series.columns.items()
    }
    note = Finding("records_reordered", f"{disordered} records stood before a lower index")
    return Series(sorted_columns, series.row_count, (*series.findings, note))


def _timed(series: Series) -> Series:
    """Take test time from the absolute clock where the export has no other; note what is odd."""
    if "test_time_second" not in series.columns and "unix_time_second" in series.columns:
        clock = series.number("unix_time_second")
        series = series.adding({"test_time_second": clock - clock[0]}).noting(
            Finding("time_from_clock", "test time is the absolute time less that of record 1")
        )
    time = series.number("test_time_second")
    back = np.flatnonzero(time[1:] < time[:-1])
    if back.size:
        first = int(back[0])
        worst = float((time[back + 1] - time[back]).min())
        series = series.noting(
            Finding(
                "time_reversed",
                f"test time runs backwards {back.size} times, by {-worst:g} s at most; "
                "those intervals are not integrated",
                f"record {first + 2}",
            )
        )
    return series
