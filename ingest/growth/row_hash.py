"""By what rows are known to be the same: a hash of their names, types and values, in their order.

Rows of one hash are the same. The same rows have one hash as long as their texts are encoded alike:
by a dictionary in the order in which they come first, or each for itself.
"""

import hashlib
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schema.parquet import in_full, stretches
from schema.rows import Rows


class _Digest(Protocol):
    def update(self, data: bytes | memoryview, /) -> None: ...


def rows_sha256(rows: Rows) -> str:
    """Return the hash of rows, as they are written."""
    digest = hashlib.sha256()
    for field in in_full(rows.slice(0, 0)).schema:
        digest.update(f"{field.name}\0{_kind(field.type)}\0".encode())
    for stretch in stretches(rows):
        for column in stretch.columns:
            _add(digest, column.combine_chunks())
    return digest.hexdigest()


def _kind(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _add(digest: _Digest, values: pa.Array) -> None:
    """Add the values of a column, and which of them are missing."""
    kind = values.type
    if pa.types.is_dictionary(kind):
        _add(digest, values.indices)
        count = pc.max(values.indices).as_py()
        _add(digest, values.dictionary[: 0 if count is None else count + 1])
        return
    if values.null_count:
        missing = values.is_null().to_numpy(zero_copy_only=False)
        digest.update(np.packbits(missing).data)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        values = values.fill_null("")
        digest.update(np.ascontiguousarray(pc.binary_length(values)).data)
        digest.update("".join(values.to_pylist()).encode())
    elif pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind):
        filled = values.fill_null(pa.scalar(0).cast(kind)) if values.null_count else values
        digest.update(np.ascontiguousarray(filled.to_numpy(zero_copy_only=False)).data)
    else:
        digest.update(repr(values.to_pylist()).encode())
