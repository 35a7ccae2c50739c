"""Columns of numbers, handed to the encoder as they are, once each was checked as a whole."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from graphql import GraphQLError, GraphQLNonNull, GraphQLOutputType
from numpy.typing import NDArray

_INT32: Final = np.iinfo(np.int32)
_LEAVES: Final = {"f": "Float", "i": "Int", "u": "Int", "b": "Boolean"}


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A finished column: a NumPy array, or a list where a null or a text stands in it."""

    values: NDArray[Any] | list[Any]
    leaf: str
    """The GraphQL type of its values: Float, Int, Boolean, String or ID."""
    nulls: int

    def __len__(self) -> int:
        return len(self.values)

    def part(self, first: int, last: int) -> "Column":
        """Return the values from one place up to another."""
        values = self.values[first:last]
        nulls = values.count(None) if self.nulls and isinstance(values, list) else 0
        return Column(values, self.leaf, nulls)


def finished(name: str, array: pa.ChunkedArray | pa.Array, leaf: str) -> Column:
    """Return an Arrow column as JSON will carry it; NaN and infinities become null.

    Raises:
        GraphQLError: when a whole number lies beyond what Int carries.
    """
    if leaf in {"String", "ID"}:
        texts = array if pa.types.is_string(array.type) else pc.cast(array, pa.string())
        return Column(texts.to_pylist(), leaf, array.null_count)
    if leaf == "Float":
        floats = pc.cast(array, pa.float64()).to_numpy(zero_copy_only=False)  # null becomes NaN
        return Column(floats, leaf, 0)
    if leaf == "Int":
        _fits(name, array)
    if array.null_count:
        return Column(array.to_pylist(), leaf, array.null_count)
    return Column(array.to_numpy(zero_copy_only=False), leaf, 0)


def leaf_of(kind: pa.DataType) -> str:
    """Return the GraphQL type of the values of an Arrow column."""
    if pa.types.is_floating(kind):
        return "Float"
    if pa.types.is_integer(kind):
        return "Int"
    return "Boolean" if pa.types.is_boolean(kind) else "String"


def _fits(name: str, array: pa.ChunkedArray | pa.Array) -> None:
    ends = pc.min_max(array).as_py()
    for value in ends.values():
        if value is not None and not _INT32.min <= value <= _INT32.max:
            raise GraphQLError(
                f"{name} holds {value}, beyond what Int carries; "
                "take this column from /arrow, which carries 64 bits.",
                extensions={"code": "INT_OVERFLOW"},
            )


def column_of(name: str, values: NDArray[Any]) -> Column:
    """Return an array as a finished column.

    Raises:
        TypeError: when it is no array of numbers.
        GraphQLError: when a whole number lies beyond what Int carries.
    """
    if values.ndim != 1 or values.dtype.kind not in _LEAVES:
        raise TypeError(f"{name}: no column of {values.ndim} dimensions of {values.dtype}")
    if values.dtype.kind in "iu":
        _fits(name, pa.array(values))
    return Column(values, _LEAVES[values.dtype.kind], 0)


def passed(item: GraphQLOutputType, column: Column, name: str) -> object:
    """Return the values of a column as the encoder takes them.

    Raises:
        TypeError: when they do not suit the type of the items of the list.
    """
    never_null = isinstance(item, GraphQLNonNull)
    leaf = item.of_type if isinstance(item, GraphQLNonNull) else item
    if str(leaf) != column.leaf:
        raise TypeError(f"{name} takes {leaf}, not {column.leaf}")
    values = column.values
    if never_null and (column.nulls or not _finite(values)):
        raise TypeError(f"{name} holds a null where none may be")
    if isinstance(values, np.ndarray):
        # the encoder reads memory in order, in the machine's own byte order
        return np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("="))
    return values


def _finite(values: NDArray[Any] | list[Any]) -> bool:
    is_float = isinstance(values, np.ndarray) and values.dtype.kind == "f"
    return bool(np.isfinite(values).all()) if is_float else True
