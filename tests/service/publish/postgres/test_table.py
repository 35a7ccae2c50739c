"""A table in PostgreSQL holds exactly the rows it was given, however it came by them."""

import os
import struct
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

import psycopg
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from psycopg import sql

from schema.relation import Column
from service.publish.postgres import table as postgres_table
from service.publish.star import PublishedTable
from tests.law import law

pytestmark = pytest.mark.postgres

Rows: TypeAlias = Sequence[tuple[object, ...]]
PLACE: Final = sql.Identifier("pg_temp", "every_kind")
TABLE: Final = PublishedTable(
    "every_kind",
    "One column of each kind.",
    (
        Column("test_id", "BIGINT", "", "Test."),
        Column("place", "BIGINT", "1", "Place."),
        Column("whole", "BIGINT", "1", "Whole number."),
        Column("real", "DOUBLE", "1", "Number."),
        Column("text", "VARCHAR", "", "Text."),
        Column("yes", "BOOLEAN", "", "Yes or no."),
        Column("local", "TIMESTAMP", "", "Time on a wall."),
        Column("instant", "TIMESTAMPTZ", "", "Moment."),
    ),
    ("test_id", "place"),
    "test",
    None,
)
KEYLESS: Final = replace(TABLE, key=())
NULLABLE_KEY: Final = replace(TABLE, key=("text", "test_id", "place"))
UNKEYED: Final = (KEYLESS, NULLABLE_KEY)

_CHARACTERS: Final = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
_MOMENTS: Final = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 28))  # noqa: DTZ001 # on a wall
VALUES: Final = st.tuples(
    st.none() | st.integers(-(2**63), 2**63 - 1),
    st.none() | st.floats(allow_nan=False, allow_infinity=False).filter(bool),
    st.none() | st.text(_CHARACTERS) | st.text("\",'\n\r\\\t .NULL"),
    st.none() | st.booleans(),
    st.none() | _MOMENTS,
    st.none() | _MOMENTS.map(lambda at: at.replace(tzinfo=UTC)),
)
ROWS: Final = st.lists(VALUES, max_size=6).map(
    lambda rows: [(n % 3, n, *row) for n, row in enumerate(rows)]
)
LAW: Final = law(25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def connection() -> Iterator[psycopg.Connection[Any]]:
    """Return a connection in whose transactions nothing is stored."""
    if not (url := os.environ.get("LEYDEN_TEST_POSTGRES_URL")):
        pytest.skip("LEYDEN_TEST_POSTGRES_URL is unset: start a server by .ci/postgres start")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET TIME ZONE 'UTC'")
        yield connection


def reader_of(table: PublishedTable, rows: Rows) -> pa.RecordBatchReader:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(table.columns)
    arrays = [pa.array(c, f.type) for c, f in zip(columns, table.arrow, strict=True)]
    return pa.table(arrays, schema=table.arrow).to_reader()


def bits(rows: Rows) -> list[tuple[object, ...]]:
    """Return rows in order, their numbers as the bits they are."""
    bit_rows = (
        tuple(struct.pack(">d", v) if isinstance(v, float) else v for v in row) for row in rows
    )
    return sorted(bit_rows, key=repr)


def stand(connection: psycopg.Connection[Any]) -> list[tuple[object, ...]]:
    query = sql.SQL("SELECT * FROM {}").format(PLACE)
    return bits(connection.cursor(binary=True).execute(query).fetchall())


def make(connection: psycopg.Connection[Any], table: PublishedTable, rows: Rows) -> int:
    return postgres_table.make(connection, PLACE, table, reader_of(table, rows))


@LAW
@given(ROWS)
def test_every_value_comes_back_as_it_went(connection: psycopg.Connection[Any], rows: Rows) -> None:
    with connection.transaction(force_rollback=True):
        assert make(connection, TABLE, rows) == len(rows)
        assert stand(connection) == bits(rows)


def test_numbers_and_words_that_are_easily_lost_come_back(
    connection: psycopg.Connection[Any],
) -> None:
    numbers = [1e-308, 5e-324, -0.0, 0.0, 0.1 + 0.2, 1.7976931348623157e308, 2.0**53 + 2, 1 / 3]
    wholes = [2**63 - 1, -(2**63), 2**53 + 1, 0, 1, -1, 10**18, None]
    words = ["", None, 'a "quoted" word', "a,b;c", "a\nb\r\nc", "\\.", "a\n\\.\nb", "Ω·µ – 電池 🔋"]
    rows = [
        (1, place, whole, number, word, None, None, None)
        for place, (whole, number, word) in enumerate(zip(wholes, numbers, words, strict=True))
    ]
    with connection.transaction(force_rollback=True):
        make(connection, TABLE, rows)
        assert stand(connection) == bits(rows)


@LAW
@given(st.sampled_from((TABLE, *UNKEYED)), ROWS, ROWS)
def test_merged_it_holds_the_later_rows_and_nothing_else(
    connection: psycopg.Connection[Any], table: PublishedTable, before: Rows, after: Rows
) -> None:
    with connection.transaction(force_rollback=True):
        make(connection, table, before)
        count = postgres_table.merge(connection, PLACE, table, reader_of(table, after))
        assert count == len(after)
        assert stand(connection) == bits(after)


def test_a_zero_that_turned_negative_is_written_anew(connection: psycopg.Connection[Any]) -> None:
    positive, negative = ([(1, 1, 1, zero, "", None, None, None)] for zero in (0.0, -0.0))
    with connection.transaction(force_rollback=True):
        make(connection, TABLE, positive)
        postgres_table.merge(connection, PLACE, TABLE, reader_of(TABLE, negative))
        assert stand(connection) == bits(negative)


@LAW
@given(ROWS, ROWS)
def test_the_rows_of_a_test_are_replaced_and_no_others(
    connection: psycopg.Connection[Any], before: Rows, after: Rows
) -> None:
    later = [row for row in after if row[0] == 1]
    others = [row for row in before if row[0] != 1]
    with connection.transaction(force_rollback=True):
        make(connection, TABLE, before)
        rows = reader_of(TABLE, later)
        more = postgres_table.replace(connection, PLACE, TABLE, rows, [1])
        assert len(before) + more == len(others) + len(later)
        assert stand(connection) == bits([*others, *later])


def test_merging_writes_to_no_row_that_is_the_same(connection: psycopg.Connection[Any]) -> None:
    rows = [(1, place, place, 0.5, "", None, None, None) for place in range(9)]
    versions = sql.SQL("SELECT place, ctid::text FROM {} ORDER BY place").format(PLACE)
    for table in (TABLE, *UNKEYED):
        with connection.transaction(force_rollback=True):
            make(connection, table, rows)
            before = connection.execute(versions).fetchall()
            postgres_table.merge(connection, PLACE, table, reader_of(table, rows))
            assert connection.execute(versions).fetchall() == before
