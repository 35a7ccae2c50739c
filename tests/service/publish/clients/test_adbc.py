"""ADBC, which hands out Arrow, and polars on top of it."""

from collections.abc import Iterator
from typing import Any

import adbc_driver_postgresql.dbapi as adbc
import polars as pl
import pyarrow as pa
import pytest

from schema.relation import ARROW

Published = Any
pytestmark = pytest.mark.postgres


@pytest.fixture
def connection(published: Published) -> Iterator[adbc.Connection]:
    with adbc.connect(published.url) as connection:
        yield connection


@pytest.fixture
def described(connection: adbc.Connection) -> dict[str, Any]:
    """Return what the driver describes of schema bi, by table."""
    catalogs = connection.adbc_get_objects(depth="all", db_schema_filter="bi").read_all()
    return {
        table["table_name"]: table
        for catalog in catalogs.to_pylist()
        for schema in catalog["catalog_db_schemas"] or ()
        for table in schema["db_schema_tables"]
        if table["table_type"] == "table"
    }


def test_it_lists_the_tables_of_the_schema(described: dict[str, Any], published: Published) -> None:
    assert sorted(described) == published.names


def test_columns_come_with_their_comments(described: dict[str, Any], published: Published) -> None:
    columns = described["discharge_capacity"]["table_columns"]
    comments = [(each["column_name"], each["remarks"]) for each in columns]
    wanted = [(name, comment) for name, _, comment in published.columns("discharge_capacity")]
    assert comments == wanted


def test_keys_are_told(described: dict[str, Any]) -> None:
    constraints = {
        each["constraint_type"]: each
        for each in described["discharge_capacity"]["table_constraints"]
    }
    assert constraints["PRIMARY KEY"]["constraint_column_names"] == ["test_id", "cycle_count"]
    assert constraints["FOREIGN KEY"]["constraint_column_names"] == ["test_id"]
    (used,) = constraints["FOREIGN KEY"]["constraint_column_usage"]
    assert (used["fk_db_schema"], used["fk_table"], used["fk_column_name"]) == (
        "bi",
        "test",
        "test_id",
    )


def test_the_schema_of_a_table_keeps_its_types(
    connection: adbc.Connection, published: Published
) -> None:
    for name in published.answers:
        found = connection.adbc_get_table_schema(name, db_schema_filter="bi")
        assert [(each.name, each.type) for each in found] == [
            (column, ARROW[kind]) for column, kind, _ in published.columns(name)
        ]


def test_arrow_tables_are_the_very_numbers_of_the_metrics(
    connection: adbc.Connection, published: Published
) -> None:
    with connection.cursor() as cursor:
        for name, rows in published.answers.items():
            cursor.execute(published.select(name))
            found = cursor.fetch_arrow_table()
            assert list(zip(*(each.to_pylist() for each in found.columns), strict=True)) == rows


def test_when_it_was_published_comes_with_its_zone(connection: adbc.Connection) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT published_at FROM bi.published")
        (field,) = cursor.fetch_arrow_table().schema
    assert field.type == pa.timestamp("us", tz="UTC")


def test_a_prepared_statement_answers_every_cycle(
    connection: adbc.Connection, published: Published
) -> None:
    query = "SELECT * FROM bi.discharge_capacity WHERE test_id = $1 AND cycle_count = $2"
    with connection.cursor() as cursor:
        parameters = cursor.adbc_prepare(query)
        assert parameters is not None
        assert parameters.types == [pa.int64(), pa.int64()]
        for row in published.answers["discharge_capacity"]:
            cursor.execute(query, row[:2])
            assert cursor.fetchall() == [row]


def test_polars_reads_the_very_numbers_of_the_metrics(published: Published) -> None:
    for name, rows in published.answers.items():
        frame = pl.read_database_uri(published.select(name), published.url, engine="adbc")
        assert frame.rows() == rows, name


def test_a_long_query_is_cancelled_and_the_connection_goes_on_after_a_rollback(
    connection: adbc.Connection, published: Published
) -> None:
    def read(cursor: adbc.Cursor) -> None:
        cursor.execute(published.long)
        cursor.fetchone()

    with connection.cursor() as cursor:
        with (
            published.interrupting(cursor.adbc_cancel),
            pytest.raises(adbc.OperationalError, match="user request"),
        ):
            read(cursor)
        connection.rollback()
        cursor.execute("SELECT count(*) FROM bi.cell")
        assert cursor.fetchone() == (2,)
