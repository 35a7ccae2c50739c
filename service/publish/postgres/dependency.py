"""What hangs on the tables of PostgreSQL: foreign keys, rights, and what others have built."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from service.publish.postgres import project_view
from service.publish.postgres.table import Connection

_REFERENCES: Final = """
SELECT owner.relname, conname, attname, other.relname
FROM pg_constraint
JOIN pg_class AS owner ON owner.oid = conrelid
JOIN pg_class AS other ON other.oid = confrelid
JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
WHERE contype = 'f' AND connamespace = 'bi'::regnamespace
    AND owner.relname = ANY(%s) AND other.relnamespace = 'bi'::regnamespace
ORDER BY owner.relname, conname
"""
_KEYS: Final = """
SELECT relname, (
    SELECT array_agg(attname::text ORDER BY place)
    FROM unnest(conkey) WITH ORDINALITY AS part (number, place)
    JOIN pg_attribute ON attrelid = conrelid AND attnum = number
)
FROM pg_constraint
JOIN pg_class ON pg_class.oid = conrelid
WHERE contype IN ('p', 'u') AND connamespace = 'bi'::regnamespace
"""
_DEPENDENTS: Final = """
SELECT DISTINCT pg_describe_object(classid, pg_depend.objid, objsubid)
FROM pg_class
JOIN pg_depend ON refclassid = 'pg_class'::regclass AND refobjid = pg_class.oid
    OR refclassid = 'pg_type'::regclass
    AND refobjid IN (SELECT oid FROM pg_type WHERE reltype IN (oid, typelem))
LEFT JOIN pg_constraint ON classid = 'pg_constraint'::regclass
    AND pg_constraint.oid = pg_depend.objid
LEFT JOIN pg_class AS owner ON owner.oid = conrelid
WHERE pg_class.relnamespace = 'bi'::regnamespace AND pg_class.relname = %(table)s
    AND (deptype = 'n' OR classid = 'pg_policy'::regclass) AND classid <> 'pg_rewrite'::regclass
    AND (
        owner.relname = ANY(%(ours)s) AND owner.relnamespace = 'bi'::regnamespace
    ) IS NOT TRUE
ORDER BY 1
"""
"""Views are left out: project_view lists them."""
_GRANTS: Final = """
SELECT format(
    'GRANT %%s ON bi.%%I TO %%s%%s',
    privilege_type,
    %(beside)s::text,
    CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END,
    CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
)
FROM pg_class
CROSS JOIN aclexplode(relacl)
WHERE relnamespace = 'bi'::regnamespace AND relname = %(table)s AND grantee <> relowner
"""
_HOLDERS: Final = """
SELECT DISTINCT format('%%s (process %%s of %%s)', relation::regclass, pid, usename)
FROM pg_locks
JOIN pg_stat_activity USING (pid)
JOIN pg_class ON pg_class.oid = relation
WHERE granted AND pid <> pg_backend_pid() AND pg_locks.database = pg_stat_activity.datid
    AND relnamespace = 'bi'::regnamespace AND relname = ANY(%s)
ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key from a column of one table of ``bi`` to another."""

    owner: str
    constraint: str
    column: str
    other: str


def references(connection: Connection, owners: Collection[str]) -> list[Reference]:
    """Return the foreign keys that these tables have."""
    return [Reference(*row) for row in _rows(connection, _REFERENCES, (list(owners),))]


def keys(connection: Connection) -> set[tuple[str, ...]]:
    """Return the name of every table followed by the columns of a key it has."""
    return {(name, *columns) for name, columns in _rows(connection, _KEYS)}


def dependents(connection: Connection, table: str, ours: Collection[str]) -> str:
    """Return what somebody else has built on one of our tables, in words; nothing when none did."""
    parameters = {"table": table, "ours": list(ours)}
    others = [words for (words,) in _rows(connection, _DEPENDENTS, parameters)]
    return ", ".join([*project_view.foreign(connection, table), *others])


def grant_alike(connection: Connection, table: str, beside: str) -> None:
    """Let who may read a table read the one that is to take its place."""
    for (grant,) in _rows(connection, _GRANTS, {"table": table, "beside": beside}):
        connection.execute(grant.encode())


def holders(connection: Connection, tables: Sequence[str]) -> str:
    """Return who is holding on to these tables, in words."""
    return ", ".join(words for (words,) in _rows(connection, _HOLDERS, (list(tables),)))


def _rows(connection: Connection, query: str, parameters: Any = None) -> list[Any]:  # noqa: ANN401 # as psycopg takes them
    return connection.execute(query.encode(), parameters).fetchall()
