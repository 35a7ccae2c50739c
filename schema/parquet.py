"""How lake files are laid out inside: encodings, row groups, and what a file says of itself.

Measured on eight columns of a real export: half the bytes of Parquet's defaults, in less time. One
page per row group, zstd at level 1 (level 3 saves 1 % and costs 15 % more time), statistics only
where a question can skip row groups by them. Pages carry checksums, for whoever reads a file and
knows no hash of it: that costs a tenth of the encoding and no bytes to speak of.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from schema.quantity import quantities
from schema.relation import POINTS, Relation
from schema.rows import Column, Rows

ROW_GROUP_ROWS: Final = 32_768
FORMAT_VERSION: Final = "1"
_SOUGHT: Final = frozenset(
    {"record_index", "test_time_second", "cycle_count", "step_count", "spectrum_count"}
)  # row groups are skipped by these
_STRETCH_ROWS: Final = 2 * ROW_GROUP_ROWS
_ALIKE: Final = ("_ampere", "_celsius")  # may have few values
_FEW: Final = 16  # a value that comes this often is worth a dictionary


@dataclass(frozen=True, slots=True)
class Layout:
    """The layout of one lake file: its relation, and the export and reader its rows came from."""

    relation: Relation
    raw_sha256: str
    reader: str
    reader_version: str

    def filled(self, rows: Rows) -> frozenset[str]:
        """Return the columns of points in which nothing is missing: their files say so.

        Where nothing can be missing nothing is written of it: that saves a sixth of the time.
        Files of other relations are read side by side and keep one schema.
        """
        if self.relation.name != POINTS.name:
            return frozenset()
        return frozenset(name for name, column in rows.columns.items() if not _lacks(column))

    def schema(self, found: pa.Schema, filled: Collection[str] = ()) -> pa.Schema:
        """Return the schema with unit and meaning on each column and the origin on the file.

        Columns neither of the relation nor canonical are the export's own and are left as they are.
        """
        described = {q.name: (q.unit, q.meaning) for q in quantities().values()}
        described |= {c.name: (c.unit, c.meaning) for c in self.relation.columns}
        fields = [
            field.with_metadata(dict(zip(("unit", "meaning"), described[field.name], strict=True)))
            if field.name in described
            else field.remove_metadata()
            for field in found
        ]
        fields = [field.with_nullable(field.name not in filled) for field in fields]
        return pa.schema(fields, metadata=self.origin)

    @property
    def origin(self) -> Mapping[str, str]:
        """Return what the file says of itself, so that it can be traced without the catalog."""
        return {
            "leyden.format": FORMAT_VERSION,
            "leyden.relation": self.relation.name,
            "leyden.raw_sha256": self.raw_sha256,
            "leyden.reader": self.reader,
            "leyden.reader_version": self.reader_version,
        }


def _lacks(column: Column) -> bool:
    """Return whether a column lacks a value, or may: lists are not looked into."""
    if not isinstance(column, pa.ChunkedArray):
        return False  # what waits is whole
    if pa.types.is_run_end_encoded(column.type):
        return any(chunk.values.null_count for chunk in column.chunks)
    kind = column.type
    return pa.types.is_nested(kind) or pa.types.is_null(kind) or bool(column.null_count)


def stretches(rows: Rows) -> Iterator[pa.Table]:
    """Yield the rows, some row groups at a time and at least once; columns of runs are in full.

    Parquet finds runs by itself: in memory they are in full for no more than a stretch, and so long
    only are numbers of single precision in double, as which all of them rest.
    """
    for start in range(0, rows.num_rows or 1, _STRETCH_ROWS):
        yield in_full(rows.slice(start, _STRETCH_ROWS))


def in_full(part: Rows) -> pa.Table:
    """Return a stretch as it is written."""
    rows = part.whole()
    for place, field in enumerate(rows.schema):
        if pa.types.is_run_end_encoded(field.type):
            rows = rows.set_column(place, field.name, pc.run_end_decode(rows.column(place)))
        elif pa.types.is_float16(field.type) or pa.types.is_float32(field.type):
            rows = rows.set_column(place, field.name, rows.column(place).cast(pa.float64()))
    return rows


def encoding(rows: Rows) -> dict[str, Any]:
    """Return the keyword arguments of a ParquetWriter that lay these rows out.

    Whole numbers as differences; numbers with split bytes, for neighbors have like exponents; text,
    and currents and temperatures of few values, by dictionary. What it is few of is
    looked at in one row group, because a dictionary that overflows costs four times the split.
    """
    dictionary, column_encoding = [], {}
    sample = in_full(rows.slice(rows.num_rows // 2, ROW_GROUP_ROWS))
    for field in sample.schema:
        name, kind = field.name, field.type
        if pa.types.is_floating(kind):
            if _repeats(sample[name], name):
                dictionary.append(name)
            else:
                column_encoding[name] = "BYTE_STREAM_SPLIT"
        elif pa.types.is_integer(kind) and kind.bit_width <= 32:
            column_encoding[name] = "PLAIN"  # flags and codes: long runs, which zstd folds faster
        elif pa.types.is_integer(kind) or pa.types.is_timestamp(kind):
            column_encoding[name] = "DELTA_BINARY_PACKED"
        elif not pa.types.is_boolean(kind):
            dictionary.append(name)
    return {
        "compression": "zstd",
        "compression_level": 1,
        "use_dictionary": dictionary,
        "column_encoding": column_encoding,
        "max_rows_per_page": ROW_GROUP_ROWS,
        "write_batch_size": ROW_GROUP_ROWS,
        "write_statistics": [name for name in rows.columns if name in _SOUGHT],
        "write_page_checksum": True,
    }


def _repeats(sample: pa.ChunkedArray, name: str) -> bool:
    if not name.endswith(_ALIKE):
        return False
    return bool(pc.count_distinct(sample).as_py() * _FEW <= len(sample))
