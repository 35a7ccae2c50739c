"""What readers of some projects see: views in schema ``bi_mine`` of the names that tables have.

A view is the publisher's, who may read the tables; it shows the rows of the projects that
bi_store.reader_project names for whoever logged in. Being a security barrier it looks at these
before at anything a reader asks for. A table that mixes the cells of projects, or holds claims,
has no view.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, LiteralString

from psycopg import sql

from service.metric.metric import Metric
from service.publish.postgres.table import Connection
from service.publish.star import PublishedTable

SCHEMA: Final = "bi_mine"
_STORE: Final = "bi_store"
_OWN: Final[Mapping[str, LiteralString]] = {
    "own_cell": """
SELECT cell_id FROM bi.cell
JOIN bi_store.reader_project ON reader_project.project = cell.project
WHERE reader = session_user
""",
    "own_material": """
SELECT material_id FROM bi.layer
JOIN bi_store.own_cell USING (cell_id)
WHERE material_id IS NOT NULL
UNION
SELECT ancestor_id FROM bi.layer
JOIN bi_store.own_cell USING (cell_id)
JOIN bi.ancestor USING (material_id)
""",
    "own_test": """
SELECT test_id, protocol_id FROM bi.test
WHERE cell_id IN (SELECT cell_id FROM bi_store.own_cell)
    OR cell_id IS NULL AND material_id IN (SELECT material_id FROM bi_store.own_material)
""",
    "own_process": """
SELECT process_id FROM bi.process_output JOIN bi_store.own_material USING (material_id)
""",
    "own_substance": """
SELECT substance_id FROM bi.material JOIN bi_store.own_material USING (material_id)
UNION
SELECT substance_id FROM bi.layer
JOIN bi_store.own_cell USING (cell_id)
JOIN bi.substance ON substance.name = layer.substance
""",
}
"""What belongs to the projects of whoever logged in, each after those it stands on."""

_GROUND: Final = frozenset(
    {"cell", "layer", "ancestor", "test", "process_output", "material", "substance"}
)
_IS_OWN: Final[Mapping[str, LiteralString]] = {
    "cell_id": "cell_id IN (SELECT cell_id FROM bi_store.own_cell)",
    "material_id": "material_id IN (SELECT material_id FROM bi_store.own_material)",
    "test_id": "test_id IN (SELECT test_id FROM bi_store.own_test)",
    "protocol_id": "protocol_id IN (SELECT protocol_id FROM bi_store.own_test)",
    "process_id": "process_id IN (SELECT process_id FROM bi_store.own_process)",
    "substance_id": "substance_id IN (SELECT substance_id FROM bi_store.own_substance)",
}
_OWNED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "substance": ("substance_id",),
    "material": ("material_id",),
    "cell": ("cell_id",),
    "layer": ("cell_id",),
    "treatment": ("cell_id",),
    "test": ("test_id",),
    "sweep": ("test_id",),
    "process": ("process_id",),
    "process_input": ("process_id", "material_id"),
    "process_output": ("process_id", "material_id"),
    "process_parameter": ("process_id",),
    "ancestor": ("material_id",),
    "protocol": ("protocol_id",),
    "protocol_step": ("protocol_id",),
}
"""Columns of a dimension that must all name something of one's own."""
_PROPERTY_OF: Final = ("test_id", "cell_id", "material_id")
_THINGS: Final = ("cell_id", "material_id")
"""What a row of a metric is of, one or the other."""
_PUBLISHED: Final = sql.SQL("""
SELECT table_name, meaning, status, NULL::text AS reason, NULL::bigint AS row_count, snapshot,
    published_at
FROM bi.published
WHERE table_name IN (SELECT relname FROM pg_class WHERE relnamespace = 'bi_mine'::regnamespace)
""")
"""Reasons and counts would reveal rows of others."""

_BOOKKEEPING: Final = """
CREATE TABLE IF NOT EXISTS bi_store.reader_project (
    reader text, project text, PRIMARY KEY (reader, project)
);
CREATE TABLE IF NOT EXISTS bi_store.project_view (
    view_name text PRIMARY KEY, definition text NOT NULL, version text NOT NULL
);
"""
_EXISTING: Final = """
SELECT view_name, definition, version FROM bi_store.project_view
JOIN pg_class ON relname = view_name AND relkind = 'v'
    AND relnamespace IN ('bi_mine'::regnamespace, 'bi_store'::regnamespace)
"""
_REMEMBER: Final = """
INSERT INTO bi_store.project_view VALUES (%s, %s, %s) ON CONFLICT (view_name)
DO UPDATE SET definition = excluded.definition, version = excluded.version
"""
_ABOVE: Final = """
WITH RECURSIVE above (number) AS (
    SELECT to_regclass('bi.' || quote_ident(name))::oid FROM unnest(%s::text[]) AS name
    UNION
    SELECT ev_class FROM above
    JOIN pg_depend ON refobjid = number AND refclassid = 'pg_class'::regclass
        AND classid = 'pg_rewrite'::regclass
    JOIN pg_rewrite ON pg_rewrite.oid = objid
)
SELECT nspname, relname FROM above
JOIN pg_class ON pg_class.oid = number
JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind IN ('v', 'm')
ORDER BY nspname, relname
"""
_COMMENTS: Final = """
SELECT attname, col_description(attrelid, attnum) FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""


def make_room(connection: Connection) -> None:
    """Make what the views stand on; from then on every publication keeps them."""
    connection.execute(_BOOKKEEPING)


def foreign(connection: Connection, table: str) -> list[str]:
    """Return the views that somebody else has built on a published table."""
    ours = _existing(connection) if _is_used(connection) else {}
    above = connection.execute(_ABOVE, ([table],)).fetchall()
    return [".".join(each) for each in above if each not in map(_where, ours)]


def in_the_way(
    connection: Connection, star: Sequence[PublishedTable], going: Sequence[str]
) -> list[sql.Identifier]:
    """Return our views to drop before these tables go: those on them, or all if one is outdated."""
    if not _is_used(connection):
        return []
    existing = _existing(connection)
    wanted = {name: text for name, text, _ in _wanted(connection, star)}
    if any(definition != wanted.get(name) for name, (definition, _) in existing.items()):
        return [_place(name) for name in existing]
    above = connection.execute(_ABOVE, (list(going),)).fetchall()
    return [sql.Identifier(*each) for each in above if each in set(map(_where, existing))]


def follow(connection: Connection, star: Sequence[PublishedTable]) -> None:
    """Make the views that are missing, and comment again on those whose tables mean another."""
    if not _is_used(connection):
        return
    layouts = connection.execute("SELECT table_name FROM bi_store.layout").fetchall()
    there = {name for (name,) in layouts} | {"published"}
    if not there >= _GROUND:
        return  # nothing states yet whose rows are whose
    existing = _existing(connection)
    for name, text, version in _wanted(connection, star):
        if name not in _OWN and name not in there:
            continue
        if name not in existing:
            create = sql.SQL("CREATE VIEW {} WITH (security_barrier) AS {}")
            connection.execute(create.format(_place(name), sql.SQL(text)))
        if name not in existing or existing[name][1] != version:
            _describe(connection, name)
            connection.execute(_REMEMBER, (name, text, version))


def _wanted(
    connection: Connection, star: Iterable[PublishedTable]
) -> Iterator[tuple[str, str, str]]:
    """Yield name, definition and version of every view, each after those it stands on."""
    for name, own in _OWN.items():
        yield name, own, ""
    for table in star:
        if (rows := _own_rows(table)) is not None:
            place = sql.Identifier("bi", table.name)
            query = sql.SQL("SELECT * FROM {} WHERE {}").format(place, rows)
            yield table.name, query.as_string(connection), table.version
    yield "published", _PUBLISHED.as_string(connection), ""


def _own_rows(table: PublishedTable) -> sql.Composable | None:
    """Return the condition for the rows of a table that are one's own; None where they mix."""
    if table.name in _OWNED_BY:
        return sql.SQL(" AND ").join(sql.SQL(_IS_OWN[each]) for each in _OWNED_BY[table.name])
    if table.name == "property":  # of a substance alone it may be anybody's
        return _all_own(_PROPERTY_OF)
    if isinstance(table.source, Metric) and {*_THINGS}.issubset(table.key):
        return _all_own(_THINGS)
    if table.scope == "test" and "test_id" in table.key:
        return sql.SQL(_IS_OWN["test_id"])
    if isinstance(table.source, Metric) and table.key[:1] == ("cell_id",):
        return sql.SQL(_IS_OWN["cell_id"])
    return None


def _all_own(columns: Sequence[str]) -> sql.Composable:
    """Return the condition that some of these columns name something, and all only one's own."""
    known = [sql.SQL(f"coalesce({', '.join(columns)}) IS NOT NULL")]
    known += [sql.SQL(f"({each} IS NULL OR {_IS_OWN[each]})") for each in columns]
    return sql.SQL(" AND ").join(known)


def _describe(connection: Connection, name: str) -> None:
    """Say of a view and its columns what is said of its table."""
    if name in _OWN:
        return
    table = f'bi."{name}"'
    row = connection.execute("SELECT obj_description(%s::regclass)", (table,)).fetchone()
    comment = sql.SQL("COMMENT ON VIEW {} IS {}")
    connection.execute(comment.format(_place(name), sql.Literal(row and row[0])))
    for column, meaning in connection.execute(_COMMENTS, (table,)).fetchall():
        comment = sql.SQL("COMMENT ON COLUMN {}.{} IS {}")
        place = _place(name), sql.Identifier(column), sql.Literal(meaning)
        connection.execute(comment.format(*place))


def _is_used(connection: Connection) -> bool:
    query = "SELECT to_regclass('bi_store.project_view'), to_regnamespace('bi_mine')"
    return None not in (connection.execute(query).fetchone() or (None,))


def _existing(connection: Connection) -> dict[str, tuple[str, str]]:
    """Return definition and version of the views that are there."""
    rows = connection.execute(_EXISTING).fetchall()
    return {name: (definition, version) for name, definition, version in rows}


def _place(name: str) -> sql.Identifier:
    return sql.Identifier(*_where(name))


def _where(name: str) -> tuple[str, str]:
    return _STORE if name in _OWN else SCHEMA, name
