"""Columns pass by the executor whole; everything else is completed value by value."""

from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pytest
from graphql import ExecutionResult, GraphQLError, build_schema, execute_sync, parse
from hypothesis import given
from hypothesis import strategies as st

from service.graphql.build.column import Column, finished
from service.graphql.build.executor import ColumnExecutor

SCHEMA = build_schema(
    """
    type Query {
      floats: [Float] sure: [Float!] counts: [Int] names: [String] ids: [ID!]! flags: [Boolean]
      rows: [Query] must: [Query!]
    }
    """
)


def ran(query: str, root: dict[str, Any]) -> ExecutionResult:
    """Run a query on values."""
    return execute_sync(SCHEMA, parse(query), root, executor_class=ColumnExecutor)


def encoded(result: ExecutionResult) -> Any:  # noqa: ANN401 # JSON
    """Return the data as a client reads it."""
    return orjson.loads(orjson.dumps(result.data, option=orjson.OPT_SERIALIZE_NUMPY))


def test_an_array_of_floats_passes_untouched() -> None:
    values = np.array([1.0, 2.0])
    result = ran("{ floats }", {"floats": values})
    assert result.data is not None
    assert np.shares_memory(result.data["floats"], values)


def test_what_is_no_number_becomes_null() -> None:
    result = ran("{ floats }", {"floats": np.array([1.5, np.nan, np.inf, -np.inf])})
    assert encoded(result) == {"floats": [1.5, None, None, None]}


def test_a_column_that_may_not_hold_null_is_refused_with_one() -> None:
    result = ran("{ sure floats }", {"sure": np.array([np.nan]), "floats": np.array([1.0])})
    assert encoded(result) == {"sure": None, "floats": [1.0]}
    assert result.errors is not None
    assert result.errors[0].path == ["sure"]


@pytest.mark.parametrize("value", [2**31, -(2**31) - 1, 2**53])
def test_a_whole_number_beyond_int_is_an_error_that_names_the_column(value: int) -> None:
    result = ran("{ counts floats }", {"counts": np.array([1, value]), "floats": np.array([1.0])})
    assert encoded(result) == {"counts": None, "floats": [1.0]}
    assert result.errors is not None
    assert f"counts holds {value}" in result.errors[0].message
    with pytest.raises(GraphQLError, match="/arrow"):
        finished("counts", pa.array([1, value]), "Int")


def test_the_ends_of_int_pass() -> None:
    result = ran("{ counts }", {"counts": np.array([-(2**31), 2**31 - 1])})
    assert encoded(result) == {"counts": [-(2**31), 2**31 - 1]}


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("counts", np.array([1.0])),
        ("floats", np.array([1])),
        ("floats", np.array([[1.0]])),
        ("floats", np.array(["a"])),
        ("names", np.array([1.0])),
        ("rows", np.array([1.0])),
    ],
)
def test_an_array_of_another_type_is_refused(field: str, values: np.ndarray[Any, Any]) -> None:
    query = "{ rows { floats } }" if field == "rows" else f"{{ {field} }}"
    result = ran(query, {field: values})
    assert result.data == {field: None}
    assert result.errors


def test_a_view_with_a_stride_is_encoded_right() -> None:
    assert encoded(ran("{ floats }", {"floats": np.arange(6.0)[::-2]})) == {"floats": [5, 3, 1]}


def test_numbers_of_another_byte_order_are_encoded_right() -> None:
    values = np.array([1.5, -2.0], dtype=">f8")
    assert encoded(ran("{ floats }", {"floats": values})) == {"floats": [1.5, -2.0]}


@given(st.lists(st.none() | st.floats(width=64) | st.just(float("nan"))))
def test_every_column_of_floats_reads_back(values: list[float | None]) -> None:
    column = finished("floats", pa.chunked_array([pa.array(values, pa.float64())]), "Float")
    expected = [None if value is None or not np.isfinite(value) else value for value in values]
    assert encoded(ran("{ floats }", {"floats": column})) == {"floats": expected}


@given(st.lists(st.none() | st.integers(-(2**31), 2**31 - 1)))
def test_every_column_of_counts_reads_back(values: list[int | None]) -> None:
    column = finished("counts", pa.array(values, pa.int64()), "Int")
    assert encoded(ran("{ counts }", {"counts": column})) == {"counts": values}


@given(st.lists(st.none() | st.text()))
def test_every_column_of_texts_reads_back(values: list[str | None]) -> None:
    column = finished("names", pa.array(values, pa.string()), "String")
    assert encoded(ran("{ names }", {"names": column})) == {"names": values}


@given(st.lists(st.none() | st.booleans()))
def test_every_column_of_flags_reads_back(values: list[bool | None]) -> None:
    column = finished("flags", pa.array(values, pa.bool_()), "Boolean")
    assert encoded(ran("{ flags }", {"flags": column})) == {"flags": values}


def test_ids_become_texts_and_never_null() -> None:
    column = finished("ids", pa.array([7, 2**60]), "ID")
    assert encoded(ran("{ ids }", {"ids": column})) == {"ids": ["7", str(2**60)]}
    result = ran("{ ids }", {"ids": Column([None], "ID", 1)})
    assert result.data is None


def test_ordinary_lists_are_completed_as_ever() -> None:
    root = {
        "rows": [{"floats": [1, None, "x"], "counts": [1]}, None, {"floats": None}],
        "must": [{"counts": [2]}, None],
    }
    result = ran("{ rows { floats counts } must { counts } }", root)
    assert result.data == {
        "rows": [
            {"floats": [1.0, None, None], "counts": [1]},
            None,
            {"floats": None, "counts": None},
        ],
        "must": None,
    }
    assert result.errors is not None
    assert [error.path for error in result.errors] == [["rows", 0, "floats", 2], ["must", 1]]


def test_an_error_among_columns_nulls_its_own_field_alone() -> None:
    root = {"rows": [{"floats": np.array([1.0]), "sure": np.array([np.nan])}]}
    result = ran("{ rows { floats sure } }", root)
    assert encoded(result) == {"rows": [{"floats": [1.0], "sure": None}]}
    assert result.errors is not None
    assert result.errors[0].path == ["rows", 0, "sure"]
