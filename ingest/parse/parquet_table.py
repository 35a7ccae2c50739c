"""A Parquet file as a table, once its footer has said that it holds no more than any export.

A page of one value repeated takes some bytes for a billion records, so what counts is what it
becomes in memory. Texts stay with their dictionary: one of a megabyte in every record is one.
"""

from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.parse.text_table import MISSING, TextTable
from ingest.reading import Export
from schema.error import EmptyExport, UnreadableExport

MARK: Final = b"PAR1"
DAMAGED: Final = (pa.ArrowException, OSError, UnicodeError)
"""What Arrow raises on damaged bytes."""
_FREE_BYTES: Final = 100 << 20
_MOST_RATIO: Final = 200
_VALUE_BYTES: Final = 8
_MOST_CHUNKS: Final = 100_000
"""Columns times row groups."""
_OTHERS: Final = (
    *(pa.types.is_nested, pa.types.is_binary, pa.types.is_large_binary),
    *(pa.types.is_fixed_size_binary, pa.types.is_duration),
)


def names_of(path: Path) -> list[str]:
    """Return the names of the columns.

    Raises:
        DAMAGED: when it is.
    """
    names: list[str] = pq.read_schema(path).names
    return names


def read_parquet(export: Export, reader: str) -> pa.Table:
    """Return all of a file, whose columns are numbers, times and texts.

    Raises:
        EmptyExport: when it has no row.
        UnreadableExport: when it is damaged, holds more than any export, or lists, or names two
            columns alike.
    """
    try:
        with pq.ParquetFile(export.path) as file:
            schema = file.schema_arrow
            _bounded(export, reader, file.metadata)
        for field in schema:
            if pa.types.is_nested(field.type):
                reason = f"it holds {field.type}, which is no number"
                raise UnreadableExport(export.origin, reader, f"column {field.name}", reason)
        texts = [field.name for field in schema if _is_text(field.type)]
        table = pq.read_table(export.path, read_dictionary=texts)
        table.validate(full=True)
    except DAMAGED as fault:
        reason = " ".join(str(fault).split())
        raise UnreadableExport(export.origin, reader, "parquet", reason) from fault
    if not table.num_rows:
        raise EmptyExport(export.origin, reader)
    names = table.column_names
    if twice := {name for name in names if names.count(name) > 1}:
        reason = f"several columns are called {min(twice)!r}"
        raise UnreadableExport(export.origin, reader, "parquet schema", reason)
    return table


def parquet_table(export: Export, reader: str) -> TextTable:
    """Return the rows as a table: numbers as doubles, dates and all else as texts.

    Raises:
        EmptyExport: when it has no row.
        UnreadableExport: as ``read_parquet``, and naming a column of bytes or durations.
    """
    table = read_parquet(export, reader)
    columns = {}
    for place, name in enumerate(table.column_names):
        values = table.column(name)
        kind = values.type.value_type if pa.types.is_dictionary(values.type) else values.type
        if any(is_other(kind) for is_other in _OTHERS):
            reason = f"it holds {kind}, which is neither number nor text"
            raise UnreadableExport(export.origin, reader, f"column {name}", reason)
        series = pl.Series(str(place), pl.from_arrow(values))
        is_number = series.dtype.is_numeric() or series.dtype == pl.Boolean
        columns[str(place)] = series.cast(pl.Float64 if is_number else pl.String)
    return TextTable(
        origin=export.origin,
        reader=reader,
        header=tuple(table.column_names),
        frame=pl.DataFrame(columns),
        lines=np.arange(1, table.num_rows + 1),
        missing=MISSING,
    )


def _is_text(kind: pa.DataType) -> bool:
    return kind in {pa.string(), pa.large_string()}


def _bounded(export: Export, reader: str, footer: pq.FileMetaData) -> None:
    """Refuse what becomes more than any export, by its row groups: Arrow aborts on odd chunks."""
    if footer.num_row_groups * footer.num_columns > _MOST_CHUNKS:
        reason = f"{footer.num_row_groups} row groups of {footer.num_columns} columns"
        raise UnreadableExport(export.origin, reader, "parquet footer", reason)
    packed, row_bytes = export.path.stat().st_size, _VALUE_BYTES * footer.num_columns
    groups = map(footer.row_group, range(footer.num_row_groups))
    size = sum(max(row_bytes * group.num_rows, group.total_byte_size) for group in groups)
    if size > max(_FREE_BYTES, _MOST_RATIO * packed):
        reason = f"it holds {size / 1e6:.0f} MB in {packed / 1e6:.3f}: no export shrinks so"
        raise UnreadableExport(export.origin, reader, "parquet footer", reason)
