"""What BI tools ask the catalogs of PostgreSQL when they list a schema and offer its columns.

The questions are each tool's, the words ours: what it joins and what it must find there.
"""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

Published = Any
pytestmark = pytest.mark.postgres

TYPES = {
    "BIGINT": "bigint",
    "DOUBLE": "double precision",
    "VARCHAR": "text",
    "BOOLEAN": "boolean",
    "TIMESTAMP": "timestamp without time zone",
    "TIMESTAMPTZ": "timestamp with time zone",
}
TABLE = "discharge_capacity"


Connection = psycopg.Connection[Any]


@pytest.fixture
def connection(published: Published) -> Iterator[Connection]:
    with psycopg.connect(published.url, autocommit=True) as connection:
        yield connection


def test_grafana_offers_every_table_by_its_schema(
    connection: Connection, published: Published
) -> None:
    found = connection.execute(
        """
        SELECT quote_ident(table_schema) || '.' || quote_ident(table_name)
        FROM information_schema.tables
        WHERE quote_ident(table_schema) NOT IN ('information_schema', 'pg_catalog', 'bi_store')
        ORDER BY table_name
        """
    )
    assert [name for (name,) in found] == [f"bi.{name}" for name in published.names]


def test_grafana_offers_tables_without_their_schema_to_whom_it_is_searched(
    connection: Connection, published: Published
) -> None:
    connection.execute("SET search_path = bi")
    found = connection.execute(
        """
        SELECT quote_ident(table_name) FROM information_schema.tables
        WHERE quote_ident(table_schema) = ANY (
            string_to_array(replace(current_setting('search_path'), ' ', ''), ',')
        )
        ORDER BY table_name
        """
    )
    assert [name for (name,) in found] == published.names


def test_grafana_offers_the_columns_of_a_table(
    connection: Connection, published: Published
) -> None:
    found = connection.execute(
        """
        SELECT quote_ident(column_name), data_type FROM information_schema.columns
        WHERE quote_ident(table_schema) = (parse_ident('bi.discharge_capacity'))[1]
        AND quote_ident(table_name) = (parse_ident('bi.discharge_capacity'))[2]
        ORDER BY ordinal_position
        """
    )
    wanted = [(name, TYPES[kind]) for name, kind, _ in published.columns(TABLE)]
    assert found.fetchall() == wanted


def test_two_names_only_need_quotes(connection: Connection) -> None:
    found = connection.execute(
        """
        SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = 'bi'
        AND (quote_ident(table_name), quote_ident(column_name)) <> (table_name, column_name)
        """
    )
    # these are words of SQL: tools quote them, people must
    assert {column for _, column in found} == {"position", "symmetric"}


def test_metabase_syncs_tables_with_their_comments_and_estimates(
    connection: Connection, published: Published
) -> None:
    found = connection.execute(
        """
        SELECT
            pg_namespace.nspname, pg_class.relname, pg_class.relkind::text,
            obj_description(pg_class.oid, 'pg_class'), pg_class.reltuples
        FROM pg_catalog.pg_class
        JOIN pg_catalog.pg_namespace ON pg_namespace.oid = pg_class.relnamespace
        WHERE pg_class.relkind IN ('r', 'p', 'v', 'f', 'm')
        AND pg_namespace.nspname !~ '^(information_schema|pg_|bi_store)'
        AND has_table_privilege(pg_class.oid, 'SELECT')
        ORDER BY pg_class.relname
        """
    ).fetchall()
    assert [name for _, name, *_ in found] == published.names
    assert {(schema, kind) for schema, _, kind, *_ in found} == {("bi", "r")}
    comments = {name: comment for _, name, _, comment, _ in found}
    assert {n: comments[n] for n in published.tables} == {
        name: table.meaning for name, table in published.tables.items()
    }
    estimates = {name: rows for _, name, *_, rows in found}
    assert estimates[TABLE] == len(published.answers[TABLE])  # it was analyzed


def test_metabase_syncs_fields_with_keys_and_comments(
    connection: Connection, published: Published
) -> None:
    found = connection.execute(
        """
        SELECT
            columns.column_name, columns.data_type,
            col_description(format('%%I.%%I', table_schema, table_name)::regclass::oid,
                ordinal_position),
            pk.column_name IS NOT NULL
        FROM information_schema.columns
        LEFT JOIN (
            SELECT table_schema, table_name, column_name
            FROM information_schema.table_constraints
            JOIN information_schema.key_column_usage
            USING (constraint_schema, constraint_name, table_schema, table_name)
            WHERE constraint_type = 'PRIMARY KEY'
        ) AS pk USING (table_schema, table_name, column_name)
        WHERE table_schema = %s AND table_name = %s
        ORDER BY ordinal_position
        """,
        ("bi", TABLE),
    )
    key = published.tables[TABLE].key
    assert found.fetchall() == [
        (name, TYPES[kind], comment, name in key)
        for name, kind, comment in published.columns(TABLE)
    ]


def test_metabase_syncs_foreign_keys_from_the_catalog(
    connection: Connection, published: Published
) -> None:
    found = connection.execute(
        """
        SELECT owner.relname, own.attname, other.relname
        FROM pg_constraint
        JOIN pg_class AS owner ON owner.oid = conrelid
        JOIN pg_class AS other ON other.oid = confrelid
        JOIN pg_namespace ON pg_namespace.oid = owner.relnamespace
        JOIN pg_attribute AS own ON own.attrelid = conrelid AND own.attnum = ANY (conkey)
        WHERE contype = 'f' AND nspname !~ '^information_schema|^pg_'
        """
    )
    assert set(found) == {
        (name, column, other)
        for name, table in published.tables.items()
        for column, other in table.references.items()
    }


def test_power_bi_navigates_to_every_table(connection: Connection, published: Published) -> None:
    found = connection.execute(
        """
        SELECT table_schema, table_name, table_type FROM information_schema.tables
        WHERE table_schema NOT IN ('information_schema', 'pg_catalog', 'bi_store')
        ORDER BY table_schema, table_name
        """
    )
    assert found.fetchall() == [("bi", name, "BASE TABLE") for name in published.names]


def test_power_bi_finds_the_relationships_that_leave_and_reach_a_table(
    connection: Connection, published: Published
) -> None:
    query = """
        SELECT fk.table_name, fk.column_name, pk.table_name, pk.column_name
        FROM information_schema.referential_constraints AS reference
        JOIN information_schema.key_column_usage AS fk
        ON fk.constraint_schema = reference.constraint_schema
        AND fk.constraint_name = reference.constraint_name
        JOIN information_schema.key_column_usage AS pk
        ON pk.constraint_schema = reference.unique_constraint_schema
        AND pk.constraint_name = reference.unique_constraint_name
        WHERE pk.ordinal_position = fk.ordinal_position AND {}.table_name = %s
    """
    leave = connection.execute(query.format("fk"), (TABLE,)).fetchall()
    assert leave == [(TABLE, "test_id", "test", "test_id")]
    reach = connection.execute(query.format("pk"), ("test",)).fetchall()
    wanted = [
        (name, column, other, column)
        for name, table in published.tables.items()
        for column, other in table.references.items()
        if other == "test"
    ]
    assert sorted(reach) == sorted(wanted)


def test_power_bi_finds_the_key_of_a_table(connection: Connection) -> None:
    found = connection.execute(
        """
        SELECT usage.column_name, usage.ordinal_position, constraint_type
        FROM information_schema.table_constraints AS own
        JOIN information_schema.key_column_usage AS usage
        USING (constraint_schema, constraint_name, table_schema, table_name)
        WHERE table_schema = 'bi' AND table_name = %s
        AND constraint_type IN ('PRIMARY KEY', 'UNIQUE')
        ORDER BY usage.ordinal_position
        """,
        (TABLE,),
    )
    assert found.fetchall() == [
        ("test_id", 1, "PRIMARY KEY"),
        ("cycle_count", 2, "PRIMARY KEY"),
    ]


def test_npgsql_knows_the_type_of_every_column(connection: Connection) -> None:
    found = connection.execute(
        """
        SELECT DISTINCT pg_type.typname, pg_type.typtype::text, space.nspname
        FROM pg_attribute
        JOIN pg_class ON pg_class.oid = attrelid
        JOIN pg_type ON pg_type.oid = atttypid
        JOIN pg_namespace AS space ON space.oid = pg_type.typnamespace
        WHERE pg_class.relnamespace = 'bi'::regnamespace AND attnum > 0 AND relkind = 'r'
        """
    ).fetchall()
    # base types of the system, which every driver reads without being told
    assert {(kind, space) for _, kind, space in found} == {("b", "pg_catalog")}
    known = {"int8", "float8", "text", "bool", "timestamp", "timestamptz"}
    assert {name for name, *_ in found} <= known


def test_tableau_asks_for_no_rows_to_learn_the_columns(
    connection: Connection, published: Published
) -> None:
    cursor = connection.execute(f'SELECT * FROM "bi"."{TABLE}" "{TABLE}" LIMIT 0')
    assert cursor.description is not None
    described = [(each.name, each.type_display) for each in cursor.description]
    shown = {"BIGINT": "int8", "DOUBLE": "float8", "VARCHAR": "text", "BOOLEAN": "bool"}
    assert described == [(name, shown[kind]) for name, kind, _ in published.columns(TABLE)]


def test_tableau_reads_through_a_cursor_that_outlives_its_transaction(
    connection: Connection, published: Published
) -> None:
    connection.execute(
        f'BEGIN; DECLARE "SQL_CUR1" CURSOR WITH HOLD FOR {published.select(TABLE)}; COMMIT'
    )
    rows = published.answers[TABLE]
    assert connection.execute('FETCH 5 IN "SQL_CUR1"').fetchall() == rows[:5]
    assert connection.execute('FETCH 5 IN "SQL_CUR1"').fetchall() == rows[5:]
    connection.execute('CLOSE "SQL_CUR1"')


def test_superset_lists_the_schema_and_charts_a_metric_by_test(
    connection: Connection, published: Published
) -> None:
    schemas = connection.execute(
        "SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' ORDER BY nspname"
    )
    assert ("bi",) in schemas.fetchall()
    chart = connection.execute(
        """
        SELECT number AS number, test_name AS test_name,
            MAX(discharge_capacity_ah) AS "MAX(discharge_capacity_ah)"
        FROM (
            SELECT capacity.cycle_count AS number, test_name, discharge_capacity_ah
            FROM bi.discharge_capacity AS capacity JOIN bi.test USING (test_id)
        ) AS virtual_table
        GROUP BY number, test_name
        ORDER BY "MAX(discharge_capacity_ah)" DESC
        LIMIT 10000
        """
    )
    names = {1: "gcpl.mpr", 2: "rate.nda"}
    wanted = [(row[1], names[row[0]], row[2]) for row in published.answers[TABLE]]
    assert sorted(chart.fetchall()) == sorted(wanted)
