"""psycopg 3, which Django, SQLAlchemy and people's own scripts connect by."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

Published = Any
pytestmark = pytest.mark.postgres


@pytest.fixture
def connection(published: Published) -> Iterator[psycopg.Connection]:
    with psycopg.connect(published.url, autocommit=True) as connection:
        yield connection


def test_it_lists_the_tables_of_the_schema(
    connection: psycopg.Connection, published: Published
) -> None:
    found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'bi' ORDER BY 1")
    assert [name for (name,) in found] == published.names


def test_binary_results_are_the_very_numbers_of_the_metrics(
    connection: psycopg.Connection, published: Published
) -> None:
    for name, rows in published.answers.items():
        found = connection.execute(published.select(name), binary=True)
        assert found.fetchall() == rows, name


def test_text_results_are_the_very_numbers_too(
    connection: psycopg.Connection, published: Published
) -> None:
    for name, rows in published.answers.items():
        assert connection.execute(published.select(name), binary=False).fetchall() == rows, name


def test_a_server_side_cursor_hands_out_a_table_in_pieces(
    connection: psycopg.Connection, published: Published
) -> None:
    with connection.transaction(), connection.cursor("piece", binary=True) as cursor:
        cursor.execute(published.select("differential_capacity"))
        pieces = []
        while piece := cursor.fetchmany(50):
            pieces.append(piece)
    assert len(pieces) > 2
    assert [row for piece in pieces for row in piece] == published.answers["differential_capacity"]


def test_a_prepared_statement_is_asked_for_one_cycle_after_the_other(
    connection: psycopg.Connection, published: Published
) -> None:
    query = "SELECT * FROM bi.discharge_capacity WHERE test_id = %s AND cycle_count = %s"
    for row in published.answers["discharge_capacity"]:
        assert connection.execute(query, row[:2], prepare=True).fetchall() == [row]
    prepared = connection.execute("SELECT count(*) FROM pg_prepared_statements").fetchone()
    assert prepared == (1,)


def test_when_it_was_published_comes_with_its_zone(
    connection: psycopg.Connection, published: Published
) -> None:
    cursor = connection.cursor(row_factory=dict_row)
    row = cursor.execute("SELECT * FROM bi.published WHERE table_name = 'cycle'").fetchone()
    assert row is not None
    assert row["published_at"].tzinfo is not None
    assert 0 <= (datetime.now(UTC) - row["published_at"]).total_seconds() < 3600
    assert (row["status"], row["row_count"]) == (
        "published",
        len(published.answers["discharge_capacity"]),
    )


def test_a_long_query_is_cancelled_and_the_connection_goes_on(
    connection: psycopg.Connection, published: Published
) -> None:
    with (
        published.interrupting(connection.cancel_safe),
        pytest.raises(psycopg.errors.QueryCanceled, match="user request"),
    ):
        connection.execute(published.long)
    assert connection.execute("SELECT count(*) FROM bi.cell").fetchone() == (2,)
