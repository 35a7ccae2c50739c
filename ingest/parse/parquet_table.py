"""A Parquet file as a table, once its footer has said that it holds no more than any export.

A page of one value repeated takes some bytes for a billion records, so what counts is what it
becomes in memory. Texts stay with their dictionary: one of a megabyte in every record is one.
"""

from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.reading import Export
from schema.error import UnreadableExport

DAMAGED: Final = (pa.ArrowException, OSError, UnicodeError)
"""What Arrow raises on damaged bytes."""
_FREE_BYTES: Final = 100 << 20
_MOST_RATIO: Final = 200
_VALUE_BYTES: Final = 8
_MOST_CHUNKS: Final = 100_000
"""Columns times row groups."""


def names_of(path: Path) -> list[str]:
    """Return the names of the columns.

    Raises:
        DAMAGED: when it is.
    """
    names: list[str] = pq.read_schema(path).names
    return names


def table_of(export: Export, reader: str) -> pa.Table:
    """Return all of a file, whose columns are numbers, times and texts.

    Raises:
        UnreadableExport: when it is damaged, holds more than any export, or lists.
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
    return table


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
