"""One published table in PostgreSQL: made, filled, brought up to date, described.

``place`` is where it stands. All of it happens in the transaction of the connection.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final, LiteralString, TypeAlias

import psycopg
import pyarrow as pa
import pyarrow.csv
from psycopg import sql
from psycopg.copy import QueuedLibpqWriter

from schema.relation import Kind
from service.publish.star import PublishedTable

Connection: TypeAlias = psycopg.Connection[Any]
_TYPES: Final[dict[Kind, LiteralString]] = {
    "BIGINT": "bigint",
    "DOUBLE": "double precision",
    "VARCHAR": "text",
    "BOOLEAN": "boolean",
    "TIMESTAMP": "timestamp without time zone",
    "TIMESTAMPTZ": "timestamp with time zone",
}
SCHEMA: Final = "bi"
_STAGE: Final = sql.Identifier("stage")


def columns(table: PublishedTable) -> list[str]:
    """Return the columns as PostgreSQL describes them of a table."""
    return [f"{each.name} {_TYPES[each.kind]}" for each in table.columns]


def make(
    connection: Connection, place: sql.Identifier, table: PublishedTable, rows: pa.RecordBatchReader
) -> int:
    """Make a table of these rows; return how many."""
    defined = (
        sql.SQL("{} {}").format(sql.Identifier(each.name), sql.SQL(_TYPES[each.kind]))
        for each in table.columns
    )
    connection.execute(sql.SQL("CREATE TABLE {} ({})").format(place, sql.SQL(", ").join(defined)))
    # nobody else sees it yet: its rows need not be looked at again to know that all may see them
    count = copy(connection, place, table.arrow.names, rows, frozen=True)
    if table.key:
        connection.execute("SET LOCAL maintenance_work_mem = '256MB'")
        kind = sql.SQL("PRIMARY KEY" if table.is_keyed else "UNIQUE NULLS NOT DISTINCT")
        name = sql.Identifier(f"{table.name}_{table.version}")  # the former's index has a name too
        add = sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {} ({})")
        connection.execute(add.format(place, name, kind, _listed(table.key)))
    return count


def replace(
    connection: Connection,
    place: sql.Identifier,
    table: PublishedTable,
    rows: pa.RecordBatchReader,
    tests: Sequence[int],
) -> int:
    """Replace the rows of tests; return how many more there are."""
    delete = sql.SQL("DELETE FROM {} WHERE test_id = ANY(%s)").format(place)
    gone = connection.execute(delete, (list(tests),)).rowcount
    return copy(connection, place, table.arrow.names, rows) - gone


def merge(
    connection: Connection, place: sql.Identifier, table: PublishedTable, rows: pa.RecordBatchReader
) -> int:
    """Let a table hold these rows, writing to those only that differ; return how many."""
    create = sql.SQL("CREATE TEMPORARY TABLE {} (LIKE {}) ON COMMIT DROP")
    connection.execute(create.format(_STAGE, place))
    count = copy(connection, _STAGE, table.arrow.names, rows)
    connection.execute(sql.SQL("ANALYZE {}").format(_STAGE))
    if table.is_keyed:
        _merge_by_key(connection, place, table)
    else:
        _merge_whole(connection, place)
    connection.execute(sql.SQL("DROP TABLE {}").format(_STAGE))
    return count


def _merge_by_key(connection: Connection, place: sql.Identifier, table: PublishedTable) -> None:
    delete = sql.SQL(
        "DELETE FROM {} AS old WHERE NOT EXISTS (SELECT FROM {} AS new WHERE ({}) = ({}))"
    )
    key, names = table.key, table.arrow.names
    connection.execute(delete.format(place, _STAGE, _listed(key, "old"), _listed(key, "new")))
    insert = sql.SQL(
        "INSERT INTO {} AS old SELECT * FROM {} ON CONFLICT ({}) DO UPDATE SET ({}) = ROW({}) "
        "WHERE record_image_ne(ROW({}), ROW({}))"  # bit for bit, so -0.0 too
    )
    ours, theirs = _listed(names, "old"), _listed(names, "excluded")
    connection.execute(
        insert.format(place, _STAGE, _listed(key), _listed(names), theirs, ours, theirs)
    )


def _merge_whole(connection: Connection, place: sql.Identifier) -> None:
    differs = sql.SQL(
        "SELECT EXISTS (TABLE {0} EXCEPT ALL TABLE {1}) OR EXISTS (TABLE {1} EXCEPT ALL TABLE {0})"
    )
    if connection.execute(differs.format(place, _STAGE)).fetchone() == (True,):
        connection.execute(sql.SQL("DELETE FROM {}").format(place))
        connection.execute(sql.SQL("INSERT INTO {} TABLE {}").format(place, _STAGE))


def copy(
    connection: Connection,
    place: sql.Identifier,
    names: Sequence[str],
    rows: pa.RecordBatchReader,
    *,
    frozen: bool = False,
) -> int:
    """Append rows; return how many. While some are sent, the next are computed."""
    how = sql.SQL("FORMAT csv, FREEZE") if frozen else sql.SQL("FORMAT csv")
    statement = sql.SQL("COPY {} ({}) FROM STDIN ({})").format(place, _listed(names), how)
    options = pa.csv.WriteOptions(include_header=False, quoting_style="needed")
    with connection.cursor() as cursor:
        with cursor.copy(statement, writer=QueuedLibpqWriter(cursor)) as writing:
            for batch in rows:
                sink = BytesIO()
                pa.csv.write_csv(batch, sink, options)
                writing.write(sink.getbuffer())
        return cursor.rowcount


def read(connection: Connection, place: sql.Identifier, schema: pa.Schema) -> pa.Table:
    """Return the rows of a table, in no order."""
    names = sql.SQL(" || ',' || ").join(map(sql.Identifier, schema.names))
    statement = sql.SQL("SELECT string_agg({}, E'\\n') FROM {}")  # a row each would take long
    ((text,),) = connection.execute(statement.format(names, place)).fetchall()
    how = pa.csv.ReadOptions(column_names=schema.names)
    types = pa.csv.ConvertOptions(column_types=schema)
    return (
        pa.csv.read_csv(BytesIO(text.encode()), how, convert_options=types)
        if text
        else schema.empty_table()
    )


def describe(connection: Connection, place: sql.Identifier, table: PublishedTable) -> None:
    """Comment on a table and on every column."""
    meaning = sql.Literal(table.meaning)
    connection.execute(sql.SQL("COMMENT ON TABLE {} IS {}").format(place, meaning))
    comment = sql.SQL("COMMENT ON COLUMN {}.{} IS {}")
    for each in table.columns:
        column_meaning = sql.Literal(table.column_meaning(each))
        connection.execute(comment.format(place, sql.Identifier(each.name), column_meaning))


def refer(
    connection: Connection, place: sql.Identifier, column: str, other: sql.Identifier, name: str
) -> None:
    """Add a foreign key that is looked at when all is written."""
    add = sql.SQL(
        "ALTER TABLE {} ADD CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {} "
        "DEFERRABLE INITIALLY DEFERRED"
    )
    connection.execute(add.format(place, sql.Identifier(name), sql.Identifier(column), other))


def first_line(fault: psycopg.Error) -> str:
    """Return what the server said, its detail included."""
    messages = [fault.diag.message_primary, fault.diag.message_detail]
    return ": ".join(each for each in messages if each) or str(fault).splitlines()[0]


def _listed(names: Sequence[str], owner: str | None = None) -> sql.Composed:
    places = ((owner, name) if owner else (name,) for name in names)
    return sql.SQL(", ").join(sql.Identifier(*place) for place in places)
