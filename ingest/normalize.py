"""Canonical names, SI units and one order of time."""

from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ingest.clock import timed
from ingest.current_unit import in_amperes
from ingest.direction import signed
from ingest.impedance_part import with_parts
from ingest.later import Later, Ordinals
from ingest.reading import Finding, RawColumn, Reading
from ingest.sensor import sensed
from ingest.series import Series, Values
from schema.quantity import quantities

_LARGEST_COUNT: Final = 2**53
"""From here on a float64 does not tell neighbors apart."""
_LARGEST: Final = 1e100
"""Nothing that is measured comes near, in whatever unit; what is computed of it stays finite."""


def normalize(reading: Reading) -> Series:
    """Return an electrochemical reading under canonical names, its clock and signs put right.

    Impedance told as modulus and phase, as admittance or permittivity is told by its parts too.
    Records are put in order of their index where the export has one; time is never sorted, because
    a clock that runs backwards is a finding and not an order.
    """
    series = with_parts(canonical(reading), reading.bare_farad)
    return in_amperes(signed(timed(_ordered(sensed(series)))))


def canonical(reading: Reading) -> Series:
    """Return the reading under canonical names in SI units, in the order of the export.

    Numbers become float64 and counts int64; a vendor column with no canonical name keeps its own
    name, unit, values and width.
    """
    columns: dict[str, Values] = {}
    written: dict[str, float] = {}
    refused: list[Finding] = []
    for raw in reading.columns:
        name = raw.quantity if raw.quantity and raw.quantity not in columns else raw.name
        values = _canonical(raw) if raw.quantity else _plain(raw.values)
        if values is None:
            name = raw.name if raw.name not in quantities() else f"{raw.name} (export)"
            values = _plain(raw.values)
            detail = (
                f"{raw.name} is no whole number throughout: it stays a number, and counts nothing"
            )
            refused.append(Finding("no_count", detail, raw.name))
        columns[name] = values
        if raw.digits is not None:
            written[name] = 10.0**-raw.digits * abs(raw.scale)
    findings = (*reading.findings, *refused)
    series = Series(columns, reading.row_count, findings, written=written)
    return _finite(series)


def _canonical(raw: RawColumn) -> Values | None:
    """Return the values in SI units; None for a count that is none."""
    if isinstance(raw.values, pa.Array | Later):
        return raw.values
    kind = quantities()[raw.quantity or ""].kind
    if kind == "count":
        return _count(raw.values)
    with np.errstate(over="ignore", invalid="ignore"):  # what is infinite then is reported as such
        if raw.scale == 1.0:
            return np.ascontiguousarray(raw.values, dtype=np.float64)
        return np.multiply(raw.values, raw.scale, dtype=np.float64)


def _count(values: NDArray[Any]) -> Values | None:
    """Return whole numbers, missing where they are missing; None where one is not whole."""
    if values.dtype.kind in "iub":
        return values.astype(np.int64, copy=False)
    with np.errstate(invalid="ignore"):  # what is no integer shows in the comparison
        whole = values.astype(np.int64)
    if (whole == values).all():
        return whole if whole.max(initial=0) < _LARGEST_COUNT else None
    missing = ~np.isfinite(values)
    known = values[~missing]
    if not np.all((known == np.round(known)) & (np.abs(known) < _LARGEST_COUNT)):
        return None
    return pa.array(np.where(missing, 0, whole), mask=missing)


def _plain(values: Values) -> Values:
    """Return what nobody computes with as it is: numbers are widened where they are written."""
    return values if isinstance(values, pa.Array | Later) else np.ascontiguousarray(values)


def _finite(series: Series) -> Series:
    """Turn infinite numbers, and quantities whose square is, into missing ones, and say so."""
    for name, values in series.columns.items():
        if isinstance(values, np.ndarray) and values.dtype.kind == "f":
            largest = _LARGEST if name in quantities() else np.inf
            if values.max(initial=0.0) < largest and values.min(initial=0.0) > -largest:
                continue  # neither missing nor infinite: the common case, seen without a mask
            absent = ~(np.abs(values) < largest)
            # a missing value may be one that signals when it is computed with: now it is none
            series = series.adding({name: np.where(absent, np.nan, values)})
            infinite = absent & ~np.isnan(values)
            if infinite.any():
                beyond = f" or beyond {largest:g}" if np.isfinite(largest) else ""
                note = Finding(
                    "infinite_value",
                    f"{name} is infinite{beyond} in {infinite.sum()} records and stored as missing",
                    f"record {int(np.argmax(infinite)) + 1}",
                )
                series = series.noting(note)
    return series


def _ordered(series: Series) -> Series:
    """Put records in order of their index; number them where the export does not."""
    index = series.columns.get("record_index")
    if not isinstance(index, np.ndarray):
        return series.adding({"record_index": Ordinals(series.row_count)})
    disordered = int(np.count_nonzero(index[1:] < index[:-1]))
    if not disordered:
        return series
    order = np.argsort(index, kind="stable")
    note = Finding("records_reordered", f"{disordered} records stood before a lower index")
    return series.adding(
        {
            name: pc.take(values, order)
            if isinstance(values, pa.Array)
            else np.asarray(values)[order]
            for name, values in series.columns.items()
        }
    ).noting(note)
