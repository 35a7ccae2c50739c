"""A Parquet file as a table of numbers and texts, bounded in what it unpacks to."""

from typing import Final

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.parse.text_table import MISSING, TextTable
from ingest.reading import Export
from schema.error import EmptyExport, UnreadableExport

MARK: Final = b"PAR1"
_FREE_CELLS: Final = 50_000_000
_OTHERS: Final = (
    *(pa.types.is_nested, pa.types.is_binary, pa.types.is_large_binary),
    *(pa.types.is_fixed_size_binary, pa.types.is_duration),
)
_CELLS_PER_BYTE: Final = 100
"""A table of a cycler has some two bytes a number; runs of one value take next to none."""


def read_parquet(export: Export, reader: str) -> pa.Table:
    """Return the rows of a Parquet file.

    Raises:
        EmptyExport: when it has none.
        UnreadableExport: when it is damaged, unpacks to more than any export, or names two columns
            alike.
    """
    try:
        told = pq.read_metadata(export.path)
        cells = told.num_rows * told.num_columns
        if cells > max(_FREE_CELLS, _CELLS_PER_BYTE * export.path.stat().st_size):
            reason = f"it unpacks to {told.num_rows} rows of {told.num_columns} columns: no export"
            raise UnreadableExport(export.origin, reader, "parquet", reason)
        table = pq.read_table(export.path)
    except (pa.ArrowException, OSError) as fault:
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
        UnreadableExport: as ``read_parquet``, and naming a column of lists, bytes or durations.
    """
    table = read_parquet(export, reader)
    columns = {}
    for place, name in enumerate(table.column_names):
        values = table.column(name)
        kind = values.type.value_type if pa.types.is_dictionary(values.type) else values.type
        if any(is_other(kind) for is_other in _OTHERS):
            reason = f"column {name!r} holds {kind}, which is neither number nor text"
            raise UnreadableExport(export.origin, reader, "parquet schema", reason)
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
